"""The last section: exact against approximate values, and what that teaches, in sentences with numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from symback.derivation.formula import Formula, Symbol, substitute
from symback.derivation.parts import expand
from symback.document.recurrent import is_left_out, time_of
from symback.document.tables import EMPTY, TABLE_DIGITS, Cells, TableCell
from symback.solution.compare import MACHINE_FORMATS, Cell, Comparison, Row, compare
from symback.solution.rounding import holds_zero
from symback.solution.sensitivity import Cancellation, cancellations, needs

if TYPE_CHECKING:
    from symback.document.sheet import Sheet

def comparison_blocks(sheet: Sheet) -> list[dict[str, Any]]:
    """The table of exact and approximate values, and the sentences below it."""
    return _Section(sheet, compare(sheet.solution, sheet.hand, sheet.against)).blocks()


@dataclass(frozen=True)
class _Section:
    """The comparison of one sheet; `table` holds the values in all columns."""

    sheet: Sheet
    table: Comparison

    @cached_property
    def cells(self) -> Cells:
        """What stands in the table."""
        return Cells(self.sheet, self.sheet.dialect.cells)

    @cached_property
    def words(self) -> Cells:
        """The same as it stands in sentences."""
        return Cells(self.sheet, None)

    def blocks(self) -> list[dict[str, Any]]:
        intro = self.sheet.word("comparison_intro", digits=str(self.sheet.hand))
        formats, needed = self._formats(), self._needs()
        if not self.sheet.solution.derivation.partials:  # where nothing is derived they have nothing to say
            formats, needed = iter(()), iter(())
        if not self._all_shown:  # what is not written out needs no digits
            needed = iter(())
        texts = [intro, *formats, *self._cancellations(), *needed]
        first, *rest = [{"macro": "note", "text": text} for text in texts]
        tables = [self._table(columns) for columns in self._tables()]
        return [first, *tables, *rest]

    # The table

    def _tables(self) -> list[tuple[str, ...]]:
        """The columns of the tables: somebody's numbers stand in one of their own, for a page is not wide enough."""
        calculated = tuple(name for name in self.table.columns if name != "against")
        return [("against",), calculated] if "against" in self.table.columns else [calculated]

    def _table(self, columns: tuple[str, ...]) -> dict[str, Any]:
        return self.cells.table(self._header(columns), lambda most: self._rows(columns, most))

    def _header(self, columns: tuple[str, ...]) -> list[str]:
        texts = [self.sheet.word("entry"), self.sheet.word("certified")]
        for column in columns:
            texts += [self._label(column), self.sheet.word("error")]
            texts += [self.sheet.word("right_digits")] if column == "against" else []
        return texts

    def _label(self, column: str) -> str:
        if column in MACHINE_FORMATS:
            return column
        return self.sheet.word("against" if column == "against" else "by_hand", digits=str(self.sheet.hand))

    def _rows(self, columns: tuple[str, ...], most: int) -> Iterator[list[TableCell]]:
        quantities: dict[str, list[Row]] = {}
        for row in self.table.rows:
            # Givens and parts of steps are there for somebody's numbers only.
            if columns == ("against",) or self._is_shown(row.name):
                quantities.setdefault(row.name, []).append(row)
        for rows in quantities.values():
            for place in self.sheet.board.shown(len(rows), self.sheet.board.table_rows):
                if place is None:
                    yield self.cells.dots(len(self._header(columns)))
                else:
                    yield self._row(rows[place], columns, most)

    @property
    def _all_shown(self) -> bool:
        """Whether the sheet writes out all times of a sequence."""
        return self.sheet.solution.derivation.times <= self.sheet.solution.exercise.sheet.elide

    def _is_shown(self, name: str) -> bool:
        """Whether the sheet writes a quantity out: a step, and of a long sequence one at either end."""
        derivation = self.sheet.solution.derivation
        time, most = time_of(name, derivation), self.sheet.solution.exercise.sheet.elide
        return name in derivation.by_name and not is_left_out(time, derivation.times, most)

    def _row(self, row: Row, columns: tuple[str, ...], most: int) -> list[TableCell]:
        cells = [self.cells.name(row.name, row.place), self.cells.certified(row.name, row.place)]
        by_column = dict(zip(self.table.columns, row.cells, strict=True))
        for column in columns:
            cell = by_column[column]
            cells += [
                self.cells.value(cell, min(most, TABLE_DIGITS.get(column, most))),
                self.cells.error(cell.error),
            ]
            if column == "against":
                cells.append(EMPTY if cell.right is None else self.cells.count(cell.right))
        return cells

    # The sentences

    def _formats(self) -> Iterator[str]:
        """For each arithmetic: which gradients it loses altogether, or how many of their digits are right."""
        for column in self.table.columns:
            if column != "against":
                label = column if column in MACHINE_FORMATS else self._by_hand()
                yield self._verdict(label, self.table.column(column))

    def _by_hand(self) -> str:
        return self.sheet.word("by_hand_long", digits=str(self.sheet.hand))

    def _verdict(self, label: str, cells: dict[tuple[str, int], Cell]) -> str:
        solution = self.sheet.solution
        partials = [(name, k) for name in solution.derivation.partials for k in range(len(solution.values(name)))]
        if any(cells[key].value is None for key in partials):
            return self.sheet.word("format_fails", format=label)
        lost = [name for name, k in partials if cells[name, k].value == 0 and not holds_zero(solution.values(name)[k])]
        if lost:
            return self.sheet.word("format_zero", format=label, names=self._names(lost))
        right = {key: cells[key].right or 0 for key in partials}
        least = min(right.values())
        if least == 0:
            poor = self._names([name for (name, _), digits in right.items() if digits == 0])
            return self.sheet.word("format_poor", format=label, names=poor)
        return self.sheet.word("format_digits", format=label, digits=str(least))

    def _names(self, names: list[str]) -> str:
        return ", ".join(self.sheet.inline(Symbol(name)) for name in dict.fromkeys(names))

    def _cancellations(self) -> Iterator[str]:
        """Where nearly equal numbers are subtracted, and what is left."""
        for found in cancellations(self.sheet.solution):
            value = self._left_over(found)
            if value is not None:
                name = self.sheet.board.name(found.step.name, *self._at(found))
                yield self.sheet.word(
                    "cancels",
                    step=self.sheet.inline(Symbol(name)),
                    formula=self.sheet.inline(self._in_entries(found)),
                    digits=str(found.digits),
                    value=self.words.certified(value, found.place).code,
                )

    def _at(self, found: Cancellation) -> tuple[int, int]:
        return divmod(found.place, found.step.shape[1])

    def _left_over(self, found: Cancellation) -> str | None:
        """The quantity that holds the value of a sum: the step itself or one of its parts."""
        function = found.step.function
        assert function is not None
        if found.formula == function.formula:
            return found.step.name
        named = {formula: suffix for suffix, formula in expand(function).sums}
        return f"{found.step.name}.{named[found.formula]}" if found.formula in named else None

    def _in_entries(self, found: Cancellation) -> Formula:
        assert found.step.function is not None
        names = dict(zip(found.step.function.arguments, found.step.inputs, strict=True))

        def named(part: Formula) -> Formula | None:
            if isinstance(part, Symbol) and part.name in names:
                source = names[part.name]
                return Symbol(self.sheet.board.name(source, *self._at(found)))
            return None

        return substitute(found.formula, named)

    def _needs(self) -> Iterator[str]:
        """How many decimals each intermediate value must carry."""
        found = needs(self.sheet.solution, self.sheet.hand)
        if not found:
            return
        listed = ", ".join(
            self.sheet.word("need", name=self.sheet.inline(Symbol(need.name)), decimals=str(max(0, need.decimals)))
            for need in found
        )
        yield self.sheet.word("needs", digits=str(self.sheet.hand), list=listed)
        most = max(found, key=lambda need: need.significant)
        name = self.sheet.inline(Symbol(most.name))
        yield self.sheet.word("most", name=name, digits=str(most.significant))

