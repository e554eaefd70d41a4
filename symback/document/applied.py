"""Layouts of steps that apply a function entry by entry: activations, their slopes, losses."""

from __future__ import annotations

from collections.abc import Callable

from symback.derivation.formula import Call, Cases, Formula, Neg, Number, Symbol, substitute, symbols
from symback.derivation.functions import Function
from symback.derivation.parts import expand, tested
from symback.derivation.steps import entry
from symback.document.board import Writing
from symback.document.nodes import Block, Dots, Equation, Node, Note, Value

#: The letters of a function that is stated for any entry: its argument and its value.
ARGUMENT, OUTPUT = Symbol("z"), Symbol("a")


def lay_out_elementwise(w: Writing) -> list[Block]:
    """The function by name and formula, the function values in it, then the entries."""
    function = w.step.function
    assert function is not None
    head = _definition(w, function)
    if not w.step.inputs:
        return [Equation((*head.sides, w.result), head.where)]
    rows = w.step.shape[0]
    calls = _calls(w, function, rows)
    worked = [_worked(w, function, i) for i in range(rows)]
    kink = [*_kink(w, function), *_sides(w, function, rows)]
    if rows > 1:
        lines = [Equation((w.entry(i), *sides, Value(w.step.name, i))) for i, sides in enumerate(worked)]
        return [*kink, head, *calls, *w.board.lines(lines), Equation((w.left[-1], w.result))]
    if calls and not head.where:
        tail = Equation((w.left[-1], *worked[0][1:], w.result))
        return [*kink, Equation((*head.sides, worked[0][0])), *calls, tail]
    if calls or head.where:
        return [*kink, head, *calls, Equation((w.left[-1], *worked[0], w.result))]
    return [*kink, Equation((*head.sides, *worked[0], w.result))]


def lay_out_update(w: Writing) -> list[Block]:
    """A matrix of calculations, one for each entry; where that is wider than the page, a line for each entry."""
    function, (rows, columns) = w.step.function, w.step.shape
    assert function is not None
    head: list[Block] = [Equation((*w.left, w.form))]
    stages = (function.formula, *expand(function).stages)
    if rows == columns == 1:
        return [*head, Equation((w.left[-1], *(_applied(w, stage, function, 0) for stage in stages), w.result))]

    def cells(stage: Formula) -> Callable[[int, int], Node]:
        return lambda i, j: _applied(w, stage, function, i, j)

    if all(w.board.fits(rows, columns, cells(stage)) for stage in stages):
        grids = [w.board.grid(rows, columns, cells(stage)) for stage in stages]
        return [*head, Equation((w.left[-1], *grids, w.result))]

    def line(i: int, j: int) -> Equation:
        return Equation((w.entry(i, j), *(cells(stage)(i, j) for stage in stages), Value(w.step.name, i * columns + j)))

    blocks = [
        block
        for i in w.board.shown(rows)
        for block in w.board.lines([Equation((Dots("down"),))] if i is None else [line(i, j) for j in range(columns)])
    ]
    return [*head, *blocks, Equation((w.left[-1], w.result))]


def lay_out_loss(w: Writing) -> list[Block]:
    """The contribution of each output, then their sum."""
    function, outputs = w.step.function, w.board.shape(w.step.inputs[0])[0]
    assert function is not None
    worked = [_stages(w, _branch(w, function, i), i) for i in range(outputs)]
    sides, calls = _sides(w, function, outputs), _calls(w, function, outputs)
    if outputs == 1:
        if sides:
            return [Equation((*w.left, w.form)), *sides, *calls, Equation((*w.left, *worked[0], w.result))]
        if not calls:
            return [Equation((*w.left, w.form, *worked[0], w.result))]
        first = Equation((*w.left, w.form, worked[0][0]))
        return [first, *calls, Equation((*w.left, *worked[0][1:], w.result))]
    lines = [
        Equation((_named_term(w, _branch(w, function, i), i), *stages, w.part("terms", i)))
        for i, stages in enumerate(worked)
    ]
    total = w.board.sum([w.part("terms", i) for i in range(outputs)])
    return [*sides, *calls, *w.board.lines(lines), Equation((*w.left, total, w.result))]


def _calls(w: Writing, function: Function, rows: int) -> list[Block]:
    """Each function value inside the formula on a line of its own: `e^-18.3 = ...`."""
    lines = [
        Equation((_applied(w, formula, function, i), w.part(suffix, i)))
        for i in range(rows)
        for suffix, formula in expand(_branch(w, function, i)).calls
    ]
    return w.board.lines(lines) if lines else []


def _definition(w: Writing, function: Function) -> Equation:
    """`A = sigma(Z) = 1 / (1 + e^-Z)`; of a column, and of a function in cases, the formula is stated apart."""
    if not function.symbol:
        return Equation((*w.left, w.form))
    source = w.step.name.split("/d")[-1] if "/" in w.step.name else w.step.inputs[0]
    sides = (*w.left, Call(function.symbol, Symbol(source)))
    if function.formula == Call(function.symbol, ARGUMENT):
        return Equation(sides)
    if w.step.shape == (1, 1) and not isinstance(function.formula, Cases):
        names = dict(zip(function.arguments, w.step.inputs, strict=True))
        return Equation((*sides, _replace(function.formula, lambda name: Symbol(names.get(name, name)))))
    stated: tuple[tuple[Node, ...], ...] = ((Call(function.symbol, ARGUMENT), function.formula),)
    if OUTPUT.name in function.arguments:
        stated += ((OUTPUT, Call(function.symbol.removesuffix("'"), ARGUMENT)),)
    return Equation(sides, stated)


def _worked(w: Writing, function: Function, row: int) -> tuple[Node, ...]:
    """The stages of one entry: numbers put in, function values put in, brackets worked out."""
    branch = _branch(w, function, row)
    idle = not symbols(branch.formula) or isinstance(branch.formula, Symbol)
    if isinstance(function.formula, Cases) and function.symbol and idle:
        # A branch without a calculation: the value of the function says it all.
        return (Call(function.symbol, w.board.value(tested(w.step), row, 0)),)  # type: ignore[arg-type]
    return _stages(w, branch, row)


def _stages(w: Writing, branch: Function, row: int) -> tuple[Node, ...]:
    """The stages of a formula without cases; a constant is its own value."""
    match branch.formula:
        case Number() | Symbol() | Neg(Symbol()):
            return ()
    stages = dict.fromkeys(_applied(w, stage, branch, row) for stage in (branch.formula, *expand(branch).stages))
    return tuple(stages)


def _sides(w: Writing, function: Function, rows: int) -> list[Block]:
    """On which side of its kink each entry lies, where that has to be calculated: `1 - y a = 1 - 0.3 = 0.7`."""
    if not isinstance(function.formula, Cases) or isinstance(function.formula.test, Symbol):
        return []
    test = function.formula.test
    lines = [
        Equation((_in_entries(w, test, function, i), _applied(w, test, function, i), w.part("test", i)))
        for i in range(rows)
    ]
    return w.board.lines(lines)


def _branch(w: Writing, function: Function, row: int) -> Function:
    """The function on the side of its kink where the entry lies."""
    formula = function.formula
    if not isinstance(formula, Cases):
        return function
    positive = w.board.signs(tested(w.step))[row] > 0
    return Function(function.name, function.arguments, formula.positive if positive else formula.otherwise)


def _kink(w: Writing, function: Function) -> list[Block]:
    """The convention at a kink, where the slope is taken just there."""
    if not function.kink or w.step.phase != "backward":
        return []
    source = w.step.inputs[0]
    decides = tested(w.step) if isinstance(function.formula, Cases) else w.step.name
    zeros = [i for i, sign in enumerate(w.board.signs(decides)) if sign == 0]
    names = tuple(entry(source, i, 0, w.board.shape(source)) for i in zeros)
    return [Note(function.kink, names)] if names else []


def _applied(w: Writing, formula: Formula, function: Function, row: int, column: int = 0) -> Node:
    """The formula with the numbers of one entry; `.exp` stands for a part of the step."""
    names = dict(zip(function.arguments, w.step.inputs, strict=True))

    def number(name: str) -> Node | None:
        if name.startswith("."):
            return w.part(name[1:], row, column)
        return w.board.value(names[name], row, column) if name in names else None

    return _replace(formula, number)


def _replace(formula: Formula, number: Callable[[str], Node | None]) -> Formula:
    def put(part: Formula) -> Formula | None:
        return number(part.name) if isinstance(part, Symbol) else None  # type: ignore[return-value]

    return substitute(formula, put)


def _named_term(w: Writing, function: Function, row: int) -> Node:
    """The contribution of one output in entries: `((A_2)_1 - (y)_1)^2`."""
    return _in_entries(w, function.formula, function, row)


def _in_entries(w: Writing, formula: Formula, function: Function, row: int) -> Formula:
    """A formula in the entries of the inputs."""
    names = {
        argument: Symbol(entry(name, row, 0, w.board.shape(name)))
        for argument, name in zip(function.arguments, w.step.inputs, strict=True)
    }
    return _replace(formula, names.get)
