"""Layouts of steps that apply a function entry by entry: activations, their slopes, losses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symback.derivation.formula import (
    Call,
    Cases,
    Formula,
    Neg,
    Number,
    Symbol,
    in_numbers,
    substitute,
    symbols,
    walk,
)
from symback.derivation.functions import Function
from symback.derivation.parts import expand
from symback.document.board import Place, Writing, places_of
from symback.document.kinks import Sides, taken, tests_of
from symback.document.nodes import Block, Dots, Equation, Node, Note

#: The letters of a function that is stated for any entry: its argument and its value.
ARGUMENT, OUTPUT = Symbol("z"), Symbol("a")


def lay_out_elementwise(w: Writing) -> list[Block]:
    """The function by name and formula, the function values in it, then the entries."""
    function = w.step.function
    assert function is not None
    head = _definition(w, function)
    if not w.step.inputs:
        stated = w.left if _is_whole(function.formula) else head.sides
        return [Equation((*stated, w.result), head.where)]
    places = w.places
    calls = _calls(w, function, places)
    if w.step.shape[1] > 1 and not (head.where or calls or any(isinstance(p, Cases) for p in walk(function.formula))):
        return [*_kink(w, function), *lay_out_update(w)]
    worked = [_worked(w, function, at) for at in places]
    kink = [*_kink(w, function), *_sides(w, function, places)]
    if len(places) > 1:
        lines = [Equation((w.entry(*at), *sides, w.number(*at))) for at, sides in zip(places, worked, strict=True)]
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
        return [*head, Equation((w.left[-1], *(_applied(w, stage, function, (0, 0)) for stage in stages), w.result))]

    def cells(stage: Formula) -> Callable[[int, int], Node]:
        return lambda i, j: _applied(w, stage, function, (i, j))

    if all(w.board.fits(rows, columns, cells(stage)) for stage in stages):
        grids = [w.board.grid(rows, columns, cells(stage)) for stage in stages]
        return [*head, Equation((w.left[-1], *grids, w.result))]

    def line(i: int, j: int) -> Equation:
        return Equation((w.entry(i, j), *(cells(stage)(i, j) for stage in stages), w.number(i, j)))

    blocks = [
        block
        for i in w.board.shown(rows)
        for block in w.board.lines([Equation((Dots("down"),))] if i is None else [line(i, j) for j in range(columns)])
    ]
    return [*head, *blocks, Equation((w.left[-1], w.result))]


def _is_whole(formula: Formula) -> bool:
    """Whether a formula is a whole number, which looks the same as its value."""
    number = formula.of if isinstance(formula, Neg) else formula
    return isinstance(number, Number) and number.value.denominator == 1


def lay_out_loss(w: Writing) -> list[Block]:
    """The contribution of each output of each sample, then their sum."""
    function, places = w.step.function, places_of(w.board.common(w.step.inputs))
    assert function is not None
    worked = [_stages(w, _branch(w, function, at), at) for at in places]
    sides, calls = _sides(w, function, places), _calls(w, function, places)
    if len(places) == 1:
        if sides:
            return [Equation((*w.left, w.form)), *sides, *calls, Equation((*w.left, *worked[0], w.result))]
        if not calls:
            return [Equation((*w.left, w.form, *worked[0], w.result))]
        first = Equation((*w.left, w.form, worked[0][0]))
        return [first, *calls, Equation((*w.left, *worked[0][1:], w.result))]
    terms = [w.part("terms", *at) for at in places]
    lines = [
        Equation((_in_entries(w, _branch(w, function, at).formula, function, at), *stages, term))
        for at, stages, term in zip(places, worked, terms, strict=True)
    ]
    return [*sides, *calls, *w.board.lines(lines), Equation((*w.left, w.board.sum(terms), w.result))]


def _calls(w: Writing, function: Function, places: Sequence[Place]) -> list[Block]:
    """Each function value inside the formula on a line of its own: `e^-18.3 = ...`."""
    lines = [
        Equation((_applied(w, formula, function, at), w.part(suffix, *at)))
        for at in places
        for suffix, formula in expand(_branch(w, function, at)).calls
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


def _worked(w: Writing, function: Function, at: Place) -> tuple[Node, ...]:
    """The stages of one entry: numbers put in, function values put in, brackets worked out."""
    branch = _branch(w, function, at)
    whole = function.formula
    idle = not symbols(branch.formula) or isinstance(branch.formula, Symbol)
    if idle and isinstance(whole, Cases) and isinstance(whole.test, Symbol) and function.symbol:
        # A branch without a calculation: the value of the function says it all.
        tested = dict(zip(function.arguments, w.step.inputs, strict=True))[whole.test.name]
        return (Call(function.symbol, w.board.value(tested, *at)),)  # type: ignore[arg-type]
    return _stages(w, branch, at)


def _stages(w: Writing, branch: Function, at: Place) -> tuple[Node, ...]:
    """The stages of a formula without cases; a constant is its own value."""
    match branch.formula:
        case Number() | Symbol() | Neg(Symbol()):
            return ()
    stages = dict.fromkeys(_applied(w, stage, branch, at) for stage in (branch.formula, *expand(branch).stages))
    return tuple(stages)


def _sides(w: Writing, function: Function, places: Sequence[Place]) -> list[Block]:
    """On which side of its kink each entry lies, where that has to be calculated: `1 - y a = 1 - 0.3 = 0.7`."""
    if not isinstance(function.formula, Cases) or isinstance(function.formula.test, Symbol):
        return []
    test = function.formula.test
    lines = [
        Equation((_in_entries(w, test, function, at), _applied(w, test, function, at), w.part("test", *at)))
        for at in places
    ]
    return w.board.lines(lines)


def _branch(w: Writing, function: Function, at: Place) -> Function:
    """The function on the side of its kinks where the entry lies."""
    tests = tests_of(function.formula)
    if not any(isinstance(part, Cases) for part in walk(function.formula)):
        return function
    columns = w.board.common(w.step.inputs)[1]
    sides = w.board.ask(Sides(function, w.step.inputs))[at[0] * columns + at[1]]
    signs = dict(zip(tests, sides, strict=True))
    return Function(function.name, function.arguments, taken(function.formula, signs))


def _kink(w: Writing, function: Function) -> list[Block]:
    """The convention at a kink, where the slope is taken just there."""
    if not function.kink or w.step.phase != "backward" or not tests_of(function.formula):
        return []
    source, columns = w.step.inputs[0], w.board.common(w.step.inputs)[1]
    zeros = [divmod(k, columns) for k, signs in enumerate(w.board.ask(Sides(function, w.step.inputs))) if 0 in signs]
    names = tuple(w.board.name(source, *at) for at in zeros)
    return [Note(function.kink, names)] if names else []


def _applied(w: Writing, formula: Formula, function: Function, at: Place) -> Node:
    """The formula with the numbers of one entry; `.exp` stands for a part of the step."""
    names = dict(zip(function.arguments, w.step.inputs, strict=True))

    def number(name: str) -> Node | None:
        if name.startswith("."):
            return w.part(name[1:], *at)
        return w.board.value(names[name], *at) if name in names else None

    return in_numbers(_replace(formula, number))


def _replace(formula: Formula, number: Callable[[str], Node | None]) -> Formula:
    def put(part: Formula) -> Formula | None:
        return number(part.name) if isinstance(part, Symbol) else None  # type: ignore[return-value]

    return substitute(formula, put)


def _in_entries(w: Writing, formula: Formula, function: Function, at: Place) -> Formula:
    """A formula in the entries of the inputs."""
    names = {
        argument: Symbol(w.board.name(name, *at))
        for argument, name in zip(function.arguments, w.step.inputs, strict=True)
    }
    return _replace(formula, names.get)
