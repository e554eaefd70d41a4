"""Dense layers in the file: W, b and an activation."""

from __future__ import annotations

from symback.exercise.activation import read_activation
from symback.exercise.fields import WIDEST, Cells, choice, column, counted, matrix
from symback.exercise.model import Layer
from symback.exercise.nodes import Node, Sequence
from symback.exercise.slot import Made, Rows, Slot, unknown_keys

KEYS = ("W", "b", "activation", "biases", "type")
#: Whether there is a bias for each unit, one number for all of them, or one in the first place of the weights.
BIASES = ("unit", "shared", "w_0")


def read_dense(slot: Slot) -> Made:
    """A = f(W X + b), or f(X W + b) where vectors are rows: the width of W fits what comes in, b fits W."""
    unknown_keys(slot.node, slot.field, KEYS, slot.faults)
    entries = slot.node.entries
    activation = read_activation(entries.get("activation"), slot.path("activation"), slot.faults)
    if "W" not in entries:
        slot.missing("W", "the rows of the weight matrix")
        return Made()
    weights = matrix(entries["W"], slot.path("W"), slot.faults, slot.decimal)
    units = _units(slot, weights, entries["W"])
    kind = choice(entries["biases"], slot.path("biases"), slot.faults, BIASES) if "biases" in entries else None
    beside = kind == "w_0" and "b" in entries
    bias = _bias(slot, units, shared=kind == "shared") if "b" in entries and not beside else None
    _check_width(slot, weights, first=kind == "w_0")
    if beside:
        slot.fault("b", "stands beside a bias that is w_0, the first place of W")
    if kind == "shared" and "b" not in entries:
        slot.missing("b", "the bias that all units share")
    gives = slot.incoming.shape and units and _replaced(slot.incoming.shape, slot.units, units)
    if weights is None or units is None or ("b" in entries and bias is None):
        return Made(gives=gives or None, node=entries["W"])
    layer = Layer(units, activation.name, bias is not None, activation.formula, activation.text, kind or "unit")
    givens: dict[str, Rows] = {f"W_{slot.number}": weights}
    if bias is not None:
        givens[f"b_{slot.number}"] = laid(bias, slot.vectors)
    return Made(layer, givens, gives or None, entries["W"])


def laid(cells: Cells, vectors: str) -> Rows:
    """A vector as a matrix of one column, or of one row where vectors are rows."""
    return (cells,) if vectors == "rows" else tuple((cell,) for cell in cells)


def _replaced(shape: tuple[int, int], place: int, size: int) -> tuple[int, int]:
    return (size, shape[1]) if place == 0 else (shape[0], size)


def _units(slot: Slot, weights: Rows | None, node: Node) -> int | None:
    """The number of units: the rows of W, or its columns where vectors are rows; of a faulty W if it can be said."""
    if weights is not None:
        return len(weights[0]) if slot.vectors == "rows" else len(weights)
    if slot.vectors == "rows" or not isinstance(node, Sequence):
        return None
    countable = all(isinstance(item, Sequence) for item in node.items) and 1 <= len(node.items) <= WIDEST
    return len(node.items) if countable else None


def _check_width(slot: Slot, weights: Rows | None, *, first: bool) -> None:
    """Note a W that does not fit what comes in; with the bias in its `first` place it is one longer."""
    if weights is None or slot.width is None or slot.incoming.shape is None:
        return
    if slot.incoming.maps and slot.incoming.shape[1 - slot.units] > 1:
        slot.fault("", f"takes a vector, but {slot.incoming.words}; put {{type: flatten}} before it")
        return
    rows = slot.vectors == "rows"
    inner, noun = (len(weights), "row") if rows else (len(weights[0]), "column")
    if inner != slot.width + first:
        nodes = slot.node.entries["W"], slot.incoming.node
        more = " and w_0 takes one more" if first else ""
        slot.fault("W", f"has {counted(inner, noun)}, but {slot.incoming.words}{more}", *nodes)


def _bias(slot: Slot, units: int | None, *, shared: bool) -> Cells | None:
    """One number for each unit, or one for all of them."""
    node = slot.node.entries["b"]
    bias = column(node, slot.path("b"), slot.faults, slot.decimal)
    wanted = 1 if shared else units
    if bias is not None and wanted is not None and len(bias) != wanted:
        noun = "column" if slot.vectors == "rows" else "row"
        what = "is shared by all units" if shared else f"W has {counted(wanted, noun)}"
        slot.fault("b", f"has {counted(len(bias), 'value')}, but {what}", node, slot.node.entries["W"])
    return bias
