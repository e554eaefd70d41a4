"""A choice that may bring numbers of its own: `loss: huber`, or `loss: {name: huber, delta: 0.5}`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from symback.exercise.faults import FaultList
from symback.exercise.fields import Cell, choice, number, whole
from symback.exercise.layers import Stack
from symback.exercise.model import Given, Numeral, Update
from symback.exercise.names import (
    CHANCES,
    CONSTANT_NAMES,
    LOSS_CHOICES,
    LOSS_CONSTANTS,
    LOSSES,
    PENALTY_CONSTANTS,
    UPDATE_RULES,
    WHOLE_ACTIVATIONS,
)
from symback.exercise.nodes import Mapping, Node, described
from symback.exercise.numerals import read_numeral
from symback.exercise.slot import unknown_keys

Constants = dict[str, Cell]

MOST_STEPS = 20
#: The activations whose values are chances.
GIVE_CHANCES = WHOLE_ACTIVATIONS


@dataclass(frozen=True, slots=True)
class Chosen:
    """The loss as read (None where it is faulty), with its constants and with choices that are no numbers."""

    name: str | None = None
    constants: Constants = field(default_factory=dict)
    options: tuple[tuple[str, str], ...] = ()


def read_loss(node: Node | None, faults: FaultList, decimal: str) -> Chosen:
    """The loss with its constants and choices, those that are not told with their usual values."""
    if node is None:  # that it is missing was said before
        return Chosen()
    if not isinstance(node, Mapping):
        name = choice(node, "loss", faults, LOSSES)
        return Chosen(name, usual(LOSS_CONSTANTS.get(name or "", {})))
    if "name" not in node.entries:
        faults.add("loss.name", node.line, f"is missing: one of {', '.join(LOSSES)}")
        return Chosen()
    name = choice(node.entries["name"], "loss.name", faults, LOSSES)
    if name is None:
        return Chosen()
    known, choices = LOSS_CONSTANTS.get(name, {}), LOSS_CHOICES.get(name, {})
    unknown_keys(node, "loss", ("name", *known, *choices), faults)
    chosen = {
        key: choice(node.entries[key], f"loss.{key}", faults, values) or values[0]
        for key, values in choices.items()
        if key in node.entries
    }
    # What is usual is not told, so that the same exercise has the same network.
    options = tuple((key, value) for key, value in chosen.items() if value != choices[key][0])
    return Chosen(name, usual(known) | told(node, "loss", known, faults, decimal), options)


def check_output(tree: Mapping, loss: Chosen, stack: Stack, faults: FaultList) -> None:
    """Note a loss of chances behind a layer that gives none."""
    if loss.name in CHANCES and stack.layers and stack.layers[-1] is not None:
        last = stack.layers[-1].activation
        if last not in GIVE_CHANCES:
            what = f"is {loss.name}, which needs chances, but the last layer gives {last}; use activation: softmax"
            faults.add("loss", tree.entries["loss"].line, what)


def read_penalties(
    node: Node | None, stack: Stack, faults: FaultList, decimal: str
) -> tuple[tuple[str, ...], Constants]:
    """The kinds of penalties for large weights, with their constants."""
    if node is None:
        return (), {}
    if not isinstance(node, Mapping) or not node.entries:
        faults.add("weight_decay", node.line, f"must be a mapping like {{l2: 0.1}}, got {described(node)}")
        return (), {}
    unknown_keys(node, "weight_decay", tuple(PENALTY_CONSTANTS), faults)
    numbers = told(node, "weight_decay", PENALTY_CONSTANTS, faults, decimal)
    for at, layer in enumerate(stack.layers):
        if layer is not None and layer.biases == "w_0":
            what = f"leaves biases out, but those of layers[{at}] are a part of W (biases: w_0); give them as b"
            faults.add("weight_decay", node.line, what)
    return tuple(numbers), {PENALTY_CONSTANTS[kind]: cell for kind, cell in numbers.items()}


def read_update(node: Node | None, faults: FaultList, decimal: str) -> tuple[Update | None, Constants]:
    """How the weights are updated, with the rate and the constants of the rule."""
    if node is None:
        return None, {}
    if not isinstance(node, Mapping):
        faults.add("update", node.line, f"must be a mapping like {{rule: sgd, rate: 0.5}}, got {described(node)}")
        return None, {}
    rule = None
    if "rule" in node.entries:
        rule = choice(node.entries["rule"], "update.rule", faults, tuple(UPDATE_RULES))
    else:
        faults.add("update.rule", node.line, f"is missing: one of {', '.join(UPDATE_RULES)}")
    if rule is not None:
        unknown_keys(node, "update", ("rule", "rate", "steps", "biases", "per", *UPDATE_RULES[rule]), faults)
    if "rate" not in node.entries:
        faults.add("update.rate", node.line, "is missing: the learning rate, a number")
    steps, biases = 1, "update"
    if "steps" in node.entries:
        steps = whole(node.entries["steps"], "update.steps", faults, 1, MOST_STEPS) or 1
    if "biases" in node.entries:
        biases = choice(node.entries["biases"], "update.biases", faults, ("update", "keep")) or biases
    per = "batch"
    if "per" in node.entries:
        per = choice(node.entries["per"], "update.per", faults, ("batch", "sample")) or per
    usually = UPDATE_RULES.get(rule or "", {})
    numbers = usual(usually) | told(node, "update", ("rate", *usually), faults, decimal)
    for name in ("beta", "beta_1", "beta_2"):
        cell = numbers.get(name)
        if cell is not None and cell.value >= 1:
            faults.add(f"update.{name}", node.entries[name].line, f"must be less than 1, got {cell.text}")
    order = ("rate", *usually)
    constants = {CONSTANT_NAMES.get(name, name): numbers[name] for name in order if name in numbers}
    return (None if rule is None else Update(rule, steps, biases == "update", per == "sample")), constants


def usual(constants: dict[str, str]) -> Constants:
    """The values that hold where a file says nothing."""
    return {name: cast(Numeral, read_numeral(text)) for name, text in constants.items()}


def told(node: Mapping, field: str, known: Iterable[str], faults: FaultList, decimal: str) -> Constants:
    """The constants that a file names; each must be more than 0."""
    found = {}
    for name in known:
        if name in node.entries:
            cell = number(node.entries[name], f"{field}.{name}", faults, decimal)
            if cell is not None and cell.value <= 0:
                faults.add(f"{field}.{name}", node.entries[name].line, f"must be more than 0, got {cell.text}")
            found[name] = cell
    return found


def constant_given(name: str, cell: Cell) -> Given:
    """A constant as a given of one number."""
    return Given(name, ((cast(Numeral, cell),),))
