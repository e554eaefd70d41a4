"""From an exercise to its derivation: layers and lines are expanded into steps, the sweep writes the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from symback.derivation.backward import sweep
from symback.derivation.formula import ZERO, formula_of, symbols
from symback.derivation.functions import ACTIVATIONS, LINE, LOSSES, Function, activation_of, kink_of
from symback.derivation.steps import Derivation, Shape, Step, is_parameter, suffix
from symback.derivation.updates import update_steps
from symback.exercise.model import Line, Network, Program, Work
from symback.exercise.names import CONSTANT_NAMES, LOSS_CONSTANTS, UPDATE_RULES


@lru_cache(maxsize=64)
def derive(work: Work) -> Derivation:
    """The whole program of an exercise: its forward steps, its target, and every partial derivative that is asked for.

    It depends on the shape of a network, or the formulas of a graph, alone, so that one derivation serves all numbers.
    """
    return KINDS[type(work)](work)


def _derive_network(network: Network) -> Derivation:
    """Forward pass, loss, the partial derivatives by all weights and biases, and so again after each update."""
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
    return Derivation(network, givens, tuple(steps), "L", parameters, f"A_{len(network.layers)}")


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


def _derive_program(program: Program) -> Derivation:
    """Every named step as an elementwise step over single numbers, the sweep, and the steps that use its results."""
    givens = dict.fromkeys(program.givens, (1, 1))
    forward = tuple(_line(line, "forward") for line in program.steps)
    shapes: dict[str, Shape] = {**givens, **{step.name: step.shape for step in forward}}
    backward: tuple[Step, ...] = ()
    if program.target:
        swept = sweep(forward, shapes, program.target, program.by)
        backward = tuple(replace(step, rule=_SCALAR_RULES.get(step.rule, step.rule)) for step in swept)
    then = tuple(_line(line, "update") for line in program.then)
    wanted = (*(f"d{name}" for name in program.by), *(name for step in then for name in step.inputs))
    known = {*shapes, *(step.name for step in (*backward, *then))}
    backward += tuple(_zero(name) for name in dict.fromkeys(wanted) if name not in known)
    return Derivation(program, givens, (*forward, *backward, *then), program.target, program.by, scalar=True)


#: What the rules of layers are called where every step is a number.
_SCALAR_RULES = {"rule_slope": "rule_local"}


def _zero(name: str) -> Step:
    """A derivative that vanishes whatever the numbers are, so that the sweep has left it out."""
    return Step(name, "elementwise", (), (1, 1), "backward", Function(LINE, (), ZERO))


def _line(line: Line, phase: str) -> Step:
    """A named step: an activation of the table where it is just that, else its formula in the names it uses."""
    formula = formula_of(line.formula)
    used = tuple(name for name in symbols(formula) if name != "pi")
    if line.formula.kind == "call" and line.formula.text in ACTIVATIONS and line.formula.parts[0].kind == "name":
        return Step(line.name, "elementwise", used, (1, 1), phase, ACTIVATIONS[line.formula.text].function)
    return Step(line.name, "elementwise", used, (1, 1), phase, Function(LINE, used, formula, kink=kink_of(formula)))



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
        function = activation_of(layer)
        if function.is_identity:
            steps.append(Step(a, "copy", (z,), shape, "forward"))
        else:
            steps.append(Step(a, "elementwise", (z,), shape, "forward", function))
        source = a
    return tuple(steps)


#: The kinds of exercises, each with how its program is derived.
KINDS: dict[type, Callable[[Any], Derivation]] = {Network: _derive_network, Program: _derive_program}
