"""What a written calculation is about: the paper's expression laid over an expected form, leaf by leaf."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from symback.derivation.formula import Apply, Call, Neg, Number, Power, Product, Quotient, Sum, Symbol
from symback.document.nodes import Matrix, Node, Paren, Value
from symback.marking import expressions as written
from symback.marking.evaluate import has_names

#: Terms in another order are looked for up to so many of them.
MOST_PERMUTED = 4


@dataclass(frozen=True, slots=True)
class Leaf:
    """A written number or expression where an expected number belongs; `value` is None for a constant of the formula.

    `negated` says that the sign stands in the number: `-18.3` in `e^{-18.3}`, where Z_2 is expected.
    """

    value: Value | None
    expression: written.Expression
    negated: bool = False


Leaves = tuple[Leaf, ...]


def unify(node: Node, expression: written.Expression) -> Leaves | None:
    """The leaves of an expression that has the shape of a form, None where it has another shape."""
    return next(ways(node, expression), None)


def ways(node: Node, expression: written.Expression, *, ordered: bool = False) -> Iterator[Leaves]:
    """All ways to lay an expression over a form; terms and factors may stand in another order, if not `ordered`."""
    return _Layer(ordered).ways(node, expression)


#: A quantity, and the place of an entry where one is meant.
Entry = tuple[str, int | None]
#: What a written name stands for.
Naming = Callable[[written.Name], Entry | None]


def is_spelt(node: Node, expression: written.Expression, naming: Naming) -> bool:
    """Whether an expression is a form in letters, each entry with its index: `1 - y_3 (A_2)_3`."""
    return any(not _values(leaves) for leaves in _Layer(True, naming).ways(node, expression))


def _values(leaves: Leaves) -> bool:
    return any(leaf.value is not None for leaf in leaves)


@dataclass(frozen=True)
class _Layer:
    """Lays expressions over forms."""

    ordered: bool
    naming: Naming | None = None

    def ways(self, node: Node, expression: written.Expression) -> Iterator[Leaves]:
        match node:
            case Paren(of):
                yield from self.ways(of, expression)
            case Value(name, place) if self.naming is not None and isinstance(expression, written.Name):
                if self.naming(expression) == (name, place):
                    yield ()
            case Value():
                if isinstance(expression, written.Number) or _is_compound(expression):
                    yield (Leaf(node, expression),)
            case Symbol() | Number():
                yield from _fixed(node, expression)
            case Neg(of):
                yield from self.negative(of, expression)
            case _:
                yield from self.inner(node, expression)

    def negative(self, of: Node, expression: written.Expression) -> Iterator[Leaves]:
        """What a minus stands before: the sign may stand in the number."""
        match of, expression:
            case Value(), written.Number():
                yield (Leaf(of, expression, negated=True),)
            case Number(value), written.Number(numeral=numeral) if value == -numeral.value:
                yield (Leaf(None, expression),)
            case _, written.Negation(argument=argument):
                yield from self.ways(of, argument)
            case Product(), written.Product():  # the sign may stand in the first factor
                first, *rest = flat(of)
                yield from self.in_some_order((Neg(first), *rest), flat(expression))
            case Value(), _ if _is_compound(expression):
                yield (Leaf(of, written.Negation(expression, expression.line)),)

    def inner(self, node: Node, expression: written.Expression) -> Iterator[Leaves]:
        match node, expression:
            case Sum(terms), written.Sum(terms=parts):
                yield from self.in_some_order(terms, parts)
            case Product(), written.Product():
                yield from self.in_some_order(flat(node), flat(expression))
            case Product(), written.Negation(argument=written.Product() as product):
                first, *rest = flat(product)
                yield from self.in_some_order(flat(node), (written.Negation(first, first.line), *rest))
            case Quotient(over, under), written.Quotient(numerator=top, denominator=bottom):
                yield from self.together((over, under), (top, bottom))
            case Power(base, exponent), written.Power(base=below, exponent=above):
                yield from self.together((base, exponent), (below, above))
            case Call(function, argument), written.Call(function=name, argument=inner):
                if _same_function(function, name):
                    yield from self.ways(argument, inner)
            case Apply(function, arguments), written.Call(function=name, argument=written.Matrix(rows=cells)):
                if function == name:
                    yield from self.in_some_order(arguments, [cell for row in cells for cell in row])
            case Matrix(rows), written.Matrix(rows=cells):
                yield from self.matrix(rows, cells, list_form=expression.form == "list")

    def together(self, nodes: Sequence[Node], expressions: Sequence[written.Expression]) -> Iterator[Leaves]:
        """All ways to lay expressions over forms one by one."""
        if not nodes:
            yield ()
            return
        for first in self.ways(nodes[0], expressions[0]):
            for rest in self.together(nodes[1:], expressions[1:]):
                yield first + rest

    def in_some_order(self, nodes: Sequence[Node], expressions: Sequence[written.Expression]) -> Iterator[Leaves]:
        if len(nodes) != len(expressions):
            return
        yield from self.together(nodes, expressions)
        if not self.ordered and 1 < len(nodes) <= MOST_PERMUTED:
            for order in permutations(range(len(nodes))):
                if order != tuple(range(len(nodes))):
                    yield from self.together(nodes, [expressions[place] for place in order])

    def matrix(
        self,
        rows: tuple[tuple[Node, ...], ...],
        cells: tuple[tuple[written.Expression, ...], ...],
        *,
        list_form: bool,
    ) -> Iterator[Leaves]:
        """A matrix of the same shape; a list may stand for a row or a column."""
        nodes = [node for row in rows for node in row]
        entries = [cell for row in cells for cell in row]
        shape, theirs = (len(rows), len(rows[0])), (len(cells), len(cells[0]))
        vector = 1 in shape and 1 in theirs and list_form
        if len(nodes) == len(entries) and (shape == theirs or vector):
            yield from self.together(nodes, entries)


def _fixed(node: Symbol | Number, expression: written.Expression) -> Iterator[Leaves]:
    """Letters and constants: they are there or they are not."""
    match node, expression:
        case Symbol(name), written.Name(quantity=quantity) if name == quantity:
            yield ()
        case Symbol(name), written.Transpose(argument=written.Name(quantity=quantity)) if name == f"{quantity}^T":
            yield ()
        case Number(value), written.Number(numeral=numeral) if value == numeral.value:
            yield (Leaf(None, expression),)


def _same_function(ours: str, theirs: str) -> bool:
    return theirs in (ours, {"log": "ln"}.get(ours, ours))


def _is_compound(expression: written.Expression) -> bool:
    """An expression of numbers alone that is more than a number, and may stand for one."""
    kinds = (written.Quotient, written.Power, written.Product, written.Call, written.Negation)
    return isinstance(expression, kinds) and not has_names(expression)


def flat(product: Any) -> tuple[Any, ...]:
    """The factors of a product of products, in order."""
    found: list[Any] = []
    for factor in product.factors:
        found += flat(factor) if isinstance(factor, type(product)) else (factor,)
    return tuple(found)
