"""Variants of exercises with constants and updates."""

from itertools import chain

import pytest

import symback
from symback.exercise.builtin import load
from symback.homework.defaults import recipe_of
from symback.homework.keep import exercise_of, exercise_text
from symback.homework.recipe import read_recipe
from symback.homework.sampling import Sampler

NAMES = ("mazur", "adam", "momentum", "huber", "hinge", "logits")


@pytest.mark.parametrize("name", NAMES)
def test_a_kept_exercise_is_the_same(name):
    exercise = load(name)
    again = exercise_of(exercise_text(exercise))
    assert (again.network, dict(again.givens)) == (exercise.network, dict(exercise.givens))


@pytest.mark.parametrize("name", NAMES)
def test_a_constant_stays_and_a_target_is_one(name):
    exercise = load(name)
    options = read_recipe(exercise).options(exercise)
    cells = [(each, cell) for each, given in exercise.givens.items() for row in given.rows for cell in row]
    for (each, cell), option in zip(cells, chain.from_iterable(options.values()), strict=True):
        if each[0] not in "XyWb" or each.startswith("beta"):
            assert [numeral.value for numeral in option.few] == [cell.value], each
        if each == "y" and exercise.network.loss == "hinge":
            assert {numeral.value for numeral in option.few} == {1, -1}


@pytest.mark.parametrize("name", NAMES)
def test_variants_can_be_drawn(name):
    exercise = load(name)
    recipe = recipe_of(exercise)
    assert Sampler(exercise, recipe, 0).share(60) > 0
    assert symback.solve(exercise).derivation.stated
