"""How wide mathematics is in print, near enough to break lines by.

Lengths are hundredths of an em of Computer Modern. What a formula is made of is measured once; its numbers are
measured when they are known, so that one layout serves many sets of numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Protocol

from symback.derivation.formula import Apply, Call, Cases, Neg, Number, Power, Product, Quotient, Sum, Symbol
from symback.document.nodes import Dots, Matrix, Node, Paren, Value

DIGIT, POINT, SIGN, TIMES = 50, 28, 78, 122
#: A sign between two terms or two sides, with the space around it.
BETWEEN = 130
BRACKETS, GAP = 80, 95
#: A script is set in seven tenths of the size.
SCRIPT, WHOLE = 7, 10

class Measured(Protocol):
    """Anything that knows its width."""

    @property
    def width(self) -> int:
        """The width in hundredths of an em."""


#: A quantity and a place in it.
Key = tuple[str, int]
#: The numbers of a sheet.
Measure = Mapping[Key, Measured]


class Widest(dict[Key, Measured]):
    """Numbers of which nothing is known but that none is wider than this."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def __missing__(self, _key: Key) -> Measured:
        return self


@dataclass(frozen=True)
class Extent:
    """The width of a formula: a constant, its numbers, and for each column the extents of which the widest counts."""

    constant: int = 0
    numbers: tuple[Key, ...] = ()
    widest: tuple[tuple[Extent, ...], ...] = ()

    def __add__(self, other: Extent) -> Extent:
        return Extent(
            self.constant + other.constant, self.numbers + other.numbers, self.widest + other.widest
        )

    def at(self, measure: Measure) -> int:
        """The width with the numbers of one solution."""
        width, (single, other) = self.constant, self._columns
        for key in self.numbers:
            width += measure[key].width
        for cells in single:
            width += max([constant + measure[key].width for constant, key in cells])
        for column in other:
            width += max([cell.at(measure) for cell in column])
        return width

    @cached_property
    def _columns(self) -> tuple[list[list[tuple[int, Key]]], list[tuple[Extent, ...]]]:
        """The columns in which each cell is a single number with something constant, which is the rule; the others."""
        single, other = [], []
        for column in self.widest:
            if all(len(cell.numbers) == 1 and not cell.widest for cell in column):
                single.append([(cell.constant, cell.numbers[0]) for cell in column])
            else:
                other.append(column)
        return single, other

    @cached_property
    def count(self) -> int:
        """How many numbers may stand side by side."""
        return len(self.numbers) + sum(max(cell.count for cell in column) for column in self.widest)

    @cached_property
    def fixed(self) -> int:
        """The width without any number, at most."""
        return self.constant + sum(max(cell.fixed for cell in column) for column in self.widest)

    def most(self, number: int) -> int:
        """An upper bound, where no number is wider than `number`."""
        return self.fixed + self.count * number


def total(extents: Iterable[Extent]) -> Extent:
    """Several formulas side by side."""
    found = tuple(extents)
    return Extent(
        sum(each.constant for each in found),
        tuple(chain.from_iterable(each.numbers for each in found)),
        tuple(chain.from_iterable(each.widest for each in found)),
    )


def extent(node: Node) -> Extent:
    """The width of a node."""
    return _RULES[type(node)](node)


def _name(node: Symbol) -> Extent:
    over, _, under = node.name.partition("/")
    width = max(map(_letters, (over, under)))
    return Extent(width + (60 if under else 0))


def _letters(name: str) -> int:
    core, _, index = name.replace("^T", "T").partition("[")
    letters, _, layer = core.partition("_")
    return 70 * min(len(letters), 8) + 45 * len(layer) + (BRACKETS + 35 * len(index) if index else 0)


def _scripted(part: Extent) -> Extent:
    """A formula set as a script; its numbers count in full, which is on the safe side."""
    scripts = tuple(tuple(map(_scripted, column)) for column in part.widest)
    return Extent(part.constant * SCRIPT // WHOLE, part.numbers, scripts)


def _sum(node: Sum) -> Extent:
    return total(map(extent, node.terms)) + Extent(BETWEEN * (len(node.terms) - 1))


def _product(node: Product) -> Extent:
    sums = sum(isinstance(factor, Sum | Value) for factor in node.factors[1:])
    between = BETWEEN if node.sign else 20
    return total(map(extent, node.factors)) + Extent(between * (len(node.factors) - 1) + BRACKETS * sums)


def _call(node: Call) -> Extent:
    if node.function == "exp":
        return Extent(48) + _scripted(extent(node.argument))
    return Extent(50 * len(node.function) + BRACKETS) + extent(node.argument)


def _apply(node: Apply) -> Extent:
    fixed = 50 * len(node.function) + BRACKETS + 60 * (len(node.arguments) - 1)
    return total(map(extent, node.arguments)) + Extent(fixed)


def _matrix(node: Matrix) -> Extent:
    columns = tuple(tuple(map(extent, column)) for column in zip(*node.rows, strict=True))
    return Extent(60 + GAP * (len(columns) - 1), (), columns)


def _cases(node: Cases) -> Extent:
    return Extent(300, (), ((extent(node.positive), extent(node.otherwise)),)) + extent(node.test)


def _number(node: Number) -> Extent:
    digits = max(len(str(abs(part))) for part in (node.value.numerator, node.value.denominator))
    return Extent(DIGIT * digits + (SIGN if node.value < 0 else 0))


_RULES: dict[type, Callable[[Any], Extent]] = {
    Value: lambda node: Extent(0, ((node.name, node.place),)),
    Symbol: _name,
    Number: _number,
    Dots: lambda _: Extent(100),
    Neg: lambda node: Extent(SIGN) + extent(node.of),
    Sum: _sum,
    Product: _product,
    Quotient: lambda node: Extent(24, (), ((extent(node.over), extent(node.under)),)),
    Power: lambda node: extent(node.base)
    + _scripted(extent(node.exponent))
    + Extent(BRACKETS if isinstance(node.base, Sum | Product) else 0),
    Call: _call,
    Apply: _apply,
    Cases: _cases,
    Paren: lambda node: Extent(BRACKETS) + extent(node.of),
    Matrix: _matrix,
}
