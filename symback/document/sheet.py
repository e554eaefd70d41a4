"""The worked solution as a sheet: what the template gets, and the printed sheet with open slots."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from symback.derivation.formula import Quotient, Symbol
from symback.derivation.steps import Section, Step
from symback.document.board import Board
from symback.document.checking import checking_blocks
from symback.document.closed import closed_blocks
from symback.document.comparison import comparison_blocks
from symback.document.dialects import Dialect
from symback.document.environment import Environment, render
from symback.document.escapes import has_cyrillic
from symback.document.fill import Numbers, Skeleton, skeleton, widest_number
from symback.document.givens import given_lines
from symback.document.layouts import lay_out
from symback.document.naming import told_marks
from symback.document.nodes import Block, Equation, Lines, Node, Note, Value
from symback.document.printer import Hole, Printer, Slots
from symback.document.recurrent import LeftOut, layer_notes, written_out
from symback.document.setting import Question, Setter
from symback.document.words import sentence
from symback.exercise.model import Network, Work
from symback.solution.compare import Answers
from symback.solution.solution import Solution

#: Macros may each begin with an empty line; together they leave no more than one.
_BLANK_LINES = re.compile(r"\n{3,}")


def sample_note(work: Work) -> str:
    """The key of the sentence on how several samples lie in the matrices; empty where there is one."""
    if not isinstance(work, Network) or work.batch.samples == 1:
        return ""
    return "samples_single" if work.update is not None and work.update.single else f"samples_{work.vectors}"


@dataclass(frozen=True)
class Sheet:
    """A solution on its way to paper in one dialect; without `closing` it ends with the last step."""

    solution: Solution
    dialect: Dialect
    digits: int
    hand: int
    decimal: str
    language: str
    against: Answers | None = None
    closing: bool = True
    template: str = "solution.j2"
    #: What was asked of the numbers, with the answers: other numbers with the same answers have the same layout.
    asked: dict[Question, Any] = field(default_factory=dict)

    @cached_property
    def slots(self) -> Slots:
        """The open slots of this sheet."""
        return Slots()

    @cached_property
    def setter(self) -> Setter:
        """What turns blocks into data for the template."""
        tall = self.dialect.tall if self.solution.exercise.sheet.numbers == "fractions" else None
        printer = Printer(told_marks(tall or self.dialect.marks, self.solution.derivation), self.slots)
        return Setter(printer, self.ask, self.note, self.dialect.sizes, widest_number(self.digits))

    @cached_property
    def board(self) -> Board:
        """What the layouts write on."""
        elide = self.solution.exercise.sheet.elide
        return Board(self.solution.derivation, elide, widest_number(self.digits), self.ask)

    @cached_property
    def numbers(self) -> Numbers:
        """The numbers that go into the slots."""
        forms = self.solution.exercise.sheet.numbers
        texts = {"title": self.dialect.escape(self.solution.exercise.title)}
        return Numbers(self.solution, self.dialect.numbers, self.digits, self.decimal, forms, texts=texts)

    @property
    def cyrillic(self) -> bool:
        """Whether the sheet needs Cyrillic letters."""
        return self.language == "ru" or has_cyrillic(self.solution.exercise.title)

    def hole(self, name: str) -> str:
        """The place for a text that is put in later."""
        return self.slots.add(Hole(name))

    def ask(self, question: Question) -> Any:
        """The answer of the numbers to a question on which the layout depends."""
        if question not in self.asked:
            self.asked[question] = question(self.numbers)
        return self.asked[question]

    def word(self, key: str, **codes: str) -> str:
        """A phrase in the sheet's language, with finished code in its places."""
        return sentence(self.language, key, **codes)

    def inline(self, node: Node) -> str:
        """Mathematics within a sentence; dollars are its marks in every dialect."""
        return f"${self.setter.printer.code(node)}$"

    def note(self, note: Note) -> str:
        """A sentence about quantities."""
        return self.word(note.key, names=", ".join(self.inline(Symbol(name)) for name in note.names))

    def set(self, *blocks: Block) -> list[dict[str, Any]]:
        """Blocks as data for the template."""
        return [self.setter.block(block) for block in blocks]

    def context(self) -> dict[str, Any]:
        """All that the template gets: strings, lists and dictionaries."""
        return {
            "dialect": self.dialect.template,
            "language": self.language,
            "cyrillic": self.cyrillic,
            "title": self.hole("title"),
            "words": {key: self.word(key) for key in ("given",)},
            "givens": self._givens(),
            "sections": [self._section(section) for section in self.solution.derivation.sections],
            "closing": self._closing() if self.closing else [],
        }

    def _givens(self) -> list[dict[str, Any]]:
        network = self.solution.derivation.network
        notes = [Note(key) for key in (sample_note(network), *layer_notes(network)) if key]
        return self.set(*notes, *given_lines(self.board))

    def _section(self, section: Section) -> dict[str, Any]:
        notes = [{"text": self._notation()}] if section.phase == "backward" and not section.updates else []
        told: set[str] = set()
        steps = []
        derivation = self.solution.derivation
        often = derivation.scalar or derivation.times > 0
        for step in written_out(section.steps, derivation, self.solution.exercise.sheet.elide):
            if isinstance(step, LeftOut):
                steps.append(self._left_out(step))
                continue
            # What a rule of updates, of a graph of many small steps or of one time after the other does is said once.
            again = step.phase == "update" or often
            said = again and (section.updates > 0 or step.rule in told)
            told.add(step.rule)
            steps.append(self._step(step, explained=not said))
        if section.phase == "loss" and section.updates and self._same_samples(section.updates):
            steps.append(self._before_and_after(section.steps[-1].name))
        return {"title": self.section_title(section), "notes": notes, "steps": steps}

    def _left_out(self, times: LeftOut) -> list[dict[str, Any]]:
        """The sentence on times that are not written out."""
        text = self.word("times_left_out", first=str(times.first), last=str(times.last))
        return [{"macro": "note", "text": text}]

    def section_title(self, section: Section) -> str:
        """The heading of a section; after an update it says after which."""
        updates = self.solution.derivation.updates
        title = self.word("then" if section.phase == "update" and not updates else section.phase)
        if section.phase == "update":
            return f"{title} {section.updates + 1}" if updates > 1 else title
        return self.word("again", title=title, number=str(section.updates)) if section.updates else title

    def _same_samples(self, updates: int) -> bool:
        """Whether the pass after so many updates looks at what the first one looked at."""
        network = self.solution.derivation.network
        if not isinstance(network, Network) or network.update is None or not network.update.single:
            return True
        return updates % network.batch.samples == 0

    def _before_and_after(self, loss: str) -> list[dict[str, Any]]:
        """The error before all updates and now."""
        names = (self.solution.derivation.target, loss)
        lines = Lines(tuple(Equation((Symbol(name), Value(name, 0))) for name in names))
        return self.set(Note("before_and_after"), lines)

    def _notation(self) -> str:
        goal, telling = self.solution.derivation.target, self.solution.derivation.telling
        if not goal:
            return ""
        if telling.note:
            codes = zip(("short", "long"), map(self.inline, telling.stands), strict=False)
            return self.word(telling.note, **dict(codes))
        derivative = Quotient(Symbol(f"∂{goal}"), Symbol("∂Q"))
        return self.word("notation", short=self.inline(Symbol("dQ")), long=self.inline(derivative))

    def _step(self, step: Step, *, explained: bool = True) -> list[dict[str, Any]]:
        note = self.set(Note(step.rule)) if step.rule and explained else []
        return note + self.set(*lay_out(step, self.board))

    def _closing(self) -> list[dict[str, Any]]:
        blocks = {
            "closed": closed_blocks(self),
            "gradient_check": checking_blocks(self),
            "comparison": comparison_blocks(self),
        }
        return [{"title": self.word(title), "blocks": found} for title, found in blocks.items() if found]

    def printed(self, env: Environment) -> Skeleton:
        """The sheet with its slots open."""
        text = render(env, self.template, self.context())
        return skeleton(_BLANK_LINES.sub("\n\n", text), self.slots.slots)

    def text(self, env: Environment) -> str:
        """The finished sheet."""
        return self.printed(env).fill(self.numbers)
