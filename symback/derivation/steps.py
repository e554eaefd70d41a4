"""The straight-line program: named steps over matrices, and the names of quantities.

A quantity is called as on the paper, in ASCII: `W_1`, `Z_1`, `dW_1` (which is dL/dW_1), `dA_2/dZ_2` (a local
slope). `W_1^T` as an input means the transpose. Parts that stand on the paper have names too: `Z_2.products`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from symback.derivation.formula import Formula
from symback.derivation.functions import Function
from symback.exercise.model import Work
from symback.exercise.names import LEARNED

Shape = tuple[int, int]
_UPDATED = re.compile(r"_new(\d*)")


@dataclass(frozen=True)
class Adjoint:
    """How a matrix of derivatives is made: a row for each entry of the quantities `of`, a column for each of `by`.

    `sweeps` holds for each of `of` the steps that derive it. They are run once for each of its entries, with a `seed`
    that is 1 there and 0 elsewhere. Where the matrix is a product of others (`chained`), `form` is that product in
    letters, and `factors` are its factors if all of them are worked out: slopes, which stand on a diagonal, quantities.
    """

    of: tuple[str, ...]
    by: tuple[str, ...]
    sweeps: tuple[tuple[Step, ...], ...]
    form: Formula
    chained: bool = False
    factors: tuple[str, ...] = ()

    def sides(self, shapes: Mapping[str, Shape]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names of the entries that the rows and the columns belong to."""
        return entries_of(self.of, shapes), entries_of(self.by, shapes)


@dataclass(frozen=True)
class Step:
    """One line of the program: `name` = `operation`(`inputs`), a matrix of `shape`.

    `phase` is forward, loss, backward, update, jacobian or hessian; `rule` is the key of the sentence that explains the
    step, if it needs one; `function` is the scalar function of an elementwise step, its arguments in the order of the
    inputs; `options` are the choices of its operation (the stride of a convolution); `adjoint` makes a matrix of
    derivatives.
    """

    name: str
    operation: str
    inputs: tuple[str, ...]
    shape: Shape
    phase: str
    function: Function | None = None
    rule: str = ""
    options: tuple[tuple[str, Any], ...] = ()
    adjoint: Adjoint | None = None

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
class Telling:
    """How the quantities of a derivation are called and told, where that is not as on the paper.

    `printed` has the names that are printed for others, `means` what a quantity is beside its name (delta is -dE/dnet),
    `also` further names that are read, `note` the key of the sentence that says how derivatives are written here (the
    usual one where it is empty), `style` the convention where that only changes how names are printed.
    `stands` are a short form and what it stands for, for that sentence.
    `asides` are quantities that a paper may have and the sheet has not, each with the step before which it stands;
    `ways` are other ways to quantities, by what a paper may have; `mistaken` are formulas that are taken for theirs.
    """

    printed: Mapping[str, str] = field(default_factory=dict)
    means: Mapping[str, Formula] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    style: str = ""
    asides: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    ways: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    mistaken: Mapping[str, Formula] = field(default_factory=dict)
    stands: tuple[Formula, ...] = ()


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
    telling: Telling = Telling()

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
        """What else may stand on the paper, by name: the parts of steps (`Z_2.products`, `A_2.exp`), and asides."""
        from symback.derivation.parts import parts_of

        asides = self.telling.asides
        shapes = {**self.shapes, **{aside.name: aside.shape for steps in asides.values() for aside in steps}}
        found: dict[str, Step] = {}
        for step in self.steps:
            for each in (*asides.get(step.name, ()), step):
                found |= {part.name: part for part in parts_of(each, shapes)}
                if each is not step:
                    found[each.name] = each
        return found

    @cached_property
    def every_shape(self) -> Mapping[str, Shape]:
        """The shapes of all quantities and of all that else may stand on the paper."""
        return {**self.shapes, **{name: part.shape for name, part in self.parts.items()}}

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """The step that each part or aside belongs to."""
        asides = {each.name: owner for owner, steps in self.telling.asides.items() for each in steps}
        return {name: asides.get(name) or name.rpartition(".")[0] for name in self.parts}

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

    @cached_property
    def times(self) -> int:
        """How many steps in time a network goes through; 0 where it does not."""
        return max((step.option("time") or 0 for step in self.steps), default=0)

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


def is_parameter(name: str) -> bool:
    """Whether a given is one that is learned: a weight or a bias."""
    return name.partition("_")[0] in LEARNED


def is_bias(name: str) -> bool:
    """Whether a given is a bias."""
    return name.partition("_")[0] == "b"


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


def owner(name: str) -> str:
    """The quantity that a part belongs to: `Z_2` for `Z_2.products`; a contribution (`dW.2`) is a quantity itself."""
    core, _, part = name.rpartition(".")
    return core if core and not part.isdecimal() else name


def transposed(reference: str) -> str:
    """The transpose of an input, as a reference."""
    return base(reference) if reference.endswith("^T") else f"{reference}^T"


def shape_of(reference: str, shapes: Mapping[str, Shape]) -> Shape:
    """The shape of an input, transposed where the reference says so."""
    rows, columns = shapes[base(reference)]
    return (columns, rows) if reference.endswith("^T") else (rows, columns)


def entries_of(names: Iterable[str], shapes: Mapping[str, Shape]) -> tuple[str, ...]:
    """The names of all entries of some quantities, row by row."""
    return tuple(
        entry(name, row, column, shapes[name])
        for name in names
        for row in range(shapes[name][0])
        for column in range(shapes[name][1])
    )


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
