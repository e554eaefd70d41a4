"""Closed forms: what SymPy makes of `exact`, against the certified digits."""

import os
import subprocess
import sys

import mpmath
import pytest
import sympy
from hypothesis import HealthCheck, given, settings

import symback
from symback.exercise.names import ACTIVATIONS, LOSSES
from symback.solution.closed import MOST_ATOMS
from symback.solution.solution import LONGEST_EXACT, MOST_SHORTENED
from tests.patience import within
from tests.solution.exercises import exercise, exercises, one

DIGITS = 40


def agree(solution, name):
    """Whether each closed form is the number it stands beside; how many there were."""
    count = 0
    for forms, decimals in zip(solution[name].exact, solution[name].decimal(DIGITS), strict=True):
        for form, decimal in zip(forms, decimals, strict=True):
            if form is None:
                continue
            count += 1
            with mpmath.workdps(DIGITS + 40):
                # Text of our own making, which SymPy is promised to read.
                value = mpmath.mpf(str(sympy.N(sympy.sympify(form), DIGITS + 10, maxn=2000)))
                expected = mpmath.mpf(decimal)
                assert abs(value - expected) <= abs(expected) * mpmath.mpf(10) ** (1 - DIGITS), (name, form)
    return count


def test_all_of_the_paper():
    solution = symback.solve(symback.load("paper"), DIGITS)
    assert sum(agree(solution, name) for name in solution) == sum(a * b for a, b in map(solution.shape, solution))


def test_the_paper_is_a_rational_function_of_one_exponential():
    solution = symback.solve(symback.load("paper"))
    q = sympy.exp(sympy.Rational(-183, 10))
    (found,) = solution["db_2"].exact[0]
    assert sympy.simplify(sympy.sympify(found) - 2 * (1 / (1 + q) - 18) * q / (1 + q) ** 2) == 0
    assert str(found).count("exp(-183/10)") == str(found).count("exp")


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_function(activation, loss):
    z = "0.25" if loss in ("binary_cross_entropy", "cross_entropy") else "-1.25"
    solution = symback.solve(one(z, activation, "0.75", loss), DIGITS)
    assert sum(agree(solution, name) for name in solution) >= len(solution) - 1


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(exercises())
def test_random_networks(exercise):
    solution = symback.solve(exercise, DIGITS)
    # The givens are their own closed forms.
    assert sum(agree(solution, name) for name in solution) >= sum(len(each.rows) for each in exercise.givens.values())


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "gelu"])
def test_a_long_chain_of_units_takes_no_time(activation):
    """Its forms are short in their symbols, and nested in each other six times."""
    chain = [([[f"0.{k}"]], [f"0.{k}"], activation) for k in range(1, 7)]
    with within(20):
        assert symback.solve(exercise(["0.5"], ["0.2"], chain))["dW_1"].exact == [[None]]


def test_a_closed_form_that_is_too_long_is_left_out():
    weights = [[f"0.{k}{j}" for j in range(1, 4)] for k in range(1, 4)]
    layers = [(weights, ["0.1", "0.2", "0.3"], "sigmoid")] * 3 + [([["0.2", "0.3", "0.4"]], ["0.5"], "sigmoid")]
    solution = symback.solve(exercise(["1", "2", "3"], ["1"], layers))
    assert solution["dW_1"].exact == [[None] * 3] * 3
    assert solution["Z_1"].exact[0][0] is not None
    for name in solution:
        for row in solution[name].exact:
            assert all(form is None or len(form) <= LONGEST_EXACT for form in row)


@pytest.mark.parametrize("name", ["attention", "batch_norm", "paper", "softmax"])
def test_the_length_is_known_before_sympy_writes_a_form(name):
    """Minutes are saved by it; SymPy, which puts exponents together, writes a form at most three times shorter."""
    solution = symback.solve(symback.load(name))
    entries = [
        (step.name, place)
        for step in solution.derivation.steps
        for place in range(min(6, step.shape[0] * step.shape[1]))
    ]
    short = [entry for entry in entries if 0 < solution.closed.length(*entry) <= 2 * LONGEST_EXACT]
    assert len(short) > 10
    for entry in short:
        assert solution.closed.length(*entry) <= MOST_SHORTENED * len(str(solution.closed.expression(*entry)))


@pytest.mark.parametrize("units", [MOST_ATOMS, MOST_ATOMS + 1, 64])
def test_wide_layers_take_no_time(units):
    """Their forms would swell; they are given up before."""
    weights = [[f"0.{k + 1}", f"-0.{2 * k + 1}"] for k in range(units)]
    outer = [[f"0.{k + 1}" for k in range(units)]]
    made = exercise(["1", "2"], ["1"], [(weights, None, "sigmoid"), (outer, None, "sigmoid")])
    with within(5):
        assert symback.solve(made)["dW_2"].exact == [[None] * units]


@pytest.mark.parametrize(
    ("z", "activation", "name", "text"),
    [
        ("0", "sigmoid", "A_1", "1/2"),
        ("0", "tanh", "A_1", "0"),
        ("0", "softplus", "A_1", "log(2)"),
        ("1", "tanh", "A_1", "tanh(1)"),
        ("-1", "elu", "A_1", "-1 + exp(-1)"),
        ("0", "gelu", "A_1", "0"),
    ],
)
def test_forms_as_text(z, activation, name, text):
    assert symback.solve(one(z, activation))[name].exact == [[text]]


def test_parts_have_no_closed_form():
    assert symback.solve(symback.load("paper"))["A_2.exp"].exact == [[None]]


PROGRAM = """
import symback
from tests.solution.exercises import exercise, one
from tests.patience import within
solutions = [symback.solve(symback.load("paper")), symback.solve(one("-1.25", "gelu", "0.75"))]
first = ([["1"], ["-1"]], None, "sigmoid")
for last, loss in (("identity", "absolute_error"), ("relu", "squared_error"), ("tanh", "squared_error")):
    solutions.append(symback.solve(exercise(["1"], ["1"], [first, ([["1", "1"]], None, last)], loss)))
for solution in solutions:
    print([(name, solution[name].exact) for name in solution])
"""


def test_the_numbers_that_sympy_calculates_with_make_no_difference():
    """SymPy takes its rationals from gmpy2, flint or Python, whatever is installed."""
    outputs = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "SYMPY_GROUND_TYPES": types},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for types in ("python", "flint")
    ]
    assert outputs[0] == outputs[1]
    assert "exp(-183/10)" in outputs[0]
