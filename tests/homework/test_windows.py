"""Homework with convolution and pooling: an exercise is kept whole, its variants are of its kind and as clear."""

import json
from fractions import Fraction

import pytest

import symback
from symback.derivation.pick import windows_of
from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree
from symback.homework.defaults import recipe_of
from symback.homework.keep import exercise_of, exercise_text
from symback.homework.requirements import ahead

NAMES = ("avg_pool", "conv", "conv1d", "max_pool")


def made(layers, x, y="1"):
    content = {"x": x, "y": y, "layers": layers, "loss": "squared_error"}
    return exercise_from(parse_tree(json.dumps(content).encode(), "made.json", ".json"), "made.json", "made")


CONV = {"type": "conv"}
#: One row, one column, signals of several maps, maps over maps, strides and padding that are not the same both ways.
OTHERS = (
    made([{**CONV, "K": [["1", "2"]], "stride": ["1", "2"]}, {"type": "flatten"}], [["1", "2", "3", "4"]], ["0", "0"]),
    made([{**CONV, "K": ["1", "2"]}], ["1", "2", "3"], ["0", "0"]),
    made(
        [{**CONV, "K": [["1", "2"], ["3", "4"]], "b": ["1", "2"]}, {**CONV, "K": [[["1"], ["2"]]]}],
        ["1", "2", "3"],
        ["0", "0"],
    ),
    made(
        [
            {**CONV, "K": [[["1", "2"]], [["3", "4"]]], "padding": ["0", "1"], "activation": "tanh"},
            {**CONV, "K": [[[["1"]], [["2"]]], [[["3"]], [["4"]]]]},
            {"type": "avg_pool", "size": ["2", "1"], "stride": "1"},
            {"type": "flatten"},
            {"W": [["1"] * 6]},
        ],
        [["1", "2"], ["3", "4"]],
    ),
)


@pytest.mark.parametrize("exercise", [*map(symback.load, NAMES), *OTHERS])
def test_an_exercise_is_kept_whole(exercise):
    again = exercise_of(exercise_text(exercise))
    assert (again.network, dict(again.givens)) == (exercise.network, dict(exercise.givens))


@pytest.mark.parametrize("name", NAMES)
def test_variants(name):
    exercise = symback.load(name)
    made = list(symback.variants(exercise, 3, 5))
    assert len({tuple(str(given.rows) for given in each.exercise.givens.values()) for each in made}) == 3
    assert all(variant.exercise.network == exercise.network for variant in made)


def test_a_window_with_one_winner_has_one_in_the_variants():
    exercise = symback.load("max_pool")
    assert any("of each window" in requirement.words for requirement in recipe_of(exercise).requirements)
    for variant in symback.variants(exercise, 3, 5):
        solution = symback.solve(variant.exercise)
        (step,) = (step for step in solution.derivation.phase("forward") if step.operation == "pick")
        clear = ahead(windows_of(step, solution.derivation.shapes), Fraction(1, 10))
        assert clear(solution.values("A_1"))


def test_a_tie_in_the_original_asks_for_nothing():
    exercise = made([{"type": "max_pool", "size": "2"}], ["1", "1"], ["0"])
    assert not any("of each window" in requirement.words for requirement in recipe_of(exercise).requirements)
