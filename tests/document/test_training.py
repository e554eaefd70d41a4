"""The sheets of losses with cases and of updates: what stands on them, in every dialect, and that they compile."""

import pytest

import symback
from symback.document.engines import typst_pdf
from symback.document.symbols import LATEX_SYMBOLS, TYPST_SYMBOLS, print_symbol
from symback.document.words import WORDS
from symback.document.write import render

NAMES = ("mazur", "adam", "momentum", "huber", "hinge", "logits")


def sheet(name, to):
    return render(symback.solve(symback.load(name)), to).decode()


@pytest.mark.parametrize(
    ("name", "latex", "typst"),
    [
        ("W_1_new", "W_{1,\\mathrm{new}}", 'W_(1, "new")'),
        ("dW_2_new3", "dW_{2,\\mathrm{new3}}", 'd W_(2, "new3")'),
        ("L_new", "L_{\\mathrm{new}}", 'L_("new")'),
        ("W_2_new^T", "W_{2,\\mathrm{new}}^{\\top}", 'W_(2, "new")^top'),
        ("mhat_W_1", "\\hat{m}_{W_1}", "hat(m)_(W_1)"),
        ("v_b_2_new", "v_{b_2,\\mathrm{new}}", 'v_(b_2, "new")'),
        ("W_1_new[2,3]", "(W_{1,\\mathrm{new}})_{2,3}", '(W_(1, "new"))_("2,3")'),
        ("eta", "\\eta", "eta"),
        ("beta_2", "\\beta_2", "beta_2"),
        ("delta", "\\delta", "delta"),
    ],
)
def test_names_in_print(name, latex, typst):
    assert print_symbol(name, LATEX_SYMBOLS) == latex
    assert print_symbol(name, TYPST_SYMBOLS) == typst


def test_an_update_is_written_out_entry_by_entry():
    text = sheet("mazur", "md")
    assert "0.4 - 0.5(0.08216704056)" in text
    assert "0.5 - 0.5(-0.02260254048)" in text
    assert "$$W_{1,\\mathrm{new}} = W_1 - \\eta dW_1$$" in text
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert headings[1:7] == [
        "## Forward pass",
        "## Loss",
        "## Backpropagation",
        "## Update of the weights",
        "## Forward pass, after update 1",
        "## Loss, after update 1",
    ]


def test_the_error_before_and_after():
    tail = sheet("mazur", "md").split("The error before the first update and now.")[1]
    assert "L &\\approx 0.2983711088" in tail
    assert "L_{\\mathrm{new}} &\\approx 0.2910277737" in tail


def test_several_updates_count_on_and_explain_themselves_once():
    text = sheet("momentum", "md")
    for number in (1, 2, 3):
        assert f"## Update of the weights {number}" in text
        assert f"## Loss, after update {number}" in text
    assert text.count(WORDS["en"]["rule_update_v"]) == 1
    assert "\\frac{\\partial L_{\\mathrm{new}}}{\\partial W_{1,\\mathrm{new}}} = dW_{1,\\mathrm{new}}" in text


def test_the_bias_correction_is_shown():
    text = sheet("adam", "md")
    assert "\\hat{m}_{W_1} = \\frac{m_{W_1}}{1 - \\beta_1^{1}}" in text
    assert "\\hat{v}_{W_1,\\mathrm{new}} = \\frac{v_{W_1,\\mathrm{new}}}{1 - \\beta_2^{2}}" in text


def test_the_side_of_a_kink_is_worked_out_and_only_its_branch():
    text = sheet("hinge", "md")
    assert "$$1 - y A_2 = 1 - (-1)(0.02) = 1.02$$" in text
    huber = sheet("huber", "md")
    assert "\\approx \\frac{(1.628073541 - 0.9)^{2}}{2}" in huber
    assert "\\delta \\left\\lvert (A_2)_2 - y_2 \\right\\rvert - \\frac{\\delta^{2}}{2}" in huber


@pytest.mark.parametrize("name", NAMES)
def test_every_sheet_compiles(name):
    assert typst_pdf(sheet(name, "typ")).startswith(b"%PDF")
    assert "\\end{document}" in sheet(name, "tex")


@pytest.mark.parametrize("name", NAMES)
def test_every_step_is_in_the_json(name):
    import json

    solution = symback.solve(symback.load(name))
    data = json.loads(render(solution, "json"))
    assert [each["name"] for each in data["quantities"]] == list(solution.names)
    phases = {each["phase"] for each in data["quantities"]}
    assert ("update" in phases) == (solution.derivation.network.update is not None)
