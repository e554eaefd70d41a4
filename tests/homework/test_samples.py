"""Homework with several samples, rows, softmax: an exercise is kept whole, its variants are of its kind."""

import pytest

import symback
from symback.homework.keep import exercise_of, exercise_text

NAMES = ("batch", "rows", "softmax", "softmax_jacobian", "stochastic")


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_is_kept_whole(name):
    exercise = symback.load(name)
    again = exercise_of(exercise_text(exercise))
    assert (again.network, dict(again.givens)) == (exercise.network, dict(exercise.givens))


@pytest.mark.parametrize("name", NAMES)
def test_variants(name):
    exercise = symback.load(name)
    made = list(symback.variants(exercise, 3, 5))
    assert len({tuple(str(given.rows) for given in each.exercise.givens.values()) for each in made}) == 3
    for variant in made:
        assert variant.exercise.network == exercise.network
        if exercise.network.loss == "cross_entropy":
            rows = variant.exercise.givens["y"].rows
            samples = rows if exercise.network.vectors == "rows" else zip(*rows, strict=True)
            assert all(sum(cell.value for cell in sample) == 1 for sample in samples)


def test_chances_do_not_vary_one_by_one(tmp_path):
    path = tmp_path / "made.yaml"
    layer = "{W: [[0.2, 0.1], [0.3, 0.4]], activation: softmax}"
    vary = "vary: {y: {choices: [0, 1]}}"
    path.write_text(f"x: [1, 2]\ny: [1, 0]\nlayers:\n  - {layer}\nloss: cross_entropy\n{vary}\n")
    with pytest.raises(symback.InputError, match=r"made.yaml:6: vary.y holds the chances of cross_entropy"):
        list(symback.variants(symback.load(path), 1, 1))
