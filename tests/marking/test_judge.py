"""Verdicts by digits: a written number against a true value, a ball, or a predicted value."""

from __future__ import annotations

from fractions import Fraction

import flint
import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st

from symback.exercise.numerals import read_numeral
from symback.marking.judge import (
    BESIDE,
    agrees,
    at_places,
    copies,
    ends,
    follows,
    is_close,
    lies_close,
    reading_of,
    rounds_to_zero,
)

EXACT, CLOSE, WRONG = "exact", "close", "wrong"


def reading(text):
    return reading_of(read_numeral(text))


def value(text):
    exact = Fraction(text)
    return fmpq(exact.numerator, exact.denominator)


def verdict(text, true):
    number = reading(text)
    return EXACT if at_places(number, true) else CLOSE if is_close(number, true) else WRONG


@pytest.mark.parametrize(
    ("written", "true", "wanted"),
    [
        ("3.9", "3.9", EXACT),
        ("3.90", "3.9", EXACT),
        ("1.13e-8", "1.1283e-8", EXACT),
        ("1.12e-8", "1.1283e-8", CLOSE),  # cut off
        ("1.14e-8", "1.1283e-8", WRONG),
        ("0.12", "0.125", EXACT),  # a tie may go either way
        ("0.13", "0.125", EXACT),
        ("100", "137", EXACT),  # one digit
        ("100", "149.9", EXACT),
        ("100", "151", WRONG),
        ("100.", "137", WRONG),
        ("140", "137", EXACT),
        ("130", "137", WRONG),  # whoever cuts tens off writes no zero
        ("0", "0", EXACT),
        ("0", "0.0001", WRONG),  # a rounded 0 has no digit left
        ("0.00", "0.0001", WRONG),
        ("-0.5", "0.5", WRONG),
        ("1/3", "1/3", EXACT),
        ("1/3", "0.3333", WRONG),  # a fraction is exact
        ("289", "289.000000384", EXACT),
        ("2", "3", WRONG),  # 3 is written in full: nothing was rounded or cut off
        ("11.8", "11.9", WRONG),
        ("11.8", "11.87", CLOSE),
        ("-34.000000022", "-34.00000002256", CLOSE),
        ("1", "0.5", WRONG),  # twice the truth: no digit of it is left
        ("-10", "-5", WRONG),
        ("2", "1.5", EXACT),
        ("0.01", "0.005", EXACT),  # to two decimals a tie may go either way
    ],
)
def test_verdicts(written, true, wanted):
    assert verdict(written, value(true)) == wanted


def test_the_verdicts_do_not_hang_on_how_a_true_value_is_held():
    with flint.ctx.workprec(200):
        true = arb(value("1.12826464954995")) + arb(0, fmpq(1, 10**30))
    assert verdict("1.13", true) == EXACT
    assert verdict("1.12", true) == CLOSE
    assert verdict("1.15", true) == WRONG


@pytest.mark.parametrize(
    ("written", "true", "wanted"),
    [
        ("0.3462", "0.34608", True),  # 0.3461 is right, and 0.3462 beside it
        ("0.3463", "0.34608", False),
        ("0.3460", "0.34614", True),
        ("0.51", "0.5", False),  # a short number has no neighbours
        ("-0.3462", "0.34608", False),
    ],
)
def test_one_unit_beside_the_rounded_truth(written, true, wanted):
    assert lies_close(reading(written), ends(value(true)), halves=BESIDE) is wanted
    assert not is_close(reading("0.3462"), value("0.34608"))


@pytest.mark.parametrize(("place", "true", "wanted"), [(-6, "3.8e-7", True), (-6, "-6e-7", False), (0, "0.5", True)])
def test_a_zero_that_is_rounded(place, true, wanted):
    found = rounds_to_zero(place, ends(value(true)))
    assert (found is not None) is wanted
    assert found is None or found.ball.contains(value(true))


@given(st.integers(1, 10**9), st.integers(0, 8), st.integers(-12, 6))
def test_a_rounded_number_is_exact_one_cut_off_is_close_and_two_units_off_is_wrong(digits, keep, exponent):
    true = fmpq(digits) * fmpq(10) ** exponent
    whole, rest = divmod(digits, 10**keep)
    place = exponent + keep
    if whole:
        assert verdict(f"{whole + (2 * rest >= 10**keep)}.0e{place}".replace(".0e", ".e"), true) == EXACT
        assert verdict(f"{whole}.e{place}", true) in (EXACT, CLOSE if rest else EXACT)
        assert verdict(f"{whole + 3}.e{place}", true) == WRONG


@pytest.mark.parametrize(
    ("written", "low", "high", "point", "wanted"),
    [
        ("1.5", "1.46", "1.54", "1.5", True),
        ("1.4", "1.46", "1.54", "1.5", True),  # cut off
        ("1.3", "1.46", "1.54", "1.5", False),
        ("2.0", "1.0", "3.0", "2.0", True),  # the ball says too little, the point is right
        ("2.7", "1.0", "3.0", "2.0", False),
        ("0", "-0.1", "0.1", "0.03", False),  # 0 follows only from 0
        ("0", "0", "0", "0", True),
        ("-1.5", "1.46", "1.54", "1.5", False),
    ],
)
def test_what_follows(written, low, high, point, wanted):
    lower, upper = value(low), value(high)
    ball = arb((lower + upper) / 2, (upper - lower) / 2) if lower != upper else lower
    assert follows(reading(written), ball, value(point)) is wanted


@pytest.mark.parametrize(
    ("written", "other", "wanted"),
    [("0.2174", "0.2174", True), ("0.217", "0.2174", True), ("0.21740", "0.2174", True), ("0.218", "0.2174", False)],
)
def test_copies(written, other, wanted):
    assert copies(reading(written), reading(other).ball) is wanted


def test_a_prediction_has_to_have_the_sign_and_the_digits():
    assert agrees(reading("0.25"), value("0.2499"))
    assert agrees(reading("0.24"), value("0.2499"))  # cut off
    assert not agrees(reading("0.26"), value("0.2499"))
    assert not agrees(reading("-0.25"), value("0.2499"))
    assert not agrees(reading("0"), value("0.0001"))


def test_a_tolerance_widens_close_alone():
    number, true = reading("1.02"), value("1.01")
    assert not is_close(reading("1.03"), true)
    assert is_close(reading("1.03"), true, Fraction(2, 100))
    assert at_places(number, true) is None


def test_ends_hold_what_the_ball_holds():
    low, high = ends(arb(fmpq(1, 4), fmpq(1, 8)))
    assert low <= fmpq(1, 8) < fmpq(3, 8) <= high
    assert ends(fmpq(1, 3)) == (fmpq(1, 3), fmpq(1, 3))
