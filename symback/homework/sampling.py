"""Drawing variants: numbers from a keyed hash, refused until they meet the recipe.

The variant of a student is found by itself. A draw is a row of attempts, cut from hashes of (seed, id, draw); the first
that meets the recipe is the variant. `draw` is 0. Only where two students of a roster would get the same numbers
(or the same code), as it may happen in a small recipe, the later one takes draw 1, 2, ...: see `index.settle`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import islice
from math import prod
from typing import Any

from symback.derivation.values import Entries
from symback.errors import Fault, InputError
from symback.exercise.model import Exercise, Given
from symback.exercise.nodes import Node
from symback.homework.keep import chance_text
from symback.homework.options import EXACT, NUMERALS, Handful, handfuls
from symback.homework.recipe import Recipe
from symback.homework.requirements import Test
from symback.homework.stream import Stream, digest_of, key_of
from symback.homework.telling import hidden_slip
from symback.homework.variant import Variant
from symback.solution.arithmetics import OutsideDomain, Undecided, precision
from symback.solution.certify import Certified
from symback.solution.run import Plan, Values
from symback.solution.solution import Solution, exact_plan

#: Attempts for one variant before the recipe is given up.
MOST_TRIES = 10_000
#: Bits on which requirements are decided: so many that a value on the very edge is all that stays undecided.
BITS = 128
#: Bits that are hashed for attempts at a time; many small hashes would take longer than the numbers.
_HASHED = 896
#: Attempts that are looked at closely to say which requirement fails most often.
DIAGNOSED = 500

_OUTSIDE = "values stay where every step is defined"


@dataclass(frozen=True)
class Sampler:
    """Draws the variants of one exercise by one recipe and seed."""

    exercise: Exercise
    recipe: Recipe
    seed: int

    @cached_property
    def stream(self) -> Stream:
        """The chance of this run."""
        return Stream(key_of(chance_text(self.exercise)), self.seed)

    @cached_property
    def _handfuls(self) -> dict[str, list[Handful]]:
        """What the numbers of each given may become."""
        return {name: handfuls(options) for name, options in self.recipe.options(self.exercise).items()}

    @cached_property
    def space(self) -> int:
        """How many different sets of numbers there are, whether they meet the requirements or not."""
        return prod(each.count for several in self._handfuls.values() for each in several)

    @cached_property
    def _batch(self) -> int:
        """How many attempts are cut from one hash."""
        return max(1, _HASHED // self.space.bit_length())

    @cached_property
    def _plan(self) -> Plan:
        return exact_plan(self.exercise.network)

    @cached_property
    def _required(self) -> dict[str, list[Test]]:
        """What is required of each quantity of which anything is."""
        found: dict[str, list[Test]] = {}
        for requirement in self.recipe.requirements:
            found.setdefault(requirement.quantity, []).append(requirement.test)
        return found

    @cached_property
    def _required_givens(self) -> list[tuple[str, Test]]:
        """What is required of the given numbers themselves."""
        return [(name, test) for name, tests in self._required.items() if name in self._handfuls for test in tests]

    @cached_property
    def _lines(self) -> list[tuple[str, Callable[..., Entries], tuple[str, ...], list[Test]]]:
        """The steps, each with what is required of its values."""
        return [(name, value, inputs, self._required.get(name, [])) for name, value, inputs in self._plan.lines]

    @cached_property
    def _together(self) -> int:
        """How many different batches of attempts there are."""
        return int(self.space**self._batch)

    def attempts(self, student: str, draw: int = 0) -> Iterator[int]:
        """The attempts of a student, each a number below `space`, whether they meet the recipe or not."""
        for block in range(MOST_TRIES):
            several = self.stream.whole(self._together, student, draw, block)
            for _ in range(self._batch):
                several, attempt = divmod(several, self.space)
                yield attempt

    def _drawn(self, attempt: int, kind: int) -> dict[str, list[Any]]:
        """The numbers of an attempt, given by given, in one of the kinds in which they are kept."""
        found = {}
        for name, several in self._handfuls.items():
            entries: list[Any] = []
            for handful in several:
                attempt, place = divmod(attempt, handful.count)
                entries += handful[place][kind]
            found[name] = entries
        return found

    def variant(self, student: str, name: str = "", draw: int = 0) -> Variant:
        """The variant of a student: the first attempt that meets the recipe.

        Raises InputError, with the requirement named that fails most often, where none of very many does.
        """
        with precision(BITS):
            for tries, attempt in enumerate(islice(self.attempts(student, draw), self._most_tries), 1):
                values = self._values(attempt)
                if values is not None and self._told_apart(attempt) is None:
                    code, exercise = self.code(student, draw), self._exercise(attempt)
                    return Variant(student, code, exercise, name, tries, (exercise, Certified(values, BITS)))
            raise InputError(self._impossible(student, draw))

    def share(self, tries: int) -> Fraction:
        """The part of some attempts that meets the recipe, but for slips that do not show."""
        with precision(BITS):
            met = sum(self._values(attempt) is not None for attempt in islice(self.attempts("", 0), tries))
        return Fraction(met, tries)

    @property
    def _most_tries(self) -> int:
        return MOST_TRIES if self.space > 1 else 1

    def code(self, student: str, draw: int = 0) -> str:
        """The code on the sheet of a student."""
        return self.stream.code(student, draw)

    def _exercise(self, attempt: int) -> Exercise:
        """The exercise with the numbers of an attempt."""
        own = self.exercise
        givens = {}
        for name, cells in self._drawn(attempt, NUMERALS).items():
            columns = own.givens[name].shape[1]
            rows = [tuple(cells[at : at + columns]) for at in range(0, len(cells), columns)]
            givens[name] = Given(name, tuple(rows))
        return Exercise(own.title, own.network, givens, own.sheet, own.source, self._extra)

    @cached_property
    def _extra(self) -> dict[str, Node]:
        """All but the recipe: a variant is an exercise of its own, and does not vary."""
        return {key: node for key, node in self.exercise.extra.items() if key not in ("vary", "require")}

    def _values(self, attempt: int) -> Values | None:
        """All values, or None as soon as a requirement is not met."""
        values, finish = self._drawn(attempt, EXACT), self._plan.finish
        for name, test in self._required_givens:
            if not test(values[name]):
                return None
        try:
            for name, value, inputs, tests in self._lines:
                entries = value(*[values[key] for key in inputs])
                values[name] = entries = entries if finish is None else list(map(finish, entries))
                for test in tests:
                    if not test(entries):
                        return None
        except (ZeroDivisionError, OutsideDomain, Undecided):
            return None
        return values

    def _told_apart(self, attempt: int) -> str | None:
        """The quantity and the slip that does not show in it, None where all show."""
        if not self.recipe.distinct:
            return None
        solution = Solution(self._exercise(attempt))
        for quantity in self.recipe.distinct:
            slip = hidden_slip(solution, quantity, self.exercise.sheet.hand)
            if slip is not None:
                return f"distinct: {quantity} with this slip differs by no more than rounding: {slip}"
        return None

    def _impossible(self, student: str, draw: int) -> Fault:
        """What to say when no attempt meets the recipe: which requirement fails most often."""
        failed: Counter[tuple[str, int | None]] = Counter()
        looked = min(DIAGNOSED, self._most_tries)
        for attempt in islice(self.attempts(student, draw), looked):
            failed.update(self._failures(attempt))
        (words, line), times = failed.most_common(1)[0]
        tries = f"in {MOST_TRIES:,} tries" if self.space > 1 else "and nothing varies"
        share = f" ({100 * times // looked} % of the draws fail it)" if self.space > 1 else ""
        message = f"require: no variant meets the recipe {tries}; what fails most often is {words}{share}"
        return Fault(message, self.exercise.source, line)

    def _failures(self, attempt: int) -> list[tuple[str, int | None]]:
        values = self._drawn(attempt, EXACT)
        found: list[tuple[str, int | None]] = []
        try:
            for name, value, inputs in self._plan.lines:
                values[name] = value(*[values[key] for key in inputs])
        except (ZeroDivisionError, OutsideDomain, Undecided):
            found.append((_OUTSIDE, None))
        for requirement in self.recipe.requirements:
            if requirement.quantity in values and not requirement.test(values[requirement.quantity]):
                found.append((str(requirement), requirement.line))
        if not found and (hidden := self._told_apart(attempt)):
            found.append((hidden, self.recipe.distinct_line))
        return found


def givens_digest(exercise: Exercise) -> str:
    """A digest of the given numbers: equal for two variants of an exercise that have the same ones."""
    rows = (f"{name}={[cell.text for row in given.rows for cell in row]}" for name, given in exercise.givens.items())
    return digest_of("\n".join(rows))
