"""Exact against approximate: the same program on k-digit, float64, float32 and bfloat16 numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq

from symback.derivation.values import Arithmetic
from symback.errors import InputError
from symback.exercise.model import Numeral
from symback.solution.arithmetics import hand, machine, precision, to_fmpq
from symback.solution.rounding import Decimal, first_place, round_ball, round_rational
from symback.solution.run import Values, numbers, plan
from symback.solution.solution import Solution

#: The machine formats of the comparison, in its order.
MACHINE_FORMATS = ("float64", "float32", "bfloat16")
#: The certified digits against which an error is measured.
REFERENCE_DIGITS = 40

#: Somebody's numbers: a quantity and a place in it to the number as it was written.
Answers = Mapping[tuple[str, int], Numeral]


@dataclass(frozen=True)
class Cell:
    """An approximate value: the number (None where there is none), its relative error, its right digits.

    `special` says what stands there instead of a number (`inf`, `nan`).
    """

    value: Fraction | None = None
    error: Decimal | None = None
    right: int | None = None
    special: str = ""
    text: str = ""


@dataclass(frozen=True)
class Row:
    """One entry of one quantity in all columns."""

    name: str
    place: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Comparison:
    """The table: `columns` are names of arithmetics (`hand3`, `float64`, ..., `against`)."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, name: str) -> dict[tuple[str, int], Cell]:
        """The cells of one column by entry."""
        place = self.columns.index(name)
        return {(row.name, row.place): row.cells[place] for row in self.rows}


def compare(solution: Solution, hand_digits: int, against: Answers | None = None) -> Comparison:
    """Set the certified values against approximate ones, a row for each entry of each step."""
    arithmetics = [hand(hand_digits), *map(machine, MACHINE_FORMATS)]
    runs = [_run(solution, on) for on in arithmetics]
    exact = solution.at_least(REFERENCE_DIGITS)
    columns = [on.name for on in arithmetics] + (["against"] if against is not None else [])
    rows = []
    for name in _compared(solution, against or {}):
        for place, true in enumerate(exact.get(name) or solution.values(name)):
            cells = [_cell(run.get(name), place, true) for run in runs]
            if against is not None:
                cells.append(_written(against.get((name, place)), true))
            rows.append(Row(name, place, tuple(cells)))
    return Comparison(tuple(columns), tuple(rows))


def _compared(solution: Solution, against: Answers) -> Iterator[str]:
    """The steps; of givens, of parts of steps and of matrices of derivatives those that somebody has a number for."""
    derivation, answered = solution.derivation, {name for name, _ in against}
    yield from (name for name in derivation.givens if name in answered)
    for step in derivation.steps:
        yield from (part for part in derivation.parts if part in answered and derivation.owners[part] == step.name)
        if step.adjoint is None or step.name in answered:
            yield step.name


def _run(solution: Solution, on: Arithmetic) -> Values:
    """The program in one arithmetic, as far as it goes: a division by a rounded 0 ends the column."""
    derivation = solution.derivation
    values = numbers(solution.exercise.givens, on)
    with precision(256), suppress(InputError):
        plan(derivation.steps, derivation.shapes, on).run(values)
    return values


def _cell(entries: list[Any] | None, place: int, true: Any) -> Cell:
    return Cell() if entries is None else cell_of(entries[place], true)


def cell_of(entry: Any, true: Any) -> Cell:
    """An approximate number beside the true one."""
    if isinstance(entry, fmpq):
        value = Fraction(int(entry.numerator), int(entry.denominator))
    elif math.isfinite(float(entry)):
        value = Fraction(float(entry))
    else:
        return Cell(special=str(float(entry)))
    return Cell(value, relative_error(value, true), right_digits(value, true))


def _written(numeral: Numeral | None, true: Any) -> Cell:
    if numeral is None:
        return Cell()
    right = min(right_digits(numeral.value, true), numeral.most or REFERENCE_DIGITS)
    return Cell(numeral.value, relative_error(numeral.value, true), right, text=numeral.text)


def relative_error(value: Fraction, true: Any) -> Decimal | None:
    """|value - true| / |true| to two digits; None where the true value is 0 and the other is not."""
    if true == 0:
        return round_rational(Fraction(0), 2) if value == 0 else None
    with precision(256):
        ratio = abs((to_fmpq(value) - true) / true)
    return round_ball(ratio, 2) or round_rational(Fraction(0), 2)


def right_digits(value: Fraction, true: Any) -> int:
    """How many significant digits are right: the error is at most half a unit of the last of them."""
    if true == 0:
        return REFERENCE_DIGITS if value == 0 else 0
    with precision(256):
        error = abs(to_fmpq(value) - true)
        size = first_place(true)
    if error == 0:
        return REFERENCE_DIGITS
    # Half a unit of digit k stands at size - k + 1.
    below = first_place(2 * error)
    return max(0, size - below) if below <= size else 0
