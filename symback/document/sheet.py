"""The worked solution as a sheet: what the template gets, and the printed sheet with open slots."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from symback.derivation.formula import Symbol
from symback.derivation.steps import Step
from symback.document.closing import closed_blocks, comparison_blocks
from symback.document.dialects import Dialect
from symback.document.environment import Environment, render
from symback.document.fill import FULL_DIGITS, Numbers, Skeleton, skeleton
from symback.document.layouts import Board, lay_out
from symback.document.nodes import Block, Equation, Value
from symback.document.printer import Printer, Slots
from symback.document.setting import Setter
from symback.document.words import WORDS
from symback.solution.solution import Solution

#: Macros may each begin with an empty line; together they leave no more than one.
_BLANK_LINES = re.compile(r"\n{3,}")
#: Sections of the sheet and the phases of the derivation that stand in them.
SECTIONS = (("forward", "forward"), ("loss", "loss"), ("backward", "backward"))


@dataclass(frozen=True)
class Sheet:
    """A solution on its way to paper in one dialect."""

    solution: Solution
    dialect: Dialect
    digits: int
    hand: int
    decimal: str
    language: str
    against: Any = None

    @cached_property
    def slots(self) -> Slots:
        """The open slots of this sheet."""
        return Slots()

    @cached_property
    def setter(self) -> Setter:
        """What turns blocks into data for the template."""
        return Setter(Printer(self.dialect.marks, self.slots), self.measure, self.phrase)

    @cached_property
    def board(self) -> Board:
        """What the layouts write on."""
        return Board(self.solution, self.solution.exercise.sheet.elide)

    @cached_property
    def numbers(self) -> Numbers:
        """The numbers that go into the slots."""
        return Numbers(self.solution, self.dialect.numbers, self.digits, self.decimal)

    def word(self, key: str, **names: str) -> str:
        """A phrase in the sheet's language, as text of the dialect."""
        return self.dialect.escape(WORDS[self.language][key].format(**names))

    def phrase(self, key: str) -> str:
        """A phrase that holds no names."""
        return self.word(key)

    def measure(self, value: Value) -> int:
        """About how wide a number is."""
        number = self.solution.rounded(value.name, value.place, self.digits, FULL_DIGITS)
        power = 4 if not -5 < number.exponent < 10 else 0
        return len(number.digits) + 1 + power + max(0, -number.exponent if not power else 0)

    def set(self, *blocks: Block) -> list[dict[str, Any]]:
        """Blocks as data for the template."""
        return [self.setter.block(block) for block in blocks]

    def context(self) -> dict[str, Any]:
        """All that the template gets: strings, lists and dictionaries."""
        return {
            "dialect": self.dialect.template,
            "language": self.language,
            "title": self.dialect.escape(self.solution.exercise.title),
            "words": {key: self.word(key) for key in ("given",)},
            "givens": self._givens(),
            "sections": [self._section(title, phase) for title, phase in SECTIONS],
            "closing": [
                {"title": self.word(title), "blocks": blocks}
                for title, blocks in (("closed", closed_blocks(self)), ("comparison", comparison_blocks(self)))
                if blocks
            ],
        }

    def _givens(self) -> list[dict[str, Any]]:
        return self.set(
            *(Equation((Symbol(name), self.board.matrix(name))) for name in self.solution.derivation.givens)
        )

    def _section(self, title: str, phase: str) -> dict[str, Any]:
        notes = [{"text": self.word("notation")}] if phase == "backward" else []
        steps = self.solution.derivation.phase(phase)
        return {"title": self.word(title), "notes": notes, "steps": [self._step(step) for step in steps]}

    def _step(self, step: Step) -> list[dict[str, Any]]:
        note = [{"macro": "note", "text": self.word(step.rule)}] if step.rule else []
        return note + self.set(*lay_out(step, self.board))

    def printed(self, env: Environment) -> Skeleton:
        """The sheet with its slots open."""
        text = render(env, "solution.j2", self.context())
        return skeleton(_BLANK_LINES.sub("\n\n", text), self.slots.slots)

    def text(self, env: Environment) -> str:
        """The finished sheet."""
        return self.printed(env).fill(self.numbers)
