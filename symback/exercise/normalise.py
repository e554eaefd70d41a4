"""Layer and batch normalisation in the file: a gain gamma, a shift b, and the epsilon under the root."""

from __future__ import annotations

from typing import cast

from symback.exercise.activation import read_activation
from symback.exercise.dense import laid
from symback.exercise.fields import Cell, Cells, column, number
from symback.exercise.model import Layer, Numeral
from symback.exercise.names import EPSILON
from symback.exercise.numerals import read_numeral
from symback.exercise.slot import Made, Rows, Slot, unknown_keys

KEYS = ("type", "gamma", "b", "epsilon", "activation")


def read_layer_norm(slot: Slot) -> Made:
    """Over the units of each sample, of which there are several."""
    if slot.width == 1:
        slot.fault("type", f"is layer_norm, which takes means over units, but {slot.incoming.words}")
    return _read(slot, "layer_norm")


def read_batch_norm(slot: Slot) -> Made:
    """Over the samples of each unit, of which there are several at once."""
    if slot.incoming.shape is not None and slot.incoming.shape[1 - slot.units] == 1:
        slot.fault("type", "is batch_norm, which takes means over samples, but one sample comes in at a time")
    return _read(slot, "batch_norm")


def _read(slot: Slot, kind: str) -> Made:
    unknown_keys(slot.node, slot.field, KEYS, slot.faults)
    entries = slot.node.entries
    activation = read_activation(entries.get("activation"), slot.path("activation"), slot.faults)
    learned = {key: _vector(slot, key) for key in ("gamma", "b") if key in entries}
    epsilon = _epsilon(slot)
    if slot.width is None or None in learned.values():
        return Made(gives=slot.incoming.shape, node=slot.incoming.node)
    givens: dict[str, Rows] = {
        f"{key}_{slot.number}": laid(cells, slot.vectors) for key, cells in learned.items() if cells is not None
    }
    givens[f"epsilon_{slot.number}"] = ((epsilon,),)
    shapes = tuple((name, (len(rows), len(rows[0]))) for name, rows in givens.items())
    layer = Layer(slot.width, activation.name, False, activation.formula, activation.text, "unit", kind, shapes)
    return Made(layer, givens, slot.incoming.shape, slot.incoming.node)


def _vector(slot: Slot, key: str) -> Cells | None:
    """One number for each unit."""
    cells = column(slot.node.entries[key], slot.path(key), slot.faults, slot.decimal)
    if cells is not None:
        slot.fits(key, len(cells), "value")
    return cells


def _epsilon(slot: Slot) -> Cell:
    """What is added to the variance: 0 or more."""
    node = slot.node.entries.get("epsilon")
    if node is None:
        return cast(Numeral, read_numeral(EPSILON))
    cell = number(node, slot.path("epsilon"), slot.faults, slot.decimal)
    if cell is not None and cell.value < 0:
        slot.fault("epsilon", f"must not be less than 0, got {cell.text}")
    return cell
