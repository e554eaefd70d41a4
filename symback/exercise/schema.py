"""The exercise file: from its located tree to an Exercise, or to every fault it has, at once."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from symback.errors import Fault, InputError
from symback.exercise.calling import called_by, read_names
from symback.exercise.constants import (
    Chosen,
    Constants,
    check_output,
    constant_given,
    read_loss,
    read_penalties,
    read_update,
)
from symback.exercise.data import Vectors, read_data
from symback.exercise.faults import FaultList
from symback.exercise.fields import choice, plain_text, whole
from symback.exercise.graph import GRAPH, GRAPH_MARK, read_graph
from symback.exercise.layers import Stack, read_layers, taken_by, usual_vectors
from symback.exercise.model import Batch, Exercise, Given, Layer, Network, Numeral, Program, Sheet, Update
from symback.exercise.names import DECIMALS, LANGUAGES, LOSSES, NUMBERS, REDUCTIONS, VECTORS
from symback.exercise.nodes import Mapping, Node, described
from symback.exercise.slot import Shape, unknown_keys
from symback.exercise.source import file_name
from symback.exercise.tree import read_tree
from symback.exercise.whole import Whole
from symback.exercise.wishes import SHOW, finished

LONGEST_TITLE = 300

# What stands in a file, by the part of the exercise it belongs to. The last ones are read by later rooms.
SHEET = ("title", "decimal", "language", "digits", "hand", "elide", "numbers")
REQUIRED = {
    "layers": "a list of {W, b, activation}",
    "loss": f"one of {', '.join(LOSSES)}",
}
RESERVED = ("vary", "require", "points")
KEYS = (*SHEET, "x", "y", *REQUIRED, "samples", "reduce", "vectors", "update", "weight_decay", "names", SHOW, *RESERVED)

# The whole numbers of a sheet with their limits, its names with their choices.
_WHOLE = {"digits": (1, 1000), "hand": (1, 15), "elide": (3, 64)}
_NAMES = {"decimal": DECIMALS, "language": LANGUAGES, "numbers": NUMBERS}

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
    if GRAPH_MARK in tree.entries:
        return _graph(tree, source, title)
    faults = FaultList(source)
    unknown_keys(tree, "", KEYS, faults)
    for key, meaning in REQUIRED.items():
        if key not in tree.entries:
            faults.add(key, tree.line, f"is missing: {meaning}")
    sheet = _sheet(tree, faults)
    heading = _title(tree, faults, title)
    update, rates = read_update(tree.entries.get("update"), faults, sheet.decimal)
    data, stack = _numbers(tree, update is not None and update.single, faults, sheet.decimal)
    loss = read_loss(tree.entries.get("loss"), faults, sheet.decimal)
    data.check_loss(loss.name or "", faults)
    check_output(tree, loss, stack, faults)
    penalties, weights = read_penalties(tree.entries.get("weight_decay"), stack, faults, sheet.decimal)
    batch = _batch(tree, data.samples, faults)
    names = read_names(tree.entries.get("names"), faults)

    def make() -> Exercise:
        exercise = Exercise(
            title=heading,
            network=_network(data, stack, loss, update, batch, penalties),
            givens=_givens(data, stack, loss.constants | weights | rates),
            sheet=sheet,
            source=source,
            extra=_reserved(tree),
        )
        return called_by(exercise, names, tree.entries.get("names"), faults)

    return finished(make, tree, sheet.decimal, faults)


def _graph(tree: Mapping, source: str, title: str) -> Exercise:
    """A computation graph: `given`, `steps`, and what is derived."""
    faults = FaultList(source)
    unknown_keys(tree, "", (*SHEET, *GRAPH, SHOW, *RESERVED), faults)
    sheet = _sheet(tree, faults)
    heading = _title(tree, faults, title)
    program, givens = read_graph(tree, faults, sheet.decimal)

    def make() -> Exercise:
        return Exercise(heading, cast(Program, program), givens, sheet, source, _reserved(tree))

    return finished(make, tree, sheet.decimal, faults)


def _reserved(tree: Mapping) -> dict[str, Node]:
    return {key: tree.entries[key] for key in RESERVED if key in tree.entries}


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


def _numbers(tree: Mapping, single: bool, faults: FaultList, decimal: str) -> tuple[Vectors | Whole, Stack]:
    """x, y or the samples, and the layers, with their shapes checked against one another."""
    entries = tree.entries
    vectors = usual_vectors(entries.get("layers"))
    if "vectors" in entries:
        vectors = choice(entries["vectors"], "vectors", faults, VECTORS) or vectors
    data = read_data(tree, taken_by(entries.get("layers")), vectors, single, faults, decimal)
    if "layers" not in entries:
        return data, Stack()
    stack = read_layers(entries["layers"], data.incoming, vectors, faults, decimal)
    return data.fitted(stack.last, len(stack.layers), faults, decimal), stack


def _batch(tree: Mapping, samples: int, faults: FaultList) -> Batch:
    """How the losses of several samples become one."""
    if "reduce" not in tree.entries:
        return Batch(samples)
    node = tree.entries["reduce"]
    if "samples" not in tree.entries:
        faults.add("reduce", node.line, "says how the losses of samples become one, but there are no samples")
    return Batch(samples, choice(node, "reduce", faults, REDUCTIONS) or "mean")


def _network(
    data: Vectors | Whole,
    stack: Stack,
    loss: Chosen,
    update: Update | None,
    batch: Batch,
    penalties: tuple[str, ...],
) -> Network:
    incoming = cast(Shape, data.incoming.shape)
    inputs, columns = incoming[::-1] if data.vectors == "rows" else incoming
    layers = cast(tuple[Layer, ...], stack.layers)
    name, options = cast(str, loss.name), loss.options
    return Network(inputs, layers, name, update, columns, batch, data.vectors, options, penalties=penalties)


def _givens(data: Vectors | Whole, stack: Stack, constants: Constants) -> dict[str, Given]:
    """The matrices by name, in the paper's order, then the constants."""
    rows = {**data.givens(), **stack.givens}
    given = {name: Given(name, cast(tuple[tuple[Numeral, ...], ...], cells)) for name, cells in rows.items()}
    return given | {name: constant_given(name, cell) for name, cell in constants.items()}
