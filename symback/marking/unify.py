"""What a written calculation is about: the paper's expression laid over an expected form, leaf by leaf."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from symback.derivation.formula import Call, Neg, Number, Power, Product, Quotient, Sum, Symbol
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


def ways(node: Node, expression: written.Expression) -> Iterator[Leaves]:
    """All ways to lay an expression over a form: terms and factors may stand in another order."""
    match node, expression:
        case Paren(of), _:
            yield from ways(of, expression)
        case Symbol(name), written.Name(quantity=quantity) if name == quantity:
            yield ()
        case Symbol(name), written.Transpose(argument=written.Name(quantity=quantity)) if name == f"{quantity}^T":
            yield ()
        case Value(), written.Number():
            yield (Leaf(node, expression),)
        case Neg(Value() as value), written.Number():
            yield (Leaf(value, expression, negated=True),)
        case Value(), _ if _is_compound(expression):
            yield (Leaf(node, expression),)
        case Number(value), written.Number(numeral=numeral) if value == numeral.value:
            yield (Leaf(None, expression),)
        case Neg(of), written.Negation(argument=argument):
            yield from ways(of, argument)
        case Neg(Number(value)), written.Number(numeral=numeral) if value == -numeral.value:
            yield (Leaf(None, expression),)
        case Sum(terms), written.Sum(terms=parts):
            yield from _in_some_order(terms, parts)
        case Product(factors=factors), written.Product():
            yield from _in_some_order(_flat_node(factors), _flat(expression))
        case Quotient(over, under), written.Quotient(numerator=top, denominator=bottom):
            yield from _together((over, under), (top, bottom))
        case Power(base, exponent), written.Power(base=below, exponent=above):
            yield from _together((base, exponent), (below, above))
        case Call(function, argument), written.Call(function=name, argument=inner) if _same_function(function, name):
            yield from ways(argument, inner)
        case Matrix(rows), written.Matrix(rows=cells):
            yield from _matrix(rows, cells, list_form=expression.form == "list")
        case _:
            return


def _same_function(ours: str, theirs: str) -> bool:
    return theirs in (ours, {"log": "ln"}.get(ours, ours))


def _is_compound(expression: written.Expression) -> bool:
    """An expression of numbers alone that is more than a number, and may stand for one."""
    kinds = (written.Quotient, written.Power, written.Product, written.Call, written.Negation)
    return isinstance(expression, kinds) and not has_names(expression)


def _flat_node(factors: Sequence[Node]) -> tuple[Node, ...]:
    flat: list[Node] = []
    for factor in factors:
        flat += factor.factors if isinstance(factor, Product) else (factor,)
    return tuple(flat)


def _flat(product: written.Product) -> tuple[written.Expression, ...]:
    flat: list[written.Expression] = []
    for factor in product.factors:
        flat += _flat(factor) if isinstance(factor, written.Product) else (factor,)
    return tuple(flat)


def _together(nodes: Sequence[Node], expressions: Sequence[written.Expression]) -> Iterator[Leaves]:
    """All ways to lay expressions over forms one by one."""
    if not nodes:
        yield ()
        return
    for first in ways(nodes[0], expressions[0]):
        for rest in _together(nodes[1:], expressions[1:]):
            yield first + rest


def _in_some_order(nodes: Sequence[Node], expressions: Sequence[written.Expression]) -> Iterator[Leaves]:
    if len(nodes) != len(expressions):
        return
    yield from _together(nodes, expressions)
    if 1 < len(nodes) <= MOST_PERMUTED:
        for order in permutations(range(len(nodes))):
            if order != tuple(range(len(nodes))):
                yield from _together(nodes, [expressions[place] for place in order])


def _matrix(
    rows: tuple[tuple[Node, ...], ...], cells: tuple[tuple[written.Expression, ...], ...], *, list_form: bool
) -> Iterator[Leaves]:
    """A matrix of the same shape; a list may stand for a row or a column."""
    nodes = [node for row in rows for node in row]
    flat = [cell for row in cells for cell in row]
    shape, theirs = (len(rows), len(rows[0])), (len(cells), len(cells[0]))
    vector = 1 in shape and 1 in theirs and list_form
    if len(nodes) == len(flat) and (shape == theirs or vector):
        yield from _together(nodes, flat)
