"""The true values of an exercise as the marker wants them: end points, decimals and indices, each worked out once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flint import fmpq

from symback.derivation.steps import entry
from symback.errors import LimitError
from symback.marking.judge import Ends, ends, usable
from symback.solution.plain import plain
from symback.solution.rounding import round_ball, round_rational
from symback.solution.solution import Solution

#: Digits of a value in a mark, and of a relative error.
EXACT_DIGITS, ERROR_DIGITS = 12, 2
#: No numeral has more digits than this, and each of them is judged.
LONGEST_WRITTEN = 60
#: Errors that are kept: a class writes most numbers again and again.
MOST_ERRORS = 20_000


class Truth:
    """What the entries of one solution truly are; entries go by quantity and place."""

    def __init__(self, solution: Solution) -> None:
        """Raises LimitError where the digits cannot be certified."""
        self.solution = solution
        solution.at_least(LONGEST_WRITTEN + 10)
        self._ends: dict[tuple[str, int], Ends] = {}
        self._decimals: dict[tuple[str, int, int], str | None] = {}
        self._errors: dict[tuple[int, int, str, int], str | None] = {}
        self._indices: dict[tuple[str, int], tuple[int, ...] | None] = {}

    def value(self, name: str, place: int) -> Any:
        """The true value, a rational or a ball."""
        return self.solution.values(name)[place]

    def ends(self, name: str, place: int) -> Ends:
        """The end points of the true value."""
        key = (name, place)
        if key not in self._ends:
            self._ends[key] = ends(self.solution.values(name)[place])
        return self._ends[key]

    def decimal(self, name: str, place: int, digits: int = EXACT_DIGITS) -> str | None:
        """The true value as plain text."""
        key = (name, place, digits)
        if key not in self._decimals:
            self._decimals[key] = decimal_of(self.solution.values(name)[place], digits)
        return self._decimals[key]

    def index(self, name: str, place: int) -> tuple[int, ...] | None:
        """The index of an entry, counted from one, with as many members as its name has; None for a scalar."""
        key = (name, place)
        if key not in self._indices:
            shape = self.solution.shape(name)
            shown = entry(name, *divmod(place, shape[1]), shape)
            inside = shown[shown.index("[") + 1 : -1] if "[" in shown else ""
            self._indices[key] = tuple(map(int, inside.split(","))) if inside else None
        return self._indices[key]

    def error(self, value: fmpq, name: str, place: int) -> str | None:
        """The relative error of a written value; None where the truth is 0 and it is not."""
        # A rational is slow to hash, its parts are not.
        key = (int(value.p), int(value.q), name, place)
        if key not in self._errors:
            if len(self._errors) > MOST_ERRORS:
                self._errors.clear()
            self._errors[key] = self._error(value, name, place)
        return self._errors[key]

    def _error(self, value: fmpq, name: str, place: int) -> str | None:
        low, high = self.ends(name, place)
        if value == low == high:
            return "0"
        middle = (low + high) / 2
        if middle == 0:
            return None
        return plain(round_rational(abs((value - middle) / middle), ERROR_DIGITS))


@lru_cache(maxsize=32)
def truth_of(solution: Solution) -> Truth:
    """The true values of a solution, shared by all papers that are marked with it."""
    return Truth(solution)


def middle_of(value: Any) -> fmpq | None:
    """The middle of a value; None where it is not a number."""
    if not usable(value):
        return None
    low, high = ends(value)
    return (low + high) / 2


def decimal_of(value: Any, digits: int = EXACT_DIGITS) -> str | None:
    """A value as plain text; None where it is not a number, or too large or too small to be written out."""
    try:
        rounded = round_ball(value, digits)
    except LimitError:
        return None
    if rounded is None:
        middle = middle_of(value)
        rounded = None if middle is None else round_rational(middle, digits)
    return None if rounded is None else plain(rounded)
