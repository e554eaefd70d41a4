"""Formulas put in order mean the same as before."""

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symback.derivation.formula import ONE, ZERO, Neg, Number, Product, Quotient, Sum, Symbol, read
from symback.derivation.tidy import opposite, tidy
from tests.derivation.evaluate import evaluate

NAMES = {"x": mpmath.mpf("0.7"), "y": mpmath.mpf("-1.3"), "z": mpmath.mpf("2.9")}

leaves = st.sampled_from([Symbol("x"), Symbol("y"), Symbol("z"), ONE, ZERO, Number(ONE.value * 3)])
formulas = st.recursive(
    leaves,
    lambda part: st.one_of(
        part.map(Neg),
        st.lists(part, min_size=2, max_size=3).map(lambda parts: Sum(tuple(parts))),
        st.lists(part, min_size=2, max_size=3).map(lambda parts: Product(tuple(parts))),
        part.map(lambda over: Quotient(over, Symbol("z"))),
    ),
    max_leaves=8,
)


def value(formula):
    return evaluate(formula, NAMES)


@given(formulas)
def test_the_value_stays(formula):
    assert mpmath.almosteq(value(tidy(formula)), value(formula), 1e-12, 1e-12)
    assert mpmath.almosteq(value(opposite(tidy(formula))), -value(formula), 1e-12, 1e-12)


@given(formulas)
def test_tidy_is_tidy(formula):
    assert tidy(tidy(formula)) == tidy(formula)


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("1 * (-x) * y", "-(x * y)"),
        ("(-x) * (-y)", "x * y"),
        ("-x * y + -z * y", "-(x * y + z * y)"),
        ("x * 0", "0"),
        ("x + 0", "x"),
        ("(-x) / y", "-(x / y)"),
        ("-(-x)", "x"),
    ],
)
def test_forms(text, tidied):
    assert tidy(read(text)) == tidy(read(tidied)) == read(tidied)


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("-(y - a)", "y - a"),
        ("a - y", "y - a"),
        ("2 * (a - y)", "2 * (y - a)"),
        ("(a - y) / 3", "(y - a) / 3"),
        ("x", "-x"),
        ("a - y if a > 0 else 1", "y - a if a > 0 else -1"),
    ],
)
def test_opposites(text, turned):
    assert opposite(read(text)) == read(turned)
