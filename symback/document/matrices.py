"""Layouts of matrices of derivatives: a product of matrices, formulas entry by entry, or a table with names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from symback.derivation.formula import (
    ZERO,
    Formula,
    Product,
    Quotient,
    Symbol,
    children,
    from_sympy,
    rebuild,
    to_sympy,
)
from symback.derivation.nested import simplified
from symback.derivation.operations import OPERATIONS
from symback.derivation.shown import HESSIAN
from symback.derivation.steps import Derivation
from symback.document.board import Writing
from symback.document.breaking import PAGE
from symback.document.dialects import LATEX_SIZES
from symback.document.fill import Numbers
from symback.document.measure import extent
from symback.document.nodes import Block, Dots, Equation, Matrix, Node, Note, Table, Value
from symback.document.setting import BETWEEN_COLUMNS, TABLE, WIDEST_MATRIX

#: A matrix of formulas is shown up to this width, in hundredths of an em: it has a line of its own.
WIDEST_FORMULAS = PAGE
#: A table is cut before its columns would need a smaller type than this.
WIDEST_TABLE = TABLE * 100 // LATEX_SIZES["script"]


def lay_out_derivatives(w: Writing) -> list[Block]:
    """As a product of matrices where the way is a chain; of single numbers in formulas; else as a table."""
    adjoint = w.step.adjoint
    assert adjoint is not None
    if adjoint.chained:
        return [Equation((*w.left, w.form, *_numbers(w, adjoint.factors), w.result))]
    names = adjoint.sides(w.board.derivation.shapes)
    formulas = _formulas(w) if w.board.derivation.scalar else None
    if formulas is None:
        return _tables(w, *names)
    if w.step.phase == HESSIAN:
        return [Note("order", names[1]), Equation((*w.left, formulas, w.result))]
    return [Equation((*w.left, _partials(*names), formulas, w.result))]


def _numbers(w: Writing, factors: Sequence[str]) -> list[Node]:
    """The product in numbers, where there is something to multiply and it fits on a line."""
    product = Product(tuple(_factor(w, name) for name in factors))  # type: ignore[misc]
    if len(factors) < 2:
        return []

    def question(numbers: Numbers) -> bool:
        return extent(product).at(numbers.table) <= WIDEST_MATRIX

    return [product] if w.board.ask(question) else []


def _factor(w: Writing, name: str) -> Node:
    """A quantity as a matrix; slopes on the diagonal of one, unless they are a whole matrix of their own."""
    rows, columns = w.board.shape(name)
    if "/" not in name or (rows == columns):
        return w.board.matrix(name)
    size = max(rows, columns)
    return w.board.grid(size, size, lambda i, j: w.board.value(name, i % rows, i % columns) if i == j else ZERO)


def _formulas(w: Writing) -> Node | None:
    """The matrix in formulas, slopes written out if they can be; None where it does not fit on a line."""
    derivation = w.board.derivation
    rows, columns = w.step.shape
    entry = OPERATIONS[w.step.operation].entry
    cells = [[entry(w.step, i, j, derivation.shapes) for j in range(columns)] for i in range(rows)]
    for known in (_slopes(derivation), {}):
        matrix = Matrix(tuple(tuple(_collected(simplified(cell, known)) for cell in row) for row in cells))
        if extent(matrix).fixed <= WIDEST_FORMULAS and rows <= w.board.elide:
            return matrix
    return None


def _collected(formula: Formula) -> Formula:
    """A formula with its numbers multiplied out and equal terms collected, as SymPy does by itself; else as it is."""
    try:
        return _dotted(from_sympy(to_sympy(formula)))
    except ValueError:
        return formula


def _dotted(formula: Formula) -> Formula:
    """The same with dots between factors of which one is a derivative: `2 dr x` would be read as one name."""
    if not children(formula):
        return formula
    found = rebuild(formula, tuple(map(_dotted, children(formula))))
    if isinstance(found, Product) and any(isinstance(part, Symbol) and part.name[0] == "d" for part in found.factors):
        return replace(found, sign="dot")
    return found


def _slopes(derivation: Derivation) -> dict[str, Formula]:
    """The local derivatives of a graph by name, in formulas."""
    slopes = (step for step in derivation.phase("backward") if "/" in step.name)
    return {step.name: OPERATIONS[step.operation].entry(step, 0, 0, derivation.shapes) for step in slopes}


def _partials(rows: Sequence[str], columns: Sequence[str]) -> Matrix:
    """What stands where: the derivative of the name of its row by that of its column."""
    return Matrix(tuple(tuple(_partial(row, column) for column in columns) for row in rows))


def _partial(of: str, by: str) -> Formula:
    return Quotient(Symbol(f"∂{of}"), Symbol(f"∂{by}"))


def _tables(w: Writing, rows: Sequence[str], columns: Sequence[str]) -> list[Block]:
    """A table with the names of rows and columns; a wide one in several pieces, a very large one with dots."""
    down, across = (w.board.shown(len(names), w.board.table_rows) for names in (rows, columns))
    width = w.step.shape[1]

    def cell(i: int | None, j: int | None) -> Node:
        if i is None or j is None:
            return Dots("across" if i is not None else "down")
        return Value(w.step.name, i * width + j)

    def named(names: Sequence[str], place: int | None) -> Node:
        return Dots("down") if place is None else Symbol(names[place])

    def piece(places: Sequence[int | None]) -> Table:
        header = (Symbol(w.step.name), *(Dots("across") if j is None else named(columns, j) for j in places))
        return Table(header, tuple((named(rows, i), *(cell(i, j) for j in places)) for i in down))

    def question(numbers: Numbers) -> tuple[int, ...]:
        whole = piece(across)
        widths = [
            max(extent(each).at(numbers.brief) for each in column) + BETWEEN_COLUMNS
            for column in zip(whole.header, *whole.rows, strict=True)
        ]
        return _cuts(widths[0], widths[1:])

    return [piece(across[start:end]) for start, end in pairwise(w.board.ask(question))]


def _cuts(names: int, widths: Sequence[int]) -> tuple[int, ...]:
    """Where a table is cut: as few pieces as fit the page, with about as many columns each."""
    for pieces in range(1, len(widths) + 1):
        cuts = tuple(len(widths) * k // pieces for k in range(pieces + 1))
        if all(names + sum(widths[start:end]) <= WIDEST_TABLE for start, end in pairwise(cuts)):
            return cuts
    return tuple(range(len(widths) + 1))
