"""Kinks: on which side of each of them an entry of a function lies, which only its numbers can tell."""

from __future__ import annotations

from dataclasses import dataclass

from symback.derivation.formula import Call, Cases, Formula, substitute, walk
from symback.derivation.functions import Function
from symback.derivation.rows import spread_places
from symback.derivation.steps import common_shape
from symback.derivation.values import compile_formula
from symback.document.fill import Numbers
from symback.solution.arithmetics import BALLS, precision
from symback.solution.solution import Solution


def tests_of(formula: Formula) -> tuple[Formula, ...]:
    """What decides about a formula by its sign: the tests of its cases, and what a slope takes the sign of."""
    found = (
        part.test if isinstance(part, Cases) else part.argument
        for part in walk(formula)
        if isinstance(part, Cases) or (isinstance(part, Call) and part.function == "sign")
    )
    return tuple(dict.fromkeys(found))


def signs_of(function: Function, inputs: tuple[str, ...], solution: Solution) -> tuple[tuple[int, ...], ...]:
    """For each entry the signs of the tests of a function; a number, a row or a column goes with every entry."""
    shapes = {name: solution.shape(name) for name in inputs}
    whole = common_shape(inputs, shapes)
    columns = []
    for name in inputs:
        places = spread_places(shapes[name], whole)
        entries = solution.values(name)
        columns.append(entries if places is None else [entries[place] for place in places])
    with precision(solution.bits):
        runs = [compile_formula(test, function.arguments, BALLS) for test in tests_of(function.formula)]
        values = [[run(*entries) for run in runs] for entries in zip(*columns, strict=True)]
    return tuple(tuple((value > 0) - (value < 0) for value in entry) for entry in values)


@dataclass(frozen=True)
class Sides:
    """The question for the signs of the tests of a step's function."""

    function: Function
    inputs: tuple[str, ...]

    def __call__(self, numbers: Numbers) -> tuple[tuple[int, ...], ...]:
        """The answer of one solution."""
        return signs_of(self.function, self.inputs, numbers.solution)


def taken(formula: Formula, signs: dict[Formula, int]) -> Formula:
    """A formula with each of its cases replaced by the branch that is taken."""

    def choose(part: Formula) -> Formula | None:
        if not isinstance(part, Cases):
            return None
        return taken(part.positive if signs[part.test] > 0 else part.otherwise, signs)

    return substitute(formula, choose)

