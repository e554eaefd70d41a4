"""Presentation MathML: every node printed, well formed, closed to what it does not know."""

from fractions import Fraction
from xml.etree.ElementTree import fromstring

import pytest

from symback.derivation.formula import Call, Cases, Neg, Number, Power, Product, Quotient, Sum, Symbol
from symback.derivation.functions import ACTIVATIONS
from symback.derivation.losses import LOSSES
from symback.document.mathml import MATHML, MATHML_NUMBERS, UnknownCharacter, signed, tokens
from symback.document.nodes import Dots, Matrix, Paren, Value
from symback.document.printer import Printer, Slots, UnknownNode

A, B = Symbol("A_2"), Symbol("dW_1[2,3]")
TWO = Number(Fraction(2))
NODES = [
    A, B, Symbol("A_1^T"), Symbol("dA_2/dZ_2"), Symbol("∂L"), Symbol("pi"), TWO, Number(Fraction(-3, 4)), Neg(A),
    Sum((A, B, Neg(TWO), Neg(Sum((A, B))))), Product((A, B)), Product((A, Neg(B)), "dot"), Product((A, B), "odot"),
    Product((Value("X", 0), Value("X", 1)), "times"), Quotient(A, Sum((A, TWO))), Power(Sum((A, B)), TWO),
    Power(Value("X", 0), TWO), Call("exp", Neg(A)), Call("sqrt", A), Call("abs", A), Call("sigma'", A), Call("relu", A),
    Call("log", A), Cases(A, A, TWO), Paren(A), Paren(Value("X", 0)), Value("X", 0), Dots("across"), Dots("diagonal"),
    Matrix(((A, B), (Value("X", 0), Dots("down")))),
]  # fmt: skip
ARITY = {"mfrac": 2, "msup": 2, "msub": 2}


def printed(node):
    return tokens(Printer(MATHML, Slots()).code(node))


def checked(code):
    """The text of well-formed MathML in which scripts and fractions have two parts, and tokens alone have text."""
    root = fromstring(f"<math>{code}</math>")
    for element in root.iter():
        assert len(element) == ARITY.get(element.tag, len(element))
        leaf = element.tag in ("mi", "mn", "mo", "mtext")
        assert leaf or not (element.text or "").strip("\ue000\ue001") or "\ue000" in element.text
        assert leaf or all(not (part.tail or "").strip() or "\ue000" in part.tail for part in element)
        assert not leaf or (element.text and not len(element))
    return "".join(root.itertext())


@pytest.mark.parametrize("node", NODES, ids=repr)
def test_every_node_is_well_formed(node):
    checked(printed(node))


@pytest.mark.parametrize("row", [*ACTIVATIONS.values()], ids=lambda row: row.name)
def test_every_activation_and_its_slope(row):
    checked(printed(row.function.formula))
    checked(printed(row.function.derivative("z").formula))


@pytest.mark.parametrize("row", [*LOSSES.values()], ids=lambda row: row.name)
def test_every_loss(row):
    checked(printed(row.function(2).formula))


def test_it_reads_as_on_paper():
    assert checked(printed(Sum((Product((TWO, Sum((A, Neg(Symbol("y")))))), Neg(B))))) == "2(A2−y)−(dW1)2,3"
    assert checked(printed(ACTIVATIONS["sigmoid"].function.formula)) == "11+e−z"


def test_unknown_nodes_raise():
    with pytest.raises(UnknownNode):
        printed(object())


@pytest.mark.parametrize("code", ["a & b", "<mi>a</mi>;", "{", "é"])
def test_unknown_characters_raise(code):
    with pytest.raises(UnknownCharacter):
        tokens(code)


def test_slots_and_elements_are_left_alone():
    code = "<mi>if</mi>\ue00012\ue001<mtext>a & 2</mtext>"
    assert tokens(code) == code


@pytest.mark.parametrize(
    ("code", "whole"),
    [
        ("-<mn>3</mn>", '<mo form="prefix">−</mo><mn>3</mn>'),
        ("<mn>1</mn> - <mrow><mn>3</mn></mrow>", "<mn>1</mn><mo>−</mo><mrow><mn>3</mn></mrow>"),
        ("<mn>1</mn> + <mfrac/>", "<mn>1</mn> + <mfrac/>"),
        ("<mo>(</mo>-<mn>3</mn>", '<mo>(</mo><mo form="prefix">−</mo><mn>3</mn>'),
        ("<p>a - <math><mn>1</mn></math></p>", "<p>a - <math><mn>1</mn></math></p>"),
    ],
)
def test_signs_before_numbers_become_operators(code, whole):
    assert signed(code) == whole


def test_numbers():
    assert checked(signed("-" + MATHML_NUMBERS.scientific("<mn>3.84</mn>", -7))) == "−3.84×10−7"
    assert checked(MATHML_NUMBERS.brackets(signed("-<mn>3</mn>"))) == "(−3)"
    assert checked(MATHML_NUMBERS.fraction(*(MATHML_NUMBERS.digits(n) for n in ("1", "3")))) == "13"
    assert checked(MATHML_NUMBERS.stack(["<mn>12</mn>", "<mn>34</mn>"])) == "1234"
