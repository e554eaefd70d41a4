"""Layers that go through time: against autograd over a plain loop, at high precision, and against published numbers."""


import autograd
import mpmath
import numpy
import pytest

import symback
from symback.derivation.derive import derive
from symback.derivation.steps import is_parameter
from symback.exercise.model import Layer
from tests.exercise.test_schema import read
from tests.patience import within
from tests.solution.sequences import exercise, floats, loss

CASES = [
    ("rnn", ""),
    ("lstm", ""),
    ("lstm", "    c_0: [0.3, -0.4]\n"),
    *(("gru", f"    keeps: {keeps}\n    reset: {reset}\n") for keeps in ("1-z", "z") for reset in ("before", "after")),
]


@pytest.mark.parametrize("gives", ["last", "all"])
@pytest.mark.parametrize(("kind", "extra"), CASES)
def test_gradients_against_autograd(kind, extra, gives):
    for seed in range(3):
        made = exercise(kind, gives=gives, extra=extra, seed=seed)
        solution, given = symback.solve(made), floats(made)
        assert numpy.isclose(float(solution["L"].decimal(17)[0][0]), loss(made, given), rtol=1e-12)
        for name in filter(is_parameter, given):

            def moved(array, name=name, made=made, given=given):
                return loss(made, {**given, name: array})

            mine = numpy.array([[float(text) for text in row] for row in solution[f"d{name}"].decimal(17)])
            assert numpy.allclose(mine, autograd.grad(moved)(given[name]), rtol=1e-9, atol=1e-13), name


@pytest.mark.parametrize("times", [1, 2, 5])
@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_any_number_of_times(kind, times):
    made = exercise(kind, times=times, units=3, width=1)
    given, solution = floats(made), symback.solve(made)
    slope = autograd.grad(lambda array: loss(made, {**given, "W_2": array}))(given["W_2"])
    mine = [float(text) for text in solution["dW_2"].decimal(17)[0]]
    assert numpy.allclose(mine, slope[0], rtol=1e-9)
    assert derive(made.network).times == times


def test_a_scalar_network_at_high_precision():
    """By differences over mpmath at 80 digits."""
    text = "x: [1, 2, 3]\ny: [0.6, 0.8, 1]\nlayers: [{type: rnn, W: [[0.8]], U: [[0.5]], b: 0.1, gives: all}]\n"
    solution = symback.solve(read(f"{text}loss: half_squared_error\n"), 40)
    with mpmath.workdps(80):

        def error(w, u, b):
            h, total = mpmath.mpf(0), mpmath.mpf(0)
            for x, y in ((1, "0.6"), (2, "0.8"), (3, "1")):
                h = mpmath.tanh(w * h + u * x + b)
                total += (h - mpmath.mpf(y)) ** 2 / 2
            return total

        at = [mpmath.mpf(each) for each in ("0.8", "0.5", "0.1")]
        for k, name in enumerate(("dW", "dU", "db")):
            order = tuple(int(k == j) for j in range(3))
            slope = mpmath.diff(error, tuple(at), order)
            assert mpmath.almosteq(mpmath.mpf(solution[name].decimal(38)[0][0]), slope, rel_eps=mpmath.mpf(10) ** -36)


def test_the_contributions_are_those_of_their_times():
    """dW.t is the derivative by the weights of time t alone."""
    made = exercise("rnn", gives="last", seed=4)
    solution = symback.solve(made)
    names = [step.name for step in solution.derivation.phase("backward") if step.name.startswith(("dW.", "dU.", "db."))]
    assert names == [f"d{letter}.{t}" for letter in "WUb" for t in (3, 2, 1)]
    total = sum(numpy.array(solution[f"dW.{t}"].decimal(17), dtype=float) for t in (1, 2, 3))
    assert numpy.allclose(total, numpy.array(solution["dW"].decimal(17), dtype=float))
    by_hand = numpy.outer(*(numpy.array(solution[name].decimal(17), dtype=float) for name in ("da_2", "h_1")))
    assert numpy.allclose(by_hand, numpy.array(solution["dW.2"].decimal(17), dtype=float))


def test_an_activation_of_the_table_or_of_ones_own():
    text = "x: [1, 2]\ny: 0\nloss: squared_error\nlayers: [{{type: rnn, W: [[0.5]], U: [[1]], activation: {}}}]\n"
    relu = symback.solve(read(text.format("relu")))
    assert relu["h_2"].decimal() == [["2.5"]]
    assert relu["dW"].decimal() == [["5"]]
    own = symback.solve(read(text.format('{name: half, of: "z/2"}')))
    assert own["h_2"].decimal() == [["1.125"]]
    plain = symback.solve(read(text.format("identity")))
    assert plain["h_2"].decimal() == [["2.5"]]


def test_the_weights_are_updated_with_what_adds_up():
    """The sequence of the Bengali notes: three steps, a rate of 0.1, all numbers as printed there."""
    text = """\
x: [1, 2, 3]
y: [0.5, 1, 1.5]
layers: [{type: rnn, W: [[0.1]], U: [[0.5]], gives: all}, {W: [[1]]}]
loss: half_squared_error
update: {rule: sgd, rate: 0.1}
"""
    solution = symback.solve(read(text))
    printed = {
        "a_1": "0.5000", "h_1": "0.4621", "a_2": "1.0462", "h_2": "0.7803", "a_3": "1.5780", "h_3": "0.9183",
        "L": "0.1940", "dh_3": "-0.5817", "da_3": "-0.09117", "dh_2.2": "-0.009117", "dh_2": "-0.2288",
        "da_2": "-0.08948", "dh_1.2": "-0.008948", "dh_1": "-0.04683", "da_1": "-0.03683", "dU": "-0.48930",
        "dW": "-0.11249", "dW_2": "-0.72310", "U_new": "0.54893", "W_new": "0.11125", "W_2_new": "1.07231",
    }  # fmt: skip
    for name, value in printed.items():
        places = len(value.partition(".")[2])
        assert f"{float(solution[name].decimal()[0][0]):.{places}f}" == value, name
    assert [f"{float(text):.5f}" for text in solution["dZ_2"].decimal()[0]] == ["-0.03788", "-0.21967", "-0.58171"]
    # What is learned is used in the second pass, and makes the error smaller.
    assert float(solution["L_new"].decimal()[0][0]) < float(solution["L"].decimal()[0][0])


@pytest.mark.parametrize("rule", ["momentum", "adam"])
def test_other_rules_update_the_weights_of_all_gates(rule):
    made = exercise("lstm", more=f"update: {{rule: {rule}, rate: 0.1, steps: 2}}\n")
    derivation = symback.solve(made).derivation
    for gate in "fiog":
        assert {f"{letter}_{gate}_new2" for letter in "WUb"} <= set(derivation.shapes)
    kept = exercise("lstm", more=f"update: {{rule: {rule}, rate: 0.1, biases: keep}}\n")
    assert "b_f_new" not in derive(kept.network).shapes


def test_the_numbers_of_the_course_notes_with_relu():
    text = """\
x: [0, 1, -1]
y: [1, -1, 2]
layers:
  - {type: rnn, W: [[0.5]], U: [[0.5]], activation: relu, gives: all}
  - {W: [[0.5]], activation: relu}
loss: squared_error
update: {rule: sgd, rate: 0.1}
"""
    solution = symback.solve(read(text))
    assert solution["H"].decimal() == [["0", "0.5", "0"]]
    assert solution["A_2"].decimal() == [["0", "0.25", "0"]]
    assert (solution["L"].decimal(), solution["dW_2"].decimal()) == ([["6.5625"]], [["1.25"]])
    assert solution["W_2_new"].decimal() == [["0.375"]]


def test_the_numbers_of_the_scalar_gru():
    text = """\
x: [1, 0.5, -1]
y: 0
layers: [{type: gru, W_z: [[0.2]], U_z: [[0.5]], W_r: [[0.3]], U_r: [[0.6]], W_h: [[-0.1]], U_h: [[1]]}]
loss: squared_error
"""
    solution = symback.solve(read(text))
    printed = {
        "z_1": "0.6225", "r_1": "0.6457", "htilde_1": "0.7616", "h_1": "0.4741", "a_z_2": "0.3448", "z_2": "0.5854",
        "a_r_2": "0.4422", "r_2": "0.6088", "s_2": "0.2886", "a_h_2": "0.4711", "htilde_2": "0.4391", "h_2": "0.4536",
        "a_z_3": "-0.4093", "z_3": "0.3991", "a_r_3": "-0.4639", "r_3": "0.3861", "s_3": "0.1751", "a_h_3": "-1.0175",
        "htilde_3": "-0.7689", "h_3": "-0.0343",
    }  # fmt: skip
    for name, value in printed.items():
        assert f"{float(solution[name].decimal()[0][0]):.4f}" == value, name


def test_fifty_times_take_time_in_proportion():
    """Steps, and multiplications, grow with the number of times and no faster."""
    few, many = (derive(exercise("rnn", times=times).network) for times in (10, 50))
    rest = 2 * len(few.steps) - len(derive(exercise("rnn", times=20).network).steps)
    assert len(many.steps) - rest == 5 * (len(few.steps) - rest)
    with within(10):
        symback.solve(exercise("lstm", times=50, units=4), 30)


def test_a_layer_of_the_gallery_keeps_its_network():
    assert symback.load("rnn_layer").network.layers[1] == Layer(1)
