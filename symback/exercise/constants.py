"""A choice that may bring numbers of its own: `loss: huber`, or `loss: {name: huber, delta: 0.5}`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from symback.exercise.faults import FaultList
from symback.exercise.fields import Cell, choice, number, whole
from symback.exercise.layers import unknown_keys
from symback.exercise.model import Given, Numeral, Update
from symback.exercise.names import CONSTANT_NAMES, LOSS_CONSTANTS, LOSSES, UPDATE_RULES
from symback.exercise.nodes import Mapping, Node, described
from symback.exercise.numerals import read_numeral

Constants = dict[str, Cell]

MOST_STEPS = 20


def read_loss(node: Node | None, faults: FaultList, decimal: str) -> tuple[str | None, Constants]:
    """The loss with its constants, those that are not told with their usual values."""
    if node is None:  # that it is missing was said before
        return None, {}
    if not isinstance(node, Mapping):
        name = choice(node, "loss", faults, LOSSES)
        return name, usual(LOSS_CONSTANTS.get(name or "", {}))
    if "name" not in node.entries:
        faults.add("loss.name", node.line, f"is missing: one of {', '.join(LOSSES)}")
        return None, {}
    name = choice(node.entries["name"], "loss.name", faults, LOSSES)
    if name is None:
        return None, {}
    known = LOSS_CONSTANTS.get(name, {})
    unknown_keys(node, "loss", ("name", *known), faults)
    return name, usual(known) | told(node, "loss", known, faults, decimal)


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
        unknown_keys(node, "update", ("rule", "rate", "steps", "biases", *UPDATE_RULES[rule]), faults)
    if "rate" not in node.entries:
        faults.add("update.rate", node.line, "is missing: the learning rate, a number")
    steps, biases = 1, "update"
    if "steps" in node.entries:
        steps = whole(node.entries["steps"], "update.steps", faults, 1, MOST_STEPS) or 1
    if "biases" in node.entries:
        biases = choice(node.entries["biases"], "update.biases", faults, ("update", "keep")) or biases
    usually = UPDATE_RULES.get(rule or "", {})
    numbers = usual(usually) | told(node, "update", ("rate", *usually), faults, decimal)
    for name in ("beta", "beta_1", "beta_2"):
        cell = numbers.get(name)
        if cell is not None and cell.value >= 1:
            faults.add(f"update.{name}", node.entries[name].line, f"must be less than 1, got {cell.text}")
    order = ("rate", *usually)
    constants = {CONSTANT_NAMES.get(name, name): numbers[name] for name in order if name in numbers}
    return (None if rule is None else Update(rule, steps, biases == "update")), constants


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
