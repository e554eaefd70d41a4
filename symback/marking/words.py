"""The marker's words, in each language; the slips bring their own from their tables."""

from __future__ import annotations

from functools import cache

from symback.marking.pen import PEN_SLIPS
from symback.marking.slips import SLIPS

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "truncated": "cut off instead of rounded",
        "last_place": "one unit off in the last place",
        "printed": "as near as a computer's arithmetic comes",
        "carried": "follows from line {lines}",
        "trivial": "but an earlier 0 or 1 made this step trivial",
        "wrong": "does not follow from the lines before",
        "notation": "e^n is not 10^n: as it stands the value is another one",
        "meant": "{slip}; {meant} was meant",
        "no_number": "not read as a number: {reason}",
        "no_place": "belongs to no quantity of the exercise",
        "no_formula": "stands in a formula that is not one of this exercise",
        "no_value": "could not be worked out",
        "unknown": "the exercise has no {reason}",
        "no_entry": "there is no entry {reason}",
        "twice": "two values for {name}: lines {lines}",
        "missing": "asked for, but not on the paper",
    },
    "ru": {
        "truncated": "отброшено, а не округлено",
        "last_place": "отличается на единицу последнего разряда",
        "printed": "точнее арифметика компьютера не даёт",
        "carried": "следует из строки {lines}",
        "trivial": "но прежний 0 или 1 сделал этот шаг тривиальным",
        "wrong": "не следует из предыдущих строк",
        "notation": "e^n - это не 10^n: так, как написано, значение другое",
        "meant": "{slip}; имелось в виду {meant}",
        "no_number": "не читается как число: {reason}",
        "no_place": "не относится ни к одной величине задания",
        "no_formula": "стоит в формуле, которой нет в этом задании",
        "no_value": "не удалось вычислить",
        "unknown": "в задании нет {reason}",
        "no_entry": "нет элемента {reason}",
        "twice": "два значения для {name}: строки {lines}",
        "missing": "требуется, но на листе нет",
    },
}


@cache
def _slips(language: str) -> dict[str, str]:
    words = {name: (row.english, row.russian) for name, row in SLIPS.items()}
    words |= {name: (row.english, row.russian) for name, row in PEN_SLIPS.items()}
    return {name: pair[language == "ru"] for name, pair in words.items()}


def say(language: str, key: str, *, meant: str | None = None, **values: str) -> str:
    """A phrase or the words of a slip, with what was meant where that is known."""
    phrase = _slips(language).get(key) or WORDS[language][key]
    said = phrase.format(**values) if values else phrase
    return WORDS[language]["meant"].format(slip=said, meant=meant) if meant else said
