"""The exercise file: from its located tree to an Exercise, or to every fault it has, at once."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from symback.errors import Fault, InputError
from symback.exercise.constants import Constants, constant_given, read_loss, read_update
from symback.exercise.faults import FaultList
from symback.exercise.fields import Cells, choice, column, comma_hint, counted, plain_text, whole
from symback.exercise.layers import Layer, check_chain, read_layers, unknown_keys
from symback.exercise.model import Dense, Exercise, Given, Network, Numeral, Sheet, Update
from symback.exercise.names import DECIMALS, LANGUAGES, LOSSES, TARGETS
from symback.exercise.nodes import Mapping, Node, Sequence, described, joined, shown
from symback.exercise.source import file_name
from symback.exercise.tree import read_tree

LONGEST_TITLE = 300

# What stands in a file, by the part of the exercise it belongs to. The last ones are read by later rooms.
SHEET = ("title", "decimal", "language", "digits", "hand", "elide")
REQUIRED = {
    "x": "the input, a number or a list of numbers",
    "y": "the target, a number or a list of numbers",
    "layers": "a list of {W, b, activation}",
    "loss": f"one of {', '.join(LOSSES)}",
}
RESERVED = ("vary", "require", "points")
KEYS = (*SHEET, *REQUIRED, "update", *RESERVED)

# The whole numbers of a sheet with their limits, its names with their choices.
_WHOLE = {"digits": (1, 1000), "hand": (1, 15), "elide": (3, 64)}
_NAMES = {"decimal": DECIMALS, "language": LANGUAGES}

# Cc, Cf, ...: control and format characters (one of which can turn a line of text around), line separators.
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_JOINERS = "\u200c\u200d"


def read_exercise(path: str | Path) -> Exercise:
    """The exercise in a YAML or JSON file.

    Raises InputError with all faults at once, each with file, line and field.
    """
    return exercise_from(read_tree(path), file_name(path), Path(path).stem)


def exercise_from(tree: Node, source: str, title: str) -> Exercise:
    """The exercise in a tree; `source` names the file, `title` stands in for a missing one."""
    if not isinstance(tree, Mapping):
        message = f"file holds no exercise: expected keys like x, y, layers, loss, got {described(tree)}"
        raise InputError(Fault(message, file=source, line=tree.line))
    faults = FaultList(source)
    unknown_keys(tree, "", KEYS, faults)
    for key, meaning in REQUIRED.items():
        if key not in tree.entries:
            faults.add(key, tree.line, f"is missing: {meaning}")
    sheet = _sheet(tree, faults)
    heading = _title(tree, faults, title)
    x, y, layers = _numbers(tree, faults, sheet.decimal)
    loss, constants = read_loss(tree.entries.get("loss"), faults, sheet.decimal)
    if loss in TARGETS and y is not None:
        _check_targets(tree.entries["y"], y, loss, faults)
    update, rates = read_update(tree.entries.get("update"), faults, sheet.decimal)
    faults.stop_if_any()
    return Exercise(
        title=heading,
        network=_network(cast(Cells, x), layers, cast(str, loss), update),
        givens=_givens(cast(Cells, x), cast(Cells, y), layers, constants | rates),
        sheet=sheet,
        source=source,
        extra={key: tree.entries[key] for key in RESERVED if key in tree.entries},
    )


def _sheet(tree: Mapping, faults: FaultList) -> Sheet:
    found: dict[str, Any] = {}
    for key in tree.entries.keys() & _WHOLE.keys():
        found[key] = whole(tree.entries[key], key, faults, *_WHOLE[key])
    for key in tree.entries.keys() & _NAMES.keys():
        found[key] = choice(tree.entries[key], key, faults, _NAMES[key])
    return replace(Sheet(), **{key: value for key, value in found.items() if value is not None})


def _title(tree: Mapping, faults: FaultList, default: str) -> str:
    if "title" not in tree.entries:
        return "".join("\N{REPLACEMENT CHARACTER}" if _unseen(c) else c for c in default)
    node = tree.entries["title"]
    text = plain_text(node, "title", faults) or ""
    if len(text) > LONGEST_TITLE:
        faults.add("title", node.line, f"is longer than {LONGEST_TITLE} characters")
    hidden = [c for c in text if _unseen(c)]
    if hidden:
        faults.add("title", node.line, f"must be one line of visible text, but has U+{ord(hidden[0]):04X}")
    return text


def _unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN and character not in _JOINERS


def _numbers(tree: Mapping, faults: FaultList, decimal: str) -> tuple[Cells | None, Cells | None, tuple[Layer, ...]]:
    """x, y and the layers, with their shapes checked against one another."""
    entries = tree.entries
    x = column(entries["x"], "x", faults, decimal) if "x" in entries else None
    y = column(entries["y"], "y", faults, decimal) if "y" in entries else None
    if "layers" not in entries:
        return x, y, ()
    layers = read_layers(entries["layers"], faults, decimal)
    inputs = len(x) if x else None
    check_chain(entries["layers"], layers, entries.get("x"), inputs, faults, decimal)
    units = layers[-1].units if layers else None
    if y and units and len(y) != units:
        hint = comma_hint(decimal, entries["y"], entries["layers"])
        message = f"has {counted(len(y), 'value')}, but layer {len(layers)} gives {units}{hint}"
        faults.add("y", entries["y"].line, message)
    return x, y, layers


def _check_targets(node: Node, y: Cells, loss: str, faults: FaultList) -> None:
    words, fits = TARGETS[loss]
    for at, cell in enumerate(y):
        if cell is not None and not fits(cell.value):
            field, line = ("y", node.line)
            if isinstance(node, Sequence):
                field, line = joined("y", at), node.items[at].line
            message = f"must {words} for {loss}, got {shown(cell.text)}"
            faults.add(field, line, message)


def _network(x: Cells, layers: tuple[Layer, ...], loss: str, update: Update | None) -> Network:
    dense = (Dense(cast(int, layer.units), layer.activation, layer.bias is not None) for layer in layers)
    return Network(len(x), tuple(dense), loss, update)


def _givens(x: Cells, y: Cells, layers: tuple[Layer, ...], constants: Constants) -> dict[str, Given]:
    """The matrices by name, in the paper's order, then the constants."""
    rows = {"X": _upright(x), "y": _upright(y)}
    for at, layer in enumerate(layers, start=1):
        rows[f"W_{at}"] = cast(tuple[tuple[Numeral, ...], ...], layer.weights)
        if layer.bias is not None:
            rows[f"b_{at}"] = _upright(layer.bias)
    given = {name: Given(name, cells) for name, cells in rows.items()}
    return given | {name: constant_given(name, cell) for name, cell in constants.items()}


def _upright(cells: Cells) -> tuple[tuple[Numeral, ...], ...]:
    return tuple((cast(Numeral, cell),) for cell in cells)
