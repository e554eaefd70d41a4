"""Jacobians, Hessians and gradient checks on paper: in every dialect and language, and where they are too wide."""

import re

import pytest

import symback
from symback.derivation.formula import Call, Product, Sum, Symbol
from symback.document.dialects import DIALECTS
from symback.document.mathml import MATHML
from symback.document.matrices import _cuts
from symback.document.printer import Printer, Slots
from symback.document.reuse import solution_press
from symback.exercise.builtin import load
from symback.homework.defaults import recipe_of
from symback.homework.moodle import moodle_xml
from symback.homework.moodle_check import read_moodle
from symback.homework.qti import qti_zip
from symback.homework.qti_check import read_package
from symback.homework.sampling import Sampler
from symback.homework.sheets import Setting, sheet_text
from tests.document.sheets import made
from tests.document.test_reuse import alone, with_numbers

MARKS = {"tex": DIALECTS["tex"].marks, "typ": DIALECTS["typ"].marks, "mathml": MATHML}


@pytest.mark.parametrize(
    ("name", "tex", "typ"),
    [
        ("DA_2/DA_1", r"\frac{\partial A_2}{\partial A_1}", "frac(partial A_2, partial A_1)"),
        (
            "D(net_h1,v)/D(x,y)",
            r"\frac{\partial (\mathrm{net}_{h1}, v)}{\partial (x, y)}",
            'frac(partial ("net"_("h1"), v), partial (x, y))',
        ),
        ("d2L/dw2", r"\nabla^{2} L", "nabla^2 L"),
        ("d2L/dw2[1,2]", r"(\nabla^{2} L)_{1,2}", '(nabla^2 L)_("1,2")'),
        ("d2E_total/dw2", r"\nabla^{2} E_{\mathrm{total}}", 'nabla^2 E_("total")'),
    ],
)
def test_names_in_print(name, tex, typ):
    codes = {dialect: Printer(marks, Slots()).code(Symbol(name)) for dialect, marks in MARKS.items()}
    assert (codes["tex"], codes["typ"]) == (tex, typ)
    assert codes["mathml"].count("<") == codes["mathml"].count(">") > 4


@pytest.mark.parametrize("name", ["D/D", "d2/dw2", "DA_2/dA_1", "D()/Dx"])
def test_what_is_no_name(name):
    with pytest.raises(ValueError, match="not the name of a quantity"):
        Printer(MARKS["tex"], Slots()).code(Symbol(name))


def test_a_product_with_a_sum_in_it():
    form = Product((Sum((Call("diag", Symbol("A_2")), Symbol("b_2"))), Symbol("W_2")))
    assert Printer(MARKS["tex"], Slots()).code(form) == r"(\operatorname{diag}(A_2) + b_2) W_2"


def test_a_network_on_its_sheet():
    sheet = made("beyond", "md")
    for line in (
        r"\frac{\partial A_1}{\partial Z_1} = \operatorname{diag}(\operatorname{relu}'(Z_1)) = "
        r"\begin{bmatrix} 0 & 0 \\ 0 & 1 \end{bmatrix}",
        r"\frac{\partial A_1}{\partial X} = \operatorname{diag}(\operatorname{relu}'(Z_1)) W_1",
        r"| $\frac{\partial A_2}{\partial W_1}$ | $(W_1)_{1,1}$ | $(W_1)_{1,2}$ | $(W_1)_{2,1}$ | $(W_1)_{2,2}$ |",
        r"| $\nabla^{2} L$ | $(W_1)_{1,1}$ |",
        "A kink lies between the two points for entries of $dW_1$, $db_1$",
        r"Each entry w is moved by $h = 0.001$ both ways",
    ):
        assert line in sheet, line
    titles = re.findall("^## (.*)", sheet, re.MULTILINE)
    assert titles[titles.index("Backpropagation") + 1 :] == [
        "Jacobian matrices",
        "Hessian matrix",
        "Closed forms",
        "Gradient check",
        "Exact versus approximate",
    ]
    # The comparison is about the gradient; the matrices have their own place.
    assert "nabla" not in sheet.partition("## Exact versus approximate")[2]


def test_a_graph_in_russian():
    sheet = made("beyond_graph", "md")
    assert "## Матрицы Якоби" in sheet
    assert "## Матрица Гессе" in sheet
    assert "## Проверка градиента" in sheet
    assert "Порядок строк и столбцов: $x$, $y$, $z$." in sheet
    assert r"\begin{bmatrix} 2 x y & x^{2} & 0 \\[4pt] 1 & 0 &" in sheet
    assert r"2 \cdot du \cdot y + 4 x y" in sheet
    assert "0{,}01766270621" in sheet


def test_formulas_of_a_hessian():
    sheet = symback.render(symback.solve(load("rosenbrock")), "md").decode()
    assert (
        r"\nabla^{2} f = \begin{bmatrix} -20 \cdot dr + 800 x^{2} + 2 & -400 x \\ -400 x & 200 \end{bmatrix} = "
        r"\begin{bmatrix} 1330 & 480 \\ 480 & 200 \end{bmatrix}"
    ) in sheet


def test_wide_matrices_have_dots():
    sheet = made("beyond_wide", "md")
    jacobian = re.search(r"\\frac\{\\partial A_1\}\{\\partial Z_1\} &= (?s:.*?)\$\$", sheet)[0]
    assert r"\ddots" in jacobian
    # Twenty rows of the product do not stand beside each other.
    assert jacobian.count("bmatrix") == 2
    table = sheet.partition("## Gradient check")[2].partition("## Exact")[0]
    assert table.count(r"$\vdots$") == 2 * 8


@pytest.mark.parametrize(
    ("names", "widths", "cuts"),
    [
        (300, [900] * 3, (0, 3)),
        (300, [900] * 9, (0, 4, 9)),
        (300, [100] * 16, (0, 16)),
        (300, [9000] * 3, (0, 1, 2, 3)),
    ],
)
def test_where_a_table_is_cut(names, widths, cuts):
    assert _cuts(names, widths) == cuts


@pytest.mark.parametrize("dialect", ["md", "tex", "typ"])
@pytest.mark.parametrize("name", ["hessian", "jacobian", "rosenbrock"])
def test_one_layout_serves_many_numbers(name, dialect):
    press, exercise = solution_press(dialect), load(name)
    for numbers in (["0.5", "-0.25", "1"], ["0.123456", "1", "-7"], ["0.75", "0.5", "0.25"]):
        given = with_numbers(exercise, numbers)
        if name == "hessian":
            given = with_numbers(exercise, ["0.5", "1", *numbers])
        solution = symback.solve(given)
        assert press.text(solution) == alone(solution, dialect)


@pytest.mark.parametrize("name", ["hessian", "jacobian", "rosenbrock"])
def test_homework_with_matrices(name):
    exercise = load(name)
    sampler = Sampler(exercise, recipe_of(exercise), 3)
    variants = [sampler.variant(student) for student in ("a", "b")]
    problem = sheet_text(variants[0], "problem", "md", Setting())
    solution = sheet_text(variants[0], "solution", "md", Setting())
    for title, phase in (("Jacobian matrices", "jacobian"), ("Hessian matrix", "hessian")):
        there = any(step.phase == phase for step in variants[0].solution.derivation.steps)
        assert (f"## {title}" in problem) == (f"## {title}" in solution) == there
    if name == "hessian":
        assert "Rows and columns in this order: $(W_1)_1$, $(W_1)_2$, $(b_1)_1$" in problem
    asked = read_moodle(b"".join(moodle_xml(variants)))
    assert len(asked) == 2
    assert len(read_package(qti_zip(variants))) == 2
