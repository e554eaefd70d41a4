"""Variants as Moodle XML: one cloze question each, streamed.

Importing: Question bank, Import, format "Moodle XML". The questions come in a category of their own, named after the
exercise, each under its variant's code, so that a quiz draws one of them by chance, or a teacher picks a student's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from symback.derivation.derive import derive
from symback.document.dialects import DIALECTS, Dialect
from symback.errors import Fault, InputError, TemplateError
from symback.exercise.model import Exercise
from symback.homework.distractors import Distractors
from symback.homework.lms_blanks import Asked, Blank, asked, asked_names, check_digits
from symback.homework.lms_page import Layout, Press, blank_hole, press, unit_hole
from symback.homework.lms_words import LMS_WORDS
from symback.homework.moodle_check import read_moodle
from symback.homework.moodle_text import cdata, cloze_feedback, moodle_name, moodle_prose, moodle_text, xml
from symback.homework.variant import Variant

#: The longest name and number of a question in Moodle's database.
LONGEST_NAME, LONGEST_ID = 255, 100


def _check(question: str) -> None:
    try:
        read_moodle(f"<quiz>{question}</quiz>".encode())
    except InputError as fault:
        raise TemplateError(Fault(f"Moodle would not take this question: {fault}", file="moodle.j2")) from fault


MOODLE = Layout(
    "moodle.j2",
    Dialect("moodle", "moodle_html.j2", DIALECTS["md"].marks, DIALECTS["md"].numbers, moodle_text),
    {"prose": moodle_prose, "cdata": cdata},
    _check,
)


@dataclass(frozen=True)
class Writer:
    """Turns variants of one exercise into questions; None leaves a choice to the exercise."""

    exercise: Exercise
    digits: int
    decimal: str | None = None
    language: str | None = None
    quantities: tuple[str, ...] | None = None
    templates: Path | None = None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The quantities that are asked."""
        return asked_names(derive(self.exercise.network), self.quantities)

    @cached_property
    def press(self) -> Press:
        """What prints the questions."""
        return press(MOODLE, self.names, self.digits, self.decimal, self.language, self.templates)

    def head(self) -> str:
        """The beginning of the file, with the category that the questions go into."""
        category = moodle_name(self.exercise.title).replace("/", "//")[:LONGEST_NAME]
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n  <question type="category">\n'
            f"    <category><text>$course$/top/{xml(category)}</text></category>\n  </question>\n"
        )

    def question(self, variant: Variant) -> str:
        """The question of a variant."""
        solution, language = variant.solution, self.language or self.exercise.sheet.language
        words = LMS_WORDS[language]
        distractors = Distractors(solution, language)
        questions = asked(solution, self.names, self.digits, distractors, words["right"])
        code = moodle_name(variant.code)
        title = moodle_name(self.exercise.title)[: LONGEST_NAME - len(code) - 3]
        holes = {
            "name": xml(f"{title} ({code})"),
            "code": moodle_text(variant.code),
            "identifier": xml(code[:LONGEST_ID]),
            **_holes(questions, moodle_text(words["unit"])),
        }
        return self.press.print(solution, holes)


def _holes(questions: Iterable[Asked], unit: str) -> dict[str, str]:
    holes: dict[str, str] = {}
    for quantity in questions:
        scale = quantity.scale
        holes[unit_hole(quantity.name)] = f"({unit} \\(10^{{{scale}}}\\))" if scale else ""
        for blank in quantity.blanks:
            holes[blank_hole(blank.quantity, blank.place)] = cloze(blank)
    return holes


def cloze(blank: Blank) -> str:
    """A blank in Moodle's syntax, the right answer first."""
    right, *wrong = blank.choices
    choices = [f"={right.value}:{right.tolerance}#{cloze_feedback(right.words)}"]
    choices += [f"%{each.credit}%{each.value}:{each.tolerance}#{cloze_feedback(each.words)}" for each in wrong]
    return f"{{1:NUMERICAL:{'~'.join(choices)}}}"


def moodle_xml(
    variants: Iterable[Variant],
    *,
    digits: int | None = None,
    decimal: str | None = None,
    language: str | None = None,
    quantities: tuple[str, ...] | None = None,
    templates: Path | None = None,
) -> Iterator[bytes]:
    """The file, question by question; no more than one variant is held at a time.

    Raises InputError for a quantity that is not computed, for digits that cannot be asked, and for no variant at all.
    """
    writer: Writer | None = None
    for variant in variants:
        if writer is None:
            digits = digits or variant.exercise.sheet.hand
            check_digits(digits)
            writer = Writer(variant.exercise, digits, decimal, language, quantities, templates)
            yield writer.head().encode()
        yield writer.question(variant).encode()
    if writer is None:
        raise InputError("there is no variant to write")
    yield b"</quiz>\n"
