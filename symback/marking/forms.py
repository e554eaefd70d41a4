"""The forms that a calculation may have on paper: what is written, and which numbers it comes to.

They are the sides of the sheet's own layouts, and the formula of every entry by every route.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from symback.derivation.formula import Call, Cases, Formula, Neg, Power, Product, Quotient, Sum, Symbol, substitute
from symback.derivation.operations import OPERATIONS
from symback.derivation.steps import Step, owner
from symback.document.board import Board
from symback.document.dialects import DIALECTS
from symback.document.fill import Numbers
from symback.document.kinks import signs_of, tests_of
from symback.document.layouts import lay_out
from symback.document.nodes import Block, Brace, Equation, Lines, Matrix, Node, Paren, Value, values
from symback.marking import expressions as written
from symback.marking.expressions import Expression
from symback.marking.graph import Graph
from symback.marking.unify import Naming, flat, is_spelt, unify
from symback.solution.solution import Solution

#: A board on which nothing is left out.
WIDE = 10**6


@dataclass(frozen=True)
class Form:
    """A calculation `node` of `quantity` and the numbers `result` that it comes to (one, or a matrix of them).

    One that is `mistaken` is not how the quantity is calculated, but how people take it to be.
    """

    quantity: str
    node: Node
    result: Node
    mistaken: bool = False

    @property
    def owner(self) -> str:
        """The quantity whose step or part this is."""
        return owner(self.quantity)


@dataclass(frozen=True)
class Forms:
    """All forms of an exercise: with numbers, and in letters, each by its outermost shape."""

    numeric: tuple[Form, ...]
    symbolic: tuple[tuple[str, Formula], ...]

    @cached_property
    def _numeric(self) -> dict[Key, list[Form]]:
        found: dict[Key, list[Form]] = {}
        for form in self.numeric:
            found.setdefault(shape_key(form.node), []).append(form)
        return found

    @cached_property
    def _symbolic(self) -> dict[Key, list[tuple[str, Formula]]]:
        found: dict[Key, list[tuple[str, Formula]]] = {}
        for name, formula in self.symbolic:
            found.setdefault(shape_key(formula), []).append((name, formula))
        return found

    def like(self, expression: Expression) -> list[Form]:
        """The forms whose outermost shape an expression has."""
        return self._numeric.get(shape_key(expression), [])

    def like_form(self, form: Form) -> list[Form]:
        """The forms that have the outermost shape of a form."""
        return self._numeric.get(shape_key(form.node), [])

    def spelt(self, expression: Expression, naming: Naming) -> Form | None:
        """The calculation of one entry that an expression is in letters."""
        return next((form for form in self.like(expression) if is_spelt(form.node, expression, naming)), None)

    def lettered(self, expression: Expression) -> str | None:
        """The step whose formula in letters an expression is."""
        candidates = self._symbolic.get(shape_key(expression), [])
        return next((name for name, formula in candidates if unify(formula, expression) is not None), None)


#: What is outermost, and of how many parts it is.
Key = tuple[str, int]


def shape_key(node: Any) -> Key:
    """The outermost shape of a form or of a written expression, whatever its sign."""
    match node:
        case Paren(of=inner) | Neg(of=inner) | written.Negation(argument=inner):
            return shape_key(inner)
        case Sum(terms=parts) | written.Sum(terms=parts):
            return "sum", len(parts)
        case Product() | written.Product():
            return "product", len(flat(node))
        case Matrix(rows) | written.Matrix(rows=rows):
            return "matrix", len(rows) * len(rows[0])
        case Quotient() | written.Quotient():
            return "quotient", 2
        case Power() | written.Power():
            return "power", 2
        case Call() | written.Call():
            return "call", 1
        case _:
            return "leaf", 1


_CACHE: dict[tuple[object, tuple[tuple[int, ...], ...]], Forms] = {}


def forms_of(solution: Solution, graph: Graph) -> Forms:
    """The forms of an exercise, made once for a network (and for each side of its kinks)."""
    key = (solution.exercise.network, _branches(solution))
    if key not in _CACHE:
        if len(_CACHE) > 32:
            _CACHE.clear()
        numeric = [form for step in solution.derivation.steps for form in _numeric(step, solution, graph)]
        ways = [step for steps in solution.derivation.telling.ways.values() for step in steps]
        symbolic = [pair for step in (*graph.steps.values(), *ways) for pair in _symbolic(step)]
        numeric += _mistaken(solution, graph)
        bared = [replace(form, node=without_brackets(form.node)) for form in numeric]
        _CACHE[key] = Forms(tuple(dict.fromkeys(bared)), tuple(dict.fromkeys(symbolic)))
    return _CACHE[key]


def _branches(solution: Solution) -> tuple[tuple[int, ...], ...]:
    """On which side of its kinks each entry lies, for layouts show the branch that is taken."""
    return tuple(
        signs
        for step in solution.derivation.steps
        if step.function is not None and tests_of(step.function.formula)
        for signs in signs_of(step.function, step.inputs, solution)
    )


def _numeric(step: Step, solution: Solution, graph: Graph) -> Iterator[Form]:
    """The entries of a step and its parts by every route, then the sides of its layout."""
    for aside in solution.derivation.telling.asides.get(step.name, ()):
        yield from _numeric(aside, solution, graph)
    parts = [part for name, part in solution.derivation.parts.items() if name.rpartition(".")[0] == step.name]
    known: dict[Any, Node] = {}
    for each in (*parts, step):
        for route, _ in graph.routes[each.name]:
            for form in _entries(route, graph):
                yield form
                yield from _sides(form, known)
                known[form.node] = form.result
    yield from _with_bias(step, graph)
    for block in lay_out(step, _board(solution)):
        for equation in _equations(block):
            result = equation.sides[-1]
            if _is_result(result):
                name = next(values(result)).name
                yield from (Form(name, side, result) for side in equation.sides[:-1] if any(values(side)))


def _mistaken(solution: Solution, graph: Graph) -> Iterator[Form]:
    """The calculations that are taken for those of a single number."""
    for name, formula in solution.derivation.telling.mistaken.items():
        yield Form(name, _with_values(formula, graph), Value(name, 0), mistaken=True)


def without_brackets(node: Node) -> Node:
    """A form without the brackets around single numbers: a paper may write them or not."""
    match node:
        case Paren(of):
            return without_brackets(of)
        case Matrix(rows):
            return Matrix(tuple(tuple(map(without_brackets, row)) for row in rows))
        case _:
            return _rebuilt(node)


def _rebuilt(node: Node) -> Node:
    match node:
        case Sum(terms):
            return Sum(tuple(map(without_brackets, terms)))  # type: ignore[arg-type]
        case Product():
            return Product(tuple(map(without_brackets, flat(node))))  # type: ignore[arg-type]
        case Quotient(a, b) | Power(a, b):
            return type(node)(without_brackets(a), without_brackets(b))  # type: ignore[arg-type]
        case Neg(a):
            return Neg(without_brackets(a))  # type: ignore[arg-type]
        case Call(function, a):
            return Call(function, without_brackets(a))  # type: ignore[arg-type]
        case _:
            return node


def _with_bias(step: Step, graph: Graph) -> Iterator[Form]:
    """The products of a row with the bias behind them: `8 + 1,5 + 0,1`."""
    products = f"{step.name}.products"
    if step.operation != "affine" or len(step.inputs) < 3 or products not in graph.shapes:
        return
    rows, inner = graph.shapes[products]
    bias = step.inputs[2]
    shared = graph.shapes[bias] == (1, 1)
    for row in range(rows if inner > 1 else 0):
        terms = tuple(Value(products, row * inner + k) for k in range(inner))
        yield Form(step.name, Sum((*terms, Value(bias, 0 if shared else row))), Value(step.name, row))  # type: ignore[arg-type]


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


def _sides(form: Form, known: Mapping[Any, Any]) -> Iterator[Form]:
    """Both sides of a kink, for on the numbers of a paper an entry may lie on the other one; with parts put in."""
    node = form.node
    for side in (node.positive, node.otherwise) if isinstance(node, Cases) else ():
        for each in (side, substitute(side, known.get)):
            if any(values(each)) and not isinstance(each, Value):
                yield replace(form, node=each)


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
