"""Printed formulas say what the formula says: brackets, signs, and nodes that nobody taught the printer."""

import ast
import operator
import re
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from symback.derivation.formula import Call, Cases, Neg, Number, Power, Product, Quotient, Sum, Symbol
from symback.document.dialects import DIALECTS
from symback.document.fill import Numbers, skeleton
from symback.document.nodes import Equation, Paren, Value
from symback.document.plain_form import PLAIN, plain_form
from symback.document.printer import Printer, Slots, UnknownNode
from tests.document.sheets import solved

NAMES = {"x": Fraction(3), "y": Fraction(-2), "z": Fraction(1, 2)}
FUNCTIONS = {"abs": abs, "sign": lambda value: Fraction((value > 0) - (value < 0))}
OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def true_value(formula):
    """What a formula means, by its structure."""
    match formula:
        case Number(value):
            return value
        case Symbol(name):
            return NAMES[name]
        case Neg(of):
            return -true_value(of)
        case Sum(terms):
            return sum(map(true_value, terms))
        case Product(factors=factors):
            result = Fraction(1)
            for factor in factors:
                result *= true_value(factor)
            return result
        case Quotient(over, under):
            return true_value(over) / true_value(under)
        case Power(base, exponent):
            return true_value(base) ** int(true_value(exponent))
        case Call(name, argument):
            return FUNCTIONS[name](true_value(argument))
        case Cases(test, positive, otherwise):
            return true_value(positive if true_value(test) > 0 else otherwise)


def read_back(text):
    """What printed text means to Python, juxtaposition read as a product that binds as tightly as its sign."""
    text = re.sub(r"\|([^|]*)\|", r"abs(\1)", text).replace("^", "**")
    spaced = re.sub(r"(?<=[\w)])(?<!abs)(?<!sign)(?<!if)(?<!else)\s*\(", "*(", text)
    spaced = re.sub(r"(?<=[\w)]) (?=[a-z])(?!if|else)(?<!if )(?<!else )", "*", spaced)
    return evaluate(ast.parse(spaced, mode="eval").body)


def evaluate(node):
    match node:
        case ast.Constant(value=value):
            return Fraction(value)
        case ast.Name(id=name):
            return NAMES[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -evaluate(operand)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return evaluate(left) ** int(evaluate(right))
        case ast.BinOp(left=left, op=op, right=right):
            return OPERATIONS[type(op)](evaluate(left), evaluate(right))
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return FUNCTIONS[name](evaluate(argument))
        case ast.IfExp(test=ast.Compare(left=test), body=body, orelse=orelse):
            return evaluate(body if evaluate(test) > 0 else orelse)


whole = st.integers(-9, 9).map(lambda number: Number(Fraction(number)))
leaves = st.one_of(
    whole, st.fractions(-9, 9, max_denominator=9).map(Number), st.sampled_from([Symbol(name) for name in NAMES])
)


def grown(part):
    several = st.lists(part, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        part.map(Neg),
        several.map(Sum),
        st.builds(Product, several, st.sampled_from(["", "dot", "odot"])),
        st.builds(Quotient, part, part),
        st.builds(Power, part, st.integers(1, 3).map(lambda number: Number(Fraction(number)))),
        st.builds(Call, st.just("sign"), part),
        st.builds(Cases, part, part, part),
    )


formulas = st.recursive(leaves, grown, max_leaves=12)


@given(formulas)
def test_a_printed_formula_read_back_has_the_same_value(formula):
    try:
        expected = true_value(formula)
    except ZeroDivisionError:
        assume(False)
    assert read_back(plain_form(formula)) == expected


@given(formulas)
def test_a_formula_in_an_exponent_has_the_same_value_on_one_line(formula):
    try:
        expected = true_value(formula)
    except ZeroDivisionError:
        assume(False)
    assert read_back(Printer(PLAIN, Slots()).exponent(formula)) == expected


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("node", ["x", 1, None, Equation((Symbol("x"),)), Sum((Symbol("x"), 2.5))])
def test_an_unknown_node_raises(dialect, node):
    with pytest.raises(UnknownNode, match="no rule to print"):
        Printer(DIALECTS[dialect].marks, Slots()).code(node)


def test_a_name_that_is_none_raises():
    with pytest.raises(ValueError, match="not the name of a quantity"):
        Printer(DIALECTS["tex"].marks, Slots()).code(Symbol("x; y"))


def filled(node, dialect="tex"):
    """A node with the numbers of the exercise of negative numbers: W_1 = [-0.3 -0.5; -1 -2], X = [-2; -3]."""
    printer = Printer(DIALECTS[dialect].marks, Slots())
    code = printer.code(node)
    numbers = Numbers(solved("negative"), DIALECTS[dialect].numbers, 10, ",")
    return skeleton(code, printer.slots.slots).fill(numbers)


W, X, Y = Value("W_1", 0), Value("X", 0), Value("y", 0)


@pytest.mark.parametrize(
    ("node", "code"),
    [
        (W, "-0{,}3"),
        (Neg(X), "2"),
        (Call("exp", Neg(X)), "e^{2}"),
        (Product((W, Paren(X))), "-0{,}3(-2)"),
        (Product((W, X), "dot"), "-0{,}3 \\cdot (-2)"),
        (Sum((X, W)), "-2 - 0{,}3"),
        (Sum((X, Neg(W))), "-2 - (-0{,}3)"),
        (Sum((Symbol("y"), Product((W, Paren(X))))), "y - 0{,}3(-2)"),
        (Power(X, Number(Fraction(2))), "(-2)^{2}"),
        (Power(Sum((X, Neg(Y))), Number(Fraction(2))), "(-2 - (-17))^{2}"),
        (Product((Number(Fraction(2)), Sum((X, Neg(Y))))), "2(-2 - (-17))"),
        (Product((Number(Fraction(2)), X)), "2(-2)"),
        (Quotient(X, W), "\\frac{-2}{-0{,}3}"),
        (Neg(Product((X, W), "dot")), "-(-2) \\cdot (-0{,}3)"),
    ],
)
def test_signs_and_brackets_of_numbers(node, code):
    assert filled(node) == code
