"""Correct rounding: the digits of the true value, half to even, or the answer that they are not certain yet."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, NamedTuple

from flint import arb, fmpq

from symback.errors import LimitError


class Decimal(NamedTuple):
    """A rounded number: sign, digits and the power of ten of the last digit; `exact` where nothing was rounded away."""

    negative: bool
    digits: str
    place: int
    exact: bool

    @property
    def exponent(self) -> int:
        """The power of ten of the first digit."""
        return self.place + len(self.digits) - 1

    @property
    def value(self) -> Fraction:
        """The rounded number itself."""
        return (-1 if self.negative else 1) * int(self.digits) * Fraction(10) ** self.place


#: Numbers beyond 2^FAR, or as near to 0, are not written out: e^(-10^10) has four thousand million zeros.
FAR = 1_000_000


def leading_exponent(numerator: int, denominator: int) -> int:
    """The power of ten of the first digit of a positive rational."""
    assert numerator > 0
    # The quotient lies between 2^(size-1) and 2^(size+1); log10(2) is known to more places than any size has.
    size = numerator.bit_length() - denominator.bit_length()
    guess = (size + 1) * _LOG10_OF_2 // _LOG10_SCALE
    while numerator * 10 ** max(-guess, 0) < denominator * 10 ** max(guess, 0):
        guess -= 1
    return guess


_LOG10_OF_2, _LOG10_SCALE = 301029995663981195, 10**18


def round_rational(value: Any, digits: int, *, limit: int | None = None) -> Decimal:
    """Round a rational (fmpq or Fraction) to significant digits, half to even.

    A terminating decimal of at most `limit` digits (by default `digits`) is kept in full.
    """
    numerator, denominator = int(value.numerator), int(value.denominator)
    if numerator == 0:
        return Decimal(False, "0", 0, True)
    negative, numerator = numerator < 0, abs(numerator)
    full = _terminating(numerator, denominator, max(limit or digits, digits))
    if full is not None:
        return Decimal(negative, full[0], full[1], True)
    place = leading_exponent(numerator, denominator) - digits + 1
    scaled = numerator * 10 ** max(-place, 0)
    unit = denominator * 10 ** max(place, 0)
    whole, rest = divmod(scaled, unit)
    whole += 2 * rest > unit or (2 * rest == unit and whole % 2 == 1)
    return _decimal(negative, whole, place, digits, exact=rest == 0)


def _terminating(numerator: int, denominator: int, longest: int) -> tuple[str, int] | None:
    """The digits and last place of a terminating decimal, None for any other rational and for a longer one."""
    twos = (denominator & -denominator).bit_length() - 1
    fives, odd = 0, denominator >> twos
    while odd % 5 == 0:
        odd //= 5
        fives += 1
    if odd != 1:
        return None
    places = max(twos, fives)
    whole = numerator * 10**places // denominator
    # Only a whole number has zeros at its end; the text is made when it is known to be short.
    zeros = max(0, leading_exponent(whole, 1) + 1 - longest)
    whole, rest = divmod(whole, 10**zeros)
    if rest:
        return None
    digits = str(whole)
    stripped = digits.rstrip("0")
    return stripped, len(digits) - len(stripped) + zeros - places


def _decimal(negative: bool, whole: int, place: int, digits: int, *, exact: bool) -> Decimal:
    text = str(whole)
    if len(text) > digits:  # 9.99 became 10.0
        text, place = text[:-1], place + 1
    return Decimal(negative, text, place, exact)


def first_place(value: Any) -> int:
    """The power of ten of the first digit of a rational that is not 0, or of the middle of a ball.

    A ball in the middle of 0 is as large as its radius.
    """
    if isinstance(value, fmpq):
        return leading_exponent(abs(int(value.numerator)), int(value.denominator))
    mantissa, exponent = value.mid().man_exp()
    if not mantissa:
        mantissa, exponent = value.rad().man_exp()
    size, place = abs(int(mantissa)), int(exponent)
    return leading_exponent(size << max(place, 0), 1 << max(-place, 0))


def holds_zero(value: Any) -> bool:
    """Whether a value is 0 or a ball that may be 0."""
    return bool(value == 0) if isinstance(value, fmpq) else bool(value.contains(0))


def is_far(ball: arb) -> bool:
    """Whether a ball is certainly too large or too close to 0 to be written out."""
    if 0 < abs(float(ball)) < math.inf or not ball.is_finite() or ball.contains(0):
        return False
    mantissa, exponent = ball.mid().man_exp()
    return abs(int(exponent) + int(mantissa).bit_length()) > FAR


def bounds(ball: arb) -> tuple[Fraction, Fraction]:
    """The exact end points of a ball."""
    (middle, exponent), (radius, radius_exponent) = ball.mid().man_exp(), ball.rad().man_exp()
    center = Fraction(int(middle)) * Fraction(2) ** int(exponent)
    width = Fraction(int(radius)) * Fraction(2) ** int(radius_exponent)
    return center - width, center + width


def round_ball(value: Any, digits: int, *, limit: int | None = None) -> Decimal | None:
    """The correctly rounded digits of the number in a ball (or of a rational); None where the ball is too wide.

    Both ends of the ball have to round to the same digits. Raises LimitError where it is too far from 1.
    """
    if isinstance(value, fmpq):
        return round_rational(value, digits, limit=limit)
    if (quick := _round_quickly(value, digits)) is not None:
        return quick
    if value.is_zero():
        return Decimal(False, "0", 0, True)
    if not value.is_finite() or value.contains(0):
        return None
    (middle, exponent), (radius, radius_exponent) = value.mid().man_exp(), value.rad().man_exp()
    if is_far(value):
        raise LimitError("a number is too large or too small to be written out")
    low = min(int(exponent), int(radius_exponent))
    center, width = int(middle) << int(exponent) - low, int(radius) << int(radius_exponent) - low
    negative, center = center < 0, abs(center)
    found = _round_dyadic(center, width, low, digits)
    return None if found is None else Decimal(negative, *found, False)


#: A ball of this accuracy is so thin that it lies, with its middle rounded to a double, well within a hair's breadth.
_THIN, _HAIR = 56, 2.0**-50
#: Of more digits a hair's breadth is too large a part.
MOST_QUICK = 14
_FORMS = tuple(f"%.{after}e" for after in range(MOST_QUICK))


def _round_quickly(ball: arb, digits: int) -> Decimal | None:
    """The digits of a thin ball; None where doubles are not enough to tell them."""
    found = thin(ball, digits)
    return None if found is None else Decimal(found[0], found[1], found[2] - digits + 1, False)


def thin(ball: arb, digits: int) -> tuple[bool, str, int] | None:
    """Sign, digits and the place of the first as two doubles tell them, one on either side of a thin ball; else None.

    As a double the middle is off by less than a part of 2^-52, the number by 2^-56 more. Python rounds the text of a
    double correctly; and what lies between two numbers that are rounded alike is rounded so, too.
    """
    if digits > MOST_QUICK:
        return None
    middle = float(ball)
    if not 1e-300 < abs(middle) < 1e300 or ball.rel_accuracy_bits() < _THIN:
        return None
    form = _FORMS[digits - 1]
    text = form % (middle * (1 - _HAIR))
    if text != form % (middle * (1 + _HAIR)):
        return None
    mantissa, _, exponent = text.partition("e")
    return middle < 0, mantissa.lstrip("-").replace(".", ""), int(exponent)


def _round_dyadic(mantissa: int, radius: int, exponent: int, digits: int) -> tuple[str, int] | None:
    """Digits and last place of all numbers within `radius` of a positive mantissa, times 2^exponent; None where they
    differ.
    """
    # log10(2) to a precision that is enough for a guess, which is corrected below.
    place = (mantissa.bit_length() + exponent) * 30103 // 100000 - digits
    while True:
        scale, denominator = 1 << max(exponent, 0), 1 << max(-exponent, 0)
        if place >= 0:
            denominator *= 10**place
        else:
            scale *= 10**-place
        low, rest = divmod((mantissa - radius) * scale, denominator)
        text = str(low)
        if len(text) == digits:
            break
        place += len(text) - digits
    # The end points lie `rest` and `rest + width` above the whole number, in units of the denominator.
    width = 2 * radius * scale
    if 2 * (rest + width) < denominator:
        return text, place
    if 2 * rest > denominator and 2 * (rest + width) < 3 * denominator:
        text = str(low + 1)
        return (text, place) if len(text) == digits else (text[:-1], place + 1)
    if radius:  # the ball reaches over a power of ten, or holds a tie
        ends = [_round_dyadic(end, 0, exponent, digits) for end in (mantissa - radius, mantissa + radius)]
        return ends[0] if ends[0] == ends[1] else None
    # An exact number halfway between two candidates goes to the even one.
    text = str(low + low % 2)
    return (text, place) if len(text) == digits else (text[:-1], place + 1)


def round_significant(value: Any, digits: int) -> fmpq:
    """A number rounded to significant digits, as a rational again.

    A ball that cannot be told from zero, or whose digits are not certain, is rounded from its middle: this is
    for the imitation of a calculation by hand, not for a certified column.
    """
    if not isinstance(value, fmpq):
        rounded = round_ball(value, digits)
        if rounded is None:
            middle = bounds(value.mid())[0]
            value = fmpq(middle.numerator, middle.denominator)
        else:
            return _to_fmpq(rounded)
    return _to_fmpq(round_rational(value, digits))


def _to_fmpq(rounded: Decimal) -> fmpq:
    value = rounded.value
    return fmpq(value.numerator, value.denominator)
