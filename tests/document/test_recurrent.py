"""Sheets of layers that go through time: which times are written out, and what is said."""

import re

import pytest

import symback
from symback.document.recurrent import LeftOut, time_of, written_out
from symback.document.write import Options
from tests.solution.sequences import exercise

LONG = exercise("rnn", times=50)


def sheet(made, to="md", **options):
    return symback.render(symback.solve(made), to, Options(**options)).decode()


def test_a_long_sequence_is_written_out_at_its_ends():
    text = sheet(LONG)
    for time in (1, 2, 49, 50):
        assert f"$$a_{{{time}}} = W" in text or f"$$a_{time} = W" in text
    assert "$$a_3 = W" not in text
    assert "a_{48} = W" not in text
    assert text.count("Times 3 to 48 go the same way and are not written out.") >= 2
    assert len(text.splitlines()) < 1200
    assert "Моменты от 3 до 48" in sheet(LONG, language="ru")


def test_the_sum_over_all_times_names_its_ends():
    (line,) = [line for line in sheet(LONG).splitlines() if "= dW = dW^" in line]
    assert line.count("dW^") == 7
    assert "\\cdots + dW^{\\mathrm{(1)}}" in line


def test_a_short_sequence_is_written_out_whole():
    derivation = symback.solve(exercise("lstm", times=8)).derivation
    for section in derivation.sections:
        assert written_out(section.steps, derivation, 8) == list(section.steps)


def test_what_is_left_out_is_one_piece_of_time():
    derivation = symback.solve(exercise("lstm", times=9)).derivation
    for section in derivation.sections:
        pieces = [each for each in written_out(section.steps, derivation, 8) if isinstance(each, LeftOut)]
        assert all((piece.first, piece.last) == (3, 7) for piece in pieces)
        assert bool(pieces) == (section.phase != "loss")


@pytest.mark.parametrize(
    ("name", "time"),
    [("h_3", 3), ("dh_2", 2), ("dh_2.1", 2), ("dW.1", 1), ("dW", None), ("dh_2/da_2", 2), ("Z_2", None), ("db", None)],
)
def test_the_time_of_a_quantity(name, time):
    assert time_of(name, symback.solve(exercise("rnn")).derivation) == time


def test_what_is_said_about_the_layers():
    assert "Hochreiter and Schmidhuber 1997" in sheet(symback.load("lstm_layer"))
    text = sheet(exercise("gru", extra="    keeps: z\n    reset: after\n"))
    assert "kept with z, the candidate enters with 1 - z (Cho et al. 2014)" in text
    assert "after them" in text
    assert "$$a_{h,1} = q_1 + v_1" in text
    assert "h_1 = z_1 \\odot h_0 + (1 - z_1) \\odot \\tilde{h}_1" in text


def test_a_rule_is_said_once():
    text = sheet(symback.load("rnn_layer"))
    assert len(re.findall("Back in time: ", text)) == 1
    assert len(re.findall("so the contributions of all times add up", text)) == 1


@pytest.mark.parametrize("to", ["tex", "typ", "json"])
@pytest.mark.parametrize("name", ["rnn_layer", "lstm_layer", "gru_layer"])
def test_every_format(name, to):
    assert sheet(symback.load(name), to)
