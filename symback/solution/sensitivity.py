"""How many digits an intermediate value must carry, from the derivation's own derivatives.

The sweep is run over forward and backward steps alike: the derivative of a gradient by every value on the way to
it. Rounding the value v at d decimals moves the gradient g by up to |dg/dv| 10^-d / 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flint import fmpq

from symback.derivation.backward import sweep
from symback.derivation.derive import derive
from symback.derivation.formula import Sum, walk
from symback.derivation.nested import CALLED, SEED
from symback.derivation.rows import spread_places
from symback.derivation.steps import Step
from symback.derivation.values import compile_formula
from symback.exercise.model import Work
from symback.solution.arithmetics import BALLS, precision
from symback.solution.rounding import first_place, holds_zero
from symback.solution.run import Plan, Values, plan
from symback.solution.solution import Solution

#: Of each gradient at most so many entries are looked at, so that wide networks stay quick.
MOST_ENTRIES = 12
#: A sum that loses fewer digits than this is not worth a sentence.
LEAST_CANCELLATION = 3


@dataclass(frozen=True)
class Need:
    """What a quantity must carry: decimals after the point (negative: places before it) and significant digits."""

    name: str
    decimals: int
    significant: int


@dataclass(frozen=True)
class Cancellation:
    """A difference of nearly equal terms: its step, the entry, the sum, how many leading digits cancel."""

    step: Step
    place: int
    formula: Sum
    digits: int


@lru_cache(maxsize=16)
def _adjoint(network: Work, target: str) -> Plan:
    """The program that derives one gradient by everything on the way to it."""
    derivation = derive(network)
    shapes = {**derivation.shapes, SEED: derivation.shapes[target]}
    steps = sweep(derivation.steps, shapes, target, derivation.parameters, seed=SEED, called=CALLED)
    return plan(steps, {**shapes, **{step.name: step.shape for step in steps}}, BALLS)


def needs(solution: Solution, digits: int) -> tuple[Need, ...]:
    """For each intermediate value the decimals that give every partial derivative `digits` right digits.

    Each value is rounded alone, the others are exact.
    """
    derivation = solution.derivation
    decimals: dict[str, int] = {}
    values = solution.at_least(digits + 20)
    for target in derivation.partials:
        entries = values[target]
        for place in _chosen(len(entries)):
            if entries[place] == 0:
                continue
            for name, found in _slopes(solution, values, target, place).items():
                asked = _decimals(entries[place], found, digits)
                if asked is not None and name not in derivation.partials:
                    decimals[name] = max(decimals.get(name, asked), asked)
    names = [step.name for step in derivation.steps if step.name in decimals]
    return tuple(Need(name, decimals[name], _significant(decimals[name], values[name])) for name in names)


def _significant(decimals: int, entries: list[Any]) -> int:
    """The significant digits of the largest entry when it is written to so many decimals."""
    largest = max(map(first_place, _nonzero(entries)), default=0)
    return max(1, decimals + 1 + largest)


def _nonzero(entries: list[Any]) -> list[Any]:
    return [entry for entry in entries if entry != 0]


def _chosen(count: int) -> list[int]:
    return list(range(count)) if count <= MOST_ENTRIES else [*range(MOST_ENTRIES - 1), count - 1]


def _slopes(solution: Solution, values: Values, target: str, place: int) -> dict[str, list[Any]]:
    """The derivatives of one entry of a gradient by every step, by name."""
    seed = [fmpq(int(k == place)) for k in range(len(values[target]))]
    with precision(solution.bits):
        result = _adjoint(solution.exercise.network, target).run({**values, SEED: seed})
    names = (step.name for step in solution.derivation.steps)
    derivatives = ((name, result.get(CALLED.format(name))) for name in names)
    return {name: found for name, found in derivatives if found is not None}


def _decimals(gradient: Any, slopes: list[Any], digits: int) -> int | None:
    """The least d with |slope| 10^-d <= one unit of the last right digit: then half a unit moves half a unit."""
    places = [_ceiling(slope) for slope in slopes if not holds_zero(slope)]
    return max(places) - (first_place(gradient) - digits + 1) if places else None


def _ceiling(value: Any) -> int:
    """The least power of ten that is not below |value|."""
    place = first_place(value)
    return place if abs(value) == fmpq(10) ** place else place + 1


def cancellations(solution: Solution) -> tuple[Cancellation, ...]:
    """The sums in the functions of the derivation whose terms cancel, each with its worst entry."""
    found = []
    for step in solution.derivation.steps:
        if step.operation != "elementwise" or step.function is None:
            continue
        for formula in (part for part in walk(step.function.formula) if isinstance(part, Sum)):
            lost = [(_lost(solution, step, formula, place), place) for place in range(step.shape[0] * step.shape[1])]
            digits, place = max(lost, key=lambda pair: pair[0])
            if digits >= LEAST_CANCELLATION:
                found.append(Cancellation(step, place, formula, digits))
    return tuple(found)


def _lost(solution: Solution, step: Step, formula: Sum, place: int) -> int:
    """How many leading digits the terms of a sum lose against each other, for one entry."""
    assert step.function is not None
    arguments, given = step.function.arguments, []
    for name in step.inputs:
        places = spread_places(solution.shape(name), step.shape)
        given.append(solution.values(name)[place if places is None else places[place]])
    with precision(solution.bits):
        total = compile_formula(formula, arguments, BALLS)(*given)
        terms = [compile_formula(term, arguments, BALLS)(*given) for term in formula.terms]
    if holds_zero(total) or all(map(holds_zero, terms)):
        return 0
    return max(first_place(term) for term in terms if not holds_zero(term)) - first_place(total)
