"""From a network to its derivation: layers are expanded into steps, the sweep writes the rest."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from symback.derivation.backward import sweep
from symback.derivation.functions import ACTIVATIONS, LOSSES
from symback.derivation.steps import Derivation, Shape, Step, is_parameter, suffix
from symback.derivation.updates import update_steps
from symback.exercise.model import Network
from symback.exercise.names import CONSTANT_NAMES, LOSS_CONSTANTS, UPDATE_RULES


@lru_cache(maxsize=64)
def derive(network: Network) -> Derivation:
    """The whole program of a network: forward pass, loss, and every partial derivative by its parameters.

    It depends on the shape of the network alone, so that one derivation serves all numbers.
    """
    givens = given_shapes(network)
    parameters = tuple(name for name in givens if is_parameter(name))
    steps = [*_pass(network, givens, "", parameters)]
    if network.update is not None:
        learned = tuple(name for name in parameters if name.startswith("W_") or network.update.biases)
        for number in range(1, network.update.steps + 1):
            at = suffix(number - 1)
            for name in learned:
                steps += update_steps(network.update.rule, name, at, number, givens[name])
            wanted = learned if number < network.update.steps else ()
            steps += _pass(network, givens, suffix(number), wanted, learned)
    return Derivation(network, givens, tuple(steps))


def _pass(
    network: Network, givens: Mapping[str, Shape], at: str, wanted: tuple[str, ...], learned: tuple[str, ...] = ()
) -> tuple[Step, ...]:
    """One way through the network and back: all names end in `at`, but for what is never updated.

    `wanted` are the parameters whose derivatives are asked for, `learned` those that were updated before.
    """
    names = {name: name + (at if name in learned else "") for name in givens}
    forward = _forward(network, names, at)
    output, row = forward[-1], LOSSES[network.loss]
    function = row.function(output.shape[0])
    loss = Step(f"L{at}", "loss", (output.name, "y", *row.constants), (1, 1), "loss", function)
    steps = (*forward, loss)
    shapes = {names[name]: shape for name, shape in givens.items()}
    shapes |= {step.name: step.shape for step in steps}
    return (*steps, *sweep(steps, shapes, loss.name, [names[name] for name in wanted])) if wanted else steps


def given_shapes(network: Network) -> dict[str, Shape]:
    """The shapes of the givens in the paper's order: X, y, then W and b of each layer, then constants."""
    shapes: dict[str, Shape] = {"X": (network.inputs, 1), "y": (network.layers[-1].units, 1)}
    width = network.inputs
    for number, layer in enumerate(network.layers, 1):
        shapes[f"W_{number}"] = (layer.units, width)
        if layer.bias:
            shapes[f"b_{number}"] = (layer.units, 1)
        width = layer.units
    return shapes | dict.fromkeys(constants_of(network), (1, 1))


def constants_of(network: Network) -> tuple[str, ...]:
    """The names of the constants of the loss, then of the rule of the update."""
    named = [*LOSS_CONSTANTS.get(network.loss, ())]
    if network.update is not None:
        named += ["rate", *UPDATE_RULES[network.update.rule]]
    return tuple(CONSTANT_NAMES.get(name, name) for name in named)


def _forward(network: Network, names: Mapping[str, str], at: str) -> tuple[Step, ...]:
    """Z_k = W_k A_(k-1) + b_k and A_k = f(Z_k), for each dense layer."""
    steps: list[Step] = []
    source = "X"
    for number, layer in enumerate(network.layers, 1):
        z, a, shape = f"Z_{number}{at}", f"A_{number}{at}", (layer.units, 1)
        bias = (names[f"b_{number}"],) if layer.bias else ()
        steps.append(Step(z, "affine", (names[f"W_{number}"], source, *bias), shape, "forward"))
        function = ACTIVATIONS[layer.activation].function
        if function.is_identity:
            steps.append(Step(a, "copy", (z,), shape, "forward"))
        else:
            steps.append(Step(a, "elementwise", (z,), shape, "forward", function))
        source = a
    return tuple(steps)
