"""Recipes: what may vary and what must hold, and every way to say it wrongly."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from symback.errors import InputError
from symback.exercise.builtin import load
from symback.exercise.model import Exercise, Numeral
from symback.exercise.numerals import read_numeral
from symback.exercise.schema import read_exercise
from symback.homework.options import alike, numeral_of, spaced
from symback.homework.recipe import read_recipe
from symback.homework.requirements import away_from, between, short, some

BODY = """title: Small
x: [2, 3]
y: 1
layers:
  - {W: [[0.5, -0.2], [0.1, 0.4]], b: [0.1, 0], activation: relu}
  - {W: [[0.3, 0.6]], b: 0.5, activation: sigmoid}
loss: squared_error
"""


def exercise(folder: Path, recipe: str, body: str = BODY) -> Exercise:
    path = folder / "small.yaml"
    path.write_text(body + recipe, encoding="utf-8")
    return read_exercise(path)


def faults(folder: Path, recipe: str, body: str = BODY) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_recipe(exercise(folder, recipe, body))
    return [str(fault).removeprefix(f"{folder}/") for fault in caught.value.faults]


def read(text: str) -> Numeral:
    found = read_numeral(text)
    assert isinstance(found, Numeral)
    return found


@given(st.integers(-(10**6), 10**6), st.integers(-20, 20), st.integers(0, 2))
def test_numerals_are_what_their_text_is_read_as(whole: int, place: int, zeros: int) -> None:
    made = numeral_of(whole, place, zeros=zeros if whole else 0)
    assert made == read(made.text)


@given(st.decimals(-(10**4), 10**4, places=3, allow_nan=False), st.integers(0, 10**9))
def test_like_the_original_keeps_sign_digits_and_decimals(original: object, pick: int) -> None:
    numeral = read(str(original))
    options = alike(numeral)
    found = options.make(pick % options.count)
    assert found == read(found.text)
    assert (found.value > 0, found.value == 0) == (numeral.value > 0, numeral.value == 0)
    assert found.place == numeral.place
    assert len(str(abs(found.value * 1000))) == len(str(abs(numeral.value * 1000)))
    digits = [str(abs(each.value * 1000)) for each in (found, numeral)]
    assert len({len(text) - len(text.rstrip("0")) for text in digits}) == 1


@pytest.mark.parametrize(
    ("text", "count", "first", "last"),
    [
        ("20", 9, "10", "90"),
        ("0.1", 9, "0.1", "0.9"),
        ("-0.25", 81, "-0.11", "-0.99"),
        ("0.10", 9, "0.10", "0.90"),
        ("0", 1, "0", "0"),
        ("1/3", 2, "1/3", "2/3"),
        ("-7/4", 3, "-5/4", "-9/4"),
        ("1e-3", 9, "0.001", "0.009"),
        ("3.14159", 810000, "1.00001", "9.99999"),
    ],
)
def test_like_the_original(text: str, count: int, first: str, last: str) -> None:
    options = alike(read(text))
    assert (options.count, options.make(0).text, options.make(options.count - 1).text) == (count, first, last)


def test_options_are_all_different_and_leave_out_zero() -> None:
    options = spaced(-9, 9, -1, nonzero=True)
    values = {options.make(index).value for index in range(options.count)}
    assert len(values) == options.count == 18
    assert 0 not in values
    assert (min(values), max(values)) == (Fraction(-9, 10), Fraction(9, 10))


def test_without_a_recipe_everything_varies() -> None:
    recipe = read_recipe(load("paper"))
    assert recipe.default
    assert set(recipe.variations) == {"X", "y", "W_1", "b_1", "W_2", "b_2"}


def test_what_is_not_named_stays(tmp_path: Path) -> None:
    found = exercise(tmp_path, "vary: {x: {integers: [1, 20]}}\n")
    counts = [options.count for several in read_recipe(found).options(found).values() for options in several]
    assert counts == [20, 20] + [1] * (len(counts) - 2)


def test_all_faults_of_a_recipe_at_once(tmp_path: Path) -> None:
    recipe = """vary:
  X: {integers: [20, 1]}
  W1: like the original
  W_1: {decimals: 1}
  b_1: {choices: []}
  b_2: {integers: [1, 2], choices: [1]}
  y: often
require:
  Z_9: {between: [0, 1]}
  Z_1: {between: [3, 1]}
  Z_2: {betwen: [0, 1]}
  dW_1: {digits: many}
  A_1: {away_from: 0}
  distinct: [dW_2, dW_7]
"""
    found = faults(tmp_path, recipe)
    wanted = [
        "small.yaml:9: vary.X.integers is [20, 1]: the lower number comes first",
        "small.yaml:10: vary.W1 is not a given of this exercise; did you mean W_1?",
        "small.yaml:11: vary.W_1 has decimals, but not between which numbers: add between: [lowest, highest]",
        "small.yaml:12: vary.b_1.choices must be a list of 1 to 1000 numbers",
        "small.yaml:13: vary.b_2 names two kinds, integers and choices",
        "small.yaml:14: vary.y must be like the original, {integers: [1, 20]}",
        "small.yaml:16: require.Z_9 is not a quantity of this exercise; did you mean Z_2?",
        "small.yaml:17: require.Z_1.between is [3, 1]: the lower number comes first",
        "small.yaml:18: require.Z_2.betwen is not known; did you mean between?",
        "small.yaml:19: require.dW_1.digits must be a whole number from 1 to 60",
        "small.yaml:20: require.A_1 says away_from, but not by how much: add by: 0.1",
        "small.yaml:21: require.distinct[1] is",
    ]
    assert len(found) == len(wanted)
    for message, start in zip(found, wanted, strict=True):
        assert message.startswith(start)


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ("vary: sometimes\n", "vary must be `like the original` or a mapping of givens"),
        ("vary: {x: {integers: [0, 0], nonzero: true}}\n", "vary.x has no number to choose from"),
        ("vary: {x: {integers: [1, 2.5]}}\n", "must be two whole numbers"),
        ("vary: {x: {decimals: 0, between: [0.1, 0.9]}}\n", "has no number to choose from"),
        ("vary: {x: {decimals: 99, between: [0, 1]}}\n", "must be a whole number from 0 to 12"),
        ("vary: {x: {integers: [1, 1e300]}}\n", "has numbers beyond"),
        ("vary: {x: {integers: [1, 5], nonzero: maybe}}\n", "must be true or false"),
        ("vary: {x: {choices: [1, 2, 1.0]}}\n", "is 1.0 a second time"),
        ("vary: {x: {integer: [1, 2]}}\n", "did you mean integers?"),
        ("vary: {x: {integers: [1, 2]}, X: {integers: [1, 2]}}\n", "which was named before"),
        ("require: {Z_2: {between: [-0.05, 0.05], away_from: 0, by: 0.1}}\n", "contradicts itself"),
        ("require: {Z_2: {away_from: 0, by: 0}}\n", "must be more than 0"),
        ("require: {Z_2: {by: 1}}\n", "says by how much, but not away from what"),
        ("require: {Z_2: 4}\n", "must be a mapping like {between: [-4, 4]}"),
        ("require: [Z_2]\n", "must be a mapping of quantities"),
        ("require: {distinct: dW_2}\n", "must be a list of quantities"),
        ("require: {distinct: [X]}\n", "which is not in this exercise"),
        ("vary: {x: {integers: [1, 5]}}\nrequire: {X: {between: [6, 9]}}\n", "cannot be met: none of the numbers of X"),
        ("vary: {x: {integers: [1, 5]}}\nrequire: {W_1: {between: [6, 9]}}\n", "cannot be met"),
    ],
)
def test_each_fault_has_file_line_and_field(tmp_path: Path, recipe: str, message: str) -> None:
    (found,) = faults(tmp_path, recipe)
    assert message in found
    assert found.startswith(("small.yaml:8: ", "small.yaml:9: "))


def test_targets_of_the_cross_entropy_are_chances(tmp_path: Path) -> None:
    body = BODY.replace("squared_error", "binary_cross_entropy")
    (found,) = faults(tmp_path, "vary: {y: {integers: [0, 2]}}\n", body)
    assert "must lie between 0 and 1" in found
    assert read_recipe(exercise(tmp_path, "vary: {y: {choices: [0, 1]}}\n", body))


@pytest.mark.parametrize(
    ("test", "entries", "holds"),
    [
        (between(Fraction(-4), Fraction(4)), [fmpq(-4), fmpq(4)], True),
        (between(Fraction(-4), Fraction(4)), [fmpq(0), fmpq(41, 10)], False),
        (away_from(Fraction(0), Fraction(1, 10)), [fmpq(1, 10), fmpq(-1, 10)], True),
        (away_from(Fraction(0), Fraction(1, 10)), [fmpq(0)], False),
        (short(3), [fmpq(123, 100), fmpq(0), fmpq(1, 3)], True),
        (short(3), [fmpq(1234, 1000)], False),
        (short(3), [fmpq(1, 3000)], False),
        (some, [fmpq(0), fmpq(0)], False),
        (some, [fmpq(0), fmpq(1)], True),
    ],
)
def test_requirements(test: object, entries: list[fmpq], holds: bool) -> None:
    assert test(entries) is holds  # type: ignore[operator]
