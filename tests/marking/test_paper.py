"""The real paper: what the marker has to find on it, line by line."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from symback.exercise.builtin import load
from symback.marking.check import check
from symback.marking.marks import Marking

TRANSCRIPT = Path(__file__).parents[1] / "data" / "paper-transcript.md"

#: Line, quantity, index, as written, verdict, slip: all that is not simply right, in the order of the paper.
FOUND = (
    (38, "A_2.exp", None, "1,12 \\times 10^{-8}", "close", "truncated"),
    (40, "A_2.exp", None, "1,12 \\cdot 10^{-8}", "close", "truncated"),
    (40, "A_2", None, "0,9999999999", "slip", "run_miscounted"),
    (42, "A_2", None, "0,9999999989", "slip", "run_miscounted"),
    (42, "y", None, "1", "slip", "target_confused"),
    (42, None, None, "1039", "unread", None),
    (48, "dA_2", None, "-34,000000022", "close", "truncated"),
    (50, "A_2", None, "0,9999999989", "slip", "run_miscounted"),
    (50, "A_2", None, "0,9999999989", "slip", "run_miscounted"),
    (50, "dA_2/dZ_2.difference", None, "(1 / exp(-8))", "slip", "notation"),
    (50, "dA_2/dZ_2", None, "(1 / exp(-8))", "slip", "notation"),
    (52, "dA_2", None, "-34,000000022", "close", "truncated"),
    (52, "dA_2/dZ_2", None, "(1 / exp(-8))", "slip", "notation"),
    (52, "dZ_2", None, "-374 \\times 10^{-7}", "slip", "comma_lost"),
    (54, "dZ_2", None, "-374e^{-7}", "slip", "comma_lost"),
    (56, "dW_2", (1, 1), "-1,42e^{-6}", "slip", "digit_wrong"),
    (56, "dW_2", (1, 2), "-4,5e^{-6}", "carried", None),
    (56, "dW_2", (1, 3), "-7,59e^{-6}", "carried", None),
    (58, "db_2", None, "-374e^{-7}", "slip", "comma_lost"),
    (60, "dZ_2", None, "-374e^{-7}", "slip", "comma_lost"),
    (60, "dA_1", (1,), "-7,48e^{-8}", "carried", None),
    (60, "dA_1", (2,), "-1,50e^{-7}", "carried", None),
    (60, "dA_1", (3,), "-2,24e^{-7}", "carried", None),
    (68, "dZ_1", (1,), "-7,48e^{-8}", "carried", None),
    (68, "dW_1", (1, 1), "-1,50e^{-6}", "carried", None),
    (68, "dW_1", (1, 2), "-2,24e^{-7}", "carried", None),
    (68, "dW_1", (1, 3), "-2,99e^{-7}", "carried", None),
    (70, "dZ_1", (2,), "-150e^{-7}", "slip", "comma_lost"),
    (70, "dW_1", (2, 1), "-2,99e^{-6}", "carried", None),
    (70, "dW_1", (2, 2), "-4,49e^{-7}", "carried", None),
    (70, "dW_1", (2, 3), "-5,99e^{-7}", "carried", None),
    (72, "dZ_1", (3,), "-2,24e^{-7}", "carried", None),
    (72, "dW_1", (3, 1), "-4,49e^{-6}", "carried", None),
    (72, "dW_1", (3, 2), "-6,73e^{-7}", "carried", None),
    (72, "dW_1", (3, 3), "-8,98e^{-7}", "carried", None),
    (74, "db_1", (1,), "-7,48e^{-8}", "carried", None),
    (74, "db_1", (2,), "-1,50e^{-7}", "carried", None),
    (74, "db_1", (3,), "-2,24e^{-7}", "carried", None),
)

#: Right numbers that the issue names: the forward pass, the difference and the loss.
RIGHT = (
    *((27, "Z_1", (row,)) for row in (1, 2, 3)),
    *((29, "A_1", (row,)) for row in (1, 2, 3)),
    (33, "Z_2.sum", None),
    (35, "Z_2", None),
    (42, "L.difference", None),
    (44, "L", None),
    (48, "dA_2.difference", None),
)


@cache
def marked() -> Marking:
    return check(load("paper"), TRANSCRIPT)


def test_finds_all_that_is_not_simply_right_and_nothing_else():
    found = Counter(
        (mark.line, mark.quantity, mark.index, mark.written, mark.verdict, mark.slip)
        for mark in marked().marks
        if mark.verdict != "exact"
    )
    assert found == Counter(FOUND)


@pytest.mark.parametrize(("line", "quantity", "index"), RIGHT)
def test_right_numbers(line, quantity, index):
    (mark,) = [each for each in marked().marks if (each.line, each.quantity, each.index) == (line, quantity, index)]
    assert (mark.verdict, mark.slip) == ("exact", None)


def test_the_first_wrong_step_is_the_miscounted_nines():
    first = marked().first_wrong
    assert first is not None
    assert (first.line, first.quantity, first.slip) == (40, "A_2", "run_miscounted")
    assert "0,9999999888" in first.message


def test_nothing_is_missing_and_the_marks_stand_in_the_order_of_the_paper():
    lines = [mark.line for mark in marked().marks]
    assert None not in lines
    assert lines == sorted(lines)


def test_what_follows_from_the_lost_comma_names_its_line_and_the_right_neighbour_is_expected():
    by_place = {(mark.quantity, mark.index): mark for mark in marked().marks}
    assert by_place["dW_2", (1, 2)].carried_from == (54,)
    assert by_place["dW_2", (1, 1)].expected == "-1.46e-6" or by_place["dW_2", (1, 1)].expected == "-1.4586e-6"
    assert by_place["db_1", (2,)].carried_from
