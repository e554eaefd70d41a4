"""Moodle XML: read back by the checker, graded as Moodle does, hostile texts, the same bytes every time."""

import html
import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symback.errors import InputError, OutputError, TemplateError
from symback.homework.distractors import Distractors
from symback.homework.lms import LmsOptions, write_moodle
from symback.homework.lms_blanks import MOST_DIGITS, Blank, Choice, asked, asked_names
from symback.homework.lms_words import LMS_WORDS
from symback.homework.moodle import cloze, moodle_xml
from symback.homework.moodle_check import LEAST, LONGEST_TEXT, read_cloze, read_moodle, read_number
from symback.homework.moodle_text import cloze_feedback, moodle_text
from symback.homework.variant import Variant
from tests.homework.lms_cases import PAPER, VARIANTS, seen, typed
from tests.hostile import cases
from tests.solution.exercises import exercises


def made(*variants, **options):
    return b"".join(moodle_xml(variants, **options))


def questions_of(solution, digits):
    names = asked_names(solution.derivation, None)
    return asked(solution, names, digits, Distractors(solution, "en"), "Right.")


def answers(solution, digits):
    """All blanks of a question with what a careful student types."""
    return [
        (blank, typed(solution, blank.quantity, blank.place, digits, quantity.scale))
        for quantity in questions_of(solution, digits)
        for blank in quantity.blanks
    ]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.code)
@pytest.mark.parametrize("digits", [1, 3, 6, MOST_DIGITS])
def test_the_truth_rounded_to_the_asked_digits_earns_all_marks(variant, digits):
    (question,) = read_moodle(made(variant, digits=digits))
    right = answers(variant.solution, digits)
    assert len(question.places) == len(right)
    for place, (_, text) in zip(question.places, right, strict=True):
        assert place.grade(text) == (1.0, "Right.")
    assert question.grade([text for _, text in right]) == 1
    assert question.grade(["no number"] * len(right)) == 0


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.code)
def test_each_slip_earns_its_part_and_is_named(variant):
    (question,) = read_moodle(made(variant, digits=3))
    blanks = [blank for quantity in questions_of(variant.solution, 3) for blank in quantity.blanks]
    for place, blank in zip(question.places, blanks, strict=True):
        for choice in blank.choices:
            fraction, feedback = place.grade(choice.value)
            assert (fraction, seen(feedback)[0]) == (choice.credit / 100, choice.words)


@given(exercises(), st.integers(1, 8))
@settings(max_examples=40, deadline=None)
def test_any_network_is_graded_fairly(exercise, digits):
    variant = Variant("1", "ANY", exercise)
    (question,) = read_moodle(made(variant, digits=digits))
    for place, (blank, text) in zip(question.places, answers(variant.solution, digits), strict=True):
        assert place.grade(text)[0] == 1
        right, *wrong = place.answers
        for choice in blank.choices[1:]:
            assert place.grade(choice.value)[0] == choice.credit / 100
        # No number is right and a slip at once, nor two slips.
        reaches = sorted((each.value - each.tolerance, each.value + each.tolerance) for each in (right, *wrong))
        assert all(before[1] < after[0] for before, after in pairwise(reaches))


def test_one_unit_beside_the_truth_is_wrong():
    (question,) = read_moodle(made(VARIANTS[0], quantities=("Z_2", "dZ_2"), digits=3))
    assert [question.places[0].grade(text)[0] for text in ("18.3", "18.34", "18.4", "18.2", "")] == [1, 1, 0, 0, 0]
    assert [question.places[1].grade(text)[0] for text in ("-3.84", "-3.836", "-3.83", "-3.85")] == [1, 1, 0, 0]


def test_a_zero_earns_nothing_but_a_word():
    (question,) = read_moodle(made(VARIANTS[0], quantities=("dW_1",)))
    fraction, feedback = question.places[0].grade("0")
    assert fraction == 0
    assert "slope vanished" in feedback


def test_the_carried_slip_earns_more_than_the_slip_itself():
    (question,) = read_moodle(made(VARIANTS[0], quantities=("dA_2", "dW_2")))
    assert question.places[0].grade("-17.0") == (0.5, "The factor 2 (or 1&#47;2) is gone.")
    fraction, feedback = question.places[1].grade("-0.748")
    assert fraction == 0.75
    assert seen(feedback)[0] == "This follows from a slip in dA_2: the factor 2 (or 1/2) is gone."


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.code)
@pytest.mark.parametrize("digits", [1, 4, 9])
def test_nothing_is_so_small_that_a_platform_loses_it(variant, digits):
    (question,) = read_moodle(made(variant, digits=digits))
    known = [answer for place in question.places for answer in place.answers]
    assert all(answer.value == 0 or abs(answer.value) >= LEAST for answer in known)
    assert all(answer.tolerance >= LEAST for answer in known)


def test_units_are_said_where_they_are_used():
    (question,) = read_moodle(made(VARIANTS[0], quantities=("Z_1", "dZ_2")))
    assert question.text.count("in units of \\(10^{-7}\\)") == 1
    assert "in units of" not in question.text.split("dZ_2")[0]


def test_the_sheet_says_how_to_type():
    (comma,) = read_moodle(made(VARIANTS[0]))
    (point,) = read_moodle(made(VARIANTS[0], decimal="."))
    (russian,) = read_moodle(made(VARIANTS[0], language="ru"))
    assert "A comma is understood only where" in seen(comma.text)[0]
    assert "Type a decimal point, as in 12.1" in seen(point.text)[0]
    assert "-3.84E-7" in seen(russian.text)[0]
    assert "Вводите числа с точкой" in seen(russian.text)[0]
    assert {*LMS_WORDS["en"]} == {*LMS_WORDS["ru"]}


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("12.1", 12.1, 12.1),
        ("12,1", 121, 12.1),
        ("-3.84E-7", -3.84e-7, -3.84e-7),
        ("-3,84e-7", -384e-7, -3.84e-7),
        ("3.84x10^-7", 3.84e-7, 3.84e-7),
        ("1 234.5", 1234.5, 1234.5),
        ("1,234,567", 1234567, 1234567),
        (".5", 0.5, 0.5),
        ("five", None, None),
        ("", None, None),
    ],
)
def test_numbers_are_read_as_moodle_reads_them(text, point, comma):
    assert read_number(text) == point
    assert read_number(text, comma=True) == comma


HOSTILE = [case.input for case in cases("moodle_xml") if not str(case.input).startswith("<!DOCTYPE")]
TEXTS = [
    *HOSTILE,
    "{1:NUMERICAL:=1:0} {#1}",
    "a } b ~ c # d = e % f",
    r"\(x\) \[y\] $$z$$ \} \# &amp; &#125;",
    "@@PLUGINFILE@@ [[x]] /../",
    "Проверка 試験 \U0001f600 \u202e \x00 \ufffe",
    "'\"` ]]><b>",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_title_reads_back_unchanged(text):
    variant = Variant("1", "CODE", replace(PAPER, title=text))
    (question,) = read_moodle(made(variant, quantities=("L",)))
    page, tags = seen(question.text)
    shown = text.replace("\x00", "[U+0000]").replace("\u202e", "[U+202E]").replace("\ufffe", "[U+FFFE]")
    assert shown in page
    assert question.name == shown.replace("\U0001f600", "[U+1F600]") + " (CODE)"
    assert len(question.places) == 1
    assert tags <= {"p", "strong", "h4", "h5", "table", "tbody", "tr", "td", "small", "span"}


@pytest.mark.parametrize("text", TEXTS)
def test_a_feedback_reads_back_unchanged(text):
    blank = Blank("L", 0, (Choice("1", "0.1", 100, text), Choice("-2", "0.1", 50, "next")))
    _, (place,), faults = read_cloze(f"<p>{moodle_text(text)}</p>{cloze(blank)}")
    assert not faults
    shown = text.replace("\x00", "[U+0000]").replace("\u202e", "[U+202E]").replace("\ufffe", "[U+FFFE]")
    assert seen(place.answers[0].feedback)[0] == shown
    assert place.grade("-2") == (0.5, "next")


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_a_blank(text):
    blank = Blank("L", 0, (Choice("1", "0.1", 100, text), Choice("-2", "0.1", 50, text)))
    left, places, faults = read_cloze(f"{moodle_text(text)} {cloze(blank)} {moodle_text(text)}")
    assert (len(places), faults) == (1, [])
    assert left.count("{") == 1
    assert "\x00" not in cloze_feedback(text)
    fromstring(f"<a>{html.unescape(cloze_feedback(text))}</a>")


def test_a_document_type_is_refused():
    (case,) = [case for case in cases("moodle_xml") if str(case.input).startswith("<!DOCTYPE")]
    with pytest.raises(InputError, match="document type"):
        read_moodle(case.input.encode())


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("no blank", "no blank"),
        ("{1:NUMERICAL:=1:0.1#fine} }", "a brace"),
        ("{1:NUMERICAL:=1:0.1#un}closed}", "a brace"),
        ("{1:NUMERICAL:=1:0.1#fine", "no blank"),
        ("{1:NUMERICAL:=1#no tolerance}", "not a number with a tolerance"),
        ("{1:NUMERICAL:=one:0.1}", "not a number with a tolerance"),
        ("{1:NUMERICAL:%50%1:0.1}", "no answer earns all marks"),
        ("{1:NUMERICAL:=0.00001:0.1}", "may take it for 0"),
        ("{1:NUMERICAL:=1:0.00001}", "may take it for 0"),
        ("{1:NUMERICAL:=1:0.1#fine~wrong~2:0.1}", "not a number with a tolerance"),
        ("\U0001f600 {1:NUMERICAL:=1:0.1}", "older database"),
        ("{1:NUMERICAL:=1:0.1}" + "x" * LONGEST_TEXT, "characters, more than"),
    ],
)
def test_what_would_be_cut_or_refused_is_found(text, fault):
    body = f"<questiontext><text><![CDATA[{text}]]></text></questiontext>"
    quiz = f"<quiz><question type='cloze'>{body}</question></quiz>"
    with pytest.raises(InputError, match=fault):
        read_moodle(quiz.encode())


@pytest.mark.parametrize("data", [b"", b"<quiz>", b"<html/>", b"<quiz/>", b"\xff\xfe<", b"{}"])
def test_what_is_no_quiz_is_refused(data):
    with pytest.raises(InputError):
        read_moodle(data)


def test_a_number_that_stands_twice_is_found():
    with pytest.raises(InputError, match="'CODE1' stands twice"):
        read_moodle(made(VARIANTS[0], VARIANTS[0]))


def test_names_are_cut_so_that_the_code_stays():
    variant = Variant("1", "CODE", replace(PAPER, title="x" * 400))
    (question,) = read_moodle(made(variant, quantities=("L",)))
    assert len(question.name) == 255
    assert question.name.endswith("x (CODE)")


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"quantities": ("dW_3",)}, "did you mean dW_"),
        ({"quantities": ("X",)}, "not computed"),
        ({"digits": MOST_DIGITS + 1}, "digits cannot be asked"),
        ({"digits": -1}, "digits cannot be asked"),
        ({"language": "fr"}, "choose one of en, ru"),
        ({"decimal": "'"}, "not a decimal sign"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_written(tmp_path, options, fault):
    path = tmp_path / "quiz.xml"
    with pytest.raises(InputError, match=fault):
        write_moodle(path, VARIANTS[:1], LmsOptions(**options))
    assert list(tmp_path.iterdir()) == []


def test_no_variant_is_no_file(tmp_path):
    with pytest.raises(InputError, match="no variant"):
        write_moodle(tmp_path / "quiz.xml", [])
    assert list(tmp_path.iterdir()) == []


def test_a_failure_on_the_way_leaves_the_old_file(tmp_path):
    path = tmp_path / "quiz.xml"
    path.write_bytes(b"old")

    def stopping():
        yield VARIANTS[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_moodle(path, stopping())
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["quiz.xml"]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(OutputError, match="does not exist"):
        write_moodle(tmp_path / "none" / "quiz.xml", VARIANTS[:1])


def test_one_variant_is_held_at_a_time():
    alive = []

    def watched():
        for number in range(3):
            alive.append(number)
            yield Variant(str(number), f"C{number}", PAPER)

    stream = moodle_xml(watched(), quantities=("L",))
    next(stream)
    assert alive == [0]
    next(stream)
    next(stream)
    assert alive == [0, 1]


def test_a_template_that_spoils_a_question_is_named(tmp_path):
    (tmp_path / "moodle.j2").write_text("<question type='cloze'><name><text>{{ name }}</text></name></question>")
    with pytest.raises(TemplateError, match=r"moodle\.j2: Moodle would not take this question.*no blank"):
        made(VARIANTS[0], templates=tmp_path)


def test_the_solution_is_the_feedback():
    (question,) = read_moodle(made(VARIANTS[0]))
    page, tags = seen(question.feedback)
    assert r"dZ_2 = dA_2 \cdot \frac{\partial A_2}{\partial Z_2}" in page
    assert r"-3{,}836099724 \times 10^{-7}" in page
    assert r"\(dQ\) stands for \(\frac{\partial L}{\partial Q}\)." in page
    assert "$" not in page
    assert tags == {"h4", "p"}


def test_a_shared_layout_gives_the_same_bytes():
    first, second = (replace(VARIANTS[1], code=code) for code in ("CODE2", "CODE9"))
    together = made(first, second).decode().split("</question>")
    assert together[2] == made(second).decode().split("</question>")[1]
    assert together[2].replace("CODE9", "CODE2") == together[1]


def test_variants_of_another_exercise_are_refused():
    with pytest.raises(InputError, match="'CODE2' is not one of this exercise"):
        made(*VARIANTS[:2])


SCRIPT = """
from symback.exercise.builtin import load
from symback.homework.lms import LmsOptions, write_moodle, write_qti
from symback.homework.variant import Variant
import hashlib, pathlib, sys
folder = pathlib.Path(sys.argv[1])
paper = load("paper")
for write, name in ((write_moodle, "a.xml"), (write_qti, "a.zip")):
    write(folder / name, [Variant("1", "ONE", paper), Variant("2", "TWO", paper)], LmsOptions(digits=4))
    print(hashlib.sha256((folder / name).read_bytes()).hexdigest())
"""


def test_the_bytes_hang_on_nothing_around(tmp_path):
    changes = [
        {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"},
        {"TZ": "UTC", "PYTHONHASHSEED": "2", "LC_ALL": "de_DE.UTF-8"},
        {"PYTHONHASHSEED": "3", "SOURCE_DATE_EPOCH": "0"},
    ]
    found = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(tmp_path)],
            env={**os.environ, **change},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for change in changes
    }
    assert len(found) == 1
