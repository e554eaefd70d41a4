"""What the readers of layers work with: the place of a layer in the file, what comes into it, what they make of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from symback.exercise.faults import FaultList
from symback.exercise.fields import Cells, comma_hint, counted
from symback.exercise.model import Layer
from symback.exercise.names import suggestion
from symback.exercise.nodes import Mapping as MappingNode
from symback.exercise.nodes import Node, joined

Shape = tuple[int, int]
#: The numbers of a given, row by row.
Rows = tuple[Cells, ...]


@dataclass(frozen=True, slots=True)
class Incoming:
    """What comes into a layer: its shape (None where that cannot be told), who gives it in words, and where.

    `maps` counts the images that stand one under the other in it; 0 says that it holds vectors.
    """

    shape: Shape | None
    words: str
    node: Node | None = None
    maps: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """What was read of a layer: None where it is faulty, its givens by name, the shape of what it gives.

    `maps` counts the images in that, 0 where it gives vectors.
    """

    layer: Layer | None = None
    givens: Mapping[str, Rows] = field(default_factory=dict)
    gives: Shape | None = None
    node: Node | None = None
    maps: int = 0


@dataclass(frozen=True)
class Slot:
    """A layer in the file: its mapping, its field and number, and what comes in.

    `vectors` says whether vectors are columns or rows; `units` is the place of the units in a shape. `samples` says
    that what comes in are the vectors of samples, not one matrix as a whole.
    """

    node: MappingNode
    field: str
    number: int
    incoming: Incoming
    earlier: Mapping[str, Shape | None]
    vectors: str
    faults: FaultList
    decimal: str
    samples: bool = True

    @property
    def units(self) -> int:
        """Where the units stand in a shape: 0 where vectors are columns, 1 where they are rows."""
        return int(self.vectors == "rows")

    @property
    def width(self) -> int | None:
        """How many values come in for each sample."""
        return self.incoming.shape[self.units] if self.incoming.shape else None

    def path(self, key: str) -> str:
        """The path of a key."""
        return joined(self.field, key)

    def fault(self, key: str, message: str, *hinted: Node | None) -> None:
        """Note what is wrong with a key; a comma is hinted at where it may have cut a number of these nodes."""
        node = self.node.entries.get(key, self.node)
        hint = comma_hint(self.decimal, *(each for each in hinted if each is not None))
        self.faults.add(self.path(key) if key else self.field, node.line, message + hint)

    def fits(self, key: str, count: int, noun: str) -> bool:
        """Whether there is one thing (a row, a column, a value) for each value that comes in; noted where not."""
        if self.width in (None, count):
            return True
        message = f"has {counted(count, noun)}, but {self.incoming.words}"
        self.fault(key, message, self.node.entries[key], self.incoming.node)
        return False

    def missing(self, key: str, meaning: str) -> None:
        """Note a key that has to be there."""
        self.faults.add(self.path(key), self.node.line, f"is missing: {meaning}")


#: Reads the layer in a slot.
Reader = Callable[[Slot], Made]


def unknown_keys(node: MappingNode, field: str, known: Collection[str], faults: FaultList) -> None:
    """Note each key that means nothing here."""
    for key, line in node.lines.items():
        if key not in known:
            faults.add(joined(field, key), line, f"is not known; {suggestion(key, known)}")


def values_given(words: str, count: int | None) -> str:
    """Who gives how many values: `layer 1 gives 3 values`."""
    return f"{words} {counted(count or 0, 'value')}"
