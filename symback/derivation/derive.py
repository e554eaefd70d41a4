"""From an exercise to its derivation: layers and lines are expanded into steps, the sweep writes the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from symback.derivation.backward import sweep
from symback.derivation.formula import ZERO, formula_of, symbols
from symback.derivation.functions import ACTIVATIONS, LINE, Function, kink_of
from symback.derivation.layers import forward
from symback.derivation.losses import loss_steps
from symback.derivation.passes import Pass
from symback.derivation.shown import with_shown
from symback.derivation.single import derive_single
from symback.derivation.steps import Derivation, Shape, Step, Telling, is_bias, is_parameter, suffix
from symback.derivation.updates import update_steps
from symback.exercise.conventions import single_row
from symback.exercise.model import Line, Network, Program, Work
from symback.exercise.names import CONSTANT_NAMES, LOSS_CONSTANTS, PENALTY_CONSTANTS, UPDATE_RULES


@lru_cache(maxsize=64)
def derive(work: Work) -> Derivation:
    """The whole program of an exercise: its forward steps, its target, and every partial derivative that is asked for.

    It depends on the shape of a network, or the formulas of a graph, alone, so that one derivation serves all numbers.
    """
    return with_shown(KINDS[type(work)](work))


def _derive_network(network: Network) -> Derivation:
    """Forward pass, loss, the partial derivatives by all weights and biases, and so again after each update."""
    if single_row(network) is not None:
        return derive_single(network, constants_of(network))
    givens = given_shapes(network)
    parameters = tuple(name for name in givens if is_parameter(name))
    update = network.update
    learned = tuple(name for name in parameters if update and (update.biases or not is_bias(name)))
    rounds = update.steps * (network.batch.samples if update.single else 1) if update else 0
    steps, output = _pass(network, givens, 0, parameters, ())
    for number in range(1, rounds + 1):
        assert update is not None
        for name in learned:
            steps += update_steps(update.rule, name, suffix(number - 1), number, givens[name])
        steps += _pass(network, givens, number, learned if number < rounds else (), learned)[0]
    return Derivation(network, givens, tuple(steps), "L", parameters, output, telling=Telling(style=network.names))


def _pass(
    network: Network, givens: Mapping[str, Shape], updates: int, wanted: tuple[str, ...], learned: tuple[str, ...]
) -> tuple[list[Step], str]:
    """One way through the network and back, and its output: all names end in the suffix of the updates made before.

    `wanted` are the parameters whose derivatives are asked for, `learned` those that were updated before.
    """
    way = Pass(network, suffix(updates), learned)
    output = forward(way, *_seen(network, givens, "X", updates))
    target, shape = _seen(network, givens, "y", updates)
    loss_steps(way, output, target)
    names = {name: name + (way.at if name in learned else "") for name in givens}
    shapes = {**{names[name]: each for name, each in givens.items()}, **way.shapes, target: shape}
    goal = way.steps[-1].name
    backward = sweep(way.steps, shapes, goal, [names[name] for name in wanted]) if wanted else ()
    return [*way.steps, *backward], output


def _seen(network: Network, givens: Mapping[str, Shape], letter: str, updates: int) -> tuple[str, Shape]:
    """The name and shape of the input or target of a pass: of all samples, or of the one whose turn it is."""
    single = network.update is not None and network.update.single
    name = f"{letter}_{updates % network.batch.samples + 1}" if single else letter
    return name, givens[name]


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
    way = Pass(network)
    incoming = (network.inputs, network.columns)
    output = forward(way, "X", incoming[::-1] if way.rows else incoming)
    single = network.update is not None and network.update.single
    pair = {"X": way.givens.pop("X"), "y": way.shapes[output]}
    if single:
        pair = {f"{name}_{k}": pair[name] for k in range(1, network.batch.samples + 1) for name in pair}
    return {**pair, **way.givens, **dict.fromkeys(constants_of(network), (1, 1))}


def constants_of(network: Network) -> tuple[str, ...]:
    """The names of the constants of the loss, of its penalties, then of the rule of the update."""
    named = [*LOSS_CONSTANTS.get(network.loss, ()), *(PENALTY_CONSTANTS[kind] for kind in network.penalties)]
    if network.update is not None:
        named += ["rate", *UPDATE_RULES[network.update.rule]]
    return tuple(CONSTANT_NAMES.get(name, name) for name in named)


#: The kinds of exercises, each with how its program is derived.
KINDS: dict[type, Callable[[Any], Derivation]] = {Network: _derive_network, Program: _derive_program}
