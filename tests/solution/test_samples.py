"""Several samples, rows, all kinds of biases, softmax: against autograd, and against what is the same by algebra."""

import json
from dataclasses import replace

import autograd
import autograd.numpy as anp
import numpy
import pytest
import sympy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import symback
from symback.derivation.derive import derive
from symback.derivation.formula import to_sympy
from symback.document.board import Board, Writing
from symback.document.shares import derived
from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree
from tests.solution.exercises import decimals

SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def flat(rows):
    """The entries of a matrix, row by row."""
    return [text for row in rows for text in row]


def made(content):
    """The exercise of a dictionary of an exercise file."""
    return exercise_from(parse_tree(json.dumps(content).encode(), "made.json", ".json"), "made.json", "made")


@st.composite
def batches(draw):
    """Two layers over one to four samples, columns or rows, all kinds of biases, softmax at the end."""
    inputs, hidden, samples = (draw(st.integers(1, most)) for most in (3, 3, 4))
    classes = draw(st.integers(2, 3))
    rows = draw(st.booleans())

    def numbers(count):
        return draw(st.lists(decimals(150), min_size=count, max_size=count))

    layers = []
    inner = draw(st.sampled_from(["sigmoid", "tanh", "identity"]))
    for width, units, activation in ((inputs, hidden, inner), (hidden, classes, "softmax")):
        biases = draw(st.sampled_from(["unit", "shared", "w_0", "none"]))
        width += biases == "w_0"
        shape = (width, units) if rows else (units, width)
        layer = {"W": [numbers(shape[1]) for _ in range(shape[0])], "activation": activation}
        if biases in ("unit", "shared"):
            layer |= {"b": numbers(1 if biases == "shared" else units), "biases": biases}
        if biases == "w_0":
            layer["biases"] = biases
        layers.append(layer)
    content = {"layers": layers, "vectors": "rows" if rows else "columns"}
    data = []
    for _ in range(samples):
        winner = draw(st.integers(0, classes - 1))
        data.append({"x": numbers(inputs), "y": [str(int(k == winner)) for k in range(classes)]})
    if samples > 1:
        content |= {"samples": data, "reduce": draw(st.sampled_from(["mean", "sum"]))}
    else:
        content |= data[0]
    content["loss"] = draw(
        st.sampled_from(["cross_entropy", {"name": "cross_entropy", "shortcut": "no"}, "squared_error"])
    )
    return made(content)


def arrays(exercise):
    return {
        name: numpy.array([[float(cell.value) for cell in row] for row in given.rows])
        for name, given in exercise.givens.items()
    }


def array_loss(parameters, network, x, y):
    """The same in numpy, vectors as columns throughout."""
    rows = network.vectors == "rows"
    values, y = (x.T, y.T) if rows else (x, y)
    for number, layer in enumerate(network.layers, 1):
        weights = parameters[f"W_{number}"]
        weights = weights.T if rows else weights
        if layer.biases == "w_0":
            values = anp.concatenate([anp.ones((1, values.shape[1])), values])
        z = anp.dot(weights, values)
        if layer.bias:
            bias = parameters[f"b_{number}"]
            z = z + (bias.T if rows else bias)
        values = ARRAY[layer.activation](z)
    loss = anp.sum((values - y) ** 2) if network.loss == "squared_error" else -anp.sum(y * anp.log(values))
    return loss / (network.batch.samples if network.batch.reduce == "mean" else 1)


ARRAY = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z), axis=0, keepdims=True),
}


@SETTINGS
@given(batches())
def test_partials_against_autograd(exercise):
    given_arrays = arrays(exercise)
    x, y = given_arrays.pop("X"), given_arrays.pop("y")
    expected = autograd.grad(array_loss)(given_arrays, exercise.network, x, y)
    solution = symback.solve(exercise, 17)
    assert set(solution.derivation.partials) == {f"d{name}" for name in given_arrays}
    for name in solution.derivation.partials:
        found = numpy.array([[float(text) for text in row] for row in solution[name].decimal()])
        numpy.testing.assert_allclose(found, expected[name[1:]], rtol=1e-9, atol=1e-13, err_msg=name)
    loss = array_loss(given_arrays, exercise.network, x, y)
    numpy.testing.assert_allclose(float(solution["L"].decimal()[0][0]), loss, rtol=1e-12)


@SETTINGS
@given(batches())
def test_the_short_way_and_the_jacobian_come_to_the_same(exercise):
    if exercise.network.loss != "cross_entropy":
        return
    solutions = [
        symback.solve(replace(exercise, network=replace(exercise.network, loss_options=options)), 30)
        for options in ((), (("shortcut", "no"),))
    ]
    for name in solutions[0].derivation.partials:
        assert solutions[0][name].decimal(28) == solutions[1][name].decimal(28), name
    assert "dA_2" in solutions[1].derivation.by_name
    assert "dA_2" not in solutions[0].derivation.by_name


LAYERS = {
    "layers": [
        {"W": [["0.5", "0.25"], ["1", "-0.3"]], "b": ["0", "0.1"], "activation": "tanh"},
        {"W": [["0.2", "-0.1"], ["0.4", "0.3"]], "b": ["0.1", "-0.2"], "activation": "softmax"},
    ],
    "loss": "cross_entropy",
}
SAMPLES = [
    {"x": ["1", "2"], "y": ["1", "0"]},
    {"x": ["-1", "0.5"], "y": ["0", "1"]},
    {"x": ["0.3", "0"], "y": ["0", "1"]},
]
SGD = {"rule": "sgd", "rate": "0.5"}


def test_a_batch_is_the_mean_of_its_samples():
    batch = symback.solve(made({"samples": SAMPLES, **LAYERS}), 25)
    single = [symback.solve(made({**sample, **LAYERS}), 40) for sample in SAMPLES]
    for name in (*batch.derivation.partials, "L"):
        for place, text in enumerate(flat(batch[name].decimal())):
            parts = [sympy.Float(flat(each[name].decimal())[place], 40) for each in single]
            assert abs(sympy.Float(text, 40) - sum(parts) / 3) < sympy.Float("1e-24") * abs(sympy.Float(text, 40))


def test_samples_one_by_one_are_updates_in_their_order():
    """Two samples, two updates: the second sees the weights after the first."""
    one_by_one = symback.solve(made({"samples": SAMPLES[:2], **LAYERS, "update": {**SGD, "per": "sample"}}), 30)
    first = symback.solve(made({**SAMPLES[0], **LAYERS, "update": SGD}), 60)
    assert one_by_one["W_1_new"].decimal(28) == first["W_1_new"].decimal(28)
    moved = [
        {**layer, "W": first[f"W_{k}_new"].decimal(50), "b": flat(first[f"b_{k}_new"].decimal(50))}
        for k, layer in enumerate(LAYERS["layers"], 1)
    ]
    second = symback.solve(made({**SAMPLES[1], **LAYERS, "layers": moved, "update": SGD}), 40)
    assert one_by_one["L_new"].decimal(25) == second["L"].decimal(25)
    assert one_by_one["W_1_new2"].decimal(25) == second["W_1_new"].decimal(25)
    assert one_by_one.derivation.updates == 2
    # After the last update the first sample is seen again.
    assert "X_1" in one_by_one.derivation.by_name["Z_1_new2"].inputs


@pytest.mark.parametrize("samples", [1, 3])
@pytest.mark.parametrize("vectors", ["columns", "rows"])
def test_the_short_way_is_derived(samples, vectors):
    """Every side of the lines on the sheet is the same expression, once the targets add up to 1."""
    content = {**LAYERS, "vectors": vectors}
    content |= {"samples": SAMPLES[:samples]} if samples > 1 else SAMPLES[0]
    derivation = derive(made(content).network)
    board = Board(derivation, 8, 1000, lambda _question: None)
    writing = Writing(derivation.by_name["dZ_2"], board)
    for k in range(2):
        _, *sides = map(to_sympy, derived(writing, k))
        free = {symbol for side in sides for symbol in side.free_symbols}
        names = sorted((symbol for symbol in free if symbol.name.startswith("y")), key=str)
        assert len(names) == 2
        short = [sympy.simplify(side.subs(names[0], 1 - names[1])) for side in sides]
        assert all(sympy.simplify(side - short[-1]) == 0 for side in short)


def test_a_matrix_names_the_entry_that_fails():
    content = {"samples": [{"x": "1", "y": "1"}, {"x": "2", "y": "1"}], "loss": "binary_cross_entropy"}
    content["layers"] = [{"W": [["-1"]], "activation": "relu"}]
    with pytest.raises(symback.InputError, match=r"A_1\[1,1\]|L\[1,1\]"):
        symback.solve(made(content))
