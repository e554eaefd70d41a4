"""The LaTeX of a sheet under both engines: compiled without a warning that matters."""

import re
import shutil
import subprocess

import pytest

from tests.document.sheets import EXERCISES, made
from tests.document.test_escapes import font, installed

#: Wider than this shows on paper.
SHOWS = 1.0
#: What each engine is tested on; pdflatex is quick enough for all.
QUICK = ["paper", *EXERCISES]
SLOW = ["paper", "kinks", "fractions", "wide"]

needs_cyrillic = pytest.mark.skipif(not installed("t2aenc.def", "sfrm1000.pfb"), reason="no Cyrillic fonts for TeX")


def log_of(engine, source, folder):
    """The log of the last of two runs, for a table that goes on over pages."""
    if not shutil.which(engine):
        pytest.skip(f"{engine} is not installed")
    (folder / "sheet.tex").write_text(source)
    for _ in range(2):
        command = [engine, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "sheet.tex"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    return (folder / "sheet.log").read_text(errors="replace")


def check(log):
    overfull = [float(size) for size in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]
    assert not [size for size in overfull if size > SHOWS]
    assert not re.search(r"^(LaTeX|Package \w+|Class \w+|LaTeX Font) Warning", log, re.MULTILINE)
    assert "Missing character" not in log
    assert "Underfull \\hbox (badness 10000)" not in log


@pytest.mark.parametrize("name", QUICK)
def test_pdflatex(name, tmp_path):
    if "T2A" in made(name, "tex") and not installed("t2aenc.def", "sfrm1000.pfb"):
        pytest.skip("no Cyrillic fonts for TeX")
    check(log_of("pdflatex", made(name, "tex"), tmp_path))


@pytest.mark.parametrize("name", SLOW)
def test_lualatex(name, tmp_path):
    check(log_of("lualatex", made(name, "tex"), tmp_path))


@needs_cyrillic
def test_a_russian_sheet_under_pdflatex(tmp_path):
    check(log_of("pdflatex", made("paper", "tex", language="ru"), tmp_path))


@pytest.mark.skipif(not font("CMU Serif"), reason="no Computer Modern Unicode")
def test_a_russian_sheet_under_lualatex(tmp_path):
    check(log_of("lualatex", made("output_gelu", "tex"), tmp_path))


def test_only_a_sheet_with_cyrillic_letters_asks_for_their_fonts():
    assert "T2A" not in made("paper", "tex")
    assert "T2A" in made("paper", "tex", language="ru")
