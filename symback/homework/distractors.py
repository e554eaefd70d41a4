"""What students answer who made one known slip: the values that a platform can tell apart and speak of.

A slip of the catalogue is made in one step, and the steps after it are run on: so the question at `dW_1` knows the
student whose factor 2 was lost at `dA_2`. Such a later answer is carried: it earns more than the slip itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flint import fmpq

from symback.derivation.derive import derive
from symback.derivation.steps import Step, base
from symback.derivation.values import Entries
from symback.errors import InputError
from symback.exercise.model import Work
from symback.homework.lms_words import LMS_WORDS
from symback.marking.cases import Case
from symback.marking.graph import graph_of, run_route
from symback.marking.slips import SLIPS
from symback.solution.arithmetics import BALLS, OutsideDomain, Undecided, precision
from symback.solution.run import Plan, Values, plan
from symback.solution.solution import Solution

#: The slips that a platform looks for, and the percentage of the marks that each leaves. The others of the catalogue
#: (a neighbouring entry, a dropped term) have so many forms that they would meet right answers of other places.
CREDITS: Mapping[str, int] = {
    "target_reversed": 50,
    "factor_two": 50,
    "square_forgotten": 25,
    "mask_forgotten": 50,
    "slope_forgotten": 25,
    "upstream_forgotten": 25,
    "slope_argument": 25,
    "saturated": 25,
    "transposed": 50,
    "weights_transposed": 50,
    "bias_left_out": 50,
    "average": 50,
}
#: Slips that are looked for in slopes alone: an output that is rounded to 1 is 1 to the asked digits, too.
OF_SLOPES = frozenset({"saturated"})
#: The marks of an answer that follows from an earlier slip, and of a slip that is made at the answer itself.
CARRIED, SIGN, SHIFTED = 75, 50, 50
#: Bits that keep every digit a platform can compare (it has 53), with room for what cancels on the way.
BITS = 160


@dataclass(frozen=True, slots=True)
class Wrong:
    """Wrong answers to one quantity: the slip, what it makes of each entry, the marks it earns, the student's words."""

    slip: str
    entries: Entries
    credit: int
    words: str


@dataclass(frozen=True)
class World:
    """One slip made at one step: the values of that step and of all that follow from it."""

    slip: str
    step: str
    values: Mapping[str, Entries]


@dataclass(frozen=True)
class _Case(Case):
    """A case of the catalogue whose plans are made once for a network."""

    def run(self, step: Step) -> Entries | None:
        network = self.solution.exercise.network
        needed = {base(reference) for reference in step.inputs}
        scope = {name: self.entries(name) for name in needed}
        return run_route(_plan(network, step), step.name, scope)


@lru_cache(maxsize=1024)
def _plan(network: Work, step: Step) -> Plan:
    return plan([step], {**graph_of(network).shapes, step.name: step.shape}, BALLS)


@lru_cache(maxsize=256)
def _rest(network: Work, start: str) -> tuple[tuple[str, ...], Plan]:
    """The steps that hang on one, and the plan that runs them."""
    derivation = derive(network)
    reached, following = {start}, []
    for step in derivation.steps:
        if step.name != start and reached & {base(name) for name in step.inputs}:
            reached.add(step.name)
            following.append(step)
    return tuple(step.name for step in following), plan(following, derivation.shapes, BALLS)


class Distractors:
    """The wrong answers to every question about one solution."""

    def __init__(self, solution: Solution, language: str) -> None:
        self.solution, self.language = solution, language
        self.worlds = tuple(_worlds(solution))

    def of(self, quantity: str) -> Iterator[Wrong]:
        """The wrong answers to a quantity, the likelier first; several may come to the same."""
        for world in self.worlds:
            entries = world.values.get(quantity)
            if entries is not None:
                carried = world.step if world.step != quantity else ""
                credit = max(CARRIED, CREDITS[world.slip]) if carried else CREDITS[world.slip]
                yield Wrong(world.slip, entries, credit, _words(world.slip, self.language, carried))
        true = self.solution.values(quantity)
        yield Wrong("sign", [-entry for entry in true], SIGN, _words("sign", self.language))
        for factor in (fmpq(10), fmpq(1, 10)):
            shifted = [entry * factor for entry in true]
            yield Wrong("comma_shifted", shifted, SHIFTED, _words("comma_shifted", self.language))


def slip_values(solution: Solution, quantity: str, place: int, language: str = "en") -> list[tuple[str, Any, str]]:
    """The slips at one place: name, value (a rational or a ball), words for the student."""
    return [(wrong.slip, wrong.entries[place], wrong.words) for wrong in Distractors(solution, language).of(quantity)]


@lru_cache(maxsize=1024)
def _words(slip: str, language: str, carried: str = "") -> str:
    """What a student is told; `carried` is the step where the slip was made, if that was earlier."""
    own, row = LMS_WORDS[language], SLIPS.get(slip)
    said = own[slip] if row is None else row.russian if language == "ru" else row.english
    if carried:
        return own["carried"].format(step=carried, slip=said)
    return f"{said[:1].upper()}{said[1:]}."


def _worlds(solution: Solution) -> Iterator[World]:
    """Every slip of the table at every step, in its order."""
    network = solution.exercise.network
    graph, scope = graph_of(network), {name: solution.values(name) for name in solution.names}
    for name in CREDITS:
        slip = SLIPS[name]
        for step in solution.derivation.steps:
            if name in OF_SLOPES and "/" not in step.name:
                continue
            for entries in slip.predict(_Case(step, {}, graph, solution)):
                if entries is not None:
                    yield World(name, step.name, _run_on(network, step.name, entries, scope))


def _run_on(network: Work, start: str, entries: Entries, scope: Values) -> Values:
    """The values that follow when a step comes to other entries; none where they leave a domain on the way."""
    following, rest = _rest(network, start)
    values = {**scope, start: entries}
    try:
        with precision(BITS):
            rest.run(values)
    except (InputError, OutsideDomain, Undecided, OverflowError):
        return {start: entries}
    return {start: entries, **{name: values[name] for name in following}}
