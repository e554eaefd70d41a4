"""A written number or calculation in the place of an entry: what it is worth, what else it may mean, how it reads."""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq

from symback.marking.evaluate import evaluate
from symback.marking.expressions import Call, Expression, Negation, Number, Quotient, walk
from symback.marking.judge import Reading, ends, rational, reading_of, unit_at
from symback.marking.readings import plain_reading
from symback.marking.show import show
from symback.marking.unify import Leaf
from symback.solution.plain import plain
from symback.solution.rounding import round_rational

#: Digits of a calculation's value in a mark, and the largest power of ten that `e^{n}` is taken for.
READ_DIGITS, MOST_EXPONENT = 8, 400


def bare(expression: Expression) -> tuple[Number | None, int]:
    """The number that an expression is, and its sign; None for a calculation."""
    sign = 1
    while isinstance(expression, Negation):
        expression, sign = expression.argument, -sign
    return (expression, sign) if isinstance(expression, Number) else (None, sign)


def leaf_reading(leaf: Leaf) -> Reading | None:
    """The reading of a written number, or of a calculation by its value; None where it has no value."""
    number, sign = bare(leaf.expression)
    if number is None:
        return _calculated(leaf.expression)
    found = reading_of(number.numeral)
    sign = -sign if leaf.negated else sign
    return found if sign > 0 else Reading(-found.value, found.radius, found.places)


def _calculated(expression: Expression) -> Reading | None:
    ball, point = evaluate(expression, points=False), evaluate(expression, points=True)
    if ball is None or point is None or ball.scalar is None:
        return None
    low, high = ends(ball.scalar)
    first, last = ends(point.scalar)
    return Reading((first + last) / 2, (high - low) / 2)


def other_readings(expression: Expression) -> Iterator[tuple[str, Reading]]:
    """What else a calculation may mean: `1/e^{-8}` written for 1·10^-8."""
    match expression:
        case Quotient(numerator=Number() as over, denominator=Call(function="exp", argument=Number() as exponent)):
            yield from _power_of_ten(over, exponent)
        case Call(function="exp", argument=Number() as exponent):
            yield from _power_of_ten(None, exponent)
        case _:
            return


def _power_of_ten(over: Number | None, exponent: Number) -> Iterator[tuple[str, Reading]]:
    power = exponent.numeral.value
    if power.denominator != 1 or abs(power) > MOST_EXPONENT:
        return
    value = rational(over.numeral.value) if over is not None else fmpq(1)
    place = (over.numeral.place or 0) if over is not None else 0
    last = place + int(power)
    yield "notation", Reading(value * unit_at(int(power)), unit_at(last) / 2, range(last, last + 1))


def text_of(expression: Expression) -> str:
    """An expression as it was typed, as far as its numerals tell."""
    number, sign = bare(expression)
    if number is None:
        return show(expression)
    return number.source if sign > 0 else f"-{number.source}"


def read_as(leaf: Leaf, reading: Reading) -> str:
    """The value that the mark is based on, in plain ASCII, without the sign that stands in the formula."""
    number, sign = bare(leaf.expression)
    if number is None:
        return plain(round_rational(reading.value, READ_DIGITS))
    text = plain_reading(number.numeral)
    return text if sign > 0 else text.removeprefix("-") if text.startswith("-") else f"-{text}"


def numerals(expression: Expression) -> tuple[str, ...]:
    """The numerals that stand in an expression."""
    return tuple(node.source for node in walk(expression) if isinstance(node, Number))
