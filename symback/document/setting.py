"""Blocks into plain data for a template: printed code, cut into lines that fit a page."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from symback.derivation.formula import Sum
from symback.document.fill import Numbers
from symback.document.measure import BETWEEN, Extent, Measure, extent, total
from symback.document.nodes import Block, Brace, Equation, Lines, Node, Note, values
from symback.document.printer import Printer, Relation

#: What fits on a line of an A4 page between margins of 22 mm, at 11 points.
PAGE = 4150
#: The sizes of type (11, 10, 9, 8, 7 and 6 points), largest first, and how wide a line becomes in hundredths of the
#: usual one: small letters of Computer Modern are drawn wider.
SIZES = {"normal": 100, "small": 91, "footnote": 84, "script": 77, "mini": 73, "tiny": 67}
#: Rows that stand under each other are set smaller before they are broken.
SIZES_OF_ROWS = ("normal", "small", "footnote")
INDENT = 100
#: What fits beside a short name and a relation in the smallest type.
WIDEST_MATRIX = PAGE * 100 // SIZES["tiny"] - 500

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
class Breaks:
    """How an equation stands on the page: its size of type, and before which segments a new line begins."""

    size: str
    before: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Setter:
    """Turns blocks into what a template gets: `{"macro": name, ...}` of strings and lists."""

    printer: Printer
    ask: Ask
    words: Callable[[Note], str]
    widest: int

    def block(self, block: Block) -> dict[str, Any]:
        """The data of one block, `macro` being the macro that sets it."""
        match block:
            case Equation():
                size, lines = self._lines([block], tuple(SIZES)[:1])
                return {"macro": "equation", "size": size, "lines": lines}
            case Lines(equations):
                size, lines = self._lines(equations, SIZES_OF_ROWS)
                return {"macro": "rows", "size": size, "lines": lines}
            case Brace(equations, sum_of_them):
                size, lines = self._lines(equations, SIZES_OF_ROWS)
                return {"macro": "brace", "size": size, "lines": lines, "total": self.printer.code(sum_of_them)}
            case Note():
                return {"macro": "note", "text": self.words(block)}

    def _lines(self, equations: Sequence[Equation], whole: Sequence[str]) -> tuple[str, list[Line]]:
        """Equations with aligned relations, broken where they are too long for the page.

        The sizes in `whole` are tried before any line is broken.
        """
        chains = [self._segments(equation) for equation in equations]
        widths = [[segment.extent for segment in chain] for chain in chains]
        firsts = [[segment.first for segment in chain] for chain in chains]
        # What surely fits need not be asked.
        found = _breaks(widths, firsts, whole, lambda _: self.widest)
        if found.size != "normal" or any(found.before):
            found = self.ask(lambda numbers: _breaks(widths, firsts, whole, numbers.width))
        lines = []
        for chain, before in zip(chains, found.before, strict=True):
            cuts = [1, *before, len(chain)]
            pieces = ["".join(part.code for part in chain[a:b]).strip() for a, b in pairwise(cuts)]
            lines += [
                {"left": "" if place else chain[0].code, "right": piece, "more": place > 0}
                for place, piece in enumerate(pieces)
            ]
        return found.size, lines

    def _segments(self, equation: Equation) -> list[Segment]:
        """The sides with their relations; a sum may be broken before each of its terms."""
        segments: list[Segment] = []
        for place, side in enumerate(equation.sides):
            segments += self._side(self._relation(equation.sides[place - 1], side) if place else "", side)
        for stated in equation.where:
            code = self.printer.marks.signs["where"] + " = ".join(map(self.printer.code, stated))
            width = total(map(extent, stated)) + Extent(250 + BETWEEN * (len(stated) - 1))
            segments.append(Segment(code, width, True))
        return segments

    def _side(self, relation: str, side: Node) -> list[Segment]:
        if not relation:
            return [Segment(self.printer.code(side), extent(side), True)]
        before = Extent(BETWEEN)
        if not isinstance(side, Sum):
            return [Segment(f" {relation} {self.printer.code(side)}", before + extent(side), True)]
        pieces = self.printer.sum_pieces(side)
        first = Segment(f" {relation} {pieces[0]}", before + extent(side.terms[0]), True)
        rest = zip(pieces[1:], side.terms[1:], strict=True)
        return [first, *(Segment(piece, extent(term) + Extent(BETWEEN), False) for piece, term in rest)]

    def _relation(self, left: Node, right: Node) -> str:
        return self.printer.slots.add(Relation((*values(left), *values(right))))


def _breaks(
    extents: Sequence[Sequence[Extent]], firsts: Sequence[Sequence[bool]], whole: Sequence[str], measure: Measure
) -> Breaks:
    """The largest type in which the equations fit, in one line each if that does not make them small."""
    widths = [[each.at(measure) for each in chain] for chain in extents]
    left = max(chain[0] for chain in widths)
    longest = max(left + sum(chain[1:]) for chain in widths)
    for size in whole:
        if longest <= _page(size):
            return Breaks(size, ((),) * len(widths))
    found = Breaks("tiny", ())
    for size in SIZES:
        broken = [_broken(chain, first, left, _page(size)) for chain, first in zip(widths, firsts, strict=True)]
        found = Breaks(size, tuple(before for before, _ in broken))
        if all(fits for _, fits in broken):
            break
    return found


def _page(size: str) -> int:
    return PAGE * 100 // SIZES[size]


def _broken(widths: Sequence[int], firsts: Sequence[bool], left: int, page: int) -> tuple[tuple[int, ...], bool]:
    """Where to break a chain, best before a relation, and whether its lines then fit."""
    before: list[int] = []
    used, widest = left, 0
    for place in range(1, len(widths)):
        ends = next((k for k in range(place + 1, len(widths)) if firsts[k]), len(widths))
        side = sum(widths[place:ends])
        fits_here = used + (side if firsts[place] else widths[place]) <= page
        on_new_line = left + INDENT + side <= page
        new_line = not fits_here and (not firsts[place] or on_new_line or used + widths[place] > page)
        if new_line and place > 1:
            before.append(place)
            used = left + INDENT
        used += widths[place]
        widest = max(widest, used)
    return tuple(before), widest <= page
