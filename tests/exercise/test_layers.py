"""Joins, normalisation, attention and penalties in the exercise file: every fault with its place, naming both ends."""

import pytest

from symback.exercise.model import Layer
from tests.exercise.test_samples import faults, read, values

HEAD = "x: [1, 2]\ny: [1, 0]\nloss: squared_error\nlayers:\n  - {W: [[1, 2], [3, 4]]}\n"
TOKENS = "x: [[1, 0, 2], [0, 1, 1]]\ny: [[1, 2], [3, 4]]\nloss: squared_error\nlayers:\n"
WEIGHTS = "W_Q: [[1], [2], [3]], W_K: [[1], [0], [1]], W_V: [[1, 0], [0, 1], [1, 1]]"


@pytest.mark.parametrize(
    ("layer", "fault"),
    [
        ("{type: residual}", "layers[1].from is missing: what is added, one of X, A_1"),
        ("{type: residual, from: A_2}", 'from is "A_2", which does not come before layer 2; did you mean A_1?'),
        ("{type: residual, with: A_1, from: X}", "layers[1].with is not known"),
        ("{type: product}", "layers[1].with is missing: what it is multiplied by, one of X, A_1, or numbers"),
        ("{type: product, with: [1, 2, 3]}", "layers[1].with has 3 values, but layer 1 gives 2 values"),
        ("{type: product, with: B}", 'layers[1].with is "B", which does not come before layer 2'),
        ("{type: dropout}", "layers[1].mask is missing: what is kept, a list of 1 (kept) and 0 (dropped)"),
        ("{type: dropout, mask: [1, 0.5]}", 'layers[1].mask must hold 0 and 1 alone, got "0.5"'),
        ("{type: dropout, mask: [1]}", "layers[1].mask has 1 value, but layer 1 gives 2 values"),
        ("{type: dropout, mask: [[1, 0], [0, 1]]}", "has 2 x 2 values, but layer 1 gives 2 values, in all 1 x 2"),
        ("{type: dropout, mask: [1, 0], keep: 0}", "layers[1].keep must be more than 0 and at most 1, got 0"),
        ("{type: dropout, mask: [1, 0], keep: 1.5}", "layers[1].keep must be more than 0 and at most 1, got 1.5"),
        ("{type: layer_norm, gamma: [1, 2, 3]}", "layers[1].gamma has 3 values, but layer 1 gives 2 values"),
        ("{type: layer_norm, b: 1}", "layers[1].b has 1 value, but layer 1 gives 2 values"),
        ("{type: layer_norm, beta: [1, 2]}", "layers[1].beta is not known; did you mean b?"),
        ("{type: layer_norm, epsilon: -1}", "layers[1].epsilon must not be less than 0, got -1"),
        ("{type: batch_norm}", "is batch_norm, which takes means over samples, but one sample comes in at a time"),
        ("{type: attention}", "is attention, in which each row is a token (Q = X W_Q); write vectors: rows"),
    ],
)
def test_faults_of_a_layer(layer, fault):
    assert any(fault in each for each in faults(HEAD + f"  - {layer}\n"))


def test_a_residual_of_another_width_names_both_ends():
    text = HEAD.replace("[[1, 2], [3, 4]]", "[[1, 2], [3, 4], [5, 6]]") + "  - {type: residual, from: x}\n"
    assert "6:layers[1].from is X, which has 2 values, but layer 1 gives 3 values" in [
        each.replace(" layers", "layers") for each in faults(text)
    ]


def test_layer_norm_over_one_unit():
    text = HEAD.replace("[[1, 2], [3, 4]]", "[[1, 2]]") + "  - {type: layer_norm}\n"
    assert any("takes means over units, but layer 1 gives 1 value" in each for each in faults(text))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("W_Q: [[1], [2], [3]]", "W_Q: [[1, 1], [2, 1], [3, 1]]"), "W_Q has 2 columns, but W_K has 1"),
        (("W_V: [[1, 0], [0, 1], [1, 1]]", "W_V: [[1, 0], [0, 1]]"), "W_V has 2 rows, but x has 2 x 3 values"),
        (("W_K: [[1], [0], [1]], ", ""), "W_K is missing: the weights of the keys"),
        (("W_V: [[1, 0]", "causal: maybe, W_V: [[1, 0]"), 'causal is "maybe", which is not known'),
    ],
)
def test_faults_of_attention(change, fault):
    assert any(fault in each for each in faults(TOKENS + f"  - {{type: attention, {WEIGHTS}}}\n".replace(*change)))


def test_a_target_of_another_shape():
    text = TOKENS.replace("[[1, 2], [3, 4]]", "[[1, 2, 3], [3, 4, 5]]") + f"  - {{type: attention, {WEIGHTS}}}\n"
    assert any("has 2 x 3 values, but layer 1 gives 2 x 2" in each for each in faults(text))


@pytest.mark.parametrize(
    ("decay", "fault"),
    [
        ("0.1", 'weight_decay must be a mapping like {l2: 0.1}, got "0.1"'),
        ("{}", "weight_decay must be a mapping like {l2: 0.1}"),
        ("{l3: 0.1}", "weight_decay.l3 is not known; known here: l1, l2"),
        ("{l2: 0}", "weight_decay.l2 must be more than 0, got 0"),
    ],
)
def test_faults_of_a_penalty(decay, fault):
    assert any(fault in each for each in faults(HEAD + f"weight_decay: {decay}\n"))


def test_a_penalty_leaves_biases_out_so_they_cannot_be_in_the_weights():
    text = HEAD.replace("{W: [[1, 2], [3, 4]]}", "{W: [[1, 2, 0], [3, 4, 1]], biases: w_0}") + "weight_decay: {l1: 1}\n"
    assert any("leaves biases out, but those of layers[0] are a part of W" in each for each in faults(text))


def test_what_is_read():
    exercise = read(HEAD + "  - {type: dropout, mask: [1, 0], keep: 0.5}\n  - {type: layer_norm, b: [1, 2]}\n")
    assert exercise.network.layers[1] == Layer(2, bias=False, kind="dropout", givens=(("M_2", (2, 1)), ("p_2", (1, 1))))
    assert values(exercise.givens["M_2"]) == [["1"], ["0"]]
    assert values(exercise.givens["epsilon_3"]) == [["1e-5"]]
    assert list(exercise.givens)[3:] == ["M_2", "p_2", "b_3", "epsilon_3"]


def test_a_mask_for_each_sample_is_a_column():
    text = (
        "samples: [{x: [1, 2], y: [1, 0]}, {x: [3, 4], y: [0, 0]}, {x: [1, 1], y: [1, 1]}]\nloss: squared_error\n"
        "layers: [{type: dropout, mask: [[1, 0], [1, 1], [0, 0]]}]\n"
    )
    assert values(read(text).givens["M_1"]) == [["1", "1", "0"], ["0", "1", "0"]]
    assert values(read(text + "vectors: rows\n").givens["M_1"]) == [["1", "0"], ["1", "1"], ["0", "0"]]


def test_tokens_lie_in_rows():
    exercise = read(TOKENS + f"  - {{type: attention, {WEIGHTS}}}\n")
    assert (exercise.network.vectors, exercise.network.inputs, exercise.network.columns) == ("rows", 3, 2)
    assert list(exercise.givens) == ["X", "y", "W_Q1", "W_K1", "W_V1"]
