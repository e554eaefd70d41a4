"""One written number against one value: right, nearly right, or consistent with a ball.

A number is judged at its own precision: by the place where its writer stopped. `100` may have been rounded to one,
two or three digits, so it has a range of places; what a computer printed with all its digits is rounded in binary.
All comparisons are between exact rationals.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from flint import arb, fmpq

from symback.exercise.model import Numeral

#: A ball wider than this part of its middle says too little: then the middle itself is what follows.
WIDEST_BALL = fmpq(1, 2)
ZERO = fmpq(0)
#: The formats that a computer prints, by their bits, each with the digits from which on a number is looked at as its
#: print: a float64 mostly has 16 or 17, a float32 that has become a float64 about as many.
PRINTED = {24: 10, 53: 15}
#: Halves of a unit that a number may be from the truth: cut off or rounded the other way; and one unit beside the
#: rounded truth.
CLOSE, BESIDE = 2, 3
#: A value known as closely as this is that number: no numeral has so many digits.
CERTAIN = fmpq(1, 10**60)
#: Beyond 2^FAR, or as near to 0, a ball is not compared with a number on a paper, which has an exponent of 400 at most.
FAR = 10_000

#: A true or predicted value, as exact end points.
Ends = tuple[fmpq, fmpq]


@lru_cache(maxsize=1024)
def unit_at(place: int) -> fmpq:
    """A power of ten."""
    return fmpq(10) ** place


@dataclass(frozen=True)
class Reading:
    """A value that stands on the paper: its middle, half a unit of its last place, the places it may stop at.

    `places` runs from the finest to the coarsest power of ten; it is empty for an exact form (a fraction) and for
    the value of a whole expression, whose `radius` comes from its numerals. `bits` says that a computer printed the
    number: its last place is the last of so many bits.
    """

    value: fmpq
    radius: fmpq
    places: range = range(0)
    bits: int = 0

    @property
    def unit(self) -> fmpq:
        """One unit of the last place (twice the radius)."""
        return 2 * self.radius

    @cached_property
    def ball(self) -> Any:
        """The ball that a later line goes on with: a rational where the reading is exact."""
        return arb(self.value, self.radius) if self.radius else self.value

    @cached_property
    def cut_ball(self) -> Any:
        """The ball of a number that may have been cut off as well: it reaches one unit away from 0."""
        if not self.radius:
            return self.value
        shift = self.radius / 2 if self.value > 0 else -self.radius / 2
        return arb(self.value + shift, self.radius * 3 / 2)

    @property
    def digits(self) -> int:
        """How many digits are written, from the first that is not 0 to the last; 0 for what is no decimal."""
        return len(str(abs(int((self.value / unit_at(self.places[0])).p)))) if self.places else 0

    @cached_property
    def coarsest(self) -> fmpq:
        """Half a unit of the coarsest place at which the number may have been rounded."""
        return max(self.radius, unit_at(self.places[-1]) / 2) if self.places else self.radius

    @cached_property
    def reach(self) -> fmpq:
        """How far a number may be from what it follows from: a unit, or half a unit of its coarsest place."""
        return max(2 * self.radius, self.coarsest) if self.places else self.radius

    def in_full(self, value: fmpq) -> bool:
        """Whether a value can be written in full with as many decimals as the number has."""
        return bool(self.places and self.radius and not self.bits and (value / self.unit).q == 1)

    def at(self, place: int) -> Reading:
        """The same number, taken to be rounded at one of its places."""
        return self if len(self.places) == 1 else Reading(self.value, unit_at(place) / 2, range(place, place + 1))


def rational(value: Fraction | int) -> fmpq:
    """A fraction as the rational that the comparisons are made with."""
    return fmpq(value.numerator, value.denominator)


def fraction(value: fmpq) -> Fraction:
    """The same number as a fraction."""
    return Fraction(int(value.p), int(value.q))


def reading_of(numeral: Numeral) -> Reading:
    """The reading of a numeral; of `100` the finest place is believed first."""
    value = fmpq(numeral.value.numerator, numeral.value.denominator)
    if numeral.place is None:
        return Reading(value, ZERO)
    places = range(numeral.place, numeral.place + numeral.most - numeral.least + 1)
    half = unit_at(numeral.place) / 2
    bits = printed_bits(numeral)
    return Reading(value, max(half, last_bit(value, bits) / 2), places, bits) if bits else Reading(value, half, places)


def printed_bits(numeral: Numeral) -> int:
    """The bits of the format whose number prints as this numeral: 24 of a float32, 53 of a float64, 0 of none."""
    if numeral.least < min(PRINTED.values()):
        return 0
    try:
        near = float(numeral.value)
        bits = 24 if struct.unpack("f", struct.pack("f", near))[0] == near else 53
    except OverflowError:
        return 0
    return bits if numeral.least >= PRINTED[bits] and Fraction(repr(near)) == numeral.value else 0


def last_bit(value: fmpq, bits: int) -> fmpq:
    """What the last of so many bits of a number is worth."""
    return fmpq(2) ** (math.frexp(float(fraction(value)))[1] - bits)


def ends(value: Any) -> Ends:
    """The exact end points of a rational or a ball."""
    if isinstance(value, fmpq):
        return value, value
    middle, radius = value.mid().fmpq(), value.rad().fmpq()
    return middle - radius, middle + radius


def at_places(reading: Reading, true: Any) -> Reading | None:
    """The reading at the place where it is the correctly rounded true value, None where it is not that."""
    return rounds_to(reading, ends(true))


def rounds_to(reading: Reading, true: Ends) -> Reading | None:
    """The reading at the place where it is the correctly rounded true value, None where it is not that.

    A number that equals the true value is exact at any place. A written 0 is the truth only where the truth is 0:
    as a rounded number it has no digit left.
    """
    (low, high), value = true, reading.value
    if value == low == high or (low <= value <= high and high - low < CERTAIN * abs(value)):
        return Reading(value, ZERO, reading.places)
    if not value or not reading.places:
        return reading if _is_whole_calculation(reading) and _near(reading, low, high, 1) else None
    if not _reaches(value, reading.coarsest, low, high) or _is_twice(reading, low, high):
        return None
    if reading.bits:
        return reading
    for place in reading.places:
        if _reaches(value, unit_at(place) / 2, low, high):
            return reading.at(place)
    return None


def rounds_to_zero(place: int, true: Ends) -> Reading | None:
    """The reading of a 0 that was rounded at a place, None where the truth has a digit there."""
    half = unit_at(place) / 2
    return Reading(ZERO, half, range(place, place + 1)) if max(map(abs, true)) <= half else None


def _is_twice(reading: Reading, low: fmpq, high: fmpq) -> bool:
    """Whether a number is twice the truth, as the whole number 1 is for 1/2: no digit of the truth is left in it."""
    return bool(reading.places and reading.places[0] >= 0 and low == high and reading.value == 2 * low)


def _is_whole_calculation(reading: Reading) -> bool:
    """Whether a reading is the value of an expression, and a telling one."""
    return not reading.places and 0 < reading.radius < WIDEST_BALL * abs(reading.value) / 2


def is_close(reading: Reading, true: Any, tolerance: Fraction | None = None) -> bool:
    """Whether a number is within one unit of its last place of the truth, or within the asked-for tolerance."""
    return lies_close(reading, ends(true), tolerance)


def lies_close(reading: Reading, true: Ends, tolerance: Fraction | None = None, halves: int = CLOSE) -> bool:
    """Whether a number is within one unit of its last place of the truth, or within the asked-for tolerance.

    One unit is what rounding the other way or cutting off may cost; with BESIDE it is one unit from the rounded truth.
    A true value that can be written in full with the digits that are there needs neither: 3 is not nearly 2.
    """
    low, high = true
    middle = (low + high) / 2
    if tolerance is not None and abs(reading.value - middle) <= rational(tolerance) * abs(middle):
        return True
    if not reading.places or not reading.value * middle > 0 or not _near(reading, low, high, halves):
        return False
    return not (low == high and reading.in_full(low)) and not _is_twice(reading, low, high)


def _near(reading: Reading, low: fmpq, high: fmpq, halves: int) -> bool:
    return _reaches(reading.value, halves * reading.radius, low, high)


def _reaches(value: fmpq, reach: fmpq, low: fmpq, high: fmpq) -> bool:
    return bool(value - reach <= high and low <= value + reach)


def is_truncated(reading: Reading, true: Any) -> bool:
    """Whether a number is the truth cut off, not rounded, at its last place; a computer cuts nothing off."""
    if reading.bits:
        return False
    low, high = ends(true)
    middle = (low + high) / 2
    return bool(abs(reading.value) < abs(middle) < abs(reading.value) + reading.unit)


#: The end points of a ball that says enough, and of a point; None where there is none.
Spans = tuple[Ends | None, Ends | None]


def spans(ball: Any, point: Any) -> Spans:
    """What a number is compared with: a ball, if it is not wider than half of its middle, and a point."""
    if isinstance(ball, fmpq):
        return None, (ball, ball)
    around = ends(ball) if usable(ball) else None
    if around is not None and not _narrow(*around):
        around = None
    return around, ends(point) if point is not ball and usable(point) else None


def follows(reading: Reading, ball: Any, point: Any) -> bool:
    """Whether a number is consistent with what a step gives on balls (`ball`) and on the written numbers (`point`)."""
    return lies_in(reading, spans(ball, point))


def lies_in(reading: Reading, found: Spans) -> bool:
    """Whether a number is consistent with the ball or the point that a step gives.

    The ball has to reach the number as it was rounded, one unit for one that was cut off. A ball that is wider than
    half of its middle says too little; then only the number that follows from the written ones counts, in full where
    it has no more digits than are written.
    """
    ball, point = found
    return (ball is not None and _meets(reading, *ball)) or (point is not None and _comes_to(reading, *point))


def _comes_to(reading: Reading, low: fmpq, high: fmpq) -> bool:
    """Whether a number is a point as it may be written: one that can be written in full has to be."""
    if low == high and reading.in_full(low):
        return bool(abs(reading.value - low) <= reading.coarsest - reading.radius)
    return _meets(reading, low, high)


def copies(reading: Reading, ball: Any) -> bool:
    """Whether a number may be a copy of another, with as many digits or more or fewer: their balls meet."""
    return usable(ball) and _near(reading, *ends(ball), 1)


def agrees(reading: Reading, value: Any) -> bool:
    """Whether a number is a predicted value, rounded or cut off where the writer stopped."""
    low, high = ends(value)
    if not reading.value or low == high == reading.value:
        return bool(low == high == reading.value)
    return reading.value * (low + high) > 0 and (_near(reading, low, high, 1) or is_truncated(reading, value))


def usable(value: Any) -> bool:
    """Whether a value is a number, and none that would fill a machine: e^(10^10) has ten thousand million bits."""
    if isinstance(value, fmpq):
        return True
    if value is None or not value.is_finite():
        return False
    return bool(-FAR < value.mid().man_exp()[1] < FAR and -FAR < value.rad().man_exp()[1] < FAR)


def _narrow(low: fmpq, high: fmpq) -> bool:
    return bool(high - low <= WIDEST_BALL * abs(high + low) / 2)


def _meets(reading: Reading, low: fmpq, high: fmpq) -> bool:
    value, reach = reading.value, reading.reach
    if not value:
        return bool(low == high == 0)
    if value + reach < low or value - reach > high:
        return False
    # The sign has to be right, but where the ball holds 0.
    return bool(low * high <= 0 or (low > 0) == (value > 0))
