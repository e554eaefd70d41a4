"""A variant: one student's own numbers for an exercise, under a code that stands on the sheet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from symback.exercise.model import Exercise
from symback.solution.solution import Solution, solve


@dataclass(frozen=True)
class Variant:
    """One student's exercise.

    `id` is the student's (or the number of the variant), `code` the short code on the sheet, `name` the student's
    name where a roster has one, `tries` how many draws it took until the numbers met the recipe.
    """

    id: str
    code: str
    exercise: Exercise
    name: str = ""
    tries: int = 1

    @cached_property
    def solution(self) -> Solution:
        """The worked values, computed when they are first asked for."""
        return solve(self.exercise)
