"""The worked sheet: the paper's lines in the paper's order, and everything an exercise may hold."""

import re

import pytest
from markdown_it import MarkdownIt

import symback
from symback.document.engines import typst_pdf
from symback.document.write import Options
from tests.document.sheets import EXERCISES, made, solved

# What stands on the paper, line by line, with the right numbers (its own are in the transcript).
PAPER = [
    r"X = \begin{bmatrix} 20 \\ 3 \\ 4 \end{bmatrix}",
    "y = 18",
    r"W_1 = \begin{bmatrix} 0{,}1 & 0{,}2 & 0{,}3 \\ 0{,}4 & 0{,}5 & 0{,}6 \\ 0{,}7 & 0{,}8 & 0{,}9 \end{bmatrix}",
    r"b_1 = \begin{bmatrix} 0{,}1 \\ 0{,}2 \\ 0{,}3 \end{bmatrix}",
    r"W_2 = \begin{bmatrix} 0{,}2 & 0{,}4 & 0{,}6 \end{bmatrix}",
    "b_2 = 0{,}5",
    "Z_1 = W_1 X + b_1",
    "0{,}1(20) + 0{,}2(3) + 0{,}3(4) &= 2 + 0{,}6 + 1{,}2 = 3{,}8",
    "0{,}4(20) + 0{,}5(3) + 0{,}6(4) &= 8 + 1{,}5 + 2{,}4 = 11{,}9",
    "0{,}7(20) + 0{,}8(3) + 0{,}9(4) &= 14 + 2{,}4 + 3{,}6 = 20",
    r"Z_1 = \begin{bmatrix} 3{,}8 + 0{,}1 \\ 11{,}9 + 0{,}2 \\ 20 + 0{,}3 \end{bmatrix} = "
    r"\begin{bmatrix} 3{,}9 \\ 12{,}1 \\ 20{,}3 \end{bmatrix}",
    r"A_1 = Z_1 = \begin{bmatrix} 3{,}9 \\ 12{,}1 \\ 20{,}3 \end{bmatrix}",
    "Z_2 = W_2 A_1 + b_2 = 0{,}2(3{,}9) + 0{,}4(12{,}1) + 0{,}6(20{,}3) + 0{,}5",
    "0{,}2(3{,}9) &= 0{,}78",
    "0{,}4(12{,}1) &= 4{,}84",
    "0{,}6(20{,}3) &= 12{,}18",
    r"\right\rbrace + \Rightarrow 17{,}8",
    "Z_2 = 17{,}8 + 0{,}5 = 18{,}3",
    r"A_2 = \sigma(Z_2) = \frac{1}{1 + e^{-Z_2}} = \frac{1}{1 + e^{-18{,}3}}",
    r"$$e^{-18{,}3} \approx 1{,}128264650 \times 10^{-8}$$",
    r"A_2 \approx \frac{1}{1 + 1{,}128264650 \times 10^{-8}} \approx 0{,}9999999887",
    r"L = (A_2 - y)^{2} \approx (0{,}9999999887 - 18)^{2} \approx (-17{,}00000001)^{2} \approx 289{,}0000004",
    "## Backpropagation",
    r"\frac{\partial L}{\partial A_2} = dA_2 = 2(A_2 - y) \approx 2(0{,}9999999887 - 18) \approx 2(-17{,}00000001) "
    r"\approx -34{,}00000002",
    r"\frac{\partial A_2}{\partial Z_2} &= \sigma'(Z_2) = A_2(1 - A_2) \approx 0{,}9999999887(1 - 0{,}9999999887)",
    r"\approx 0{,}9999999887(1{,}128264637 \times 10^{-8}) \approx 1{,}128264624 \times 10^{-8}",
    r"\frac{\partial L}{\partial Z_2} = dZ_2 = dA_2 \cdot \frac{\partial A_2}{\partial Z_2} "
    r"\approx -34{,}00000002 \cdot (1{,}128264624 \times 10^{-8}) \approx -3{,}836099724 \times 10^{-7}",
    r"dW_2 = dZ_2 A_1^{\top} \approx (-3{,}836099724 \times 10^{-7}) "
    r"\begin{bmatrix} 3{,}9 & 12{,}1 & 20{,}3 \end{bmatrix}",
    r"\approx \begin{bmatrix} -1{,}496078893 \times 10^{-6} & -4{,}641680667 \times 10^{-6} "
    r"& -7{,}787282441 \times 10^{-6} \end{bmatrix}",
    r"db_2 = dZ_2 \approx -3{,}836099724 \times 10^{-7}",
    r"dA_1 = W_2^{\top} dZ_2 \approx \begin{bmatrix} 0{,}2 \\ 0{,}4 \\ 0{,}6 \end{bmatrix}"
    r"(-3{,}836099724 \times 10^{-7}) \approx \begin{bmatrix} -7{,}672199449 \times 10^{-8} \\ "
    r"-1{,}534439890 \times 10^{-7} \\ -2{,}301659835 \times 10^{-7} \end{bmatrix}",
    "dZ_1 = dA_1",
    r"dW_1 = dZ_1 X^{\top}",
    r"X^{\top} = \begin{bmatrix} 20 & 3 & 4 \end{bmatrix}",
    r"(-7{,}672199449 \times 10^{-8}) \times \begin{bmatrix} 20 & 3 & 4 \end{bmatrix} &\approx \begin{bmatrix} "
    r"-1{,}534439890 \times 10^{-6} & -2{,}301659835 \times 10^{-7} & -3{,}068879780 \times 10^{-7} \end{bmatrix}",
    r"(-1{,}534439890 \times 10^{-7}) \times",
    r"(-2{,}301659835 \times 10^{-7}) \times",
    r"db_1 = dZ_1 \approx \begin{bmatrix} -7{,}672199449 \times 10^{-8}",
    "## Closed forms",
    "q = e^{-183 / 10}",
    r"db_2 = -\frac{2 q(18 q + 17)}{(q + 1)^{3}}",
    "## Exact versus approximate",
]


def test_every_line_of_the_paper_has_its_counterpart_in_its_place():
    sheet = made("paper", "md")
    place = 0
    for line in PAPER:
        found = sheet.find(line, place)
        assert found >= 0, line
        place = found + len(line)


def test_the_comparison_tells_the_real_story():
    sheet = made("paper", "md")
    for sentence in (
        "float32 gives exactly 0 for $dW_2$, $db_2$, $dW_1$, $db_1$: nothing of the gradient is left.",
        r"the terms of $1 - A_2$ are nearly equal: their 8 leading digits cancel, and $1{,}128264637 \times 10^{-8}$ "
        "is left.",
        "$A_2$ to 11,",
        "In significant digits, $A_2$ must carry the most: 11.",
        "float64 gives every partial derivative with at least 7-digit accuracy.",
    ):
        assert sentence in sheet


@pytest.mark.parametrize("name", ["paper", *EXERCISES])
def test_a_sheet_of_every_exercise_is_set_by_typst(name):
    assert typst_pdf(made(name, "typ")).startswith(b"%PDF")


@pytest.mark.parametrize("name", ["paper", *EXERCISES])
def test_markdown_is_read_as_github_shows_it(name):
    sheet = made(name, "md")
    assert sheet.count("$$") % 2 == 0
    for line in sheet.splitlines():
        assert not line.startswith((" ", "\t"))
    displays = re.findall(r"^\$\$(.*?)\$\$$", sheet, re.MULTILINE | re.DOTALL)
    assert all("\n\n" not in display and "$" not in display for display in displays)
    tokens = MarkdownIt("commonmark").enable("table").parse(re.sub(r"^\$\$.*?\$\$$", "", sheet, flags=re.M | re.S))
    widths = []
    for first, last in spans(tokens, "table_open", "table_close"):
        rows = [
            sum(token.type in ("th_open", "td_open") for token in tokens[first + start : first + end])
            for start, end in spans(tokens[first:last], "tr_open", "tr_close")
        ]
        assert len(set(rows)) == 1
        widths.append(rows[0])
    assert widths[-1] == 10  # the comparison, which every sheet has
    assert widths == [10] or name.startswith("beyond")
    # Inside a line GitHub takes a backslash before a mark away: only names of commands are written there.
    for inline in re.findall(r"(?<!\$)\$([^$\n]+)\$(?!\$)", sheet):
        assert not re.search(r"\\[^A-Za-z]", inline), inline


def spans(tokens, opening, closing):
    starts = [place for place, token in enumerate(tokens) if token.type == opening]
    ends = [place for place, token in enumerate(tokens) if token.type == closing]
    return zip(starts, ends, strict=True)


@pytest.mark.parametrize("name", ["paper", *EXERCISES])
def test_no_signs_meet_and_no_slot_is_left_open(name):
    for dialect in ("md", "tex", "typ"):
        sheet = made(name, dialect)
        assert not re.search("[\ue000\ue001]", sheet)
        mathematics = "".join(re.findall(r"\$[^$]*\$|\\\[.*?\\\]", sheet, re.DOTALL))
        assert not re.search(r"[-+]\s*[-+]\s*\d", mathematics)


def test_kinks_are_said_where_they_are_met():
    sheet = made("kinks", "md")
    for phrase in (
        "At the kink of relu, where its argument is exactly 0, the slope is 0 by convention. That is the case here: "
        "$(Z_1)_1$.",
        "That is the case here: $(Z_2)_1$, $(Z_2)_2$.",
        "That is the case here: $(A_3)_1$, $(A_3)_2$.",
    ):
        assert phrase in sheet
    assert "kink" not in made("hidden_relu", "md")
    assert "$Z_2$." in made("kink_by_algebra", "md")


def test_functions_are_stated_where_they_are_used():
    assert r"A_1 = \sigma(Z_1), \quad \sigma(z) = \frac{1}{1 + e^{-z}}" in made("hidden_sigmoid", "md")
    assert r"= \sigma'(Z_1), \quad \sigma'(z) = a(1 - a), \quad a = \sigma(z)" in made("hidden_sigmoid", "md")
    assert r"\operatorname{relu}(z) = \begin{cases} z, & z > 0 \\ 0, & z \le 0 \end{cases}" in made("hidden_relu", "md")
    assert r"\tanh'(z) = 1 - a^{2}" in made("hidden_tanh", "md")


def test_wide_networks_are_elided_at_the_limit_of_the_exercise():
    sheet = made("wide", "md")
    assert "\\cdots" in sheet
    assert "\\ddots" in sheet
    widest = max(row.count("&") for row in re.findall(r"\\begin\{bmatrix\}(.*?)\\\\", sheet))
    assert widest == 7
    assert "\\ddots" not in made("six", "md")
    assert re.search(r"W_1 = \\begin\{bmatrix\} [^\\]*\\\\", made("wide_in_full", "md"))[0].count("&") == 11


def test_a_calculation_that_is_too_long_to_be_read_is_left_out_of_the_closed_forms():
    assert "Closed forms too long to be read are left out" in made("hidden_sigmoid", "md")
    assert "## Closed forms" not in made("hidden_identity", "md")


def test_language_and_decimal_sign_are_options():
    sheet = made("paper", "md", language="ru", decimal=".", digits=5)
    assert "## Обратное распространение ошибки" in sheet
    assert r"\approx 1.1283 \times 10^{-8}" in sheet
    assert "{,}" not in sheet


@pytest.mark.parametrize(("option", "value"), [("decimal", ";"), ("language", "fr")])
def test_options_that_are_not_known_are_refused(option, value):
    with pytest.raises(symback.InputError, match=f"{value!r}; .*known here"):
        Options(**{option: value})


def test_two_hundred_digits():
    sheet = made("paper", "md", digits=200)
    digits = re.search(r"e\^\{-18\{,\}3\} \\approx \\begin\{array\}\{@\{\}l@\{\}\} (.*?) \\end\{array\}", sheet)[1]
    whole = digits.replace(" \\\\ ", "").replace("{,}", "")
    assert len(whole) == 200
    assert whole.startswith("11282646495496613101387325490771")
    assert typst_pdf(made("paper", "typ", digits=200)).startswith(b"%PDF")


def test_a_solution_shows_itself_in_a_notebook():
    assert solved("paper")._repr_markdown_() == made("paper", "md")
