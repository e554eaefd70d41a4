"""The steps and parts of a network as the marker runs them: each by its routes, one at a time, on any numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from symback.derivation.derive import derive
from symback.derivation.formula import Formula, Neg, Product, Quotient, Sum, Symbol, substitute, symbols, walk
from symback.derivation.operations import OPERATIONS
from symback.derivation.parts import routes_of
from symback.derivation.steps import Shape, Step, base, updated
from symback.derivation.values import Entries
from symback.errors import InputError, LimitError
from symback.exercise.model import Work
from symback.solution.arithmetics import BALLS, Undecided, hand, precision
from symback.solution.run import Plan, plan

#: Bits for marking: no number on a paper has more than 60 digits.
BITS = 320
#: Mutated steps of one network that are kept ready.
MOST_PROGRAMS = 4000


@dataclass(frozen=True)
class Graph:
    """The steps and parts of a network by name, with the routes to each and all shapes.

    `same` names parts that are one calculation, `after` the quantities that hang on each, `owners` the step that each
    part belongs to; `scalar` says that it is a computation graph, `learned` are its parameters.
    """

    steps: Mapping[str, Step]
    routes: Mapping[str, tuple[tuple[Step, Plan], ...]]
    shapes: Mapping[str, Shape]
    same: Mapping[str, str]
    after: Mapping[str, frozenset[str]]
    owners: Mapping[str, str]
    scalar: bool = False
    learned: tuple[str, ...] = ()
    _places: dict[tuple[str, int], tuple[tuple[str, int], ...]] = field(default_factory=dict, compare=False)
    _alike: dict[str, frozenset[str]] = field(default_factory=dict, compare=False)
    _programs: dict[Step, Plan] = field(default_factory=dict, compare=False)
    _by_hand: dict[tuple[tuple[str, ...], int], Plan] = field(default_factory=dict, compare=False)

    def place(self, name: str) -> tuple[str, int]:
        """The quantity and the place that the name of an entry stands for: `dW_1[2,3]`."""
        quantity, _, index = name.partition("[")
        if not index:
            return quantity, 0
        numbers = [int(part) for part in index[:-1].split(",")]
        columns = self.shapes[quantity][1]
        return quantity, numbers[0] - 1 if len(numbers) == 1 else (numbers[0] - 1) * columns + numbers[1] - 1

    def places(self, formula: Formula) -> list[tuple[str, int]]:
        """The quantities and places that the symbols of an entry's formula name."""
        return [self.place(name) for name in symbols(formula) if name != "pi"]

    def sources(self, number: int, route: Step, place: int) -> tuple[tuple[str, int], ...]:
        """The entries that one entry of a step is made of, by its route of that number."""
        key = (f"{route.name}/{number}", place)
        if key not in self._places:
            row, column = divmod(place, route.shape[1])
            formula = OPERATIONS[route.operation].entry(route, row, column, self.shapes)
            self._places[key] = tuple(self.places(formula))
        return self._places[key]

    def program(self, step: Step) -> Plan:
        """A step, also a mutated one, bound to the arithmetic of the marker; made once."""
        if step not in self._programs:
            if len(self._programs) > MOST_PROGRAMS:
                self._programs.clear()
            self._programs[step] = plan([step], {**self.shapes, step.name: step.shape}, BALLS)
        return self._programs[step]

    def in_detail(self, name: str, unwritten: Sequence[str]) -> tuple[tuple[Step, ...], Step]:
        """The unwritten steps and parts that a step is made of, in order, and the step itself made of its parts."""
        before: list[Step] = []
        for each in sorted(set(unwritten) - {name}, key=self.order.index):
            before += [*self.parts(each), self.routes[each][-1][0]]
        return (*before, *self.parts(name)), self.routes[name][-1][0]

    def parts(self, name: str) -> list[Step]:
        """The parts of a step that lead to it, each from the parts before it."""
        return [self.routes[part][-1][0] for part in self.order if self.owners.get(part) == name]

    @cached_property
    def stated(self) -> Mapping[str, Formula]:
        """What each step of a computation graph is, in the names of the quantities it is made of."""
        return {
            name: in_names(step)
            for name, step in self.steps.items()
            if step.function is not None and len(step.function.arguments) == len(step.inputs)
        }

    @cached_property
    def compared(self) -> Mapping[str, tuple[str, ...]]:
        """The quantities whose difference stands somewhere, each with those that it is compared with."""
        found: dict[str, dict[str, None]] = {}
        for formula in self.stated.values():
            for part in walk(formula):
                match part:
                    case Sum(terms=(Symbol(one), Neg(Symbol(other)))):
                        found.setdefault(one, {})[other] = None
                        found.setdefault(other, {})[one] = None
        return {name: tuple(others) for name, others in found.items()}

    @cached_property
    def renewed(self) -> Mapping[str, str]:
        """What is updated, each with its name after one more update: `W_2_new` for `W_2`, `w5n` for `w5`."""
        found = {name: updated(name) for name in self.shapes if updated(name) in self.steps}
        made: dict[str, list[str]] = {}
        for name, formula in self.stated.items() if self.scalar else ():
            match formula:
                case Sum(terms=(Symbol(old), Neg(Product() | Quotient()))) if name.lower().startswith(old.lower()):
                    made.setdefault(old, []).append(name)
        return found | {old: names[0] for old, names in made.items() if len(names) == 1}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All steps and parts in the order in which they are calculated, whatever way to them is taken."""
        parts: dict[str, list[str]] = {}
        for part, owner in self.owners.items():
            parts.setdefault(owner, []).append(part)
        done: dict[str, None] = {}

        def calculate(name: str) -> None:
            for part in parts.get(name, ()):
                calculate(part)
            if name in self.steps and name not in done:
                for route, _ in self.routes[name]:
                    for reference in route.inputs:
                        if base(reference) not in done:
                            calculate(base(reference))
                done[name] = None

        for name in self.steps:
            if name not in self.owners:
                calculate(name)
        return tuple(done)

    def by_hand(self, steps: tuple[Step, ...], digits: int) -> Plan:
        """Steps with each entry rounded to significant digits; made once."""
        key = (tuple(step.name for step in steps), digits)
        if key not in self._by_hand:
            self._by_hand[key] = plan(steps, self.shapes, hand(digits))
        return self._by_hand[key]

    def alike(self, name: str) -> frozenset[str]:
        """The quantities whose expected values change with one: those that hang on it, under all their names."""
        if name not in self._alike:
            own = self.canonical(name)
            changed = self.after.get(own, frozenset()) | {own}
            self._alike[name] = changed | {each for each, first in self.same.items() if first in changed}
        return self._alike[name]

    def canonical(self, name: str) -> str:
        """Parts that are the same calculation (`L.difference`, `dA_2.difference`) share their readings."""
        return self.same.get(name, name)


def in_names(step: Step) -> Formula:
    """The formula of an elementwise step, in the names of its inputs."""
    assert step.function is not None
    names = dict(zip(step.function.arguments, step.inputs, strict=True))

    def put(part: Formula) -> Formula | None:
        return Symbol(names[part.name]) if isinstance(part, Symbol) and part.name in names else None

    return substitute(step.function.formula, put)


@lru_cache(maxsize=16)
def graph_of(network: Work) -> Graph:
    """The graph of a network's derivation, made once."""
    derivation = derive(network)
    steps = {**derivation.by_name, **derivation.parts}
    shapes = derivation.every_shape
    routes = {
        name: tuple(
            (route, plan([route], shapes, BALLS))
            for route in (*routes_of(step, shapes), *derivation.telling.ways.get(name, ()))
        )
        for name, step in steps.items()
    }
    first: dict[Any, str] = {}
    same = {}
    for name, part in derivation.parts.items():
        key = (part.operation, part.inputs, part.function.formula if part.function else None)
        same[name] = first.setdefault(key, name)
    after, owners = _after(routes, same), derivation.owners
    return Graph(steps, routes, shapes, same, after, owners, derivation.scalar, derivation.parameters)


def _after(
    routes: Mapping[str, tuple[tuple[Step, Plan], ...]], same: Mapping[str, str]
) -> Mapping[str, frozenset[str]]:
    """For each quantity all that hang on it, by whatever route."""
    direct: dict[str, set[str]] = {}
    for name, found in routes.items():
        for route, _ in found:
            for reference in route.inputs:
                direct.setdefault(same.get(base(reference), base(reference)), set()).add(same.get(name, name))
    after: dict[str, frozenset[str]] = {}
    for name in direct:
        reached: set[str] = set()
        waiting = [name]
        while waiting:
            fresh = direct.get(waiting.pop(), set()) - reached
            reached |= fresh
            waiting += fresh
        after[name] = frozenset(reached)
    return after


def run_route(route: Plan, name: str, scope: dict[str, Entries], bits: int = BITS) -> Entries | None:
    """The entries of a step on the given inputs; None where they leave its domain or cannot be decided."""
    try:
        with precision(bits):
            return route.run(dict(scope))[name]
    except (InputError, LimitError, Undecided, OverflowError):
        return None


def run_all(steps: Plan, scope: dict[str, Entries]) -> dict[str, Entries] | None:
    """All values of some steps and what they were made of; None where one leaves its domain or cannot be decided."""
    try:
        with precision(BITS):
            return steps.run(scope)
    except (InputError, LimitError, Undecided, OverflowError):
        return None
