"""Random networks of all kinds of layers against autograd; penalties, and figures that books and notes print."""

import json

import autograd
import autograd.numpy as anp
import numpy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import symback
from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree

SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
ACTIVATIONS = {"identity": lambda z: z, "tanh": anp.tanh, "sigmoid": lambda z: 1 / (1 + anp.exp(-z))}


def exercise(content):
    return exercise_from(parse_tree(json.dumps(content), None, ".json"), "made in a test", "made in a test")


# The layers as their papers have them, over rows of samples, in floats: no code of ours in between.


def dense(layer, values, outputs):
    return ACTIVATIONS[layer["activation"]](outputs[-1] @ values["W"] + values["b"])


def residual(layer, _values, outputs):
    return ACTIVATIONS[layer["activation"]](outputs[-1] + outputs[earlier(layer["from"])])


def product(layer, _values, outputs):
    return outputs[-1] * (outputs[earlier(layer["with"])] if isinstance(layer["with"], str) else floats(layer["with"]))


def dropout(layer, _values, outputs):
    return outputs[-1] * floats(layer["mask"]) / float(layer.get("keep", 1))


def normalised(layer, values, z, axis):
    mean = anp.mean(z, axis=axis, keepdims=True)
    variance = anp.mean((z - mean) ** 2, axis=axis, keepdims=True)
    hat = (z - mean) / anp.sqrt(variance + float(layer["epsilon"]))
    return ACTIVATIONS[layer["activation"]](values.get("gamma", 1) * hat + values.get("b", 0))


def attention(layer, values, outputs):
    q, k, v = (outputs[-1] @ values[name] for name in ("W_Q", "W_K", "W_V"))
    scores = q @ k.T / anp.sqrt(k.shape[1])
    if layer.get("causal") == "yes":
        scores = anp.where(numpy.tril(numpy.ones(scores.shape)) == 1, scores, -anp.inf)
    powers = anp.exp(scores - anp.max(scores, axis=1, keepdims=True))
    return powers / anp.sum(powers, axis=1, keepdims=True) @ v


ORACLES = {
    "dense": dense,
    "residual": residual,
    "product": product,
    "dropout": dropout,
    "layer_norm": lambda layer, values, outputs: normalised(layer, values, outputs[-1], 1),
    "batch_norm": lambda layer, values, outputs: normalised(layer, values, outputs[-1], 0),
    "attention": attention,
}
LEARNED = ("W", "b", "gamma", "W_Q", "W_K", "W_V")


def floats(rows):
    return numpy.array(rows, dtype=float)


def earlier(name):
    return 0 if name == "X" else int(name.removeprefix("A_"))


def loss(values, content, x, y, samples):
    """The mean over the samples (of a whole matrix the sum) of the squared error, and the penalties."""
    outputs = [x]
    for layer, own in zip(content["layers"], values, strict=True):
        outputs.append(ORACLES[layer["type"]](layer, own, outputs))
    total = anp.sum((outputs[-1] - y) ** 2) / samples
    weights = [own[name] for own in values for name in own if name.startswith("W")]
    decay = content.get("weight_decay", {})
    total = total + float(decay.get("l1", 0)) * sum(anp.sum(anp.abs(w)) for w in weights)
    return total + float(decay.get("l2", 0)) / 2 * sum(anp.sum(w**2) for w in weights)


def turned(content):
    """The same exercise with columns for vectors: its weights lie the other way round."""
    layers = [
        {**layer, "W": [list(column) for column in zip(*layer["W"], strict=True)]} if "W" in layer else layer
        for layer in content["layers"]
    ]
    return {**content, "layers": layers, "vectors": "columns"}


def agree(content, x, y, samples, made):
    """Whether the loss and all its derivatives are those of autograd."""
    values = [{name: floats(layer[name]) for name in LEARNED if name in layer} for layer in content["layers"]]
    solution = symback.solve(made)
    expected = loss(values, content, x, y, samples)
    assert float(solution["L"].decimal(17)[0][0]) == pytest.approx(expected, rel=1e-10, abs=1e-12)
    gradients = autograd.grad(loss)(values, content, x, y, samples)
    names = []
    for number, (layer, found) in enumerate(zip(content["layers"], gradients, strict=True), 1):
        for key, gradient in found.items():
            name = f"d{key}{number}" if key.startswith("W_") else f"d{key}_{number}"
            names.append(name)
            ours = floats(solution[name].decimal(17))
            if made.network.vectors == "columns" and layer["type"] == "dense" and key == "W":
                ours = ours.T
            assert ours.reshape(gradient.shape) == pytest.approx(gradient, rel=1e-8, abs=1e-10), name
    assert set(solution.derivation.partials) == set(names)


HUNDREDTHS = st.integers(-200, 200).filter(lambda k: k != 0).map(lambda k: f"{k / 100:.2f}")


def rows_of(draw, rows, columns):
    return [[draw(HUNDREDTHS) for _ in range(columns)] for _ in range(rows)]


def vector(draw, count):
    return [draw(HUNDREDTHS) for _ in range(count)]


@st.composite
def layer_after(draw, widths, samples):
    """A layer that fits behind the ones that gave these widths, and its width."""
    width = widths[-1]
    alike = [number for number, each in enumerate(widths) if each == width]
    kinds = ["dense", "residual", "product", "dropout", *(["layer_norm"] if width > 1 else [])]
    kind = draw(st.sampled_from([*kinds, *(["batch_norm"] if samples > 1 else [])]))
    activation = draw(st.sampled_from(list(ACTIVATIONS)))
    names = ["X", *(f"A_{number}" for number in range(1, len(widths)))]
    name = names[draw(st.sampled_from(alike))]
    match kind:
        case "dense":
            units = draw(st.integers(1, 3))
            made = {"W": rows_of(draw, width, units), "b": vector(draw, units), "activation": activation}
            return {"type": kind, **made}, units
        case "residual":
            return {"type": kind, "from": name, "activation": activation}, width
        case "product":
            return {"type": kind, "with": draw(st.just(name) | st.just(vector(draw, width)))}, width
        case "dropout":
            mask = [draw(st.sampled_from(["0", "1"])) for _ in range(width)]
            many = draw(st.booleans()) and samples > 1
            whole = [[draw(st.sampled_from(["0", "1"])) for _ in range(width)] for _ in range(samples)]
            keep = draw(st.sampled_from([{}, {"keep": "0.5"}]))
            return {"type": kind, "mask": whole if many else mask, **keep}, width
    learned = {key: vector(draw, width) for key in draw(st.sampled_from([(), ("gamma",), ("b",), ("gamma", "b")]))}
    return {"type": kind, **learned, "epsilon": "0.25", "activation": activation}, width


@st.composite
def networks(draw):
    samples = draw(st.integers(1, 3))
    widths, layers = [draw(st.integers(1, 3))], []
    for _ in range(draw(st.integers(1, 5))):
        layer, width = draw(layer_after(widths, samples))
        layers.append(layer)
        widths.append(width)
    layers.append({"type": "dense", "W": rows_of(draw, widths[-1], 2), "b": vector(draw, 2), "activation": "identity"})
    pairs = [{"x": vector(draw, widths[0]), "y": vector(draw, 2)} for _ in range(samples)]
    decay = draw(st.sampled_from([{}, {"l1": "0.1"}, {"l2": "0.3"}, {"l1": "0.02", "l2": "0.1"}]))
    content = {"samples": pairs, "layers": layers, "loss": "squared_error", "vectors": "rows"}
    return {**content, **({"weight_decay": decay} if decay else {})}


@SETTINGS
@given(content=networks(), columns=st.booleans())
def test_networks_against_autograd(content, columns):
    x, y = (floats([pair[key] for pair in content["samples"]]) for key in ("x", "y"))
    made = exercise(turned(content) if columns else content)
    agree(content, x, y, len(x), made)


@st.composite
def transformers(draw):
    """Attention, and what stands around it in a block of a transformer."""
    tokens, width, keys = draw(st.integers(1, 4)), draw(st.integers(2, 3)), draw(st.integers(1, 3))
    shapes = {"W_Q": (width, keys), "W_K": (width, keys), "W_V": (width, width)}
    causal = draw(st.sampled_from([{}, {"causal": "yes"}, {"causal": "no"}]))
    attended = {"type": "attention", **{name: rows_of(draw, *shape) for name, shape in shapes.items()}, **causal}
    mask = {"type": "dropout", "mask": [["1"] * width for _ in range(tokens)], "keep": "0.8"}
    mask["mask"][0][0] = "0"
    norm = {"type": "layer_norm", "gamma": vector(draw, width), "epsilon": "0.1", "activation": "identity"}
    last = {"type": "dense", "W": rows_of(draw, width, 2), "b": vector(draw, 2), "activation": "tanh"}
    around = {"type": "residual", "from": "X", "activation": "identity"}
    count = draw(st.integers(0, 4))
    layers = [attended, *[mask, around, norm, last][:count]]
    x, y = rows_of(draw, tokens, width), rows_of(draw, tokens, 2 if count == 4 else width)
    return {"x": x, "y": y, "layers": layers, "loss": "squared_error"}


@SETTINGS
@given(content=transformers())
def test_attention_against_autograd(content):
    made = exercise(content)
    assert made.network.vectors == "rows"
    agree(content, floats(content["x"]), floats(content["y"]), 1, made)


TOKENS = {
    "x": [[1, 0, 1, 0], [0, 1, 0, 1], [1, 1, 0, 0]],
    "y": [[1, 1, 0], [1, 1, 1], [2, 0, 0]],
    "layers": [
        {
            "type": "attention",
            "W_Q": [[1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]],
            "W_K": [[1, 0, 1], [0, 1, 1], [1, 1, 0], [1, 1, 0]],
            "W_V": [[1, 0, 1], [0, 1, 0], [1, 0, 0], [1, 0, 0]],
        }
    ],
    "loss": "half_squared_error",
}


def texts(value):
    """Numbers as they stand in a file."""
    if isinstance(value, dict):
        return {key: texts(each) for key, each in value.items()}
    return [texts(each) for each in value] if isinstance(value, list) else str(value)


def test_a_published_example_of_attention():
    """Notes on attention with numbers (Johorey): the second token meets three keys alike, so it takes thirds."""
    solution = symback.solve(exercise(texts(TOKENS)))
    assert solution["Q_1"].decimal()[1] == ["1", "1", "1"]
    assert solution["K_1"].decimal() == [["2", "1", "1"], ["1", "2", "1"], ["1", "1", "2"]]
    assert solution["S_1"].decimal()[1] == ["4", "4", "4"]
    assert solution["Z_1"].decimal(3)[1] == ["2.31"] * 3
    assert solution["P_1"].decimal(3)[1] == ["0.333"] * 3
    assert solution["A_1"].exact[1] == ["4/3", "2/3", "2/3"]


def test_means_stay_exact_and_perfect_squares_have_roots():
    """A column 1, 2, 3, 6: mean 3, variance 3.5; with epsilon 0.5 the deviation is 2."""
    content = {
        "x": [1, 2, 3, 6],
        "y": [0, 0, 0, 0],
        "layers": [{"type": "layer_norm", "epsilon": 0.5}],
        "loss": "squared_error",
    }
    solution = symback.solve(exercise(texts(content)))
    assert solution["mu_1"].exact == [["3"]]
    assert solution["var_1"].exact == [["7/2"]]
    assert solution["s_1"].exact == [["2"]]
    assert solution["Xhat_1"].exact == [["-1"], ["-1/2"], ["0"], ["3/2"]]


def test_the_penalty_of_a_weight_of_0_has_no_slope():
    content = {
        "x": [1, 2],
        "y": [1],
        "layers": [{"W": [[0, -3]], "b": [2]}],
        "loss": "squared_error",
        "weight_decay": {"l1": 0.5},
    }
    made = symback.solve(exercise(texts(content)))
    assert made["R"].exact == [["3/2"]]
    assert made["dW_1.penalty"].exact == [["0", "-1/2"]]
    # (-6 + 2 - 1) 2 = -10, times the inputs 1 and 2.
    assert made["dW_1"].exact == [["-10", "-41/2"]]
    assert made["db_1"].exact == [["-10"]]


def test_weight_decay_shrinks_the_weights():
    """Nielsen 2015, chapter 3: an update by eta multiplies a weight without gradient by 1 - eta lambda."""
    content = {
        "x": [0, 0],
        "y": [2],
        "layers": [{"W": [[3, -1]], "b": [2]}],
        "loss": "squared_error",
        "weight_decay": {"l2": 0.5},
        "update": {"rule": "sgd", "rate": 0.1, "steps": 2},
    }
    made = symback.solve(exercise(texts(content)))
    assert made["L_0"].exact == [["0"]]
    assert made["L"].exact == made["R"].exact == [["5/2"]]
    assert made["W_1_new"].decimal() == [["2.85", "-0.95"]]
    assert made["W_1_new2"].decimal() == [["2.7075", "-0.9025"]]
    assert made["b_1_new2"].exact == [["2"]]
