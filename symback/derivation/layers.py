"""From layers to steps: each kind of layer is expanded into its forward steps; their derivatives are the sweep's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symback.derivation.attention import attended
from symback.derivation.joins import dropped_out, multiplied, residual
from symback.derivation.normalise import batch_normalised, layer_normalised
from symback.derivation.passes import Pass, activated
from symback.derivation.recurrent import unrolled_gru, unrolled_lstm, unrolled_rnn
from symback.derivation.steps import Shape
from symback.exercise.model import Layer
from symback.exercise.windows import slid


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


def _conv(way: Pass, layer: Layer, number: int, source: str) -> str:
    """Z_k = A_(k-1) * K_k + b_k, the kernel at every place of what comes in, and its activation."""
    kernel, *bias = (way.given(name, shape) for name, shape in layer.givens)
    image, options = way.shapes[source], {name: layer.option(name) for name in ("stride", "padding", "maps")}
    high, wide = layer.option("kernel")
    shape = slid(image, (high, wide), **options)
    roles = ("image", "kernel", "result")
    inputs, rule = (source, kernel, *bias), "rule_slide" if options["maps"] == (1, 1) else "rule_slide_maps"
    z = way.step(f"Z_{number}", "bilinear", inputs, shape, rule=rule, pattern="slide", roles=roles, **options)
    return activated(way, layer, number, z)


def _max_pool(way: Pass, layer: Layer, number: int, source: str) -> str:
    """The greatest entry of each window."""
    shape, options = _pooled(way, layer, source)
    return way.step(
        f"A_{number}", "pick", (source, source), shape, rule="rule_max_pool", pattern="windows", **options
    )


def _avg_pool(way: Pass, layer: Layer, number: int, source: str) -> str:
    """The average of each window."""
    shape, options = _pooled(way, layer, source)
    high, wide = layer.option("size")
    more = {"pattern": "windows", "over": high * wide, **options}
    return way.step(f"A_{number}", "gather", (source,), shape, rule="rule_avg_pool", **more)


def _pooled(way: Pass, layer: Layer, source: str) -> tuple[Shape, dict[str, Any]]:
    options = {name: layer.option(name) for name in ("size", "stride", "maps")}
    maps = layer.option("maps")
    return slid(way.shapes[source], options["size"], options["stride"], (0, 0), (maps, maps)), options


def _flatten(way: Pass, _layer: Layer, number: int, source: str) -> str:
    """All entries in one column, or row, row by row."""
    rows, columns = way.shapes[source]
    shape, rule = ((1, rows * columns), "rule_flat_row") if way.rows else ((rows * columns, 1), "rule_flat")
    return way.step(f"A_{number}", "gather", (source,), shape, rule=rule, pattern="flatten")


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
    "conv": _conv,
    "max_pool": _max_pool,
    "avg_pool": _avg_pool,
    "flatten": _flatten,
}
