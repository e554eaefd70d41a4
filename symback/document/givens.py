"""What is given, at the head of a sheet: a matrix has a line of its own, single numbers stand beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from symback.derivation.formula import Symbol
from symback.document.board import Board
from symback.document.breaking import PAGE
from symback.document.fill import Numbers
from symback.document.measure import extent
from symback.document.nodes import Equation, Node

#: So many single numbers stand on one line.
BESIDE = 4
#: The sign and the space between a name and its number, and between two of them, in hundredths of an em.
EQUAL, APART = 130, 250

_STEM = re.compile(r"[A-Za-z]+?(?=[_0-9]|$)")


@dataclass(frozen=True)
class Fits:
    """The question whether these numbers fit on one line with their names."""

    names: tuple[str, ...]

    def __call__(self, numbers: Numbers) -> bool:
        """The answer of one solution."""
        widths = (extent(Symbol(name)).fixed + EQUAL + numbers.table[name, 0].width + APART for name in self.names)
        return sum(widths) <= PAGE


def given_lines(board: Board) -> Iterator[Equation]:
    """The lines of the givens, those of a letter beside each other where all are single numbers."""
    names = tuple(board.derivation.givens)
    for _, alike in groupby(names, _stem if board.derivation.scalar else str):
        found = tuple(alike)
        for start in range(0, len(found), BESIDE):
            row = found[start : start + BESIDE]
            if len(row) == 1 or not board.ask(Fits(row)):
                yield from (Equation(_stated(name, board)) for name in row)
            else:
                yield _beside(row, board)


def _beside(names: Sequence[str], board: Board) -> Equation:
    first, *rest = (_stated(name, board) for name in names)
    return Equation(first, tuple(rest))


def _stated(name: str, board: Board) -> tuple[Node, ...]:
    return Symbol(name), board.matrix(name)


def _stem(name: str) -> str:
    found = _STEM.match(name)
    return found[0] if found else name
