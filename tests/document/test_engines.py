"""From source to PDF: the same bytes each time, faults with their line, and an end to everything."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from symback.document import engines, guard
from symback.errors import EngineError, InputError, LimitError, TemplateError
from tests.hostile import cases

needs_tex = pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdflatex is not installed")
needs_lua = pytest.mark.skipif(not shutil.which("lualatex"), reason="lualatex is not installed")

TYPST = "= Title\n$ sum_(i=1)^n x_i^2 = 1/2 $\n"
LATEX = "\\documentclass{article}\n\\begin{document}\n%s\n\\end{document}\n"


def latex(body: str) -> str:
    return LATEX.replace("%s", body)


def in_new_process(code: str, **environment: str) -> bytes:
    program = f"import sys\nfrom symback.document.engines import *\nsys.stdout.buffer.write({code})"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, env=os.environ | environment)
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout


# -- Typst


def test_typst_gives_the_same_bytes_again_and_after_other_documents():
    first = engines.typst_pdf(TYPST)
    assert first.startswith(b"%PDF-")
    engines.typst_pdf("something else")
    assert engines.typst_pdf(TYPST) == first


@pytest.mark.parametrize(
    "settings", [{"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati"}, {"PYTHONHASHSEED": "2", "LC_ALL": "C"}]
)
def test_typst_gives_the_same_bytes_in_any_environment(settings):
    assert in_new_process(f"typst_pdf({TYPST!r})", **settings) == engines.typst_pdf(TYPST)


def test_typst_in_a_process_of_its_own_gives_the_same_bytes():
    assert engines.typst_pdf(TYPST, template="mine.j2") == engines.typst_pdf(TYPST)


def test_the_compiler_is_kept():
    engines.typst_pdf(TYPST)
    made = engines._compiler.cache_info().misses
    engines.typst_pdf(TYPST + "more")
    assert engines._compiler.cache_info().misses == made


def test_typst_follows_the_date_of_the_environment(monkeypatch):
    default = engines.typst_pdf(TYPST)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    dated = engines.typst_pdf(TYPST)
    assert dated != default
    assert dated == engines.typst_pdf(TYPST)
    assert b"20231114" in dated
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert b"19700101" in engines.typst_pdf(TYPST)


@pytest.mark.parametrize("value", ["tomorrow", "-1", "1e9", "9" * 30, "²"])
def test_a_date_that_is_none_is_refused(monkeypatch, value):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    with pytest.raises(InputError, match="SOURCE_DATE_EPOCH"):
        engines.require("typst")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a\n\n#nothing", "line 3 of its source: unknown variable: nothing"),
        ("$ x", "line 1 of its source: unclosed delimiter"),
        ('#read("/etc/passwd")', "file not found"),
        ('#image("../../x.png")', "line 1"),
        ('#import "other.typ"', "file not found"),
        ('\n#import "@preview/cetz:0.2.0": *', "line 2 of its source: packages are off"),
        ('#import ("@preview/cetz:0.2.0")', "packages are off"),
        ('#let p = "@preview/" + "cetz:0.2.0"\n#import p', "line 2 of its source: packages are off"),
        ("#let f(n) = f(n + 1)\n#f(1)", "maximum function call depth"),
        ("#while true {}", "condition is always true"),
    ],
)
def test_a_fault_in_a_typst_source_is_told_with_its_line(source, words):
    with pytest.raises(TemplateError, match=r"mine\.j2: typst: ") as caught:
        engines.typst_pdf(source, template="mine.j2")
    assert words in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_fault_in_our_own_source_is_the_engines():
    with pytest.raises(EngineError, match="line 1 of its source: unknown variable: nothing"):
        engines.typst_pdf("#nothing")


@pytest.mark.parametrize("case", cases("text_into_typst"), ids=lambda case: case.input[:20])
def test_hostile_typst_in_a_template_is_stopped_or_refused(case, monkeypatch):
    monkeypatch.setattr(engines, "TYPST_LIMITS", guard.Limits(seconds=2, megabytes=512))
    with contextlib.suppress(TemplateError, LimitError):
        engines.typst_pdf(case.input, template="mine.j2")
    assert engines.typst_pdf(TYPST)  # this process lives on


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory hold on Linux")
@pytest.mark.parametrize("source", ["#let a = range(1000000000)", '#let x = "a"\n#while x.len() > 0 { x = x + x }'])
def test_typst_that_eats_memory_is_stopped(source, monkeypatch):
    monkeypatch.setattr(engines, "TYPST_LIMITS", guard.Limits(seconds=5, megabytes=512))
    with pytest.raises(LimitError, match=r"mine\.j2: stopped") as caught:
        engines.typst_pdf(source, template="mine.j2")
    assert caught.value.exit_code == 3


# -- TeX


@needs_tex
def test_pdflatex_gives_the_same_bytes_again_and_in_any_environment():
    first = engines.latex_pdf(latex("Hello"))
    assert first.startswith(b"%PDF-")
    code = f"latex_pdf({latex('Hello')!r})"
    assert in_new_process(code, TZ="Pacific/Kiritimati", LC_ALL="C", PYTHONHASHSEED="7") == first


@needs_lua
def test_lualatex_gives_the_same_bytes_again():
    compile = engines.ENGINES["lualatex"].compile
    assert compile(latex("Hello")) == compile(latex("Hello"))


@needs_tex
def test_tex_follows_the_date_of_the_environment(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert b"D:20231114" in engines.latex_pdf(r"\pdfobjcompresslevel=0" + latex("Hello"))


@needs_tex
def test_references_are_resolved():
    body = r"\label{here}a\newpage b\pageref{here} \pageref{there}\newpage c\label{there}"
    pdf = engines.latex_pdf(r"\pdfobjcompresslevel=0" + latex(body))
    # Two passes print numbers, one prints question marks; those are bold, in a font of their own.
    assert pdf.count(b"/FontName") == 1


@needs_tex
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("a\n\\undefinedmacro", r"line 4 of its source: Undefined control sequence (\undefinedmacro)"),
        ("a\n$x\n", "line 5 of its source: Missing $ inserted"),
        (r"\input{/etc/passwd}", "line 3 of its source: LaTeX Error: File `/etc/passwd.tex' not found"),
        (r"\input{../secret}", "not found"),
        (r"\newwrite\f\immediate\openout\f=/tmp/symback-test.tex", "I can't write on file"),
        (r"\read16 to \answer", "Emergency stop"),
        (r"\end{document}", "the document has no pages"),
        (r"\def\a{\a\a}\a", "TeX capacity exceeded"),
        (r"\begin{nothing}", "Environment nothing undefined"),
        ("\u4e2d", "Unicode character"),
    ],
)
def test_a_fault_in_a_latex_source_is_told_with_its_line(body, words):
    with pytest.raises(TemplateError, match=r"mine\.j2: pdflatex: ") as caught:
        engines.latex_pdf(latex(body), template="mine.j2")
    assert words in str(caught.value)
    assert "/tmp/symback-" not in str(caught.value).replace("/tmp/symback-test", "")
    with pytest.raises(EngineError, match=r"^pdflatex: "):
        engines.latex_pdf(latex(body))


@needs_tex
def test_tex_starts_no_other_program_and_leaves_no_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(engines.tempfile, "tempdir", str(tmp_path))
    target = tmp_path / "touched"
    engines.latex_pdf(latex(rf"\immediate\write18{{touch {target}}}a"))
    assert list(tmp_path.iterdir()) == []


@needs_tex
@pytest.mark.parametrize("body", [r"\def\a{\a}\a", r"\def\a{a\par\a}\a"])
def test_tex_that_hangs_is_stopped_with_all_it_started(body):
    start = time.monotonic()
    with pytest.raises(LimitError, match="pdflatex: stopped after 1 s") as caught:
        engines.latex_pdf(latex(body), timeout=1)
    assert caught.value.exit_code == 3
    assert time.monotonic() - start < 5


@needs_tex
@pytest.mark.skipif(sys.platform != "linux", reason="limits of another process hold on Linux")
def test_tex_that_fills_the_disk_is_stopped(monkeypatch):
    monkeypatch.setattr(engines, "TEX_FILE_BYTES", 2**20)
    body = r"\def\a{\message{" + "x" * 70 + r"}\a}\a"
    with pytest.raises(LimitError, match="too large a file"):
        engines.latex_pdf(latex(body), timeout=20)


@pytest.mark.skipif(os.name != "posix", reason="the stand-in engine is a shell script")
def test_what_an_engine_started_is_killed_with_it(tmp_path, monkeypatch):
    """A stand-in engine starts a child that would leave a trace after the parent's end."""
    trace = tmp_path / "trace"
    engine = tmp_path / "pdflatex"
    engine.write_text(f"#!/bin/sh\n(sleep 1; touch {trace}) &\nwait\n")
    engine.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(LimitError):
        engines.latex_pdf("", timeout=0.2)
    time.sleep(1.2)
    assert not trace.exists()


def test_a_missing_engine_is_named_with_the_formats_that_need_none(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    for call in (lambda: engines.require("latex"), lambda: engines.latex_pdf(latex("a"))):
        with pytest.raises(EngineError, match=r"pdflatex: not found .* typst engine, \.md, \.tex") as caught:
            call()
        assert caught.value.exit_code == 3


def test_an_unknown_engine_is_refused_with_the_choices():
    with pytest.raises(InputError, match="'xetex'; choose one of typst, latex, lualatex"):
        engines.require("xetex")


def test_every_engine_says_which_dialect_it_takes():
    assert {name: engine.dialect for name, engine in engines.ENGINES.items()} == {
        "typst": "typ",
        "latex": "tex",
        "lualatex": "tex",
    }
    assert engines.require("typst").compile(TYPST).startswith(b"%PDF-")


@needs_lua
def test_a_template_of_a_teacher_cannot_run_lua():
    with pytest.raises(EngineError, match="Lua"):
        engines.latex_pdf(latex("a"), engine="lualatex", template="mine.j2")


def test_importing_the_engines_does_not_load_typst():
    code = "import sys, symback.document.engines, symback.document.environment as e; e.environment()\n"
    code += "sys.exit(bool({'typst', 'jinja2', 'numpy', 'sympy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_folder_of_typst_is_empty_and_goes_with_the_process():
    code = "(typst_pdf('a'), __import__('os').fsencode(engines._empty_folder()))[1]"
    name = in_new_process(code.replace("engines.", "__import__('symback.document.engines', fromlist='x')."))
    assert Path(name.decode()).name.startswith("symback-")
    assert not Path(name.decode()).exists()
