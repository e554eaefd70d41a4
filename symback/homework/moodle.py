"""Variants as Moodle XML: one cloze question each, streamed.

Importing: Question bank, Import, format "Moodle XML". The questions come in a category of their own, named after the
exercise, each under its variant's code, so that a quiz draws one of them by chance, or a teacher picks a student's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from symback.document.dialects import DIALECTS, Dialect
from symback.errors import Fault, InputError, TemplateError
from symback.homework.lms_blanks import Blank
from symback.homework.lms_export import Export, holes_of, no_variant
from symback.homework.lms_page import Layout
from symback.homework.lms_text import xml
from symback.homework.moodle_check import LONGEST_ID, LONGEST_NAME, read_moodle
from symback.homework.moodle_text import cdata, cloze_feedback, moodle_name, moodle_prose, moodle_text
from symback.homework.variant import Variant


def _check(question: str) -> None:
    try:
        read_moodle(f"<quiz>{question}</quiz>".encode())
    except InputError as fault:
        raise TemplateError(Fault(f"Moodle would not take this question: {fault}", file="moodle.j2")) from fault


MOODLE = Layout(
    "moodle.j2",
    Dialect("moodle", "moodle_html.j2", DIALECTS["md"].marks, DIALECTS["md"].numbers, moodle_text),
    {"prose": moodle_prose, "cdata": cdata},
    {".": "typing_point", ",": "typing_comma"},
    ("name", "code", "identifier"),
    _check,
)


@dataclass(frozen=True)
class Writer:
    """Turns variants of one exercise into questions."""

    export: Export

    def head(self) -> str:
        """The beginning of the file, with the category that the questions go into."""
        category = moodle_name(self.export.exercise.title).replace("/", "//")[:LONGEST_NAME]
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n  <question type="category">\n'
            f"    <category><text>$course$/top/{xml(category)}</text></category>\n  </question>\n"
        )

    def question(self, variant: Variant) -> str:
        """The question of a variant."""
        code = moodle_name(variant.code)
        title = moodle_name(self.export.exercise.title)[: LONGEST_NAME - len(code) - 3]
        holes = holes_of(self.export.ask(variant), self._unit, lambda _, blank: cloze(blank))
        holes |= {"name": xml(f"{title} ({code})"), "code": moodle_text(code), "identifier": xml(code[:LONGEST_ID])}
        return self.export.print(variant, holes)

    def _unit(self, scale: int) -> str:
        return f"({moodle_text(self.export.words['unit'])} \\(10^{{{scale}}}\\))"


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
            writer = Writer(Export(MOODLE, variant.exercise, digits, decimal, language, quantities, templates))
            yield writer.head().encode()
        yield writer.question(variant).encode()
    if writer is None:
        raise no_variant()
    yield b"</quiz>\n"
