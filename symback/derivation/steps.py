"""The straight-line program: named steps over matrices, and the names of quantities.

A quantity is called as on the paper, in ASCII: `W_1`, `Z_1`, `dW_1` (which is dL/dW_1), `dA_2/dZ_2` (a local
slope). `W_1^T` as an input means the transpose. Parts that stand on the paper have names too: `Z_2.products`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from symback.derivation.functions import Function
from symback.exercise.model import Work

Shape = tuple[int, int]
_UPDATED = re.compile(r"_new(\d*)")


@dataclass(frozen=True)
class Step:
    """One line of the program: `name` = `operation`(`inputs`), a matrix of `shape`.

    `phase` is forward, loss, backward or update; `rule` is the key of the sentence that explains the step, if it
    needs one; `function` is the scalar function of an elementwise step, its arguments in the order of the inputs;
    `options` are the choices of its operation (the stride of a convolution).
    """

    name: str
    operation: str
    inputs: tuple[str, ...]
    shape: Shape
    phase: str
    function: Function | None = None
    rule: str = ""
    options: tuple[tuple[str, Any], ...] = ()

    def option(self, name: str, default: Any = None) -> Any:
        """What was chosen under a name."""
        return dict(self.options).get(name, default)


@dataclass(frozen=True)
class Section:
    """The steps of one phase on their way through the network, after so many updates."""

    phase: str
    updates: int
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Derivation:
    """A network's forward pass, loss and partial derivatives, in the paper's order; it holds no numbers.

    `target` is what is derived, by each of the `parameters`; `output` is what is compared with the target of a loss,
    empty where there is none. `scalar` says that all quantities are single numbers, named as the exercise names them.
    """

    network: Work
    givens: Mapping[str, Shape]
    steps: tuple[Step, ...]
    target: str = "L"
    parameters: tuple[str, ...] = ()
    output: str = ""
    scalar: bool = False

    @cached_property
    def by_name(self) -> Mapping[str, Step]:
        """The steps by their names."""
        return {step.name: step for step in self.steps}

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        """The shape of every quantity, givens first."""
        return {**self.givens, **{step.name: step.shape for step in self.steps}}

    @cached_property
    def partials(self) -> tuple[str, ...]:
        """The names of the partial derivatives by the parameters, in the order they are derived."""
        wanted = {f"d{name}" for name in self.parameters}
        return tuple(step.name for step in self.steps if step.name in wanted)

    @cached_property
    def parts(self) -> Mapping[str, Step]:
        """The parts of all steps that stand on the paper, by name (`Z_2.products`, `A_2.exp`)."""
        from symback.derivation.parts import parts_of

        return {part.name: part for step in self.steps for part in parts_of(step, self.shapes)}

    @cached_property
    def vanishing(self) -> tuple[Step, ...]:
        """The steps that are 0 whatever the numbers are."""
        from symback.derivation.softmax import vanishing

        return vanishing(self.steps)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The steps by phases, in their order; after an update the phases come again."""
        found: list[Section] = []
        for phase, steps in groupby(self.steps, key=lambda step: step.phase):
            found.append(Section(phase, sum(each.phase == phase for each in found), tuple(steps)))
        return tuple(found)

    @cached_property
    def updates(self) -> int:
        """After how many updates of its weights a network is gone through once more."""
        return max((section.updates for section in self.sections), default=0)

    def phase(self, phase: str) -> tuple[Step, ...]:
        """The steps of one phase, before any update."""
        return next((section.steps for section in self.sections if section.phase == phase), ())

    @property
    def stated(self) -> tuple[Step, ...]:
        """The steps whose formulas belong to a problem: what is asked of the reader is to derive the others."""
        return tuple(step for phase in ("forward", "loss", "update") for step in self.phase(phase))

    def shape(self, reference: str) -> Shape:
        """The shape of an input, transposed where the reference says so."""
        return shape_of(reference, self.shapes)

    def _repr_markdown_(self) -> str:
        from symback.document.formulas import derivation_markdown

        return derivation_markdown(self)


def suffix(updates: int) -> str:
    """What the names of quantities end in after so many updates: nothing, `_new`, `_new2`, ..."""
    return "" if updates == 0 else "_new" if updates == 1 else f"_new{updates}"


def updated(name: str) -> str:
    """The same quantity after one more update: `W_2_new` for `W_2`."""
    return name.partition("_new")[0] + suffix(updates_of(name) + 1)


def updates_of(name: str) -> int:
    """After how many updates a quantity stands, by its name."""
    found = _UPDATED.search(name)
    return 0 if found is None else int(found[1] or 1)


#: What the names of givens that are learned begin with: weights, biases, kernels, gains.
LEARNED = ("W_", "U_", "V_", "K_", "b_", "gamma_")


def is_parameter(name: str) -> bool:
    """Whether a given is one that is learned: a weight or a bias."""
    return name.startswith(LEARNED)


def is_weight(name: str) -> bool:
    """Whether a given is one that a penalty for large weights counts: neither a bias nor a gain."""
    return is_parameter(name) and not name.startswith(("b_", "gamma_"))


def common_shape(references: Iterable[str], shapes: Mapping[str, Shape]) -> Shape:
    """The shape of what is done entry by entry: a number, a row or a column goes with every entry beside it."""
    found = [shape_of(each, shapes) for each in references]
    return max((rows for rows, _ in found), default=1), max((columns for _, columns in found), default=1)


def base(reference: str) -> str:
    """The quantity that an input refers to: `W_1` for `W_1^T`."""
    return reference.removesuffix("^T")


def transposed(reference: str) -> str:
    """The transpose of an input, as a reference."""
    return base(reference) if reference.endswith("^T") else f"{reference}^T"


def shape_of(reference: str, shapes: Mapping[str, Shape]) -> Shape:
    """The shape of an input, transposed where the reference says so."""
    rows, columns = shapes[base(reference)]
    return (columns, rows) if reference.endswith("^T") else (rows, columns)


def entry(reference: str, row: int, column: int, shape: Shape) -> str:
    """The name of one entry, counted from one; a scalar has no index, a column or row has one (`Z_1[2]`)."""
    name = base(reference)
    if reference.endswith("^T"):
        row, column, shape = column, row, (shape[1], shape[0])
    if shape == (1, 1):
        return name
    if shape[1] == 1:
        return f"{name}[{row + 1}]"
    return f"{name}[{row + 1},{column + 1}]"
