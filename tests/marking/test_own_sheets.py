"""The sheets that symback writes, marked as papers: nothing on them is wrong, nothing that is asked for is missing."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symback.document.write import Options, render
from symback.exercise.builtin import builtin_names, load
from symback.exercise.model import Given
from symback.exercise.numerals import read_numeral
from symback.marking.check import mark, transcript_answers
from symback.solution.solution import solve
from tests.solution.exercises import exercises

FINE = {"exact", "unread"}
#: A Hessian stands in a table of Markdown, which is not read.
TABLED = ("hessian", "rosenbrock")


@pytest.mark.parametrize("name", builtin_names())
def test_a_sheet_of_the_gallery(name):
    solution = solve(load(name))
    sheet, _, _ = render(solution, "md").decode().partition("## Exact versus approximate")
    marking = mark(solution, transcript_answers(sheet, solution, None))
    fine = FINE | {"missing"} if name in TABLED else FINE
    assert [item for item in marking.marks if item.verdict not in fine] == []
    assert sum(item.verdict == "exact" for item in marking.marks) > 10


@settings(max_examples=25, deadline=None)
@given(exercises(), st.sampled_from([",", "."]))
def test_a_sheet_of_any_network(exercise, decimal):
    """Rows that begin with a minus, whole and broken, zeros, saturation: every number comes back as what it is."""
    solution = solve(exercise)
    sheet = render(solution, "tex", Options(decimal=decimal)).decode()
    marking = mark(solution, transcript_answers(sheet, solution, decimal))
    assert [item for item in marking.marks if item.verdict not in FINE] == []


#: A decimal in mathematics that is not an exponent and has none.
DECIMAL = re.compile(r"(?<![\d.,{}_^])-?\d+(?:\{,\}\d+|\.\d+)(?! \\times)")


def changed(sheet, random):
    """The sheet with the first digit of one of its worked numbers changed, and the line of it."""
    lines = sheet.split("\n")
    headings = [place for place, line in enumerate(lines) if line.startswith("## ")]
    worked = [place for place in range(headings[1], len(lines)) if "$" in lines[place] or "&" in lines[place]]
    found = [
        (place, number) for place in worked for number in DECIMAL.finditer(lines[place]) if number[0].strip("-0.{,}")
    ]
    place, number = random.choice(found)
    at = number.start() + re.search("[1-9]", number[0]).start()
    digit = str(int(lines[place][at]) % 9 + 1) if random.random() < 0.5 else str((int(lines[place][at]) + 4) % 9 + 1)
    lines[place] = lines[place][:at] + digit + lines[place][at + 1 :]
    return "\n".join(lines), place + 1


@pytest.mark.parametrize("name", [name for name in builtin_names() if name not in (*TABLED, "graph")])
def test_a_changed_number_is_found_and_nothing_else(name):
    random, solution = Random(name), solve(load(name))
    sheet, _, _ = re.split("## (Closed forms|Exact versus approximate)", render(solution, "md").decode(), maxsplit=1)
    for _ in range(2):
        text, line = changed(sheet, random)
        marking = mark(solution, transcript_answers(text, solution, None))
        wrong = {item.line for item in marking.marks if item.verdict not in FINE}
        assert wrong <= {line}
        assert line in wrong | {item.line for item in marking.marks if item.verdict == "unread"}


@pytest.mark.parametrize("name", [name for name in builtin_names() if name != "graph"])
def test_what_follows_from_a_miscopied_number_is_carried(name):
    """The sheet of another exercise, one given number of which is different: wrong is that number, and nothing else."""
    random, exercise = Random(name), load(name)
    given = exercise.givens[random.choice([each for each in exercise.givens if each != "y"])]
    rows = [list(row) for row in given.rows]
    row, column = random.randrange(len(rows)), random.randrange(len(rows[0]))
    rows[row][column] = read_numeral(str(round(float(rows[row][column].value) * 1.5 + 0.3, 2)))
    other = replace(exercise, givens={**exercise.givens, given.name: Given(given.name, tuple(map(tuple, rows)))})
    sheet, *_ = re.split("## (Closed forms|Exact versus)", render(solve(other), "md").decode(), maxsplit=1)
    solution = solve(exercise)
    marking = mark(solution, transcript_answers(sheet, solution, None))
    wrong = {item.quantity for item in marking.marks if item.verdict in ("wrong", "slip")}
    assert wrong == {given.name}
    assert any(item.verdict == "carried" for item in marking.marks)
