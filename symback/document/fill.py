"""Numbers into a printed sheet: each slot becomes the number it refers to, in the form that its place asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from flint import fmpq

from symback.document.dialects import NumberMarks
from symback.document.measure import BRACKETS, DIGIT, POINT, SCRIPT, SIGN, TIMES, WHOLE, Key
from symback.document.printer import SLOT, Brief, Hole, Open, Relation, Slot
from symback.exercise.model import Numeral
from symback.solution.plain import positional
from symback.solution.rounding import Decimal, round_ball, round_rational, thin
from symback.solution.solution import Solution

#: A terminating decimal of up to so many digits is shown in full, whatever the asked-for digits.
FULL_DIGITS = 15
#: Numbers whose first digit stands outside these places are written with a power of ten.
LEAST_EXPONENT, MOST_EXPONENT = -4, 9
#: A table and a sentence show no more digits than these, whatever the sheet does.
MOST_IN_LINE = 24
#: A longer row of characters is written in lines of so many.
LONGEST_LINE = 32
#: A fraction is short where neither of its numbers has more digits than this.
LONGEST_FRACTION = 6
#: So many rational numbers are remembered from sheet to sheet.
MOST_RATIONALS = 20_000


class Shown(NamedTuple):
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
    #: A fraction with a slash, as it stands in an exponent; empty for what stands on one line anyhow.
    flat: str = ""


class Rationals(dict[tuple[int, int], Shown]):
    """Rational numbers that are formatted already, for all sheets of one kind; not more than are of use."""

    def keep(self, value: tuple[int, int], shown: Shown) -> None:
        """Remember a number."""
        if len(self) == MOST_RATIONALS:
            self.clear()
        self[value] = shown


@dataclass
class Numbers:
    """The numbers of one solution in one dialect, each formatted once."""

    solution: Solution
    marks: NumberMarks
    digits: int
    decimal: str
    #: Whether rational numbers are shown as `fractions` as long as they are short, or as `decimals`.
    forms: str = "decimals"
    rationals: Rationals = field(default_factory=lambda: Rationals())
    #: What goes into the holes, as code.
    texts: dict[str, str] = field(default_factory=dict)
    _known: dict[int, Shown] = field(default_factory=dict)

    def shown(self, name: str, place: int) -> Shown:
        """The number at one place of a quantity, formatted."""
        return self.table[name, place]

    @cached_property
    def table(self) -> Table:
        """The numbers by quantity and place, each formatted when it is first looked up."""
        return Table(self)

    @cached_property
    def brief(self) -> Table:
        """The same numbers with no more digits than stand on a line."""
        if self.digits <= MOST_IN_LINE:
            return self.table
        return replace(self, digits=MOST_IN_LINE, rationals=Rationals(), _known={}).table

    @cached_property
    def _entries(self) -> dict[str, Sequence[Any]]:
        """The entries of quantities, row by row: the given ones as they are written, others as they are asked for."""
        givens = self.solution.exercise.givens.items()
        return {name: [cell for row in given.rows for cell in row] for name, given in givens}

    def format(self, name: str, place: int) -> Shown:
        """Format the number at one place of a quantity."""
        entries = self._entries.get(name)
        if entries is None:
            entries = self._entries[name] = self.solution.values(name)
        entry = entries[place]
        if type(entry) is fmpq:
            return self._rational((int(entry.p), int(entry.q)))
        if type(entry) is Numeral:
            return self._numeral(entry)
        # A step that passes a value on shares it, and so its digits: what is kept in the entries has one identity.
        known = self._known.get(id(entry))
        if known is None:
            found = thin(entry, self.digits)
            known = self._digits(*found, exact=False) if found else self._rounded(name, place, entry)
            self._known[id(entry)] = known
        return known

    def _rounded(self, name: str, place: int, entry: Any) -> Shown:
        """A ball that has to be looked at closely."""
        rounded = round_ball(entry, self.digits) or self.solution.rounded(name, place, self.digits, FULL_DIGITS)
        return self.decimal_shown(rounded)

    def _numeral(self, numeral: Numeral) -> Shown:
        """A given fraction stays a fraction; anything else is shown by its value."""
        ratio = numeral.value.as_integer_ratio()
        return self._fraction(*ratio) if numeral.place is None and ratio[1] != 1 else self._rational(ratio)

    def _rational(self, ratio: tuple[int, int]) -> Shown:
        """A rational number, which may be known from another sheet."""
        found = self.rationals.get(ratio)
        if found is None:
            short = self.forms == "fractions" and max(len(str(abs(part))) for part in ratio) <= LONGEST_FRACTION
            if short and ratio[1] != 1:
                found = self._fraction(*ratio)
            else:
                found = self.decimal_shown(round_rational(Fraction(*ratio), self.digits, limit=FULL_DIGITS))
            self.rationals.keep(ratio, found)
        return found

    def _fraction(self, numerator: int, denominator: int) -> Shown:
        over, under, negative = str(abs(numerator)), str(denominator), numerator < 0
        width = DIGIT * max(len(over), len(under)) + (SIGN if negative else 0)
        flat = f"{over} {self.marks.slash} {under}"
        return Shown(negative, self.marks.fraction(over, under), True, False, True, width, flat)

    def decimal_shown(self, number: Decimal) -> Shown:
        """A rounded number in the dialect's code."""
        return self._digits(number.negative, number.digits, number.exponent, exact=number.exact)

    def _digits(self, negative: bool, digits: str, exponent: int, *, exact: bool) -> Shown:
        """Digits, the first of which stands at `exponent`; far from the point they are written with a power of ten."""
        width, count = SIGN if negative else 0, len(digits)
        if digits == "0" or LEAST_EXPONENT <= exponent <= MOST_EXPONENT:
            code = self._row(positional(digits, exponent - count + 1, self._point))
            length = max(count - min(exponent, 0), exponent + 1)
            return Shown(negative, code, exact, False, False, width + _row_width(length))
        mantissa = digits[0] + (self._point + digits[1:] if count > 1 else "")
        scripts = (DIGIT * len(str(abs(exponent))) + (SIGN if exponent < 0 else 0)) * SCRIPT // WHOLE
        width += _row_width(count) + TIMES + 2 * DIGIT + scripts
        if self.marks.piece and len(mantissa) <= LONGEST_LINE:
            code = self.marks.piece(mantissa, exponent)
        else:
            code = self.marks.scientific(self._row(mantissa), exponent)
        return Shown(negative, code, exact, True, False, width)

    @cached_property
    def _point(self) -> str:
        return self.marks.point[self.decimal]

    def _row(self, text: str) -> str:
        """Digits in the dialect's code; very many are broken into lines."""
        if len(text) <= LONGEST_LINE:
            return self.marks.digits(text)
        head, point, tail = text.partition(self._point)
        # The decimal sign may be several characters of code, and is counted as one.
        plain = head + ("\0" + tail if point else "")
        lines = [plain[start : start + LONGEST_LINE] for start in range(0, len(plain), LONGEST_LINE)]
        return self.marks.stack([self.marks.digits(line.replace("\0", point)) for line in lines])


class Table(dict[Key, Shown]):
    """The numbers of one solution, made on demand."""

    def __init__(self, numbers: Numbers) -> None:
        super().__init__()
        self._numbers = numbers

    def __missing__(self, key: Key) -> Shown:
        found = self[key] = self._numbers.format(*key)
        return found


def _row_width(digits: int) -> int:
    return DIGIT * min(digits, LONGEST_LINE) + (POINT if digits > 1 else 0)


def widest_number(digits: int) -> int:
    """The width that no number with so many digits exceeds, its brackets included."""
    return _row_width(max(digits, FULL_DIGITS) - LEAST_EXPONENT) + SIGN + TIMES + 2 * DIGIT + 200 + BRACKETS


def _in_line(shown: Shown) -> Shown:
    """A number without anything above or below the line."""
    return shown._replace(code=shown.flat) if shown.flat else shown


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


#: A slot ready to be filled: from the numbers to code.
Filler = Callable[[Numbers], str]


@dataclass(frozen=True)
class Skeleton:
    """A printed sheet with open slots: the text between them, what fills them, and which of it goes into each slot."""

    pieces: tuple[str, ...]
    fillers: tuple[Filler, ...]
    order: tuple[int, ...]

    def fill(self, numbers: Numbers) -> str:
        """The sheet with the numbers of one solution."""
        made = [filler(numbers) for filler in self.fillers]
        filled: list[Any] = [None] * (2 * len(self.order) + 1)
        filled[::2] = self.pieces
        filled[1::2] = [made[at] for at in self.order]
        return "".join(filled)


def _filler(slot: Open) -> Filler:
    """What fills a slot, with everything looked up that does not depend on the numbers."""
    match slot:
        case Slot(name, place, form, flat):
            key, write = (name, place), FORMS[form]
            if flat:
                return lambda numbers: write(_in_line(numbers.table[key]), numbers.marks)
            return lambda numbers: write(numbers.table[key], numbers.marks)
        case Brief(name, place):
            key = (name, place)
            return lambda numbers: _signed(numbers.brief[key], numbers.marks)
        case Relation(values):
            keys = tuple({(value.name, value.place): None for value in values})
            return lambda numbers: _relation(keys, numbers)
        case Hole(name):
            return lambda numbers: numbers.texts[name]


def _relation(keys: tuple[Key, ...], numbers: Numbers) -> str:
    """The sign between two sides that hold these numbers."""
    table = numbers.table
    for key in keys:
        if not table[key].exact:
            return numbers.marks.about
    return numbers.marks.equal


def skeleton(text: str, slots: list[Open]) -> Skeleton:
    """Cut a printed sheet at its slots; what stands in several of them is made once."""
    pieces = SLOT.split(text)
    opened = [slots[int(number)] for number in pieces[1::2]]
    places = {slot: at for at, slot in enumerate(dict.fromkeys(opened))}
    return Skeleton(tuple(pieces[::2]), tuple(map(_filler, places)), tuple(places[slot] for slot in opened))
