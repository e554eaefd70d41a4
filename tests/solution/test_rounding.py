"""Correct rounding, half to even, against Python's decimal and fractions modules."""

import decimal
from decimal import ROUND_HALF_EVEN, Context
from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq
from hypothesis import example, given, settings
from hypothesis import strategies as st

from symback.errors import LimitError
from symback.solution.plain import plain
from symback.solution.rounding import (
    Decimal,
    bounds,
    first_place,
    leading_exponent,
    round_ball,
    round_rational,
    round_significant,
)

MANY = settings(max_examples=150, deadline=None)
digit_counts = st.integers(1, 40)


def context(digits):
    return Context(prec=digits, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999)


def oracle(value, digits):
    """A rational rounded by the decimal module: exact up to 400 digits, and marked where there are more."""
    wide = Context(prec=2000, rounding=decimal.ROUND_DOWN, Emin=-999999, Emax=999999)
    quotient = wide.divide(decimal.Decimal(value.numerator), decimal.Decimal(value.denominator))
    if Fraction(quotient) != value:
        # A digit far below the last one breaks ties the way the rest that was cut away would.
        tail = decimal.Decimal((quotient.is_signed(), (1,), quotient.as_tuple().exponent - 1))
        quotient = Context(prec=2010, Emin=-999999, Emax=999999).add(quotient, tail)
    return Fraction(context(digits).plus(quotient))


def to_fmpq(value):
    return fmpq(value.numerator, value.denominator)


rationals = st.one_of(
    st.fractions(max_denominator=10**6),
    st.fractions(min_value=-1, max_value=1, max_denominator=10**9),
    # Ties: so many digits and a five after them.
    st.tuples(st.integers(-(10**12), 10**12), st.integers(-30, 30)).map(
        lambda pair: (Fraction(pair[0]) * 10 + 5) * Fraction(10) ** pair[1]
    ),
    # Powers of ten and their neighbours, where a digit is carried to the front.
    st.tuples(st.integers(-40, 40), st.integers(-60, 60), st.sampled_from([-1, 0, 1])).map(
        lambda parts: Fraction(10) ** parts[0] + parts[2] * Fraction(10) ** parts[1]
    ),
)


@MANY
@given(rationals, digit_counts)
@example(Fraction(5, 10), 1)
@example(Fraction(25, 10), 1)
@example(Fraction(35, 10), 1)
@example(Fraction(-25, 10), 1)
@example(Fraction(999995, 10), 5)
@example(Fraction(2, 3), 40)
def test_round_rational(value, digits):
    rounded = round_rational(value, digits)
    if value == 0:
        assert rounded == Decimal(False, "0", 0, True)
        return
    assert rounded.value == oracle(value, digits)
    assert rounded.exact == (rounded.value == value)
    assert rounded.negative == (value < 0)
    assert len(rounded.digits) <= digits
    # What is exact stands without superfluous zeros, what is rounded with all its digits.
    assert not rounded.digits.endswith("0") if rounded.exact else len(rounded.digits) == digits
    assert round_rational(to_fmpq(value), digits) == rounded


@pytest.mark.parametrize(
    ("text", "digits", "expected"),
    [
        ("2.5", 1, "2"),
        ("3.5", 1, "4"),
        ("0.125", 2, "0.12"),
        ("0.375", 2, "0.38"),
        ("0.1250000000000000000001", 2, "0.13"),
        ("0.1249999999999999999999", 2, "0.12"),
        ("-2.5", 1, "-2"),
        ("99.95", 3, "100"),
        ("9.995", 3, "10.0"),
        ("9.985", 3, "9.98"),
    ],
)
def test_ties_go_to_the_even_digit(text, digits, expected):
    assert plain(round_rational(Fraction(text), digits)) == expected


@MANY
@given(rationals.filter(bool), st.integers(1, 12), st.integers(1, 40))
def test_a_terminating_decimal_is_kept_in_full_up_to_the_limit(value, digits, limit):
    rounded = round_rational(value, digits, limit=limit)
    places = len(round_rational(value, 200).digits) if round_rational(value, 200).exact else None
    if places is not None and places <= max(limit, digits):
        assert rounded.value == value
        assert rounded.exact
    else:
        assert rounded.value == oracle(value, digits)


@MANY
@given(rationals.filter(bool))
def test_first_place(value):
    size = abs(value)
    place = leading_exponent(size.numerator, size.denominator)
    assert Fraction(10) ** place <= size < Fraction(10) ** (place + 1)
    assert first_place(to_fmpq(value)) == place


@st.composite
def balls(draw):
    """A ball around a number that is near a tie, near a power of ten, or anywhere."""
    center = draw(rationals.filter(bool))
    radius = abs(center) * Fraction(1, draw(st.sampled_from([10**3, 10**8, 10**20, 10**45])))
    offset = draw(st.fractions(min_value=-3, max_value=3, max_denominator=50)) * radius
    with ctx.workprec(400):
        return arb(to_fmpq(center + offset), to_fmpq(radius))


def on_the_edge(low, high, digits):
    """A ball of a good part of a unit about a power of ten, or one that ends on a tie: more precision will tell."""
    sizes = sorted(map(abs, (low, high)))
    places = [leading_exponent(size.numerator, size.denominator) for size in sizes]
    units = [Fraction(10) ** (place - digits + 1) for place in places]
    ties = [2 * abs(size - oracle(size, digits)) == each for size, each in zip(sizes, units, strict=True)]
    return any(ties) or (places[0] < places[1] and high - low > units[0] / 2)


@settings(max_examples=250, deadline=None)
@given(balls(), st.integers(1, 45))
def test_a_ball_is_rounded_only_when_all_in_it_round_alike(ball, digits):
    """Both ends decide, and the answer is the one of the decimal module for each of them."""
    low, high = bounds(ball)
    rounded = round_ball(ball, digits)
    ends = {oracle(low, digits), oracle(high, digits)}
    if low <= 0 <= high:
        assert rounded is None
    elif rounded is None:
        assert len(ends) == 2 or on_the_edge(low, high, digits)
    else:
        assert ends == {rounded.value}
        assert len(rounded.digits) == digits
        assert not rounded.exact


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 10**12), st.integers(-80, 80), st.sampled_from([-1, 1]))
def test_balls_beside_a_tie(mantissa, place, side):
    """A tie cannot be told from what is a hair above or below it until the ball is thin enough; then it is right."""
    tie = (Fraction(mantissa) * 10 + 5) * Fraction(10) ** place
    digits = len(str(mantissa))
    hair = tie * side / 10**60
    with ctx.workprec(400):
        wide, thin = (arb(to_fmpq(tie + hair), to_fmpq(tie / 10**width)) for width in (59, 61))
    assert round_ball(wide, digits) is None
    assert round_ball(thin, digits).value == oracle(tie + hair, digits)


@pytest.mark.parametrize("digits", [1, 3, 30])
def test_a_thin_ball_about_a_power_of_ten_is_that_power(digits):
    """0.999...9 and 1.000...1 round alike."""
    with ctx.workprec(400):
        ball = arb(1000, to_fmpq(Fraction(1, 10**40)))
    assert round_ball(ball, digits) == Decimal(False, "1" + "0" * (digits - 1), 4 - digits, False)


def test_a_ball_that_holds_zero_has_no_digits():
    assert round_ball(arb(0, 1), 3) is None
    assert round_ball(arb("nan"), 3) is None
    assert round_ball(arb("inf"), 3) is None
    assert round_ball(arb(0), 3) == Decimal(False, "0", 0, True)


@pytest.mark.parametrize("exponent", [4, 300, 5000, 100_000])
def test_very_large_and_very_small_balls(exponent):
    with ctx.workprec(200):
        small, large = arb(-exponent).exp(), arb(exponent).exp()
    shift = {4: (-2, 1), 300: (-131, 130), 5000: (-2172, 2171), 100_000: (-43430, 43429)}[exponent]
    assert (round_ball(small, 12).exponent, round_ball(large, 12).exponent) == shift
    product = round_ball(small, 20).value * round_ball(large, 20).value
    assert abs(product - 1) < Fraction(1, 10**18)


def test_what_cannot_be_written_out_is_refused_at_once():
    """e^(-10^10) has four thousand million zeros before its first digit."""
    with pytest.raises(LimitError, match="too large or too small"):
        round_ball(arb(-(10**10)).exp(), 10)


def test_rationals_of_many_digits():
    """Beyond what Python turns into text by itself."""
    assert round_rational(Fraction(10**5200), 3) == Decimal(False, "1", 5200, True)
    assert round_rational(Fraction(2 * 10**5200 + 1), 3) == Decimal(False, "200", 5198, False)
    assert round_rational(Fraction(1, 3 * 10**5200), 3) == Decimal(False, "333", -5203, False)
    assert plain(round_rational(Fraction(-7, 10**4999), 5)) == "-7e-4999"


@MANY
@given(rationals, st.integers(1, 15))
def test_round_significant_is_a_rational_again(value, digits):
    expected = oracle(value, digits) if value else Fraction(0)
    assert round_significant(to_fmpq(value), digits) == to_fmpq(expected)


def test_round_significant_of_a_ball_that_is_too_wide_takes_its_middle():
    assert round_significant(arb(to_fmpq(Fraction("2.5")), 1), 3) == fmpq(5, 2)
    assert round_significant(arb(0, 1), 3) == 0


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        ("0", 5, "0"),
        ("12.1", 5, "12.1"),
        ("-0.00001", 5, "-0.00001"),
        ("0.000001", 5, "1e-6"),
        ("123456", 3, "123000"),
        ("100", 5, "100"),
        ("1e14", 3, "100000000000000"),
        ("1e15", 3, "1e15"),
        ("-3.836e-7", 4, "-3.836e-7"),
        ("1/3", 4, "0.3333"),
        ("2/3", 1, "0.7"),
    ],
)
def test_plain_text(value, digits, text):
    assert plain(round_rational(Fraction(value), digits)) == text


@MANY
@given(rationals, st.integers(1, 30))
def test_plain_text_reads_back(value, digits):
    rounded = round_rational(value, digits)
    assert Fraction(plain(rounded)) == rounded.value
