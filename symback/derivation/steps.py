"""The straight-line program: named steps over matrices, and the names of quantities.

A quantity is called as on the paper, in ASCII: `W_1`, `Z_1`, `dW_1` (which is dL/dW_1), `dA_2/dZ_2` (a local
slope). `W_1^T` as an input means the transpose. Parts that stand on the paper have names too: `Z_2.products`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from symback.derivation.functions import Function
from symback.exercise.model import Work

Shape = tuple[int, int]


@dataclass(frozen=True)
class Step:
    """One line of the program: `name` = `operation`(`inputs`), a matrix of `shape`.

    `phase` is forward, loss or backward; `rule` is the key of the sentence that explains the step, if it needs one;
    `function` is the scalar function of an elementwise step, its arguments in the order of the inputs.
    """

    name: str
    operation: str
    inputs: tuple[str, ...]
    shape: Shape
    phase: str
    function: Function | None = None
    rule: str = ""


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

    def phase(self, phase: str) -> tuple[Step, ...]:
        """The steps of one phase."""
        return tuple(step for step in self.steps if step.phase == phase)

    def shape(self, reference: str) -> Shape:
        """The shape of an input, transposed where the reference says so."""
        return shape_of(reference, self.shapes)

    def _repr_markdown_(self) -> str:
        from symback.document.formulas import derivation_markdown

        return derivation_markdown(self)


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
