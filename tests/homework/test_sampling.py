"""Drawing: the same for the same student whoever else is there, well-behaved, and never endless."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

import symback
from symback.document.json_form import solution_json
from symback.errors import InputError
from symback.exercise.schema import read_exercise
from symback.homework.defaults import recipe_of
from symback.homework.keep import chance_text, exercise_of, exercise_text
from symback.homework.key import KeyForm
from symback.homework.sampling import Sampler, givens_digest
from symback.homework.stream import ALPHABET, Stream, key_of
from symback.homework.telling import hidden_slip
from symback.homework.variant import Variant
from tests.homework.test_recipe import BODY, exercise


def sampler(name: str = "paper", seed: int = 1) -> Sampler:
    loaded = symback.load(name)
    return Sampler(loaded, recipe_of(loaded), seed)


def small(folder: Path, recipe: str, seed: int = 1, body: str = BODY) -> Sampler:
    loaded = exercise(folder, recipe, body)
    return Sampler(loaded, recipe_of(loaded), seed)


def numbers(variant: Variant) -> dict[str, list[str]]:
    givens = variant.exercise.givens
    return {name: [cell.text for row in given.rows for cell in row] for name, given in givens.items()}


def test_a_variant_is_what_it_was_when_this_was_written() -> None:
    """Papers handed out last year are marked by variants drawn again today: these values never change."""
    variant = sampler(seed=7).variant("17")
    assert variant.code == "FYTJKT"
    assert numbers(variant) == {
        "X": ["30", "5", "5"],
        "y": ["75"],
        "W_1": ["0.2", "0.4", "0.8", "0.9", "0.1", "0.7", "0.4", "0.6", "0.1"],
        "b_1": ["0.2", "0.4", "0.8"],
        "W_2": ["0.4", "0.2", "0.2"],
        "b_2": ["0.4"],
    }


def test_a_variant_hangs_on_nobody_else() -> None:
    alone = sampler().variant("17")
    for count in (17, 40):
        found = {each.id: each for each in symback.variants("paper", count, 1)}
        assert numbers(found["17"]) == numbers(alone)
        assert found["17"].code == alone.code


@pytest.mark.parametrize("change", ["seed", "id", "draw", "recipe"])
def test_other_questions_have_other_answers(tmp_path: Path, change: str) -> None:
    here = small(tmp_path, "vary: {x: {integers: [1, 900]}}\n")
    other = {
        "seed": lambda: small(tmp_path, "vary: {x: {integers: [1, 900]}}\n", seed=2).variant("a"),
        "id": lambda: here.variant("b"),
        "draw": lambda: here.variant("a", draw=1),
        "recipe": lambda: small(tmp_path, "vary: {x: {integers: [1, 901]}}\n").variant("a"),
    }[change]()
    assert numbers(other) != numbers(here.variant("a"))


def test_title_language_and_mark_change_no_number(tmp_path: Path) -> None:
    plain = small(tmp_path, "")
    shown = small(tmp_path, 'language: ru\ndecimal: ","\n', body=BODY.replace("Small", "Другое"))
    assert numbers(plain.variant("a")) == numbers(shown.variant("a"))


def test_the_stream_is_even() -> None:
    stream = Stream(key_of("x"), 1)
    counts = Counter(stream.whole(7, "a", k) for k in range(7000))
    assert all(abs(counts[value] - 1000) < 160 for value in range(7))
    assert stream.whole(10**400, "big").bit_length() > 1200


def test_no_two_questions_are_the_same_text() -> None:
    stream = Stream(key_of("x"), 1)
    asked = [("ab", "c"), ("a", "bc"), ("abc",), ("ab", "c", ""), ("1", 2), ("12",)]
    assert len({stream.whole(2**64, *each) for each in asked}) == len(asked)


def test_codes_hold_no_sign_that_is_mistaken() -> None:
    assert not set(ALPHABET) & set("01OILEAU258SZBGV")
    assert all(set(variant.code) <= set(ALPHABET) for variant in symback.variants("paper", 30, 1))


@pytest.mark.parametrize("seed", range(20))
def test_stress_every_variant_meets_its_recipe_and_solves(tmp_path: Path, seed: int) -> None:
    """As R/exams' stresstest: many seeds, and everything that can be asked of each variant."""
    recipe = """vary:
  x: {integers: [-9, 9], nonzero: true}
  W_1: {decimals: 1, between: [-0.9, 0.9], nonzero: true}
  W_2: like the original
  y: {choices: [0, 1]}
require:
  Z_1: {away_from: 0, by: 0.1}
  Z_2: {between: [-4, 4]}
  dW_1: {nonzero: true}
"""
    drawn = small(tmp_path, recipe, seed)
    for student in range(10):
        variant = drawn.variant(str(student))
        solution = variant.solution
        assert all(abs(entry) >= Fraction(1, 10) for entry in map(_fraction, solution.values("Z_1")))
        assert all(-4 <= _fraction(entry) <= 4 for entry in solution.values("Z_2"))
        assert any(cell != "0" for row in solution["dW_1"].decimal() for cell in row)
        given = numbers(variant)
        assert all(value.lstrip("-") not in ("0", "0.0") for value in given["X"] + given["W_1"])
        assert given["b_1"] == ["0.1", "0"]
        assert set(given["y"]) <= {"0", "1"}


def _fraction(entry: object) -> Fraction:
    return Fraction(str(entry))


@pytest.mark.parametrize("network", ["relu", "sigmoid", "tanh", "leaky_relu", "softplus", "gelu"])
def test_the_default_works_for_every_activation(tmp_path: Path, network: str) -> None:
    drawn = small(tmp_path, "", body=BODY.replace("relu", network))
    tries = [drawn.variant(str(student)).tries for student in range(20)]
    assert sum(tries) < 20 * 100


def test_a_default_variant_is_no_further_saturated() -> None:
    original = symback.solve(symback.load("paper"))
    limit = _fraction(original.values("Z_2")[0]) + 1
    assert all(_fraction(v.solution.values("Z_2")[0]) <= limit for v in symback.variants("paper", 20, 3))


def test_a_recipe_that_cannot_be_met_names_what_fails_most(tmp_path: Path) -> None:
    recipe = """vary: {x: {integers: [1, 900]}}
require:
  A_2: {between: [0, 1]}
  Z_2: {between: [0, 0.01]}
  Z_1: {between: [-9, 9]}
"""
    words = r"small.yaml:11: require: no variant .* in 10,000 tries; what fails most often is Z_2: between 0 and 0.01"
    with pytest.raises(InputError, match=words):
        small(tmp_path, recipe).variant("1")


def test_a_recipe_without_numbers_is_tried_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing varies"):
        small(tmp_path, "vary: {y: {choices: [1]}}\nrequire: {Z_1: {between: [100, 101]}}\n").variant("1")


def test_slips_show_where_that_is_required(tmp_path: Path) -> None:
    recipe = "vary: {x: {integers: [-2, 2]}, y: {choices: [0, 1]}}\nrequire: "
    drawn = small(tmp_path, recipe + "{distinct: [dW_2]}\n")
    careless = small(tmp_path, recipe + "{A_2: {between: [0, 1]}}\n")
    for student in range(15):
        assert hidden_slip(drawn.variant(str(student)).solution, "dW_2", 3) is None
    hidden = [hidden_slip(careless.variant(str(student)).solution, "dW_2", 3) for student in range(15)]
    assert any(hidden)


def test_an_exercise_is_kept_as_text(tmp_path: Path) -> None:
    body = BODY.replace("0.5, -0.2", '"0,50", 1/3').replace("title: Small", 'title: "a \\"b\\" ж"\ndecimal: ","')
    loaded = exercise(tmp_path, "vary: like the original\n", body)
    again = exercise_of(exercise_text(loaded))
    assert (again.title, again.network, dict(again.givens)) == (loaded.title, loaded.network, dict(loaded.givens))
    assert chance_text(again) == chance_text(loaded)
    assert exercise_text(again) == exercise_text(loaded)


@pytest.mark.parametrize("digits", [1, 3, 10, 25])
def test_a_key_is_what_solve_says(digits: int) -> None:
    drawn = sampler()
    form = KeyForm(drawn.exercise, digits)
    for student in range(8):
        variant = drawn.variant(str(student))
        key = form.fill(variant)
        assert key == form.fill(replace(variant, drawn=None))
        wanted = json.loads(solution_json(variant.solution, digits))
        for made, solved in zip(json.loads(key)["quantities"], wanted["quantities"], strict=True):
            assert {**made, "exact": 0} == {**solved, "exact": 0}
            pairs = zip(sum(map(tuple, made["exact"]), ()), sum(map(tuple, solved["exact"]), ()), strict=True)
            assert all(cell in (None, sure) for cell, sure in pairs)
            if made["phase"] == "given" or made["name"] == "Z_1":
                assert made["exact"] == solved["exact"]


def test_digests_tell_numbers_apart(tmp_path: Path) -> None:
    drawn = small(tmp_path, "vary: {x: {integers: [1, 3]}}\n")
    found = {givens_digest(drawn.variant(str(k)).exercise): numbers(drawn.variant(str(k)))["X"] for k in range(60)}
    assert len(found) == len({tuple(row) for row in found.values()}) == 9


def test_a_variant_is_an_exercise_of_its_own(tmp_path: Path) -> None:
    loaded = exercise(tmp_path, "vary: {x: {integers: [1, 3]}}\npoints: {dW_2: 3}\n")
    variant = Sampler(loaded, recipe_of(loaded), 1).variant("1")
    assert set(variant.exercise.extra) == {"points"}
    path = tmp_path / "again.json"
    path.write_text(exercise_text(variant.exercise), encoding="utf-8")
    assert dict(read_exercise(path).givens) == dict(variant.exercise.givens)
