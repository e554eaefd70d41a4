"""A pass through a network, as its steps are written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from symback.derivation.functions import Function, activation_of
from symback.derivation.steps import Shape, Step
from symback.exercise.model import Layer, Network


@dataclass
class Pass:
    """One way forward through a network, being written down: its steps, and the shapes of all that it uses.

    The names of what is calculated end in `at`; `learned` are the givens that were updated before, whose names do too.
    `outputs` are the input and what the layers gave so far, by the names without an ending (`X`, `A_1`).
    """

    network: Network
    at: str = ""
    learned: tuple[str, ...] = ()
    sample: str = ""
    steps: list[Step] = field(default_factory=list)
    givens: dict[str, Shape] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> bool:
        """Whether vectors are rows."""
        return self.network.vectors == "rows"

    def vector(self, units: int, beside: Shape) -> Shape:
        """The shape of so many values for each sample, where `beside` has the same samples."""
        return (beside[0], units) if self.rows else (units, beside[1])

    def given(self, name: str, shape: Shape) -> str:
        """A given of the exercise, by the name that it has in this pass."""
        self.givens[name] = shape
        return name + (self.at if name in self.learned else "")

    def step(
        self,
        name: str,
        operation: str,
        inputs: tuple[str, ...],
        shape: Shape,
        *,
        function: Function | None = None,
        phase: str = "forward",
        rule: str = "",
        **options: Any,
    ) -> str:
        """Write a step down; its name is returned."""
        made = Step(f"{name}{self.at}", operation, inputs, shape, phase, function, rule, tuple(options.items()))
        self.steps.append(made)
        return made.name

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """The shapes of the givens and of what is calculated."""
        named = {name + (self.at if name in self.learned else ""): shape for name, shape in self.givens.items()}
        return {**named, **{step.name: step.shape for step in self.steps}}


def activated(way: Pass, layer: Layer, number: int, source: str) -> str:
    """A_k = f(Z_k): an activation of the table, or the exercise's own; softmax goes over each sample."""
    name, shape = f"A_{number}", way.shapes[source]
    if layer.activation == "softmax":
        return way.step(name, "softmax", (source,), shape, along="row" if way.rows else "column")
    function = activation_of(layer)
    if function.is_identity:
        return way.step(name, "copy", (source,), shape)
    return way.step(name, "elementwise", (source,), shape, function=function)


def finished(
    way: Pass,
    layer: Layer,
    number: int,
    operation: str,
    inputs: tuple[str, ...],
    shape: Shape,
    *,
    function: Function | None = None,
    rule: str = "",
) -> str:
    """The last step of a layer: A_k, or Z_k and then the activation where the layer has one."""
    plain = layer.activation == "identity"
    z = way.step(f"{'A' if plain else 'Z'}_{number}", operation, inputs, shape, function=function, rule=rule)
    return z if plain else activated(way, layer, number, z)
