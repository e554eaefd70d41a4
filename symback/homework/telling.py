"""Whether slips show: what the catalogue of slips makes of a quantity, told apart from its true value by rounding.

`distinct: [dW_2]` asks that each slip in the steps that lead to dW_2 (those of its own phase) changes at least one
entry by more than a unit in its last digit, when it is worked with the digits of a calculation by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from symback.derivation.derive import derive
from symback.derivation.steps import Step, base
from symback.derivation.values import Entries
from symback.exercise.model import Network
from symback.marking.cases import Case
from symback.marking.graph import graph_of, run_route
from symback.marking.slips import SLIPS
from symback.solution.arithmetics import BALLS, Undecided, precision
from symback.solution.rounding import first_place, holds_zero
from symback.solution.run import Plan, plan
from symback.solution.solution import Solution

#: Bits for comparing values that differ in one of a few digits.
BITS = 128


def hidden_slip(solution: Solution, quantity: str, digits: int) -> str | None:
    """The first slip that does not show in the digits of a quantity, in the words of the marker; None if all show."""
    truth = solution.values(quantity)
    with precision(BITS):
        for name, entries in slip_values(solution, quantity):
            if not differ(truth, entries, digits):
                return SLIPS[name].english
    return None


def slip_values(solution: Solution, quantity: str) -> Iterator[tuple[str, Entries]]:
    """What a quantity comes to with each slip in a step that leads to it, by the name of the slip."""
    network = solution.exercise.network
    truth = {name: solution.values(name) for name in solution.names}
    graph = graph_of(network)
    for step, after in _ways(network, quantity):
        case = Case(step, {}, graph, solution)
        for slip in SLIPS.values():
            for predicted in slip.predict(case):
                if predicted is None:
                    continue
                result = _go_on(after, {**truth, step.name: predicted}, quantity)
                if result is not None:
                    yield slip.name, result


def _go_on(after: Plan | None, scope: dict[str, Entries], quantity: str) -> Entries | None:
    return scope[quantity] if after is None else run_route(after, quantity, scope)


def differ(truth: Entries, other: Entries, digits: int) -> bool:
    """Whether some entry is off by more than a unit in the last of so many digits of the true one."""
    for right, wrong in zip(truth, other, strict=True):
        if holds_zero(right):
            if not holds_zero(wrong):
                return True
            continue
        unit = Fraction(10) ** (first_place(right) - digits + 1)
        try:
            if abs(wrong - right) > BALLS.number(unit):
                return True
        except Undecided:
            return True
    return False


@lru_cache(maxsize=64)
def _ways(network: Network, quantity: str) -> tuple[tuple[Step, Plan | None], ...]:
    """The steps of its phase that lead to a quantity, each with the plan of what comes after it on the way."""
    derivation = derive(network)
    by_name, phase = derivation.by_name, derivation.by_name[quantity].phase
    wanted = {quantity}
    for step in reversed(derivation.steps):
        if step.name in wanted:
            wanted |= {base(name) for name in step.inputs if base(name) in by_name}
    leading = [step for step in derivation.steps if step.name in wanted and step.phase == phase]
    found = []
    for step in leading:
        touched, after = {step.name}, []
        for later in leading:
            if any(base(name) in touched for name in later.inputs):
                touched.add(later.name)
                after.append(later)
        found.append((step, plan(after, derivation.shapes, BALLS) if after else None))
    return tuple(found)
