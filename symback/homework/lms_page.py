"""The question of a variant as a sheet: the problem, the blanks, the worked solution.

It is printed once for a layout and filled for each variant (see `document.reuse`): numbers are slots of the printer,
and what a platform needs besides (the blanks, the code of the variant, the units) are holes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from symback.derivation.formula import Call, Symbol
from symback.derivation.functions import Function
from symback.derivation.operations import OPERATIONS
from symback.derivation.steps import Section, Step
from symback.document.dialects import Dialect
from symback.document.environment import Filters
from symback.document.nodes import Block, Equation, Note
from symback.document.sheet import Sheet
from symback.homework.lms_words import LMS_WORDS


def blank_hole(quantity: str, place: int) -> str:
    """The name of the hole for a blank."""
    return f"{quantity}:{place}"


def unit_hole(quantity: str) -> str:
    """The name of the hole for the unit of a quantity."""
    return f"{quantity}:unit"


@dataclass(frozen=True)
class Layout:
    """A platform's way to show a question: its template, its dialect, the filters its templates use.

    `typing` names the words that say how to type a number, by the decimal sign of the sheet; `holes` are filled
    for each variant besides blanks and units. `finish` is applied to a filled question; `check` reads it back and
    raises TemplateError where a teacher's template has spoiled it.
    """

    template: str
    dialect: Dialect
    filters: Filters
    typing: Mapping[str, str]
    holes: tuple[str, ...]
    check: Callable[[str], None]
    finish: Callable[[str], str] = str


@dataclass(frozen=True, kw_only=True)
class QuestionSheet(Sheet):
    """A solution on its way to a platform; `names` are the quantities that are asked, to `asked_digits` digits."""

    layout: Layout
    names: tuple[str, ...]
    asked_digits: int

    def context(self) -> dict[str, Any]:
        """What the template gets: the problem, the questions with their holes, the worked solution."""
        words = LMS_WORDS[self.language]
        example = {"number": "12.1", "power": "-3.84E-7"}
        lines = ("task", "digits", "network", "answers", "solution", "variant", "unit")
        said = {key: self.dialect.escape(words[key].format(digits=self.asked_digits)) for key in lines}
        if self.solution.derivation.updates:
            said["task"] += " " + self.dialect.escape(words["task_update"])
        said["typing"] = self.dialect.escape(words[self.layout.typing[self.decimal]].format_map(example))
        context = super().context()
        context["words"] |= said
        derivation = self.solution.derivation
        return context | {
            "formulas": self.set(*dict.fromkeys(block for step in derivation.stated for block in self._formulas(step))),
            **{name: self.hole(name) for name in self.layout.holes},
            "parts": [part for section in derivation.sections if (part := self._part(section))["quantities"]],
        }

    def _formulas(self, step: Step) -> list[Block]:
        """What a step does, in letters: A_2 = sigma(Z_2), and what sigma is."""
        row, shapes = OPERATIONS[step.operation], self.solution.derivation.shapes
        outputs = shapes[step.inputs[0]][0]
        form = row.entry(step, 0, 0, shapes) if step.operation == "loss" and outputs > 1 else row.form(step)
        told = [Note(step.rule)] if step.rule and step.phase == "forward" else []
        stated: list[Block] = [*told, Equation((Symbol(step.name), form), row.chosen(step))]
        if step.operation == "elementwise" and step.function is not None:
            stated += _definition(step.function)
        return stated

    def _part(self, section: Section) -> dict[str, Any]:
        steps = [step for step in section.steps if step.name in self.names]
        return {"title": self.section_title(section), "quantities": [self._quantity(step) for step in steps]}

    def _quantity(self, step: Step) -> dict[str, Any]:
        rows, columns = step.shape
        cells = [self.hole(blank_hole(step.name, place)) for place in range(rows * columns)]
        return {
            "name": self.setter.printer.code(Symbol(step.name)),
            "unit": self.hole(unit_hole(step.name)),
            "rows": [cells[row * columns : (row + 1) * columns] for row in range(rows)],
        }


def _definition(function: Function) -> list[Block]:
    """sigma(z) = 1 / (1 + e^-z), unless the name says it all."""
    called = Call(function.symbol, Symbol(function.arguments[0]))
    return [Equation((called, function.formula))] if function.symbol and function.formula != called else []
