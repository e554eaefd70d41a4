"""Blocks into plain data for a template: printed code, cut into lines that fit a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from symback.derivation.formula import Sum
from symback.document.nodes import Block, Brace, Equation, Lines, Node, Note, Value, values, width
from symback.document.printer import Printer, Relation

#: The characters of mathematics that fit on a line of an A4 page at 11 points.
PAGE_WIDTH = 76

#: A line of an equation for a template: what stands left of the place where lines are aligned, and the rest.
Line = dict[str, str]


@dataclass(frozen=True)
class Setter:
    """Turns blocks into what a template gets: `{"macro": name, ...}` of strings and lists."""

    printer: Printer
    measure: Callable[[Value], int]
    words: Callable[[str], str]

    def block(self, block: Block) -> dict[str, Any]:
        """The data of one block, `macro` being the macro that sets it."""
        match block:
            case Equation():
                return {"macro": "equation", "lines": self.lines(block)}
            case Lines(equations):
                return {"macro": "rows", "lines": [line for each in equations for line in self.lines(each)]}
            case Brace(equations, total):
                rows = [self._chain(each.sides) for each in equations]
                return {"macro": "brace", "lines": rows, "total": self.printer.code(total)}
            case Note(key):
                return {"macro": "note", "text": self.words(key)}

    def lines(self, equation: Equation) -> list[Line]:
        """An equation, broken before a relation or a plus sign where it is too long for the page."""
        (_, left, used), *segments = self._segments(equation.sides)
        lines: list[list[str]] = [[]]
        for relation, code, size in segments:
            if lines[-1] and used + size + 3 > PAGE_WIDTH:
                lines.append([])
                used = 4
            lines[-1].append(f"{relation} {code}".strip())
            used += size + 3
        return [
            {"left": left if place == 0 else "", "right": " ".join(pieces)} for place, pieces in enumerate(lines)
        ]

    def _chain(self, sides: Sequence[Node]) -> Line:
        (_, left, _), *segments = self._segments(sides, whole=True)
        return {"left": left, "right": " ".join(f"{relation} {code}" for relation, code, _ in segments)}

    def _segments(self, sides: Sequence[Node], *, whole: bool = False) -> list[tuple[str, str, int]]:
        """Relation, code and width of each side; a sum that is too long is cut into its terms."""
        segments: list[tuple[str, str, int]] = []
        for place, side in enumerate(sides):
            relation = self._relation(sides[place - 1], side) if place else ""
            size = width(side, self.measure)
            if isinstance(side, Sum) and size > PAGE_WIDTH - 8 and not whole:
                sizes = [width(term, self.measure) + 3 for term in side.terms]
                pieces = self.printer.sum_pieces(side)
                segments += [
                    (relation if k == 0 else "", piece, each - 3 if k else each)
                    for k, (piece, each) in enumerate(zip(pieces, sizes, strict=True))
                ]
            else:
                segments.append((relation, self.printer.code(side), size))
        return segments

    def _relation(self, left: Node, right: Node) -> str:
        return self.printer.slots.add(Relation((*values(left), *values(right))))
