"""Every row of the tables of functions against derivatives that are taken without it."""

import mpmath
import pytest
import sympy

from symback.derivation.formula import symbols, to_sympy
from symback.derivation.functions import ACTIVATIONS
from symback.derivation.losses import LOSSES
from symback.exercise import names
from tests.derivation.evaluate import DIGITS, evaluate

# Away from the kinks, on both sides of them, near to 0 and far from it.
POINTS = ("-7.25", "-1.5", "-0.001", "0.0625", "0.9", "3", "11.75")
CHANCES = ("0.001", "0.25", "0.5", "0.99")

#: The functions as textbooks define them, written here a second time.
TEXTBOOK = {
    "identity": lambda z: z,
    "relu": lambda z: max(z, mpmath.mpf(0)),
    "leaky_relu": lambda z: max(z, z / 100),
    "elu": lambda z: z if z > 0 else mpmath.expm1(z),
    "sigmoid": lambda z: (1 + mpmath.tanh(z / 2)) / 2,
    "tanh": lambda z: (mpmath.exp(2 * z) - 1) / (mpmath.exp(2 * z) + 1),
    "softplus": lambda z: mpmath.log1p(mpmath.exp(z)),
    "silu": lambda z: z * (1 + mpmath.tanh(z / 2)) / 2,
    "gelu": lambda z: z * mpmath.ncdf(z),
}
TEXTBOOK_LOSS = {
    "squared_error": lambda a, y, _n: (y - a) ** 2,
    "half_squared_error": lambda a, y, _n: (y - a) ** 2 / 2,
    "mean_squared_error": lambda a, y, n: (y - a) ** 2 / n,
    "half_mean_squared_error": lambda a, y, n: (y - a) ** 2 / (2 * n),
    "absolute_error": lambda a, y, _n: max(a - y, y - a),
    "binary_cross_entropy": lambda a, y, _n: -y * mpmath.log(a) - (1 - y) * mpmath.log1p(-a),
    # Written a second time as the cross entropy of a sigmoid.
    "binary_cross_entropy_with_logits": lambda a, y, _n: (
        y * mpmath.log1p(mpmath.exp(-a)) + (1 - y) * mpmath.log1p(mpmath.exp(a))
    ),
    "cross_entropy": lambda a, y, _n: -y * mpmath.log(a),
    "hinge": lambda a, y, _n: max(mpmath.mpf(0), 1 - y * a),
    "huber": lambda a, y, _n: (a - y) ** 2 / 2 if abs(a - y) <= DELTA else DELTA * (abs(a - y) - DELTA / 2),
}
#: Where the Huber loss turns into a line.
DELTA = mpmath.mpf(1) / 2


@pytest.fixture(autouse=True)
def _precision():
    with mpmath.workdps(DIGITS):
        yield


def close(left, right):
    return mpmath.almosteq(left, right, rel_eps=mpmath.mpf(10) ** -35, abs_eps=mpmath.mpf(10) ** -40)


def central_difference(function, at):
    """f' from two values at a distance of 1e-30: the error is about f''' 1e-60 / 6."""
    h = mpmath.mpf(10) ** -30
    return (function(at + h) - function(at - h)) / (2 * h)


def test_the_tables_have_the_names_that_an_exercise_may_use():
    assert tuple(ACTIVATIONS) == names.ACTIVATIONS
    assert tuple(LOSSES) == names.LOSSES


@pytest.mark.parametrize("name", names.ACTIVATIONS)
def test_activation_is_the_textbooks(name):
    formula = ACTIVATIONS[name].function.formula
    for z in map(mpmath.mpf, POINTS):
        assert close(evaluate(formula, {"z": z}), TEXTBOOK[name](z)), z


@pytest.mark.parametrize("name", names.ACTIVATIONS)
def test_slope_is_the_derivative_symbolically(name):
    """local(value(x), x) - diff(value, x) = 0, SymPy deciding."""
    function = ACTIVATIONS[name].function
    z = sympy.Symbol("z", real=True)
    value = to_sympy(function.formula)
    slope = to_sympy(function.derivative("z").formula).subs(sympy.Symbol("a", real=True), value)
    difference = slope - sympy.diff(value, z)
    for side in (sympy.Symbol("p", positive=True), sympy.Symbol("n", negative=True)):
        assert sympy.simplify(sympy.piecewise_fold(difference.subs(z, side)).rewrite(sympy.exp)) == 0


@pytest.mark.parametrize("name", names.ACTIVATIONS)
def test_slope_is_the_derivative_numerically(name):
    slope = ACTIVATIONS[name].function.derivative("z").formula
    for z in map(mpmath.mpf, POINTS):
        found = evaluate(slope, {"z": z, "a": TEXTBOOK[name](z)})
        assert close(found, central_difference(TEXTBOOK[name], z)), z


@pytest.mark.parametrize("name", names.ACTIVATIONS)
def test_a_slope_is_written_in_its_arguments_and_the_output_only(name):
    derivative = ACTIVATIONS[name].function.derivative("z")
    assert set(derivative.arguments) <= {"z", "a"}
    assert set(symbols(derivative.formula)) - {"pi"} == set(derivative.arguments)


@pytest.mark.parametrize(("name", "slope"), [("relu", "0"), ("leaky_relu", "0.01"), ("elu", "1")])
def test_slope_at_the_kink_is_that_of_the_lower_branch(name, slope):
    formula = ACTIVATIONS[name].function.derivative("z").formula
    assert close(evaluate(formula, {"z": mpmath.mpf(0), "a": mpmath.mpf(0)}), mpmath.mpf(slope))


def test_what_has_a_kink_says_so():
    kinked = {name for name in names.ACTIVATIONS if ACTIVATIONS[name].kink}
    # elu has the slope 1 from both sides: no convention is needed.
    assert kinked == {"relu", "leaky_relu"}
    # The two branches of the Huber loss meet with the same slope.
    assert {name for name in names.LOSSES if LOSSES[name].kink} == {"absolute_error", "hinge"}


def _targets(name):
    return CHANCES if name in ("binary_cross_entropy", "cross_entropy") else POINTS


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("name", names.LOSSES)
def test_loss_is_the_textbooks(name, outputs):
    formula = LOSSES[name].function(outputs).formula
    for a in map(mpmath.mpf, _targets(name)):
        for y in map(mpmath.mpf, ("0", "1", "0.3")):
            found = evaluate(formula, {"a": a, "y": y, "delta": DELTA})
            assert close(found, TEXTBOOK_LOSS[name](a, y, outputs)), (a, y)


@pytest.mark.parametrize("argument", ["a", "y"])
@pytest.mark.parametrize("name", names.LOSSES)
def test_derivative_of_a_loss_symbolically(name, argument):
    function = LOSSES[name].function(3)
    a, y = sympy.Symbol("a", real=True), sympy.Symbol("y", real=True)
    expected = sympy.diff(to_sympy(function.formula), {"a": a, "y": y}[argument])
    # A pulse at the kink of |x| is no part of a slope.
    expected = expected.replace(sympy.DiracDelta, lambda *_: sympy.S.Zero)
    difference = to_sympy(function.derivative(argument).formula) - expected
    assert sympy.simplify(difference) == 0


@pytest.mark.parametrize("name", names.LOSSES)
def test_derivative_of_a_loss_numerically(name):
    slope = LOSSES[name].function(3).derivative("a").formula
    y = mpmath.mpf("0.3")
    for a in map(mpmath.mpf, _targets(name)):
        expected = central_difference(lambda x: TEXTBOOK_LOSS[name](x, y, 3), a)
        assert close(evaluate(slope, {"a": a, "y": y, "delta": DELTA}), expected), a


def test_absolute_error_has_the_slope_0_at_its_kink():
    slope = LOSSES["absolute_error"].function(1).derivative("a").formula
    assert evaluate(slope, {"a": mpmath.mpf(2), "y": mpmath.mpf(2)}) == 0


@pytest.mark.parametrize("name", names.ACTIVATIONS)
def test_second_derivative_of_an_activation(name):
    """The tables are closed under differentiation: a slope has a slope, as a function of z and a."""
    slope = ACTIVATIONS[name].function.derivative("z")
    for z in map(mpmath.mpf, POINTS):
        given = {"z": z, "a": TEXTBOOK[name](z)}
        total = sum(
            evaluate(slope.derivative(argument).formula, given)
            * (1 if argument == "z" else evaluate(slope.formula, given))
            for argument in slope.arguments
        )
        assert close(total, mpmath.diff(TEXTBOOK[name], z, 2, h=mpmath.mpf(10) ** -18)), z
