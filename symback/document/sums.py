"""Layouts of sums and means of a function of entries, and of penalties."""

from __future__ import annotations

from symback.derivation.formula import Call, Formula, Quotient, Symbol, in_numbers, substitute
from symback.derivation.functions import Function
from symback.derivation.rows import groups
from symback.derivation.sums import divided, penalty_of
from symback.document.board import Place, Writing
from symback.document.nodes import Block, Equation, Node


def lay_out_sum_of(w: Writing) -> list[Block]:
    """A line for each sum: its terms with their numbers, of a mean what they come to over how many they are."""
    assert w.step.function is not None
    inner, count = divided(w.step.function)
    whole = w.board.common((*w.step.inputs, w.step.name))
    places = groups(whole, w.step.shape)

    def sides(at: Place) -> list[Node]:
        group = [divmod(place, whole[1]) for place in places[at[0] * w.step.shape[1] + at[1]]]
        terms = w.board.sum([_with_numbers(w, inner, each) for each in group])
        if count is None:
            return [terms]
        return [Quotient(terms, count), Quotient(w.part("sum", *at), count)]  # type: ignore[arg-type]

    if len(w.places) == 1:
        return [Equation((*w.left, w.form, *sides((0, 0)), w.result))]
    lines = w.board.lines_at(w.places, lambda at: Equation((w.entry(*at), *sides(at), w.number(*at))))
    return [Equation((*w.left, w.form)), *lines, Equation((w.left[-1], w.result))]


def _with_numbers(w: Writing, function: Function, at: Place) -> Node:
    """A term with the numbers that go with one place."""
    names = dict(zip(function.arguments, w.step.inputs, strict=True))
    return in_numbers(_put(function.formula, {letter: w.board.value(name, *at) for letter, name in names.items()}))


def _put(formula: Formula, nodes: dict[str, Node]) -> Formula:
    return substitute(formula, lambda part: nodes.get(part.name) if isinstance(part, Symbol) else None)  # type: ignore[arg-type, return-value]


#: Any of the weights, stated.
_ANY = Symbol("w_k")


def lay_out_penalty(w: Writing) -> list[Block]:
    """The sum over all weights, written out, and the constant put in front of it."""
    assert w.step.function is not None
    row, (constant, *weights) = penalty_of(w.step), w.step.inputs
    term = row.of_a_weight.formula

    def whole(factor: Node, total: Node) -> Formula:
        assert w.step.function is not None
        return _put(w.step.function.formula, {"l": factor, "s": total})

    stated = Call("sum_k", _put(term, {"w": _ANY}))
    sizes = [(name, w.board.shape(name)) for name in weights]
    terms = [
        _put(term, {"w": w.board.value(name, i, j)})
        for name, (rows, columns) in sizes
        for i in range(rows)
        for j in range(columns)
    ]
    total = w.part("sum")
    return [
        Equation((*w.left, whole(Symbol(constant), stated))),
        Equation((stated, w.board.sum(terms), total)),
        Equation((*w.left, whole(w.board.value(constant, 0, 0), total), w.result)),
    ]
