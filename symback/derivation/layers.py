"""From layers to steps: each kind of layer is expanded into its forward steps; their derivatives are the sweep's."""

from __future__ import annotations

from collections.abc import Callable

from symback.derivation.attention import attended
from symback.derivation.joins import dropped_out, multiplied, residual
from symback.derivation.normalise import batch_normalised, layer_normalised
from symback.derivation.passes import Pass, activated
from symback.derivation.recurrent import unrolled_gru, unrolled_lstm, unrolled_rnn
from symback.derivation.steps import Shape
from symback.exercise.model import Layer


def forward(way: Pass, source: str, shape: Shape) -> str:
    """All layers in their order, each taking what the one before it gives; returns the last output."""
    way.givens[source] = shape
    way.outputs["X"] = source
    for number, layer in enumerate(way.network.layers, 1):
        source = LAYERS[layer.kind](way, layer, number, source)
        way.outputs[f"A_{number}"] = source
    return source


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
    "rnn": unrolled_rnn,
    "lstm": unrolled_lstm,
    "gru": unrolled_gru,
    "residual": residual,
    "product": multiplied,
    "dropout": dropped_out,
    "layer_norm": layer_normalised,
    "batch_norm": batch_normalised,
    "attention": attended,
}
