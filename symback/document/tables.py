"""Tables of numbers with their errors: cells of a sheet, each with its width, set as large as the page allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from symback.derivation.formula import Symbol
from symback.derivation.steps import entry
from symback.document.dialects import CellMarks
from symback.document.fill import Numbers, Shown
from symback.document.measure import DIGIT, SCRIPT, SIGN, WHOLE, extent
from symback.document.naming import told_marks
from symback.document.setting import BETWEEN_COLUMNS, TABLE, TABLE_SIZES
from symback.solution.compare import Cell
from symback.solution.rounding import Decimal, round_rational

if TYPE_CHECKING:
    from symback.document.sheet import Sheet

#: The digits of a machine's number in the table; its error says the rest.
TABLE_DIGITS = {"float64": 8, "float32": 8, "bfloat16": 4}
#: In a table that would be too wide, the approximate values have fewer digits.
FEWER_DIGITS = (15, 6, 4)
#: The width of a letter, and of one that is not ASCII, in hundredths of an em.
LETTER, WIDE_LETTER = 48, 60
#: In the small type of a table exponents are wider than elsewhere.
EXPONENT = 15
#: The line of a fraction that is written on one line, and the space behind a name.
SLASH = 60
#: The sign for hundredths with the space before it.
PERCENT = 130


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell: its code and its width, and an exponent that stands in a column of its own."""

    code: str
    width: int
    power: str = ""

    @property
    def power_width(self) -> int:
        """What the exponent takes of the width."""
        signs = len(self.power) - sum(map(str.isdigit, self.power))
        return ((len(self.power) - signs) * DIGIT + signs * SIGN) * SCRIPT // WHOLE + EXPONENT if self.power else 0


#: Nothing to say.
EMPTY = TableCell("", 0)


@dataclass(frozen=True)
class Cells:
    """Makes the cells of the tables of one sheet: as mathematics, or by `marks` as plain text."""

    sheet: Sheet
    marks: CellMarks | None

    @cached_property
    def numbers(self) -> Numbers:
        """The numbers of the solution as they stand in cells."""
        numbers = self.sheet.numbers
        if self.marks is None:
            return numbers
        return Numbers(numbers.solution, self.marks.numbers, numbers.digits, numbers.decimal, forms=numbers.forms)

    def table(self, header: Sequence[str], rows_of: Callable[[int], Iterable[list[TableCell]]]) -> dict[str, Any]:
        """A table for the template; `rows_of` makes its rows with so many digits of an approximate number at most."""
        titles = [TableCell(text, _width(text)) for text in header]
        sizes, rows = [], list[list[TableCell]]()
        for most in FEWER_DIGITS:
            rows = list(rows_of(most))
            widths = [max(row[k].width for row in (titles, *rows)) for k in range(len(titles))]
            total = sum(widths) + BETWEEN_COLUMNS * len(widths)
            sizes = [size for size in TABLE_SIZES if total * self.sheet.dialect.sizes[size] <= TABLE * 100]
            if sizes:
                break
        size = (sizes or TABLE_SIZES[-1:])[0]
        if self.marks is not None:
            columns = list(map(_column, titles, zip(*rows, strict=True)))
            tall = any(map(self.marks.tall, columns[0]["lines"]))
            return {"macro": "table", "size": size, "columns": columns, "tall": tall}
        codes = [[cell.code for cell in row] for row in (titles, *rows)]
        return {"macro": "table", "size": size, "header": codes[0], "rows": codes[1:]}

    def dots(self, columns: int) -> list[TableCell]:
        """A row that stands for those that are left out."""
        code = f"${self.sheet.dialect.marks.dots['down']}$"
        return [TableCell(code, 100), *[TableCell(self.marks.dots if self.marks else code, 100)] * (columns - 1)]

    def name(self, quantity: str, place: int) -> TableCell:
        """The name of an entry."""
        shape = self.sheet.solution.shape(quantity)
        symbol = Symbol(entry(quantity, place // shape[1], place % shape[1], shape))
        if self.marks is None:
            return TableCell(self.sheet.inline(symbol), extent(symbol).fixed)
        name = told_marks(self.marks.names, self.sheet.solution.derivation).symbol(symbol.name)
        return TableCell(f"${name}$", _flat_width(symbol.name))

    def certified(self, name: str, place: int) -> TableCell:
        """A number of the solution."""
        return self._shown(self.numbers.brief[name, place])

    def value(self, cell: Cell, digits: int) -> TableCell:
        """An approximate number, or what stands in its place."""
        if cell.value is None:
            return self._text(cell.special, LETTER)
        if cell.text:  # as it was written, down to its last digit
            return self._text(cell.text, DIGIT)
        return self.number(round_rational(cell.value, digits))

    def error(self, error: Decimal | None) -> TableCell:
        """A relative error, a large one in percent."""
        if error is None:
            return EMPTY
        if error.value < Fraction(1, 10_000):
            return self.number(error)
        shown = self._shown(self.numbers.decimal_shown(round_rational(error.value * 100, 2)))
        return TableCell(shown.code + self.numbers.marks.percent, shown.width + PERCENT)

    def number(self, number: Decimal) -> TableCell:
        """A rounded number."""
        return self._shown(self.numbers.decimal_shown(number))

    def count(self, number: int) -> TableCell:
        """A small whole number, as text."""
        return TableCell(str(number), 100)

    def _text(self, text: str, letter: int) -> TableCell:
        quoted = self.marks.quoted if self.marks else self.sheet.dialect.escape
        return TableCell(quoted(text), letter * len(text))

    def _shown(self, shown: Shown) -> TableCell:
        width = shown.width + (EXPONENT if shown.power else 0)
        if self.marks is None:
            return TableCell(f"${'-' if shown.negative else ''}{shown.code}$", width)
        code, _, power = shown.code.partition("^")
        return TableCell(self.marks.minus + code if shown.negative else code, width, power)


def _width(text: str) -> int:
    """The width of words; Cyrillic letters are wider."""
    return sum(LETTER if letter.isascii() else WIDE_LETTER for letter in text)


def _flat_width(name: str) -> int:
    """The width of a name with its fraction on one line, where an index stands on both sides of it."""
    core, _, index = name.partition("[")
    sides = [extent(Symbol(f"{side}[{index}" if index else side)).fixed for side in core.split("/")]
    return sum(sides) + SLASH * len(sides)


def _column(title: TableCell, cells: tuple[TableCell, ...]) -> dict[str, Any]:
    """A column for the template, with the exponents beside it; widths are in hundredths of an em."""
    powers = max(cell.power_width for cell in cells)
    return {
        "title": title.code,
        "width": max(title.width - powers, *(cell.width - cell.power_width for cell in cells)),
        "lines": [cell.code for cell in cells],
        "powers": [cell.power for cell in cells] if powers else [],
        "powers_width": powers,
    }
