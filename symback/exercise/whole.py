"""An input that is a matrix as a whole (an image, tokens) or a sequence in time, and its target."""

from __future__ import annotations

from dataclasses import dataclass, replace

from symback.exercise.faults import FaultList
from symback.exercise.fields import column, counted, matrix
from symback.exercise.names import CHANCES, TARGETS
from symback.exercise.nodes import Mapping, Node, Scalar, Sequence, shown
from symback.exercise.slot import Incoming, Rows, Shape
from symback.exercise.windows import images


@dataclass(frozen=True, slots=True)
class Whole:
    """X as one matrix, and y, which is read when it is known what the last layer gives.

    A sequence has a column for each time; in the file it is a list over time.
    """

    takes: str
    x: Rows | None
    x_node: Node | None
    y_node: Node | None
    y: Rows | None = None
    samples: int = 1
    vectors: str = "columns"

    @property
    def incoming(self) -> Incoming:
        """What the first layer gets."""
        shape = None if self.x is None else (len(self.x), len(self.x[0]))
        maps = int(self.takes == "matrix")
        words = "" if shape is None else f"x has {images(shape, 1)}" if maps else _words(self.takes, shape)
        return Incoming(shape, words, self.x_node, maps)

    def givens(self) -> dict[str, Rows]:
        """X and y."""
        return {"X": self.x or (), "y": self.y or ()}

    def fitted(self, last: Incoming, layer: int, faults: FaultList, decimal: str) -> Whole:
        """Read the target, and note one that has another shape than what the last layer gives."""
        if self.y_node is None:
            return self
        y = _read(self.y_node, "y", self.takes, last.shape, faults, decimal)
        shape = None if y is None else (len(y), len(y[0]))
        if shape and last.shape and shape != last.shape:
            message = f"has {_size(shape)} values, but layer {layer} gives {_size(last.shape)}"
            faults.add("y", self.y_node.line, message)
        return replace(self, y=y)

    def check_loss(self, loss: str, faults: FaultList) -> None:
        """Note each target that the loss has no meaning for."""
        if self.y is None or self.y_node is None:
            return
        cells = [cell for row in self.y for cell in row if cell is not None]
        if loss in TARGETS:
            words, fits = TARGETS[loss]
            for cell in cells:
                if not fits(cell.value):
                    faults.add("y", self.y_node.line, f"must {words} for {loss}, got {shown(cell.text)}")
        if loss in CHANCES and len(cells) == sum(map(len, self.y)):
            upright = self.takes == "sequence" or len(self.y[0]) == 1
            for at, each in enumerate(zip(*self.y, strict=True) if upright else self.y):
                total = sum(cell.value for cell in each if cell is not None)
                if total != 1:
                    field = "y" if len(self.y[0]) == 1 else f"y[{at}]"
                    faults.add(field, self.y_node.line, f"must add up to 1 for {loss}, but adds up to {total}")


def read_whole(tree: Mapping, takes: str, vectors: str, faults: FaultList, decimal: str) -> Whole:
    """The input; the target waits for the layers."""
    node = tree.entries.get("x")
    x = None if node is None else _read(node, "x", takes, None, faults, decimal)
    return Whole(takes, x, node, tree.entries.get("y"), vectors=vectors)


def _read(node: Node, field: str, takes: str, wanted: Shape | None, faults: FaultList, decimal: str) -> Rows | None:
    """A matrix of rows, or a list over time that becomes its columns.

    A flat list is a column, but for a sequence of numbers, which is a row.
    """
    if isinstance(node, Scalar) or not any(isinstance(item, Sequence) for item in getattr(node, "items", ())):
        cells = column(node, field, faults, decimal)
        upright = takes == "matrix" or (wanted is not None and wanted[1] == 1)
        return None if cells is None else tuple((cell,) for cell in cells) if upright else (cells,)
    rows = matrix(node, field, faults, decimal)
    if rows is None or takes == "matrix":
        return rows
    return tuple(zip(*rows, strict=True))


def _words(takes: str, shape: Shape) -> str:
    return f"x has {counted(shape[0], 'value')} at each time" if takes == "sequence" else f"x has {_size(shape)} values"


def _size(shape: Shape) -> str:
    return f"{shape[0]} x {shape[1]}"
