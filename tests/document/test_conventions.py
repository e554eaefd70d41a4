"""The names of a convention in print, in every dialect, and fractions."""

import json
import re
from fractions import Fraction

import pytest

import symback
from symback.derivation.derive import derive
from symback.derivation.formula import Number, Power, Sum, Symbol
from symback.document.dialects import DIALECTS
from symback.document.engines import latex_pdf
from symback.document.mathml import MATHML
from symback.document.naming import told_marks
from symback.document.nodes import Value
from symback.document.printer import Printer, Slots
from symback.document.write import Options
from tests.document.sheets import made, solved
from tests.document.test_mathml import checked, tokens

CONVENTIONS = ("net_out", "delta_rule", "io_err", "superscripts")


def printed(exercise, node, to="tex"):
    derivation = derive(solved(exercise).exercise.network)
    marks = MATHML if to == "mathml" else DIALECTS[to].marks
    return Printer(told_marks(marks, derivation), Slots()).code(node)


@pytest.mark.parametrize(
    ("name", "latex", "typst"),
    [
        ("W_1", "W^{[1]}", "W^([1])"),
        ("W_1^T", r"W^{[1] \top}", "W^([1] top)"),
        ("dW_1", "dW^{[1]}", "d W^([1])"),
        ("dW_1[2,3]", "dW^{[1]}_{2,3}", 'd W^([1])_("2,3")'),
        ("A_2_new", r"A^{[2]}_{\mathrm{new}}", 'A^([2])_("new")'),
        ("A_2_new[1]", r"A^{[2]}_{\mathrm{new},1}", 'A^([2])_("new,1")'),
        ("dA_2/dZ_2", r"\frac{\partial A^{[2]}}{\partial Z^{[2]}}", "frac(partial A^([2]), partial Z^([2]))"),
        ("Z_2.exp", r"Z^{[2] \mathrm{exp}}", 'Z^([2] "exp")'),
        ("v_W_1", "v_{W^{[1]}}", "v_(W^([1]))"),
        ("X", "X", "X"),
        ("y[2]", "y_2", "y_2"),
        ("beta_1", r"\beta_1", "beta_1"),
        ("L_new", r"L_{\mathrm{new}}", 'L_("new")'),
        ("q_1", "q_1", "q_1"),
    ],
)
def test_superscripts(name, latex, typst):
    assert printed("superscripts", Symbol(name)) == latex
    assert printed("superscripts", Symbol(name), "typ") == typst
    checked(tokens(printed("superscripts", Symbol(name), "mathml")))


def test_a_power_of_a_name_with_something_above_it_has_brackets():
    """W^{[1]}^{2} has two superscripts, which is no LaTeX."""
    square = Power(Symbol("A_1"), Number(Fraction(2)))
    assert printed("superscripts", square) == "(A^{[1]})^{2}"
    assert printed("superscripts", square, "typ") == "(A^([1]))^(2)"
    assert printed("paper", square) == "A_1^{2}"


@pytest.mark.parametrize(
    ("exercise", "name", "latex"),
    [
        ("net_out", "dw5", r"\frac{\partial E_{\mathrm{total}}}{\partial w_5}"),
        ("net_out", "dw5_new", "dw_{5,\\mathrm{new}}"),  # one update: no derivative is taken after it
        ("net_out", "dnet_o1", r"\frac{\partial E_{o1}}{\partial \mathrm{net}_{o1}}"),
        ("net_out", "dE_o1/dout_h1", r"\frac{\partial E_{o1}}{\partial \mathrm{out}_{h1}}"),
        ("net_out", "w5_new", r"w_{5,\mathrm{new}}"),
        ("delta_rule", "Delta_w01", r"\Delta w_{01}"),
        ("delta_rule", "Delta_w1_new", r"\Delta w_{1,\mathrm{new}}"),
        ("delta_rule", "delta_o1", r"\delta_{o1}"),
        ("io_err", "Err_6", r"\mathrm{Err}_6"),
        ("io_err", "w46", "w_{46}"),
        ("io_err", "theta_6_new", r"\theta_{6,\mathrm{new}}"),
    ],
)
def test_single_names(exercise, name, latex):
    assert printed(exercise, Symbol(name)) == latex
    checked(tokens(printed(exercise, Symbol(name), "mathml")))


def test_a_change_is_a_prefix_only_before_a_letter():
    assert printed("paper", Symbol("Delta_1")) == r"\Delta_1"
    assert printed("paper", Symbol("Delta_theta_4")) == r"\Delta \theta_4"
    assert printed("paper", Symbol("m_w5")) == "m_{w_5}"


@pytest.mark.parametrize("exercise", CONVENTIONS)
def test_names_of_the_contract_stay_ascii(exercise):
    data = json.loads(made(exercise, "json"))
    names = [quantity["name"] for quantity in data["quantities"]]
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_/]*", name) for name in names)
    assert {"net_out": "w5_new", "delta_rule": "delta_o1", "io_err": "Err_6", "superscripts": "dW_1"}[exercise] in names
    by_name = {quantity["name"]: quantity for quantity in data["quantities"]}
    if exercise == "superscripts":
        assert by_name["Z_1"]["latex"] == "Z^{[1]} = W^{[1]} X + b^{[1]}"
        assert by_name["Z_1"]["formula"] == "W_1 X + b_1"
    if exercise == "net_out":
        chain = r"\frac{\partial E_{\mathrm{total}}}{\partial w_5} = \frac{\partial E_{\mathrm{total}}}"
        assert by_name["dw5"]["latex"].startswith(chain)


@pytest.mark.parametrize("exercise", CONVENTIONS)
def test_every_convention_is_set_by_every_engine(exercise):
    assert made(exercise, "typ")
    assert symback.render(solved(exercise), "pdf")[:5] == b"%PDF-"
    assert latex_pdf(made(exercise, "tex"))[:5] == b"%PDF-"


def test_the_sign_of_delta_is_said():
    sheet = made("delta_rule", "md")
    assert r"$\delta_j$ stands for $-\frac{\partial E}{\partial \mathrm{net}_j}$." in sheet
    assert r"\delta_{o1} &= -\frac{\partial E}{\partial \mathrm{net}_{o1}} = o_{o1}(1 - o_{o1})(t_1 - o_{o1})" in sheet
    assert r"$\mathrm{Err}_j$ stands for $-\frac{\partial E}{\partial I_j}$." in made("io_err", "md")


def test_single_givens_stand_beside_each_other():
    sheet = made("net_out", "md")
    assert r"$$w_5 = 0.4, \quad w_6 = 0.45, \quad w_7 = 0.5, \quad w_8 = 0.55$$" in sheet
    assert r"$$i_1 = 0.05, \quad i_2 = 0.1$$" in sheet


def test_givens_that_are_too_long_stand_by_themselves(tmp_path):
    path = tmp_path / "e.yaml"
    path.write_text(f"given: {{x1: 0.{'1' * 50}, x2: 0.{'2' * 50}}}\nsteps: {{f: x1 * x2}}\nderive: f\n")
    solution = symback.solve(symback.load(path))
    assert r"$$x_1 \approx 0.1111111111, \quad x_2 \approx 0.2222222222$$" in symback.render(solution, "md").decode()
    assert r", \quad x_2" not in symback.render(solution, "md", Options(digits=50)).decode()


# Fractions


def fractions(tmp_path, **changes):
    fields = {"x": "[1/3, -2]", "y": "1", "numbers": "fractions", "loss": "squared_error"} | changes
    layer = "{W: [[1/2, 0.25]], b: 1/7, activation: sigmoid}"
    path = tmp_path / "e.yaml"
    path.write_text("".join(f"{key}: {value}\n" for key, value in fields.items()) + f"layers: [{layer}]\n")
    return symback.solve(symback.load(path))


def test_fractions(tmp_path):
    sheet = symback.render(fractions(tmp_path), "md").decode()
    assert r"X = \begin{bmatrix} \frac{1}{3} \\[4pt] -2 \end{bmatrix}" in sheet
    assert r"e^{4 / 21} \approx" in sheet
    assert r"= -\frac{4}{21}" in sheet


def test_decimals_are_the_default(tmp_path):
    sheet = symback.render(fractions(tmp_path, numbers="decimals"), "md").decode()
    assert r"W_1 = \begin{bmatrix} \frac{1}{2} & 0.25 \end{bmatrix}" in sheet
    assert r"\approx -0.1904761905" in sheet


def test_long_fractions_are_decimals(tmp_path):
    sheet = symback.render(fractions(tmp_path, x="[1/7654321, 0.1234567]"), "md").decode()
    assert r"\frac{1}{7654321}" in sheet  # given so
    assert "0.1234567" in sheet
    assert r"\frac{1234567}{10000000}" not in sheet


@pytest.mark.parametrize("to", ["tex", "typ", "pdf"])
def test_fractions_in_every_dialect(tmp_path, to):
    found = symback.render(fractions(tmp_path, decimal='","', language="ru"), to)
    assert found
    if to == "tex":
        assert latex_pdf(found.decode())[:5] == b"%PDF-"


def test_brackets_grow_around_what_may_be_a_fraction():
    tall = DIALECTS["tex"].tall
    node = Power(Sum((Value("a", 0), Symbol("b"))), Number(Fraction(2)))
    assert Printer(tall, Slots()).code(node).startswith(r"\left(")
    assert Printer(tall, Slots()).code(Power(Sum((Symbol("a"), Symbol("b"))), Number(Fraction(2)))).startswith("(a")
