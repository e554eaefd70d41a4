"""Formulas: reading the rows of the tables, to SymPy and back."""

from fractions import Fraction

import mpmath
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from symback.derivation.formula import (
    ONE,
    Call,
    Cases,
    Formula,
    Neg,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    children,
    derivative,
    from_sympy,
    read,
    rebuild,
    substitute,
    symbols,
    to_sympy,
    walk,
)
from symback.derivation.values import compile_formula
from tests.derivation.evaluate import MPMATH, evaluate

NAMES = {"x": mpmath.mpf("0.7"), "y": mpmath.mpf("-1.3"), "z": mpmath.mpf("2.9")}
x, y = Symbol("x"), Symbol("y")


def number(value):
    return Number(Fraction(value))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", x),
        ("3", number(3)),
        ("-x", Neg(x)),
        ("x - y", Sum((x, Neg(y)))),
        ("x - y + 1", Sum((x, Neg(y), ONE))),
        ("x - (y + 1)", Sum((x, Neg(Sum((y, ONE)))))),
        ("2 * x * y", Product((number(2), x, y))),
        ("x / y / 2", Quotient(Quotient(x, y), number(2))),
        ("x**2", Power(x, number(2))),
        ("-x**2", Neg(Power(x, number(2)))),
        ("1 / (1 + exp(-x))", Quotient(ONE, Sum((ONE, Call("exp", Neg(x)))))),
        ("x if x > 0 else y", Cases(x, x, y)),
        ("sqrt(2 * pi)", Call("sqrt", Product((number(2), Symbol("pi"))))),
    ],
)
def test_read(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    ["f(x)", "x.y", "x[0]", "0.5", "'x'", "x // y", "x if x < 0 else y", "x if x > 1 else y", "exp(x, y)", "()"],
)
def test_what_is_not_a_row_of_a_table_is_not_read(text):
    with pytest.raises(ValueError, match="not a formula"):
        read(text)


leaves = st.one_of(
    st.sampled_from([Symbol(name) for name in NAMES]),
    st.fractions(min_value=-4, max_value=4, max_denominator=6).map(Number),
    st.just(Symbol("pi")),
)


def _branches(inner):
    pairs = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        inner.map(Neg),
        pairs.map(Sum),
        pairs.map(Product),
        st.tuples(inner, inner).map(lambda parts: Quotient(*parts)),
        st.tuples(inner, st.integers(1, 3)).map(lambda parts: Power(parts[0], number(parts[1]))),
        st.tuples(st.sampled_from(["exp", "tanh", "erf", "abs", "sign"]), inner).map(lambda parts: Call(*parts)),
        # log and sqrt of what is certainly positive, so that both sides stay real.
        st.tuples(st.sampled_from(["log", "sqrt"]), inner).map(
            lambda parts: Call(parts[0], Sum((ONE, Power(parts[1], number(2)))))
        ),
        st.tuples(inner, inner, inner).map(lambda parts: Cases(*parts)),
    )


formulas = st.recursive(leaves, _branches, max_leaves=8)


def value(formula: Formula):
    """The value at NAMES; outside of its domain, too close to a kink or out of reach a formula is set aside."""
    for part in walk(formula):
        # SymPy makes conditions on conditions of branches in a test; no derivative has those, and they are refused.
        assume(not (isinstance(part, Cases) and any(isinstance(inner, Cases) for inner in walk(part.test))))
        if isinstance(part, Cases | Call) and (isinstance(part, Cases) or part.function == "sign"):
            test = evaluate(part.test if isinstance(part, Cases) else part.argument, NAMES)
            # An identically vanishing test comes out as a rounding error here and as 0 from SymPy.
            assume(test == 0 or abs(test) > mpmath.mpf(10) ** -20)
    result = evaluate(formula, NAMES)
    assume(mpmath.isfinite(result) and abs(result) < mpmath.mpf(10) ** 40)
    return result


@settings(max_examples=120, deadline=None)
@given(formulas)
def test_to_sympy_and_back_keeps_the_value(formula):
    with mpmath.workdps(80):
        try:
            before = value(formula)
        except (ZeroDivisionError, OverflowError):
            assume(False)
        expression = to_sympy(formula)
        assume(not expression.has(sympy.nan, sympy.zoo, sympy.oo, sympy.Float))
        after = evaluate(from_sympy(expression), NAMES)
        assert mpmath.almosteq(before, after, rel_eps=mpmath.mpf(10) ** -30, abs_eps=mpmath.mpf(10) ** -40)


@settings(max_examples=60, deadline=None)
@given(formulas)
def test_the_compiled_formula_has_the_value(formula):
    with mpmath.workdps(50):
        try:
            expected = evaluate(formula, NAMES)
            found = compile_formula(formula, tuple(NAMES), MPMATH)(*NAMES.values())
        except (ZeroDivisionError, OverflowError):
            assume(False)
        assert mpmath.almosteq(expected, found, rel_eps=mpmath.mpf(10) ** -40, abs_eps=mpmath.mpf(10) ** -60)


@settings(max_examples=60, deadline=None)
@given(formulas)
def test_a_formula_is_its_parts(formula):
    assert rebuild(formula, children(formula)) == formula
    assert substitute(formula, lambda _part: None) == formula
    assert set(symbols(formula)) == {part.name for part in walk(formula) if isinstance(part, Symbol)}


@pytest.mark.parametrize(
    ("test", "side"),
    # SymPy turns 1 - x > 0 into x < 1 and 3 - 2 x > 0 into x < 3/2.
    [
        *[("1 - x", "0.5"), ("1 - x", "2"), ("3 - 2 * x", "1"), ("3 - 2 * x", "4"), ("x - 1", "2")],
        *[("-x", "-1"), ("-x", "1"), ("x - y", "1"), ("y - x", "1"), ("y - x", "-3")],
    ],
)
def test_a_condition_that_sympy_turned_around(test, side):
    formula = Cases(read(test), number(10), number(20))
    given_names = {"x": mpmath.mpf(side), "y": mpmath.mpf(-1)}
    assert evaluate(from_sympy(to_sympy(formula)), given_names) == evaluate(formula, given_names)


def test_branches_within_branches_come_back():
    formula = Cases(x, number(1), Cases(Sum((x, ONE)), number(2), Cases(y, number(3), number(4))))
    back = from_sympy(to_sympy(formula))
    for at in ("1", "-0.5", "-3"):
        for other in ("1", "-1"):
            names = {"x": mpmath.mpf(at), "y": mpmath.mpf(other)}
            assert evaluate(back, names) == evaluate(formula, names), names


@pytest.mark.parametrize("expression", [sympy.sin(sympy.Symbol("x")), sympy.I, sympy.zoo, sympy.gamma(2 * sympy.pi)])
def test_what_has_no_counterpart_is_refused(expression):
    with pytest.raises(ValueError, match="no formula"):
        from_sympy(expression)


@pytest.mark.parametrize("exponent", [Fraction(1, 3), Fraction(2, 3), Fraction(-1, 3)])
def test_a_power_that_is_no_product_is_refused(exponent):
    """int(3/2) = 1 would be another number, not an error."""
    with pytest.raises(ValueError, match="no value"):
        compile_formula(Power(x, Number(exponent)), ("x",), MPMATH)


@pytest.mark.parametrize(
    ("text", "at", "expected"), [("abs(x)", 0, 0), ("abs(x)", -3, -1), ("x if x > 0 else 0", 0, 0), ("sign(x)", 0, 0)]
)
def test_derivative_at_a_kink(text, at, expected):
    assert evaluate(derivative(read(text), "x"), {"x": mpmath.mpf(at)}) == expected
