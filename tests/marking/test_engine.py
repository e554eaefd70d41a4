"""Marking as a whole: the order of verdicts, what follows from what, what is flagged, listed and missing."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symback.marking.marks import VERDICTS
from tests.marking.marked import answered, found, small, written
from tests.solution.exercises import exercise, one

SIGMOID = small("sigmoid")


def verdicts(marking):
    return {mark.quantity: mark.verdict for mark in marking.marks if mark.verdict != "missing"}


def test_a_last_unit_that_the_roundings_before_explain_is_close():
    # dA_2 A_2(1 - A_2) = -0.19172; on two digits it is (-0.80)(0.24) = -0.192, or -0.193 from 0.241.
    marking = answered(SIGMOID, {"dA_2": "-0.80", "dA_2/dZ_2": "0.24", "dZ_2": "-0.1928"})
    assert verdicts(marking) == {"dA_2": "exact", "dA_2/dZ_2": "exact", "dZ_2": "carried"}
    mark = found(answered(SIGMOID, {"dA_2": "-0.80", "dA_2/dZ_2": "0.24", "dZ_2": "-0.193"}), "dZ_2")
    assert (mark.verdict, mark.carried_from) == ("close", (1, 2))
    assert mark.message == "one unit off in the last place; follows from line 1, 2"
    assert mark.expected == mark.exact
    # Alone it is none: more than a unit from the truth.
    assert found(answered(SIGMOID, {"dZ_2": "-0.193"}), "dZ_2").verdict not in ("exact", "close", "carried")


def test_what_follows_from_a_wrong_line_is_carried_however_near_it_comes():
    marking = answered(SIGMOID, {"dA_2": "-0.803", "dA_2/dZ_2": "0.2399", "dZ_2": "-0.193"})
    assert verdicts(marking) == {"dA_2": "wrong", "dA_2/dZ_2": "exact", "dZ_2": "carried"}


TINY = exercise(["1"], ["0", "0"], [([["-17"], ["0.7"]], None, "sigmoid")])


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ("0.", "0.668188", "exact"),  # 4.1e-8 among numbers with six decimals
        ("-0.", "0.668188", "exact"),
        ("0.0000", "0.67", "exact"),
        ("0.", "0.66818777", "slip"),  # with eight decimals it has a digit
        ("0", "0.668188", "slip"),  # nothing says that it was rounded
        ("0.", "", "slip"),
    ],
)
def test_a_zero_among_numbers_with_decimals(first, second, verdict):
    assert found(answered(TINY, {"A_1[1]": first, "A_1[2]": second}), "A_1", (1,)).verdict == verdict


@pytest.mark.parametrize("text", ["60.04%", "60.04 %", r"60.04\%", "0.6004"])
def test_a_percentage_in_a_table(text):
    mark = found(answered(SIGMOID, {"A_2": text}), "A_2")
    assert (mark.verdict, mark.read_as) == ("exact", "0.6004")


def test_a_percentage_has_its_own_last_place():
    assert found(answered(SIGMOID, {"A_2": "60%"}), "A_2").verdict == "exact"
    assert found(answered(SIGMOID, {"A_2": "61%"}), "A_2").verdict != "exact"
    (unread,) = [mark for mark in answered(SIGMOID, {"A_2": "%"}).marks if mark.verdict == "unread"]
    assert unread.written == "A_2 = %"


def test_a_blank_earlier_value_does_not_block_later_ones():
    marking = answered(SIGMOID, {"dA_2": "-0.3996", "dA_2/dZ_2": "", "dZ_2": "-0.09586", "db_2": "-"})
    assert verdicts(marking) == {"dA_2": "slip", "dZ_2": "carried"}
    assert found(marking, "A_2").verdict == "missing"


def test_an_unread_earlier_value_does_not_block_later_ones():
    marking = answered(SIGMOID, {"dA_2": "-0.3996", "dA_2/dZ_2": "0,,2", "dZ_2": "-0.09586"})
    assert found(marking, "dZ_2").verdict == "carried"
    (unread,) = [mark for mark in marking.marks if mark.verdict == "unread"]
    assert (unread.line, unread.written) == (2, "dA_2/dZ_2 = 0,,2")
    assert unread.message.startswith("not read as a number: ")


def test_what_does_not_hang_on_a_wrong_value_is_still_right():
    marking = answered(SIGMOID, {"Z_2": "0.937", "A_1[1]": "0.622", "dW_2[1]": "-0.119"})
    assert verdicts(marking) == {"A_1": "exact", "Z_2": "wrong", "dW_2": "exact"}


def test_a_wrong_value_that_nothing_explains_says_what_follows():
    mark = found(answered(SIGMOID, {"Z_2": "0.4072", "A_2": "0.555"}), "A_2")
    assert (mark.verdict, mark.slip, mark.message) == ("wrong", None, "does not follow from the lines before")
    assert mark.expected.startswith("0.60041")
    assert mark.exact == "0.600426686482"


def test_a_table_is_marked_in_the_order_of_the_derivation():
    marking = answered(SIGMOID, {"dZ_2": "-0.09586", "dA_2": "-0.3996", "A_2": "0.6004"})
    assert [mark.quantity for mark in marking.marks if mark.verdict != "missing"] == ["A_2", "dA_2", "dZ_2"]
    assert found(marking, "dZ_2").verdict == "carried"


def test_a_trivial_early_value_is_flagged_and_earns_nothing_unseen():
    # Z_1 = 0 makes everything after it trivial; it is wrong, and what follows from it is flagged.
    given = one("0.7", "sigmoid", "1")
    marking = answered(given, {"A_1": "1", "dA_1/dZ_1": "0", "dZ_1": "0"})
    slope = found(marking, "dA_1/dZ_1")
    assert (slope.verdict, slope.flagged) == ("carried", True)
    assert "trivial" in slope.message
    assert found(marking, "dZ_1").flagged


def test_a_true_zero_is_not_trivial():
    given = one("-0.7", "relu", "1")
    marking = answered(given, {"A_1": "0", "dA_1/dZ_1": "0", "dZ_1": "0"})
    assert [mark.flagged for mark in marking.marks] == [False] * len(marking.marks)


@pytest.mark.parametrize(
    ("text", "tolerance", "verdict"),
    [("0.605", None, "wrong"), ("0.605", Fraction(1, 100), "close"), ("0.62", Fraction(1, 100), "wrong")],
)
def test_a_tolerance(text, tolerance, verdict):
    mark = found(answered(SIGMOID, {"A_2": text}, tolerance=tolerance), "A_2")
    assert (mark.verdict == "close") == (verdict == "close")


def test_a_chain_checks_itself():
    marking = written(SIGMOID, "$0.3(2) + 0.4(3) = 0.6 + 1.2 = 1.9$")
    assert found(marking, "Z_1.products", (2, 2)).verdict == "exact"
    mark = found(marking, "Z_1.sum", (2,))
    assert (mark.verdict, mark.expected) == ("wrong", "1.8")


def test_a_chain_that_goes_on_with_a_wrong_number_is_carried():
    marking = written(SIGMOID, "$0.3(2) + 0.4(3) = 0.6 + 1.6 = 2.2$")
    assert found(marking, "Z_1.products", (2, 2)).verdict in ("wrong", "slip")
    assert found(marking, "Z_1.sum", (2,)).verdict == "carried"


def test_restated_numbers_can_be_told_from_results():
    marking = written(SIGMOID, "$dZ_2 = -0.799 \\cdot 0.24 = -0.192$")
    kinds = {mark.quantity: mark.kind for mark in marking.marks if mark.verdict != "missing"}
    assert kinds == {"dA_2": "restated", "dA_2/dZ_2": "restated", "dZ_2": "result"}


def test_two_values_for_one_entry_are_flagged_with_their_lines():
    marking = written(SIGMOID, "$dZ_2 = 0.5$\n\n$dZ_2 = 0.7$")
    second = found(marking, "dZ_2")
    assert second.flagged
    assert "two values for dZ_2: lines 1, 3" in second.message


def test_another_rounding_of_the_same_value_is_not_a_second_value():
    marking = written(SIGMOID, "$A_2 = 0.60043$\n\n$A_2 = 0.600$")
    assert not found(marking, "A_2").flagged


def test_a_corrected_value_is_right_and_later_lines_may_follow_either():
    marking = written(SIGMOID, "$dA_2 = -0.3996$\n\n$dA_2 = -0.7991$\n\n$dZ_2 = -0.1917$")
    assert [mark.verdict for mark in marking.marks if mark.quantity == "dA_2"] == ["slip", "exact"]
    assert found(marking, "dZ_2").verdict == "exact"


def test_unknown_names_are_listed():
    marking = answered(SIGMOID, {"dW_9": "0.5", "Z_1[7]": "1"})
    unread = {mark.written: mark.message for mark in marking.marks if mark.verdict == "unread"}
    assert (
        unread
        == {
            "dW_9 = 0.5": "the exercise has no dW_9 (dW_1?)",
            "Z_1[7] = 1": "there is no entry Z_1[7]",
        }
        or "the exercise has no dW_9" in unread["dW_9 = 0.5"]
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "belongs to no quantity of the exercise"), ("ru", "не относится ни к одной величине задания")],
)
def test_a_number_that_was_read_but_has_no_place_says_so_in_the_language(language, words):
    marking = written(SIGMOID, "$1039 \\Rightarrow A_2 = 0.6$", language=language)
    (mark,) = [each for each in marking.marks if each.verdict == "unread"]
    assert (mark.written, mark.message) == ("1039", words)


def test_everything_that_is_asked_for_and_not_there_is_missing():
    marking = answered(SIGMOID, {"Z_1[1]": "0.5"})
    missing = [(mark.quantity, mark.index) for mark in marking.marks if mark.verdict == "missing"]
    assert ("Z_1", (2,)) in missing
    assert ("Z_1", (1,)) not in missing
    assert ("dW_1", (2, 2)) in missing


def test_a_plain_copy_may_be_left_out():
    marking = answered(small(), {"Z_1[1]": "0.5", "Z_1[2]": "2"})
    assert "A_1" not in {mark.quantity for mark in marking.marks if mark.verdict == "missing"}


def test_the_counts_hold_every_verdict():
    marking = answered(SIGMOID, {"dA_2": "-0.3996"})
    assert list(marking.counts) == list(VERDICTS)
    assert marking.counts["slip"] == 1


def test_digits_kept_in_the_calculator_are_followed():
    # A student with a wrong Z_2 = 1.40724... who writes two digits and keeps all the others.
    marking = answered(SIGMOID, {"Z_2": "1.41", "A_2": "0.80", "dA_2/dZ_2": "0.158"})
    assert verdicts(marking)["Z_2"] != "exact"
    assert verdicts(marking)["A_2"] == "carried"
    assert verdicts(marking)["dA_2/dZ_2"] == "carried"


def test_follow_through_does_not_accept_just_anything():
    right = {"Z_2": "1.41", "A_2": "0.8038", "dA_2": "-0.3924", "dA_2/dZ_2": "0.1577", "dZ_2": "-0.06188"}
    assert set(verdicts(answered(SIGMOID, right)).values()) <= {"wrong", "slip", "carried"}
    for name, text in list(right.items())[1:]:
        for digit in range(10):
            other = f"{text[:-2]}{digit}{text[-1]}"
            if abs(float(other) - float(text)) > 3 * 10 ** -(len(text) - text.index(".") - 1):
                changed = answered(SIGMOID, {**right, name: other})
                assert found(changed, name).verdict in ("slip", "wrong"), (name, other)
