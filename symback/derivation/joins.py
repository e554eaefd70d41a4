"""Layers without weights that join what is there: residual additions, products entry by entry, dropout.

Sources: He, Zhang, Ren, Sun 2016 (residual additions); Srivastava et al. 2014 (dropout), in the inverted form that
scales while it trains (Goodfellow, Bengio, Courville 2016, 7.12).
"""

from __future__ import annotations

from symback.derivation.formula import read
from symback.derivation.functions import Function
from symback.derivation.passes import Pass, finished
from symback.exercise.model import Layer

#: Each value times the entry of a given matrix that goes with it; what is kept of a dropout is divided as well.
TIMES = Function("times", ("x", "m"), read("x @ m"), pulled=(("x", read("u @ m")), ("m", read("u @ x"))))
KEPT = Function(
    "dropout",
    ("x", "m", "p"),
    read("x @ m / p"),
    pulled=(("x", read("u @ m / p")), ("m", read("u @ x / p")), ("p", read("-(u @ a / p)"))),
)


def residual(way: Pass, layer: Layer, number: int, source: str) -> str:
    """A_(k-1) + A_j."""
    inputs = (source, way.outputs[layer.option("from")])
    return finished(way, layer, number, "add", inputs, way.shapes[source], rule="rule_residual")


def multiplied(way: Pass, layer: Layer, number: int, source: str) -> str:
    """A_(k-1) times A_j, or times a given matrix, entry by entry."""
    earlier = layer.option("with")
    if earlier is not None:
        return finished(way, layer, number, "hadamard", (source, way.outputs[earlier]), way.shapes[source])
    inputs = (source, *(way.given(*each) for each in layer.givens))
    return finished(way, layer, number, "elementwise", inputs, way.shapes[source], function=TIMES)


def dropped_out(way: Pass, layer: Layer, number: int, source: str) -> str:
    """A_(k-1) times its mask, divided by the share that is kept where the exercise states it."""
    inputs = (source, *(way.given(*each) for each in layer.givens))
    scaled = len(inputs) == len(KEPT.arguments)
    function, rule = (KEPT, "rule_dropout") if scaled else (TIMES, "rule_dropout_unscaled")
    return finished(way, layer, number, "elementwise", inputs, way.shapes[source], function=function, rule=rule)
