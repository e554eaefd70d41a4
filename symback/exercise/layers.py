"""The layers of an exercise file, in their order: each takes what the one before it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symback.exercise.activation import check_own
from symback.exercise.attention import read_attention
from symback.exercise.dense import read_dense
from symback.exercise.faults import FaultList
from symback.exercise.fields import choice, counted
from symback.exercise.joins import read_dropout, read_product, read_residual
from symback.exercise.model import Layer
from symback.exercise.names import nearest
from symback.exercise.nodes import Mapping as MappingNode
from symback.exercise.nodes import Node, Sequence, described, joined
from symback.exercise.normalise import read_batch_norm, read_layer_norm
from symback.exercise.recurrent import READERS as RECURRENT
from symback.exercise.slot import Incoming, Made, Reader, Rows, Shape, Slot
from symback.exercise.windows import images, read_conv, read_flatten, read_pool

MOST_LAYERS = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of layer: how it is read, and what it takes: `vectors` (one for each sample), a `matrix`, a `sequence`.

    `vectors` is how vectors usually lie where the first layer is of this kind.
    """

    read: Reader
    takes: str = "vectors"
    vectors: str = "columns"


#: The kinds of layers, by the name that stands under `type`; a new one is a row here and one in derivation/layers.py.
KINDS: dict[str, Kind] = {
    "dense": Kind(read_dense),
    **{kind: Kind(reader, "sequence") for kind, reader in RECURRENT.items()},
    "residual": Kind(read_residual),
    "product": Kind(read_product),
    "dropout": Kind(read_dropout),
    "layer_norm": Kind(read_layer_norm),
    "batch_norm": Kind(read_batch_norm),
    "attention": Kind(read_attention, "matrix", "rows"),
    "conv": Kind(read_conv, "matrix"),
    "max_pool": Kind(read_pool, "matrix"),
    "avg_pool": Kind(read_pool, "matrix"),
    "flatten": Kind(read_flatten, "matrix"),
}


#: Nothing is known of what comes in.
UNKNOWN = Incoming(None, "")


@dataclass(frozen=True, slots=True)
class Stack:
    """All layers as read: None for a faulty one, the givens of all of them, and what the last one gives."""

    layers: tuple[Layer | None, ...] = ()
    givens: Mapping[str, Rows] = field(default_factory=dict)
    last: Incoming = UNKNOWN


def kind_of(node: Node) -> str:
    """The kind of a layer, as far as it can be told before it is read."""
    named = node.entries.get("type") if isinstance(node, MappingNode) else None
    text = getattr(named, "text", "dense")
    return text if text in KINDS else "dense"


def taken_by(node: Node | None) -> str:
    """What the first of these layers takes: that says how the input is to be read; of a wrong name the nearest one."""
    first = node.items[0] if isinstance(node, Sequence) and node.items else None
    named = first.entries.get("type") if isinstance(first, MappingNode) else None
    return KINDS[nearest(getattr(named, "text", "dense"), KINDS) or "dense"].takes


def usual_vectors(node: Node | None) -> str:
    """How vectors lie where the file does not say it: as the first of these layers wants them."""
    first = node.items[0] if isinstance(node, Sequence) and node.items else None
    return KINDS[kind_of(first)].vectors if first is not None else "columns"


def read_layers(node: Node, given: Incoming, vectors: str, faults: FaultList, decimal: str) -> Stack:
    """Every layer of the list, faulty ones included; `given` is the input of the first."""
    if not isinstance(node, Sequence):
        faults.add("layers", node.line, f"must be a list of layers, got {described(node)}")
        return Stack()
    if not 1 <= len(node.items) <= MOST_LAYERS:
        faults.add("layers", node.line, f"must have 1 to {MOST_LAYERS} layers, got {len(node.items)}")
        return Stack()
    layers: list[Layer | None] = []
    givens: dict[str, Rows] = {}
    shapes = {"X": given.shape}
    incoming, samples = given, taken_by(node) == "vectors"
    for at, item in enumerate(node.items):
        made = _layer(item, at, incoming, shapes, vectors, faults, decimal, samples)
        layers.append(made.layer)
        givens.update(made.givens)
        shapes[f"A_{at + 1}"] = made.gives
        incoming = Incoming(made.gives, _words(at + 1, made, vectors), made.node, made.maps)
    check_own(node.items, tuple(layers), faults)
    return Stack(tuple(layers), givens, incoming)


def _words(number: int, made: Made, vectors: str) -> str:
    """What a layer gives, in words."""
    if made.maps and made.gives:
        return f"layer {number} gives {images(made.gives, made.maps)}"
    count = made.gives[int(vectors == "rows")] if made.gives else 0
    return f"layer {number} gives {counted(count, 'value')}"


def _layer(
    node: Node,
    at: int,
    incoming: Incoming,
    earlier: Mapping[str, Shape | None],
    vectors: str,
    faults: FaultList,
    decimal: str,
    samples: bool,
) -> Made:
    place = joined("layers", at)
    if not isinstance(node, MappingNode):
        faults.add(place, node.line, f"must be a mapping with W, b, activation, got {described(node)}")
        return Made()
    if "type" in node.entries and choice(node.entries["type"], f"{place}.type", faults, tuple(KINDS)) is None:
        return Made()
    slot = Slot(node, place, at + 1, incoming, earlier, vectors, faults, decimal, samples)
    return KINDS[kind_of(node)].read(slot)
