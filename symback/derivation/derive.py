"""From a network to its derivation: layers are expanded into steps, the sweep writes the rest."""

from __future__ import annotations

from functools import lru_cache

from symback.derivation.backward import sweep
from symback.derivation.functions import ACTIVATIONS, LOSSES
from symback.derivation.steps import Derivation, Shape, Step
from symback.exercise.model import Network


@lru_cache(maxsize=64)
def derive(network: Network) -> Derivation:
    """The whole program of a network: forward pass, loss, and every partial derivative by its parameters.

    It depends on the shape of the network alone, so that one derivation serves all numbers.
    """
    givens = given_shapes(network)
    forward = _forward(network)
    output = forward[-1]
    loss = Step("L", "loss", (output.name, "y"), (1, 1), "loss", LOSSES[network.loss].function(output.shape[0]))
    steps = (*forward, loss)
    shapes = {**givens, **{step.name: step.shape for step in steps}}
    parameters = [name for name in givens if name not in ("X", "y")]
    return Derivation(network, givens, (*steps, *sweep(steps, shapes, "L", parameters)))


def given_shapes(network: Network) -> dict[str, Shape]:
    """The shapes of the givens in the paper's order: X, y, then W and b of each layer (columns are vectors)."""
    shapes: dict[str, Shape] = {"X": (network.inputs, 1), "y": (network.layers[-1].units, 1)}
    width = network.inputs
    for number, layer in enumerate(network.layers, 1):
        shapes[f"W_{number}"] = (layer.units, width)
        if layer.bias:
            shapes[f"b_{number}"] = (layer.units, 1)
        width = layer.units
    return shapes


def _forward(network: Network) -> tuple[Step, ...]:
    """Z_k = W_k A_(k-1) + b_k and A_k = f(Z_k), for each dense layer."""
    steps: list[Step] = []
    source = "X"
    for number, layer in enumerate(network.layers, 1):
        z, a, shape = f"Z_{number}", f"A_{number}", (layer.units, 1)
        bias = (f"b_{number}",) if layer.bias else ()
        steps.append(Step(z, "affine", (f"W_{number}", source, *bias), shape, "forward"))
        function = ACTIVATIONS[layer.activation].function
        if function.is_identity:
            steps.append(Step(a, "copy", (z,), shape, "forward"))
        else:
            steps.append(Step(a, "elementwise", (z,), shape, "forward", function))
        source = a
    return tuple(steps)
