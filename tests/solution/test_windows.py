"""Convolution and pooling: random geometries against plain loops under autograd, and against central differences."""

import json

import autograd
import autograd.numpy as anp
import mpmath
import numpy
import pytest
from flint import arb, fmpq
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import symback
from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree
from tests.solution.exercises import decimals

SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def made(content):
    """The exercise of a dictionary of an exercise file."""
    return exercise_from(parse_tree(json.dumps(content).encode(), "made.json", ".json"), "made.json", "made")


# The layers as a textbook has them, over lists of maps (each a list of rows) of any numbers: no code of ours.


def correlated(maps, kernels, biases, stride, padding):
    """One map for each kernel, which has a matrix for each map that comes in; padding is written out as zeros."""
    (above, beside), (down, across) = padding, stride
    wide = len(maps[0][0]) + 2 * beside
    empty = [[0] * wide for _ in range(above)]
    padded = [[*empty, *([*[0] * beside, *row, *[0] * beside] for row in each), *empty] for each in maps]
    found = []
    for kernel, bias in zip(kernels, biases, strict=True):
        high, broad = len(kernel[0]), len(kernel[0][0])
        rows = []
        for top in range(0, len(padded[0]) - high + 1, down):
            row = []
            for left in range(0, wide - broad + 1, across):
                total = bias
                for image, weights in zip(padded, kernel, strict=True):
                    for u in range(high):
                        for v in range(broad):
                            total = total + image[top + u][left + v] * weights[u][v]
                row.append(total)
            rows.append(row)
        found.append(rows)
    return found


def pooled(maps, size, stride, choose):
    """One number for each window of each map."""
    found = []
    for image in maps:
        tops = range(0, len(image) - size[0] + 1, stride[0])
        lefts = range(0, len(image[0]) - size[1] + 1, stride[1])
        found.append([
            [choose([image[top + u][left + v] for u in range(size[0]) for v in range(size[1])]) for left in lefts]
            for top in tops
        ])  # fmt: skip
    return found


def average(window):
    return sum(window[1:], window[0]) / len(window)


def stacked(rows, layer):
    """A given kernel, as it lies in the solution, for each map and each that comes in."""
    (maps, channels), (high, _) = layer.option("maps"), layer.option("kernel")
    return [
        [[list(rows[(m * channels + c) * high + u]) for u in range(high)] for c in range(channels)] for m in range(maps)
    ]


def outcome(network, givens, tanh, check=lambda window: window):
    """Half the sum of squared errors, from givens as nested sequences."""
    maps, column = [[list(row) for row in givens["X"]]], None
    for number, layer in enumerate(network.layers, 1):
        if layer.kind == "conv":
            kernels = stacked(givens[f"K_{number}"], layer)
            biases = [row[0] for row in givens[f"b_{number}"]] if layer.bias else [0] * len(kernels)
            maps = correlated(maps, kernels, biases, layer.option("stride"), layer.option("padding"))
            if layer.activation == "tanh":
                maps = [[[tanh(entry) for entry in row] for row in each] for each in maps]
        elif layer.kind in ("max_pool", "avg_pool"):
            choose = average if layer.kind == "avg_pool" else lambda window: max(check(window))
            maps = pooled(maps, layer.option("size"), layer.option("stride"), choose)
        elif layer.kind == "flatten":
            column = [entry for each in maps for row in each for entry in row]
        else:
            weights = givens[f"W_{number}"]
            column = [sum(w * a for w, a in zip(row, column, strict=True)) for row in weights]
    outputs = [entry for each in maps for row in each for entry in row] if column is None else column
    targets = [entry for row in givens["y"] for entry in row]
    return sum((a - y) ** 2 for a, y in zip(outputs, targets, strict=True)) / 2


@st.composite
def sizes(draw, shape, most=3):
    """A window that fits, and a stride."""
    size = [draw(st.integers(1, min(most, length))) for length in shape]
    return size, [draw(st.integers(1, 3)) for _ in size]


@st.composite
def networks(draw):
    """A convolution of one or two maps, sometimes another over them, one kind of pooling, a dense layer or none."""
    rows, columns = draw(st.integers(2, 5)), draw(st.integers(1, 5))

    def numbers(count):
        return draw(st.lists(decimals(150), min_size=count, max_size=count))

    def matrix(high, wide):
        return [numbers(wide) for _ in range(high)]

    signal = columns == 1
    x, layers, shape, maps = matrix(rows, columns), [], (rows, columns), 1
    for _ in range(draw(st.integers(1, 2))):
        size, stride = draw(sizes(shape))
        padding = [draw(st.integers(0, length - 1)) for length in size]
        given = draw(st.integers(1, 2))

        def one(size=size):
            return numbers(size[0]) if signal else matrix(*size)

        kernels = [[one() for _ in range(maps)] for _ in range(given)]
        flat = kernels if maps > 1 else [each[0] for each in kernels] if given > 1 else kernels[0][0]
        layer = {"type": "conv", "K": flat, "stride": stride, "padding": padding}
        layer["activation"] = draw(st.sampled_from(["tanh", "identity"]))
        if draw(st.booleans()):
            layer["b"] = numbers(given)
        layers.append(layer)
        shape = tuple((n + 2 * p - k) // s + 1 for n, p, k, s in zip(shape, padding, size, stride, strict=True))
        maps = given
        if shape[1] == 1 and not signal:
            break
    size, stride = draw(sizes(shape, 2))
    layers.append({"type": draw(st.sampled_from(["max_pool", "avg_pool"])), "size": size, "stride": stride})
    shape = tuple((n - k) // s + 1 for n, k, s in zip(shape, size, stride, strict=True))
    if draw(st.booleans()):
        layers += [{"type": "flatten"}, {"W": matrix(2, maps * shape[0] * shape[1])}]
        y = numbers(2)
    else:
        y = matrix(maps * shape[0], shape[1])
    x, y = ([row[0] for row in each] if len(each[0]) == 1 and isinstance(each[0], list) else each for each in (x, y))
    return made({"x": x, "y": y, "layers": layers, "loss": "half_squared_error"})


def real(value):
    """A rational or a ball as an mpmath number."""
    if isinstance(value, arb):
        return mpmath.mpf(value.mid().str(40, radius=False))
    over, under = (value.p, value.q) if isinstance(value, fmpq) else (value.numerator, value.denominator)
    return mpmath.mpf(int(over)) / int(under)


def lists(exercise, scalar):
    return {name: [[scalar(cell.value) for cell in row] for row in each.rows] for name, each in exercise.givens.items()}


@SETTINGS
@given(exercise=networks())
def test_gradients_against_autograd(exercise):
    solution = symback.solve(exercise, 20)
    arrays = {name: numpy.array(rows) for name, rows in lists(exercise, float).items()}
    windows = []

    def loss(parameters):
        def clear(window):
            windows.append([getattr(entry, "_value", entry) for entry in window])
            return window

        return outcome(exercise.network, {**arrays, **parameters}, anp.tanh, clear)

    parameters = {name: arrays[name] for name in solution.derivation.parameters}
    gradients = autograd.grad(loss)(parameters)
    for window in windows:
        first, second, *_ = (*sorted(window, reverse=True), -numpy.inf)
        assume(first - second > 1e-9)
    assert set(solution.derivation.partials) == {f"d{name}" for name in parameters}
    for name, expected in gradients.items():
        found = [float(entry) for entry in solution.values(f"d{name}")]
        assert numpy.allclose(found, numpy.ravel(expected), rtol=1e-9, atol=1e-11), name


@settings(SETTINGS, max_examples=10)
@given(exercise=networks(), data=st.data())
def test_partial_derivatives_against_differences(exercise, data):
    """Central differences with 60 digits, one entry of each parameter."""
    solution = symback.solve(exercise, 20)
    with mpmath.workdps(60):
        givens = lists(exercise, real)

        def clear(window):
            first, second, *_ = (*sorted(window, reverse=True), -mpmath.inf)
            assume(first - second > mpmath.mpf(10) ** -9)
            return window

        h = mpmath.mpf(10) ** -20
        for name in solution.derivation.parameters:
            rows, columns = solution.shape(name)
            i, j = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
            ends = []
            for step in (h, -h):
                moved = [list(row) for row in givens[name]]
                moved[i][j] += step
                ends.append(outcome(exercise.network, {**givens, name: moved}, mpmath.tanh, clear))
            slope = (ends[0] - ends[1]) / (2 * h)
            found = real(solution.at_least(30)[f"d{name}"][i * columns + j])
            assert mpmath.almosteq(found, slope, rel_eps=mpmath.mpf(10) ** -18, abs_eps=mpmath.mpf(10) ** -25), name


TIE = {
    "x": [[1, 9, 1, 2], [9, 1, 3, 1], [1, 3, 1, 0], [2, 1, 0, 1]],
    "y": 1,
    "layers": [
        {"type": "conv", "K": [["0.1", "0.05"], ["0.05", "0.1"]], "b": -1, "activation": "sigmoid"},
        {"type": "conv", "K": [[1, "-0.5"], ["-0.5", 1]], "b": "0.5", "activation": "tanh"},
        {"type": "max_pool", "size": 2},
        {"type": "flatten"},
        {"W": [[1]], "b": "0.1", "activation": "sigmoid"},
    ],
    "loss": "squared_error",
}


def test_a_tie_that_no_precision_decides_goes_to_the_first():
    """The image and the kernels are symmetric, so the second map is, and its two greatest entries are equal."""
    solution = symback.solve(made(TIE))
    first, second, third, fourth = solution.values("dA_2")
    assert second != 0
    assert (first, third, fourth) == (0, 0, 0)
    assert solution.values("A_2")[1] is solution.values("A_2")[2]


@pytest.mark.parametrize("twice", [["1", "1"], ["-0.5", "-0.5"]])
def test_gradients_that_cancel_are_exactly_0_however_many_atoms_there_are(twice):
    """One entry wins both windows, and what comes back from them cancels; nine different values of tanh are too many
    for a closed form.
    """
    x = [["0.1", "0.2", "0.3"], ["0.4", "2", "0.5"], ["0.6", "0.7", "0.8"]]
    layers = [
        {"type": "conv", "K": [["1"]], "activation": "tanh"},
        {"type": "max_pool", "size": ["3", "2"], "stride": "1"},
        {"type": "flatten"},
        {"W": [[twice[0], str(-float(twice[1]))], ["0", "0"]], "activation": "identity"},
        {"W": [["1", "1"]], "activation": "tanh"},
    ]
    solution = symback.solve(made({"x": x, "y": "1", "layers": layers, "loss": "squared_error"}))
    assert solution.values("dA_1") == [0] * 9
    assert solution.values("dK_1") == [0]


def test_the_derivation_of_a_convolution_names_its_steps():
    solution = symback.solve(symback.load("max_pool"))
    assert solution.names == (
        "X", "y", "K_1", "b_1", "W_4", "b_4", "Z_1", "A_1", "A_2", "A_3", "Z_4", "A_4", "L", "dA_4", "dA_4/dZ_4",
        "dZ_4", "dW_4", "db_4", "dA_3", "dA_2", "dA_1", "dA_1/dZ_1", "dZ_1", "dK_1", "db_1",
    )  # fmt: skip
