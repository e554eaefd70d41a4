"""What goes into a network and what is to come out: `x` and `y`, or several `samples` of them."""

from __future__ import annotations

from dataclasses import dataclass

from symback.exercise.dense import laid
from symback.exercise.faults import FaultList
from symback.exercise.fields import Cells, column, comma_hint, counted
from symback.exercise.names import CHANCES, TARGETS
from symback.exercise.nodes import Mapping, Node, Sequence, described, joined, shown
from symback.exercise.slot import Incoming, Rows, unknown_keys
from symback.exercise.whole import Whole, read_whole

MOST_SAMPLES = 200
MEANING = {
    "x": "the input, a number or a list of numbers",
    "y": "the target, a number or a list of numbers",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One x or y as it stands in the file: its numbers (None where they are faulty), its path, its node."""

    cells: Cells | None
    field: str
    node: Node


@dataclass(frozen=True, slots=True)
class Vectors:
    """The inputs and the targets of all samples; `single` says that the network sees them one by one."""

    inputs: tuple[Part, ...] = ()
    targets: tuple[Part, ...] = ()
    vectors: str = "columns"
    single: bool = False

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return max(1, len(self.inputs))

    @property
    def incoming(self) -> Incoming:
        """What the first layer gets: all samples at once, or a single one."""
        first = self.inputs[0] if self.inputs else None
        if first is None or first.cells is None:
            return Incoming(None, "", first.node if first else None)
        count = len(first.cells)
        shape = (count, 1 if self.single else self.samples)
        words = f"{first.field} has {counted(count, 'value')}"
        return Incoming(shape[::-1] if self.vectors == "rows" else shape, words, first.node)

    def givens(self) -> dict[str, Rows]:
        """X and y with a column (or a row) for each sample; `X_1`, `y_1`, ... where they come one by one."""
        if self.single:
            pairs = zip(self.inputs, self.targets, strict=True)
            return {
                f"{letter}_{number}": laid(part.cells or (), self.vectors)
                for number, pair in enumerate(pairs, 1)
                for letter, part in zip("Xy", pair, strict=True)
            }
        return {"X": self._together(self.inputs), "y": self._together(self.targets)}

    def _together(self, parts: tuple[Part, ...]) -> Rows:
        lists = tuple(part.cells or () for part in parts)
        return lists if self.vectors == "rows" else tuple(zip(*lists, strict=True))

    def fitted(self, last: Incoming, layer: int, faults: FaultList, decimal: str) -> Vectors:
        """Note each target that is not as long as what the last layer gives."""
        units = last.shape[int(self.vectors == "rows")] if last.shape else None
        for part in self.targets:
            if part.cells and units and len(part.cells) != units:
                hint = comma_hint(decimal, part.node, *([last.node] if last.node else []))
                message = f"has {counted(len(part.cells), 'value')}, but layer {layer} gives {units}{hint}"
                faults.add(part.field, part.node.line, message)
        return self

    def check_loss(self, loss: str, faults: FaultList) -> None:
        """Note each target that the loss has no meaning for."""
        for part in self.targets:
            if part.cells is not None and loss in TARGETS:
                _check_each(part, loss, faults)
            if part.cells is not None and loss in CHANCES:
                _check_chances(part, part.cells, loss, faults)


def _check_each(part: Part, loss: str, faults: FaultList) -> None:
    words, fits = TARGETS[loss]
    for at, cell in enumerate(part.cells or ()):
        if cell is not None and not fits(cell.value):
            field, line = part.field, part.node.line
            if isinstance(part.node, Sequence):
                field, line = joined(field, at), part.node.items[at].line
            faults.add(field, line, f"must {words} for {loss}, got {shown(cell.text)}")


def _check_chances(part: Part, cells: Cells, loss: str, faults: FaultList) -> None:
    values = [cell.value for cell in cells if cell is not None]
    if len(values) == len(cells) and sum(values) != 1:
        faults.add(part.field, part.node.line, f"must add up to 1 for {loss}, but adds up to {sum(values)}")


def read_data(
    tree: Mapping, takes: str, vectors: str, single: bool, faults: FaultList, decimal: str
) -> Vectors | Whole:
    """x and y, or the samples; x is a whole matrix or a sequence where the first layer takes one."""
    entries = tree.entries
    if "samples" in entries:
        for key in ("x", "y"):
            if key in entries:
                faults.add(key, entries[key].line, "stands beside samples; each sample has its own")
        if takes != "vectors":
            faults.add("samples", entries["samples"].line, "go with layers that take vectors; this takes one x and y")
        return _samples(entries["samples"], vectors, single, faults, decimal)
    for key, meaning in MEANING.items():
        if key not in entries:
            faults.add(key, tree.line, f"is missing: {meaning}")
    if takes != "vectors":
        return read_whole(tree, takes, vectors, faults, decimal)
    x, y = (
        (Part(column(entries[key], key, faults, decimal), key, entries[key]),) if key in entries else ()
        for key in MEANING
    )
    return Vectors(x, y, vectors, single)


def _samples(node: Node, vectors: str, single: bool, faults: FaultList, decimal: str) -> Vectors:
    if not isinstance(node, Sequence) or not 1 <= len(node.items) <= MOST_SAMPLES:
        got = f"{len(node.items)}" if isinstance(node, Sequence) else described(node)
        faults.add("samples", node.line, f"must be a list of 1 to {MOST_SAMPLES} mappings {{x, y}}, got {got}")
        return Vectors(vectors=vectors, single=single)
    parts: dict[str, list[Part]] = {key: [] for key in MEANING}
    for at, item in enumerate(node.items):
        place = joined("samples", at)
        if not isinstance(item, Mapping):
            faults.add(place, item.line, f"must be a mapping with x and y, got {described(item)}")
            continue
        unknown_keys(item, place, tuple(MEANING), faults)
        for key, meaning in MEANING.items():
            field = joined(place, key)
            if key in item.entries:
                part = Part(column(item.entries[key], field, faults, decimal), field, item.entries[key])
                parts[key].append(part)
            else:
                faults.add(field, item.line, f"is missing: {meaning}")
    for each in parts.values():
        _check_lengths(each, faults, decimal)
    return Vectors(tuple(parts["x"]), tuple(parts["y"]), vectors, single)


def _check_lengths(parts: list[Part], faults: FaultList, decimal: str) -> None:
    """Note each sample that is not as long as the first."""
    first = next((part for part in parts if part.cells), None)
    for part in parts:
        if first and first.cells and part.cells and len(part.cells) != len(first.cells):
            hint = comma_hint(decimal, part.node, first.node)
            message = f"has {counted(len(part.cells), 'value')}, but {first.field} has {len(first.cells)}{hint}"
            faults.add(part.field, part.node.line, message)
