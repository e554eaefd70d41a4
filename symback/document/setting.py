"""Blocks into plain data for a template: printed code, cut into lines that fit a page."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from symback.derivation.formula import Sum
from symback.document.breaking import NOTHING, PAGE, Rows
from symback.document.dialects import LATEX_SIZES, SIZES
from symback.document.fill import Numbers
from symback.document.measure import BETWEEN, Extent, Widest, extent, total
from symback.document.nodes import Block, Brace, Equation, Lines, Node, Note, Table, Value, values
from symback.document.printer import Brief, Printer, Relation

#: Rows that stand under each other are set smaller before they are broken.
SIZES_OF_ROWS = ("normal", "small", "footnote")
#: The brace beside stacked lines, with the plus and the arrow behind it.
BRACE = 550
#: What fits beside a short name and a relation in the smallest type.
WIDEST_MATRIX = PAGE * 100 // LATEX_SIZES["tiny"] - 500

#: What a table may take of the page, the sizes of type that it may have, the space between two columns.
TABLE = PAGE + 100
TABLE_SIZES = SIZES[2:]
BETWEEN_COLUMNS = 50

#: A line of an equation for a template: what stands left of the place where lines are aligned, and the rest.
Line = dict[str, Any]
#: A question to the numbers, on whose answer the layout depends, and nothing else of them.
Question = Callable[[Numbers], Hashable]
Ask = Callable[[Question], Any]


@dataclass(frozen=True)
class Segment:
    """A piece that is not broken: its code, its width, and whether a side of the equation begins with it."""

    code: str
    extent: Extent
    first: bool


@dataclass(frozen=True)
class Chain:
    """An equation in segments; `left` of them stand before the first relation."""

    segments: tuple[Segment, ...]
    left: int


@dataclass(frozen=True)
class Setter:
    """Turns blocks into what a template gets: `{"macro": name, ...}` of strings and lists."""

    printer: Printer
    ask: Ask
    words: Callable[[Note], str]
    sizes: Mapping[str, int]
    widest: int

    def block(self, block: Block) -> dict[str, Any]:
        """The data of one block, `macro` being the macro that sets it."""
        match block:
            case Equation():
                size, lines = self._lines([block], SIZES[:1])
                return {"macro": "equation", "size": size, "lines": lines}
            case Lines(equations):
                size, lines = self._lines(equations, SIZES_OF_ROWS)
                return {"macro": "rows", "size": size, "lines": lines}
            case Brace(equations, sum_of_them):
                beside = extent(sum_of_them) + Extent(BRACE)
                size, lines = self._lines(equations, SIZES, beside)
                return {"macro": "brace", "size": size, "lines": lines, "total": self.printer.code(sum_of_them)}
            case Table(header, rows):
                return self._table(header, rows)
            case Note():
                return {"macro": "note", "text": self.words(block)}

    def _table(self, header: Sequence[Node], rows: Sequence[Sequence[Node]]) -> dict[str, Any]:
        """A table in the largest type in which it fits the page."""
        columns = [[extent(cell) for cell in column] for column in zip(header, *rows, strict=True)]

        def question(numbers: Numbers) -> str:
            width = sum(max(cell.at(numbers.brief) for cell in column) + BETWEEN_COLUMNS for column in columns)
            fitting = (size for size in TABLE_SIZES if width * self.sizes[size] <= TABLE * 100)
            return next(fitting, TABLE_SIZES[-1])

        codes = [[f"${self._cell(cell)}$" for cell in row] for row in (header, *rows)]
        return {"macro": "table", "size": self.ask(question), "header": codes[0], "rows": codes[1:]}

    def _cell(self, cell: Node) -> str:
        """The code of a cell; a number has no more digits than stand on a line."""
        if isinstance(cell, Value):
            return self.printer.slots.add(Brief(cell.name, cell.place))
        return self.printer.code(cell)

    def _lines(
        self, equations: Sequence[Equation], whole: Sequence[str], beside: Extent = NOTHING
    ) -> tuple[str, list[Line]]:
        """Equations with aligned relations, broken where they are too long for the page.

        The sizes in `whole` are tried before any line is broken; `beside` stands on the same line as all of them.
        """
        chains = [self._chain(equation) for equation in equations]
        rows = Rows(
            tuple(tuple(segment.extent for segment in chain.segments) for chain in chains),
            tuple(tuple(segment.first for segment in chain.segments) for chain in chains),
            tuple(chain.left for chain in chains),
            beside,
        )
        pages = {size: PAGE * 100 // width for size, width in self.sizes.items()}
        # What surely fits need not be asked.
        found = rows.breaks(pages, whole, Widest(self.widest))
        if found.size != "normal" or any(found.before):
            found = self.ask(lambda numbers: rows.breaks(pages, whole, numbers.table))
        return found.size, [line for k, chain in enumerate(chains) for line in _cut(chain, found.before[k], found.hang)]

    def _chain(self, equation: Equation) -> Chain:
        """The sides with their relations; a sum may be broken before each of its terms."""
        first, *rest = equation.sides
        segments = self._side("", first)
        left = len(segments)
        for before, side in zip(equation.sides, rest, strict=False):
            segments += self._side(self._relation(before, side), side)
        for stated in equation.where:
            code = self.printer.marks.signs["where"] + self.printer.code(stated[0])
            for before, side in pairwise(stated):
                code += f" {self._relation(before, side)} {self.printer.code(side)}"
            width = total(map(extent, stated)) + Extent(250 + BETWEEN * (len(stated) - 1))
            segments.append(Segment(code, width, True))
        return Chain(tuple(segments), left)

    def _side(self, relation: str, side: Node) -> list[Segment]:
        before, width = (f" {relation} ", Extent(BETWEEN)) if relation else ("", NOTHING)
        if not isinstance(side, Sum):
            return [Segment(before + self.printer.code(side), width + extent(side), True)]
        pieces = self.printer.sum_pieces(side)
        first = Segment(before + pieces[0], width + extent(side.terms[0]), True)
        rest = zip(pieces[1:], side.terms[1:], strict=True)
        return [first, *(Segment(piece, extent(term) + Extent(BETWEEN), False) for piece, term in rest)]

    def _relation(self, left: Node, right: Node) -> str:
        return self.printer.slots.add(Relation((*values(left), *values(right))))


def _cut(chain: Chain, before: tuple[int, ...], hang: bool) -> list[Line]:
    """The lines of a chain; `hang` puts all of it on the right of where lines are aligned."""
    codes = [segment.code for segment in chain.segments]
    start = 0 if hang else chain.left
    cuts = [start, *before, len(codes)]
    left = "" if hang else "".join(codes[:start])
    pieces = ["".join(codes[a:b]).strip() for a, b in pairwise(cuts)]
    return [
        {"left": "" if place else left, "right": piece, "more": place > 0} for place, piece in enumerate(pieces)
    ]
