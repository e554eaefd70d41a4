"""The two sheets of a variant: the problem with its blanks, and the worked solution; both carry the variant's code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from symback.derivation.formula import Call, Symbol
from symback.derivation.operations import OPERATIONS
from symback.derivation.shown import HESSIAN
from symback.derivation.steps import Section, Step
from symback.document.dialects import DIALECTS
from symback.document.environment import environment
from symback.document.escapes import has_cyrillic
from symback.document.givens import given_lines
from symback.document.nodes import Block, Equation, Matrix, Note
from symback.document.reuse import Press, solution_press
from symback.document.sheet import Sheet
from symback.document.write import Options
from symback.homework.variant import Variant
from symback.homework.words import HOMEWORK_WORDS
from symback.solution.solution import Solution

#: A row of blanks is so wide, and one blank at most (millimetres).
ROW, WIDEST = 130, 24
#: A larger matrix is printed in pieces.
MOST_ROWS, MOST_COLUMNS = 24, 10


@dataclass(frozen=True)
class Setting:
    """How the sheets of a run are to look; None leaves a choice to the exercise."""

    digits: int | None = None
    decimal: str | None = None
    language: str | None = None
    templates: Path | None = None


@dataclass(frozen=True)
class ProblemSheet(Sheet):
    """The problem: what is given, the network, and blanks for every quantity that follows."""

    template: str = "problem.j2"
    told_cyrillic: bool = False

    @property
    def cyrillic(self) -> bool:
        """Whether the sheet, or one that it is joined with, needs Cyrillic letters."""
        return self.told_cyrillic or super().cyrillic

    def context(self) -> dict[str, Any]:
        """What the template gets."""
        words = HOMEWORK_WORDS[self.language]
        said = {key: self.dialect.escape(words[key].format(digits=self.hand)) for key in _SAID}
        if self.solution.derivation.updates:
            said["task"] += " " + self.dialect.escape(words["task_update"])
        derivation = self.solution.derivation
        return {
            "dialect": self.dialect.template,
            "language": self.language,
            "cyrillic": self.cyrillic,
            "title": self.hole("title"),
            "code": self.hole("code"),
            "name": self.hole("name"),
            "words": {**said, "given": self.word("given")},
            "givens": self._all_given(),
            "formulas": self.set(*dict.fromkeys(block for step in derivation.stated for block in self._formulas(step))),
            "notation": self._notation(),
            "parts": [self._blanks(section) for section in self.solution.derivation.sections],
        }

    def _formulas(self, step: Step) -> list[Block]:
        """What a step does, in letters: A_2 = sigma(Z_2), and what sigma is; of a loss, one of its terms."""
        row, shapes = OPERATIONS[step.operation], self.solution.derivation.shapes
        several = step.operation == "loss" and shapes[step.inputs[0]][0] > 1
        form = row.entry(step, 0, 0, shapes) if several else row.form(step)
        told = [Note(step.rule)] if step.rule and step.phase == "forward" else []
        stated: list[Block] = [*told, Equation((Symbol(step.name), form), row.chosen(step))]
        function = step.function if step.operation == "elementwise" else None
        if function is not None and function.symbol:
            called = Call(function.symbol, Symbol(function.arguments[0]))
            stated += [Equation((called, function.formula))] if function.formula != called else []
        return stated

    def _all_given(self) -> list[dict[str, Any]]:
        if self.solution.derivation.scalar:
            return self.set(*given_lines(self.board))
        return [block for name in self.solution.derivation.givens for block in self._whole(name)]

    def _whole(self, name: str) -> list[dict[str, Any]]:
        """A given with every number, in several pieces where it does not fit in one: no dots, it has to be worked."""
        pieces = _pieces(self.solution.shape(name), MOST_ROWS, MOST_COLUMNS)
        found = []
        for rows, columns in pieces:
            numbers = Matrix(tuple(tuple(self.board.value(name, i, j) for j in columns) for i in rows))
            single = self.solution.shape(name) == (1, 1)
            value = self.board.value(name, 0, 0) if single else numbers
            if len(pieces) > 1:
                found.append(self._piece(name, rows, columns))
            found += self.set(Equation((Symbol(name), value) if len(pieces) == 1 else (value,)))
        return found

    def _piece(self, name: str, rows: range, columns: range) -> dict[str, Any]:
        """Which piece of a matrix follows."""
        code, (down, across) = self.inline(Symbol(name)), (f"{each.start + 1}–{each.stop}" for each in (rows, columns))
        text = HOMEWORK_WORDS[self.language]["piece"].format(name=code, rows=down, columns=across)
        return {"macro": "note", "text": text}

    def _blanks(self, section: Section) -> dict[str, Any]:
        blanks = [block for step in section.steps for block in self._blank(step)]
        phase = "" if section.updates else section.phase
        return {"title": self.section_title(section), "phase": phase, "blanks": blanks}

    def _blank(self, step: Step) -> list[dict[str, Any]]:
        """An empty matrix for a quantity, in several pieces where it does not fit in one."""
        pieces = _pieces(step.shape, MOST_ROWS, MOST_COLUMNS)
        found = self._order(step)
        for rows, columns in pieces:
            if len(pieces) > 1:
                found.append(self._piece(step.name, rows, columns))
            width = min(WIDEST, ROW // len(columns))
            left = self.setter.printer.code(Symbol(step.name)) if len(pieces) == 1 else ""
            cells = [[""] * len(columns) for _ in rows]
            found.append({"macro": "blanks", "left": left, "rows": cells, "width": width})
        return found

    def _order(self, step: Step) -> list[dict[str, Any]]:
        """In which order the rows and columns of a Hessian stand."""
        if step.phase != HESSIAN or step.adjoint is None:
            return []
        return self.set(Note("order", step.adjoint.sides(self.solution.derivation.shapes)[1]))


_SAID = ("task", "digits", "network")


def _pieces(shape: tuple[int, int], most_rows: int, most_columns: int) -> list[tuple[range, range]]:
    """A matrix in pieces that fit on a page."""
    rows, columns = shape
    return [
        (range(i, min(i + most_rows, rows)), range(j, min(j + most_columns, columns)))
        for i in range(0, rows, most_rows)
        for j in range(0, columns, most_columns)
    ]


#: The sheets of a variant and their templates.
SHEETS = {"problem": ProblemSheet.template, "solution": Sheet.template}


def sheet_text(variant: Variant, kind: str, dialect: str, setting: Setting, *, cyrillic: bool = False) -> str:
    """A sheet of a variant (`problem` or `solution`) as source in a dialect.

    `cyrillic` prepares it to be joined with sheets that have Cyrillic names.

    Raises TemplateError where a teacher's template fails, LimitError where digits cannot be certified.
    """
    exercise = variant.exercise
    words = HOMEWORK_WORDS[setting.language or exercise.sheet.language]
    code = words["variant"].format(code=variant.code)
    name = words["name"].format(name=f"{variant.name} ({variant.id})" if variant.name else variant.id)
    title = f"{exercise.title} ({code})" if kind == "solution" else exercise.title
    press = _press(kind, dialect, setting, cyrillic or has_cyrillic(name))
    escape = DIALECTS[dialect].escape
    return press.text(variant.solution, {"title": escape(title), "code": escape(code), "name": escape(name)})


@lru_cache(maxsize=16)
def _press(kind: str, dialect: str, setting: Setting, cyrillic: bool) -> Press:
    """What prints the sheets of one kind."""
    if kind == "solution":
        options = Options(setting.digits, None, setting.decimal, setting.language, templates=setting.templates)
        return solution_press(dialect, options)

    def problem(solution: Solution) -> ProblemSheet:
        chosen = solution.exercise.sheet
        return ProblemSheet(
            solution,
            DIALECTS[dialect],
            digits=setting.digits or solution.digits,
            hand=chosen.hand,
            decimal=setting.decimal or chosen.decimal,
            language=setting.language or chosen.language,
            closing=False,
            told_cyrillic=cyrillic,
        )

    return Press(problem, environment(setting.templates))
