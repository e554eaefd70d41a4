"""Numbers into a printed sheet: each slot becomes the number it refers to, in the form that its place asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from symback.document.dialects import NumberMarks
from symback.document.measure import BRACKETS, DIGIT, POINT, SCRIPT, SIGN, TIMES, WHOLE
from symback.document.nodes import Value
from symback.document.printer import SLOT, Relation, Slot
from symback.exercise.model import Given, Numeral
from symback.solution.plain import positional
from symback.solution.rounding import Decimal
from symback.solution.solution import Solution

#: A terminating decimal of up to so many digits is shown in full, whatever the asked-for digits.
FULL_DIGITS = 15
#: Numbers whose first digit stands outside these places are written with a power of ten.
LEAST_EXPONENT, MOST_EXPONENT = -4, 9
#: A longer row of characters is written in lines of so many.
LONGEST_LINE = 32


@dataclass(frozen=True, slots=True)
class Shown:
    """A number ready to be set.

    `code` is without the sign; `exact` says that nothing was rounded; `power` that it is a product with a power of
    ten, `fraction` that it is a fraction: these need brackets in some places. `width` is in hundredths of an em.
    """

    negative: bool
    code: str
    exact: bool
    power: bool
    fraction: bool
    width: int


@dataclass
class Numbers:
    """The numbers of one solution in one dialect, each formatted once."""

    solution: Solution
    marks: NumberMarks
    digits: int
    decimal: str
    _shown: dict[tuple[str, int], Shown] = field(default_factory=dict)
    _known: dict[int, tuple[Any, Shown]] = field(default_factory=dict)

    def shown(self, name: str, place: int) -> Shown:
        """The number at one place of a quantity, formatted."""
        key = (name, place)
        found = self._shown.get(key)
        if found is None:
            found = self._shown[key] = self._format(name, place)
        return found

    def width(self, value: Value) -> int:
        """How wide a number is, with its sign."""
        return self.shown(value.name, value.place).width

    @cached_property
    def _givens(self) -> dict[str, Given]:
        return dict(self.solution.exercise.givens)

    def _format(self, name: str, place: int) -> Shown:
        given = self._givens.get(name)
        if given is not None:
            columns = given.shape[1]
            written = self._given(given.rows[place // columns][place % columns])
            if written is not None:
                return written
        # A step that passes a value on shares it, and so its digits: an entry is known by its identity, as long as
        # it is kept here.
        entry = self.solution.values(name)[place]
        known = self._known.get(id(entry))
        if known is None:
            found = self.decimal_shown(self.solution.rounded(name, place, self.digits, FULL_DIGITS))
            known = self._known[id(entry)] = (entry, found)
        return known[1]

    def _given(self, numeral: Numeral) -> Shown | None:
        """A given fraction stays a fraction; anything else is shown by its value."""
        value = numeral.value
        if numeral.place is not None or value.denominator == 1:
            return None
        over, under = str(abs(value.numerator)), str(value.denominator)
        width = DIGIT * max(len(over), len(under)) + (SIGN if value < 0 else 0)
        return Shown(value < 0, self.marks.fraction(over, under), True, False, True, width)

    def decimal_shown(self, number: Decimal) -> Shown:
        """A rounded number in the dialect's code."""
        point, digits, exponent = self.marks.point[self.decimal], number.digits, number.exponent
        width = SIGN if number.negative else 0
        if digits == "0" or LEAST_EXPONENT <= exponent <= MOST_EXPONENT:
            code = self._row(positional(digits, number.place, "\0"), point)
            length = max(len(digits) - min(exponent, 0), exponent + 1)
            return Shown(number.negative, code, number.exact, False, False, width + _row_width(length))
        mantissa = self._row(digits[0] + ("\0" + digits[1:] if len(digits) > 1 else ""), point)
        scripts = (DIGIT * len(str(abs(exponent))) + (SIGN if exponent < 0 else 0)) * SCRIPT // WHOLE
        width += _row_width(len(digits)) + TIMES + 2 * DIGIT + scripts
        code = self.marks.scientific(mantissa, exponent)
        return Shown(number.negative, code, number.exact, True, False, width)

    def _row(self, text: str, point: str) -> str:
        """Digits in the dialect's code, `\\0` standing for the decimal sign; very many are broken into lines."""
        if len(text) <= LONGEST_LINE:
            return self.marks.digits(text.replace("\0", point))
        lines = [text[start : start + LONGEST_LINE] for start in range(0, len(text), LONGEST_LINE)]
        return self.marks.stack([self.marks.digits(line.replace("\0", point)) for line in lines])

    def relation(self, values: tuple[Value, ...]) -> str:
        """The sign between two sides that hold these numbers."""
        shown = self._shown
        for value in values:
            found = shown.get((value.name, value.place)) or self.shown(value.name, value.place)
            if not found.exact:
                return self.marks.about
        return self.marks.equal


def _row_width(digits: int) -> int:
    return DIGIT * min(digits, LONGEST_LINE) + (POINT if digits > 1 else 0)


def widest_number(digits: int) -> int:
    """The width that no number with so many digits exceeds, its brackets included."""
    return _row_width(max(digits, FULL_DIGITS) - LEAST_EXPONENT) + SIGN + TIMES + 2 * DIGIT + 200 + BRACKETS


def _signed(shown: Shown, _marks: NumberMarks) -> str:
    return "-" + shown.code if shown.negative else shown.code


def _factor(shown: Shown, marks: NumberMarks) -> str:
    signed = _signed(shown, marks)
    return marks.brackets(signed) if shown.negative or shown.power else signed


def _base(shown: Shown, marks: NumberMarks) -> str:
    signed = _signed(shown, marks)
    return marks.brackets(signed) if shown.negative or shown.power or shown.fraction else signed


def _lead(shown: Shown, marks: NumberMarks) -> str:
    """The first factor of a product: only a power of ten needs brackets."""
    signed = _signed(shown, marks)
    return marks.brackets(signed) if shown.power else signed


def _term(shown: Shown, _marks: NumberMarks) -> str:
    return (" - " if shown.negative else " + ") + shown.code


def _term_factor(shown: Shown, marks: NumberMarks) -> str:
    return (" - " if shown.negative else " + ") + (marks.brackets(shown.code) if shown.power else shown.code)


def _negated(shown: Shown, _marks: NumberMarks) -> str:
    return ("" if shown.negative or shown.code == "0" else "-") + shown.code


#: How a number stands in its place.
FORMS: dict[str, Callable[[Shown, NumberMarks], str]] = {
    "plain": _signed,
    "factor": _factor,
    "base": _base,
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
