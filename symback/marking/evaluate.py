"""What a written expression comes to on its own numbers, as balls and as points; nothing else is evaluated here.

Only numerals, + - * /, small whole powers and a fixed list of functions of moderate arguments have a value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import add, mul
from typing import Any

from flint import arb, fmpq

from symback.marking.expressions import (
    Call,
    Expression,
    Matrix,
    Name,
    Negation,
    Number,
    Power,
    Product,
    Quotient,
    Stack,
    Sum,
    Transpose,
    Unread,
    walk,
)
from symback.marking.judge import reading_of, usable
from symback.solution.arithmetics import BALLS, precision

#: Nobody writes larger powers or arguments on a paper; beyond them a number is not worked out.
MOST_POWER, MOST_ARGUMENT = 64, 10_000
#: The bits of a power on exact numbers; powers of powers have more of them than a machine.
MOST_BITS = 20_000
BITS = 320

_FUNCTIONS = {
    "exp": "exp",
    "ln": "log",
    "log": "log",
    "tanh": "tanh",
    "sqrt": "sqrt",
    "abs": "abs",
    "erf": "erf",
    "sign": "sign",
}


class NoValueError(ArithmeticError):
    """The expression has no value that could be worked out."""


@dataclass(frozen=True)
class Value:
    """A matrix of numbers (a scalar is 1 x 1), row by row; `list_form` may stand for a row or a column."""

    rows: int
    columns: int
    entries: tuple[Any, ...]
    list_form: bool = False

    @property
    def scalar(self) -> Any | None:
        """The number of a scalar, None for a matrix."""
        return self.entries[0] if self.rows == self.columns == 1 else None


def has_names(expression: Expression) -> bool:
    """Whether letters stand in an expression."""
    return any(isinstance(node, Name) for node in walk(expression))


def evaluate(expression: Expression, *, points: bool) -> Value | None:
    """The value of an expression on its numerals, as balls of half a unit around them or as they stand.

    None where it holds letters, something unread, or a number too large to be worked out.
    """
    try:
        with precision(BITS):
            return _Evaluator(points).value(expression)
    except (ArithmeticError, ValueError):
        return None


@dataclass(frozen=True)
class Side:
    """The side of a chain before a result, as far as one of its entries goes; worked out when it is asked for.

    `entries` are the quantities and places that its numbers stand for, where that is known.
    """

    expression: Expression
    position: int
    count: int
    entries: tuple[tuple[str, int], ...] = ()

    @cached_property
    def value(self) -> tuple[Any, Any] | None:
        """What the entry comes to on the numbers of the side, as a ball and as a point; None where it does not."""
        balls, points = evaluate(self.expression, points=False), evaluate(self.expression, points=True)
        if balls is None or points is None or len(points.entries) != self.count:
            return None
        return balls.entries[self.position], points.entries[self.position]


@dataclass(frozen=True)
class _Evaluator:
    points: bool

    def value(self, node: Expression) -> Value:
        rule = _RULES.get(type(node))
        if rule is None or isinstance(node, Unread | Name):
            raise NoValueError
        found = rule(self, node)
        if not all(map(usable, found.entries)):
            raise NoValueError
        return found

    def number(self, node: Number) -> Value:
        reading = reading_of(node.numeral)
        # A bare whole number inside a calculation is meant exactly: the 2 of 2(a - y), the 8 of e^{-8}.
        exact = self.points or node.numeral.place == 0
        return Value(1, 1, (reading.value if exact else reading.ball,))

    def total(self, node: Sum) -> Value:
        parts = [self.value(term) for term in node.terms]
        if len({(part.rows, part.columns) for part in parts}) != 1:
            raise NoValueError
        entries = tuple(reduce(add, cells) for cells in zip(*(part.entries for part in parts), strict=True))
        return Value(parts[0].rows, parts[0].columns, entries)

    def product(self, node: Product) -> Value:
        return reduce(_times, (self.value(factor) for factor in node.factors))

    def quotient(self, node: Quotient) -> Value:
        over, under = self.value(node.numerator), self.value(node.denominator).scalar
        if under is None:
            raise NoValueError
        return Value(over.rows, over.columns, tuple(entry / under for entry in over.entries))

    def power(self, node: Power) -> Value:
        base, exponent = self.value(node.base).scalar, _Evaluator(True).value(node.exponent).scalar
        if base is None or not isinstance(exponent, fmpq) or exponent.q != 1 or abs(exponent) > MOST_POWER:
            raise NoValueError
        times = int(exponent.p)
        if isinstance(base, fmpq) and abs(times) * base.height_bits() > MOST_BITS:
            raise NoValueError
        result = reduce(mul, [base] * abs(times), fmpq(1))
        return Value(1, 1, (result if times >= 0 else fmpq(1) / result,))

    def call(self, node: Call) -> Value:
        if node.function in _CHOICES:
            return Value(1, 1, (_CHOICES[node.function](self.value(node.argument).entries),))
        argument = self.value(node.argument).scalar
        if node.function not in _FUNCTIONS or argument is None or not abs(argument) < MOST_ARGUMENT:
            raise NoValueError
        return Value(1, 1, (BALLS.functions[_FUNCTIONS[node.function]](argument),))

    def matrix(self, node: Matrix) -> Value:
        cells = [self.value(cell).scalar for row in node.rows for cell in row]
        if any(cell is None for cell in cells):
            raise NoValueError
        return Value(*node.shape, tuple(cells), node.form == "list")

    def stack(self, node: Stack) -> Value:
        if node.operator != "+":
            raise NoValueError
        last = tuple(chain.links[-1].expression for chain in node.lines)
        return self.total(Sum(last, node.line))

    def negation(self, node: Negation) -> Value:
        inner = self.value(node.argument)
        return Value(inner.rows, inner.columns, tuple(-entry for entry in inner.entries), inner.list_form)

    def transpose(self, node: Transpose) -> Value:
        inner = self.value(node.argument)
        entries = tuple(inner.entries[i * inner.columns + j] for j in range(inner.columns) for i in range(inner.rows))
        return Value(inner.columns, inner.rows, entries)


def _times(left: Value, right: Value) -> Value:
    """A product of numbers and matrices; a list is a row or a column, as the other factor asks for."""
    for one, other in ((left, right), (right, left)):
        if one.scalar is not None:
            entries = tuple(one.scalar * entry for entry in other.entries)
            return Value(other.rows, other.columns, entries, other.list_form)
    if right.list_form and left.columns != right.rows and left.columns == right.columns:
        right = Value(right.columns, right.rows, right.entries)
    if left.columns != right.rows:
        raise NoValueError
    rows = [left.entries[start : start + left.columns] for start in range(0, len(left.entries), left.columns)]
    columns = [right.entries[start :: right.columns] for start in range(right.columns)]
    entries = tuple(reduce(add, map(mul, row, column)) for row in rows for column in columns)
    return Value(left.rows, right.columns, entries)


def _greatest(entries: Sequence[Any]) -> Any:
    """The greatest of some numbers, of balls the ball that holds it."""
    if all(type(entry) is fmpq for entry in entries):
        return max(entries)
    best: Any = arb(entries[0])
    for entry in entries[1:]:
        best = best.max(arb(entry))
    return best


#: Functions of several arguments.
_CHOICES: dict[str, Callable[[Sequence[Any]], Any]] = {
    "max": _greatest,
    "min": lambda entries: -_greatest([-entry for entry in entries]),
}

_RULES: dict[type, Callable[[_Evaluator, Any], Value]] = {
    Number: _Evaluator.number,
    Sum: _Evaluator.total,
    Product: _Evaluator.product,
    Quotient: _Evaluator.quotient,
    Power: _Evaluator.power,
    Call: _Evaluator.call,
    Matrix: _Evaluator.matrix,
    Stack: _Evaluator.stack,
    Negation: _Evaluator.negation,
    Transpose: _Evaluator.transpose,
}
