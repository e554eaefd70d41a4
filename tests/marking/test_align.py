"""Transcripts matched to the exercise: where each numeral ends, and which calculation a side of numbers is."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from symback.exercise.builtin import load
from symback.marking.align import align
from symback.marking.expressions import Number, walk
from symback.marking.transcript import read_transcript
from symback.marking.written import Answers
from symback.solution.solution import Solution, solve
from tests.marking.papers import make

TRANSCRIPT = (Path(__file__).parents[1] / "data" / "paper-transcript.md").read_text(encoding="utf-8")


@cache
def paper() -> Solution:
    return solve(load("paper"))


def aligned(text: str, solution: Solution | None = None, decimal: str = ",") -> Answers:
    return align(read_transcript(text, decimal=decimal), solution or paper(), tuple(text.splitlines()))


def places(text: str) -> list[tuple[str, int, str]]:
    return [(item.quantity, item.place, item.text) for item in aligned(text).written]


def numerals_of(text: str, decimal: str) -> Counter[str]:
    return Counter(node.source for node in walk(read_transcript(text, decimal=decimal)) if isinstance(node, Number))


def accounted(answers: Answers) -> Counter[str]:
    """The numerals of an alignment; what could not be read at all holds none."""
    unread = Counter(item.text for item in answers.leftovers if item.key == "no_number")
    listed = Counter(item.text for item in answers.leftovers) - unread
    written = Counter(source for item in answers.written for source in item.numerals)
    return written + listed + Counter(answers.constants)


def test_every_numeral_of_the_paper_ends_somewhere():
    assert accounted(aligned(TRANSCRIPT)) == numerals_of(TRANSCRIPT, ",")


@pytest.mark.parametrize("seed", range(25))
def test_every_numeral_of_a_synthetic_paper_ends_somewhere(seed):
    made = make(seed)
    answers = aligned(made.text, solve(made.exercise), made.notation.sign)
    assert accounted(answers) == numerals_of(made.text, made.notation.sign)


@pytest.mark.parametrize("seed", range(0, 25, 5))
def test_every_numeral_of_another_exercise_ends_somewhere(seed):
    made = make(seed)
    answers = aligned(made.text, paper(), made.notation.sign)
    assert accounted(answers) == numerals_of(made.text, made.notation.sign)


CASES = (
    ("$Z_2 = 18,3$", [("Z_2", 0, "18,3")]),
    ("$Z_1[2] = 12,1$", [("Z_1", 1, "12,1")]),
    ("$dW_2 = [-1,5 \\quad -4,6 \\quad -7,8]$", [("dW_2", 0, "-1,5"), ("dW_2", 1, "-4,6"), ("dW_2", 2, "-7,8")]),
    # A row of a product is told by its numbers, whatever its order.
    ("$0,4(20) + 0,5(3) + 0,6(4) = 11,9$",
     [("W_1", 3, "0,4"), ("X", 0, "20"), ("W_1", 4, "0,5"), ("X", 1, "3"), ("W_1", 5, "0,6"), ("X", 2, "4"),
      ("Z_1.sum", 1, "11,9")]),
    ("$3(0,5) + 20(0,4) + 4(0,6) = 11,9$",
     [("X", 1, "3"), ("W_1", 4, "0,5"), ("X", 0, "20"), ("W_1", 3, "0,4"), ("X", 2, "4"), ("W_1", 5, "0,6"),
      ("Z_1.sum", 1, "11,9")]),
    # The sign may stand in the number or in the formula.
    ("$e^{-18,3} = 1,1 \\cdot 10^{-8}$", [("Z_2", 0, "-18,3"), ("A_2.exp", 0, "1,1 \\cdot 10^{-8}")]),
    # A name that the paper invents stands for what it is set equal to.
    ("$\\lambda = (A_2 - y)^2$\n\n$\\lambda = 289$", [("L", 0, "289")]),
    # Constants are no numbers of their own.
    ("$\\frac{dL}{dA_2} = 2(-17) = -34$", [("dA_2.difference", 0, "-17"), ("dA_2", 0, "-34")]),
    # A list may be a row or a column; a restated transpose is what it transposes.
    ("$X^T = [20, 3, 4]$", [("X", 0, "20"), ("X", 1, "3"), ("X", 2, "4")]),
    ("$Z_1 = [3,9 \\quad 12,1 \\quad 20,3]$", [("Z_1", 0, "3,9"), ("Z_1", 1, "12,1"), ("Z_1", 2, "20,3")]),
)  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), CASES, ids=[case[0][:40] for case in CASES])
def test_numbers_find_their_places(text, wanted):
    assert sorted(places(text)) == sorted(wanted)


LISTED = (
    ("$dW_9 = 0,5$", "0,5", "unknown"),
    ("$1039 \\Rightarrow Z_2 = 18,3$", "1039", "no_place"),
    ("$Q_1 = 3$", "3", "no_place"),
    ("$Z_2 = 3 W_1 + 7$", "3", "no_formula"),
    ("$Z_1 = 5$", "5", "no_place"),
    ("$Z_2 = 5 / 0$", "5", "no_place"),
    ("$dW_2 = [1, 2]$", "1", "no_place"),
)


@pytest.mark.parametrize(("text", "number", "key"), LISTED)
def test_a_number_without_a_place_is_listed_with_its_reason(text, number, key):
    assert (number, key) in [(item.text, item.key) for item in aligned(text).leftovers]


def test_a_line_goes_on_with_the_side_before():
    # Both rows come to the same number; what decides is the line it stands in.
    text = "$Z_1 = W_1 X + b_1$\n\n$0,4(20) + 0,5(3) + 0,6(4) = 8 + 1,5 + 2,4 = 11,9$"
    assert ("Z_1.products", 3, "8") in places(text)
    assert ("Z_1.sum", 1, "11,9") in places(text)


def test_a_calculation_with_a_wrong_input_is_still_that_calculation():
    found = places("$Z_2 = 18,9$\n\n$e^{-18,9} = 6,2 \\cdot 10^{-9}$")
    assert ("A_2.exp", 0, "6,2 \\cdot 10^{-9}") in found
