"""What a line of the sheet is made of: formulas, and numbers that are filled in later.

A sheet is laid out once for a derivation; its numbers are `Value` nodes, references to an entry of a quantity. So the
same printed sheet serves every variant of an exercise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from symback.derivation.formula import (
    Call,
    Cases,
    Formula,
    Neg,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    children,
)


@dataclass(frozen=True, slots=True)
class Value:
    """The number at one place of a quantity or of a part of a step."""

    name: str
    place: int


@dataclass(frozen=True, slots=True)
class Paren:
    """A node in brackets, as in `0.1(20)`."""

    of: Node


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix, row by row."""

    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, slots=True)
class Dots:
    """Dots for what is left out: `across`, `down` or `diagonal`."""

    direction: str


Node = Formula | Value | Paren | Matrix | Dots


@dataclass(frozen=True, slots=True)
class Equation:
    """A chain of equal or nearly equal sides: a = b = c."""

    sides: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Several chains under each other, as the rows of a product."""

    equations: tuple[Equation, ...]


@dataclass(frozen=True, slots=True)
class Brace:
    """Chains stacked beside a brace, added up to a total."""

    equations: tuple[Equation, ...]
    total: Node


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence: a key of the sheet's words, with the names to be put into it."""

    key: str


Block = Equation | Lines | Brace | Note


def parts(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node."""
    match node:
        case Value() | Dots():
            return ()
        case Paren(of):
            return (of,)
        case Matrix(rows):
            return tuple(cell for row in rows for cell in row)
        case _:
            return children(node)


def values(node: Node) -> Iterator[Value]:
    """All numbers that stand in a node."""
    if isinstance(node, Value):
        yield node
    for part in parts(node):
        yield from values(part)


def width(node: Node, measure: Callable[[Value], int]) -> int:
    """About how many characters wide a node is in print; `measure` tells it of a number."""

    def go(part: Node) -> int:
        match part:
            case Value():
                return measure(part)
            case Number(value):
                return len(str(value.numerator))
            case Symbol(name):
                return max(1, len(name.split("/")[0].replace("_", "")))
            case Dots():
                return 2
            case Quotient(over, under):
                return max(go(over), go(under))
            case Matrix(rows):
                return sum(max(map(go, column)) + 2 for column in zip(*rows, strict=True)) + 1
            case Power(base, exponent):
                return go(base) + (go(exponent) + 1) // 2
            case Call("exp", argument):
                return 1 + go(argument)
            case Sum(terms):
                return sum(go(term) + 3 for term in terms) - 3
            case Cases():
                return 22
            case _:
                return sum(map(go, parts(part))) + 2 * isinstance(part, Paren | Call | Product | Neg)

    return go(node)
