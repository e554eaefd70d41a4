"""Layers that go through time in the file: what is read of them, and every fault with both of its ends."""

import pytest

from symback.exercise.model import Layer
from tests.exercise.test_schema import faults, read, values

START = "x: [[1, 0], [0.5, -1]]\ny: 1\nloss: squared_error\n"
GRU = "type: gru, W_z: [[1]], U_z: [[1, 2]], W_r: [[1]], U_r: [[1, 2]], W_h: [[1]], U_h: [[1, 2]]"


def test_a_layer_with_what_is_usual():
    made = read(f"{START}layers: [{{type: rnn, W: [[0.5]], U: [[1, 2]]}}]\n")
    shapes = (("W", (1, 1)), ("U", (1, 2)), ("h_0", (1, 1)))
    options = (("gives", "last"),)
    layer = Layer(1, "tanh", False, biases="none", kind="rnn", givens=shapes, options=options)
    assert made.network.layers == (layer,)
    assert values(made, "X") == [[1, 0.5], [0, -1]]
    assert values(made, "h_0") == [[0]]
    assert (made.network.inputs, made.network.columns) == (2, 2)


def test_a_sequence_of_numbers_and_its_targets():
    text = "x: [1, 2, 3]\ny: [4, 5, 6]\nloss: squared_error\n"
    made = read(f"{text}layers: [{{type: rnn, W: [[1]], U: [[1]], gives: all}}]\n")
    assert (values(made, "X"), values(made, "y")) == ([[1, 2, 3]], [[4, 5, 6]])


def test_several_targets_at_each_time():
    text = "x: [1, 2]\ny: [[4, 5], [6, 7]]\nloss: squared_error\n"
    made = read(f"{text}layers: [{{type: rnn, W: [[1, 0], [0, 1]], U: [[1], [1]], gives: all}}]\n")
    assert values(made, "y") == [[4, 6], [5, 7]]


def test_the_choices_of_a_gru():
    made = read(f"{START}layers: [{{{GRU}, keeps: z, reset: after}}]\n")
    assert dict(made.network.layers[0].options) == {"gives": "last", "keeps": "z", "reset": "after"}


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (
            "{type: rnn}",
            [
                "layers[0].W is missing: the rows of the weight matrix that goes with the state before",
                "layers[0].U is missing: the rows of the weight matrix that goes with x",
            ],
        ),
        (
            "{type: rnn, W: [[1, 2]], U: [[1, 2, 3]], b: [1, 2], h_0: [1, 2]}",
            [
                "layers[0].W has 2 columns, but 1 row: it goes with the state",
                "layers[0].U has 3 columns, but x has 2 values at each time",
                "layers[0].b has 2 values, but W has 1 row",
                "layers[0].h_0 has 2 values, but W has 1 row",
            ],
        ),
        (
            "{type: rnn, W: [[1]], U: [[1, 2]], activation: softmax, gives: some}",
            [
                'layers[0].gives is "some", which is not known; known here: last, all',
                "layers[0].activation is softmax, which is no function of a single entry",
            ],
        ),
        (
            "{type: gru, W_z: [[1]], U_z: [[1, 2]], W_r: [[1, 2]], U_r: [[1, 2]], W_h: [[1]], U_h: [[1, 2], [3, 4]]}",
            [
                "layers[0].W_r has 2 columns, but W_z has 1 row: it goes with the state",
                "layers[0].U_h has 2 rows, but W_z has 1",
            ],
        ),
        (
            "{type: rnn, W: [[1]], U: [[1, 2]]}, {type: rnn, W: [[1]], U: [[1]]}",
            ["layers[1].type goes through time and takes the sequence x, so it must be the first layer"],
        ),
        (
            "{type: rnn, W: [[1]], U: [[1, 2]]}, {W: [[1, 2]]}",
            ["layers[1].W has 2 columns, but layer 1 gives 1 value"],
        ),
    ],
)
def test_faults(layers, expected):
    found = [each for each in faults(f"{START}layers: [{layers}]\n") if "4: layers" in each]
    assert found == [f"paper.yaml:4: {each}" for each in expected]


def test_targets_for_each_time():
    (found,) = faults(f"{START}layers: [{{type: rnn, W: [[1]], U: [[1, 2]], gives: all}}]\n")
    assert found == "paper.yaml:2: y has 1 x 1 values, but layer 1 gives 1 x 2"


def test_what_does_not_go_with_a_sequence():
    rows = faults(f"vectors: rows\n{START}layers: [{{type: rnn, W: [[1]], U: [[1, 2]]}}]\n")
    assert rows == ["paper.yaml:5: layers[0].type goes with vectors: columns; x is a list over time"]
    text = "samples: [{x: 1, y: 2}]\nloss: squared_error\nlayers: [{type: rnn, W: [[1]], U: [[1]]}]\n"
    assert faults(text) == ["paper.yaml:1: samples go with layers that take vectors; this takes one x and y"]


def test_more_times_than_are_read():
    text = "x: [" + ", ".join("1" * 65) + "]\ny: 1\nloss: squared_error\nlayers: [{type: rnn, W: [[1]], U: [[1]]}]\n"
    assert "paper.yaml:1: x must have 1 to 64 values, got 65" in faults(text)
