"""Jacobians and Hessians against autograd, SymPy and mpmath; they are symmetric, and their digits are certain."""

from dataclasses import replace

import autograd
import mpmath
import numpy
import pytest
import sympy
from flint import fmpq
from hypothesis import HealthCheck, assume, given, settings

import symback
from symback.document.json_form import solution_json
from symback.exercise.builtin import builtin_names, load
from symback.exercise.model import Jacobian, Show
from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree
from symback.exercise.wishes import MOST_ROWS, scope_of
from symback.solution.arithmetics import BALLS, precision
from symback.solution.run import numbers, plan
from tests.solution.exercises import TAME, exercises
from tests.solution.test_networks import ARRAY_FUNCTIONS, array_loss, matrices, real, smooth

SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def asking(exercise, show):
    return replace(exercise, network=replace(exercise.network, show=show))


def read(text):
    return exercise_from(parse_tree(text.encode(), "a.yaml"), "a.yaml", "a")


def array(quantity, digits=17):
    return numpy.array([[float(text) for text in row] for row in quantity.decimal(digits)])


def arrays(exercise):
    """The givens as numpy arrays; x, y and the learned ones apart."""
    found = {name: numpy.array(rows) for name, rows in matrices(exercise, float).items()}
    found.pop("delta", None)
    return found.pop("X"), found.pop("y"), found


# Of a constant autograd says that there is nothing to derive, and gives zeros.
@pytest.mark.filterwarnings("ignore:Output seems independent of input")
@SETTINGS
@given(exercises(TAME))
def test_the_hessian_against_autograd(exercise):
    with mpmath.workdps(40):
        assume(smooth(exercise.network, matrices(exercise, real)))
    assume(not any(layer.activation == "gelu" for layer in exercise.network.layers))  # our erf has one derivative there
    x, y, parameters = arrays(exercise)
    spans, start = {}, 0
    for name, values in parameters.items():
        spans[name] = slice(start, start + values.size), values.shape
        start += values.size

    def loss(flat):
        named = {name: flat[span].reshape(shape) for name, (span, shape) in spans.items()}
        return array_loss(named, exercise.network, x, y)

    flat = numpy.concatenate([values.ravel() for values in parameters.values()])
    expected = autograd.hessian(loss)(flat)
    # More parameters than a file may ask for: the limit is about paper, not about the program.
    found = array(symback.solve(asking(exercise, Show(hessian=tuple(parameters))))["d2L/dw2"])
    scale = abs(expected).max()
    # Where the Hessian is 0, autograd adds numbers of the size of 1 that cancel but for their last bits.
    numpy.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-11 * scale + 16 * numpy.finfo(float).eps)


@pytest.mark.filterwarnings("ignore:Output seems independent of input")
@SETTINGS
@given(exercises(TAME))
def test_jacobians_against_autograd(exercise):
    network = exercise.network
    with mpmath.workdps(40):
        assume(smooth(network, matrices(exercise, real)))
    x, _, parameters = arrays(exercise)
    last = len(network.layers)

    def output(x):
        for number, layer in enumerate(network.layers, 1):
            z = autograd.numpy.dot(parameters[f"W_{number}"], x)
            x = ARRAY_FUNCTIONS[layer.activation](z + parameters[f"b_{number}"] if layer.bias else z)
        return x

    expected = autograd.jacobian(output)(x).reshape(network.layers[-1].units, network.inputs)
    wishes = (Jacobian((f"A_{last}",), ("X",)), *(Jacobian((f"A_{k}",)) for k in range(1, last + 1)))
    solution = symback.solve(asking(exercise, Show(wishes)))
    numpy.testing.assert_allclose(array(solution[f"DA_{last}/DX"]), expected, rtol=1e-9, atol=1e-14)
    # The chain rule: the product of the layers' own Jacobians.
    product = numpy.eye(network.inputs)
    for number in range(1, last + 1):
        source = f"A_{number - 1}" if number > 1 else "X"
        product = array(solution[f"DA_{number}/D{source}"]) @ product
    numpy.testing.assert_allclose(product, expected, rtol=1e-9, atol=1e-14)


@SETTINGS
@given(exercises())
def test_a_hessian_is_symmetric_in_every_certain_digit(exercise):
    with mpmath.workdps(40):
        assume(smooth(exercise.network, matrices(exercise, real)))
    names = tuple(name for name in exercise.givens if name.startswith(("W_", "b_")))
    solution = symback.solve(asking(exercise, Show(hessian=names[-3:])), 20)
    rows = solution["d2L/dw2"].decimal(20)
    for i, row in enumerate(rows):
        for j, found in enumerate(row):
            assert mpmath.mpf(found) == mpmath.mpf(rows[j][i]), (i, j)


def test_a_tiny_network_against_sympy():
    """One hidden unit of tanh, a sigmoid, binary cross entropy: all 16 second derivatives, to 40 digits."""
    text = """
x: 0.7
y: 1
layers:
- {W: [[0.9]], b: 0.2, activation: tanh}
- {W: [[-1.1]], b: 0.3, activation: sigmoid}
loss: binary_cross_entropy
show: {hessian: true, jacobian: [A_1, A_2]}
"""
    w, b, v, c = sympy.symbols("w b v c")
    a = 1 / (1 + sympy.exp(-(v * sympy.tanh(w * sympy.Rational(7, 10) + b) + c)))
    values = {w: sympy.Rational(9, 10), b: sympy.Rational(1, 5), v: -sympy.Rational(11, 10), c: sympy.Rational(3, 10)}
    solution = symback.solve(read(text), 40)
    hessian = solution["d2L/dw2"].decimal(40)
    for i, first in enumerate((w, b, v, c)):
        for j, second in enumerate((w, b, v, c)):
            expected = sympy.diff(-sympy.log(a), first, second).subs(values).evalf(60)
            assert abs(sympy.Float(hessian[i][j], 60) / expected - 1) < sympy.Float("1e-39")
    ((slope,),) = solution["DA_2/DA_1"].decimal(40)
    expected = (a * (1 - a) * v).subs(values).evalf(60)
    assert abs(sympy.Float(slope, 60) / expected - 1) < sympy.Float("1e-39")


def test_the_hessian_of_the_paper():
    """W_2 and b_2 of the paper, as SymPy has them: the digits of a number that is nearly 0."""
    text = symback.exercise.builtin._gallery().joinpath("paper.yaml").read_text() + "show: {hessian: [W_2, b_2]}\n"
    solution = symback.solve(read(text), 30)
    z = sympy.Symbol("z")
    curve = sympy.diff((1 / (1 + sympy.exp(-z)) - 18) ** 2, z, 2).subs(z, sympy.Rational(183, 10)).evalf(60)
    inputs = [sympy.Rational(39, 10), sympy.Rational(121, 10), sympy.Rational(203, 10), sympy.Integer(1)]
    for i, row in enumerate(solution["d2L/dw2"].decimal(30)):
        for j, found in enumerate(row):
            assert abs(sympy.Float(found, 60) / (curve * inputs[i] * inputs[j]) - 1) < sympy.Float("1e-29")
    exact = sympy.sympify(solution["d2L/dw2"].exact[3][3])
    assert abs(exact.evalf(60) / curve - 1) < sympy.Float("1e-50")


def test_the_graph_of_rosenbrock():
    solution = symback.solve(load("rosenbrock"))
    assert solution["d2f/dw2"].decimal() == [["1330", "480"], ["480", "200"]]
    assert solution["d2f/dw2"].exact == [["1330", "480"], ["480", "200"]]
    assert solution["D(r,s)/D(x,y)"].decimal() == [["24", "10"], ["-1", "0"]]


@pytest.mark.parametrize("name", ["gru", "lstm", "rnn", "sigmoid_graph", "mazur_graph"])
def test_graphs_against_mpmath(name):
    """Every second derivative of the graphs of the gallery, by differences of the program's own target."""
    from tests.solution.test_graphs import steps_of, worked

    file, exercise = steps_of(name), load(name)
    program = exercise.network
    names = tuple(by for by in program.by if by in program.givens)[:4]
    jacobian = Jacobian(tuple(line.name for line in program.steps)[-2:], names)
    solution = symback.solve(asking(exercise, Show((jacobian,), names)), 20)
    with mpmath.workdps(50):
        numbers = {given: mpmath.mpf(text) for given, text in file["given"].items()}

        def run(moved, goal):
            return worked(file["steps"], {**numbers, **moved})[goal]

        h, target = mpmath.mpf(10) ** -12, program.target
        hessian = solution[f"d2{target}/dw2"].decimal(20)
        for i, first in enumerate(names):
            for j, second in enumerate(names):

                def at(s, t, first=first, second=second):
                    moved = {first: numbers[first] + s * h}
                    moved[second] = moved.get(second, numbers[second]) + t * h
                    return run(moved, target)

                expected = (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * h * h)
                assert mpmath.almosteq(mpmath.mpf(hessian[i][j]), expected, 1e-17, 1e-17), (first, second)
        found = solution[solution.derivation.steps[-2].name].decimal(20)
        for i, goal in enumerate(jacobian.of):
            for j, by in enumerate(names):
                expected = mpmath.diff(lambda v, g=goal, n=by: run({n: v}, g), numbers[by])
                assert mpmath.almosteq(mpmath.mpf(found[i][j]), expected, 1e-17, 1e-20), (goal, by)


def asked_of(name):
    """An exercise of the gallery with a Hessian by as many of its weights as a file may ask for."""
    exercise = load(name)
    scope, names = scope_of(exercise), []
    for each in reversed(scope.learned):
        if scope.count([*names, each]) <= MOST_ROWS:
            names.append(each)
    return asking(exercise, Show(hessian=tuple(each for each in scope.learned if each in names)))


@pytest.mark.parametrize("name", [name for name in builtin_names() if scope_of(load(name)).learned])
def test_every_kind_of_layer_by_differences(name):
    """The Hessian against differences of the gradient, which has tests of its own: balls with 600 bits, h = 1e-40."""
    exercise = asked_of(name)
    derivation = symback.derive(exercise.network)
    (step,) = (each for each in derivation.steps if each.phase == "hessian")
    program = plan([each for each in derivation.steps if each.adjoint is None], derivation.shapes, BALLS)
    hessian = [entry for row in symback.solve(exercise, 20)[step.name].decimal(20) for entry in row]
    gradient, by = step.adjoint.of, step.adjoint.by
    size, column, h = step.shape[1], 0, fmpq(1, 10**40)
    with precision(600), mpmath.workdps(60):
        for moved in by:
            for place in range(len(exercise.givens[moved].rows) * len(exercise.givens[moved].rows[0])):
                ends = []
                for sign in (1, -1):
                    values = numbers(exercise.givens, BALLS)
                    values[moved][place] = values[moved][place] + sign * h
                    found = program.run(values)
                    ends.append([entry for each in gradient for entry in found[each]])
                for row, (up, down) in enumerate(zip(*ends, strict=True)):
                    expected = mpmath.mpf(float((up - down) / (2 * h)))
                    found = mpmath.mpf(hessian[row * size + column])
                    kinked = name == "relu_kink"  # its first unit has two slopes there
                    assert kinked or mpmath.almosteq(found, expected, 1e-12, 1e-18), (row, column)
                column += 1


def test_what_vanishes_is_exactly_0():
    """tanh(w) - tanh(w) in a second derivative: no ball tells that, algebra does."""
    text = "given: {w: 1, v: 2}\nsteps: {p: tanh(w), q: tanh(w), f: v*(p - q)}\nderive: f\nshow: {hessian: true}\n"
    hessian = symback.solve(read(text))["d2f/dw2"]
    assert hessian.decimal() == [["0", "0"], ["0", "0"]]
    assert hessian.exact == [["0", "0"], ["0", "0"]]


def test_other_samples_and_updates_do_not_matter():
    """The Hessian is that of the first pass, before any update."""
    text = """
samples: [{x: 1, y: 1}, {x: 2, y: 0}]
layers: [{W: [[0.5]], b: 0.1, activation: sigmoid}]
loss: squared_error
show: {hessian: true}
"""
    once = symback.solve(read(text))["d2L/dw2"].decimal()
    again = symback.solve(read(text + "update: {rule: sgd, rate: 0.5, steps: 2}\n"))
    assert again["d2L/dw2"].decimal() == once
    w, b = sympy.symbols("w b")
    loss = sum((1 / (1 + sympy.exp(-(w * x + b))) - y) ** 2 for x, y in ((1, 1), (2, 0))) / 2
    at = {w: sympy.Rational(1, 2), b: sympy.Rational(1, 10)}
    expected = [[sympy.diff(loss, p, q).subs(at).evalf(20) for q in (w, b)] for p in (w, b)]
    numpy.testing.assert_allclose(numpy.array(once, float), numpy.array(expected, float), rtol=1e-9)


def test_the_json_names_rows_and_columns():
    import json

    data = json.loads(solution_json(symback.solve(load("hessian"))))
    (hessian,) = (each for each in data["quantities"] if each["phase"] == "hessian")
    assert hessian["name"] == "d2L/dw2"
    assert hessian["formula"] == "hessian(L)"
    assert hessian["columns"] == ["W_1[1]", "W_1[2]", "b_1[1]", "b_1[2]", "W_2[1,1]", "W_2[1,2]", "b_2"]
    assert hessian["rows"] == [f"d{name}" for name in hessian["columns"]]
    assert hessian["shape"] == [7, 7]
    data = json.loads(solution_json(symback.solve(load("jacobian"))))
    jacobians = {each["name"]: each["formula"] for each in data["quantities"] if each["phase"] == "jacobian"}
    assert jacobians["DA_2/DX"] == "diag(sigma'(Z_2)) W_2 diag(tanh'(Z_1)) W_1"
    assert list(jacobians) == ["DA_1/DZ_1", "DA_1/DX", "DA_2/DZ_2", "DA_2/DA_1", "DA_2/DX"]
