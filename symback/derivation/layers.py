"""From layers to steps: each kind of layer is expanded into its forward steps; their derivatives are the sweep's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from symback.derivation.functions import Function, activation_of
from symback.derivation.steps import Shape, Step
from symback.exercise.model import Layer, Network


@dataclass
class Pass:
    """One way forward through a network, being written down: its steps, and the shapes of all that it uses.

    The names of what is calculated end in `at`; `learned` are the givens that were updated before, whose names do too.
    """

    network: Network
    at: str = ""
    learned: tuple[str, ...] = ()
    sample: str = ""
    steps: list[Step] = field(default_factory=list)
    givens: dict[str, Shape] = field(default_factory=dict)

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


def forward(way: Pass, source: str, shape: Shape) -> str:
    """All layers in their order, each taking what the one before it gives; returns the last output."""
    way.givens[source] = shape
    for number, layer in enumerate(way.network.layers, 1):
        source = LAYERS[layer.kind](way, layer, number, source)
    return source


def activated(way: Pass, layer: Layer, number: int, source: str) -> str:
    """A_k = f(Z_k): an activation of the table, or the exercise's own; softmax goes over each sample."""
    name, shape = f"A_{number}", way.shapes[source]
    if layer.activation == "softmax":
        return way.step(name, "softmax", (source,), shape, along="row" if way.rows else "column")
    function = activation_of(layer)
    if function.is_identity:
        return way.step(name, "copy", (source,), shape)
    return way.step(name, "elementwise", (source,), shape, function=function)


def _dense(way: Pass, layer: Layer, number: int, source: str) -> str:
    """Z_k = W_k A_(k-1) + b_k, or A_(k-1) W_k + b_k where vectors are rows, and its activation."""
    if layer.biases == "w_0":
        source = _extended(way, number, source)
    beside = way.shapes[source]
    width = beside[1] if way.rows else beside[0]
    weights = way.given(f"W_{number}", (width, layer.units) if way.rows else (layer.units, width))
    one = layer.biases == "shared"
    bias_shape = (1, 1) if one else (1, layer.units) if way.rows else (layer.units, 1)
    bias = (way.given(f"b_{number}", bias_shape),) if layer.bias else ()
    factors = (source, weights) if way.rows else (weights, source)
    operation = "affine_rows" if way.rows else "affine"
    z = way.step(f"Z_{number}", operation, (*factors, *bias), way.vector(layer.units, beside))
    return activated(way, layer, number, z)


def _extended(way: Pass, number: int, source: str) -> str:
    """What comes in, with a 1 in front of it that the bias in the first place of the weights goes with."""
    rows, columns = way.shapes[source]
    name = "Xtilde" if number == 1 else f"Atilde_{number - 1}"
    shape = (rows, columns + 1) if way.rows else (rows + 1, columns)
    return way.step(name, "extend", (source,), shape, rule="rule_extend", vectors=way.network.vectors)


#: How each kind of layer is expanded: the pass, the layer, its number and the name of what comes in.
LAYERS: dict[str, Callable[[Pass, Layer, int, str], str]] = {
    "dense": _dense,
}
