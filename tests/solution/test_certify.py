"""Certified values at the edges: exact zeros, kinks, conventions, domains, limits of precision; and never for long."""

import mpmath
import pytest
from flint import fmpq

import symback
from symback.errors import InputError, LimitError
from symback.solution.certify import MOST_BITS
from tests.patience import within
from tests.solution.exercises import exercise, one

#: Seconds in which any of these has to be answered, on a slow machine too.
PATIENCE = 5.0


@pytest.fixture(autouse=True)
def _in_time():
    with within(PATIENCE):
        yield


def vanishing(last="identity", loss="squared_error", y="0"):
    """Z_2 = tanh(1) - tanh(1): a ball around 0 at any precision."""
    return exercise(["1"], [y], [([["1"], ["1"]], None, "tanh"), ([["1", "-1"]], None, last)], loss)


def complementary(last="identity", loss="squared_error", y="1"):
    """Z_2 = sigmoid(1) + sigmoid(-1) = 1: rational, and no ball knows it."""
    return exercise(["1"], [y], [([["1"], ["-1"]], None, "sigmoid"), ([["1", "1"]], None, last)], loss)


def entries(solution, name):
    return [entry for row in solution[name].decimal() for entry in row]


def test_a_difference_that_vanishes_identically_is_0():
    solution = symback.solve(vanishing())
    for name in ("Z_2", "A_2", "L", "dA_2", "dZ_2", "dW_1", "dW_2"):
        assert set(entries(solution, name)) == {"0"}, name
        assert all(entry == 0 for entry in solution.values(name))
    assert entries(solution, "A_1") == ["0.7615941560"] * 2


def test_relu_at_an_irrational_kink_that_vanishes_identically():
    """The convention is the slope 0 at the kink, however the 0 came about."""
    solution = symback.solve(vanishing("relu", y="1"))
    assert entries(solution, "A_2") == ["0"]
    assert entries(solution, "dA_2") == ["-2"]
    assert entries(solution, "dA_2/dZ_2") == ["0"]
    assert entries(solution, "dW_2") == ["0", "0"]


@pytest.mark.parametrize(("activation", "slope"), [("relu", "0"), ("leaky_relu", "0.01"), ("elu", "1")])
def test_convention_at_exactly_0(activation, slope):
    solution = symback.solve(one("0", activation, y="1"))
    name = "dA_1/dZ_1"
    assert entries(solution, name) == [slope]
    assert all(isinstance(entry, fmpq) for entry in solution.values(name))


@pytest.mark.parametrize(("z", "sign"), [("2", "0"), ("3", "1"), ("1", "-1")])
def test_convention_of_the_absolute_error(z, sign):
    solution = symback.solve(one(z, y="2", loss="absolute_error"))
    assert entries(solution, "dA_1") == [sign]
    assert entries(solution, "dW_1") == [sign]


def test_what_is_rational_without_looking_so():
    """The kink of |a - y| at a = sigmoid(1) + sigmoid(-1), y = 1; and a tie in the rounding of a."""
    solution = symback.solve(complementary(loss="absolute_error"))
    for name in ("L", "dA_2", "dZ_2", "L.difference", "dW_2"):
        assert set(entries(solution, name)) == {"0"}, name


@pytest.mark.parametrize("side", ["1e-300", "-1e-300"])
def test_close_to_a_kink_is_not_at_it(side):
    """tanh(1) - tanh(1) + 1e-300: precision grows until the side is certain."""
    layers = [([["1"], ["1"]], None, "tanh"), ([["1", "-1"]], [side], "relu")]
    solution = symback.solve(exercise(["1"], ["1"], layers))
    assert entries(solution, "Z_2") == [side]
    assert entries(solution, "dA_2/dZ_2") == ["0" if side.startswith("-") else "1"]


@pytest.mark.parametrize(
    ("z", "activation", "y"),
    [
        ("1", "identity", "0"),
        ("1", "identity", "1"),
        ("0", "identity", "1"),
        ("0", "identity", "0"),
        ("1.5", "identity", "0.5"),
        ("-0.5", "identity", "0.5"),
        ("-1", "tanh", "1"),
        ("-1", "elu", "0.25"),
        ("-1", "gelu", "0.25"),
        ("3", "softplus", "0"),
        ("-1", "relu", "0.5"),
    ],
)
def test_a_logarithm_outside_of_its_domain_is_an_error_of_the_input(z, activation, y):
    with pytest.raises(InputError, match=r"^L is not defined with these numbers: it has the logarithm"):
        symback.solve(one(z, activation, y, "binary_cross_entropy"))


def test_a_domain_error_after_a_zero_that_algebra_has_to_find():
    """Algebra looks at the whole program, and must not stumble over what comes later."""
    with pytest.raises(InputError, match=r"^L is not defined"):
        symback.solve(vanishing("relu", "binary_cross_entropy"))


def test_a_division_by_zero_names_the_quantity():
    from symback.derivation.derive import derive
    from symback.solution.arithmetics import BALLS
    from symback.solution.run import plan

    derivation = derive(one("1", loss="binary_cross_entropy").network)
    step = derivation.by_name["dA_1"]
    with pytest.raises(InputError, match=r"^dA_1 divides by zero"):
        plan([step], derivation.shapes, BALLS).run({"A_1": [fmpq(0)], "y": [fmpq(1)]})


@pytest.mark.parametrize("z", ["18.3", "100", "1000"])
def test_a_saturated_cross_entropy_has_its_digits(z):
    """1 - A is 0 to 434 decimals, so that only a high precision sees that its logarithm exists."""
    solution = symback.solve(one(z, "sigmoid", "1", "binary_cross_entropy"), 20)
    with mpmath.workdps(60):
        # In the forms that lose nothing: L = log(1 + e^-z), dL/dz = -1 / (1 + e^z).
        expected = {"L": mpmath.log1p(mpmath.exp(-mpmath.mpf(z))), "dZ_1": -1 / (1 + mpmath.exp(mpmath.mpf(z)))}
        for name, value in expected.items():
            assert entries(solution, name) == [mpmath.nstr(value, 20, strip_zeros=False)], name


def test_a_cross_entropy_between_the_classes():
    solution = symback.solve(one("1000", "sigmoid", "1/2", "binary_cross_entropy"))
    assert entries(solution, "L") == ["500.0000000"]
    assert entries(solution, "dZ_1") == ["0.5000000000"]


@pytest.mark.parametrize(
    ("z", "activation"),
    [("1e400", "sigmoid"), ("-1e400", "sigmoid"), ("-1e10", "gelu"), ("1e6", "tanh"), ("-1e9", "elu")],
)
def test_what_no_precision_reaches_is_a_limit_and_not_a_fault(z, activation):
    with pytest.raises(LimitError, match=f"{MOST_BITS}|too large or too small"):
        symback.solve(one(z, activation))


def test_numbers_of_thousands_of_digits():
    """Longer than Python turns into text by itself, exactly and in the closed form."""
    solution = symback.solve(exercise(["1e400"], ["0"], [([["1e400"]], None, "identity")] * 6))
    assert entries(solution, "Z_6") == ["1e2800"]
    assert entries(solution, "L") == ["1e5600"]
    assert solution["L"].exact == [[None]]


def test_many_zeros_are_found_at_once():
    """Twenty rows that vanish identically cost no more than one."""
    rows = [["1", "-1"] if k % 2 else ["-3", "3"] for k in range(20)]
    made = exercise(["1"], ["1"] * 20, [([["1"], ["1"]], None, "tanh"), (rows, None, "identity")])
    assert set(entries(symback.solve(made), "Z_2")) == {"0"}


@pytest.mark.parametrize("digits", [1, 2, 15, 77, 1000])
def test_each_number_of_digits(digits):
    (text,) = entries(symback.solve(one("1", "sigmoid"), digits), "A_1")
    assert len(text.removeprefix("0.")) == digits
    with mpmath.workdps(digits + 20):
        assert text == mpmath.nstr(1 / (1 + mpmath.exp(-1)), digits, strip_zeros=False)


def test_a_tie_that_is_met_exactly_is_told_by_algebra(tmp_path):
    # L = (0 * elu(..) - 1/20)^2 = 1/400, though a ball went into it: one digit lies on a tie, 0.002 or 0.003.
    path = tmp_path / "tie.yaml"
    path.write_text(
        "x: [0.01, 0]\ny: 0.05\nlayers:\n  - {W: [[-0.01, 0]], activation: elu}\n  - {W: [[0]]}\nloss: squared_error\n"
    )
    rounded = symback.solve(symback.load(path)).rounded("L", 0, 1)
    assert (rounded.digits, rounded.place) == ("2", -3)
