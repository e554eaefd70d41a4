"""Samples, vectors and biases in the exercise file: what is read, and every fault with its place."""

import pytest

from symback.errors import InputError
from symback.exercise.model import Batch, Layer, Network, Update
from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree

GOOD = """\
samples:
  - {x: [1, 2], y: [1, 0]}
  - {x: [-1, 0.5], y: [0, 1]}
  - {x: [0, 3], y: [0, 1]}
layers:
  - {W: [[0.5, 0.25], [1, -0.3], [2, 1]], b: [0, 0.1, 0.2], activation: relu}
  - {W: [[0.2, -0.1, 0], [0.4, 0.3, 1]], b: 0.5, biases: shared, activation: softmax}
loss: cross_entropy
reduce: sum
"""


def read(text):
    return exercise_from(parse_tree(text.encode(), "made.yaml"), "made.yaml", "made")


def faults(text):
    with pytest.raises(InputError) as caught:
        read(text)
    return [str(fault).removeprefix("made.yaml:") for fault in caught.value.faults]


def values(given):
    return [[cell.text for cell in row] for row in given.rows]


def test_samples_are_columns():
    exercise = read(GOOD)
    layers = (Layer(3, "relu"), Layer(2, "softmax", biases="shared"))
    assert exercise.network == Network(2, layers, "cross_entropy", None, 3, Batch(3, "sum"))
    assert values(exercise.givens["X"]) == [["1", "-1", "0"], ["2", "0.5", "3"]]
    assert values(exercise.givens["y"]) == [["1", "0", "0"], ["0", "1", "1"]]
    assert values(exercise.givens["b_2"]) == [["0.5"]]


def test_samples_are_rows():
    text = GOOD.replace("[[0.5, 0.25], [1, -0.3], [2, 1]]", "[[0.5, 1, 2], [0.25, -0.3, 1]]")
    text = text.replace("[[0.2, -0.1, 0], [0.4, 0.3, 1]]", "[[0.2, 0.4], [-0.1, 0.3], [0, 1]]")
    exercise = read(text + "vectors: rows\n")
    assert values(exercise.givens["X"]) == [["1", "2"], ["-1", "0.5"], ["0", "3"]]
    assert values(exercise.givens["b_1"]) == [["0", "0.1", "0.2"]]
    assert (exercise.network.inputs, exercise.network.columns, exercise.network.vectors) == (2, 3, "rows")


def test_one_by_one():
    exercise = read(GOOD.replace("reduce: sum", "update: {rule: sgd, rate: 0.1, per: sample, steps: 2}"))
    assert exercise.network.update == Update("sgd", 2, single=True)
    assert exercise.network.columns == 1
    assert list(exercise.givens)[:6] == ["X_1", "y_1", "X_2", "y_2", "X_3", "y_3"]


def test_a_bias_in_the_first_place():
    text = GOOD.replace("b: 0.5, biases: shared", "biases: w_0")
    exercise = read(text.replace("[[0.2,", "[[9, 0.2,").replace("[0.4,", "[9, 0.4,"))
    assert exercise.network.layers[1] == Layer(2, "softmax", bias=False, biases="w_0")


FAULTS = [
    ("y: [1, 0]}", "y: [0.5, 0]}", ["2: samples[0].y must add up to 1 for cross_entropy, but adds up to 1/2"]),
    ("y: [1, 0]}", "y: [1, 0, 0]}", [
        "2: samples[0].y has 3 values, but layer 2 gives 2",
        "3: samples[1].y has 2 values, but samples[0].y has 3",
        "4: samples[2].y has 2 values, but samples[0].y has 3",
    ]),
    ("{x: [-1, 0.5]", "{x: [-1]", ["3: samples[1].x has 1 value, but samples[0].x has 2"]),
    ("{x: [-1, 0.5], ", "{", ["3: samples[1].x is missing: the input, a number or a list of numbers"]),
    ("{x: [1, 2]", "{z: 1, x: [1, 2]", ["2: samples[0].z is not known; known here: x, y"]),
    ("[[0.5, 0.25], [1, -0.3], [2, 1]]", "[[0.5], [1], [2]]", [
        "6: layers[0].W has 1 column, but samples[0].x has 2 values"
    ]),
    ("activation: softmax", "activation: sigmoid", [
        "8: loss is cross_entropy, which needs chances, but the last layer gives sigmoid; use activation: softmax"
    ]),
    ("b: 0.5, biases: shared", "b: [1, 2], biases: shared", [
        "7: layers[1].b has 2 values, but is shared by all units"
    ]),
    ("b: 0.5, biases: shared", "biases: shared", ["7: layers[1].b is missing: the bias that all units share"]),
    ("b: 0.5, biases: shared", "b: 0.5, biases: w_0", [
        "7: layers[1].W has 3 columns, but layer 1 gives 3 values and w_0 takes one more",
        "7: layers[1].b stands beside a bias that is w_0, the first place of W",
    ]),
    ("biases: shared", "biases: common", [
        '7: layers[1].biases is "common", which is not known; known here: unit, shared, w_0',
        "7: layers[1].b has 1 value, but W has 2 rows",
    ]),
    ("reduce: sum", "reduce: average", ['9: reduce is "average", which is not known; known here: mean, sum']),
    ("reduce: sum", "x: [1, 2]", ["9: x stands beside samples; each sample has its own"]),
    ("reduce: sum", "vectors: row", [
        '9: vectors is "row", which is not known; did you mean rows? known here: columns, rows'
    ]),
    ("loss: cross_entropy", "loss: {name: cross_entropy, shortcut: maybe}", [
        '8: loss.shortcut is "maybe", which is not known; known here: yes, no'
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), FAULTS, ids=lambda text: str(text)[:30])
def test_faults(old, new, expected):
    assert old in GOOD
    found = faults(GOOD.replace(old, new, 1))
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("samples", ["[]", "7", "{x: 1, y: 2}", "[3]"])
def test_samples_that_are_none(samples):
    text = f"samples: {samples}\nlayers: [{{W: [[1]]}}]\nloss: squared_error\n"
    assert any(fault.startswith("1: samples") for fault in faults(text))


def test_reduce_without_samples():
    text = "x: 1\ny: 1\nlayers: [{W: [[1]]}]\nloss: squared_error\nreduce: mean\n"
    assert faults(text) == ["5: reduce says how the losses of samples become one, but there are no samples"]
