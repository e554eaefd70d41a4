"""Binary floating-point formats by IEEE 754: every operation is rounded once, to the nearest, ties to even.

A number is a Python float that its format can hold. Sums, products and quotients of two such are right in float64
first: its 53 bits are at least 2 * 24 + 2, so that rounding again to fewer bits does no harm (Figueroa 1995, "When is
double rounding innocuous?"). So the formats need no library, no type of the machine, and warn of nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Format:
    """A format of `bits` of significand; its last bit stands at 2^lowest or above, its numbers below 2^highest."""

    bits: int
    lowest: int
    highest: int

    def nearest(self, value: Fraction) -> Float:
        """The number that is nearest to a rational, ties to even, infinity beyond the largest."""
        top, bottom = abs(value.numerator), value.denominator
        place = max(top.bit_length() - bottom.bit_length() - self.bits, self.lowest)
        whole, rest = _scaled(top, bottom, place)
        if whole >> self.bits:  # one bit too many: the quotient was at least 1
            place += 1
            whole, rest = _scaled(top, bottom, place)
        whole += rest > 1 or (rest == 1 and whole % 2)
        size = math.inf if whole.bit_length() + place > self.highest else math.ldexp(whole, place)
        return Float(-size if value < 0 else size, self)

    def rounded(self, value: float) -> Float:
        """A result of float64 in this format."""
        if self.bits == _WIDEST or not math.isfinite(value):
            return Float(value, self)
        if abs(value) >= 2.0**self.highest:
            return Float(math.copysign(math.inf, value), self)
        place = max(math.frexp(value)[1] - self.bits, self.lowest)
        size = math.ldexp(round(math.ldexp(abs(value), -place)), place)
        return Float(math.copysign(size if size < 2.0**self.highest else math.inf, value), self)


_WIDEST = 53

FORMATS = {
    "float64": Format(_WIDEST, -1074, 1024),
    "float32": Format(24, -149, 128),
    "bfloat16": Format(8, -133, 128),
}


def _scaled(top: int, bottom: int, place: int) -> tuple[int, int]:
    """The whole part of top / bottom / 2^place, and its rest against a half: 0 below, 1 equal, 2 above."""
    top, bottom = top << max(-place, 0), bottom << max(place, 0)
    whole, rest = divmod(top, bottom)
    return whole, (2 * rest >= bottom) + (2 * rest > bottom)


@dataclass(frozen=True, slots=True)
class Float:
    """A number of a format; division by 0 gives infinity or NaN, as the machine does."""

    value: float
    form: Format

    def __add__(self, other: Float) -> Float:
        return self.form.rounded(self.value + other.value)

    def __sub__(self, other: Float) -> Float:
        return self.form.rounded(self.value - other.value)

    def __mul__(self, other: Float) -> Float:
        return self.form.rounded(self.value * other.value)

    def __truediv__(self, other: Float) -> Float:
        return self.form.rounded(_quotient(self.value, other.value))

    def __neg__(self) -> Float:
        return Float(-self.value, self.form)

    def __float__(self) -> float:
        return self.value


def _quotient(over: float, under: float) -> float:
    if under:
        return over / under
    if not over or math.isnan(over):
        return math.nan
    return math.copysign(math.inf, over) * math.copysign(1, under)
