"""What a line of the sheet is made of: formulas, and numbers that are filled in later.

A sheet is laid out once for a derivation; its numbers are `Value` nodes, references to an entry of a quantity. So the
same printed sheet serves every variant of an exercise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symback.derivation.formula import Formula, children


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
    """A chain of equal or nearly equal sides: a = b = c; `where` holds chains that define what stands in it."""

    sides: tuple[Node, ...]
    where: tuple[tuple[Node, ...], ...] = ()


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
    """A sentence: a key of the sheet's words, and the quantities or entries that are named in it."""

    key: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A matrix whose rows and columns have names: what stands in the corner and above, then the rows."""

    header: tuple[Node, ...]
    rows: tuple[tuple[Node, ...], ...]


Block = Equation | Lines | Brace | Note | Table


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
