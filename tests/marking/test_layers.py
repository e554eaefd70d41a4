"""Joins, normalisation, attention and penalties on a student's paper: names, right numbers, what follows, slips."""

import re

import pytest

import symback
from symback.document.write import render
from tests.marking.test_updates import answers, marks, only
from tests.solution.test_layers import exercise, texts

NAMES = ("weight_decay", "residual", "dropout", "layer_norm", "batch_norm", "attention")


@pytest.mark.parametrize("name", NAMES)
def test_right_numbers_are_exact(tmp_path, name):
    made = symback.load(name)
    solution = symback.solve(made)
    names = [each for each in solution.names if each not in solution.givens]
    found = marks(tmp_path, made, answers(solution, names))
    assert {mark.verdict for mark in found} == {"exact"}
    assert len(found) >= len(names)


#: A line without a name: a row of a product, stacked with the others.
_NAMELESS = re.compile(r"^&?[-(]?\d.*\n", re.MULTILINE)


def paper(name):
    """The sheet as a student would copy it: lines whole, those without a name left out."""
    text = render(symback.solve(symback.load(name)), "md").decode()
    return _NAMELESS.sub("", text.split("## Closed forms")[0].split("## Exact")[0].replace(" \\\\\n&\\quad", ""))


@pytest.mark.parametrize("name", NAMES)
def test_the_sheet_is_a_paper_without_a_fault(tmp_path, name):
    made = symback.load(name)
    found = marks(tmp_path, made, paper(name), ".md")
    assert not [(mark.line, mark.quantity, mark.written) for mark in found if mark.verdict not in ("exact", "unread")]
    solution = symback.solve(made)
    # The numbers of a copy are those of what is copied.
    steps = {each.name for each in solution.derivation.steps if "/" not in each.name and each.operation != "copy"}
    assert {mark.quantity for mark in found} >= steps | set(solution.givens)
