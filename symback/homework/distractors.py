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
from symback.exercise.model import Network
from symback.homework.lms_words import LMS_WORDS
from symback.marking.follow import graph_of, run_route
from symback.marking.slips import SLIPS, Case, Slip
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
#: The marks of an answer that follows from an earlier slip, and of a slip that is made at the answer itself.
CARRIED, SIGN, SHIFTED = 75, 50, 50
#: Bits that keep every digit a platform can compare (it has 53), with room for what cancels on the way.
BITS = 160


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong answer: the name of the slip, its value, the marks it earns, the words for the student."""

    slip: str
    value: Any
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
def _plan(network: Network, step: Step) -> Plan:
    return plan([step], {**graph_of(network).shapes, step.name: step.shape}, BALLS)


@lru_cache(maxsize=256)
def _rest(network: Network, start: str) -> tuple[tuple[str, ...], Plan]:
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

    def of(self, quantity: str, place: int) -> Iterator[Wrong]:
        """The wrong answers at one place, the likelier first; several may have the same value."""
        words = LMS_WORDS[self.language]
        for world in self.worlds:
            if quantity in world.values:
                said, value = _said(SLIPS[world.slip], self.language), world.values[quantity][place]
                if world.step == quantity:
                    yield Wrong(world.slip, value, CREDITS[world.slip], said)
                else:
                    told = words["carried"].format(step=world.step, slip=said)
                    yield Wrong(world.slip, value, max(CARRIED, CREDITS[world.slip]), told)
        true = self.solution.values(quantity)[place]
        yield Wrong("sign", -true, SIGN, _said(SLIPS["sign"], self.language))
        for factor in (fmpq(10), fmpq(1, 10)):
            yield Wrong("comma_shifted", true * factor, SHIFTED, words["comma_shifted"])


def slip_values(solution: Solution, quantity: str, place: int, language: str = "en") -> list[tuple[str, Any, str]]:
    """The slips at one place: name, value (a rational or a ball), words for the student."""
    return [(wrong.slip, wrong.value, wrong.words) for wrong in Distractors(solution, language).of(quantity, place)]


def _said(slip: Slip, language: str) -> str:
    return slip.russian if language == "ru" else slip.english


def _worlds(solution: Solution) -> Iterator[World]:
    """Every slip of the table at every step, in the order of the catalogue."""
    network = solution.exercise.network
    graph, scope = graph_of(network), {name: solution.values(name) for name in solution.names}
    for name, slip in SLIPS.items():
        if name not in CREDITS:
            continue
        for step in solution.derivation.steps:
            for entries in slip.predict(_Case(step, {}, graph, solution)):
                if entries is not None:
                    yield World(name, step.name, _run_on(network, step.name, entries, scope))


def _run_on(network: Network, start: str, entries: Entries, scope: Values) -> Values:
    """The values that follow when a step comes to other entries; none where they leave a domain on the way."""
    following, rest = _rest(network, start)
    values = {**scope, start: entries}
    try:
        with precision(BITS):
            rest.run(values)
    except (InputError, OutsideDomain, Undecided, OverflowError):
        return {start: entries}
    return {start: entries, **{name: values[name] for name in following}}
