"""Follow-through: what a quantity comes to on the numbers written before."""

from __future__ import annotations

import pytest
from flint import fmpq

from symback.exercise.numerals import read_numeral
from symback.marking.follow import MOST_NOTES, Book
from symback.marking.judge import reading_of
from symback.marking.versions import Noted
from symback.solution.solution import solve
from tests.marking.marked import small


@pytest.fixture
def book():
    return Book(solve(small("sigmoid")))


def note(book, name, place, text, line, **more):
    reading = reading_of(read_numeral(text))
    exact = more.pop("exact", False)
    book.note(name, place, Noted(reading, line, exact, kept=more.pop("kept", reading.value), **more))


def ways(book, name, place=0):
    return list(book.follow(name, place))


def test_nothing_follows_from_nothing(book):
    assert ways(book, "dZ_2") == []
    assert book.kept("dZ_2") is book.solution.values("dZ_2")


def test_a_step_runs_on_balls_and_on_the_numbers(book):
    note(book, "dA_2", 0, "-0.4", 3)
    first = ways(book, "dZ_2")[0]
    slope = book.solution.values("dA_2/dZ_2")[0]
    assert first.lines == {3}
    assert first.point.overlaps(slope * fmpq(-2, 5))
    # Half a unit of 0.4 is 0.05, on each side.
    assert first.ball.contains(slope * fmpq(-44, 100))
    assert first.ball.contains(slope * fmpq(-36, 100))
    assert not first.ball.contains(slope * fmpq(-46, 100))


def test_an_exact_number_changes_nothing(book):
    note(book, "Z_1", 0, "0.5", 2, exact=True)
    assert ways(book, "A_1") == []


def test_lines_are_those_of_the_entries_that_are_used(book):
    note(book, "dZ_1", 0, "0.7", 4)
    note(book, "dZ_1", 1, "0.9", 5)
    assert {way.lines for way in ways(book, "dW_1", 0)} == {frozenset({4})}
    assert {way.lines for way in ways(book, "dW_1", 3)} == {frozenset({5})}


def test_written_parts_are_a_route_of_their_own(book):
    note(book, "Z_1.products", 0, "1.1", 1)
    note(book, "Z_1.sum", 0, "0.6", 2)
    assert any(way.lines == {2} and way.point == fmpq(7, 10) for way in ways(book, "Z_1"))
    assert any(way.lines == {1} and way.point == fmpq(1, 2) for way in ways(book, "Z_1.sum"))


def test_both_readings_of_a_slip_of_the_pen_are_tried(book):
    literal = reading_of(read_numeral("-374"))
    note(book, "dZ_2", 0, "-3.74", 6, literal=literal)
    found = {(way.literal, way.point) for way in ways(book, "db_2")}
    assert {(False, fmpq(-374, 100)), (True, fmpq(-374))} <= found


def test_earlier_writings_are_tried_after_the_newest(book):
    for line, text in enumerate(("0.1", "0.2", "0.2", "0.3"), 1):
        note(book, "dZ_2", 0, text, line)
    points = [way.point for way in ways(book, "db_2")]
    assert points[0] == fmpq(3, 10)
    assert {fmpq(3, 10), fmpq(2, 10), fmpq(1, 10)} <= set(points)


def test_what_a_calculator_kept_is_a_way_too(book):
    note(book, "dA_2", 0, "-0.4", 3, kept=fmpq(-3995, 10000))
    kept = book.solution.values("dA_2/dZ_2")[0] * fmpq(-3995, 10000)
    assert any(way.point.overlaps(kept) for way in ways(book, "dZ_2"))


def test_unwritten_steps_are_followed_through(book):
    note(book, "Z_2", 0, "1.4", 3)
    (first, *_) = ways(book, "dZ_2")
    assert first.lines == {3}


def test_a_zero_or_one_makes_what_follows_trivial(book):
    note(book, "dA_2/dZ_2", 0, "0", 3)
    assert all(way.trivial for way in ways(book, "dZ_2"))


def test_a_taken_back_note_leaves_no_trace(book):
    note(book, "dA_2", 0, "-0.4", 3)
    before = [way.point for way in ways(book, "dZ_2")]
    note(book, "dA_2", 0, "7", 4)
    assert [way.point for way in ways(book, "dZ_2")] != before
    book.forget("dA_2", 0)
    assert [str(way.point) for way in ways(book, "dZ_2")] == [str(point) for point in before]


def test_endless_rewriting_is_bounded(book):
    for line in range(500):
        note(book, "dZ_2", 0, f"0.{line + 1}", line)
    assert len(ways(book, "db_2")) <= MOST_NOTES


def test_a_number_cut_off_may_be_a_whole_unit_short(book):
    note(book, "dA_2", 0, "-0.4", 3)
    slope = book.solution.values("dA_2/dZ_2")[0]
    assert not ways(book, "dZ_2")[0].ball.contains(slope * fmpq(-49, 100))
    book.note_cut()
    assert ways(book, "dZ_2")[0].ball.contains(slope * fmpq(-49, 100))
