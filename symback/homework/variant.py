"""A variant: one student's own numbers for an exercise, under a code that stands on the sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from symback.exercise.model import Exercise
from symback.solution.certify import Certified
from symback.solution.solution import Solution


@dataclass(frozen=True)
class Variant:
    """One student's exercise.

    `id` is the student's (or the number of the variant), `code` the short code on the sheet, `name` the student's
    name where a roster has one, `tries` how many draws it took until the numbers met the recipe. `drawn` is the
    exercise that was drawn, with the values by which that was told.
    """

    id: str
    code: str
    exercise: Exercise
    name: str = ""
    tries: int = 1
    drawn: tuple[Exercise, Certified] | None = field(default=None, repr=False, compare=False)

    @property
    def told(self) -> Certified | None:
        """The values that came with the draw; None where the exercise is another one."""
        return self.drawn[1] if self.drawn and self.drawn[0] is self.exercise else None

    @cached_property
    def solution(self) -> Solution:
        """The worked values, computed when they are first asked for, or taken from the draw if certain enough."""
        return Solution(self.exercise, start=self.told)
