"""What every export to a learning platform does with a variant: ask for its numbers, print its question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from symback.derivation.derive import derive
from symback.document.environment import environment
from symback.document.reuse import Press
from symback.errors import InputError
from symback.exercise.model import Exercise
from symback.homework.distractors import Distractors
from symback.homework.lms_blanks import Asked, Blank, asked, asked_names, check_digits
from symback.homework.lms_page import Layout, QuestionSheet, blank_hole, unit_hole
from symback.homework.lms_words import LMS_WORDS
from symback.homework.variant import Variant
from symback.solution.solution import Solution


@dataclass(frozen=True)
class Export:
    """An export of variants of one exercise; None leaves a choice to the exercise."""

    layout: Layout
    exercise: Exercise
    digits: int | None = None
    decimal: str | None = None
    language: str | None = None
    quantities: tuple[str, ...] | None = None
    templates: Path | None = None
    _checked: list[str] = field(default_factory=list)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The quantities that are asked."""
        return asked_names(derive(self.exercise.network), self.quantities)

    @cached_property
    def asked_digits(self) -> int:
        """The digits that are asked for: if nothing is said, those of a calculation by hand."""
        digits = self.exercise.sheet.hand if self.digits is None else self.digits
        check_digits(digits)
        return digits

    @cached_property
    def words(self) -> Mapping[str, str]:
        """The words of the export."""
        return LMS_WORDS[self.spoken]

    @cached_property
    def spoken(self) -> str:
        """The language of the export."""
        return _known("language", self.language or self.exercise.sheet.language, LMS_WORDS)

    @cached_property
    def press(self) -> Press:
        """What prints the questions."""
        return Press(self._sheet, environment(self.templates, self.layout.filters))

    def _sheet(self, solution: Solution) -> QuestionSheet:
        chosen = solution.exercise.sheet
        decimal = _known("decimal sign", self.decimal or chosen.decimal, self.layout.typing)
        return QuestionSheet(
            solution,
            self.layout.dialect,
            digits=solution.digits,
            hand=chosen.hand,
            decimal=decimal,
            language=self.spoken,
            closing=False,
            template=self.layout.template,
            layout=self.layout,
            names=self.names,
            asked_digits=self.asked_digits,
        )

    def ask(self, variant: Variant) -> list[Asked]:
        """The numbers that a variant asks for.

        Raises InputError for a variant of another network.
        """
        if variant.exercise.network != self.exercise.network:
            raise InputError(f"the variant {variant.code!r} is not one of this exercise")
        distractors = Distractors(variant.solution, self.spoken)
        return asked(variant.solution, self.names, self.asked_digits, distractors, self.words["right"])

    def print(self, variant: Variant, holes: Mapping[str, str]) -> str:
        """The question of a variant; the first one is read back, for a template may have been changed."""
        question = self.layout.finish(self.press.text(variant.solution, holes))
        if not self._checked:
            self.layout.check(question)
            self._checked.append(variant.code)
        return question


def _known(what: str, value: str, choices: Iterable[str]) -> str:
    if value not in choices:
        raise InputError(f"{value!r} is not a {what} of an export; choose one of {', '.join(choices)}")
    return value


def holes_of(
    questions: Iterable[Asked], unit: Callable[[int], str], blank: Callable[[int, Blank], str]
) -> dict[str, str]:
    """What stands in the holes for units and for blanks, which are counted from 1."""
    holes: dict[str, str] = {}
    number = 0
    for quantity in questions:
        holes[unit_hole(quantity.name)] = unit(quantity.scale) if quantity.scale else ""
        for each in quantity.blanks:
            number += 1
            holes[blank_hole(each.quantity, each.place)] = blank(number, each)
    return holes


def no_variant() -> InputError:
    """The fault of an export without any variant."""
    return InputError("there is no variant to write")
