"""The numbers a derivation is run on: one row each.

`BALLS` is exact as long as numbers are rational, and after that certain: an Arb ball (Johansson 2017,
"Arb: efficient arbitrary-precision midpoint-radius interval arithmetic") holds the true value.
The machine formats take their elementary functions correctly rounded, so that a column is the same on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import flint
from flint import arb, fmpq

from symback.derivation.values import Arithmetic


class Undecided(ArithmeticError):
    """A ball holds 0, so its sign cannot be told at this precision."""


class OutsideDomain(ArithmeticError):
    """A number certainly lies where a function is not defined; the message says which function and where."""


def to_fmpq(value: Fraction) -> fmpq:
    """An exact rational for the evaluator."""
    return fmpq(value.numerator, value.denominator)


def _of_ball(method: str, outside: Callable[[Any], bool] | None = None, reason: str = "") -> Callable[[Any], Any]:
    """A function of a rational or a ball; exp(0) = 1 and its like come out rational again.

    A ball that is certainly `outside` raises OutsideDomain for that `reason`; one that may be is not finite.
    """

    def call(x: Any) -> Any:
        if outside is not None and outside(x):
            raise OutsideDomain(reason)
        if isinstance(x, fmpq):
            ball = getattr(arb(x), method)()
            # An elementary function of a rational is a dyadic number only at its trivial points.
            return _dyadic(ball) if ball.is_exact() and ball.is_finite() else ball
        return getattr(x, method)()

    return call


def _dyadic(ball: arb) -> fmpq:
    mantissa, exponent = ball.man_exp()
    return fmpq(mantissa) * (fmpq(2) ** int(exponent) if exponent >= 0 else 1 / fmpq(2) ** int(-exponent))


def ball_positive(x: Any) -> bool:
    """Whether x > 0; raises Undecided where a ball holds 0 and more."""
    if x > 0:
        return True
    if x <= 0:
        return False
    raise Undecided


def ball_sign(x: Any) -> Any:
    """The sign of x, 0 at exactly 0 (the convention for |x|'); raises Undecided where a ball cannot tell."""
    if isinstance(x, fmpq) and x == 0:
        return fmpq(0)
    return fmpq(1) if ball_positive(x) else fmpq(-1)


BALLS = Arithmetic(
    "exact",
    to_fmpq,
    {
        "exp": _of_ball("exp"),
        "log": _of_ball("log", lambda x: bool(x <= 0), "the logarithm of a number that is not positive"),
        "tanh": _of_ball("tanh"),
        "erf": _of_ball("erf"),
        "sqrt": _of_ball("sqrt", lambda x: bool(x < 0), "the root of a negative number"),
        "pi": lambda _: arb.pi(),
        "abs": abs,
        "sign": ball_sign,
    },
    ball_positive,
)


def hand(digits: int) -> Arithmetic:
    """A calculation by hand: each entry of each step is rounded to `digits` significant digits (half to even)."""
    from symback.solution.rounding import round_significant

    def finish(x: Any) -> Any:
        return round_significant(x, digits)

    return Arithmetic(f"hand{digits}", BALLS.number, BALLS.functions, BALLS.positive, finish)


@dataclass(frozen=True)
class Format:
    """A binary floating-point format: `bits` of significand, the places of its last bit and of its overflow."""

    bits: int
    lowest: int
    highest: int

    def nearest(self, value: Fraction) -> float:
        """The number of the format that is nearest to a rational, ties to even, infinity beyond the largest."""
        top, bottom = abs(value.numerator), value.denominator
        place = max(top.bit_length() - bottom.bit_length() - self.bits, self.lowest)
        whole, rest = _scaled(top, bottom, place)
        if whole >> self.bits:  # one bit too many: the quotient was at least 1
            place += 1
            whole, rest = _scaled(top, bottom, place)
        whole += rest > 1 or (rest == 1 and whole % 2)
        size = math.inf if whole.bit_length() + place > self.highest else math.ldexp(whole, place)
        return -size if value < 0 else size


def _scaled(top: int, bottom: int, place: int) -> tuple[int, int]:
    """The whole part of top / bottom / 2^place, and its rest against a half: 0 below, 1 equal, 2 above."""
    top, bottom = top << max(-place, 0), bottom << max(place, 0)
    whole, rest = divmod(top, bottom)
    return whole, (2 * rest >= bottom) + (2 * rest > bottom)


FORMATS = {
    "float64": Format(53, -1074, 1024),
    "float32": Format(24, -149, 128),
    "bfloat16": Format(8, -133, 128),
}
#: Bits that tell the correct rounding of an elementary function in any of these formats.
FORMAT_BITS = 256


@cache
def machine(name: str) -> Arithmetic:
    """A binary floating-point format: float64, float32 or bfloat16, rounded at every operation (IEEE 754)."""
    import numpy

    nearest = FORMATS[name].nearest
    scalar: Any = _bfloat16() if name == "bfloat16" else getattr(numpy, name)

    def through_balls(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        limit = _LIMITS.get(function, _undefined)

        def call(x: Any) -> Any:
            if not math.isfinite(x):
                return scalar(math.nan if math.isnan(x) else limit(float(x)))
            try:
                with precision(FORMAT_BITS):
                    result = function(to_fmpq(Fraction(float(x))))
            except OutsideDomain:
                return scalar(-math.inf if x == 0 else math.nan)
            middle = _middle(result)
            return scalar(limit(float(x)) if middle is None else nearest(middle))

        return call

    functions = {key: through_balls(function) for key, function in BALLS.functions.items() if key != "pi"}
    functions["pi"] = lambda _: scalar(math.pi)
    return Arithmetic(name, lambda value: scalar(nearest(value)), functions, lambda x: bool(x > 0))


def _undefined(_x: float) -> float:
    return math.nan


def _middle(value: Any) -> Fraction | None:
    """A rational or the middle of a ball; None where it lies beyond any format."""
    if isinstance(value, fmpq):
        return Fraction(int(value.numerator), int(value.denominator))
    if abs(value) < _TINY:
        return Fraction(0)
    if not abs(value) < _HUGE:
        return None
    mantissa, exponent = value.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


_TINY, _HUGE = fmpq(1, 2) ** 1200, fmpq(2) ** 1200


def _bfloat16() -> Any:
    import ml_dtypes

    return ml_dtypes.bfloat16


#: What a function gives at infinity or where it overflows; anywhere else the answer is NaN.
_LIMITS: dict[Callable[[Any], Any], Callable[[float], float]] = {
    BALLS.functions["exp"]: lambda x: math.inf if x > 0 else 0.0,
    BALLS.functions["log"]: lambda x: x if x > 0 else math.nan,
    BALLS.functions["tanh"]: lambda x: 1.0 if x > 0 else -1.0,
    BALLS.functions["erf"]: lambda x: 1.0 if x > 0 else -1.0,
    BALLS.functions["abs"]: abs,
    BALLS.functions["sign"]: lambda x: 1.0 if x > 0 else -1.0,
}


def precision(bits: int) -> Any:
    """A context in which balls carry `bits` bits."""
    return flint.ctx.workprec(bits)
