"""How a number stands on paper: rounded or cut off to some digits, with a decimal sign, with a power of ten."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, localcontext
from random import Random

from mpmath import mp, mpf

#: Numbers are written without a power of ten between these powers.
LEAST, MOST = -3, 5


@dataclass(frozen=True)
class Notation:
    """`sign` is the decimal sign; `power` writes a power of ten; `plain` says that the paper is no LaTeX."""

    name: str
    sign: str
    plain: bool
    matrix: str


NOTATIONS = (
    Notation("paper", ",", False, "bmatrix"),
    Notation("superscripts", ".", False, "pmatrix"),
    Notation("ascii", ".", True, ""),
)

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Hand:
    """How a student rounds: to `digits`, cut off or not; `keeps` the calculator's digits; strips zeros at the end."""

    digits: int
    cuts: bool = False
    keeps: bool = False
    strips: bool = False

    def decimal(self, value: mpf) -> Decimal:
        """The number that is written."""
        exact = to_decimal(value)
        if exact == 0:
            return Decimal(0)
        with localcontext(Context(prec=200)):
            unit = Decimal(1).scaleb(exact.adjusted() - self.digits + 1)
            rounded = exact.quantize(unit, rounding=ROUND_DOWN if self.cuts else ROUND_HALF_UP)
            short = rounded == exact
            if (self.strips or short) and rounded != 0:
                rounded = rounded.normalize()
        return rounded


def to_decimal(value: mpf) -> Decimal:
    """A number to 40 digits; a short decimal comes out in full and exactly."""
    with localcontext(Context(prec=60)):
        return +Decimal(mp.nstr(value, 40, min_fixed=-60, max_fixed=60, strip_zeros=True))


def unit_of(number: Decimal) -> mpf:
    """One unit of the last written place; half a unit of the place where the zeros of a whole number begin.

    A written 0 has no digit that could be off.
    """
    place = number.as_tuple().exponent
    unit = mpf(10) ** place
    if not number:
        return mpf(0)
    if place < 0:
        return unit
    return max(unit, mpf(10) ** number.normalize().as_tuple().exponent / 2)


def text_of(number: Decimal, notation: Notation, random: Random) -> str:
    """A number in a notation."""
    digits, place = "".join(map(str, number.as_tuple().digits)), number.as_tuple().exponent
    minus = "-" if number < 0 else ""
    first = number.adjusted() if number else 0
    if not number:
        return "0"
    if LEAST <= first < MOST and place <= 0:
        return minus + f"{abs(number):f}".replace(".", notation.sign)
    if LEAST <= first < MOST:
        return minus + f"{abs(number):f}"
    mantissa = digits[0] + (notation.sign + digits[1:] if len(digits) > 1 else "")
    return minus + mantissa + _power(first, notation, random)


def _power(exponent: int, notation: Notation, random: Random) -> str:
    if notation.plain:
        return random.choice((f"e{exponent}", "·10" + str(exponent).translate(_RAISED)))
    if notation.name == "paper":
        return random.choice((f" \\times 10^{{{exponent}}}", f" \\cdot 10^{{{exponent}}}", f"e^{{{exponent}}}"))
    return random.choice((f"e{exponent}", f" \\times 10^{{{exponent}}}"))
