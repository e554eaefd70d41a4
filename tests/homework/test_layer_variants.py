"""Variants of exercises with joins, normalisation, attention and penalties."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import symback
from symback.errors import InputError
from symback.exercise.builtin import load
from symback.exercise.nodes import Scalar
from symback.homework.defaults import recipe_of
from symback.homework.keep import exercise_of, exercise_text
from symback.homework.recipe import read_recipe
from symback.homework.sampling import Sampler
from tests.solution.test_layers import SETTINGS, exercise, networks, texts, transformers, turned

NAMES = ("weight_decay", "residual", "dropout", "layer_norm", "batch_norm", "attention")


def same(made):
    again = exercise_of(exercise_text(made))
    return (again.network, dict(again.givens)) == (made.network, dict(made.givens))


@pytest.mark.parametrize("name", NAMES)
def test_a_kept_exercise_is_the_same(name):
    assert same(load(name))


@SETTINGS
@given(content=networks() | transformers(), columns=st.booleans())
def test_any_kept_exercise_is_the_same(content, columns):
    assert same(exercise(turned(content) if columns and "samples" in content else content))


@pytest.mark.parametrize("name", NAMES)
def test_variants_can_be_drawn(name):
    made = load(name)
    assert Sampler(made, recipe_of(made), 0).share(60) > 0
    assert symback.solve(made).derivation.stated


def options_of(made, name):
    return read_recipe(made).options(made)[name]


DROPOUT = {
    "x": [1, 2],
    "y": [1],
    "layers": [{"W": [[1, 2], [3, 4]]}, {"type": "dropout", "mask": [1, 1], "keep": 0.5}, {"W": [[1, -1]]}],
    "loss": "squared_error",
}


@pytest.mark.parametrize(
    ("name", "given"),
    [("dropout", "M_2"), ("dropout", "p_2"), ("layer_norm", "epsilon_2"), ("weight_decay", "lambda_2")],
)
def test_masks_and_constants_stay_unless_asked(name, given):
    made = load(name)
    cells = [cell for row in made.givens[given].rows for cell in row]
    found = [[numeral.value for numeral in option.few] for option in options_of(made, given)]
    assert found == [[cell.value] for cell in cells]


@pytest.mark.parametrize("vary", ["like the original", {"choices": [0, 1]}, {"integers": [0, 1]}])
def test_a_mask_that_is_asked_to_vary_stays_a_mask(vary):
    made = exercise(texts({**DROPOUT, "vary": {"M_2": vary}}))
    assert [{numeral.value for numeral in option.few} for option in options_of(made, "M_2")] == [{0, 1}] * 2


@pytest.mark.parametrize("vary", [{"choices": [0, 2]}, {"decimals": 1, "between": [0, 1]}, {"integers": [-1, 1]}])
def test_a_mask_of_other_numbers_is_refused(vary):
    made = exercise(texts({**DROPOUT, "vary": {"M_2": vary}}))
    with pytest.raises(InputError, match=r"vary\.M_2 varies a mask: it must hold 0 and 1 alone"):
        read_recipe(made)


def test_a_gain_varies_like_the_original():
    assert all(option.count > 1 for option in options_of(load("layer_norm"), "gamma_2"))


def test_a_variant_has_its_own_numbers():
    text = exercise_text(load("attention"))
    content = json.loads(text)
    assert content["vectors"] == "rows"
    assert not isinstance(content["layers"][0]["W_Q"], Scalar)
