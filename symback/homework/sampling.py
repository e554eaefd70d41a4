"""Drawing variants: numbers from a keyed hash, refused until they meet the recipe.

The variant of a student is found by itself. A draw is a row of attempts, cut from hashes of (seed, id, draw); the first
that meets the recipe is the variant. `draw` is 0. Only where two students of a roster would get the same numbers
(or the same code), as it may happen in a small recipe, the later one takes draw 1, 2, ...: see `roster.settle`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import islice
from math import prod

from symback.derivation.derive import derive
from symback.derivation.values import Entries
from symback.errors import Fault, InputError
from symback.exercise.model import Exercise, Given
from symback.homework.keep import chance_text
from symback.homework.options import Drawn, Options
from symback.homework.recipe import Recipe
from symback.homework.requirements import Requirement
from symback.homework.stream import Stream, digest_of, key_of
from symback.homework.telling import hidden_slip
from symback.homework.variant import Variant
from symback.solution.arithmetics import BALLS, OutsideDomain, Undecided, precision
from symback.solution.run import plan
from symback.solution.solution import Solution

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
class Draw:
    """Numbers that meet a recipe: as written, as values of every quantity, and the attempts they took."""

    numbers: tuple[Drawn, ...]
    values: dict[str, Entries]
    tries: int


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
    def options(self) -> tuple[Options, ...]:
        """What each number may become."""
        return self.recipe.options(self.exercise)

    @cached_property
    def space(self) -> int:
        """How many different sets of numbers there are, whether they meet the requirements or not."""
        return prod(options.count for options in self.options)

    @cached_property
    def _choices(self) -> list[tuple[int, int, Callable[[int], Drawn]]]:
        return [(at, options.count, options.at) for at, options in enumerate(self.options) if options.count > 1]

    @cached_property
    def _batch(self) -> int:
        """How many attempts are cut from one hash."""
        return max(1, _HASHED // self.space.bit_length())

    @cached_property
    def _fixed(self) -> list[Drawn]:
        return [options.at(0) for options in self.options]

    @cached_property
    def _spans(self) -> list[tuple[str, slice, int]]:
        """Where the entries of each given stand in a row of numbers, and its columns."""
        spans, start = [], 0
        for name, given in self.exercise.givens.items():
            size = given.shape[0] * given.shape[1]
            spans.append((name, slice(start, start + size), given.shape[1]))
            start += size
        return spans

    @cached_property
    def _program(self) -> list[tuple[str, Callable[..., Entries], tuple[str, ...], tuple[Requirement, ...]]]:
        """The lines of the derivation, each with the requirements that can be told after it."""
        derivation = derive(self.exercise.network)
        lines = plan(derivation.steps, derivation.shapes, BALLS).lines
        return [(name, value, inputs, self._about(name)) for name, value, inputs in lines]

    def _about(self, name: str) -> tuple[Requirement, ...]:
        return tuple(requirement for requirement in self.recipe.requirements if requirement.quantity == name)

    @cached_property
    def _on_givens(self) -> list[tuple[str, tuple[Requirement, ...]]]:
        return [(name, self._about(name)) for name in self.exercise.givens if self._about(name)]

    def attempts(self, student: str, draw: int = 0) -> Iterator[list[Drawn]]:
        """The numbers of a student's attempts, whether they meet the recipe or not."""
        for block in range(MOST_TRIES):
            several = self.stream.whole(self.space**self._batch, student, draw, block)
            for _ in range(self._batch):
                several, position = divmod(several, self.space)
                found = self._fixed.copy()
                for at, count, option in self._choices:
                    position, place = divmod(position, count)
                    found[at] = option(place)
                yield found

    def draw(self, student: str, draw: int = 0) -> Draw:
        """The first attempt of a student that meets the recipe.

        Raises InputError, with the requirement named that fails most often, where none of very many does.
        """
        with precision(BITS):
            for tries, numbers in enumerate(islice(self.attempts(student, draw), self._most_tries), 1):
                values = self._values(numbers)
                if values is not None and self._told_apart(numbers) is None:
                    return Draw(tuple(numbers), values, tries)
            raise InputError(self._impossible(student, draw))

    def share(self, tries: int) -> Fraction:
        """The part of some attempts that meets the recipe, but for slips that do not show."""
        with precision(BITS):
            met = sum(self._values(numbers) is not None for numbers in islice(self.attempts("", 0), tries))
        return Fraction(met, tries)

    @property
    def _most_tries(self) -> int:
        return MOST_TRIES if self._choices else 1

    def variant(self, student: str, name: str = "", draw: int = 0) -> Variant:
        """The variant of a student."""
        return self.variant_of(self.draw(student, draw), student, name, draw)

    def variant_of(self, found: Draw, student: str, name: str = "", draw: int = 0) -> Variant:
        """The variant that numbers make."""
        return Variant(student, self.code(student, draw), self._exercise(found.numbers), name, found.tries)

    def code(self, student: str, draw: int = 0) -> str:
        """The code on the sheet of a student."""
        return self.stream.code(student, draw)

    def _exercise(self, numbers: Sequence[Drawn]) -> Exercise:
        cells = [numeral for numeral, _ in numbers]
        givens = {}
        for name, span, columns in self._spans:
            row = cells[span]
            givens[name] = Given(name, tuple(tuple(row[at : at + columns]) for at in range(0, len(row), columns)))
        own = self.exercise
        # Without the recipe: a variant is an exercise of its own, and does not vary.
        extra = {key: node for key, node in own.extra.items() if key not in ("vary", "require")}
        return Exercise(own.title, own.network, givens, own.sheet, own.source, extra)

    def _values(self, numbers: Sequence[Drawn]) -> dict[str, Entries] | None:
        """All values, or None as soon as a requirement is not met."""
        exact = [value for _, value in numbers]
        values = {name: exact[span] for name, span, _ in self._spans}
        for name, requirements in self._on_givens:
            if not all(requirement.test(values[name]) for requirement in requirements):
                return None
        try:
            for name, value, inputs, requirements in self._program:
                values[name] = value(*[values[key] for key in inputs])
                for requirement in requirements:
                    if not requirement.test(values[name]):
                        return None
        except (ZeroDivisionError, OutsideDomain, Undecided):
            return None
        return values

    def _told_apart(self, numbers: Sequence[Drawn]) -> str | None:
        """The quantity and the slip that does not show in it, None where all show."""
        if not self.recipe.distinct:
            return None
        solution = Solution(self._exercise(numbers))
        for quantity in self.recipe.distinct:
            slip = hidden_slip(solution, quantity, self.exercise.sheet.hand)
            if slip is not None:
                return f"distinct: {quantity} with this slip differs by no more than rounding: {slip}"
        return None

    def _impossible(self, student: str, draw: int) -> Fault:
        """What to say when no attempt meets the recipe: which requirement fails most often."""
        failed: Counter[tuple[str, int | None]] = Counter()
        looked = min(DIAGNOSED, self._most_tries)
        for numbers in islice(self.attempts(student, draw), looked):
            failed.update(self._failures(numbers))
        (words, line), times = failed.most_common(1)[0]
        tries = f"in {MOST_TRIES:,} tries" if self._choices else "and nothing varies"
        share = f" ({100 * times // looked} % of the draws fail it)" if self._choices else ""
        message = f"require: no variant meets the recipe {tries}; what fails most often is {words}{share}"
        return Fault(message, self.exercise.source, line)

    def _failures(self, numbers: Sequence[Drawn]) -> list[tuple[str, int | None]]:
        exact = [value for _, value in numbers]
        values = {name: exact[span] for name, span, _ in self._spans}
        found: list[tuple[str, int | None]] = []
        try:
            for name, value, inputs, _ in self._program:
                values[name] = value(*[values[key] for key in inputs])
        except (ZeroDivisionError, OutsideDomain, Undecided):
            found.append((_OUTSIDE, None))
        for requirement in self.recipe.requirements:
            if requirement.quantity in values and not requirement.test(values[requirement.quantity]):
                found.append((str(requirement), requirement.line))
        if not found and (hidden := self._told_apart(numbers)):
            found.append((hidden, self.recipe.distinct_line))
        return found


def givens_digest(exercise: Exercise) -> str:
    """A digest of the given numbers: equal for two variants of an exercise that have the same ones."""
    rows = (f"{name}={[cell.text for row in given.rows for cell in row]}" for name, given in exercise.givens.items())
    return digest_of("\n".join(rows))
