"""Numbers into a printed sheet: each slot becomes the number it refers to, in the form that its place asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from symback.document.dialects import NumberMarks
from symback.document.nodes import Value
from symback.document.printer import SLOT, Relation, Slot
from symback.exercise.model import Numeral
from symback.solution.plain import positional
from symback.solution.rounding import Decimal
from symback.solution.solution import Solution

#: A terminating decimal of up to so many digits is shown in full, whatever the asked-for digits.
FULL_DIGITS = 15
#: Numbers whose first digit stands outside these places are written with a power of ten.
LEAST_EXPONENT, MOST_EXPONENT = -4, 9


@dataclass(frozen=True, slots=True)
class Shown:
    """A number ready to be set: its sign, its code without the sign, whether it is exact and in one piece."""

    negative: bool
    code: str
    exact: bool
    compound: bool


@dataclass
class Numbers:
    """The numbers of one solution in one dialect, each formatted once."""

    solution: Solution
    marks: NumberMarks
    digits: int
    decimal: str
    _cache: dict[tuple[str, int], Shown] = field(default_factory=dict)

    def shown(self, name: str, place: int) -> Shown:
        """The number at one place of a quantity, formatted."""
        key = (name, place)
        if key not in self._cache:
            self._cache[key] = self._format(name, place)
        return self._cache[key]

    def _format(self, name: str, place: int) -> Shown:
        given = self.solution.exercise.givens.get(name)
        if given is not None:
            columns = given.shape[1]
            written = self._given(given.rows[place // columns][place % columns])
            if written is not None:
                return written
        return self.decimal_shown(self.solution.rounded(name, place, self.digits, FULL_DIGITS))

    def _given(self, numeral: Numeral) -> Shown | None:
        """A given fraction stays a fraction; anything else is shown by its value."""
        value = numeral.value
        if numeral.place is not None or value.denominator == 1:
            return None
        code = self.marks.fraction(str(abs(value.numerator)), str(value.denominator))
        return Shown(value < 0, code, True, True)

    def decimal_shown(self, number: Decimal) -> Shown:
        """A rounded number in the dialect's code."""
        point = self.marks.point[self.decimal]
        digits, exponent = number.digits, number.exponent
        if digits == "0" or LEAST_EXPONENT <= exponent <= MOST_EXPONENT:
            code = self.marks.digits(positional(digits, number.place, point))
            return Shown(number.negative, code, number.exact, False)
        mantissa = digits[0] + (point + digits[1:] if len(digits) > 1 else "")
        code = self.marks.scientific(self.marks.digits(mantissa), exponent)
        return Shown(number.negative, code, number.exact, True)

    def relation(self, values: tuple[Value, ...]) -> str:
        """The sign between two sides that hold these numbers."""
        exact = all(self.shown(value.name, value.place).exact for value in values)
        return self.marks.equal if exact else self.marks.about


def _signed(shown: Shown, _marks: NumberMarks) -> str:
    return ("-" if shown.negative else "") + shown.code


def _factor(shown: Shown, marks: NumberMarks) -> str:
    signed = _signed(shown, marks)
    return marks.brackets(signed) if shown.negative or shown.compound else signed


def _lead(shown: Shown, marks: NumberMarks) -> str:
    """The first factor of a product: only a power of ten needs brackets."""
    signed = _signed(shown, marks)
    return marks.brackets(signed) if shown.compound else signed


def _term(shown: Shown, _marks: NumberMarks) -> str:
    return f" {'-' if shown.negative else '+'} {shown.code}"


def _term_factor(shown: Shown, marks: NumberMarks) -> str:
    return f" {'-' if shown.negative else '+'} {marks.brackets(shown.code) if shown.compound else shown.code}"


def _negated(shown: Shown, _marks: NumberMarks) -> str:
    return ("" if shown.negative or shown.code == "0" else "-") + shown.code


#: How a number stands in its place.
FORMS: dict[str, Callable[[Shown, NumberMarks], str]] = {
    "plain": _signed,
    "factor": _factor,
    "base": _factor,
    "bracketed": lambda shown, marks: marks.brackets(_signed(shown, marks)),
    "lead": _lead,
    "term": _term,
    "term_factor": _term_factor,
    "negated": _negated,
}


@dataclass(frozen=True)
class Skeleton:
    """A printed sheet with open slots: the text between them, and what goes in."""

    pieces: tuple[str, ...]
    slots: tuple[Slot | Relation, ...]

    def fill(self, numbers: Numbers) -> str:
        """The sheet with the numbers of one solution."""
        filled: list[Any] = [None] * (2 * len(self.slots) + 1)
        filled[::2] = self.pieces
        filled[1::2] = [_slot(slot, numbers) for slot in self.slots]
        return "".join(filled)


def _slot(slot: Slot | Relation, numbers: Numbers) -> str:
    if isinstance(slot, Relation):
        return numbers.relation(slot.values)
    return FORMS[slot.form](numbers.shown(slot.name, slot.place), numbers.marks)


def skeleton(text: str, slots: list[Slot | Relation]) -> Skeleton:
    """Cut a printed sheet at its slots."""
    pieces = SLOT.split(text)
    return Skeleton(tuple(pieces[::2]), tuple(slots[int(number)] for number in pieces[1::2]))


