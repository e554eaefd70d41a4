"""What one number of a variant may become: a counted set of numerals, of which number k can be had by itself.

Nothing is listed that need not be: `decimals: 9` between 0 and 1 has a thousand million numerals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import gcd, prod
from typing import NamedTuple

from flint import fmpq

from symback.exercise.model import Numeral
from symback.solution.arithmetics import to_fmpq
from symback.solution.plain import positional

#: So many are made once and kept; of more, each is made when it is drawn.
MOST_KEPT = 2000
#: Beyond these places a number is written with a power of ten.
FARTHEST_PLACE = 15
#: A fraction with a longer numerator stays as it is.
LONGEST_NUMERATOR = 4

#: A number as it is shown and as it is calculated with.
Number = tuple[Numeral, fmpq]


@dataclass(frozen=True)
class Options:
    """`count` numerals; `make` gives the one at a place from 0 on."""

    count: int
    make: Callable[[int], Numeral]

    @cached_property
    def at(self) -> Callable[[int], Number]:
        """The numeral at a place, with its exact value."""
        if self.count > MOST_KEPT:
            return lambda index: _number(self.make(index))
        return [_number(self.make(index)) for index in range(self.count)].__getitem__

    @property
    def few(self) -> tuple[Numeral, ...] | None:
        """All of them, where they are few enough to be looked at."""
        return tuple(map(self.make, range(self.count))) if self.count <= MOST_KEPT else None


def _number(numeral: Numeral) -> Number:
    return numeral, to_fmpq(numeral.value)


class Drawn(NamedTuple):
    """Numbers side by side, as they are shown and as they are calculated with."""

    numerals: tuple[Numeral, ...]
    exact: tuple[fmpq, ...]


#: The kinds in which numbers are drawn.
NUMERALS, EXACT = range(2)


class Handful(dict[int, Drawn]):
    """Several options side by side, that are decided on by one place from 0 to `count` - 1.

    The choice of the first option is the lowest digit of the place. What was drawn is kept, if that is not too much.
    """

    def __init__(self, options: tuple[Options, ...]) -> None:
        super().__init__()
        self._options = options
        self.count = prod(each.count for each in options)

    def __missing__(self, place: int) -> Drawn:
        found, rest = [], place
        for each in self._options:
            rest, own = divmod(rest, each.count)
            found.append(each.at(own))
        drawn = Drawn(*zip(*found, strict=True))
        if self.count <= MOST_KEPT:
            self[place] = drawn
        return drawn


def handfuls(options: Sequence[Options]) -> list[Handful]:
    """Options in as few handfuls as can be kept: a number is found faster together with its neighbours."""
    found: list[list[Options]] = [[]]
    count = 1
    for each in options:
        if found[-1] and count * each.count > MOST_KEPT:
            found.append([])
            count = 1
        found[-1].append(each)
        count *= each.count
    return [_handful(tuple(several)) for several in found]


#: Numbers of one kind, as the weights of a layer often are, share what is kept of them.
_handful = lru_cache(maxsize=64)(Handful)


def numeral_of(whole: int, place: int, *, zeros: int = 0) -> Numeral:
    """The numeral `whole` times ten to the power `place`, written with `zeros` more zeros.

    >>> numeral_of(-15, -1).text, numeral_of(2, 0, zeros=1).text, numeral_of(0, -2).text
    ('-1.5', '20', '0.00')
    """
    digits = str(abs(whole)) + "0" * zeros
    sign = "-" if whole < 0 else ""
    text = positional(digits, place) if -FARTHEST_PLACE <= place <= 0 else f"{digits}e{place}"
    value = Fraction(int(digits) * (-1 if whole < 0 else 1)) * Fraction(10) ** place
    if not whole:
        count = max(1, -place) if place >= -FARTHEST_PLACE else 1
        return Numeral(text, value, count, count, place)
    least = len(digits.rstrip("0")) if place == 0 or "e" in text else len(digits)
    return Numeral(sign + text, value, least, len(digits), place)


def fixed(numeral: Numeral) -> Options:
    """A number that stays as it is."""
    return Options(1, lambda _: numeral)


def among(numerals: tuple[Numeral, ...]) -> Options:
    """One of these."""
    return Options(len(numerals), numerals.__getitem__)


def spaced(low: int, high: int, place: int, *, nonzero: bool = False) -> Options:
    """The whole numbers from `low` to `high` times ten to the power `place`, without 0 if that is asked."""
    hole = nonzero and low <= 0 <= high

    def make(index: int) -> Numeral:
        whole = low + index
        return numeral_of(whole + (hole and whole >= 0), place)

    return Options(max(0, high - low + 1 - hole), make)


def alike(numeral: Numeral) -> Options:
    """Numbers of the same kind: as many digits, decimals and zeros at the end, the same sign; 0 stays 0.

    A fraction keeps its denominator and the side of 1 on which it lies.
    """
    if numeral.value == 0:
        return fixed(numeral)
    if numeral.place is None:
        return _alike_fraction(numeral)
    whole = abs(int(numeral.value / Fraction(10) ** numeral.place))
    digits = str(whole).rstrip("0")
    return _of_kind(-1 if numeral.value < 0 else 1, len(digits), len(str(whole)) - len(digits), numeral.place)


@lru_cache(maxsize=256)
def _of_kind(sign: int, size: int, zeros: int, place: int) -> Options:
    """All numbers with so many digits, and so many zeros behind them, the last of which stands at this place."""

    def make(index: int) -> Numeral:
        # The last digit is never 0, so that none of the digits can be left out.
        before, last = divmod(index, 9)
        before += 10 ** (size - 2) if size > 1 else 0
        return numeral_of(sign * (10 * before + last + 1), place, zeros=zeros)

    return Options(9 * (9 * 10 ** (size - 2) if size > 1 else 1), make)


def _alike_fraction(numeral: Numeral) -> Options:
    over, under = abs(numeral.value.numerator), numeral.value.denominator
    size = len(str(over))
    if size > LONGEST_NUMERATOR or under == 1:
        return fixed(numeral)
    sign = "-" if numeral.value < 0 else ""
    found = tuple(
        Numeral(f"{sign}{top}/{under}", Fraction(-top if sign else top, under), 0, 0, None)
        for top in range(10 ** (size - 1), 10**size)
        if gcd(top, under) == 1 and (top < under) == (over < under)
    )
    return among(found)
