"""Many sheets of one kind: laid out and rendered once, then only filled with numbers.

A layout depends on the numbers of a solution through the questions it asks (on which side of a kink does an entry
lie, where is a line broken). Questions and answers are kept as a tree; its leaves are printed sheets with open slots.
The next solution walks down the tree with its own answers, and where it comes to a leaf, that sheet is its own: the
text is the same, byte for byte, as if it had been made alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from symback.document.environment import Environment
from symback.document.fill import Rationals, Skeleton
from symback.document.setting import Question
from symback.document.sheet import Sheet
from symback.document.write import Options, sheet, templates_of
from symback.solution.solution import Solution

#: With more layouts than this the memory would grow without end; the tree is then begun anew.
MOST_LAYOUTS = 512


@dataclass
class Fork:
    """A question, and where each of its answers leads."""

    question: Question
    branches: dict[Hashable, Fork | Skeleton] = field(default_factory=dict)


class Press:
    """Prints the sheets of many solutions; `make` gives the sheet of one.

    `solution_press("md").text(solution)` is the Markdown sheet of a solution, without closed forms and comparison.
    """

    def __init__(self, make: Callable[[Solution], Sheet], templates: Environment) -> None:
        self._make, self.templates = make, templates
        self._layouts: dict[Hashable, Fork | Skeleton] = {}
        #: How many layouts were made and are kept.
        self.layouts = 0
        self._rationals: dict[tuple[str, int, str], Rationals] = {}

    def text(self, solution: Solution, texts: Mapping[str, str] = MappingProxyType({})) -> str:
        """The sheet of one solution; `texts` go into its holes, as code of its dialect."""
        page = self._make(solution)
        page.numbers.texts.update(texts)
        key = _kind(page)
        form = page.decimal, page.digits, page.numbers.forms
        page.numbers.rationals = self._rationals.setdefault(form, Rationals())
        found = self._layouts.get(key)
        while isinstance(found, Fork):
            found = found.branches.get(found.question(page.numbers))
        return (found or self._print(page, key)).fill(page.numbers)

    def _print(self, page: Sheet, key: Hashable) -> Skeleton:
        """Lay a sheet out and keep it under the answers that it depends on."""
        printed = page.printed(self.templates)
        if self.layouts == MOST_LAYOUTS:
            self._layouts, self.layouts = {}, 0
        self.layouts += 1
        branches, answer = self._layouts, key
        for question, next_answer in page.asked.items():
            fork = branches.setdefault(answer, Fork(question))
            assert isinstance(fork, Fork)
            branches, answer = fork.branches, next_answer
        branches[answer] = printed
        return printed


def _kind(page: Sheet) -> Hashable:
    """What a layout depends on besides the numbers."""
    exercise = page.solution.exercise
    return exercise.network, exercise.sheet, page.digits, page.decimal, page.language, page.cyrillic


def solution_press(dialect: str, options: Options | None = None) -> Press:
    """What prints worked solutions in a dialect."""
    chosen = options or Options()
    return Press(lambda solution: sheet(solution, dialect, chosen, closing=False), templates_of(chosen))
