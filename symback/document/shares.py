"""Layouts of softmax: the shares, their Jacobian, and the short way through cross entropy, which is derived."""

from __future__ import annotations

from symback.derivation.formula import ONE, Call, Formula, Neg, Number, Product, Quotient, Sum, Symbol
from symback.derivation.softmax import along, is_masked
from symback.document.board import Place, Writing
from symback.document.nodes import Block, Equation, Node


def lay_out_softmax(w: Writing) -> list[Block]:
    """The powers of e, their sum for each sample, then each share."""
    (source,) = w.step.inputs
    upright = along(w.step) == "column"
    rows, columns = w.step.shape
    places = [(i, j) for j in range(columns) for i in range(rows)] if upright else w.places
    places = [at for at in places if not is_masked(w.step, *at)]

    def power(at: Place) -> Equation:
        return Equation((Call("exp", w.board.value(source, *at)), w.part("exp", *at)))  # type: ignore[arg-type]

    def total(at: int) -> Equation:
        terms = [w.part("exp", *place) for place in places if place[upright] == at]
        sum_at = (0, at) if upright else (at, 0)
        name = w.board.name(f"{w.step.name}.sum", *sum_at)
        return Equation((Symbol(name), w.board.sum(terms), w.part("sum", *sum_at)))

    def share(at: Place) -> Equation:
        ratio = Quotient(w.part("exp", *at), w.part("sum", *at))  # type: ignore[arg-type]
        return Equation((w.entry(*at), ratio, w.number(*at)))

    return [
        Equation((*w.left, w.form), ((Symbol("a_i"), _STATED),)),
        *w.board.lines_at(places, power),
        *w.board.lines_at(list(range(columns if upright else rows)), total),
        *w.board.lines_at(places, share),
        Equation((w.left[-1], w.result)),
    ]


#: One share, stated: e to its score over the sum of all of them.
_STATED = Quotient(Call("exp", Symbol("z_i")), Call("sum_k", Call("exp", Symbol("z_k"))))


def lay_out_jacobian(w: Writing) -> list[Block]:
    """The slopes of each share by each score."""
    (source,) = w.step.inputs
    size, upright = w.step.shape[0], w.board.shape(source)[1] == 1

    def number(k: int) -> Node:
        return w.board.value(source, k, 0) if upright else w.board.value(source, 0, k)

    def cell(i: int, j: int) -> Node:
        if i == j:
            return Product((number(i), Sum((ONE, Neg(number(i))))))  # type: ignore[arg-type]
        return Neg(Product((number(i), number(j)), "dot"))  # type: ignore[arg-type]

    return [Equation((*w.left, w.form)), Equation((w.left[-1], w.board.grid(size, size, cell), w.result))]


def lay_out_shortcut(w: Writing) -> list[Block]:
    """The chain rule for each score of one sample, worked out to a - y; then the numbers."""
    outputs, target = w.step.inputs
    rows, columns = w.step.shape
    lines = w.board.lines_at(list(range(_count(w))), lambda i: Equation(derived(w, i)))

    def written(i: int, j: int) -> Node:
        difference = Sum((w.board.value(outputs, i, j), Neg(w.board.value(target, i, j))))  # type: ignore[arg-type]
        return difference if _samples(w) is None else Quotient(difference, _samples(w))  # type: ignore[arg-type]

    return [*lines, Equation((*w.left, w.form, w.board.grid(rows, columns, written), w.result))]


def _count(w: Writing) -> int:
    """How many outputs a sample has."""
    return w.step.shape[0] if w.board.vectors == "columns" else w.step.shape[1]


def _samples(w: Writing) -> Number | None:
    """What a mean over samples divides by; None where there is none."""
    assert w.step.function is not None
    formula = w.step.function.formula
    return formula.under if isinstance(formula, Quotient) and isinstance(formula.under, Number) else None


def derived(w: Writing, i: int) -> tuple[Formula, ...]:
    """dL/dz_i of the first sample: through all outputs, cancelled, and with targets that add up to 1."""
    outputs, target = w.step.inputs
    across = w.board.vectors != "columns"
    a, y, z = (
        [Symbol(w.board.name(name, *((0, k) if across else (k, 0)))) for k in range(_count(w))]
        for name in (outputs, target, w.step.name[1:])
    )
    through: list[Formula] = [Neg(Product((Quotient(y[i], a[i]), a[i], Sum((ONE, Neg(a[i]))))))]
    through += [Product((Quotient(y[k], a[k]), a[k], a[i]), "dot") for k in range(len(a)) if k != i]
    sides = (Sum(tuple(through)), Sum((Neg(y[i]), Product((a[i], Sum(tuple(y)))))), Sum((a[i], Neg(y[i]))))
    goal = Quotient(Symbol(f"∂{w.board.derivation.target}"), Symbol(f"∂{z[i].name}"))
    samples = _samples(w)
    return (goal, *(side if samples is None else Quotient(side, samples) for side in sides))
