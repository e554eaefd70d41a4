"""Problem sheets of many variants: what depends on no number is printed once, a variant only fills in its own.

A printed sheet has two kinds of places: the slots of the printer, for numbers, and holes for text (a name, a code),
marked by characters of the private use area, which no text of a user can hold once it is escaped. Where numbers decide
how a line is broken, or which branch of relu is written out, there are several layouts; each keeps what it asked of
the numbers, and serves those that give the same answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from symback.document.environment import Environment, render
from symback.document.fill import Rationals, Skeleton, skeleton
from symback.document.sheet import Sheet
from symback.solution.solution import Solution

#: So many layouts are kept; numbers of the same kind rarely need more than a few.
MOST_LAYOUTS = 32

_HOLE = re.compile("\ue002([^\ue003]*)\ue003")
#: Macros may each begin with an empty line; together they leave no more than one.
_BLANK_LINES = re.compile(r"\n{3,}")


def hole(name: str) -> str:
    """The mark of a place for text."""
    return f"\ue002{name}\ue003"


@dataclass(frozen=True)
class Page:
    """A printed sheet, and the questions on whose answers its layout hangs."""

    skeleton: Skeleton
    asked: Mapping[Any, Any]

    def fits(self, sheet: Sheet) -> bool:
        """Whether the numbers of a sheet want this layout."""
        return all(question(sheet.numbers) == answer for question, answer in self.asked.items())


@dataclass(frozen=True)
class Press:
    """Prints one template for one exercise: `sheet` makes the sheet of a solution."""

    template: str
    sheet: Callable[[Solution], Sheet]
    env: Environment
    _pages: list[Page] = field(default_factory=list)
    _rationals: Rationals = field(default_factory=Rationals)

    def print(self, solution: Solution, holes: Mapping[str, str]) -> str:
        """The sheet of a solution, its holes filled with text of the dialect."""
        sheet = self.sheet(solution)
        sheet.numbers.rationals = self._rationals
        page = self._page(sheet)
        return _HOLE.sub(lambda found: holes[found[1]], page.skeleton.fill(sheet.numbers))

    def _page(self, sheet: Sheet) -> Page:
        for at, page in enumerate(self._pages):
            if page.fits(sheet):
                if at:
                    self._pages.insert(0, self._pages.pop(at))
                return page
        text = _BLANK_LINES.sub("\n\n", render(self.env, self.template, sheet.context()))
        made = Page(skeleton(text, sheet.slots.slots), dict(sheet.asked))
        self._pages.insert(0, made)
        del self._pages[MOST_LAYOUTS:]
        return made
