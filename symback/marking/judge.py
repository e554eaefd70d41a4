"""One written number against one value: right, nearly right, or consistent with a ball.

A number is judged at its own precision: by the place where its writer stopped. `100` may have been rounded to one,
two or three digits, so it has a range of places.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from symback.exercise.model import Numeral
from symback.solution.rounding import bounds

#: A ball wider than this part of its middle says too little: then the middle itself is what follows.
WIDEST_BALL = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Reading:
    """A value that stands on the paper: its middle, half a unit of its last place, the places it may stop at.

    `places` runs from the finest to the coarsest power of ten; it is empty for an exact form (a fraction) and for
    the value of a whole expression, whose `radius` comes from its numerals.
    """

    value: Fraction
    radius: Fraction
    places: range = range(0)

    @property
    def unit(self) -> Fraction:
        """One unit of the last place (twice the radius)."""
        return 2 * self.radius

    @property
    def ball(self) -> Any:
        """The ball that a later line goes on with: a rational where the reading is exact."""
        middle = fmpq(self.value.numerator, self.value.denominator)
        if not self.radius:
            return middle
        return arb(middle, arb(fmpq(self.radius.numerator, self.radius.denominator)))

    @property
    def point(self) -> fmpq:
        """The written number itself."""
        return fmpq(self.value.numerator, self.value.denominator)


def reading_of(numeral: Numeral) -> Reading:
    """The reading of a numeral; of `100` the finest place is believed first."""
    if numeral.place is None:
        return Reading(numeral.value, Fraction(0))
    unit = Fraction(10) ** numeral.place
    return Reading(numeral.value, unit / 2, range(numeral.place, numeral.place + numeral.most - numeral.least + 1))


def ends(value: Any) -> tuple[Fraction, Fraction]:
    """The exact end points of a rational or a ball."""
    if isinstance(value, fmpq):
        exact = Fraction(int(value.numerator), int(value.denominator))
        return exact, exact
    return bounds(value)


def at_places(reading: Reading, true: Any) -> Reading | None:
    """The reading at the place where it is the correctly rounded true value, None where it is not that.

    A number that equals the true value is exact at any place. A written 0 is the truth only where the truth is 0:
    as a rounded number it has no digit left.
    """
    low, high = ends(true)
    if reading.value == low == high:
        return Reading(reading.value, Fraction(0), reading.places)
    if reading.value == 0 or not reading.places:
        return reading if _is_whole_calculation(reading) and _near(reading, low, high, 1) else None
    for place in reading.places:
        half = Fraction(10) ** place / 2
        if reading.value - half <= high and low <= reading.value + half:
            return Reading(reading.value, half, range(place, place + 1))
    return None


def _is_whole_calculation(reading: Reading) -> bool:
    """Whether a reading is the value of an expression, and a telling one."""
    return not reading.places and 0 < reading.radius < WIDEST_BALL * abs(reading.value) / 2


def is_close(reading: Reading, true: Any, tolerance: Fraction | None = None) -> bool:
    """Whether a number is within one unit of its last place of the truth, or within the asked-for tolerance."""
    low, high = ends(true)
    middle = (low + high) / 2
    if tolerance is not None and abs(reading.value - middle) <= tolerance * abs(middle):
        return True
    return reading.value * middle > 0 and bool(reading.places) and _near(reading, low, high, 2)


def _near(reading: Reading, low: Fraction, high: Fraction, halves: int) -> bool:
    reach = halves * reading.radius
    return reading.value - reach <= high and low <= reading.value + reach


def is_truncated(reading: Reading, true: Any) -> bool:
    """Whether a number is the truth cut off, not rounded, at its last place."""
    low, high = ends(true)
    middle = (low + high) / 2
    return abs(reading.value) < abs(middle) and abs(middle) - abs(reading.value) < reading.unit


def follows(reading: Reading, ball: Any, point: Any) -> bool:
    """Whether a number is consistent with what a step gives on balls (`ball`) and on the written numbers (`point`).

    The ball has to reach the number as it was rounded, one unit for one that was cut off. A ball that is wider than
    half of its middle says too little; then only the number that follows from the written ones counts.
    """
    if usable(ball) and _narrow(*ends(ball)) and _meets(reading, *ends(ball)):
        return True
    return usable(point) and _meets(reading, *ends(point))


def agrees(reading: Reading, value: Any) -> bool:
    """Whether a number is a predicted value, rounded or cut off where the writer stopped."""
    low, high = ends(value)
    if reading.value == 0 or low == high == reading.value:
        return low == high == reading.value
    return reading.value * (low + high) > 0 and (_near(reading, low, high, 1) or is_truncated(reading, value))


def usable(value: Any) -> bool:
    """Whether a value is a number at all."""
    return isinstance(value, fmpq) or (value is not None and bool(value.is_finite()))


def _narrow(low: Fraction, high: Fraction) -> bool:
    return high - low <= WIDEST_BALL * abs(high + low) / 2


def _meets(reading: Reading, low: Fraction, high: Fraction) -> bool:
    if reading.value == 0:
        return low == high == 0
    if not (reading.places or reading.radius):
        return low <= reading.value <= high
    if (low > 0) == (low + high > 0) and (low + high) * reading.value < 0:
        return False
    if _near(reading, low, high, 2 if reading.places else 1):
        return True
    return any(
        reading.value - Fraction(10) ** place / 2 <= high and low <= reading.value + Fraction(10) ** place / 2
        for place in reading.places[1:]
    )
