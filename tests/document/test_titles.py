"""A title is shown as it stands, whatever it looks like."""

import html
import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

import symback
from symback.document.engines import latex_pdf, typst_pdf
from symback.document.escapes import visible
from tests.document.sheets import solved
from tests.document.test_escapes import needs_pdftotext, needs_tex, words

TITLES = [
    r"\input{/etc/passwd}",
    '#read("/etc/passwd")',
    "{{ 7*7 }} {% raw %} {#1}",
    "<script>alert(1)</script>",
    "a | b",
    "costs $5, $6",
    "\ue0000\ue001 \ue00099\ue001",
    "]] [[ ]",
    "50 % of #1 & _all_ ~ ^ `x`",
    "1. no list",
    "----",
]


def sheet(title, to):
    exercise = replace(solved("unseen_markup").exercise, title=title)
    return symback.render(symback.solve(exercise), to).decode()


@pytest.mark.parametrize("title", TITLES)
def test_markdown_shows_the_title(title):
    tokens = MarkdownIt("commonmark").parse(sheet(title, "md"))
    assert [token.tag for token in tokens[:3:2]] == ["h1", "h1"]
    shown = MarkdownIt("commonmark").renderInline(tokens[1].content)
    assert html.unescape(re.sub(r"</?span>", "", shown)) == visible(title)


@needs_pdftotext
@pytest.mark.parametrize("title", TITLES)
def test_typst_shows_the_title(title):
    first = words(typst_pdf(sheet(title, "typ")))
    assert first.startswith(re.sub(r"\s", "", visible(title)) + "Given")


@needs_tex
@needs_pdftotext
def test_latex_shows_the_titles():
    sheets = [sheet(title, "tex") for title in TITLES]
    headings = [re.search(r"\\section\*\{(.*)\}$", text, re.MULTILINE)[1] for text in sheets]
    start, end = sheets[0].index(r"\section*"), sheets[0].index(r"\subsection*")
    together = sheets[0][:start] + "\n\n".join(f"A{heading}B" for heading in headings) + sheets[0][end:]
    expected = "".join("A" + re.sub(r"\s", "", visible(title)) + "B" for title in TITLES)
    assert words(latex_pdf(together)).startswith(expected)
