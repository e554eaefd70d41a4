"""A step about to be done wrongly, and what a row of the catalogue of slips is."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from symback.derivation.steps import Shape, Step, base
from symback.derivation.values import Entries
from symback.marking.graph import Graph, run_route
from symback.solution.solution import Solution


@dataclass(frozen=True)
class Case:
    """A step about to be done wrongly: its inputs as the student has them, by the names of the inputs.

    `written` are the quantities that are wrong on the paper, as they stand there.
    """

    step: Step
    scope: Mapping[str, Entries]
    graph: Graph
    solution: Solution
    written: Mapping[str, Entries] = field(default_factory=dict)

    @cached_property
    def right(self) -> Entries | None:
        """What the step comes to when it is done as it should be."""
        return self.run(self.step)

    def run(self, step: Step) -> Entries | None:
        """What a mutated step comes to; None where it cannot be run."""
        needed = {base(reference) for reference in step.inputs}
        scope = {name: self.entries(name) for name in needed}
        return run_route(self.graph.program(step), step.name, scope)

    def shape(self, name: str) -> Shape:
        """The shape of a quantity."""
        return self.graph.shapes[base(name)]

    def entries(self, name: str) -> Entries:
        """The entries of a quantity as the student has it."""
        return self.scope[name] if name in self.scope else self.solution.values(name)


def over(case: Case, changed: dict[str, Entries]) -> Mapping[str, Entries]:
    """The student's values with some of them changed."""
    return ChainMap(changed, case.scope)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Slip:
    """A row: the name of the slip, what it makes of a step (each way to make it), the marker's words.

    `wary` says that there are so many ways to make it that a few digits may agree with one of them by chance.
    """

    name: str
    predict: Callable[[Case], Iterator[Entries | None]]
    english: str
    russian: str
    wary: bool = False
