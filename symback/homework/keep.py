"""An exercise as text: what a folder of homework keeps, what workers are sent, and what the chance is keyed with."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from symback.exercise.conventions import USUAL, matrix_givens
from symback.exercise.layers import KINDS
from symback.exercise.model import Exercise, Given, Layer, Network, Program, Update
from symback.exercise.names import CONSTANT_NAMES, LOSS_CONSTANTS, PENALTY_CONSTANTS, UPDATE_RULES
from symback.exercise.nodes import Mapping as MappingNode
from symback.exercise.nodes import Node, Scalar
from symback.exercise.recurrent import CELLS
from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree
from symback.exercise.wishes import SHOW, wishes_text


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
    plain = asdict(replace(exercise.sheet, check=None))
    sheet = {key: value if isinstance(value, str) else str(value) for key, value in plain.items() if value is not None}
    wishes = wishes_text(exercise)
    return {"title": exercise.title, **sheet, **({SHOW: wishes} if wishes else {})}


def _content(exercise: Exercise) -> dict[str, Any]:
    """What is worked out, by the row of its kind, and what later rooms read."""
    extra = {key: plain_tree(node) for key, node in exercise.extra.items()}
    return {**CONTENTS[type(exercise.network)](exercise.network, exercise.givens), **extra}


def _of_network(network: Network, named: Mapping[str, Given]) -> dict[str, Any]:
    givens = matrix_givens(network, named)
    layers = [KEPT_LAYERS[layer.kind](layer, number, givens) for number, layer in enumerate(network.layers, 1)]
    content = {**_data(network, givens), "layers": layers, "loss": _loss(network, givens)}
    if network.vectors != "columns":
        content["vectors"] = network.vectors
    if network.names != USUAL:
        content["names"] = network.names
    if network.penalties:
        names = {kind: PENALTY_CONSTANTS[kind] for kind in network.penalties}
        content["weight_decay"] = {kind: givens[name].rows[0][0].text for kind, name in names.items()}
    return content if network.update is None else {**content, "update": _update(network.update, givens)}


def _data(network: Network, givens: Mapping[str, Given]) -> dict[str, Any]:
    """x and y, or the samples; a whole matrix row by row, a sequence time by time."""
    count = network.batch.samples
    takes = KINDS[network.layers[0].kind].takes
    if takes == "matrix":
        return {key: _rows(givens[name]) for key, name in (("x", "X"), ("y", "y"))}
    if takes == "sequence":
        y = givens["y"]
        return {"x": _times(givens["X"]), "y": _column(y) if y.shape[1] == 1 else _times(y)}
    if count == 1:
        return {"x": _column(givens["X"]), "y": _column(givens["y"])}
    if network.update is not None and network.update.single:
        pairs = [(_column(givens[f"X_{k}"]), _column(givens[f"y_{k}"])) for k in range(1, count + 1)]
    else:
        lists = (_rows(givens[name]) for name in ("X", "y"))
        turned = lists if network.vectors == "rows" else (list(map(list, zip(*rows, strict=True))) for rows in lists)
        pairs = list(zip(*turned, strict=True))
    return {"samples": [{"x": x, "y": y} for x, y in pairs], "reduce": network.batch.reduce}


def _times(given: Given) -> list[list[str]]:
    """The columns of a sequence: a list over time."""
    return [list(column) for column in zip(*_rows(given), strict=True)]


def _recurrent(layer: Layer, _number: int, givens: Mapping[str, Given]) -> dict[str, Any]:
    cell = CELLS[layer.kind]
    weights = {name: _rows(givens[name]) if name[0] in "WU" else _column(givens[name]) for name, _ in layer.givens}
    told = {"activation": _activation(layer)} if cell.activation else {}
    return {"type": layer.kind, **weights, **dict(layer.options), **told}


def _dense(layer: Layer, number: int, givens: Mapping[str, Given]) -> dict[str, Any]:
    found: dict[str, Any] = {"W": _rows(givens[f"W_{number}"]), "activation": _activation(layer)}
    if layer.biases != "unit":
        found["biases"] = layer.biases
    if layer.bias:
        found["b"] = _column(givens[f"b_{number}"])
    return found


def _join(layer: Layer, number: int, givens: Mapping[str, Given]) -> dict[str, Any]:
    """A residual addition, a product, dropout: an earlier output by its name, or numbers beside what comes in."""
    found: dict[str, Any] = {"type": layer.kind}
    if layer.activation != "identity":
        found["activation"] = _activation(layer)
    found |= {key: name for key, name in layer.options if key in ("from", "with")}
    for name, shape in layer.givens:
        if name == f"M_{number}":
            rows = _rows(givens[name])
            if layer.option("lists") == "columns":
                rows = [list(column) for column in zip(*rows, strict=True)]
            key = "mask" if layer.kind == "dropout" else "with"
            found[key] = _column(givens[name]) if layer.option("lists") is None and 1 in shape else rows
        else:
            found["keep"] = givens[name].rows[0][0].text
    return found


def _normalised(layer: Layer, number: int, givens: Mapping[str, Given]) -> dict[str, Any]:
    """The gain and the shift as lists, epsilon as a number."""
    found: dict[str, Any] = {"type": layer.kind, "activation": _activation(layer)}
    for name, _ in layer.givens:
        key = name.removesuffix(f"_{number}")
        found[key] = givens[name].rows[0][0].text if key == "epsilon" else _column(givens[name])
    return found


def _attention(layer: Layer, number: int, givens: Mapping[str, Given]) -> dict[str, Any]:
    weights = {name.removesuffix(str(number)): _rows(givens[name]) for name, _ in layer.givens}
    return {"type": layer.kind, **weights, **dict(layer.options)}


def _conv(layer: Layer, number: int, givens: Mapping[str, Given]) -> dict[str, Any]:
    """The kernels in lists as deep as they stood in the file: for each map, for each that comes in."""
    (maps, channels), (high, _), rows = layer.option("maps"), layer.option("kernel"), _rows(givens[f"K_{number}"])
    signal = layer.option("signal")
    kernels = [rows[at : at + high] for at in range(0, len(rows), high)]
    each = [[text for row in kernel for text in row] if signal else kernel for kernel in kernels]
    groups = [each[at : at + channels] for at in range(0, len(each), channels)]
    found: dict[str, Any] = {"type": "conv", "K": groups if channels > 1 else each if maps > 1 else each[0]}
    if layer.bias:
        found["b"] = _column(givens[f"b_{number}"])
    return {**found, **_pairs(layer, "stride", "padding"), "activation": _activation(layer)}


def _pairs(layer: Layer, *names: str) -> dict[str, list[str]]:
    return {name: [str(number) for number in layer.option(name)] for name in names}


#: How each kind of layer is written down.
KEPT_LAYERS: dict[str, Callable[[Layer, int, Mapping[str, Given]], dict[str, Any]]] = {
    "dense": _dense,
    **dict.fromkeys(CELLS, _recurrent),
    "residual": _join,
    "product": _join,
    "dropout": _join,
    "layer_norm": _normalised,
    "batch_norm": _normalised,
    "attention": _attention,
    "conv": _conv,
    "max_pool": lambda layer, *_: {"type": layer.kind, **_pairs(layer, "size", "stride")},
    "avg_pool": lambda layer, *_: {"type": layer.kind, **_pairs(layer, "size", "stride")},
    "flatten": lambda *_: {"type": "flatten"},
}


def _update(update: Update, givens: Mapping[str, Given]) -> dict[str, str]:
    """The rule of the update with all its numbers."""
    names = ("rate", *UPDATE_RULES[update.rule])
    told = {name: givens[CONSTANT_NAMES.get(name, name)].rows[0][0].text for name in names}
    return {"rule": update.rule, "steps": str(update.steps), "biases": "update" if update.biases else "keep"} | told | (
        {"per": "sample"} if update.single else {}
    )


def _loss(network: Network, givens: Mapping[str, Given]) -> str | dict[str, str]:
    """The loss, with its constants and choices where it has some."""
    constants = {each: givens[each].rows[0][0].text for each in LOSS_CONSTANTS.get(network.loss, ())}
    told = {**constants, **dict(network.loss_options)}
    return {"name": network.loss, **told} if told else network.loss


def _activation(dense: Layer) -> str | dict[str, str]:
    return dense.activation if dense.formula is None else {"name": dense.activation, "of": dense.text}


def _of_program(program: Program, givens: Mapping[str, Given]) -> dict[str, Any]:
    content: dict[str, Any] = {
        "given": {name: given.rows[0][0].text for name, given in givens.items()},
        "steps": {line.name: line.text for line in program.steps},
    }
    if program.target:
        content["derive"] = {program.target: list(program.by)}
    if program.then:
        content["then"] = {line.name: line.text for line in program.then}
    return content


#: How each kind of exercise is written down.
CONTENTS: dict[type, Callable[[Any, Mapping[str, Given]], dict[str, Any]]] = {
    Network: _of_network,
    Program: _of_program,
}


def _rows(given: Given) -> list[list[str]]:
    return [[cell.text for cell in row] for row in given.rows]


def _column(given: Given) -> list[str]:
    """The numbers of a vector, whether it is a column or a row."""
    return [text for row in _rows(given) for text in row]


def plain_tree(node: Node) -> Any:
    """A located tree without its places: texts, lists and dictionaries."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, MappingNode):
        return {key: plain_tree(value) for key, value in node.entries.items()}
    return [plain_tree(item) for item in node.items]
