"""Any text is shown as it stands: by real engines, and by a real Markdown reader."""

import functools
import html
import re
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from symback.document import engines, escapes
from tests.hostile import cases

HOSTILE = [
    *(str(case.input) for surface in ("text_into_typst", "text_into_latex") for case in cases(surface)),
    '#read("/etc/passwd")',
    "{{ 7*7 }} {% raw %} {#1}",
    "<script>alert(1)</script> <!-- x -->",
    "a | b || c",
    "$x$ $$y$$ \\(z\\) \\[w\\]",
    "1. one",
    "12) twelve",
    "- dash",
    "+ plus",
    "= equals",
    "> quote",
    "# heading",
    "~~~ fence",
    "``` fence",
    "[a](b) ![c](d) [^1] [x]",
    "*a* **b** _c_ __d__ ~~e~~",
    "&amp; &#35; &copy",
    "---- <<a>> ,,b'' ``c`` ?` !`",
    "ends with a backslash \\",
    "\"quoted\" 'single'",
    "[opt] * star",
    "// no comment /* none */",
    "= Typst heading",
    "@ref #label",
    "a;b;",
    "",
]
MANUSCRIPTS = ["Ёлка и съёмка", "Łódź, Đorđe, Größe, naïve", "α ≤ ∂L/∂W₁ → 0", "😀 中文 \u202e \x07 \ud800"]

needs_pdftotext = pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
needs_tex = pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdflatex is not installed")
needs_lua = pytest.mark.skipif(not shutil.which("lualatex"), reason="lualatex is not installed")


@functools.cache
def installed(*files: str) -> bool:
    """Say whether TeX finds all of these files."""
    if not shutil.which("kpsewhich"):
        return False
    return subprocess.run(["kpsewhich", *files], capture_output=True).returncode == 0


@functools.cache
def font(family: str) -> bool:
    """Say whether the system has a font."""
    listed = shutil.which("fc-list") and subprocess.run(["fc-list", family], capture_output=True).stdout
    return bool(listed)


def words(pdf: bytes) -> str:
    """Read a PDF back, without spaces and with the marks that pages add taken away."""
    run = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s", "", run.stdout.decode())


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", escapes.visible(text))


@needs_pdftotext
def test_typst_prints_every_text_literally():
    for text in HOSTILE:
        source = f"#set page(width: 60cm)\nA{escapes.escape_typst(text)}.B(c)[d]"
        assert words(engines.typst_pdf(source)) == f"A{squeezed(text)}.B(c)[d]", text


@pytest.mark.parametrize(
    "place",
    [
        "= {}",
        "- {}",
        "$ x + {} (y) $",
        "#table([{}], [b])",
        '#figure([{}], caption: "x")',
        "#let title = [{}]\n#title",
        "*{}*_{}_",
    ],
)
def test_typst_accepts_every_text_in_every_place(place):
    for text in HOSTILE + MANUSCRIPTS:
        engines.typst_pdf(place.replace("{}", escapes.escape_typst(text)))


@needs_pdftotext
def test_a_typst_string_in_code_gives_the_text():
    for text in HOSTILE:
        source = f"#set page(width: 60cm)\n#text({escapes.typst_string(text)})!"
        assert words(engines.typst_pdf(source)) == squeezed(text) + "!", text


LATEX = r"""\documentclass{article}
\usepackage[paperwidth=60cm,textwidth=55cm]{geometry}
\ifdefined\directlua\usepackage{fontspec}\else\usepackage[T1]{fontenc}\usepackage{lmodern}\fi
\begin{document}
%s
\end{document}
"""
# Under pdflatex the last encoding is the sheet's; what T2A has not is then taken from T1.
FROM_T1 = ("DH", "dh", "TH", "th", "DJ", "dj", "NG", "ng", "quotesinglbase", "guilsinglleft", "guilsinglright")
CYRILLIC = LATEX.replace(
    r"\ifdefined\directlua\usepackage{fontspec}\else\usepackage[T1]{fontenc}\usepackage{lmodern}\fi",
    r"\ifdefined\directlua\usepackage{fontspec}\setmainfont{CMU Serif}\else"
    r"\usepackage{cmap}\usepackage[T1,T2A]{fontenc}"
    + "".join(rf"\DeclareTextSymbolDefault{{\{name}}}{{T1}}" for name in FROM_T1)
    + r"\fi",
)


def latex(texts: list[str], preamble: str = LATEX, **options: str) -> bytes:
    body = "\n\n".join(f"A{escapes.escape_latex(text)}B" for text in texts)
    return engines.latex_pdf(preamble.replace("%s", body), **options)


@needs_tex
@needs_pdftotext
def test_latex_prints_every_text_literally():
    read = words(latex(HOSTILE))
    assert read == "".join(f"A{squeezed(text)}B" for text in HOSTILE) + "1"


@needs_lua
@needs_pdftotext
def test_lualatex_prints_every_text_literally():
    read = words(latex(HOSTILE, engine="lualatex"))
    assert read == "".join(f"A{squeezed(text)}B" for text in HOSTILE) + "1"


@needs_tex
@pytest.mark.parametrize("place", [r"\section*{%s}", r"a\\%s", r"\begin{tabular}{l}a\\%s\\b\end{tabular}"])
def test_latex_accepts_every_text_in_every_place(place):
    body = "\n\n".join(place % escapes.escape_latex(text) for text in HOSTILE)
    engines.latex_pdf(LATEX.replace("%s", body))


def known(letters: str) -> list[str]:
    every = map(chr, range(0x20, 0x3000))
    return [char for char in every if "U+" not in escapes.escape_latex(char) and re.match(letters, char)]


@needs_tex
def test_pdflatex_has_a_glyph_for_every_character_that_is_left_as_it_is():
    latin = [char for char in known("") if not escapes.has_cyrillic(char)]
    assert len(latin) > 400
    latex([*latin, *(text for text in MANUSCRIPTS if not escapes.has_cyrillic(text))])


@needs_tex
@needs_pdftotext
@pytest.mark.skipif(not installed("t2aenc.def", "sfrm1000.pfb"), reason="no Cyrillic fonts for TeX")
def test_pdflatex_has_a_glyph_for_every_character_of_a_cyrillic_sheet():
    every = known("")
    assert sum(map(escapes.has_cyrillic, every)) > 150
    read = words(latex([*every, *MANUSCRIPTS[:2]], CYRILLIC))
    assert f"A{squeezed(MANUSCRIPTS[0])}B" in read


@needs_lua
@needs_pdftotext
@pytest.mark.skipif(not font("CMU Serif"), reason="no Computer Modern Unicode")
def test_lualatex_prints_a_cyrillic_sheet():
    read = words(latex(MANUSCRIPTS[:2], CYRILLIC, engine="lualatex"))
    assert read == "".join(f"A{squeezed(text)}B" for text in MANUSCRIPTS[:2]) + "1"


@needs_tex
@needs_pdftotext
def test_what_pdflatex_cannot_print_is_shown_by_its_number():
    assert words(latex([MANUSCRIPTS[3]])) == "A[U+1F600][U+4E2D][U+6587][U+202E][U+0007][U+D800]B1"


MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def rendered(source: str) -> str:
    return MARKDOWN.render(source).strip()


def shown(markup: str) -> str:
    return html.unescape(re.sub(r"</?(?:span|p|h1|li|ul|td)>", "", markup))


def as_paragraph(text: str) -> None:
    markup = rendered(escapes.escape_markdown(text))
    expected = escapes.visible(text).strip()
    assert re.match("<p>.*</p>$", markup, re.DOTALL) or not expected
    assert shown(markup) == expected
    assert set(re.findall(r"</?\w+", markup)) <= {"<p", "</p", "<span", "</span"}


@pytest.mark.parametrize("text", HOSTILE + MANUSCRIPTS[:3])
def test_markdown_shows_every_text_literally(text):
    as_paragraph(text)


@given(st.text(st.sampled_from("a1 .)-+=*_`~#[]()<>!|\\$&;:{}@'\"\n\t/^"), max_size=30))
def test_markdown_shows_any_jumble_of_marks_literally(text):
    as_paragraph(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_keeps_a_table_row_in_its_cells(text):
    row = rendered(f"| a | b |\n|---|---|\n| {escapes.escape_markdown(text)} | x |\n")
    cells = re.findall("<td>(.*?)</td>", row)
    assert [shown(cell) for cell in cells] == [escapes.visible(text).strip(), "x"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_mathematics_is_left_for_jupyter_to_find(text):
    source = escapes.escape_markdown(text)
    assert "$" not in source
    assert "`" not in source
    # In the finished page, MathJax looks at the text between two tags at a time.
    for run in re.split("<[^>]*>", rendered(source)):
        assert not re.search(r"\$.*\$|\\[(\[]|\\begin", html.unescape(run))


@given(st.text(max_size=40))
def test_html_shows_any_text_literally(text):
    source = escapes.escape_html(text)
    assert not set("<>\"'") & set(source)
    assert html.unescape(source) == escapes.visible(text)


@given(st.text(max_size=40))
def test_every_text_becomes_one_line_that_can_be_encoded(text):
    for escape in (escapes.escape_typst, escapes.escape_latex, escapes.escape_markdown, escapes.escape_html):
        source = escape(text)
        source.encode("utf-8")
        assert len(source.splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb\tc\u2028d", "a b c d"),
        ("a\x00b", "a[U+0000]b"),
        ("\u202eabc", "[U+202E]abc"),
        ("\ufeffabc", "[U+FEFF]abc"),
        ("\ud83d", "[U+D83D]"),
        ("👩\u200d🏫", "👩\u200d🏫"),
    ],
)
def test_what_has_no_shape_is_shown_by_its_number(text, expected):
    assert escapes.visible(text) == expected
