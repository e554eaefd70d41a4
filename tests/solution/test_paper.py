"""The paper's 16 partial derivatives against the textbook's formulas, written out here for its numbers alone."""

from decimal import ROUND_HALF_EVEN, Context
from fractions import Fraction

import mpmath
import pytest

import symback

DIGITS = 30


def by_hand():
    """The paper by plain mpmath: 3-3-1, identity inside, sigmoid at the end, (A_2 - y)^2; nothing of ours."""
    x = [mpmath.mpf(20), mpmath.mpf(3), mpmath.mpf(4)]
    w1 = [[mpmath.mpf(k) / 10 for k in row] for row in ((1, 2, 3), (4, 5, 6), (7, 8, 9))]
    b1 = [mpmath.mpf(k) / 10 for k in (1, 2, 3)]
    w2 = [mpmath.mpf(k) / 10 for k in (2, 4, 6)]
    b2, y = mpmath.mpf(1) / 2, mpmath.mpf(18)
    hidden = [mpmath.fdot(zip(row, x, strict=True)) + bias for row, bias in zip(w1, b1, strict=True)]
    z = mpmath.fdot(zip(w2, hidden, strict=True)) + b2
    q = mpmath.exp(-z)
    output = 1 / (1 + q)
    # d/dz (a - y)^2 = 2 (a - y) q / (1 + q)^2, in the form that loses nothing.
    delta = 2 * (output - y) * q / (1 + q) ** 2
    inner = [weight * delta for weight in w2]
    return {
        "dW_2": [[delta * a for a in hidden]],
        "db_2": [[delta]],
        "dW_1": [[d * value for value in x] for d in inner],
        "db_1": [[d] for d in inner],
    }


@pytest.fixture(scope="module")
def solution():
    return symback.solve(symback.load("paper"), DIGITS)


def test_all_sixteen_partials_to_30_digits(solution):
    with mpmath.workdps(60):
        expected = by_hand()
        assert tuple(solution.derivation.partials) == tuple(expected)
        count = 0
        for name, rows in expected.items():
            for found_row, row in zip(solution[name].decimal(DIGITS), rows, strict=True):
                for found, value in zip(found_row, row, strict=True):
                    assert mpmath.nstr(value, DIGITS, strip_zeros=False) == normal(found), name
                    count += 1
    assert count == 16


def normal(text):
    """Our number as mpmath writes it."""
    with mpmath.workdps(60):
        return mpmath.nstr(mpmath.mpf(text), DIGITS, strip_zeros=False)


def test_the_digits_are_as_many_as_were_asked_for(solution):
    (text,) = solution["db_2"].decimal(DIGITS)[0]
    mantissa, _, exponent = text.partition("e")
    assert exponent == "-7"
    assert len(mantissa.lstrip("-").replace(".", "")) == DIGITS


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("Z_1", [["3.9"], ["12.1"], ["20.3"]]),
        ("A_1", [["3.9"], ["12.1"], ["20.3"]]),
        ("Z_2", [["18.3"]]),
        ("Z_2.products", [["0.78", "4.84", "12.18"]]),
        ("Z_2.sum", [["17.8"]]),
        ("W_1", [["0.1", "0.2", "0.3"], ["0.4", "0.5", "0.6"], ["0.7", "0.8", "0.9"]]),
    ],
)
def test_what_is_rational_stays_exact(solution, name, rows):
    assert solution[name].decimal(50) == rows
    assert all(type(entry).__name__ == "fmpq" for entry in solution.values(name))


def test_the_output_is_what_the_student_cut_short(solution):
    """0,9999999989 on the paper; 1 - A_2 keeps its digits here whatever was asked for."""
    assert solution["A_2"].decimal(10) == [["0.9999999887"]]
    assert solution["dA_2/dZ_2"].decimal(3) == [["1.13e-8"]]
    assert solution["dZ_2"].decimal(4) == [["-3.836e-7"]]
    assert solution["A_2.exp"].decimal(3) == [["1.13e-8"]]


def cut(text, digits):
    """A number as text, rounded to fewer digits by Python's own decimals."""
    rounded = Context(prec=digits, rounding=ROUND_HALF_EVEN).create_decimal(text)
    return f"{rounded:e}".replace("e+", "e")


def test_200_digits_start_like_300(solution):
    for name in solution.derivation.partials:
        for short_row, long_row in zip(solution[name].decimal(200), solution[name].decimal(300), strict=True):
            for short, long in zip(short_row, long_row, strict=True):
                assert cut(long, 200) == short


def test_digits_on_the_way_change_nothing():
    """A solution that was asked for 300 digits in between gives the same 10 as a fresh one."""
    used, fresh = (symback.solve(symback.load("paper")) for _ in range(2))
    used["dW_1"].decimal(300)
    assert used["dW_1"].decimal(10) == fresh["dW_1"].decimal(10)
    assert used["A_2.exp"].decimal() == fresh["A_2.exp"].decimal()


def test_the_loss_is_exact_where_all_is_rational():
    from dataclasses import replace

    paper = symback.load("paper")
    layers = tuple(replace(layer, activation="identity") for layer in paper.network.layers)
    linear = symback.solve(replace(paper, network=replace(paper.network, layers=layers)))
    assert linear["L"].exact == [["9/100"]]
    assert linear["dW_2"].exact == [[str(Fraction(6, 10) * Fraction(a)) for a in ("3.9", "12.1", "20.3")]]
