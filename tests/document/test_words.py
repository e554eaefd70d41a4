"""The words of a sheet: complete in each language, and free of markup."""

import re
import string

import pytest

from symback.derivation.functions import ACTIVATIONS
from symback.derivation.losses import LOSSES
from symback.document.words import ENGLISH, WORDS
from symback.exercise.names import LANGUAGES

#: What would be read as markup in one of the dialects.
MARKUP = re.compile(r"[#$&@<>\\^_`*|~\[\]]|//|--|==|^[-+=/0-9]")


def places(phrase):
    return sorted(field for _, field, _, _ in string.Formatter().parse(phrase) if field is not None)


def test_every_language_has_its_words():
    assert set(WORDS) == set(LANGUAGES)


@pytest.mark.parametrize("language", WORDS)
def test_languages_have_the_same_phrases_with_the_same_places(language):
    assert {key: places(phrase) for key, phrase in WORDS[language].items()} == {
        key: places(phrase) for key, phrase in ENGLISH.items()
    }


@pytest.mark.parametrize("language", WORDS)
def test_no_phrase_holds_markup(language):
    for key, phrase in WORDS[language].items():
        assert not MARKUP.search(re.sub(r"\{\w+\}", "x", phrase)), key


def test_each_kink_has_its_phrase():
    for row in (*ACTIVATIONS.values(), *LOSSES.values()):
        assert not row.kink or row.kink in ENGLISH
