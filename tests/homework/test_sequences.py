"""Variants of exercises that go through time."""

import pytest

from symback.exercise.builtin import load
from symback.homework.defaults import recipe_of
from symback.homework.keep import exercise_of, exercise_text
from symback.homework.recipe import read_recipe
from symback.homework.sampling import Sampler
from tests.solution.sequences import exercise

GALLERY = ("rnn_layer", "lstm_layer", "gru_layer")
MADE = [exercise("rnn"), exercise("lstm", gives="last"), exercise("gru", extra="    keeps: z\n    reset: after\n")]


@pytest.mark.parametrize("made", [*map(load, GALLERY), *MADE], ids=lambda made: made.network.layers[0].kind)
def test_a_kept_exercise_is_the_same(made):
    again = exercise_of(exercise_text(made))
    assert (again.network, dict(again.givens)) == (made.network, dict(made.givens))


def test_targets_of_several_units_at_each_time_are_kept():
    made = exercise("rnn", times=1)
    assert exercise_of(exercise_text(made)).givens == made.givens


@pytest.mark.parametrize("name", GALLERY)
def test_the_state_at_the_beginning_stays_and_weights_vary(name):
    made = load(name)
    options = read_recipe(made).options(made)
    cells = [
        (each, cell, option)
        for each, given in made.givens.items()
        for cell, option in zip((cell for row in given.rows for cell in row), options[each], strict=True)
    ]
    for each, cell, option in cells:
        if each in ("h_0", "c_0"):
            assert [numeral.value for numeral in option.few] == [cell.value]
        if each[0] in "WU":
            assert option.count > 1, each


@pytest.mark.parametrize("name", GALLERY)
def test_variants_can_be_drawn(name):
    made = load(name)
    sampler = Sampler(made, recipe_of(made), 0)
    first, second = (sampler.variant(student) for student in ("a", "b"))
    assert first.exercise.givens != second.exercise.givens
    assert first.exercise.network == made.network
