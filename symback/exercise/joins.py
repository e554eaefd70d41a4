"""Layers without weights in the file: residual additions, products entry by entry, dropout with a given mask."""

from __future__ import annotations

import re
from collections.abc import Sequence as Sequenced

from symback.exercise.activation import read_activation
from symback.exercise.dense import laid
from symback.exercise.fields import column, counted, matrix, number, plain_text
from symback.exercise.model import Layer
from symback.exercise.names import suggestion
from symback.exercise.nodes import Node, Scalar, Sequence, shown
from symback.exercise.slot import Made, Rows, Shape, Slot, unknown_keys

_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)


def read_residual(slot: Slot) -> Made:
    """A_(k-1) + A_j, and an activation: what is added has the shape of what comes in."""
    unknown_keys(slot.node, slot.field, ("type", "from", "activation"), slot.faults)
    if "from" not in slot.node.entries:
        slot.missing("from", f"what is added, one of {', '.join(slot.earlier)}")
        return _through(slot)
    return _made(slot, "residual", (("from", _earlier(slot, "from")),))


def read_product(slot: Slot) -> Made:
    """A_(k-1) times A_j, or times given numbers, entry by entry."""
    unknown_keys(slot.node, slot.field, ("type", "with", "activation"), slot.faults)
    node = slot.node.entries.get("with")
    if node is None:
        slot.missing("with", f"what it is multiplied by, one of {', '.join(slot.earlier)}, or numbers")
        return _through(slot)
    if isinstance(node, Scalar) and _NAME.fullmatch(node.text):
        return _made(slot, "product", (("with", _earlier(slot, "with")),))
    rows = beside(slot, "with")
    return _through(slot) if rows is None else _made(slot, "product", _lies(slot, "with"), {f"M_{slot.number}": rows})


def read_dropout(slot: Slot) -> Made:
    """A_(k-1) times a mask of 0 and 1, divided by the share that is kept where that is stated."""
    unknown_keys(slot.node, slot.field, ("type", "mask", "keep"), slot.faults)
    entries = slot.node.entries
    if "mask" not in entries:
        slot.missing("mask", "what is kept, a list of 1 (kept) and 0 (dropped)")
        return _through(slot)
    mask = beside(slot, "mask")
    for cell in (cell for row in mask or () for cell in row):
        if cell is not None and cell.value not in (0, 1):
            slot.fault("mask", f"must hold 0 and 1 alone, got {shown(cell.text)}", entries["mask"])
    givens: dict[str, Rows] = {} if mask is None else {f"M_{slot.number}": mask}
    if "keep" in entries:
        keep = number(entries["keep"], slot.path("keep"), slot.faults, slot.decimal)
        if keep is not None and not 0 < keep.value <= 1:
            slot.fault("keep", f"must be more than 0 and at most 1, got {keep.text}")
        givens[f"p_{slot.number}"] = ((keep,),)
    return _through(slot) if mask is None else _made(slot, "dropout", _lies(slot, "mask"), givens)


def beside(slot: Slot, key: str) -> Rows | None:
    """Numbers that go with what comes in: one for each value of a sample, or as many lists of them as samples."""
    node, shape = slot.node.entries[key], slot.incoming.shape
    if isinstance(node, Sequence) and any(isinstance(item, Sequence) for item in node.items):
        return _whole(slot, key, node, shape)
    cells = column(node, slot.path(key), slot.faults, slot.decimal)
    return laid(cells, slot.vectors) if cells is not None and slot.fits(key, len(cells), "value") else None


def _whole(slot: Slot, key: str, node: Node, shape: Shape | None) -> Rows | None:
    """A number for each entry: of samples a list for each, of a matrix as it stands."""
    rows = matrix(node, slot.path(key), slot.faults, slot.decimal)
    if rows is None or shape is None:
        return None
    turned = slot.samples and slot.vectors == "columns"
    found, wanted = (len(rows), len(rows[0])), shape[::-1] if turned else shape
    if found != wanted:
        what = f"has {size(found)} values, but {slot.incoming.words}, in all {size(wanted)}"
        slot.fault(key, what, node, slot.incoming.node)
        return None
    return tuple(zip(*rows, strict=True)) if turned else rows


def _lies(slot: Slot, key: str) -> tuple[tuple[str, str], ...]:
    """That numbers were given as a list for each sample, which is a column here, or a row."""
    node = slot.node.entries[key]
    nested = isinstance(node, Sequence) and any(isinstance(item, Sequence) for item in node.items)
    return (("lists", slot.vectors),) if nested and slot.samples else ()


def size(shape: Shape) -> str:
    """Rows and columns in words."""
    return f"{shape[0]} x {shape[1]}"


def _earlier(slot: Slot, key: str) -> str | None:
    """The name of the input or of an earlier output, with the shape of what comes in."""
    node = slot.node.entries[key]
    name = plain_text(node, slot.path(key), slot.faults)
    if name is None:
        return None
    name = "X" if name == "x" else name
    if name not in slot.earlier:
        what = f"is {shown(name)}, which does not come before layer {slot.number}"
        slot.fault(key, f"{what}; {suggestion(name, slot.earlier)}")
        return None
    shape = slot.earlier[name]
    if shape is not None and slot.incoming.shape is not None and shape != slot.incoming.shape:
        slot.fault(key, f"is {name}, which has {counted(shape[slot.units], 'value')}, but {slot.incoming.words}")
    return name


def _through(slot: Slot) -> Made:
    """A layer that is faulty, but gives as much as comes in."""
    return Made(gives=slot.incoming.shape, node=slot.incoming.node, maps=slot.incoming.maps)


def _made(
    slot: Slot, kind: str, options: Sequenced[tuple[str, str | None]], givens: dict[str, Rows] | None = None
) -> Made:
    """A layer that gives as much as comes in."""
    node = slot.node.entries.get("activation")
    activation = read_activation(node, slot.path("activation"), slot.faults)
    if slot.width is None or any(value is None for _, value in options):
        return _through(slot)
    givens = givens or {}
    shapes = tuple((name, (len(rows), len(rows[0]))) for name, rows in givens.items())
    layer = Layer(
        slot.width, activation.name, False, activation.formula, activation.text, "unit", kind, shapes, tuple(options)
    )
    return Made(layer, givens, slot.incoming.shape, slot.incoming.node, slot.incoming.maps)
