"""What is the same in every language and in every dialect, and the examples in docstrings."""

from __future__ import annotations

import doctest
import string

import pytest

from symback.document.dialects import DIALECTS
from symback.homework import making, options
from symback.homework.words import ENGLISH, HOMEWORK_WORDS


@pytest.mark.parametrize("language", HOMEWORK_WORDS)
def test_languages_have_the_same_keys_and_places(language: str) -> None:
    def places(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text)} - {None}

    words = HOMEWORK_WORDS[language]
    assert list(words) == list(ENGLISH)
    assert all(places(words[key]) == places(text) for key, text in ENGLISH.items())
    # A piece is named with code in it, so that its words may hold no markup.
    plain = words["piece"].format(name="W", rows=1, columns=2)
    assert all(dialect.escape(plain).strip('#";') == plain for dialect in DIALECTS.values())


@pytest.mark.parametrize("module", [making, options], ids=lambda module: module.__name__)
def test_doctests(module: object) -> None:
    tried = doctest.testmod(module)  # type: ignore[arg-type]
    assert tried.attempted
    assert not tried.failed
