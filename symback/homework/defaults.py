"""The recipe for an exercise that has none: everything varies like the original, and it stays as well-behaved.

What `require` would say follows from the original's own values: activations are no further saturated, no entry comes
near a kink if none was near it, no window has two winners that had one, and no gradient vanishes that did not. A bound
is widened until a fair share of draws keeps it, so that a default never makes homework impossible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import Any

from symback.derivation.pick import windows_of
from symback.derivation.steps import Step
from symback.errors import SymbackError
from symback.exercise.model import Exercise
from symback.homework.recipe import Recipe, read_recipe
from symback.homework.requirements import Requirement, ahead, away_from, between, some
from symback.homework.sampling import Sampler
from symback.solution.rounding import bounds
from symback.solution.solution import Solution

SATURATING = ("sigmoid", "tanh")
KINKED = ("relu", "leaky_relu", "elu")
#: An input of sigmoid or tanh up to this size never counts as saturated.
MODEST = 4
KINK = Fraction(1, 10)
#: How far the bounds of the original are widened, one after the other; then (None) they are given up.
WIDENED = (1, 2, 4, 8, None)
#: A default has to let through this part of so many draws.
PROBED, FAIR = 200, Fraction(1, 12)


def recipe_of(exercise: Exercise) -> Recipe:
    """The recipe of an exercise, with the default requirements where its file leaves them out.

    Raises InputError with all the faults of the recipe.
    """
    recipe = read_recipe(exercise)
    if not recipe.default:
        return recipe
    try:
        solution = Solution(exercise)
    except SymbackError:  # an original that cannot be solved sets no example
        return recipe
    for factor in WIDENED:
        wanted = replace(recipe, requirements=tuple(_like_the_original(solution, factor)))
        if Sampler(exercise, wanted, 0).share(PROBED) >= FAIR:
            return wanted
    return recipe


def _like_the_original(solution: Solution, factor: int | None) -> Iterator[Requirement]:
    for step in solution.derivation.phase("forward"):
        yield from _clear_winners(solution, step)
        if step.function is None or len(step.inputs) != 1:
            continue
        (name,) = step.inputs
        sizes = [_size(entry) for entry in solution.values(name)]
        if step.function.name in SATURATING and factor is not None:
            limit = Fraction(max(MODEST, ceil(factor * max(sizes))))
            yield Requirement(name, f"no larger than {limit}, like the original", between(-limit, limit))
        if step.function.name in KINKED and min(sizes) >= KINK:
            yield Requirement(name, "away from the kink, like the original", away_from(Fraction(0), KINK))
    for name in solution.derivation.partials:
        if some(solution.values(name)):
            yield Requirement(name, "not all 0, like the original", some)


def _clear_winners(solution: Solution, step: Step) -> Iterator[Requirement]:
    """That no entry of a window comes near the greatest one, where none did."""
    if step.operation == "pick":
        name = step.inputs[1]
        clear = ahead(windows_of(step, solution.derivation.shapes), KINK)
        if clear(solution.values(name)):
            yield Requirement(name, "one entry of each window is the greatest by far, like the original", clear)


def _size(entry: Any) -> Fraction:
    """About the size of a rational or a ball."""
    value = bounds(entry)[1] if hasattr(entry, "mid") else Fraction(int(entry.p), int(entry.q))
    return abs(value)
