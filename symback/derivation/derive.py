"""From an exercise to its derivation: layers and lines are expanded into steps, the sweep writes the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from symback.derivation.backward import sweep
from symback.derivation.formula import ZERO, formula_of, symbols
from symback.derivation.functions import ACTIVATIONS, LINE, LOSSES, Function, activation_of, kink_of
from symback.derivation.steps import Derivation, Shape, Step
from symback.exercise.model import Line, Network, Program, Work


@lru_cache(maxsize=64)
def derive(work: Work) -> Derivation:
    """The whole program of an exercise: its forward steps, its target, and every partial derivative that is asked for.

    It depends on the shape of a network, or the formulas of a graph, alone, so that one derivation serves all numbers.
    """
    return KINDS[type(work)](work)


def _derive_network(network: Network) -> Derivation:
    """Forward pass, loss, and the partial derivatives by all weights and biases."""
    givens = given_shapes(network)
    forward = _forward(network)
    output = forward[-1]
    loss = Step("L", "loss", (output.name, "y"), (1, 1), "loss", LOSSES[network.loss].function(output.shape[0]))
    steps = (*forward, loss)
    shapes = {**givens, **{step.name: step.shape for step in steps}}
    parameters = [name for name in givens if name not in ("X", "y")]
    backward = sweep(steps, shapes, "L", parameters)
    return Derivation(network, givens, (*steps, *backward), "L", tuple(parameters), output.name)


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
        function = activation_of(layer)
        if function.is_identity:
            steps.append(Step(a, "copy", (z,), shape, "forward"))
        else:
            steps.append(Step(a, "elementwise", (z,), shape, "forward", function))
        source = a
    return tuple(steps)


#: The kinds of exercises, each with how its program is derived.
KINDS: dict[type, Callable[[Any], Derivation]] = {Network: _derive_network, Program: _derive_program}
