r"""Reading Moodle XML back as Moodle does: what it would import, what it would cut or refuse, how it would grade.

The patterns follow Moodle's own (question/type/multianswer/questiontype.php, version 4): a blank is found by a regular
expression over the question's HTML, its pieces end at the first `~`, `#` or `}` without a backslash, the entities of
a feedback are decoded once. The reading of a typed number follows question/type/numerical/questiontype.php.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from symback.errors import InputError
from symback.homework.lms_text import xml_root

#: Names and numbers of questions are cut in Moodle's database, texts by what its patterns may look at (PHP's
#: pcre.backtrack_limit), and a blank is a single match.
LONGEST_NAME, LONGEST_ID, LONGEST_TEXT, LONGEST_BLANK = 255, 100, 1_000_000, 20_000
#: Below this a platform may keep nothing of a number.
LEAST = 1e-4

_ANSWER = r".+?(?<!\\)(?<!&)(?<!&amp;)(?=[~#}]|$)"
_FEEDBACK = r".*?(?<!\\)(?=[~}]|$)"
_CHOICE = rf"(?:=|%-?[0-9]+%)?{_ANSWER}(?:#{_FEEDBACK})?"
_BLANK = re.compile(rf"\{{([0-9]*):(?:NUMERICAL|NM):({_CHOICE}(?:~{_CHOICE})*)\}}", re.DOTALL)
_PARTS = re.compile(rf"~?(?:(=)|%(-?[0-9]+)%)?({_ANSWER})(?:#({_FEEDBACK}))?", re.DOTALL)
_NUMBER = r"-?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?"
_NUMERIC = re.compile(rf"({_NUMBER})(?::({_NUMBER}))?")
_MATHEMATICS = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)
_PLACE = re.compile(r"\{#[0-9]+\}")
_TYPED = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[-+]?[0-9]+)?")
_POWER = re.compile(r"(?:e|E|(?:x|\*|×)10(?:\^|\*\*))([+-]?[0-9]+)")


@dataclass(frozen=True)
class Answer:
    """An answer that Moodle knows: its share of the marks (1 is all of them), value, tolerance and feedback as HTML."""

    fraction: float
    value: float
    tolerance: float
    feedback: str

    def takes(self, number: float) -> bool:
        """Whether a number is within the tolerance, as Moodle compares."""
        reach = self.tolerance + 1e-14 * max(1.0, abs(self.value))
        return self.value - reach <= number <= self.value + reach


@dataclass(frozen=True)
class Place:
    """A blank: its weight and the answers in their order."""

    weight: int
    answers: tuple[Answer, ...]

    def grade(self, typed: str, *, comma: bool = False) -> tuple[float, str]:
        """The share of the marks for what was typed, and the feedback; the first answer that takes it counts."""
        number = read_number(typed, comma=comma)
        found = next((answer for answer in self.answers if number is not None and answer.takes(number)), None)
        return (found.fraction, found.feedback) if found else (0.0, "")


@dataclass(frozen=True)
class ReadQuestion:
    """A cloze question as it would be imported."""

    name: str
    number: str
    text: str
    feedback: str
    places: tuple[Place, ...]

    def grade(self, typed: Sequence[str], *, comma: bool = False) -> float:
        """The share of all marks for what was typed into the blanks, one text for each."""
        earned = sum(
            place.weight * place.grade(text, comma=comma)[0] for place, text in zip(self.places, typed, strict=True)
        )
        return earned / sum(place.weight for place in self.places)


def read_number(typed: str, *, comma: bool = False) -> float | None:
    """A typed number as Moodle reads it, in a language that writes decimal points or, with `comma`, decimal commas."""
    text = _POWER.sub(r"e\1", typed.replace(" ", ""))
    # Where a comma parts thousands it is dropped, even where it was meant to be the decimal sign.
    means_point = comma and "." not in text and text.count(",") == 1
    text = text.replace(",", "." if means_point else "")
    found = _TYPED.match(text)
    return float(found[0]) if found else None


def read_moodle(data: bytes) -> list[ReadQuestion]:
    """The questions of a file, as they would be imported.

    Raises InputError, with every fault, for what Moodle would refuse, cut or read in another way than it is meant, and
    for a file with a document type (which could define entities).
    """
    root = xml_root(data, "this")
    if root.tag != "quiz":
        raise InputError("this is not a quiz in Moodle XML")
    faults: list[str] = []
    questions = [_question(element, faults) for element in root.iter("question") if element.get("type") == "cloze"]
    if not questions:
        faults.append("there is no cloze question")
    names = [question.number for question in questions]
    faults += [f"the number {name!r} stands twice" for name in dict.fromkeys(names) if name and names.count(name) > 1]
    if faults:
        raise InputError("\n".join(faults))
    return questions


def _question(element: Element, faults: list[str]) -> ReadQuestion:
    name, number = (element.findtext(path, "").strip() for path in ("name/text", "idnumber"))
    text, feedback = (element.findtext(f"{path}/text", "").strip() for path in ("questiontext", "generalfeedback"))
    text, places, found = read_cloze(text)
    found += [
        f"{what} has {len(value)} characters, more than {most}"
        for what, value, most in (
            ("its name", name, LONGEST_NAME),
            ("its number", number, LONGEST_ID),
            ("its feedback", feedback, LONGEST_TEXT),
        )
        if len(value) > most
    ]
    faults += [f"question {name[:60]!r}: {fault}" for fault in found]
    return ReadQuestion(name, number, text, feedback, places)


def read_cloze(text: str) -> tuple[str, tuple[Place, ...], list[str]]:
    """The text with `{#1}` for its blanks, the blanks, and what is wrong with them."""
    faults: list[str] = []
    if len(text) > LONGEST_TEXT:
        faults.append(f"its text has {len(text)} characters, more than {LONGEST_TEXT}")
    if any(ord(char) > 0xFFFF for char in text):
        faults.append("it has a character that an older database cuts the text at")
    places: list[Place] = []

    def take(found: re.Match[str]) -> str:
        places.append(_place(found, len(places) + 1, faults))
        return f"{{#{len(places)}}}"

    left = _BLANK.sub(take, text)
    outside = _PLACE.sub("", _MATHEMATICS.sub("", left))
    stray = re.search(r"[{}]", outside)
    if stray:
        faults.append(f"a brace stands outside of mathematics and blanks: {outside[stray.start() :][:40]!r}")
    if not places:
        faults.append("it has no blank")
    return left, tuple(places), faults


def _place(found: re.Match[str], number: int, faults: list[str]) -> Place:
    weight, choices = found[1] or "1", found[2]
    pieces = list(_PARTS.finditer(choices))
    wrong = list(_faults_of(found[0], choices, pieces))
    answers = [] if wrong else [_answer(piece) for piece in pieces]
    if not wrong and not any(answer.fraction == 1 for answer in answers):
        wrong.append("no answer earns all marks")
    wrong += [
        f"{size:g} is so small that a platform may take it for 0"
        for answer in answers
        for size in (abs(answer.value), answer.tolerance)
        if 0 < size < LEAST
    ]
    faults += [f"blank {number}: {fault}" for fault in wrong]
    return Place(int(weight), tuple(answers))


def _faults_of(whole: str, choices: str, pieces: Sequence[re.Match[str]]) -> Iterator[str]:
    if len(whole) > LONGEST_BLANK:
        yield f"it has {len(whole)} characters, more than {LONGEST_BLANK}"
    if "".join(piece[0] for piece in pieces) != choices:
        yield "a part of it would be dropped"
    for piece in pieces:
        numbers = _NUMERIC.fullmatch(piece[3])
        if numbers is None or numbers[2] is None:
            yield f"{piece[3][:40]!r} is not a number with a tolerance"


def _answer(piece: re.Match[str]) -> Answer:
    numbers = _NUMERIC.fullmatch(piece[3])
    assert numbers is not None
    fraction = 1.0 if piece[1] else int(piece[2] or 0) / 100
    feedback = html.unescape(piece[4] or "").replace("\\}", "}").replace("\\#", "#")
    return Answer(fraction, _float(numbers[1]), _float(numbers[2]), feedback)


def _float(text: str) -> float:
    return float(text.replace(",", "."))
