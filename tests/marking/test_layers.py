"""Joins, normalisation, attention and penalties on a student's paper: names, right numbers, what follows, slips."""

import math
import re

import pytest

import symback
from symback.document.write import render
from tests.marking.test_updates import answers, marks, only
from tests.solution.test_layers import TOKENS, exercise, texts

NAMES = ("weight_decay", "residual", "dropout", "layer_norm", "batch_norm", "attention")


@pytest.mark.parametrize("name", NAMES)
def test_right_numbers_are_exact(tmp_path, name):
    made = symback.load(name)
    solution = symback.solve(made)
    names = [each for each in solution.names if each not in solution.givens]
    found = marks(tmp_path, made, answers(solution, names))
    assert {mark.verdict for mark in found} == {"exact"}
    assert len(found) >= len(names)


#: A line without a name: a row of a product, stacked with the others.
_NAMELESS = re.compile(r"^&?[-(]?\d.*\n", re.MULTILINE)


def paper(name):
    """The sheet as a student would copy it: lines whole, those without a name left out."""
    text = render(symback.solve(symback.load(name)), "md").decode()
    return _NAMELESS.sub("", text.split("## Closed forms")[0].split("## Exact")[0].replace(" \\\\\n&\\quad", ""))


@pytest.mark.parametrize("name", NAMES)
def test_the_sheet_is_a_paper_without_a_fault(tmp_path, name):
    made = symback.load(name)
    found = marks(tmp_path, made, paper(name), ".md")
    assert not [(mark.line, mark.quantity, mark.written) for mark in found if mark.verdict not in ("exact", "unread")]
    solution = symback.solve(made)
    # The numbers of a copy are those of what is copied.
    steps = {each.name for each in solution.derivation.steps if "/" not in each.name and each.operation != "copy"}
    assert {mark.quantity for mark in found} >= steps | set(solution.givens)


def value(solution, name, place=0):
    """An entry as a float."""
    return [float(cell) for row in solution[name].decimal(17) for cell in row][place]


#: In the notation of the answers what is written for the wrong number, from the right ones.
SLIPS = [
    ("weight_decay", "L", lambda v: v("L_0"), "penalty_forgotten"),
    ("weight_decay", "dW_1[1,1]", lambda v: v("dW_1.1"), "penalty_forgotten"),
    ("weight_decay", "dW_1[1,1]", lambda v: v("dW_1.1") + 2 * v("dW_1.penalty"), "penalty_doubled"),
    ("weight_decay", "dW_2.penalty[1,2]", lambda v: 2 * v("dW_2.penalty", 1), "penalty_doubled"),
    ("weight_decay", "R", lambda v: 2 * v("R"), "factor_two"),
    ("weight_decay", "R", lambda v: -v("R"), "sign"),
    ("dropout", "A_2[1]", lambda v: v("A_1"), "keep_forgotten"),
    ("dropout", "A_2[1]", lambda v: v("A_1") / 2, "keep_multiplied"),
    ("dropout", "A_2[2]", lambda v: 2 * v("A_1", 1), "dropout_forgotten"),
    ("dropout", "dA_1[3]", lambda v: v("dA_2", 2), "keep_forgotten"),
    ("residual", "Z_4[1]", lambda v: v("A_3"), "skip_forgotten"),
    ("residual", "dA_1[1]", lambda v: v("dA_1.2"), "term_dropped"),
    ("attention", "Z_1[1,1]", lambda v: v("S_1"), "scale_forgotten"),
    ("attention", "Z_1[3,1]", lambda v: v("S_1", 6) / 3, "scale_unrooted"),
    ("attention", "dS_1[1,1]", lambda v: v("dZ_1"), "scale_forgotten"),
    ("attention", "P_1[3,3]", lambda _: 1 / (1 + 2 * math.exp(1 / 3**0.5)), "softmax_axis"),
    ("layer_norm", "var_2", lambda v: v("var_2") * 3 / 2, "variance_unbiased"),
    ("layer_norm", "var_2", lambda v: v("var_2") * 3, "mean_undivided"),
    ("layer_norm", "mu_2", lambda v: v("mu_2") * 3, "mean_undivided"),
    ("layer_norm", "s_2", lambda v: v("var_2") + 1e-5, "root_forgotten"),
    ("layer_norm", "s_2", lambda v: v("var_2") ** 0.5, "epsilon_forgotten"),
    ("batch_norm", "var_2[2]", lambda v: v("var_2", 1) * 4 / 3, "variance_unbiased"),
]


@pytest.mark.parametrize(("name", "quantity", "wrong", "slip"), SLIPS, ids=[f"{row[1]}-{row[3]}" for row in SLIPS])
def test_slips(tmp_path, name, quantity, wrong, slip):
    made = symback.load(name)
    solution = symback.solve(made)
    number = wrong(lambda *entry: value(solution, *entry))
    assert only(tmp_path, made, f'"{quantity}": {number:.9f}') == ("slip", slip)


def test_a_later_token_that_was_seen(tmp_path):
    made = exercise(texts({**TOKENS, "layers": [{**TOKENS["layers"][0], "causal": "yes"}]}))
    assert only(tmp_path, made, '"P_1[1,1]": 0.3333333') == ("slip", "later_seen")
    assert only(tmp_path, made, '"P_1[1,1]": 1') == ("exact", None)


@pytest.mark.parametrize(
    ("name", "text", "quantities"),
    [
        (
            "layer_norm",
            r"""
$$\mu = 2$$
$$\sigma_2^2 = 0.875 \approx 0.5$$
$$\hat{x} = \begin{bmatrix} 1 \\ 2 \\ 3 \end{bmatrix}$$
$$\frac{\partial L}{\partial \gamma_2} = \begin{bmatrix} 1 \\ 2 \\ 3 \end{bmatrix}$$
$$\frac{\partial L}{\partial \sigma^2} = 3$$
$$d\hat{X}_2 = \begin{bmatrix} 1 \\ 2 \\ 3 \end{bmatrix}$$
""",
            {"mu_2", "var_2", "Xhat_2", "dgamma_2", "dvar_2", "dXhat_2"},
        ),
        (
            "attention",
            r"""
$$Q = X W_Q = \begin{bmatrix} 1 & 1 & 1 \\ 1 & 1 & 1 \\ 2 & 1 & 0 \end{bmatrix}$$
$$K = X W_K = \begin{bmatrix} 2 & 1 & 1 \\ 1 & 2 & 1 \\ 1 & 1 & 2 \end{bmatrix}$$
$$S = Q K^T = \begin{bmatrix} 4 & 4 & 4 \\ 4 & 4 & 4 \\ 5 & 4 & 3 \end{bmatrix}$$
$$P_1 = \operatorname{softmax}(Z_1)$$
$$P_1 = \begin{bmatrix} 0.333 & 0.333 & 0.333 \\ 0.333 & 0.333 & 0.333 \\ 0.533 & 0.299 & 0.168 \end{bmatrix}$$
$$dW_V = \begin{bmatrix} 0.1 & -0.1 & 0.7 \\ 1 & 1 & 1 \\ 1 & 1 & 1 \\ 1 & 1 & 1 \end{bmatrix}$$
""",
            {"Q_1", "K_1", "S_1", "P_1", "dW_V1"},
        ),
        (
            "weight_decay",
            r"""
$$\lambda_2 = 0.1, \quad L_0 = 0.28875, \quad R = 0.077, \quad L = 0.36575$$
$$dW_2^{penalty} = \begin{bmatrix} 0.06 & -0.08 \end{bmatrix}$$
""",
            {"lambda_2", "L_0", "R", "L", "dW_2.penalty"},
        ),
    ],
)
def test_names_as_students_write_them(tmp_path, name, text, quantities):
    found = marks(tmp_path, symback.load(name), text, ".md")
    assert {mark.quantity for mark in found} == quantities
    assert not [mark.message for mark in found if mark.verdict == "unread"]


def test_a_wrong_mean_is_carried_on(tmp_path):
    made = symback.load("layer_norm")
    solution = symback.solve(made)
    wrong = value(solution, "mu_2") + 0.75
    centred = [value(solution, "A_1", place) - wrong for place in range(3)]
    variance = sum(each**2 for each in centred) / 3
    lines = [f'"C_2[{place}]": {each:.6f}' for place, each in enumerate(centred, 1)]
    text = "\n".join([f'"mu_2": {wrong:.6f}', *lines, f'"var_2": {variance:.6f}', f'"s_2": {variance**0.5:.4f}'])
    assert [mark.verdict for mark in marks(tmp_path, made, text)] == ["wrong", *["carried"] * 5]
