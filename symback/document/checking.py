"""The section of the numerical check: differences beside derivatives, and what their errors are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from symback.derivation.formula import Neg, Product, Quotient, Sum, Symbol, read
from symback.document.nodes import Equation, Node, Paren
from symback.document.tables import EMPTY, TABLE_DIGITS, Cells, TableCell
from symback.solution.compare import REFERENCE_DIGITS
from symback.solution.gradient_check import CHECKED, GradientCheck, Moved, gradient_check
from symback.solution.rounding import Decimal, round_ball, round_rational

if TYPE_CHECKING:
    from symback.document.sheet import Sheet

#: The digits of numbers in the sentences, and of an exact difference in the table.
IN_WORDS, IN_TABLE = 3, 10


def checking_blocks(sheet: Sheet) -> list[dict[str, Any]]:
    """The table of differences and the sentences below it; nothing where no check is asked for."""
    check = gradient_check(sheet.solution)
    return [] if check is None else _Section(sheet, check).blocks()


@dataclass(frozen=True)
class _Section:
    """The check of one sheet."""

    sheet: Sheet
    check: GradientCheck

    @cached_property
    def cells(self) -> Cells:
        """What stands in the table."""
        return Cells(self.sheet, self.sheet.dialect.cells)

    @cached_property
    def words(self) -> Cells:
        """The same as it stands in sentences."""
        return Cells(self.sheet, None)

    def blocks(self) -> list[dict[str, Any]]:
        step = "$h = " + self._size(self.check.step, IN_TABLE).removeprefix("$")
        intro = self.sheet.word("check_intro", step=step)
        first, *rest = [{"macro": "note", "text": text} for text in (intro, *self._sentences())]
        return [first, *self.sheet.set(Equation((self._quotient(),))), self._table(), *rest]

    def _quotient(self) -> Node:
        """(L(w + h) - L(w - h)) / (2h)."""
        goal, w, h = Symbol(self.check.target), Symbol("w"), Symbol("h")
        up, down = (Product((goal, Paren(Sum((w, by))))) for by in (h, Neg(h)))  # type: ignore[arg-type]
        return Quotient(Sum((up, Neg(down))), read("2 * h"))

    # The table

    def _table(self) -> dict[str, Any]:
        error = self.sheet.word("error")
        header = [self.sheet.word("entry"), self.sheet.word("certified"), self.sheet.word("check_exact"), error]
        header += [text for form in CHECKED for text in (form, error)]
        return self.cells.table(header, lambda most: self._rows(len(header), most))

    def _rows(self, columns: int, most: int) -> Iterator[list[TableCell]]:
        quantities: dict[str, list[Moved]] = {}
        for row in self.check.rows:
            quantities.setdefault(row.name, []).append(row)
        for rows in quantities.values():
            for place in self.sheet.board.shown(len(rows), self.sheet.board.table_rows):
                yield self.cells.dots(columns) if place is None else self._row(rows[place], most)

    def _row(self, row: Moved, most: int) -> list[TableCell]:
        name = f"d{row.name}"
        cells = [self.cells.name(name, row.place), self.cells.certified(name, row.place)]
        cells += [self._exact(row, min(most, self.sheet.digits)), self.cells.error(row.error)]
        for form in CHECKED:
            cell = row.cells[form]
            cells += [self.cells.value(cell, min(most, TABLE_DIGITS[form])), self.cells.error(cell.error)]
        return cells

    def _exact(self, row: Moved, digits: int) -> TableCell:
        rounded = None if row.difference is None else round_ball(row.difference, digits)
        return EMPTY if rounded is None else self.cells.number(rounded)

    # The sentences

    def _sentences(self) -> Iterator[str]:
        yield from self._listed("check_outside", [row for row in self.check.rows if row.difference is None])
        yield from self._listed("check_bent", [row for row in self.check.rows if row.bent])
        if any(row.error is not None and not row.bent for row in self.check.rows):
            yield self._truncation()
        for form in CHECKED:
            yield from self._rounding(form)

    def _truncation(self) -> str:
        """The error that the exact difference has, and that it falls with the square of h."""
        found = self.check.truncation()
        if found is None:
            return self.sheet.word("check_no_truncation", digits=str(REFERENCE_DIGITS))
        return self.sheet.word(
            "check_truncation",
            error=self.words.error(found.row.error).code,
            entry=self._entry(found.row),
            third=self._number(round_ball(found.third, IN_WORDS)),
            ratio=self._number(round_ball(found.ratio, IN_WORDS)),
        )

    def _rounding(self, form: str) -> Iterator[str]:
        """What a format makes of the difference of two targets that are nearly equal."""
        found = self.check.rounding(form)
        said = {"format": form, "goal": self.sheet.inline(Symbol(self.check.target)), "gap": self._size(found.gap)}
        if found.lost:
            names = self._names(list(found.lost))
            yield self.sheet.word("check_lost", names=names, change=self._size(found.change), **said)
        if found.worst is not None:
            error = self.words.error(found.worst.cells[form].error).code
            place = self._entry(found.worst)
            yield self.sheet.word("check_rounded", error=error, entry=place, shift=self._size(found.shift), **said)

    def _listed(self, key: str, rows: list[Moved]) -> Iterator[str]:
        if rows:
            yield self.sheet.word(key, names=self._names(rows))

    def _names(self, rows: list[Moved]) -> str:
        return ", ".join(self.sheet.inline(Symbol(f"d{name}")) for name in dict.fromkeys(row.name for row in rows))

    def _entry(self, row: Moved) -> str:
        return self.words.name(f"d{row.name}", row.place).code

    def _size(self, value: Fraction, digits: int = IN_WORDS) -> str:
        return self._number(round_rational(value, digits))

    def _number(self, number: Decimal | None) -> str:
        return "" if number is None else self.words.number(number).code
