"""Hostile papers: a clear message or unread entries, in bounded time, whatever stands on them."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symback.errors import InputError
from symback.exercise.builtin import load
from symback.marking.check import check, mark, transcript_answers
from symback.marking.expressions import Number, walk
from symback.marking.marks import VERDICTS, Marking
from symback.marking.transcript import read_transcript
from symback.solution.solution import Solution, solve
from tests.hostile import cases
from tests.marking.papers import make

TRANSCRIPT = (Path(__file__).parents[1] / "data" / "paper-transcript.md").read_text(encoding="utf-8")


@cache
def paper() -> Solution:
    return solve(load("paper"))


def marked(text: str) -> Marking:
    return mark(paper(), transcript_answers(text, paper(), ","))


def checked(folder: Path, content: str | bytes, suffix: str = ".md") -> Marking:
    file = folder / f"answers{suffix}"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return check(load("paper"), file)


def sound(marking: Marking) -> None:
    """What holds of any marking."""
    assert all(mark.verdict in VERDICTS for mark in marking.marks)
    assert all(mark.message for mark in marking.marks if mark.verdict in ("slip", "wrong", "unread", "missing"))
    lines = [mark.line for mark in marking.marks if mark.line is not None]
    assert lines == sorted(lines)


def on_paper(text: str) -> Counter[str]:
    return Counter(node.source for node in walk(read_transcript(text, decimal=",")) if isinstance(node, Number))


def in_marks(text: str) -> Counter[str]:
    """The numerals that an alignment accounts for."""
    answers = transcript_answers(text, paper(), ",")
    listed = Counter(item.text for item in answers.leftovers if item.key != "no_number")
    written = Counter(source for item in answers.written for source in item.numerals)
    return written + listed + Counter(answers.constants)


#: What the table wants of each input: how the marker answers it.
UNREAD = {
    "\N{RIGHT-TO-LEFT OVERRIDE}24,1-": "U+202E",
    "1 + 2 ) foo": "",
    "\\binom{10000000}{5000000}": "",
    "3 \\cdot": "",
    "dW_9 = 0,5": "no dW_9",
    "100000000!": "",
    "\\frac{1}{2": "",
}


@pytest.mark.parametrize("case", cases("answer_markdown_latex"), ids=lambda case: repr(case.input[:24]))
def test_the_table_of_hostile_inputs(case, tmp_path):
    start = time.process_time()
    marking = checked(tmp_path, case.input)
    assert time.process_time() - start < 2
    sound(marking)
    unread = [mark for mark in marking.marks if mark.verdict == "unread"]
    if case.input in UNREAD:
        assert unread
        assert UNREAD[case.input] in "".join(mark.message for mark in unread)
        assert not [mark for mark in marking.marks if mark.verdict in ("exact", "close", "carried")]


def test_two_values_for_one_number_are_flagged():
    marking = marked("dZ_2 = 0,5\ndZ_2 = 0,7")
    flagged = [mark for mark in marking.marks if mark.flagged]
    assert [mark.written for mark in flagged] == ["0,7"]
    assert "lines 1, 2" in flagged[0].message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe" * 50, "not"),
        (bytes(range(256)) * 40, "not"),
        (b"$Z_2 = 1$\n" * (1 << 20), "larger than"),
        (b"$Z_2 = 1\x07 8$", r"control character U\+0007"),
        (b"$Z_2 = 1\x00$", r"control character U\+0000"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(content, words, tmp_path):
    with pytest.raises(InputError, match=words):
        checked(tmp_path, content)


def test_an_empty_paper_has_all_missing(tmp_path):
    marking = checked(tmp_path, "")
    assert {mark.verdict for mark in marking.marks} == {"missing"}
    assert marking.first_wrong is None


QUICK = {
    "a tower of powers": "$Z_2 = 9^{9^{9^9}}$",
    "powers of powers": "$Z_2 = ((((9^{64})^{64})^{64})^{64})^{64}$",
    "a tower of exponentials": "$Z_2 = e^{e^{e^{9}}}$",
    "an output beyond all exponents": "$Z_2 = -37400000000$\n\n$A_2 = 374$\n\n$L = 3$\n\n$dA_2 = 17$",
    "a long numeral": f"$Z_2 = {'9' * 5000}$",
    "nested braces": f"${'{' * 5000}1{'}' * 5000}$",
    "nested brackets": f"$Z_2 = {'(' * 300}1{')' * 300}$",
    "a long sum": f"$Z_2 = {'+'.join(['1'] * 5000)}$",
    "a long product": f"$Z_2 = {' cdot '.join(['1,5'] * 2000)}$".replace(" cdot ", r" \cdot "),
    "fractions that do not simplify": f"$Z_2 = {'+'.join(f'1/{n}' for n in range(2, 900))}$",
    "division by zero": "$Z_2 = 5/0$ $Z_2 = \\frac{1}{1-1}$",
    "a file": "\\input{/etc/passwd} $Z_2 = \\input{/etc/passwd}$ \\write18{ls}",
    "a wide matrix": "$W_1 = \\begin{bmatrix} " + " & ".join(["1"] * 3000) + " \\end{bmatrix}$",
    "rewriting without end": "\n".join(f"$Z_2 = {number},5$" for number in range(2000)),
    "rows without end": "\n".join(f"$0,1(20) + 0,2(3) + 0,3({number}) = {number},5$" for number in range(900)),
    "many right-to-left marks": "$Z_2 = \u200f1\u200f8,3$\n" * 100,
    "emoji": "$Z_2 = \U0001f600$ \U0001f600 18,3",
}


@pytest.mark.parametrize("name", QUICK)
def test_time_is_bounded(name):
    start = time.process_time()
    sound(marked(QUICK[name]))
    assert time.process_time() - start < 20


def test_another_exercise_s_paper_is_marked_as_it_stands():
    made = make(11)
    marking = mark(paper(), transcript_answers(made.text, paper(), made.notation.sign))
    sound(marking)
    assert marking.counts["exact"] < marking.counts["unread"] + marking.counts["wrong"] + marking.counts["slip"]


PIECES = (
    "$", "$$", "\\frac{1}{2}", "\\begin{bmatrix}", "\\end{bmatrix}", "&", "\\\\", "=", "\\approx", "\\Rightarrow", "+",
    "-", "(", ")", "[", "]", "{", "}", "^", "_", "Z_1", "W_1", "X", "b_1", "A_2", "dW_2", "\\frac{dL}{dA_2}", "L", "y",
    "18,3", "0,1", "20", "1,12 \\cdot 10^{-8}", "-374e^{-7}", "0", "1/3", "e^{-18,3}", "\\quad", " ", "\n", "\n\n",
    "\u2212", "\u00b2", "\u202e", "text", "\\text{so}", "\\left.", "\\right\\}", "%", "#", "\\", "9^{9}", "\\input{x}",
)  # fmt: skip


@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_pieces_are_marked_and_no_numeral_is_dropped(pieces):
    text = " ".join(pieces)
    sound(marked(text))
    assert in_marks(text) == on_paper(text)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.text(max_size=200))
def test_any_text_is_marked_or_refused(text):
    with suppress(InputError):
        sound(marked(text))


def mutated(random: Random, text: str) -> str:
    """The paper with some of its characters dropped, doubled, swapped or replaced."""
    characters = list(text)
    for _ in range(random.randint(1, 40)):
        at = random.randrange(len(characters))
        kind = random.randrange(5)
        if kind == 0:
            del characters[at]
        elif kind == 1:
            characters.insert(at, random.choice("0123456789,.-+=^_{}()[]&\\$e \n"))
        elif kind == 2:
            characters[at] = random.choice("0123456789,.-+=^_{}()[]&\\$e \n")
        elif kind == 3:
            other = random.randrange(len(characters))
            characters[at], characters[other] = characters[other], characters[at]
        else:
            characters[at:at] = characters[at : at + random.randint(1, 30)]
    return "".join(characters)


@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_paper_is_marked_and_no_numeral_is_dropped(seed):
    text = mutated(Random(seed), TRANSCRIPT)
    start = time.process_time()
    sound(marked(text))
    assert in_marks(text) == on_paper(text)
    assert time.process_time() - start < 10


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from(("Z_1[1]", "A_2", "dW_2[1]", "dZ_2", "L", "dW_9", "x y")), st.text(max_size=20)))
def test_any_cells_of_a_table_are_marked(cells):
    from tests.marking.marked import answered, small

    sound(answered(small(), cells))
