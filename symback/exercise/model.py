"""The exercise: what is given, with every number exact and in its written form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

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
class Dense:
    """A dense layer A = f(W X + b) of `units` rows; without `bias` there is no b."""

    units: int
    activation: str
    bias: bool = True


@dataclass(frozen=True, slots=True)
class Update:
    """How weights are updated: by which rule, how many times, and whether the biases are updated as well."""

    rule: str
    steps: int = 1
    biases: bool = True


@dataclass(frozen=True, slots=True)
class Network:
    """The shape of an exercise without its numbers: all that a derivation depends on (hashable).

    The constants of the loss (and of the rule of an update) are givens like the weights.
    """

    inputs: int
    layers: tuple[Dense, ...]
    loss: str
    update: Update | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """How the exercise wants to be shown."""

    decimal: str = "."
    language: str = "en"
    digits: int = 10
    hand: int = 3
    elide: int = 8


@dataclass(frozen=True, slots=True)
class Exercise:
    """A small network worked by hand: its shape, its givens, its sheet.

    The givens go by name, in the paper's order: X, y, W_1, b_1, W_2, b_2, ...; X, y and each b are columns.
    `extra` keeps what later rooms read from the file (`vary`, `require`, `points`), as located trees.
    """

    title: str
    network: Network
    givens: Mapping[str, Given] = field(hash=False)
    sheet: Sheet = Sheet()
    source: str | None = None
    extra: Mapping[str, Node] = field(default_factory=dict, hash=False)
