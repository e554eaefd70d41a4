"""Slips of the pen: what was meant is found, the later lines may go on with it or with what stands there."""

from __future__ import annotations

import pytest

from symback.marking.pen import PEN_SLIPS
from symback.marking.words import say
from tests.marking.marked import answered, found, small
from tests.solution.exercises import one

SIGMOID = small("sigmoid")
TINY = one("18.3", "sigmoid", "18")


@pytest.mark.parametrize(
    ("name", "given", "answers"),
    [
        ("comma_lost", SIGMOID, {"dA_2": "-7991"}),
        ("comma_lost", TINY, {"dA_1/dZ_1": "1128e-8"}),
        ("comma_shifted", SIGMOID, {"Z_2": "4.0724"}),
        ("comma_shifted", SIGMOID, {"db_2": "-0.019173"}),
        ("exponent_sign", TINY, {"dA_1/dZ_1": "1.128e8"}),
        ("digits_swapped", SIGMOID, {"dA_2": "-0.7919"}),
        ("digit_lost", SIGMOID, {"dA_2": "-0.79147"}),
        ("digit_doubled", SIGMOID, {"dA_2": "-0.799915"}),
        ("run_miscounted", TINY, {"A_1": "0.9999999999"}),
        ("digit_moved", SIGMOID, {"dA_2": "-0.9917"}),
        ("digit_moved", SIGMOID, {"dZ_2": "-0.13917"}),
        ("digit_wrong", SIGMOID, {"dZ_2": "-0.1977"}),
    ],
)
def test_a_slip_of_the_pen_is_named(name, given, answers):
    (key,) = answers
    mark = found(answered(given, answers), key)
    assert mark.verdict == "slip"
    assert name in (mark.slip, *mark.also), (mark.slip, mark.also)


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        ("-0.7998", {"digit_wrong"}),  # the last digit: nothing was lost or won
        ("-0.79918", {"digit_wrong"}),
        ("-0.81", set()),  # two digits tell nothing
        ("-0.7782", set()),
    ],
)
def test_a_wrong_number_is_not_explained_by_what_would_explain_any(text, slip):
    mark = found(answered(SIGMOID, {"dA_2": text}), "dA_2")
    assert {mark.slip, *mark.also} - {None} == slip


def test_what_was_meant_may_stand_elsewhere_on_the_paper():
    answers = {"dA_2": "-0.79915", "dA_2/dZ_2": "0.23991", "dZ_2": "-0.19177"}
    alone = found(answered(SIGMOID, answers), "dZ_2")
    assert alone.slip == "digit_lost"
    assert "digit_wrong" in alone.also
    # Five digits are what this writer takes; but the number with a sixth is there.
    many = {**answers, "A_2": "0.60043", "Z_2": "0.40724"}
    assert found(answered(SIGMOID, many), "dZ_2").slip == "digit_wrong"
    told = found(answered(SIGMOID, {**many, "db_2": "-0.191727"}), "dZ_2")
    assert (told.slip, told.expected) == ("digit_lost", "-0.191727")


def test_the_message_says_what_was_meant():
    mark = found(answered(SIGMOID, {"dA_2": "-0.7919"}), "dA_2")
    assert mark.slip == "digits_swapped"
    assert mark.message == "two digits are swapped; -0.7991 was meant"
    assert mark.expected == "-0.7991"


def test_the_sign_has_to_be_right():
    mark = found(answered(SIGMOID, {"dZ_2": "0.1971"}), "dZ_2")
    assert not {mark.slip, *mark.also} & set(PEN_SLIPS)


@pytest.mark.parametrize(
    "later",
    [
        {"dZ_2": "-0.1917", "db_2": "-0.1917"},  # went on with what was meant
        {"dZ_2": "-19.17", "db_2": "-19.17"},  # went on with what stands there
    ],
)
def test_later_lines_may_go_on_with_either_reading(later):
    marking = answered(SIGMOID, {"dA_2": "-79.91", **later})
    assert found(marking, "dA_2").slip == "comma_shifted"
    assert {found(marking, name).verdict for name in later} <= {"exact", "carried"}


def test_a_copy_of_a_slip_of_the_pen_is_the_slip_again():
    marking = answered(SIGMOID, {"dZ_2": "-1917", "db_2": "-1917"})
    assert [found(marking, name).slip for name in ("dZ_2", "db_2")] == ["comma_lost", "comma_lost"]


def test_an_unlikely_number_that_the_later_lines_confirm():
    # -0.3 for dZ_2 is far from what follows; three later lines go on with a hundredth of it.
    answers = {"dZ_2": "-374", "dW_2[1]": "-2.328", "dW_2[2]": "-3.294", "dA_1[1]": "-2.618", "dA_1[2]": "2.244"}
    marking = answered(SIGMOID, answers)
    assert found(marking, "dZ_2").slip == "comma_lost"
    assert {found(marking, "dW_2", (1, k)).verdict for k in (1, 2)} == {"carried"}


def test_the_words_exist_in_every_language():
    for name in PEN_SLIPS:
        assert say("en", name) != say("ru", name)
