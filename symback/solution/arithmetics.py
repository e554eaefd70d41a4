"""The numbers a derivation is run on: one row each.

`BALLS` is exact as long as numbers are rational, and after that certain: an Arb ball (Johansson 2017,
"Arb: efficient arbitrary-precision midpoint-radius interval arithmetic") holds the true value.
The machine formats take their elementary functions correctly rounded, so that a column is the same on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import flint
from flint import arb, fmpq

from symback.derivation.values import Arithmetic
from symback.solution.floats import FORMATS, Float


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


#: A rational of more bits is of no use to a reader, and goes on as a ball.
LONGEST_RATIONAL = 8000


def shortened(x: Any) -> Any:
    """A number, as a ball where it is a rational that has grown too long."""
    return arb(x) if type(x) is fmpq and x.height_bits() > LONGEST_RATIONAL else x


def hand(digits: int) -> Arithmetic:
    """A calculation by hand: each entry of each step is rounded to `digits` significant digits (half to even)."""
    from symback.solution.rounding import round_significant

    def finish(x: Any) -> Any:
        return round_significant(x, digits)

    return Arithmetic(f"hand{digits}", BALLS.number, BALLS.functions, BALLS.positive, finish)


#: Bits that tell the correct rounding of an elementary function in any format.
FORMAT_BITS = 256


@cache
def machine(name: str) -> Arithmetic:
    """A binary floating-point format: float64, float32 or bfloat16, rounded at every operation (IEEE 754)."""
    form = FORMATS[name]

    def through_balls(function: Callable[[Any], Any]) -> Callable[[Float], Float]:
        limit = _LIMITS.get(function, _undefined)

        def call(number: Float) -> Float:
            x = number.value
            if not math.isfinite(x):
                return Float(x if math.isnan(x) else limit(x), form)
            try:
                with precision(FORMAT_BITS):
                    middle = _middle(function(to_fmpq(Fraction(x))))
            except OutsideDomain:
                return Float(math.nan if x else -math.inf, form)
            return Float(limit(x), form) if middle is None else form.nearest(middle)

        return call

    functions = {key: through_balls(function) for key, function in BALLS.functions.items() if key != "pi"}
    functions["pi"] = lambda _: form.rounded(math.pi)
    return Arithmetic(name, form.nearest, functions, lambda x: x.value > 0)


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
