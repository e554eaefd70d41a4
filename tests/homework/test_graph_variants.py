"""Variants of graphs and of networks with an activation of their own."""

import pytest

from symback.exercise.builtin import builtin_names, load
from symback.homework.defaults import recipe_of
from symback.homework.keep import exercise_of, exercise_text
from symback.homework.sampling import Sampler


@pytest.mark.parametrize("name", builtin_names())
def test_kept_and_read_again(name):
    exercise = load(name)
    again = exercise_of(exercise_text(exercise))
    assert (again.network, dict(again.givens)) == (exercise.network, dict(exercise.givens))


@pytest.mark.parametrize(
    "name", ["graph", "mazur", "mazur_graph", "own_activation", "rnn", "momentum", "momentum_graph"]
)
def test_variants(name):
    exercise = load(name)
    sampler = Sampler(exercise, recipe_of(exercise), 1)
    one, two = sampler.variant("a"), sampler.variant("b")
    assert one.exercise.network == exercise.network
    assert dict(one.exercise.givens) != dict(two.exercise.givens)
    assert one.solution.names == two.solution.names
