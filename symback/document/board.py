"""The board that steps are written out on: their shapes, their numbers by name, and what is asked of the numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from symback.derivation.formula import Formula, Quotient, Sum, Symbol
from symback.derivation.operations import OPERATIONS
from symback.derivation.steps import Derivation, Shape, Step, base, entry, suffix, updates_of
from symback.document.fill import Numbers
from symback.document.measure import GAP, extent
from symback.document.nodes import Block, Dots, Equation, Lines, Matrix, Node, Value
from symback.document.setting import WIDEST_MATRIX, Ask

#: A matrix shows its first column, dots and its last one at least.
FEWEST_COLUMNS = 3
#: More rows than this do not stand on a page, whatever the exercise says.
MOST_ROWS = 32


@dataclass(frozen=True)
class Signs:
    """The question for the sign of each entry of a quantity."""

    name: str

    def __call__(self, numbers: Numbers) -> tuple[int, ...]:
        """The answer of one solution."""
        return tuple((value > 0) - (value < 0) for value in numbers.solution.values(self.name))


@dataclass(frozen=True)
class Board:
    """What a layout needs to know: the steps that are written out, how long a row may be, whom to ask for numbers.

    `widest` is the width that no number exceeds.
    """

    derivation: Derivation
    elide: int
    widest: int
    ask: Ask

    def shape(self, reference: str) -> Shape:
        """The shape of an input or of a part of a step, transposed where the reference says so."""
        part = self.derivation.parts.get(base(reference))
        rows, columns = part.shape if part else self.derivation.shapes[base(reference)]
        return (columns, rows) if reference.endswith("^T") else (rows, columns)

    def signs(self, name: str) -> tuple[int, ...]:
        """The sign of each entry of a quantity."""
        return self.ask(Signs(name))  # type: ignore[no-any-return]

    def value(self, reference: str, row: int, column: int) -> Value:
        """The number at a place of an input."""
        name, (rows, columns) = base(reference), self.shape(reference)
        # A number, a row or a column goes with every entry beside it.
        row, column = row if rows > 1 else 0, column if columns > 1 else 0
        place = column * rows + row if reference.endswith("^T") else row * columns + column
        return Value(name, place)

    def name(self, reference: str, row: int, column: int) -> str:
        """The name of the entry at a place of an input."""
        rows, columns = self.shape(reference)
        return entry(reference, row if rows > 1 else 0, column if columns > 1 else 0, (rows, columns))

    def common(self, references: Sequence[str]) -> Shape:
        """The shape of what is done with these inputs entry by entry."""
        shapes = [self.shape(name) for name in references]
        return max(rows for rows, _ in shapes), max(columns for _, columns in shapes)

    def matrix(self, reference: str) -> Node:
        """The numbers of a quantity; a scalar stands without brackets."""
        rows, columns = self.shape(reference)
        if (rows, columns) == (1, 1):
            return self.value(reference, 0, 0)
        return self.grid(rows, columns, lambda i, j: self.value(reference, i, j))

    def grid(self, rows: int, columns: int, cell: Callable[[int, int], Node], limit: int | None = None) -> Matrix:
        """A matrix, its middle left out where it is longer than the limit or wider than the page."""
        down = self.shown(rows, min(self.elide, MOST_ROWS))
        across = self.shown(columns, limit or self.fitting(rows, columns, cell))
        return Matrix(
            tuple(
                tuple(
                    Dots(_DOTS[i is None, j is None]) if i is None or j is None else cell(i, j) for j in across
                )
                for i in down
            )
        )

    def fitting(self, rows: int, columns: int, cell: Callable[[int, int], Node]) -> int:
        """How many columns of a matrix may be shown for them to fit on a line in the smallest type."""
        down = self.shown(rows, min(self.elide, MOST_ROWS))
        cells = [
            [extent(cell(i, j)) for i in down if i is not None] for j in self.shown(columns) if j is not None
        ]
        most = [max(each.most(self.widest) for each in column) + GAP for column in cells]
        everything = self.elide
        if sum(most) <= WIDEST_MATRIX:
            return everything

        def question(numbers: Numbers) -> int:
            widths = [max(each.at(numbers.table) for each in column) + GAP for column in cells]
            if sum(widths) <= WIDEST_MATRIX:
                return everything
            return max(FEWEST_COLUMNS, WIDEST_MATRIX // max(widths))

        return self.ask(question)  # type: ignore[no-any-return]

    def fits(self, rows: int, columns: int, cell: Callable[[int, int], Node]) -> bool:
        """Whether the shown columns of a matrix fit on a line in the smallest type."""
        down = [i for i in self.shown(rows, min(self.elide, MOST_ROWS)) if i is not None]
        cells = [[extent(cell(i, j)) for i in down] for j in self.shown(columns) if j is not None]

        def question(numbers: Numbers) -> bool:
            return sum(max(each.at(numbers.table) for each in column) + GAP for column in cells) <= WIDEST_MATRIX

        return self.ask(question)  # type: ignore[no-any-return]

    @property
    def table_rows(self) -> int:
        """How many entries of one quantity a table shows: those of a matrix that is written out in full."""
        return max(2 * self.elide, 12)

    def shown(self, count: int, limit: int | None = None) -> list[int | None]:
        """The places of a long row that are shown; None stands for dots."""
        limit = limit or self.elide
        if count <= limit:
            return list(range(count))
        return [*range(limit - 2), None, count - 1]

    def sum(self, terms: Sequence[Node]) -> Node:
        """A sum of terms, its middle left out where it is too long."""
        shown = tuple(Dots("across") if k is None else terms[k] for k in self.shown(len(terms)))
        return shown[0] if len(shown) == 1 else Sum(shown)  # type: ignore[arg-type]

    @property
    def vectors(self) -> str:
        """Whether vectors are columns or rows."""
        return str(getattr(self.derivation.network, "vectors", "columns"))

    def lines_at(self, places: Sequence[Any], line: Callable[[Any], Equation]) -> list[Block]:
        """A line for each place; of very many only the first and the last are made."""
        shown = self.shown(len(places), min(self.elide, MOST_ROWS))
        return [Lines(tuple(Equation((Dots("down"),)) if k is None else line(places[k]) for k in shown))]

    def lines(self, equations: Sequence[Equation]) -> list[Block]:
        """Lines under each other; of very many the first and the last."""
        places = self.shown(len(equations), min(self.elide, MOST_ROWS))
        return [Lines(tuple(Equation((Dots("down"),)) if k is None else equations[k] for k in places))]


#: A row and a column, counted from 0.
Place = tuple[int, int]


def places_of(shape: Shape) -> list[Place]:
    """All places of a matrix, row by row."""
    return [(i, j) for i in range(shape[0]) for j in range(shape[1])]


_DOTS = {(True, False): "down", (False, True): "across", (True, True): "diagonal"}


@dataclass(frozen=True)
class Writing:
    """One step being written out on a board."""

    step: Step
    board: Board

    @cached_property
    def left(self) -> tuple[Node, ...]:
        """What stands left of the first equal sign: `dL/dW_1 = dW_1` for a derivative, else the name."""
        name, telling = Symbol(self.step.name), self.board.derivation.telling
        if self.step.name in telling.means:
            return (name, telling.means[self.step.name])
        if self.step.name in telling.printed:
            return (name,)
        if self.step.phase == "backward" and not {"/", "."} & set(self.step.name):
            derivation = self.board.derivation
            after = "" if derivation.scalar else suffix(updates_of(self.step.name))
            goal = Symbol(f"∂{derivation.target}{after}")
            return (Quotient(goal, Symbol(f"∂{self.step.name[1:]}")), name)
        return (name,)

    @property
    def form(self) -> Formula:
        """The formula in matrices."""
        return OPERATIONS[self.step.operation].form(self.step)

    @property
    def result(self) -> Node:
        """The numbers of the step."""
        return self.board.matrix(self.step.name)

    @property
    def places(self) -> list[Place]:
        """The rows and columns of all entries of the step."""
        return places_of(self.step.shape)

    def number(self, row: int, column: int = 0) -> Value:
        """The number of an entry."""
        return Value(self.step.name, row * self.step.shape[1] + column)

    def part(self, suffix: str, row: int = 0, column: int = 0) -> Value:
        """A number of a part of the step."""
        return self.board.value(f"{self.step.name}.{suffix}", row, column)

    def entry(self, row: int, column: int = 0) -> Symbol:
        """The name of an entry."""
        return Symbol(entry(self.step.name, row, column, self.step.shape))
