"""A numerical check of the gradient: central differences, exactly and as a program would take them.

The exact difference is off by h^2/6 times a third derivative; in binary numbers rounding adds an error that grows as h
shrinks (Higham, Accuracy and Stability of Numerical Algorithms (2002), 1.14).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from flint import arb, fmpq

from symback.derivation.derive import derive
from symback.derivation.formula import Call, Cases, Formula, walk
from symback.derivation.steps import Step, base
from symback.derivation.values import Arithmetic, Entries, compile_formula
from symback.errors import InputError
from symback.exercise.model import Check, Work
from symback.solution.arithmetics import BALLS, Undecided, machine, precision, to_fmpq
from symback.solution.certify import bits_for
from symback.solution.compare import REFERENCE_DIGITS, Cell, cell_of
from symback.solution.floats import FORMATS
from symback.solution.rounding import Decimal, holds_zero, round_ball, round_rational
from symback.solution.run import Plan, Values, numbers, plan
from symback.solution.solution import Solution

#: The binary formats in which the differences are taken.
CHECKED = ("float64", "float32")
#: Bits for the first try of an exact difference, and for the last: what is not told from 0 then is taken for 0.
FIRST_BITS, LAST_BITS = 512, 8192
NEED = bits_for(REFERENCE_DIGITS)


@dataclass(frozen=True)
class Moved:
    """One entry of a quantity, moved by h both ways.

    `slope` is the true derivative, `difference` the exact quotient (None where the target is not defined at one of the
    two points), `error` its relative error; `cells` holds the quotient in each binary format; `bent` says that a kink
    lies between the points.
    """

    name: str
    place: int
    slope: Any
    difference: Any | None
    error: Decimal | None
    cells: Mapping[str, Cell]
    bent: bool = False


@dataclass(frozen=True)
class Truncation:
    """What the exact difference leaves out, for the entry where that is the most.

    About h^2/6 times `third`; with half the step the error is `ratio` times smaller.
    """

    row: Moved
    third: Any
    ratio: Any


@dataclass(frozen=True)
class Rounding:
    """What rounding does to the differences in one format.

    `gap` is how far apart the numbers of the format lie at the target, `shift` how far the last rounding of the two
    targets can move the quotient. `lost` are the entries whose quotient is 0 because the two targets differ by less
    than the gap, by `change` at most; `worst` is the one with the largest error among the others.
    """

    lost: tuple[Moved, ...]
    change: Fraction
    gap: Fraction
    shift: Fraction
    worst: Moved | None


class GradientCheck:
    """The differences that an exercise asks for; `rows` holds one for each entry, in the order of the exercise."""

    def __init__(self, solution: Solution, check: Check) -> None:
        self.solution, self.check, self.step = solution, check, check.step.value
        self.target = solution.derivation.target

    @cached_property
    def rows(self) -> tuple[Moved, ...]:
        """Every entry that is moved."""
        slopes = self.solution.at_least(REFERENCE_DIGITS)
        places = ((name, place) for name in self.check.of for place in range(len(self.solution.values(name))))
        return tuple(self._moved(name, place, slopes[f"d{name}"][place]) for name, place in places)

    def _moved(self, name: str, place: int, slope: Any) -> Moved:
        difference, bent = self.difference(name, place, self.step)
        quotients = {form: self._in_format(machine(form), name, place) for form in CHECKED}
        cells = {form: Cell() if found is None else cell_of(found, slope) for form, found in quotients.items()}
        return Moved(name, place, slope, difference, relative(difference, slope), cells, bent)

    def truncation(self) -> Truncation | None:
        """The error of the exact differences; None where none of them has any."""
        found = [row for row in self.rows if row.error is not None and row.error.value and not row.bent]
        if not found:
            return None
        worst = max(found, key=lambda row: row.error.value if row.error else 0)
        half, _ = self.difference(worst.name, worst.place, self.step / 2)
        with precision(2 * NEED):
            error = worst.difference - worst.slope
            return Truncation(worst, 6 * error / to_fmpq(self.step) ** 2, error / (half - worst.slope))

    def rounding(self, form: str) -> Rounding:
        """What rounding does in a format."""
        apart = gap(form, self.solution.rounded(self.target, 0, REFERENCE_DIGITS).value)
        lost: dict[int, Fraction] = {}
        errors: list[tuple[Fraction, int]] = []
        for number, row in enumerate(self.rows):
            cell, change = row.cells[form], self._change(row)
            if cell.value == 0 and 0 < change < apart:
                lost[number] = change
            elif cell.error is not None and not row.bent:
                errors.append((cell.error.value, -number))
        worst = self.rows[-max(errors)[1]] if errors else None
        rows = tuple(self.rows[number] for number in lost)
        return Rounding(rows, max(lost.values(), default=Fraction(0)), apart, apart / (2 * self.step), worst)

    def _change(self, row: Moved) -> Fraction:
        """By how much the target changes between the two points, to three digits."""
        slope = round_ball(row.slope, 3)
        return Fraction(0) if slope is None else abs(slope.value) * 2 * self.step

    def difference(self, name: str, place: int, step: Fraction) -> tuple[Any | None, bool]:
        """The exact quotient for one entry, with so many certain digits, and whether a kink lies between its points."""
        bits, h = FIRST_BITS, to_fmpq(step)
        while True:
            with precision(bits):
                try:
                    up, down = (self._run(BALLS, name, place, by) for by in (h, -h))
                    found = (up[self.target][0] - down[self.target][0]) / (2 * h)
                    if bits >= LAST_BITS or type(found) is not arb or found.rel_accuracy_bits() >= NEED:
                        return (fmpq(0) if holds_zero(found) else found), self._is_bent(up, down)
                except InputError:
                    return None, False
                except Undecided:
                    if bits >= LAST_BITS:
                        return None, False
            bits *= 2

    def _in_format(self, on: Arithmetic, name: str, place: int) -> Any | None:
        """The quotient as a program takes it: every operation is rounded."""
        h = on.number(self.step)
        try:
            up, down = (self._run(on, name, place, by) for by in (h, -h))
        except InputError:
            return None
        return (up[self.target][0] - down[self.target][0]) / (h + h)

    def _run(self, on: Arithmetic, name: str, place: int, by: Any) -> Values:
        """The values on the way to the target, with one entry moved."""
        values = numbers(self.solution.exercise.givens, on)
        values[name][place] = values[name][place] + by
        return _program(self.solution.exercise.network, on.name).run(values)

    def _is_bent(self, up: Values, down: Values) -> bool:
        """Whether an argument of a function with a kink lies on another side at each of the two points."""
        for step, arguments, test in _kinks(self.solution.exercise.network):
            run = compile_formula(test, arguments, BALLS)
            sides = [[_sign(run(*given)) for given in _rows(step, values)] for values in (up, down)]
            if sides[0] != sides[1]:
                return True
        return False


def gradient_check(solution: Solution) -> GradientCheck | None:
    """The check that the exercise asks for, None where it asks for none."""
    check = solution.exercise.sheet.check
    return None if check is None else GradientCheck(solution, check)


def relative(value: Any | None, true: Any) -> Decimal | None:
    """|value - true| / |true| to two digits, 0 where none of the digits that are looked at differ; None for true 0."""
    if value is None or true == 0:
        return round_rational(Fraction(0), 2) if value == true else None
    with precision(2 * NEED):
        return round_ball(abs((value - true) / true), 2) or round_rational(Fraction(0), 2)


def gap(form: str, value: Fraction) -> Fraction:
    """How far apart the numbers of a format lie at a value."""
    shape = FORMATS[form]
    return Fraction(2) ** max(math.frexp(shape.nearest(value).value)[1] - shape.bits, shape.lowest)


@lru_cache(maxsize=64)
def _leading(network: Work) -> tuple[Step, ...]:
    """The steps on which the target hangs, itself included."""
    derivation = derive(network)
    needed, found = {derivation.target}, list[Step]()
    for step in reversed(derivation.steps):
        if step.name in needed:
            needed.update(base(name) for name in step.inputs)
            found.append(step)
    return tuple(reversed(found))


@lru_cache(maxsize=64)
def _program(network: Work, arithmetic: str) -> Plan:
    on = BALLS if arithmetic == BALLS.name else machine(arithmetic)
    return plan(_leading(network), derive(network).shapes, on)


@lru_cache(maxsize=64)
def _kinks(network: Work) -> tuple[tuple[Step, tuple[str, ...], Formula], ...]:
    """The steps that have kinks, with the arguments of their functions and what changes its sign there."""
    functions = ((step, step.function) for step in _leading(network) if step.function)
    return tuple((step, each.arguments, test) for step, each in functions for test in _tests(each.formula))


def _tests(formula: Formula) -> Iterator[Formula]:
    for part in walk(formula):
        if isinstance(part, Cases):
            yield part.test
        elif isinstance(part, Call) and part.function == "abs":
            yield part.argument


def _rows(step: Step, values: Values) -> Iterator[tuple[Any, ...]]:
    """The arguments of a function entry by entry; one number goes with every entry."""
    columns: list[Entries] = [values[name] for name in step.inputs]
    longest = max(map(len, columns), default=0)
    return zip(*(column * longest if len(column) == 1 else column for column in columns), strict=True)


def _sign(value: Any) -> int:
    return int(value > 0) - int(value < 0)
