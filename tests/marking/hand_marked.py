"""Markings built by hand: the lines of a paper, and one mark of each kind, without the engine that makes them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from symback.exercise.builtin import load
from symback.marking.marks import Mark, Marking
from symback.solution.solution import Solution, solve

LINES = (
    "$$X = \\begin{bmatrix} 20 \\\\ 3 \\\\ 4 \\end{bmatrix}$$",
    "$$0,1(20) + 0,2(3) + 0,3(4) = 2 + 0,6 + 1,2 = 3,8$$",
    "$$e^{-18,3} \\approx 1,12 \\times 10^{-8}$$",
    "$$A_2 \\approx \\frac{1}{1 + 1,12 \\cdot 10^{-8}} \\approx 0,9999999999$$",
    "$$\\lambda = (A_2 - y)^2 \\Rightarrow (0,9999999989 - 1)^2 = (-17,00000001)^2$$",
    "$$\\frac{dL}{dA_2} = 2(-17,00000001) \\\\ = -34,000000022$$",
    "$$\\frac{dL}{dZ_2} = -34,000000022 \\times 1/e^{-8} \\approx -374 \\times 10^{-7}$$",
    "$$dW_2 = [-1,42e^{-6} \\quad -4,5e^{-6} \\quad -7,59e^{-6}]$$",
    "$$1039$$",
)

#: line, quantity, index, written, read as, exact, expected, verdict, slip, carried from, words, also, flagged
_ROWS: tuple[tuple[object, ...], ...] = (
    (1, "X", (1,), "20", "20", "20", "20", "exact"),
    (1, "X", (2,), "3", "3", "3", "3", "exact"),
    (1, "X", (3,), "4", "4", "4", "4", "exact"),
    (2, "Z_1.products", (1, 1), "2", "2", "2", "2", "exact"),
    (2, "Z_1.products", (1, 2), "0,6", "0.6", "0.6", "0.6", "exact"),
    (2, "Z_1.sum", (1,), "3,8", "3.8", "3.8", "3.8", "exact"),
    (3, "A_2.exp", None, "1,12 \\times 10^{-8}", "1.12e-8", "1.12826465e-8", "1.12826465e-8", "close", "truncated", (),
     "cut off instead of rounded"),
    (4, "A_2", None, "0,9999999999", "0.9999999999", "0.9999999887", "0.9999999888", "slip", "digit_run", (),
     "the nines are miscounted; 0.9999999888 was meant", ("digit_copied",)),
    (5, "y", None, "1", "1", "18", "18", "wrong", None, (), "does not follow from the lines before"),
    (5, "L.difference", None, "-17,00000001", "-17.00000001", "-17.00000001", "-17.00000001", "exact"),
    (6, "dA_2", None, "-34,000000022", "-34.000000022", "-34.0000000226", "-34.00000002", "carried", None, (5,), ""),
    (7, "dZ_2", None, "-374 \\times 10^{-7}", "-3.74e-5", "-3.836099724e-7", "-3.808e-7", "slip", "comma_lost", (),
     "the comma is lost; -3.74e-7 was meant"),
    (8, "dW_2", (1, 1), "-1,42e^{-6}", "-1.42e-6", "-1.496078893e-6", "-1.4586e-6", "wrong", None, (),
     "does not follow from the lines before"),
    (8, "dW_2", (1, 2), "-4,5e^{-6}", "-4.5e-6", "-4.641680667e-6", "-4.5254e-6", "carried", None, (7,),
     "follows from line 7", (), True),
    (8, "dW_2", (1, 3), "-7,59e^{-6}", "-7.59e-6", "-7.787282441e-6", "-7.5922e-6", "carried", None, (7,),
     "follows from line 7"),
    (9, None, None, "1039", None, None, None, "unread", None, (), "not read as a number: belongs to no quantity"),
    (None, "db_2", None, "", None, "-3.836099724e-7", "-3.836099724e-7", "missing", None, (), "asked for"),
    (None, "db_1", (1,), "", None, "-7.672199449e-8", "-7.672199449e-8", "missing", None, (), "asked for"),
    (None, "db_1", (2,), "", None, "-1.53443989e-7", "-1.53443989e-7", "missing", None, (), "asked for"),
    (None, "db_1", (3,), "", None, "-2.301659835e-7", "-2.301659835e-7", "missing", None, (), "asked for"),
)  # fmt: skip


def a_mark(line, quantity, index, written, read_as, exact, expected, verdict, *rest) -> Mark:
    """A mark from the columns of a row; those that are left out are empty."""
    slip, carried, words, also, flagged = (*rest, *(None, (), "", (), False)[len(rest) :])
    step = quantity.partition(".")[0] if quantity else None
    return Mark(
        line, quantity, index, written, read_as, exact, expected, None, verdict,
        slip=slip, carried_from=carried, message=words, step=step, flagged=flagged, also=also,
    )  # fmt: skip


MARKS = tuple(a_mark(*row) for row in _ROWS)


@cache
def paper_solution() -> Solution:
    """The solution of the built-in paper."""
    return solve(load("paper"))


def paper(**changes) -> Marking:
    """The paper, marked by hand."""
    whole = Marking(paper_solution(), MARKS, "paper.md", LINES, ",", "en")
    return replace(whole, **changes)


def table(**changes) -> Marking:
    """The same marks as from a table of answers: without lines of text."""
    return paper(lines=(), name="s07", **changes)


def with_written(text: str) -> Marking:
    """A paper on which this text stands: as a line, as a number that is wrong, as one that could not be read."""
    said = f"not {text[:100]}"
    wrong = a_mark(1, "L", None, text, "1", "289", "289", "wrong", None, (), said)
    unread = a_mark(1, None, None, text, None, None, None, "unread", None, (), said)
    return paper(marks=(wrong, unread), lines=(text,), name=text)
