"""Tables of numbers with their errors: cells of a sheet, each with its width, set as large as the page allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from symback.derivation.formula import Symbol
from symback.derivation.steps import entry
from symback.document.fill import Shown
from symback.document.measure import DIGIT, extent
from symback.document.setting import BETWEEN_COLUMNS, TABLE, TABLE_SIZES
from symback.solution.compare import Cell
from symback.solution.rounding import Decimal, round_rational

if TYPE_CHECKING:
    from symback.document.sheet import Sheet

#: The digits of a machine's number in the table; its error says the rest.
TABLE_DIGITS = {"float64": 8, "float32": 8, "bfloat16": 4}
#: In a table that would be too wide, the approximate values have fewer digits.
FEWER_DIGITS = (15, 6, 4)
#: The width of a letter, in hundredths of an em.
LETTER = 48
#: In the small type of a table exponents are wider than elsewhere.
EXPONENT = 15

#: A cell of a table: its code and its width.
TableCell = tuple[str, int]


@dataclass(frozen=True)
class Cells:
    """Makes the cells of the tables of one sheet."""

    sheet: Sheet

    def table(self, header: Sequence[str], rows_of: Callable[[int], Iterable[list[TableCell]]]) -> dict[str, Any]:
        """A table for the template; `rows_of` makes its rows with so many digits of an approximate number at most."""
        titles = [(text, LETTER * len(text)) for text in header]
        sizes, rows = [], list[list[TableCell]]()
        for most in FEWER_DIGITS:
            rows = list(rows_of(most))
            widths = [max(row[k][1] for row in (titles, *rows)) for k in range(len(titles))]
            total = sum(widths) + BETWEEN_COLUMNS * len(widths)
            sizes = [size for size in TABLE_SIZES if total * self.sheet.dialect.sizes[size] <= TABLE * 100]
            if sizes:
                break
        codes = [[code for code, _ in row] for row in (titles, *rows)]
        return {"macro": "table", "size": (sizes or TABLE_SIZES[-1:])[0], "header": codes[0], "rows": codes[1:]}

    def dots(self, columns: int) -> list[TableCell]:
        """A row that stands for those that are left out."""
        return [(f"${self.sheet.dialect.marks.dots['down']}$", 100)] * columns

    def name(self, quantity: str, place: int) -> TableCell:
        """The name of an entry."""
        shape = self.sheet.solution.shape(quantity)
        symbol = Symbol(entry(quantity, place // shape[1], place % shape[1], shape))
        return self.sheet.inline(symbol), extent(symbol).fixed

    def certified(self, name: str, place: int) -> TableCell:
        """A number of the solution."""
        return _shown(self.sheet.numbers.brief[name, place])

    def value(self, cell: Cell, digits: int) -> TableCell:
        """An approximate number, or what stands in its place."""
        if cell.value is None:
            return self.sheet.dialect.escape(cell.special), LETTER * len(cell.special)
        if cell.text:  # as it was written, down to its last digit
            return self.sheet.dialect.escape(cell.text), DIGIT * len(cell.text)
        return self.number(round_rational(cell.value, digits))

    def error(self, error: Decimal | None) -> TableCell:
        """A relative error, a large one in percent."""
        if error is None:
            return "", 0
        if error.value < Fraction(1, 10_000):
            return self.number(error)
        shown = self.sheet.numbers.decimal_shown(round_rational(error.value * 100, 2))
        return f"${shown.code}${self.sheet.dialect.numbers.percent}", shown.width + 130

    def number(self, number: Decimal) -> TableCell:
        """A rounded number."""
        return _shown(self.sheet.numbers.decimal_shown(number))


def _shown(shown: Shown) -> TableCell:
    return f"${'-' if shown.negative else ''}{shown.code}$", shown.width + (EXPONENT if shown.power else 0)
