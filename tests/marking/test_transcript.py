"""The real paper, the decimal sign, headings, hostile texts, and the promise that no digit is dropped."""

from __future__ import annotations

import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symback.errors import InputError
from symback.marking.expressions import Matrix, Name, Number, Unread, account, digit_runs, unread, walk
from symback.marking.show import show_paper
from symback.marking.transcript import decide_decimal, load_transcript, read_expression, read_transcript
from tests.hostile import cases
from tests.marking.golden import check_golden

PAPER = Path(__file__).parents[1] / "data" / "paper-transcript.md"


def test_the_paper():
    check_golden("transcript_golden.txt", show_paper(load_transcript(PAPER, decimal=None)))


@pytest.mark.parametrize("name", ["compiled.tex", "typed.txt"])
def test_other_papers(name):
    """The same exercise as people hand it in who write LaTeX, or type into a plain file."""
    path = Path(__file__).parent / "papers" / name
    paper = load_transcript(path, decimal=None)
    assert account(paper) == digit_runs(path.read_text(encoding="utf-8"))
    check_golden(f"papers/{path.stem}_golden.txt", show_paper(paper))


def test_the_paper_is_read_completely():
    paper = load_transcript(PAPER, decimal=None)
    assert not unread(paper)
    assert account(paper) == digit_runs(PAPER.read_text(encoding="utf-8"))


def test_the_paper_with_windows_line_ends_is_the_same():
    text = PAPER.read_text(encoding="utf-8")
    assert read_transcript(text.replace("\n", "\r\n"), decimal=None) == read_transcript(text, decimal=None)
    assert read_transcript("\ufeff" + text.replace("\n", "\r"), decimal=None) == read_transcript(text, decimal=None)


DECIMALS = [
    (["0,1 + 2,5"], ","),
    (["0.1 + 2.5"], "."),
    (["1,000 + 2.5"], "."),
    (["1.000 + 2,5"], ","),
    (["[20, 3, 4]"], "."),
    (["[20,3,4]"], "."),
    (["[0.5,0.25]"], "."),
    (["1{,}42"], ","),
    (["7,48 + [20, 3, 4]"], ","),
    (["0,123 + 1"], ","),
    ([], "."),
]


@pytest.mark.parametrize(("texts", "sign"), DECIMALS)
def test_decide_decimal(texts, sign):
    assert decide_decimal(texts) == sign


def test_sections():
    paper = read_transcript("# Forward\n$x=1$\n**Backward**\n$y=2$\n$$\\text{Update}$$\n$z=3$", decimal=".")
    assert [chain.section for chain in paper.chains] == ["Forward", "Backward", "Update"]


def test_lines_and_columns():
    paper = read_transcript("one\n\n$$a = 5 \\\\\n = \\binom{3}{2}$$\n  y = 3 \\cdot\n", decimal=".")
    assert [chain.line for chain in paper.chains] == [3, 5]
    assert [link.line for link in paper.chains[0].links] == [3, 3, 4]
    assert [(item.line, item.column) for item in unread(paper)] == [(4, 4), (5, 14)]


def test_a_number_keeps_its_written_form():
    (chain,) = read_transcript("$dW_2 = -1{,}50e^{-6}$", decimal=",").chains
    number = chain.links[1].expression
    assert isinstance(number, Number)
    assert number.source == "-1{,}50e^{-6}"
    assert (number.numeral.least, number.numeral.most, number.numeral.place) == (3, 3, -8)


def test_a_statement_that_continues():
    first, second = read_transcript("$a = 5$\n\n$= 6$", decimal=".").chains
    assert (first.continues, second.continues) == (False, True)


EXPRESSIONS = [
    ("-1,42", Number),
    ("[1; 2]", Matrix),
    ("dW_2", Name),
    ("5 apples", Unread),
    ("a = 5", Unread),
    ("", Unread),
]


@pytest.mark.parametrize(("text", "kind"), EXPRESSIONS)
def test_read_expression(text, kind):
    assert isinstance(read_expression(text, decimal=",", line=7), kind)


# What the table of hostile inputs asks for, by words that must stand in the reason of what stays unread.
WANTED = {
    "unreadable: U+202E, column 1": ("U+202E", 1),
    "unreadable at column 7; never 3": ("bracket", 7),
    "refused: not in the answer grammar": ("not in the answer grammar", 1),
    "unreadable at end; never 3": ("missing", 8),
    "rendered or refused in under 2 s": ("never closed", 1),
    "refused: factorial not allowed": ("not in the answer grammar", 10),
    "exit 1; nested deeper than 64, under 100 ms": ("nested deeper than 64", None),
    "unreadable: brace opened at column 9": ("brace opened", 9),
}


@pytest.mark.parametrize("case", cases("answer_markdown_latex"), ids=lambda case: case.required)
def test_hostile(case):
    start = time.process_time()
    paper = read_transcript(case.input, decimal=",")
    assert time.process_time() - start < 0.1
    assert account(paper) == digit_runs(case.input)
    if case.required in WANTED:
        reason, column = WANTED[case.required]
        (found,) = unread(paper)
        assert reason in found.reason
        assert column in (None, found.column)
        assert not any(isinstance(node, Number) for node in walk(paper))


def test_two_values_stay_two_statements():
    (case,) = (case for case in cases("answer_markdown_latex") if "two values" in case.required)
    assert [chain.line for chain in read_transcript(case.input, decimal=",").chains] == [1, 2]


MIB = 1 << 20
FLOODS = {
    "sum": "1,2 + " * (MIB // 6),
    "lines": "x = 1,2 + 3\n" * (MIB // 12),
    "inline": "$x=1,2$ " * (MIB // 8),
    "fractions": "$$" + "\\frac{1}{2}" * (MIB // 11 - 1) + "$$",
    "blocks": "$$\\frac{1}{2} + [1, 2, 3] \\approx e^{-18,3}$$\n" * (MIB // 47),
    "matrices": "$\\begin{bmatrix}1&2\\\\3&4\\end{bmatrix}$" * (MIB // 39),
    "begins": "\\begin{align}" * (MIB // 13),
    "dollars": "$" * MIB,
    "dollar blanks": "$ " * (MIB // 2),
    "opens": "x = " + "(" * (MIB - 4),
    "brackets": "[1\n" * (MIB // 3),
    "braces": "{" * MIB,
    "backslashes": "\\" * MIB,
    "macros": "\\alpha" * (MIB // 6),
    "digits": "1" * MIB,
    "letters": "d" * MIB,
    "words": "and also so " * (MIB // 12),
    "label": "a " * (MIB // 2),
    "blanks": " " * MIB,
    "blank numbers": "x = 1" + " " * (MIB - 5),
    "new lines": "\n" * MIB,
    "percent": "1%" * (MIB // 2),
    "comments": "$x % 1\n$" * (MIB // 8),
    "scripts": "x = a" + "_1" * (MIB // 2 - 3),
    "primes": "x = f" + "'" * (MIB - 5),
    "raised": "x = " + "²" * (MIB // 2),
    "equals": "=" * MIB,
    "separators": "$" + "," * (MIB - 2) + "$",
    "hidden": "\u202e" * (MIB // 3),
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_takes_bounded_time(name):
    text = FLOODS[name]
    assert len(text) <= MIB
    start = time.process_time()
    paper = read_transcript(text, decimal=None)
    assert time.process_time() - start < 5
    assert account(paper) == digit_runs(text)


SMALL_FLOODS = {
    "lists": "x = " + "[1," * 60 + "1" + "]" * 60,
    "matrices": "$" + "\\begin{bmatrix}1&" * 60 + "1" + "\\end{bmatrix}" * 60 + "$",
    "fractions": "$" + "\\frac{1}{" * 60 + "x" + "}" * 60 + "$",
    "powers": "x = " + "9^{" * 60 + "9" + "}" * 60,
    "lefts": "$" + "\\left(1 + " * 60 + "1" + "\\right)" * 60 + "$",
    "chain": "$" + "x = 1 + " * 2000 + "1$",
    "product": "$x = " + "2 · " * 4000 + "1$",
    "side by side": "$x = " + "(2)" * 4000 + "$",
    "cells": "$\\begin{bmatrix}" + "1&" * 6000 + "1\\end{bmatrix}$",
    "signs": "$x = " + "-" * 10000 + "1$",
    "tags": "$x = 5 " + "\\tag{1}" * 2000 + "$",
    "columns": "$\\begin{bmatrix}" + "1 & + 2" + " & + 3" * 2000 + "\\end{bmatrix}$",
}


@pytest.mark.parametrize("name", SMALL_FLOODS)
def test_a_block_takes_bounded_time(name):
    start = time.process_time()
    paper = read_transcript(SMALL_FLOODS[name], decimal=",")
    assert time.process_time() - start < 2
    assert account(paper) == digit_runs(SMALL_FLOODS[name])


def test_depth_leaves_the_stack_alone():
    """Sixty-four levels of the deepest construction fit into a quarter less stack than Python gives."""
    limit = sys.getrecursionlimit()
    depth = len(_frames())
    sys.setrecursionlimit(depth + 750)
    try:
        paper = read_transcript(SMALL_FLOODS["lists"], decimal=".")
    finally:
        sys.setrecursionlimit(limit)
    assert "nested too deep" not in show_paper(paper)


def _frames():
    frame, found = sys._getframe(), []
    while frame is not None:
        found.append(frame)
        frame = frame.f_back
    return found


TOO_MUCH = [("x" * (MIB + 1), "longer than"), ("x\0y", "not text")]


@pytest.mark.parametrize(("text", "message"), TOO_MUCH)
def test_refused_as_a_whole(text, message):
    with pytest.raises(InputError, match=message):
        read_transcript(text, decimal=".")


FILES = [
    (b"x" * 10 * MIB, "larger than"),
    (b"\xff\xfex\0", "UTF-16"),
    (b"\x89PNG\r\n\x1a\n\0\0", "not UTF-8"),
    (b"x = 1\x07", "control character U.0007"),
]


@pytest.mark.parametrize(("data", "message"), FILES)
def test_files_that_are_no_text(tmp_path, data, message):
    path = tmp_path / "paper.md"
    path.write_bytes(data)
    with pytest.raises(InputError, match=message):
        load_transcript(path, decimal=None)


def test_a_missing_file(tmp_path):
    with pytest.raises(InputError, match="not found"):
        load_transcript(tmp_path / "none.md", decimal=None)


def test_an_empty_file_is_an_empty_paper():
    paper = read_transcript("", decimal=None)
    assert (paper.chains, paper.unread, paper.decimal) == ((), (), ".")


# Pieces of papers, and junk.
PIECES = st.sampled_from((Path(__file__).parent / "pieces.txt").read_text(encoding="utf-8").split())
SPACES = st.sampled_from(["", "", " ", " ", "  ", "\n", "\n\n", "\t"])


@st.composite
def papers(draw):
    parts = draw(st.lists(st.tuples(PIECES, SPACES), max_size=30))
    return "".join(piece + space for piece, space in parts)


@given(papers(), st.sampled_from([".", ",", None]))
@settings(max_examples=400, deadline=None)
def test_no_digit_is_dropped(text, decimal):
    assert account(read_transcript(text, decimal=decimal)) == digit_runs(text)


@given(papers(), st.sampled_from([".", ","]))
@settings(max_examples=400, deadline=None)
def test_no_digit_is_dropped_inside_delimiters(text, decimal):
    text = "$$" + text.replace("$", "").replace("\n", " ") + "$$"
    assert account(read_transcript(text, decimal=decimal)) == digit_runs(text)


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text):
    try:
        paper = read_transcript(text, decimal=None)
    except InputError:
        return
    assert account(paper) == digit_runs(text)


@given(st.fractions(), st.integers(0, 12), st.sampled_from([".", ","]))
def test_a_decimal_keeps_its_value(value, places, decimal):
    text = f"{abs(float(value)) % 1000:.{places}f}"
    typed = text.replace(".", decimal)
    (chain,) = read_transcript(f"$Z_1 = -{typed}$", decimal=decimal).chains
    number = chain.links[1].expression
    assert isinstance(number, Number)
    assert number.numeral.value == -Fraction(text)
