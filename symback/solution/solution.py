"""The solution of an exercise: every quantity of its derivation, exact, with certified digits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any

from flint import arb, fmpq

from symback.derivation.derive import derive
from symback.derivation.steps import Derivation, Shape, Step, base
from symback.derivation.values import Entries
from symback.errors import InputError, LimitError
from symback.exercise.model import Exercise
from symback.solution.arithmetics import BALLS, precision, shortened
from symback.solution.certify import Certified, certify
from symback.solution.closed import ClosedForms
from symback.solution.rounding import Decimal, round_ball, round_rational
from symback.solution.run import Known, Plan, Values, numbers, plan
from symback.solution.zeros import Zeros

#: Beyond so many certain digits an undecided rounding is given up.
MOST_DIGITS = 4000
#: From so many digits on, algebra is asked whether the value is rational.
LATE_DIGITS = 100
ZERO = fmpq(0)
#: A closed form of more characters is of no use to a reader.
LONGEST_EXACT = 240
#: SymPy writes a form at most so many times shorter than it is laid out on a sheet.
MOST_SHORTENED = 3


@lru_cache(maxsize=64)
def exact_plan(network: Any) -> Plan:
    """The steps of an exercise bound to exact numbers."""
    derivation = derive(network)
    # Each update multiplies the length of a rational; a single pass through a network never makes long ones.
    on = replace(BALLS, finish=shortened) if derivation.updates else BALLS
    return plan(derivation.steps, derivation.shapes, on)


@lru_cache(maxsize=64)
def _part_plans(network: Any) -> Mapping[str, Plan]:
    derivation = derive(network)
    return {name: plan([part], derivation.every_shape, BALLS) for name, part in derivation.parts.items()}


class Solution:
    """All values of an exercise; `solution["dW_1"]` is a quantity with its exact and its decimal entries.

    `digits` significant digits of every value are certain, and any other number of digits is to be had:
    the precision grows when it is asked for. `start` are values that were worked out before.
    """

    def __init__(self, exercise: Exercise, digits: int | None = None, start: Certified | None = None) -> None:
        self.exercise = exercise
        self.digits = digits or exercise.sheet.digits
        self.derivation: Derivation = derive(exercise.network)
        given = start.values if start else numbers(exercise.givens, BALLS)
        self.givens: Values = {name: given[name] for name in exercise.givens}
        self._certified, self._certain = self._certify(self.digits, start), self.digits
        self._parts: dict[str, Entries] = {}

    def _certify(self, digits: int, start: Certified | None = None) -> Certified:
        zeros = {
            step.name: dict.fromkeys(range(step.shape[0] * step.shape[1]), ZERO) for step in self.derivation.vanishing
        }
        program = exact_plan(self.exercise.network)
        return certify(program, self.givens, digits, zeros, self._rationals, start)

    def _rationals(self) -> Known:
        """The entries that algebra shows to be rational, by their closed form or because they are 0, or to be equal."""
        tables = self.zeros.alike(), self.zeros.all(), self.closed.rationals()
        put = {name: [table.get(name, {}).items() for table in tables] for name in self.derivation.shapes}
        return {name: dict(chain(*items)) for name, items in put.items() if any(items)}

    @cached_property
    def closed(self) -> ClosedForms:
        """The closed forms in the given numbers."""
        return ClosedForms(self.derivation, self.givens)

    @cached_property
    def zeros(self) -> Zeros:
        """The entries that are 0, however long their closed forms are."""
        return Zeros(self.derivation, self.givens)

    @property
    def names(self) -> tuple[str, ...]:
        """The quantities in the order of the sheet, givens first."""
        return tuple(self.derivation.shapes)

    def shape(self, name: str) -> Shape:
        """The shape of a quantity or of a part of a step."""
        part = self.derivation.parts.get(name)
        return part.shape if part else self.derivation.shapes[name]

    def values(self, name: str) -> Entries:
        """The entries of a quantity or a part, row by row: exact rationals or balls."""
        found = self._certified.values.get(name)
        if found is not None:
            return found
        if name not in self._parts:
            part = self.derivation.parts[name]
            scope = {base(reference): self.values(base(reference)) for reference in part.inputs}
            with precision(self._certified.bits):
                entries = _part_plans(self.exercise.network)[name].run(scope)[name]
            self._parts[name] = self._settled(name, entries)
        return self._parts[name]

    def _settled(self, name: str, entries: Entries) -> Entries:
        """The entries of a part, those that no precision tells from 0 by algebra."""
        if not any(type(entry) is arb and entry.contains(0) for entry in entries):
            return entries
        part = self.derivation.parts[name]
        known = {**self.zeros.of(part), **self.closed.rationals_of(part)}
        return [known.get(place, entry) for place, entry in enumerate(entries)]

    @property
    def bits(self) -> int:
        """The precision at which the values were certified."""
        return self._certified.bits

    def at_least(self, digits: int) -> Values:
        """All values with at least so many certain digits."""
        if digits > self._certain:
            self._raise_to(digits)
        return self._certified.values

    def _raise_to(self, digits: int) -> None:
        self._certified, self._certain, self._parts = self._certify(digits), digits, {}

    def rounded(self, name: str, place: int, digits: int | None = None, limit: int | None = None) -> Decimal:
        """The correctly rounded digits of one entry (a terminating decimal of at most `limit` digits in full).

        Raises LimitError where they cannot be certified.
        """
        digits = digits or self.digits
        result = round_ball(self.values(name)[place], digits, limit=limit)
        while result is None:
            if self._certain > LATE_DIGITS:
                # No precision tells a tie that is met exactly; algebra may.
                exact = self.closed.element(name, place) if name in self.derivation.shapes else None
                if isinstance(exact, fmpq):
                    return round_rational(exact, digits, limit=limit)
            if self._certain > MOST_DIGITS:
                raise LimitError(f"the digits of {name} cannot be certified: it may be 0 or lie on a tie")
            self._raise_to(2 * max(digits, self._certain))
            result = round_ball(self.values(name)[place], digits, limit=limit)
        return result

    def __getitem__(self, name: str) -> Quantity:
        if name not in self.derivation.shapes and name not in self.derivation.parts:
            raise InputError(f"there is no {name} in this exercise; it has {', '.join(self.names)}")
        return Quantity(self, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __repr__(self) -> str:
        return f"<Solution of {self.exercise.title!r}: {', '.join(self.names)}>"

    def _repr_markdown_(self) -> str:
        from symback.document.write import render

        return render(self, "md").decode()


@dataclass(frozen=True)
class Quantity:
    """A quantity of a solution: a matrix with its exact and its decimal entries."""

    solution: Solution
    name: str

    @property
    def shape(self) -> Shape:
        """Rows and columns."""
        return self.solution.shape(self.name)

    @property
    def step(self) -> Step | None:
        """The step that makes it, None for a given."""
        derivation = self.solution.derivation
        return derivation.by_name.get(self.name) or derivation.parts.get(self.name)

    @property
    def exact(self) -> list[list[str | None]]:
        """The exact entries as text that SymPy reads, None where the closed form is too long to be of use."""
        if self.name in self.solution.derivation.parts:
            return [[None] * self.shape[1] for _ in range(self.shape[0])]
        return self._rows([self._exact(place) for place in range(self.shape[0] * self.shape[1])])

    def _exact(self, place: int) -> str | None:
        closed = self.solution.closed
        if not 0 < closed.length(self.name, place) <= MOST_SHORTENED * LONGEST_EXACT:
            return None
        expression = closed.expression(self.name, place)
        text = None if expression is None else str(expression)
        return text if text is not None and len(text) <= LONGEST_EXACT else None

    def decimal(self, digits: int | None = None) -> list[list[str]]:
        """The entries correctly rounded to significant digits, with a point."""
        from symback.solution.plain import plain

        count = self.shape[0] * self.shape[1]
        return self._rows([plain(self.solution.rounded(self.name, place, digits)) for place in range(count)])

    def _rows(self, entries: list[Any]) -> list[list[Any]]:
        columns = self.shape[1]
        return [entries[start : start + columns] for start in range(0, len(entries), columns)]

    def __repr__(self) -> str:
        rows = "; ".join(", ".join(row) for row in self.decimal())
        return f"{self.name} = [{rows}]"


def solve(exercise: Exercise, digits: int | None = None) -> Solution:
    """Solve an exercise: every quantity with `digits` certified significant digits (10 if nothing else is said)."""
    return Solution(exercise, digits)
