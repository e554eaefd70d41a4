"""The catalogue of slips: each is named where it is made, and what follows from it is carried."""

from __future__ import annotations

from pathlib import Path

import pytest

from symback.marking.slips import SLIPS
from symback.marking.words import say
from tests.marking.marked import answered, found, small, written
from tests.marking.test_layers import SLIPS as LAYERS
from tests.solution.exercises import exercise, one

SIGMOID = small("sigmoid")
#: Two outputs, for the mean over them.
MEAN = exercise(["2"], ["1", "3"], [([["0.5"], ["0.25"]], None, "identity")], "mean_squared_error")
#: A unit below the kink.
RELU = exercise(["2"], ["1"], [([["-0.5"], ["0.7"]], None, "relu"), ([["0.3", "0.8"]], None, "identity")])

#: Numbers with so many digits that a slip of many ways is told.
LONG = exercise(
    ["2.13", "3.47", "5.29"],
    ["1"],
    [
        ([["0.513", "-0.207", "0.331"], ["0.312", "0.441", "-0.253"]], ["0.1", "0.2"], "sigmoid"),
        ([["0.7", "-0.6"]], ["0.5"], "sigmoid"),
    ],
)

CASES = (
    ("sign", SIGMOID, {"dZ_2": "0.1917"}),
    ("target_reversed", SIGMOID, {"dA_2": "0.7991"}),
    ("factor_two", SIGMOID, {"dA_2": "-0.3996"}),
    ("factor_two", small("sigmoid", "half_squared_error"), {"L": "0.15966"}),
    ("square_forgotten", SIGMOID, {"L": "-0.3996"}),
    ("mask_forgotten", RELU, {"dZ_1[1]": "0.072"}),
    ("slope_forgotten", SIGMOID, {"dZ_2": "-0.7991"}),
    ("upstream_forgotten", SIGMOID, {"dZ_2": "0.2399"}),
    ("slope_argument", SIGMOID, {"dA_2/dZ_2": "0.2414"}),
    ("slope_function", SIGMOID, {"dA_2/dZ_2": "0.6395"}),
    ("saturated", SIGMOID, {"dA_2/dZ_2": "0"}),
    ("transposed", SIGMOID, {"dW_1[1,2]": "0.02416", "dW_1[2,1]": "-0.09462"}),
    ("weights_transposed", SIGMOID, {"Z_1[2]": "1.0"}),
    ("bias_left_out", SIGMOID, {"Z_1[2]": "1.8"}),
    ("term_dropped", SIGMOID, {"Z_1[2]": "1.4"}),
    ("neighbour", SIGMOID, {"A_1[1]": "0.8808"}),
    ("weights_neighbour", SIGMOID, {"Z_1[1]": "1.9"}),
    ("entry_confused", LONG, {"Z_1[1]": f"{0.513 * 3.47 - 0.207 * 3.47 + 0.331 * 5.29 + 0.1:.5f}"}),
    ("entry_confused", LONG, {"Z_1[2]": f"{0.312 * 2.13 + 0.441 * 3.47 + 0.441 * 5.29 + 0.2:.5f}"}),
    ("entry_confused", LONG, {"dZ_1[1]": "-0.0199831", "dZ_1[2]": "0.00787288"}),  # the slope of the other unit
    ("terms_crossed", LONG, {"Z_1[1]": f"{0.513 * 3.47 - 0.207 * 2.13 + 0.331 * 5.29 + 0.1:.5f}"}),
    ("terms_merged", LONG, {"Z_1[1]": f"{0.513 * 3.47 + 0.331 * 5.29 + 0.1:.5f}"}),
    ("target_confused", SIGMOID, {"dA_2": "-2.799"}),
    ("rounded_early", SIGMOID, {"A_2": "0.5882"}),
    ("average", MEAN, {"dA_1[2]": "-5"}),
)


NAMES = [f"{name}-{next(iter(answers))}" for name, _, answers in CASES]


@pytest.mark.parametrize(("name", "given", "answers"), CASES, ids=NAMES)
def test_a_slip_is_named(name, given, answers):
    marks = [mark for mark in answered(given, answers).marks if mark.verdict != "missing"]
    assert [mark.verdict for mark in marks] == ["slip"] * len(answers)
    assert all(name in (mark.slip, *mark.also) for mark in marks), [(mark.slip, mark.also) for mark in marks]
    assert marks[0].message.startswith(say("en", marks[0].slip))


def test_a_slip_of_many_ways_is_told_by_many_digits_alone():
    wrong = f"{0.513 * 3.47 - 0.207 * 3.47 + 0.331 * 5.29 + 0.1:.1f}"
    assert found(answered(LONG, {"Z_1[1]": wrong}), "Z_1", (1,)).slip != "entry_confused"


@pytest.mark.parametrize(("text", "slip"), [("1", "saturated"), ("0", None)])
def test_an_output_is_rounded_to_its_nearer_end(text, slip):
    near = one("1.2", "sigmoid", "1")
    mark = found(answered(near, {"A_1": text}), "A_1")
    assert mark.slip == slip or mark.verdict == "exact"


def test_every_row_of_the_catalogue_has_a_case():
    elsewhere = {"given_confused", *(name for name in SLIPS if "update" in name)}
    # The slips of graphs, of layers through time and of conventions have their cases beside these.
    for file in ("test_graphs.py", "test_recurrent.py", "test_conventions.py"):
        text = Path(__file__).with_name(file).read_text()
        elsewhere |= {name for name in SLIPS if f'"{name}"' in text}
    elsewhere |= {case[3] for case in LAYERS} | {"later_seen"}
    missing = set(SLIPS) - {case[0] for case in CASES} - elsewhere
    from symback.marking.update_slips import UPDATE_SLIPS
    from tests.marking.test_samples import CASES as SAMPLES
    from tests.marking.test_windows import CASES as WINDOWS

    assert missing - {row.name for row in UPDATE_SLIPS} - {case[0] for case in (*SAMPLES, *WINDOWS)} == set()


def test_another_given_number_in_a_calculation():
    marking = written(SIGMOID, "$Z_1[1] = 0.5(2) - 0.2(2) + 0.1$")
    assert found(marking, "X", (2,)).slip == "given_confused"


def test_a_cut_off_number_is_close_and_says_so():
    mark = found(answered(SIGMOID, {"dW_2[2]": "-0.1688"}), "dW_2", (1, 2))
    assert (mark.verdict, mark.slip) == ("close", "truncated")


def test_two_slips_that_predict_the_same_are_both_named():
    mark = found(answered(SIGMOID, {"dA_2": "0.7991"}), "dA_2")
    assert {"target_reversed", "sign"} <= {mark.slip, *mark.also}


def test_what_follows_from_a_slip_is_carried_and_names_its_line():
    marking = answered(SIGMOID, {"dA_2": "-0.3996", "dA_2/dZ_2": "0.2399", "dZ_2": "-0.09586", "db_2": "-0.09586"})
    assert found(marking, "dA_2").slip == "factor_two"
    assert found(marking, "dA_2/dZ_2").verdict == "exact"
    carried = found(marking, "dZ_2")
    assert (carried.verdict, carried.carried_from, carried.expected) == ("carried", (1, 2), "-0.09586404")
    assert found(marking, "db_2").carried_from == (3,)
    assert marking.first_wrong == found(marking, "dA_2")


def test_a_slip_in_an_unwritten_step_is_found_in_the_next_written_one():
    mark = found(answered(SIGMOID, {"dW_2[1]": "-0.4974"}), "dW_2", (1, 1))
    assert (mark.verdict, mark.slip) == ("slip", "slope_forgotten")


def test_a_slip_that_explains_all_entries_comes_before_one_that_explains_a_single_one():
    marking = answered(SIGMOID, {"Z_1[1]": "2", "Z_1[2]": "0.5"})
    assert [found(marking, "Z_1", (row,)).slip for row in (1, 2)] == ["neighbour", "neighbour"]


def test_the_words_exist_in_every_language():
    for name in SLIPS:
        assert say("en", name) != say("ru", name)
