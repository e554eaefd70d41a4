"""The forms that a calculation may have on paper: what is written, and which numbers it comes to.

They are the sides of the sheet's own layouts, and the formula of every entry by every route.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symback.derivation.formula import Call, Formula, Sum, Symbol, substitute
from symback.derivation.operations import OPERATIONS
from symback.derivation.steps import Step
from symback.document.board import Board
from symback.document.dialects import DIALECTS
from symback.document.fill import Numbers
from symback.document.layouts import lay_out
from symback.document.nodes import Block, Brace, Equation, Lines, Matrix, Node, Value, values
from symback.marking.follow import Graph
from symback.solution.solution import Solution

#: A board on which nothing is left out.
WIDE = 10**6


@dataclass(frozen=True)
class Form:
    """A calculation `node` of `quantity` and the numbers `result` that it comes to (one, or a matrix of them)."""

    quantity: str
    node: Node
    result: Node


@dataclass(frozen=True)
class Forms:
    """All forms of an exercise: with numbers, and in letters."""

    numeric: tuple[Form, ...]
    symbolic: tuple[tuple[str, Formula], ...]

    def of(self, quantity: str) -> tuple[Form, ...]:
        """The forms of a quantity and of its parts."""
        return tuple(form for form in self.numeric if form.quantity.split(".")[0] == quantity.split(".")[0])


_CACHE: dict[tuple[object, tuple[bool, ...]], Forms] = {}


def forms_of(solution: Solution, graph: Graph) -> Forms:
    """The forms of an exercise, made once for a network (and for each side of its kinks)."""
    key = (solution.exercise.network, _branches(solution))
    if key not in _CACHE:
        if len(_CACHE) > 32:
            _CACHE.clear()
        numeric = [form for step in solution.derivation.steps for form in _numeric(step, solution, graph)]
        symbolic = [pair for step in graph.steps.values() for pair in _symbolic(step)]
        _CACHE[key] = Forms(tuple(dict.fromkeys(numeric)), tuple(dict.fromkeys(symbolic)))
    return _CACHE[key]


def _branches(solution: Solution) -> tuple[bool, ...]:
    """On which side of its kink each entry lies, for layouts show the branch that is taken."""
    from symback.derivation.formula import Cases

    return tuple(
        bool(entry > 0)
        for step in solution.derivation.steps
        if step.function is not None and isinstance(step.function.formula, Cases)
        for entry in solution.values(step.inputs[0])
    )


def _numeric(step: Step, solution: Solution, graph: Graph) -> Iterator[Form]:
    """The entries of a step and its parts by every route, then the sides of its layout."""
    parts = [part for name, part in solution.derivation.parts.items() if name.rpartition(".")[0] == step.name]
    for each in (*parts, step):
        for route, _ in graph.routes[each.name]:
            yield from _entries(route, graph)
    for block in lay_out(step, _board(solution)):
        for equation in _equations(block):
            result = equation.sides[-1]
            if _is_result(result):
                name = next(values(result)).name
                yield from (Form(name, side, result) for side in equation.sides[:-1] if any(values(side)))


def _board(solution: Solution) -> Board:
    """A board that leaves nothing out, for a marker looks for every number."""
    numbers = Numbers(solution, DIALECTS["tex"].numbers, solution.digits, ".")
    return Board(solution.derivation, WIDE, 0, lambda question: question(numbers))


def _equations(block: Block) -> tuple[Equation, ...]:
    match block:
        case Equation():
            return (block,)
        case Lines(equations) | Brace(equations=equations):
            return equations
        case _:
            return ()


def _is_result(node: Node) -> bool:
    if isinstance(node, Matrix):
        return all(isinstance(cell, Value) for row in node.rows for cell in row)
    return isinstance(node, Value)


def _entries(route: Step, graph: Graph) -> Iterator[Form]:
    """The formula of each entry of a step, with numbers in the places of its inputs."""
    rows, columns = route.shape
    for i in range(rows):
        for j in range(columns):
            formula = OPERATIONS[route.operation].entry(route, i, j, graph.shapes)
            node = _with_values(formula, graph)
            if isinstance(node, Sum | Value) and len(getattr(node, "terms", ())) == 1:
                continue
            yield Form(route.name, node, Value(route.name, i * columns + j))


def _with_values(formula: Formula, graph: Graph) -> Node:
    def put(part: Formula) -> Formula | None:
        return Value(*graph.place(part.name)) if isinstance(part, Symbol) and part.name != "pi" else None  # type: ignore[return-value]

    return substitute(formula, put)


def _symbolic(step: Step) -> Iterator[tuple[str, Formula]]:
    """A step in letters: its matrix form, and the formula of its function in the names of its inputs."""
    form = OPERATIONS[step.operation].form(step)
    if not isinstance(form, Symbol | Call):
        yield step.name, form
    if step.function is not None and step.operation in ("elementwise", "loss"):
        names = dict(zip(step.function.arguments, step.inputs, strict=True))
        yield (
            step.name,
            substitute(
                step.function.formula,
                lambda part: Symbol(names[part.name]) if isinstance(part, Symbol) and part.name in names else None,
            ),
        )


