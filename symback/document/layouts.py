"""How the arithmetic of a step is written out on paper: one layout for each operation.

A layout turns a step into blocks (equations, stacked lines, a brace). It refers to numbers and never looks at
them, but for one thing: which branch of a function with a kink an entry takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from symback.derivation.formula import (
    Call,
    Cases,
    Formula,
    Product,
    Quotient,
    Sum,
    Symbol,
    substitute,
)
from symback.derivation.functions import Function
from symback.derivation.operations import OPERATIONS
from symback.derivation.parts import expand
from symback.derivation.steps import Shape, Step, base, entry
from symback.document.nodes import Block, Brace, Dots, Equation, Lines, Matrix, Node, Paren, Value
from symback.solution.solution import Solution


@dataclass(frozen=True)
class Board:
    """What a layout needs to know: the solution whose steps are written out, and how long a row may be."""

    solution: Solution
    elide: int

    def shape(self, reference: str) -> Shape:
        """The shape of an input, transposed where the reference says so."""
        rows, columns = self.solution.shape(base(reference))
        return (columns, rows) if reference.endswith("^T") else (rows, columns)

    def value(self, reference: str, row: int, column: int) -> Value:
        """The number at a place of an input."""
        name, (rows, columns) = base(reference), self.shape(reference)
        place = column * rows + row if reference.endswith("^T") else row * columns + column
        return Value(name, place)

    def matrix(self, reference: str) -> Node:
        """The numbers of a quantity; a scalar stands without brackets."""
        rows, columns = self.shape(reference)
        if (rows, columns) == (1, 1):
            return self.value(reference, 0, 0)
        return self.grid(rows, columns, lambda i, j: self.value(reference, i, j))

    def grid(self, rows: int, columns: int, cell: Callable[[int, int], Node]) -> Matrix:
        """A matrix, its middle left out where it is longer than the limit."""
        across, down = self.shown(columns), self.shown(rows)
        return Matrix(
            tuple(
                tuple(
                    Dots(_DOTS[i is None, j is None]) if i is None or j is None else cell(i, j) for j in across
                )
                for i in down
            )
        )

    @property
    def table_rows(self) -> int:
        """How many entries of one quantity a table shows: those of a matrix that is written out in full."""
        return max(2 * self.elide, 12)

    def shown(self, count: int, limit: int | None = None) -> list[int | None]:
        """The places of a long row that are shown; None stands for dots."""
        limit = limit or self.elide
        if count <= limit:
            return list(range(count))
        return [*range(limit - 2), None, count - 1]

    def sum(self, terms: Sequence[Node]) -> Node:
        """A sum of terms, its middle left out where it is too long."""
        shown = tuple(Dots("across") if k is None else terms[k] for k in self.shown(len(terms)))
        return shown[0] if len(shown) == 1 else Sum(shown)  # type: ignore[arg-type]

    def lines(self, equations: Sequence[Equation]) -> list[Block]:
        """Lines under each other; of very many the first and the last."""
        places = self.shown(len(equations))
        return [Lines(tuple(Equation((Dots("down"),)) if k is None else equations[k] for k in places))]


_DOTS = {(True, False): "down", (False, True): "across", (True, True): "diagonal"}


@dataclass(frozen=True)
class Writing:
    """One step being written out on a board."""

    step: Step
    board: Board

    @cached_property
    def left(self) -> tuple[Node, ...]:
        """What stands left of the first equal sign: `dL/dW_1 = dW_1` for a derivative, else the name."""
        name = Symbol(self.step.name)
        if self.step.phase == "backward" and "/" not in self.step.name:
            return (Quotient(Symbol("∂L"), Symbol(f"∂{self.step.name[1:]}")), name)
        return (name,)

    @property
    def form(self) -> Formula:
        """The formula in matrices."""
        return OPERATIONS[self.step.operation].form(self.step)

    @property
    def result(self) -> Node:
        """The numbers of the step."""
        return self.board.matrix(self.step.name)

    def part(self, suffix: str, row: int = 0, column: int = 0) -> Value:
        """A number of a part of the step."""
        return self.board.value(f"{self.step.name}.{suffix}", row, column)

    def entry(self, row: int) -> Symbol:
        """The name of an entry of a column."""
        return Symbol(entry(self.step.name, row, 0, self.step.shape))


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
    products = w.part("sum").name if bias else w.step.name
    first = Equation((*w.left, w.form))
    if rows == 1 and 1 < inner <= w.board.elide:
        stacked = [Equation(_stacked(w, weights, inputs, k)) for k in range(inner)]
        blocks: list[Block] = [first, Brace(tuple(stacked), Value(products, 0))]
    else:
        blocks = [first, *w.board.lines(_rows(w, weights, inputs, lambda i: Value(products, i)))]
    if not bias:
        return [*blocks, Equation((*w.left, w.result))] if rows > 1 or inner == 1 else [*blocks, _named_result(w)]
    added = w.board.grid(rows, 1, lambda i, _: Sum((Value(products, i), w.board.value(bias[0], i, 0))))  # type: ignore[arg-type]
    return [*blocks, Equation((*w.left, added.rows[0][0] if rows == 1 else added, w.result))]


def _named_result(w: Writing) -> Equation:
    return Equation((*w.left, w.result))


def _stacked(w: Writing, weights: str, inputs: str, k: int) -> tuple[Node, Node]:
    """One product of a row: `0.2(3.9) = 0.78`."""
    factors = (w.board.value(weights, 0, k), Paren(w.board.value(inputs, k, 0)))
    return Product(factors), w.part("products", 0, k)  # type: ignore[arg-type]


def _matmul(w: Writing) -> list[Block]:
    left, right = w.step.inputs
    (rows, inner), (_, columns) = w.board.shape(left), w.board.shape(right)
    if inner > 1:
        lines = _rows(w, left, right, lambda i: Value(w.step.name, i))
        return [Equation((*w.left, w.form)), *w.board.lines(lines), _named_result(w)]
    if rows == 1 or columns == 1:
        product = Product((_factor(w, left), _factor(w, right)), "" if (rows, columns) != (1, 1) else "dot")  # type: ignore[arg-type]
        return [Equation((*w.left, w.form, product, w.result))]
    row = w.board.matrix(right)
    lines = [
        Equation(
            (
                Product((Paren(w.board.value(left, i, 0)), row), "times"),  # type: ignore[arg-type]
                w.board.grid(1, columns, lambda _, j, i=i: w.board.value(w.step.name, i, j)),  # type: ignore[misc]
            )
        )
        for i in range(rows)
    ]
    given = Equation((Symbol(right), row))
    return [Equation((*w.left, w.form)), given, *w.board.lines(lines), _named_result(w)]


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
    rows, columns = w.step.shape

    def total(i: int, j: int) -> Node:
        return Sum(tuple(w.board.value(name, i, j) for name in w.step.inputs))  # type: ignore[misc]

    return [Equation((*w.left, w.form, w.board.grid(rows, columns, total), w.result))]


def _elementwise(w: Writing) -> list[Block]:
    function = w.step.function
    assert function is not None
    head = _definition(w, function)
    if not w.step.inputs:
        return [Equation((*head.sides, w.result))]
    rows = w.step.shape[0]
    calls = [
        Equation((_applied(w, formula, function, i), w.part(suffix, i)))
        for i in range(rows)
        for suffix, formula in expand(_branch(w, function, i)).calls
    ]
    worked = [_worked(w, function, i) for i in range(rows)]
    blocks: list[Block] = [*w.board.lines(calls)] if calls else []
    if rows == 1:
        return [Equation((*head.sides, worked[0][0])), *blocks, *_tail(w, worked[0])] if calls else [
            Equation((*head.sides, *worked[0], w.result))
        ]
    lines = [Equation((w.entry(i), *sides, Value(w.step.name, i))) for i, sides in enumerate(worked)]
    return [head, *blocks, *w.board.lines(lines), _named_result(w)]


def _tail(w: Writing, sides: tuple[Node, ...]) -> list[Block]:
    return [Equation((*w.left[-1:], *sides[1:], w.result))]


def _definition(w: Writing, function: Function) -> Equation:
    """`A = sigma(Z) = 1 / (1 + e^-Z)`: the function by name, then by its formula in the names of the step."""
    if not function.symbol:
        return Equation((*w.left, w.form))
    names = dict(zip(function.arguments, w.step.inputs, strict=True))
    single = w.step.shape == (1, 1)
    # For a column the formula is stated in the letter of the function, for it holds entry by entry.
    spelled = _replace(function.formula, lambda name: Symbol(names.get(name, name))) if single else None
    source = w.step.name.split("/d")[-1] if "/" in w.step.name else w.step.inputs[0]
    called = Call(function.symbol, Symbol(source))
    generic = function.formula != Call(function.symbol, Symbol("z"))
    if single:
        return Equation((*w.left, called, *((spelled,) if generic and spelled else ())))
    return Equation((*w.left, called))


def _worked(w: Writing, function: Function, row: int) -> tuple[Node, ...]:
    """The stages of one entry: numbers put in, function values put in, brackets worked out."""
    branch = _branch(w, function, row)
    if isinstance(function.formula, Cases) and branch.formula == Symbol("z"):
        return (Call(function.symbol, w.board.value(w.step.inputs[0], row, 0)),)  # type: ignore[arg-type]
    stages = (branch.formula, *expand(branch).stages)
    return tuple(_applied(w, stage, function, row) for stage in stages)


def _branch(w: Writing, function: Function, row: int) -> Function:
    """The function on the side of its kink where the entry lies."""
    formula = function.formula
    if not isinstance(formula, Cases):
        return function
    positive = w.board.solution.values(w.step.inputs[0])[row] > 0
    return Function(function.name, function.arguments, formula.positive if positive else formula.otherwise)


def _applied(w: Writing, formula: Formula, function: Function, row: int) -> Node:
    """The formula with the numbers of one entry; `.exp` stands for a part of the step."""
    names = dict(zip(function.arguments, w.step.inputs, strict=True))

    def number(name: str) -> Node | None:
        if name.startswith("."):
            return w.part(name[1:], row)
        return w.board.value(names[name], row, 0) if name in names else None

    return _replace(formula, number)


def _replace(formula: Formula, number: Callable[[str], Node | None]) -> Formula:
    def put(part: Formula) -> Formula | None:
        return number(part.name) if isinstance(part, Symbol) else None  # type: ignore[return-value]

    return substitute(formula, put)


def _loss(w: Writing) -> list[Block]:
    function, outputs = w.step.function, w.board.shape(w.step.inputs[0])[0]
    assert function is not None
    stages = (function.formula, *expand(function).stages)
    worked = [tuple(_applied(w, stage, function, i) for stage in stages) for i in range(outputs)]
    calls = [
        Equation((_applied(w, formula, function, i), w.part(suffix, i)))
        for i in range(outputs)
        for suffix, formula in expand(function).calls
    ]
    blocks = w.board.lines(calls) if calls else []
    if outputs == 1:
        return [*blocks, Equation((*w.left, w.form, *worked[0], w.result))]
    lines = [
        Equation((_named_term(w, function, i), *sides, w.part("terms", i))) for i, sides in enumerate(worked)
    ]
    total = w.board.sum([w.part("terms", i) for i in range(outputs)])
    return [*blocks, *w.board.lines(lines), Equation((*w.left, total, w.result))]


def _named_term(w: Writing, function: Function, row: int) -> Node:
    """The contribution of one output in entries: `((A_2)_1 - (y)_1)^2`."""
    names = {
        argument: Symbol(entry(name, row, 0, w.board.shape(name)))
        for argument, name in zip(function.arguments, w.step.inputs, strict=True)
    }
    return _replace(function.formula, names.get)


LAYOUTS: dict[str, Callable[[Writing], list[Block]]] = {
    "copy": _copy,
    "affine": _affine,
    "matmul": _matmul,
    "hadamard": _hadamard,
    "add": _add,
    "elementwise": _elementwise,
    "loss": _loss,
}
