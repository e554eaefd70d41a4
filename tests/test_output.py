"""The committed sheets of the paper are what the code makes, byte for byte."""

import os
from pathlib import Path

import pytest

import symback

OUTPUT = Path(__file__).parents[1] / "output"
TRANSCRIPT = Path(__file__).parent / "data" / "paper-transcript.md"


@pytest.mark.parametrize("suffix", ["md", "tex", "pdf", "json"])
def test_the_output_is_fresh(suffix):
    made = symback.render(symback.solve(symback.load("paper")), suffix)
    path = OUTPUT / f"paper.{suffix}"
    if os.environ.get("SYMBACK_REFRESH"):
        path.write_bytes(made)
    assert path.read_bytes() == made, "make sheet writes it anew"


@pytest.mark.parametrize("suffix", ["md", "pdf", "json"])
def test_the_marked_paper_is_fresh(suffix):
    from symback.marking.check import check
    from symback.marking.report import render_marking

    made = render_marking(check(symback.load("paper"), TRANSCRIPT), suffix)
    path = OUTPUT / f"paper-marked.{suffix}"
    if os.environ.get("SYMBACK_REFRESH"):
        path.write_bytes(made)
    assert path.read_bytes() == made, "make marked writes it anew"
