"""The two sheets of a variant: the problem with its blanks, and the worked solution; both carry the variant's code.

What depends on no number is printed once (see `lms_page.Press`); a variant only fills in its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from symback.derivation.formula import Symbol
from symback.derivation.steps import Step
from symback.document.dialects import DIALECTS, Dialect
from symback.document.environment import environment
from symback.document.escapes import has_cyrillic
from symback.homework.lms_page import PHASES, Layout, Press, QuestionSheet, hole
from symback.homework.variant import Variant
from symback.homework.words import HOMEWORK_WORDS
from symback.solution.solution import Solution

#: A row of blanks is so wide, and one blank at most and at least so much (millimetres).
ROW, WIDEST, NARROWEST = 130, 24, 9


@dataclass(frozen=True)
class Setting:
    """How the sheets of a run are to look; None leaves a choice to the exercise."""

    digits: int | None = None
    decimal: str | None = None
    language: str | None = None
    templates: Path | None = None


@dataclass(frozen=True)
class ProblemSheet(QuestionSheet):
    """The problem: what is given, the network, and blanks for every quantity that follows."""

    cyrillic: bool = False

    def context(self) -> dict[str, Any]:
        """What the template gets."""
        words = HOMEWORK_WORDS[self.language]
        said = {key: self.dialect.escape(words[key].format(digits=self.hand)) for key in _SAID}
        title = self.solution.exercise.title
        stated = (block for step in self._stated() for block in self._formulas(step))
        return {
            "dialect": self.dialect.template,
            "language": self.language,
            "cyrillic": self.cyrillic or self.language == "ru" or has_cyrillic(title),
            "title": self.dialect.escape(title),
            "code": hole("code"),
            "name": hole("name"),
            "words": {**said, "given": self.word("given")},
            "givens": self._givens(),
            "formulas": self.set(*stated),
            "notation": self._notation(),
            "parts": [part for phase in PHASES if (part := self._blanks(phase))["blanks"]],
        }

    def _blanks(self, phase: str) -> dict[str, Any]:
        steps = self.solution.derivation.phase(phase)
        return {"title": self.word(phase), "phase": phase, "blanks": [self._blank(step) for step in steps]}

    def _blank(self, step: Step) -> dict[str, Any]:
        """An empty matrix for a quantity; of a very large one, dots stand for the middle."""
        rows, columns = step.shape
        across, down, dots = self.board.shown(columns), self.board.shown(rows), self.dialect.marks.dots
        cells = [[_cell(i, j, dots) for j in across] for i in down]
        width = max(NARROWEST, min(WIDEST, ROW // len(across)))
        return {"macro": "blanks", "left": self.setter.printer.code(Symbol(step.name)), "rows": cells, "width": width}


_SAID = ("task", "digits", "network", "answers")


def _cell(row: int | None, column: int | None, dots: Any) -> str:
    if row is not None and column is not None:
        return ""
    return str(dots["diagonal" if row is column else "down" if row is None else "across"])


@dataclass(frozen=True)
class WorkedSheet(QuestionSheet):
    """The worked solution, with the code in its title; without the parts that make every layout another one."""

    def context(self) -> dict[str, Any]:
        """What the template gets."""
        context = super(QuestionSheet, self).context()
        return context | {"title": f"{context['title']} ({hole('code')})"}


#: The sheets of a variant: the folder they go to, their template, their content.
SHEETS: dict[str, tuple[str, type[QuestionSheet]]] = {
    "problem": ("problem.j2", ProblemSheet),
    "solution": ("solution.j2", WorkedSheet),
}


@lru_cache(maxsize=32)
def _press(kind: str, dialect: str, setting: Setting, cyrillic: bool) -> Press:
    template, sheet = SHEETS[kind]
    own = {"cyrillic": cyrillic} if sheet is ProblemSheet else {}
    row: Dialect = DIALECTS[dialect]

    def make(solution: Solution) -> QuestionSheet:
        chosen = solution.exercise.sheet
        return sheet(
            solution,
            row,
            digits=setting.digits or solution.digits,
            hand=chosen.hand,
            decimal=setting.decimal or chosen.decimal,
            language=setting.language or chosen.language,
            closing=False,
            **own,  # type: ignore[arg-type]
        )

    return Press(Layout(template, row, {}, _unchecked), make, environment(setting.templates))


def _unchecked(_text: str) -> None:
    """Paper takes whatever a teacher's template makes of it."""


def sheet_text(variant: Variant, kind: str, dialect: str, setting: Setting) -> str:
    """A sheet of a variant (`problem` or `solution`) as source in a dialect.

    Raises TemplateError where a teacher's template fails, LimitError where digits cannot be certified.
    """
    escape: Callable[[str], str] = DIALECTS[dialect].escape
    words = HOMEWORK_WORDS[setting.language or variant.exercise.sheet.language]
    name = f"{variant.name} ({variant.id})" if variant.name else variant.id
    said = {"code": words["variant"].format(code=variant.code), "name": words["name"].format(name=name)}
    press = _press(kind, dialect, setting, has_cyrillic("".join(said.values())))
    return press.print(variant.solution, {key: escape(text) for key, text in said.items()})
