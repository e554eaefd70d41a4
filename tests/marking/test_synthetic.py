"""Synthetic papers: the rates that marking has to reach, and that the papers are what they say they are."""

from __future__ import annotations

from fractions import Fraction

import pytest
from mpmath import mpf, nstr, workdps

from symback.solution.solution import solve
from tests.marking.papers import make
from tests.marking.papers.network import DIGITS, LOSSES
from tests.marking.papers.score import score

#: What a marker has to reach: nobody is accused falsely, and no number is lost.
WANTED = {"read": 1.0, "accepted": 1.0, "carried": 0.99, "first wrong": 0.99, "named": 0.95}


@pytest.mark.parametrize(("first", "count", "table"), [(0, 60, False), (60, 60, False), (0, 200, True)])
def test_the_rates_are_reached(first, count, table):
    found = score((make(seed, table=table) for seed in range(first, first + count)), table=table)
    missed = {what: found.rate(what) for what, least in WANTED.items() if found.rate(what) < least}
    assert not missed, found.notes[:5]


@pytest.mark.parametrize("table", [False, True])
def test_nobody_who_made_no_slip_is_accused(table):
    found = score((make(seed, slips=0, table=table) for seed in range(500, 535)), table=table)
    assert found.total["accepted"] > 1000
    assert found.notes == []


def test_a_seed_is_a_paper():
    assert (make(7).text, make(7).numbers) == (make(7).text, make(7).numbers)
    assert make(7).text != make(8).text


def test_the_papers_hold_all_that_there_is():
    papers = [make(seed) for seed in range(150)]
    assert {paper.exercise.network.loss for paper in papers} == set(LOSSES)
    assert {len(paper.exercise.network.layers) for paper in papers} == {1, 2, 3}
    assert {paper.notation.name for paper in papers} == {"paper", "superscripts", "ascii"}
    assert {(paper.hand.cuts, paper.hand.keeps) for paper in papers} == {(a, b) for a in (0, 1) for b in (0, 1)}
    assert {len(paper.slips) for paper in papers} == {0, 1, 2, 3}
    assert {paper.hand.digits for paper in papers} == {2, 3, 4, 5, 6}


@pytest.mark.parametrize("seed", range(12))
def test_two_arithmetics_agree_on_the_truth(seed):
    paper = make(seed)
    solution = solve(paper.exercise)
    with workdps(DIGITS):
        for step in paper.work.order:
            for place, value in enumerate(paper.work.true[step.name]):
                rounded = solution.rounded(step.name, place, 20).value if value else Fraction(0)
                there = mpf(rounded.numerator) / rounded.denominator
                assert abs(there - value) <= abs(value) * mpf("1e-18"), (step.name, place, nstr(value, 20))
