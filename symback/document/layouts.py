"""How the arithmetic of a step is written out on paper: one layout for each operation.

A layout turns a step into blocks (equations, stacked lines, a brace). It refers to numbers and does not look at
them; where it depends on them (the branch of a function with a kink, columns that are too wide for the page) it asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symback.derivation.formula import ONE, Product, Sum, Symbol
from symback.derivation.operations import OPERATIONS
from symback.derivation.rows import groups
from symback.derivation.steps import Step
from symback.document.applied import lay_out_elementwise, lay_out_loss, lay_out_update
from symback.document.board import Board, Place, Writing
from symback.document.matrices import lay_out_derivatives
from symback.document.nodes import Block, Brace, Equation, Matrix, Node, Paren, Value
from symback.document.recurrent import lay_out_beside, lay_out_recurrent
from symback.document.shares import lay_out_jacobian, lay_out_shortcut, lay_out_softmax
from symback.document.sliding import lay_out_bilinear, lay_out_gather, lay_out_pick
from symback.document.sums import lay_out_penalty, lay_out_sum_of

#: Three numbers stand beside each other at a brace; wider ones are added up in a row that can be broken.
WIDEST_IN_BRACE = 2000


def lay_out(step: Step, board: Board) -> list[Block]:
    """The blocks of a step, by the layout that its operation names."""
    return LAYOUTS[OPERATIONS[step.operation].layout](Writing(step, board))


def _copy(w: Writing) -> list[Block]:
    return [Equation((*w.left, w.form, w.result))]


def _rows(w: Writing, left: str, right: str, total: Callable[[int], Node]) -> list[Equation]:
    """A line for each row of a matrix times a column: the products, their values, their sum."""
    (rows, inner), board = w.board.shape(left), w.board
    lines = []
    for i in range(rows):
        written = [
            Product((board.value(left, i, k), Paren(board.value(right, k, 0)))) for k in range(inner)  # type: ignore[arg-type]
        ]
        sides = [board.sum(written)]
        if inner > 1:
            sides.append(board.sum([w.part("products", i, k) for k in range(inner)]))
        lines.append(Equation((*sides, total(i))))
    return lines


def _affine(w: Writing) -> list[Block]:
    weights, inputs, *bias = w.step.inputs
    rows, inner = w.board.shape(weights)
    if w.board.shape(inputs)[1] > 1:
        return _sample_by_sample(w)
    products = w.part("sum").name if bias else w.step.name
    first = Equation((*w.left, w.form))
    if rows == 1 and 1 < inner <= w.board.elide and w.board.widest <= WIDEST_IN_BRACE:
        first = Equation((*w.left, w.form, _written_out(w)))
        stacked = [Equation(_stacked(w, weights, inputs, k)) for k in range(inner)]
        blocks: list[Block] = [first, Brace(tuple(stacked), Value(products, 0))]
    else:
        blocks = [first, *w.board.lines(_rows(w, weights, inputs, lambda i: Value(products, i)))]
    if not bias:
        return [*blocks, _named_result(w)]
    added = w.board.grid(rows, 1, lambda i, _: Sum((Value(products, i), w.board.value(bias[0], i, 0))))  # type: ignore[arg-type]
    return [*blocks, Equation((w.left[-1], added.rows[0][0] if rows == 1 else added, w.result))]


def _sample_by_sample(w: Writing) -> list[Block]:
    """A line for each unit of each sample, one sample after the other."""
    rows, columns = w.step.shape
    return _entries(w, [(i, j) for j in range(columns) for i in range(rows)])


def _entries(w: Writing, places: Sequence[Place]) -> list[Block]:
    """A line for each entry of a product of matrices: the numbers put in, the result."""
    left, right, *bias = w.step.inputs
    inner = w.board.shape(left)[1]

    def line(at: Place) -> Equation:
        (i, j), board = at, w.board
        terms: list[Node] = [
            Product((board.value(left, i, k), Paren(board.value(right, k, j)))) for k in range(inner)  # type: ignore[arg-type]
        ]
        added = [board.value(name, i, j) for name in bias]
        return Equation((w.entry(i, j), board.sum([*terms, *added]), w.number(i, j)))

    if w.step.shape == (1, 1):
        return [Equation((*w.left, w.form, *line((0, 0)).sides[1:]))]
    return [Equation((*w.left, w.form)), *w.board.lines_at(places, line), _named_result(w)]


def _affine_rows(w: Writing) -> list[Block]:
    return _entries(w, w.places)


def _written_out(w: Writing) -> Node:
    """The numbers of a row put into its sum: `0.2(3.9) + 0.4(12.1) + 0.5`."""
    weights, inputs, *bias = w.step.inputs
    inner = w.board.shape(weights)[1]
    terms = [_stacked(w, weights, inputs, k)[0] for k in range(inner)]
    return w.board.sum([*terms, *(w.board.value(name, 0, 0) for name in bias)])


def _named_result(w: Writing) -> Equation:
    return Equation((w.left[-1], w.result))


def _stacked(w: Writing, weights: str, inputs: str, k: int) -> tuple[Node, Node]:
    """One product of a row: `0.2(3.9) = 0.78`."""
    factors = (w.board.value(weights, 0, k), Paren(w.board.value(inputs, k, 0)))
    return Product(factors), w.part("products", 0, k)  # type: ignore[arg-type]


def _matmul(w: Writing) -> list[Block]:
    left, right = w.step.inputs
    (rows, inner), (_, columns) = w.board.shape(left), w.board.shape(right)
    if inner > 1 and columns > 1:
        return _entries(w, w.places)
    if inner > 1:
        lines = _rows(w, left, right, lambda i: Value(w.step.name, i))
        return [Equation((*w.left, w.form)), *w.board.lines(lines), _named_result(w)]
    if rows == 1 or columns == 1:
        product = Product((_factor(w, left), _factor(w, right)), "" if (rows, columns) != (1, 1) else "dot")  # type: ignore[arg-type]
        return [Equation((*w.left, w.form, product, w.result))]
    given = Equation((Symbol(right), w.board.matrix(right)))
    lines = _outer_rows(w, left, right)
    return [Equation((*w.left, w.form)), given, *w.board.lines(lines), _named_result(w)]


def _outer_rows(w: Writing, left: str, right: str) -> list[Equation]:
    """A line for each row of a column times a row; all of them leave out the same columns."""
    rows, columns = w.step.shape
    limit = w.board.fitting(rows, columns, lambda i, j: w.board.value(w.step.name, i, j))
    row = w.board.grid(1, columns, lambda _, j: w.board.value(right, 0, j), limit)
    return [
        Equation(
            (
                Product((Paren(w.board.value(left, i, 0)), row), "times"),  # type: ignore[arg-type]
                w.board.grid(1, columns, lambda _, j, i=i: w.board.value(w.step.name, i, j), limit),  # type: ignore[misc]
            )
        )
        for i in range(rows)
    ]


def _factor(w: Writing, reference: str) -> Node:
    value = w.board.matrix(reference)
    return Paren(value) if isinstance(value, Value) else value


def _hadamard(w: Writing) -> list[Block]:
    left, right = w.step.inputs
    rows, columns = w.step.shape

    def product(i: int, j: int) -> Node:
        return Product((w.board.value(left, i, j), w.board.value(right, i, j)), "dot")  # type: ignore[arg-type]

    written = product(0, 0) if (rows, columns) == (1, 1) else w.board.grid(rows, columns, product)
    return [Equation((*w.left, w.form, written, w.result))]


def _add(w: Writing) -> list[Block]:
    """A matrix of sums, one for each entry; where that is wider than the page, a line for each entry."""
    rows, columns = w.step.shape
    form = w.board.sum([Symbol(name) for name in w.step.inputs])

    def total(i: int, j: int) -> Node:
        return w.board.sum([w.board.value(name, i, j) for name in w.step.inputs])

    if (rows, columns) == (1, 1):
        return [Equation((*w.left, form, total(0, 0), w.result))]
    if w.board.fits(rows, columns, total):
        return [Equation((*w.left, form, w.board.grid(rows, columns, total), w.result))]
    lines = w.board.lines_at(w.places, lambda at: Equation((w.entry(*at), total(*at), w.number(*at))))
    return [Equation((*w.left, form)), *lines, _named_result(w)]


def _sum_up(w: Writing) -> list[Block]:
    """The sum over samples (or over all that a bias goes with), written out for each entry."""
    (source,) = w.step.inputs
    columns, (rows, across) = w.board.shape(source)[1], w.step.shape
    places = groups(w.board.shape(source), w.step.shape)

    def written(i: int, j: int) -> Node:
        return w.board.sum([w.board.value(source, *divmod(place, columns)) for place in places[i * across + j]])

    whole = written(0, 0) if (rows, across) == (1, 1) else w.board.grid(rows, across, written)
    return [Equation((*w.left, w.form, whole, w.result))]


def _extend(w: Writing) -> list[Block]:
    """The 1 above (or beside) what it is put in front of."""
    source = Symbol(w.step.inputs[0])
    on_side = w.step.option("vectors") == "rows"
    stacked = Matrix(((ONE, source),) if on_side else ((ONE,), (source,)))
    return [Equation((*w.left, stacked, w.result))]


LAYOUTS: dict[str, Callable[[Writing], list[Block]]] = {
    "copy": _copy,
    "affine": _affine,
    "affine_rows": _affine_rows,
    "sum": _sum_up,
    "extend": _extend,
    "gather": lay_out_gather,
    "bilinear": lay_out_bilinear,
    "pick": lay_out_pick,
    "recurrent": lay_out_recurrent,
    "beside": lay_out_beside,
    "sum_of": lay_out_sum_of,
    "penalty": lay_out_penalty,
    "softmax": lay_out_softmax,
    "jacobian": lay_out_jacobian,
    "shortcut": lay_out_shortcut,
    "matmul": _matmul,
    "hadamard": _hadamard,
    "add": _add,
    "derivatives": lay_out_derivatives,
    "elementwise": lay_out_elementwise,
    "loss": lay_out_loss,
    "update": lay_out_update,
}
