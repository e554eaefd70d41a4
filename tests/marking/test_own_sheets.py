"""The sheets that symback writes, marked as papers: nothing on them is wrong, nothing that is asked for is missing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symback.document.write import Options, render
from symback.exercise.builtin import builtin_names, load
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
