"""An exercise as text: what a folder of homework keeps, what workers are sent, and what the chance is keyed with."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from symback.exercise.model import Exercise, Given
from symback.exercise.names import CONSTANT_NAMES, LOSS_CONSTANTS, UPDATE_RULES
from symback.exercise.nodes import Mapping, Node, Scalar
from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree


def exercise_text(exercise: Exercise) -> str:
    """The exercise as the JSON text of an exercise file, every number as it was written.

    `exercise_of` makes the same exercise of it again. Raises ValueError where that would not hold: better no
    homework than other numbers.
    """
    text = json.dumps({**_sheet(exercise), **_content(exercise)}, ensure_ascii=False, indent=1)
    again = exercise_of(text)
    same = (again.network, dict(again.givens), again.sheet) == (
        exercise.network,
        dict(exercise.givens),
        exercise.sheet,
    )
    if not same:
        raise ValueError("this exercise cannot be kept as a file: " + exercise.title)
    return text


def exercise_of(text: str) -> Exercise:
    """The exercise in a text that `exercise_text` made."""
    return exercise_from(parse_tree(text, None, ".json"), "kept exercise", "")


def chance_text(exercise: Exercise) -> str:
    """What the numbers of variants hang on: the network, its givens, the recipe; not the title or the points.

    Nor does the language change them, and the decimal sign belongs to that.
    """
    content = {key: value for key, value in _content(exercise).items() if key != "points"}
    return json.dumps(content, sort_keys=True).replace("{,}", ".").replace(",", ".")


def _sheet(exercise: Exercise) -> dict[str, Any]:
    sheet = {key: value if isinstance(value, str) else str(value) for key, value in asdict(exercise.sheet).items()}
    return {"title": exercise.title, **sheet}


def _content(exercise: Exercise) -> dict[str, Any]:
    givens, network = exercise.givens, exercise.network
    layers = []
    for number, dense in enumerate(network.layers, 1):
        layer: dict[str, Any] = {"W": _rows(givens[f"W_{number}"]), "activation": dense.activation}
        if dense.bias:
            layer["b"] = _column(givens[f"b_{number}"])
        layers.append(layer)
    extra = {key: plain_tree(node) for key, node in exercise.extra.items()}
    columns = {"x": _column(givens["X"]), "y": _column(givens["y"])}
    return {**columns, "layers": layers, "loss": _loss(exercise), **_update(exercise), **extra}


def _update(exercise: Exercise) -> dict[str, Any]:
    """The rule of the update with all its numbers, where there is one."""
    update = exercise.network.update
    if update is None:
        return {}
    names = ("rate", *UPDATE_RULES[update.rule])
    told = {name: exercise.givens[CONSTANT_NAMES.get(name, name)].rows[0][0].text for name in names}
    biases = "update" if update.biases else "keep"
    return {"update": {"rule": update.rule, "steps": str(update.steps), "biases": biases, **told}}


def _loss(exercise: Exercise) -> str | dict[str, str]:
    """The loss, with its constants where it has some."""
    name = exercise.network.loss
    constants = {each: exercise.givens[each].rows[0][0].text for each in LOSS_CONSTANTS.get(name, ())}
    return {"name": name, **constants} if constants else name


def _rows(given: Given) -> list[list[str]]:
    return [[cell.text for cell in row] for row in given.rows]


def _column(given: Given) -> list[str]:
    return [row[0] for row in _rows(given)]


def plain_tree(node: Node) -> Any:
    """A located tree without its places: texts, lists and dictionaries."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Mapping):
        return {key: plain_tree(value) for key, value in node.entries.items()}
    return [plain_tree(item) for item in node.items]
