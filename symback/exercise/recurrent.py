"""Layers that go through time, in the file: a plain recurrent layer, LSTM and GRU."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

from symback.exercise.activation import Activation, read_activation
from symback.exercise.dense import laid
from symback.exercise.fields import Cells, choice, column, counted, matrix
from symback.exercise.model import Layer, Numeral
from symback.exercise.names import WHOLE_ACTIVATIONS
from symback.exercise.numerals import read_numeral
from symback.exercise.slot import Made, Reader, Rows, Slot, unknown_keys

ZERO = cast(Numeral, read_numeral("0"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A kind: the letters of its gates (`""` for one without), its states, its choices (the usual one first)."""

    gates: tuple[str, ...]
    states: tuple[str, ...]
    choices: Mapping[str, tuple[str, ...]]
    activation: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """All that may stand in the file."""
        weights = (f"{letter}{_end(gate)}" for gate in self.gates for letter in "WUb")
        return ("type", *weights, *self.states, *self.choices, *(["activation"] if self.activation else []))


_GIVES = {"gives": ("last", "all")}
CELLS = {
    "rnn": Cell(("",), ("h_0",), _GIVES, "tanh"),
    "lstm": Cell(("f", "i", "o", "g"), ("h_0", "c_0"), _GIVES),
    # What keeps the state before: 1 - z (Chung et al. 2014) or z (Cho et al. 2014); and whether the reset gate goes
    # before the weights (both) or after them (cuDNN, PyTorch).
    "gru": Cell(("z", "r", "h"), ("h_0",), {**_GIVES, "keeps": ("1-z", "z"), "reset": ("before", "after")}),
}


def _end(gate: str) -> str:
    return f"_{gate}" if gate else ""


def _read(kind: str, slot: Slot) -> Made:
    """W (square) goes with the state before, U (as wide as x) with what comes in; states begin at 0."""
    cell, entries = CELLS[kind], slot.node.entries
    unknown_keys(slot.node, slot.field, cell.keys, slot.faults)
    _check_place(slot)
    options = {name: _choice(slot, name, known) for name, known in cell.choices.items()}
    activation = _activation(slot, cell)
    givens: dict[str, Rows | None] = {}
    for gate in cell.gates:
        for letter, meaning in (("W", "with the state before"), ("U", "with x")):
            key = f"{letter}{_end(gate)}"
            if key in entries:
                givens[key] = matrix(entries[key], slot.path(key), slot.faults, slot.decimal)
            else:
                slot.missing(key, f"the rows of the weight matrix that goes {meaning}")
    first = f"W{_end(cell.gates[0])}"
    weights = givens.get(first)
    units = len(weights) if weights else None
    for key in givens:
        _check(slot, key, givens[key], first, units)
    for key in (*(f"b{_end(gate)}" for gate in cell.gates), *cell.states):
        if key in entries:
            givens[key] = _vector(slot, key, first, units)
        elif key in cell.states and units:
            givens[key] = laid((ZERO,) * units, "columns")
    if units is None or None in givens.values() or len(givens) < 2 * len(cell.gates):
        return Made()
    made = cast(dict[str, Rows], givens)
    shapes = tuple((name, (len(rows), len(rows[0]))) for name, rows in made.items())
    layer = Layer(
        units, activation.name, False, activation.formula, activation.text, "none", kind, shapes, tuple(options.items())
    )
    times = slot.incoming.shape[1] if slot.incoming.shape and options["gives"] == "all" else 1
    return Made(layer, made, (units, times), entries[first])


def _check_place(slot: Slot) -> None:
    """Note a layer that does not get the sequence, or gets it lying on its side."""
    if slot.number != 1:
        slot.fault("type", "goes through time and takes the sequence x, so it must be the first layer")
    if slot.vectors == "rows":
        slot.fault("type", "goes with vectors: columns; x is a list over time")


def _choice(slot: Slot, name: str, known: tuple[str, ...]) -> str:
    node = slot.node.entries.get(name)
    return (node and choice(node, slot.path(name), slot.faults, known)) or known[0]


def _activation(slot: Slot, cell: Cell) -> Activation:
    node = slot.node.entries.get("activation")
    if node is None or not cell.activation:
        return Activation(cell.activation or "identity")
    found = read_activation(node, slot.path("activation"), slot.faults)
    if found.name in WHOLE_ACTIVATIONS:
        slot.fault("activation", f"is {found.name}, which is no function of a single entry")
    return found


def _check(slot: Slot, key: str, rows: Rows | None, first: str, units: int | None) -> None:
    """Note a W that is not square, or a matrix that does not fit the first one or x."""
    if rows is None or units is None:
        return
    node, before = slot.node.entries[key], slot.node.entries[first]
    if len(rows) != units:
        slot.fault(key, f"has {counted(len(rows), 'row')}, but {first} has {units}", node, before)
    if key.startswith("W") and len(rows[0]) != units:
        where = "" if key == first else f"{first} has "
        what = f"has {counted(len(rows[0]), 'column')}, but {where}{counted(units, 'row')}: it goes with the state"
        slot.fault(key, what, node, before)
    if key.startswith("U"):
        slot.fits(key, len(rows[0]), "column")


def _vector(slot: Slot, key: str, first: str, units: int | None) -> Rows | None:
    """A bias or a state at the beginning: one number for each unit."""
    node = slot.node.entries[key]
    cells: Cells | None = column(node, slot.path(key), slot.faults, slot.decimal)
    if cells is not None and units is not None and len(cells) != units:
        rows = counted(units, "row")
        slot.fault(key, f"has {counted(len(cells), 'value')}, but {first} has {rows}", node, slot.node.entries[first])
    return None if cells is None else laid(cells, "columns")


#: The readers by the kinds of layers.
READERS: dict[str, Reader] = {kind: partial(_read, kind) for kind in CELLS}
