"""The marked paper: golden files, every verdict in every format, and students' text shown as text."""

import json
import re
import shutil
import subprocess
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from symback.document import engines
from symback.document.dialects import DIALECTS
from symback.document.environment import environment, shipped
from symback.errors import InputError, TemplateError
from symback.exercise.tree import parse_tree
from symback.marking.marks import VERDICTS
from symback.marking.points import points_from
from symback.marking.report import FORMATS, ReportOptions, render_marking, report_format
from symback.marking.report_parts import groups
from symback.marking.report_text import COLOURS, SIGNS
from symback.marking.report_words import WORDS
from symback.marking.scribe import text_scribe
from tests.marking.golden import check_golden
from tests.marking.hand_marked import LINES, MARKS, a_mark, paper, paper_solution, table, with_written

POINTS = points_from(parse_tree("A_2: 1\nA_2.exp: 1\ndZ_2: 1\ndW_2: 1\ndb_1: 1\n", None), paper_solution(), None)
TEXTS = ("text", *DIALECTS)
SUFFIX = {"text": "txt"}
HOSTILE = [
    "\\input{/etc/passwd} $\\write18{x}$ % \\end{document}",
    '<script>alert(1)</script> <!-- "x" -->',
    '#read("/etc/passwd") #{panic()} "',
    "a | b || c ` d ``` e $x$ $$y$$",
    "[a](http://x.y) ![b](c) **d** __e__ {{ 7*7 }} {% raw %}",
    "\x1b[31mred\x1b[0m \u202ereversed \ue0000\ue001 \x07",
    "x1" * 40,
]

needs_tex = pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdflatex is not installed")
needs_pdftotext = pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")


def report(marking, to: str, **options) -> str:
    return render_marking(marking, to, ReportOptions(**options)).decode()


def words(pdf: bytes) -> str:
    shown = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return shown.stdout.decode()


@pytest.mark.parametrize("to", [*TEXTS, "json"])
def test_the_report_stands_as_it_was_approved(to):
    check_golden(f"golden/report.{SUFFIX.get(to, to)}", report(paper(), to, points=POINTS))


@pytest.mark.parametrize("to", ["text", "md"])
def test_the_russian_report_stands_as_it_was_approved(to):
    check_golden(f"golden/report-ru.{SUFFIX.get(to, to)}", report(paper(language="ru"), to, points=POINTS))


def test_a_table_of_answers_stands_as_it_was_approved():
    check_golden("golden/report-table.txt", report(table(), "text"))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_typst_compiles_the_report(language):
    assert render_marking(paper(language=language), "pdf", ReportOptions(points=POINTS)).startswith(b"%PDF")


@needs_tex
def test_pdflatex_compiles_the_report():
    options = ReportOptions(engine="latex", points=POINTS)
    assert render_marking(paper(), "pdf", options).startswith(b"%PDF")


@needs_tex
@pytest.mark.skipif(
    shutil.which("kpsewhich") is None or subprocess.run(["kpsewhich", "sfrm1000.pfb"], capture_output=True).returncode,
    reason="no Cyrillic fonts for TeX",
)
@pytest.mark.parametrize("changes", [{"language": "ru"}, {"name": "Пётр"}, {"lines": ("ответ", *LINES[1:])}])
def test_pdflatex_compiles_a_report_with_cyrillic_letters(changes):
    assert render_marking(paper(**changes), "pdf", ReportOptions(engine="latex")).startswith(b"%PDF")


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("to", TEXTS)
def test_every_verdict_is_shown_by_its_word(to, language):
    text = report(paper(language=language), to)
    shown = {verdict for verdict in VERDICTS if WORDS[language][verdict] in text}
    assert shown == set(VERDICTS)


def test_every_verdict_has_a_sign_of_its_own_in_every_dialect():
    assert len(set(SIGNS.values())) == len(VERDICTS) == len(COLOURS)
    for dialect in DIALECTS:
        text = report(paper(), dialect)
        assert all(each in text for each in _signs(dialect))


def _signs(dialect: str) -> list[str]:
    """The signs in the macros of a dialect."""
    source = (shipped() / DIALECTS[dialect].template).read_text()
    found = re.search(r"set signs = \{(.*?)\} %\}", source)
    assert found
    signs = [value.replace("\\\\", "\\") for value in re.findall(r': "(.*?)"', found[1])]
    assert len(set(signs)) == len(VERDICTS)
    return signs


def test_all_dialects_have_the_macros_of_a_report_with_the_same_arguments():
    jinja = environment().jinja
    modules = [jinja.get_template(dialect.template).module for dialect in DIALECTS.values()]
    for name in ("badge", "summary", "marked", "legend", "table"):
        assert len({tuple(getattr(module, name).arguments) for module in modules}) == 1, name


def test_all_languages_have_the_same_phrases():
    assert WORDS["en"].keys() == WORDS["ru"].keys()
    for key in WORDS["en"]:
        places = [sorted(re.findall(r"\{\w+\}", WORDS[language][key])) for language in WORDS]
        assert places[0] == places[1], key


@pytest.mark.parametrize("to", TEXTS)
def test_numbers_are_set_as_numbers(to):
    text = report(paper(lines=()), to)
    assert not re.search(r"\d[eE]-\d", text)
    assert "-1.4586" not in text


def test_a_point_is_a_point():
    text = report(paper(decimal="."), "md")
    assert "$-1.4586 \\times 10^{-6}$" in text
    assert "{,}" not in text.split("## Line by line")[1]


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_what_was_written_as_text(text):
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(report(with_written(text), "md"))
    tags = set(re.findall(r"</?([a-z0-9]+)", html))
    assert tags <= {"h1", "h2", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "strong", "span", "ul", "li"}
    assert all(row.count("<td") == 6 for row in re.findall(r"<tr>\n<td.*?</tr>", html, re.DOTALL))


@needs_pdftotext
@pytest.mark.parametrize("text", HOSTILE)
def test_typst_shows_what_was_written_as_text(text):
    shown = words(render_marking(replace(with_written(text), name=""), "pdf"))
    assert _letters(text) in _letters(shown)


@needs_tex
@needs_pdftotext
@pytest.mark.parametrize("text", HOSTILE)
def test_latex_shows_what_was_written_as_text(text):
    shown = words(render_marking(with_written(text), "pdf", ReportOptions(engine="latex")))
    assert _letters(text) in _letters(shown)


def _letters(text: str) -> str:
    """Letters and signs in their order, without spaces, without what has no shape and the number it is shown by."""
    plain = re.sub(r"[\x00-\x1f\u202e\ue000\ue001]", "", text)
    return re.sub(r"\[U\+[0-9A-F]{4}\]|\s", "", plain)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_holds_nothing_that_a_terminal_would_act_on(text):
    shown = report(with_written(text), "text")
    assert all(char == "\n" or char.isprintable() for char in shown)


def test_the_text_fits_eighty_columns_and_cuts_nothing_off():
    text = report(paper(), "text")
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    assert "-1,496078893×10⁻⁶" in text


@pytest.mark.parametrize("width", [20, 60, 100, 500])
def test_the_text_fits_other_widths(width):
    assert max(map(len, report(paper(), "text", width=width).splitlines())) <= max(60, min(width, 120))


def test_colour_is_only_an_addition():
    coloured = report(paper(), "text", colour=True)
    assert "\x1b[" in coloured
    plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in plain.splitlines()] == report(paper(), "text").splitlines()


def test_the_first_wrong_line_stands_on_top_with_its_step_worked_out():
    text = report(paper(), "md")
    top = text.split("## Line by line")[0]
    assert "0{,}9999999888" in top
    assert "\\frac{1}{1 + e^{-18{,}3}}" in top


def test_a_wrong_given_is_shown_as_it_was_given():
    wrong = a_mark(1, "X", (2,), "5", "5", "3", "3", "wrong")
    top = report(paper(marks=(wrong,)), "md").split("## Line by line")[0]
    assert "$$X = \\begin{bmatrix} 20 \\\\ 3 \\\\ 4 \\end{bmatrix}$$" in top


def test_a_paper_without_a_fault_says_so():
    right = tuple(mark for mark in MARKS if mark.right)
    assert WORDS["en"]["none_wrong"] in " ".join(report(paper(marks=right), "text").split())
    assert WORDS["en"]["first_wrong"] not in report(paper(marks=right), "text")


@pytest.mark.parametrize("to", TEXTS)
def test_an_empty_paper_says_so(to):
    missing = tuple(mark for mark in MARKS if mark.verdict == "missing")
    for marks in ((), missing):
        assert "could be marked" in report(paper(marks=marks), to)


def test_lines_stand_under_the_last_step_that_they_speak_of():
    found = {group.step: [line.number for line in group.lines] for group in groups(paper())}
    assert found == {"given": [1, 5], "Z_1": [2], "A_2": [3, 4], "L": [5], "dA_2": [6], "dZ_2": [7], "dW_2": [8]}


def test_what_an_earlier_line_has_as_well_is_not_explained_twice():
    first = a_mark(7, "dZ_2", None, "-374", "-374", "1", "1", "slip", "comma_lost", (), "the comma was lost")
    marks = (first, replace(first, line=8), replace(first, line=8))
    text = report(paper(marks=marks), "text").partition("── dZ_2")[2]
    assert text.count("The comma was lost.") == 1
    assert text.count("As on line 7.") == 1


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("the comma is lost; -3.74e-7 was meant", "The comma is lost; -3,74×10⁻⁷ was meant."),
        ("the comma is lost; -3,74e-7 was meant", "The comma is lost; -3,74×10⁻⁷ was meant."),
        ("e^n is not 10^n", "e^n is not 10^n."),
        ("y - a instead of a - y", "y - a instead of a - y."),
        ("follows from lines 5, 6", "Follows from lines 5, 6."),
        ("2.5 for 25?", "2,5 for 25?"),
        ("1.2.3 and 1,2,3 and x1.5 and 5e^{-6} and 1.5e^{-6}", "1.2.3 and 1,2,3 and x1.5 and 5e^{-6} and 1.5e^{-6}."),
        ("", ""),
    ],
)
def test_numbers_in_the_markers_words_are_set_as_numbers(said, shown):
    assert text_scribe(paper()).prose(said) == shown


def test_json_keeps_the_contract():
    data = json.loads(report(paper(), "json", points=POINTS))
    assert list(data) == ["entries", "summary"]
    assert len(data["entries"]) == len(MARKS)
    assert set(data["entries"][0]) >= {
        "line", "quantity", "index", "written", "read_as", "exact", "expected", "relative_error", "verdict", "slip",
        "carried_from", "message",
    }  # fmt: skip
    assert data["summary"]["counts"] == paper().counts
    assert data["summary"]["first_wrong"] == {
        "line": 4, "quantity": "A_2", "index": None, "verdict": "slip", "slip": "digit_run",
    }  # fmt: skip
    assert data["summary"]["points"]["quantities"]["dW_2"] == {"earned": "0.666666666667", "total": "1"}


def test_formats_are_told_by_name_or_suffix(tmp_path):
    assert list(FORMATS) == ["text", "md", "tex", "typ", "pdf", "json"]
    assert report_format(tmp_path / "a.TXT") == "text"
    with pytest.raises(InputError, match=r"one of \.txt, \.md"):
        report_format(tmp_path / "a.docx")
    with pytest.raises(InputError, match="did you mean text"):
        render_marking(paper(), "txt")


def test_a_teachers_template_comes_first_and_is_blamed(tmp_path):
    (tmp_path / "report.j2").write_text("{{ title }}: {{ summary['items'] | length }}")
    assert report(paper(), "md", templates=tmp_path) == "Marked: B. Paper: 7"
    (tmp_path / "report.j2").write_text("\n{{ titel }}")
    with pytest.raises(TemplateError, match=r"report\.j2:2.*did you mean title"):
        report(paper(), "md", templates=tmp_path)


def test_engines_are_looked_up():
    with pytest.raises(InputError, match="no engine"):
        render_marking(paper(), "pdf", ReportOptions(engine="word"))
    assert "typst" in engines.ENGINES
