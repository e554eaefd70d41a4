"""What stands at the end of the sheet: the closed forms, the comparison and the digits that are needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symback.derivation.formula import Formula, Symbol, substitute
from symback.derivation.steps import entry
from symback.document.nodes import Equation, Matrix, Node, width
from symback.document.words import WORDS
from symback.solution.compare import MACHINE_FORMATS, Cell, Comparison, compare
from symback.solution.rounding import Decimal, holds_zero, round_rational
from symback.solution.sensitivity import cancellations, needs

if TYPE_CHECKING:
    from symback.document.sheet import Sheet

#: A closed form wider than this is of no use to a reader.
WIDEST_CLOSED = 42
#: The digits of an approximate value in the table; its error says the rest.
TABLE_DIGITS = 10

_PLACE = re.compile(r"\{(\w+)\}")


def sentence(sheet: Sheet, key: str, **codes: str) -> str:
    """A phrase of the sheet's language with finished code put into its places; the rest is shown as text."""
    pieces = _PLACE.split(WORDS[sheet.language][key])
    return "".join(codes[piece] if odd % 2 else _text(sheet, piece) for odd, piece in enumerate(pieces) if piece)


def _text(sheet: Sheet, piece: str) -> str:
    """A piece of a sentence as text; the spaces at its ends belong to the sentence."""
    core = piece.strip()
    before, after = piece[: len(piece) - len(piece.lstrip())], piece[len(piece.rstrip()) :]
    return before + sheet.dialect.escape(core) + after if core else piece


def inline(code: str) -> str:
    """Mathematics within a line, the same in all dialects."""
    return f"${code}$"


def _name(sheet: Sheet, name: str) -> str:
    return inline(sheet.setter.printer.code(Symbol(name)))


def closed_blocks(sheet: Sheet) -> list[dict[str, Any]]:
    """The partial derivatives in the givens alone: as formulas in e^-z and its like, where they can be read."""
    closed = sheet.solution.closed
    equations, left_out = [], []
    for name in sheet.solution.derivation.partials:
        cells = _closed_matrix(sheet, name)
        if cells is None:
            left_out.append(name)
        else:
            equations.append(Equation((Symbol(name), cells)))
    atoms = closed.atom_formulas()
    if not atoms:
        return []
    with_atoms = [
        Equation((_atom(sheet, Symbol(f"q_{k}")), _atom(sheet, formula))) for k, formula in enumerate(atoms, 1)
    ]
    blocks = [{"macro": "note", "text": sentence(sheet, "closed_intro")}] if equations else []
    blocks += sheet.set(*with_atoms, *equations) if equations else []
    if left_out:
        names = ", ".join(_name(sheet, name) for name in left_out)
        blocks.append({"macro": "note", "text": sentence(sheet, "closed_long", names=names)})
    return blocks


def _closed_matrix(sheet: Sheet, name: str) -> Node | None:
    """The closed forms of a quantity as a matrix; None where one of those shown is too long."""
    rows, columns = sheet.solution.shape(name)
    failed = False

    def cell(i: int, j: int) -> Node:
        nonlocal failed
        formula = sheet.solution.closed.formula(name, i * columns + j)
        if formula is None or width(formula, lambda _: 0) > WIDEST_CLOSED:
            failed = True
            return Symbol("x")
        return _atom(sheet, formula)

    grid = sheet.board.grid(rows, columns, cell)
    if failed:
        return None
    return grid.rows[0][0] if (rows, columns) == (1, 1) else Matrix(grid.rows)


def _atom(sheet: Sheet, formula: Formula) -> Formula:
    """The only atom of a sheet is called q, without a number."""
    if len(sheet.solution.closed.atoms.known) > 1:
        return formula
    return substitute(formula, lambda part: Symbol("q") if part == Symbol("q_1") else None)


def comparison_blocks(sheet: Sheet) -> list[dict[str, Any]]:
    """The table of exact and approximate values, and what it teaches in sentences with numbers."""
    table = compare(sheet.solution, sheet.hand, sheet.against)
    blocks: list[dict[str, Any]] = [
        {"macro": "note", "text": sentence(sheet, "comparison_intro", digits=str(sheet.hand))},
        {"macro": "table", "header": _header(sheet, table), "rows": _rows(sheet, table)},
    ]
    texts = [*_format_sentences(sheet, table), *_cancel_sentences(sheet), *_need_sentences(sheet)]
    return blocks + [{"macro": "note", "text": text} for text in texts]


def _header(sheet: Sheet, table: Comparison) -> list[str]:
    header = [sentence(sheet, "entry"), sentence(sheet, "certified")]
    for column in table.columns:
        label = "by_hand" if column.startswith("hand") else column
        header.append(sentence(sheet, label, digits=str(sheet.hand)) if label not in MACHINE_FORMATS else column)
        header.append(sentence(sheet, "error"))
    return [*header, sentence(sheet, "right_digits")] if sheet.against is not None else header


def _rows(sheet: Sheet, table: Comparison) -> list[list[str]]:
    by_entry = {(row.name, row.place): row for row in table.rows}
    rows = []
    for step in sheet.solution.derivation.steps:
        columns = step.shape[1]
        for place in sheet.board.shown(step.shape[0] * columns, sheet.board.table_rows):
            if place is None:
                dots = inline(sheet.dialect.marks.dots["down"])
                rows.append([dots] * (2 + 2 * len(table.columns) + (sheet.against is not None)))
                continue
            name = entry(step.name, place // columns, place % columns, step.shape)
            cells = [_name(sheet, name), _number(sheet, sheet.solution.rounded(step.name, place, sheet.digits))]
            for cell in by_entry[step.name, place].cells:
                cells += [_value(sheet, cell), _error(sheet, cell)]
            if sheet.against is not None:
                right = by_entry[step.name, place].cells[-1].right
                cells.append("" if right is None else str(right))
            rows.append(cells)
    return rows


def _number(sheet: Sheet, number: Decimal) -> str:
    shown = sheet.numbers.decimal_shown(number)
    return inline(("-" if shown.negative else "") + shown.code)


def _value(sheet: Sheet, cell: Cell) -> str:
    if cell.value is None:
        return sheet.dialect.escape(cell.special)
    return _number(sheet, round_rational(cell.value, TABLE_DIGITS))


def _error(sheet: Sheet, cell: Cell) -> str:
    if cell.error is None:
        return ""
    if cell.error.value >= Fraction(1, 1000):
        percent = round_rational(cell.error.value * 100, 2)
        shown = sheet.numbers.decimal_shown(percent)
        return inline(shown.code + sheet.dialect.numbers.percent)
    return _number(sheet, cell.error)


def _format_sentences(sheet: Sheet, table: Comparison) -> Iterator[str]:
    """For each arithmetic: which gradients it loses altogether, or how many of their digits are right."""
    solution = sheet.solution
    partials = [(name, place) for name in solution.derivation.partials for place in range(len(solution.values(name)))]
    for column in table.columns:
        if column == "against":
            continue
        cells = table.column(column)
        label = sentence(sheet, "by_hand_long", digits=str(sheet.hand)) if column.startswith("hand") else column
        lost = [key for key in partials if cells[key].value == 0 and not holds_zero(solution.values(key[0])[key[1]])]
        if lost:
            names = ", ".join(dict.fromkeys(_name(sheet, name) for name, _ in lost))
            yield sentence(sheet, "format_zero", format=label, names=names)
        elif all(cells[key].value is not None for key in partials):
            right = min(cells[key].right or 0 for key in partials)
            yield sentence(sheet, "format_digits", format=label, digits=str(right))
        else:
            yield sentence(sheet, "format_fails", format=label)


def _cancel_sentences(sheet: Sheet) -> Iterator[str]:
    """Where nearly equal numbers are subtracted, and what is left."""
    for found in cancellations(sheet.solution):
        assert found.step.function is not None
        arguments = dict(zip(found.step.function.arguments, found.step.inputs, strict=True))

        def entries(part: Formula, place: int = found.place, names: dict[str, str] = arguments) -> Formula | None:
            if isinstance(part, Symbol) and part.name in names:
                shape = sheet.solution.shape(names[part.name])
                return Symbol(entry(names[part.name], place, 0, shape))
            return None

        code = sheet.setter.printer.code(substitute(found.formula, entries))
        name = entry(found.step.name, found.place, 0, found.step.shape)
        yield sentence(
            sheet, "cancels", step=_name(sheet, name), formula=inline(code), digits=str(found.digits),
        )


def _need_sentences(sheet: Sheet) -> Iterator[str]:
    """How many decimals each intermediate value must carry."""
    found = needs(sheet.solution, sheet.hand)
    if found:
        listed = ", ".join(
            sentence(sheet, "need", name=_name(sheet, need.name), decimals=str(max(0, need.decimals)))
            for need in found
        )
        yield sentence(sheet, "needs", digits=str(sheet.hand), list=listed)
