"""File names from names: safe everywhere, unique, and still telling something."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symback.document.slugs import LONGEST, Slugs, slug
from tests.hostile import cases

SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


def texts() -> list[str]:
    return [case.input if isinstance(case.input, str) else case.input.decode("latin-1") for case in cases("file_name")]


@pytest.mark.parametrize("text", texts(), ids=repr)
def test_a_hostile_name_becomes_a_safe_one(text):
    assert SAFE.fullmatch(slug(text))
    assert len(slug(text)) <= LONGEST + 1
    assert slug(text).lower() not in ("con", "prn", "aux", "nul", "com1", "lpt1")


@given(st.text())
def test_any_name_becomes_a_safe_one(text):
    assert SAFE.fullmatch(slug(text))
    assert len(f"{Slugs((slug(text),)).new(text)}.json") <= 80


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("s07", "s07"),
        ("Anna Möller", "Anna-Moller"),
        ("Щукин, Пётр", "Shchukin-Petr"),
        ("ЩУКИН", "ShchUKIN"),
        ("../../etc", "etc"),
        ("nul", "nul-"),
        ("COM7", "COM7-"),
        ("ﬁ１²", "fi12"),
        ("-rf", "rf"),
        ("", "student"),
        ("中文", "student"),
    ],
)
def test_a_name_is_kept_as_far_as_it_can_be(text, name):
    assert slug(text) == name


def test_names_are_unique_whatever_the_case_of_letters():
    slugs = Slugs(("summary",))
    assert [slugs.new(text) for text in ("Anna", "anna", "ANNA", "anna-2", "summary", "💥", "🎉")] == [
        "Anna", "anna-2", "ANNA-3", "anna-2-2", "summary-2", "student", "student-2",
    ]  # fmt: skip
