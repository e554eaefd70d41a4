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
    name where a roster has one, `tries` how many draws it took until the numbers met the recipe; `drawn` are the values
    by which that was told.
    """

    id: str
    code: str
    exercise: Exercise
    name: str = ""
    tries: int = 1
    drawn: Certified | None = field(default=None, repr=False, compare=False)

    @cached_property
    def solution(self) -> Solution:
        """The worked values: those of the draw where they are certain enough, else computed when first asked for."""
        return Solution(self.exercise, start=self.drawn)
