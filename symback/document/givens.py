"""What is given, at the head of a sheet: a matrix has a line of its own, single numbers stand beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from symback.derivation.formula import Symbol
from symback.derivation.steps import Derivation
from symback.document.board import Board
from symback.document.breaking import PAGE
from symback.document.fill import Numbers
from symback.document.measure import extent
from symback.document.nodes import Equation, Node
from symback.exercise.conventions import matrix_name
from symback.exercise.model import Network

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
    """The lines of the givens; single numbers of one kind stand beside each other."""
    for _, alike in groupby(board.derivation.givens, lambda name: _group(name, board.derivation)):
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


def _group(name: str, derivation: Derivation) -> str:
    """What stands on one line: the numbers of one matrix, constants; in a graph those of one letter."""
    if not derivation.scalar:
        return name
    if isinstance(derivation.network, Network):
        matrix = matrix_name(derivation.network, name)
        return matrix if matrix != name else ""
    found = _STEM.match(name)
    return found[0] if found else name
