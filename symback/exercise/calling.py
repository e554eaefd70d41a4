"""The convention of an exercise file: read, and laid over the exercise."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from symback.exercise.conventions import CONVENTIONS, USUAL, misfits, single_givens
from symback.exercise.faults import FaultList
from symback.exercise.fields import choice
from symback.exercise.model import Exercise, Network
from symback.exercise.nodes import Node


def read_names(node: Node | None, faults: FaultList) -> str:
    """By which convention quantities are called."""
    return USUAL if node is None else choice(node, "names", faults, tuple(CONVENTIONS)) or USUAL


def called_by(exercise: Exercise, names: str, node: Node | None, faults: FaultList) -> Exercise:
    """The exercise with its quantities called by a convention.

    Raises InputError where the convention cannot state what the exercise has.
    """
    if names == USUAL or node is None:
        return exercise
    network = replace(cast(Network, exercise.network), names=names)
    for message in misfits(names, network):
        faults.add("names", node.line, f"is {names}, which {message}")
    faults.stop_if_any()
    return replace(exercise, network=network, givens=single_givens(network, exercise.givens))
