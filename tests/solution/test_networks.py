"""Random networks: every partial derivative against differences at high precision and against autograd."""

import math

import autograd
import autograd.numpy as anp
import mpmath
import numpy
import pytest
from autograd.extend import defvjp, primitive
from hypothesis import HealthCheck, assume, given, settings

import symback
from symback.exercise.names import ACTIVATIONS, LOSSES
from tests.solution.exercises import TAME, exercises

SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# The networks as a textbook has them, over mpmath: no code of ours in between.
FUNCTIONS = {
    "identity": lambda z: z,
    "relu": lambda z: z if z > 0 else mpmath.mpf(0),
    "leaky_relu": lambda z: z if z > 0 else z / 100,
    "elu": lambda z: z if z > 0 else mpmath.expm1(z),
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "tanh": mpmath.tanh,
    "softplus": lambda z: mpmath.log1p(mpmath.exp(z)),
    "silu": lambda z: z / (1 + mpmath.exp(-z)),
    "gelu": lambda z: z * mpmath.ncdf(z),
}
ERRORS = {
    "squared_error": lambda a, y, _n: (a - y) ** 2,
    "half_squared_error": lambda a, y, _n: (a - y) ** 2 / 2,
    "mean_squared_error": lambda a, y, n: (a - y) ** 2 / n,
    "half_mean_squared_error": lambda a, y, n: (a - y) ** 2 / (2 * n),
    "absolute_error": lambda a, y, _n: abs(a - y),
    "binary_cross_entropy": lambda a, y, _n: -y * mpmath.log(a) - (1 - y) * mpmath.log1p(-a),
    "binary_cross_entropy_with_logits": lambda a, y, _n: (
        y * mpmath.log1p(mpmath.exp(-a)) + (1 - y) * mpmath.log1p(mpmath.exp(a))
    ),
    "cross_entropy": lambda a, y, _n: -y * mpmath.log(a),
    "hinge": lambda a, y, _n: max(mpmath.mpf(0), 1 - y * a),
    "huber": lambda a, y, _n: (a - y) ** 2 / 2 if abs(a - y) <= 1 else abs(a - y) - mpmath.mpf(1) / 2,
}


def matrices(exercise, scalar):
    """The givens as lists of rows of numbers."""
    return {
        name: [[scalar(cell.value) for cell in row] for row in matrix.rows] for name, matrix in exercise.givens.items()
    }


def real(value):
    return mpmath.mpf(value.numerator) / value.denominator


def layers(network, givens):
    """(Z, A) of each layer, as lists."""
    values, found = [row[0] for row in givens["X"]], []
    for number, layer in enumerate(network.layers, 1):
        z = [mpmath.fdot(zip(row, values, strict=True)) for row in givens[f"W_{number}"]]
        if layer.bias:
            z = [value + row[0] for value, row in zip(z, givens[f"b_{number}"], strict=True)]
        values = [FUNCTIONS[layer.activation](value) for value in z]
        found.append((z, values))
    return found


def loss(network, givens):
    outputs, targets = layers(network, givens)[-1][1], [row[0] for row in givens["y"]]
    error = ERRORS[network.loss]
    return mpmath.fsum(error(a, y, len(outputs)) for a, y in zip(outputs, targets, strict=True))


def smooth(network, givens):
    """Whether no entry lies so near to a kink that a difference would step over it."""
    found, far = layers(network, givens), mpmath.mpf(10) ** -20
    inside = [
        abs(z)
        for layer, (values, _) in zip(network.layers, found, strict=True)
        if layer.activation in ("relu", "leaky_relu", "elu")
        for z in values
    ]
    if network.loss == "absolute_error":
        inside += [abs(a - row[0]) for a, row in zip(found[-1][1], givens["y"], strict=True)]
    if network.loss == "hinge":
        inside += [abs(1 - a * row[0]) for a, row in zip(found[-1][1], givens["y"], strict=True)]
    if network.loss == "huber":
        # The second derivative jumps there: the difference is no better than its step.
        inside += [abs(abs(a - row[0]) - 1) for a, row in zip(found[-1][1], givens["y"], strict=True)]
    return all(distance > far for distance in inside)


def difference(network, givens, name, row, column):
    h, kept = mpmath.mpf(10) ** -50, givens[name][row][column]
    sides = []
    for step in (h, -h):
        givens[name][row][column] = kept + step
        sides.append(loss(network, givens))
    givens[name][row][column] = kept
    return (sides[0] - sides[1]) / (2 * h)


@SETTINGS
@given(exercises())
def test_partials_against_central_differences(exercise):
    """30 digits, of numbers that may be as small as the slope of a saturated sigmoid."""
    network = exercise.network
    with mpmath.workdps(160):
        givens = matrices(exercise, real)
        assume(smooth(network, givens))
        solution = symback.solve(exercise, 30)
        assert mpmath.almosteq(
            mpmath.mpf(solution["L"].decimal(30)[0][0]), loss(network, givens), rel_eps=mpmath.mpf(10) ** -29
        )
        for name in solution.derivation.partials:
            for i, row in enumerate(solution[name].decimal(30)):
                for j, found in enumerate(row):
                    expected = difference(network, givens, name[1:], i, j)
                    # The difference itself is good to about 1e-100 of the loss; ours to half a unit of 30 digits.
                    error = abs(mpmath.mpf(found) - expected)
                    assert error <= abs(expected) * mpmath.mpf(10) ** -29 + mpmath.mpf(10) ** -80, (name, i, j)


@primitive
def erf(z):
    return numpy.vectorize(math.erf, otypes=[float])(z)


defvjp(erf, lambda _answer, z: lambda g: g * 2 / math.sqrt(math.pi) * anp.exp(-(z**2)))

ARRAY_FUNCTIONS = {
    "identity": lambda z: z,
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "leaky_relu": lambda z: anp.where(z > 0, z, z / 100),
    "elu": lambda z: anp.where(z > 0, z, anp.expm1(z)),
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "softplus": lambda z: anp.log1p(anp.exp(z)),
    "silu": lambda z: z / (1 + anp.exp(-z)),
    "gelu": lambda z: z / 2 * (1 + erf(z / math.sqrt(2))),
}
ARRAY_ERRORS = {
    "squared_error": lambda a, y: anp.sum((a - y) ** 2),
    "half_squared_error": lambda a, y: anp.sum((a - y) ** 2) / 2,
    "mean_squared_error": lambda a, y: anp.mean((a - y) ** 2),
    "half_mean_squared_error": lambda a, y: anp.mean((a - y) ** 2) / 2,
    "absolute_error": lambda a, y: anp.sum(anp.abs(a - y)),
    "binary_cross_entropy": lambda a, y: -anp.sum(y * anp.log(a) + (1 - y) * anp.log(1 - a)),
    "binary_cross_entropy_with_logits": lambda a, y: anp.sum(anp.logaddexp(0.0, a) - y * a),
    "cross_entropy": lambda a, y: -anp.sum(y * anp.log(a)),
    "hinge": lambda a, y: anp.sum(anp.where(1 - y * a > 0, 1 - y * a, 0.0)),
    "huber": lambda a, y: anp.sum(anp.where(anp.abs(a - y) < 1, (a - y) ** 2 / 2, anp.abs(a - y) - 0.5)),
}


def array_loss(parameters, network, x, y):
    values = x
    for number, layer in enumerate(network.layers, 1):
        z = anp.dot(parameters[f"W_{number}"], values)
        values = ARRAY_FUNCTIONS[layer.activation](z + parameters[f"b_{number}"] if layer.bias else z)
    return ARRAY_ERRORS[network.loss](values, y)


@SETTINGS
@given(exercises(TAME))
def test_partials_against_autograd(exercise):
    """float64 and another program of differentiation.

    Its rounding is measured against the largest partial, and against the numbers near 1 that cancel on the way.
    """
    network = exercise.network
    with mpmath.workdps(40):
        assume(smooth(network, matrices(exercise, real)))
    arrays = {name: numpy.array(rows) for name, rows in matrices(exercise, float).items()}
    x, y = arrays.pop("X"), arrays.pop("y")
    arrays.pop("delta", None)
    expected = autograd.grad(array_loss)(arrays, network, x, y)
    solution = symback.solve(exercise, 17)
    largest = max(float(abs(gradient).max()) for gradient in expected.values())
    for name in solution.derivation.partials:
        found = numpy.array([[float(text) for text in row] for row in solution[name].decimal()])
        numpy.testing.assert_allclose(found, expected[name[1:]], rtol=1e-9, atol=1e-12 * largest + 1e-17, err_msg=name)


def test_these_tests_know_every_function():
    for table in (FUNCTIONS, ARRAY_FUNCTIONS):
        assert tuple(table) == ACTIVATIONS
    for table in (ERRORS, ARRAY_ERRORS):
        assert tuple(table) == LOSSES


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_deep_narrow_network(activation):
    """Six layers of one unit, so that the chain is longer than hypothesis draws it."""
    from tests.solution.exercises import exercise

    made = exercise(["0.3"], ["0.9"], [([["0.7"]], ["0.2"], activation)] * 6)
    with mpmath.workdps(160):
        givens = matrices(made, real)
        solution = symback.solve(made, 30)
        for name in solution.derivation.partials:
            found = mpmath.mpf(solution[name].decimal()[0][0])
            expected = difference(made.network, givens, name[1:], 0, 0)
            assert mpmath.almosteq(found, expected, rel_eps=mpmath.mpf(10) ** -29), name
