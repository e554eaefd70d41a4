"""The exercise: what is given, with every number exact and in its written form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from symback.exercise.nodes import Node


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as it was written and what it means.

    `least` and `most` bound its significant digits (`100` has one to three); `place` is the power of ten
    of its last written digit (-2 for `1,42`, -8 for `1,42e-6`, 0 for `100`). A fraction (`1/3`) is exact: its
    place is None, and it counts 0 digits.
    """

    text: str
    value: Fraction
    least: int
    most: int
    place: int | None


@dataclass(frozen=True, slots=True)
class Given:
    """A given matrix: its name and its rows of numerals (a scalar is one row of one)."""

    name: str
    rows: tuple[tuple[Numeral, ...], ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), len(self.rows[0])


@dataclass(frozen=True, slots=True)
class Term:
    """A formula from the file as a tree: a number, a name, a call, or an operation on its parts.

    `kind` is number, name, neg, add, sub, mul, div, pow or call; `text` is the exact rational, the name, the function.
    """

    kind: str
    text: str = ""
    parts: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: its kind (a row of the tables of layers), the width of what it gives, what is chosen for it.

    A dense layer A = f(W X + b) gives `units` values. `bias` says whether there is a b, `biases` whether that is one
    for each `unit`, one `shared` by all, or `w_0`, the first place of the weights. `formula` is the exercise's own
    activation in z, None for one of the table; `text` is how it was written. `givens` are the names and shapes of the
    givens of other kinds of layers, `options` their choices.
    """

    units: int
    activation: str = "identity"
    bias: bool = True
    formula: Term | None = None
    text: str = field(default="", compare=False)
    biases: str = "unit"
    kind: str = "dense"
    givens: tuple[tuple[str, tuple[int, int]], ...] = ()
    options: tuple[tuple[str, Any], ...] = ()

    def option(self, name: str, default: Any = None) -> Any:
        """What was chosen under a name."""
        return dict(self.options).get(name, default)


@dataclass(frozen=True, slots=True)
class Update:
    """How weights are updated: by which rule, how many times, and whether the biases are updated as well.

    `single` says that each update looks at one sample, in their order; `steps` counts passes through all of them then.
    """

    rule: str
    steps: int = 1
    biases: bool = True
    single: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Several samples: how many, whether the loss is their `mean` or their `sum`."""

    samples: int = 1
    reduce: str = "mean"


@dataclass(frozen=True, slots=True)
class Jacobian:
    """The derivatives of all entries of some quantities by all entries of others.

    Without `by` they are taken by what goes into the layer: its Z, and the output of the layer before.
    """

    of: tuple[str, ...]
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Show:
    """What is worked out besides the gradient: Jacobians, and the Hessian of the target by some quantities."""

    jacobians: tuple[Jacobian, ...] = ()
    hessian: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """A numerical check of the gradient: the step h of the differences, and the quantities whose entries are moved."""

    step: Numeral
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """The shape of an exercise without its numbers: all that a derivation depends on (hashable).

    The input X is a matrix of `inputs` rows and `columns` columns: one column for each sample of a batch, of one for a
    vector. With `vectors` "rows" all of this lies on its side: Z = X W + b, a row for each sample.
    The constants of the loss (and of the rule of an update) are givens like the weights. `loss_options` are choices
    about it that are no numbers, `penalties` the kinds of penalties for large weights that are added to it.
    `names` is the convention by which quantities are called (a row of `conventions.CONVENTIONS`).
    """

    inputs: int
    layers: tuple[Layer, ...]
    loss: str
    update: Update | None = None
    columns: int = 1
    batch: Batch = Batch()
    vectors: str = "columns"
    loss_options: tuple[tuple[str, str], ...] = ()
    show: Show = Show()
    names: str = "paper"
    penalties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A named step of a computation graph: its formula in earlier names; `text` is how it was written."""

    name: str
    formula: Term
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Program:
    """A computation graph without its numbers: named scalar steps over named givens.

    `target` is derived by every name in `by` (both empty where nothing is derived); `then` holds steps that may use the
    derivatives (`dw5`), as an update does.
    """

    givens: tuple[str, ...]
    steps: tuple[Line, ...]
    target: str = ""
    by: tuple[str, ...] = ()
    then: tuple[Line, ...] = ()
    show: Show = Show()


#: What an exercise works out; each kind has its row in `derive.KINDS`.
Work = Network | Program


@dataclass(frozen=True, slots=True)
class Sheet:
    """How the exercise wants to be shown."""

    decimal: str = "."
    language: str = "en"
    digits: int = 10
    hand: int = 3
    elide: int = 8
    check: Check | None = None
    numbers: str = "decimals"


@dataclass(frozen=True, slots=True)
class Exercise:
    """A small network or computation graph worked by hand: its shape, its givens, its sheet.

    The givens go by name, in the paper's order: X, y, W_1, b_1, W_2, b_2, ...; X, y and each b are columns. Those of a
    graph are numbers, in the order of the file.
    `extra` keeps what later rooms read from the file (`vary`, `require`, `points`), as located trees.
    """

    title: str
    network: Work
    givens: Mapping[str, Given] = field(hash=False)
    sheet: Sheet = Sheet()
    source: str | None = None
    extra: Mapping[str, Node] = field(default_factory=dict, hash=False)
