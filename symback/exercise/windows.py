"""Layers that slide a window over an image in the file: convolution, pooling, and flattening after them.

An image is a matrix; a signal is a column, and its kernel a list. Several maps stand one under the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symback.exercise.activation import read_activation
from symback.exercise.fields import WIDEST, column, counted, matrix, whole
from symback.exercise.model import Layer
from symback.exercise.names import WHOLE_ACTIVATIONS
from symback.exercise.nodes import Node, Scalar, Sequence, described, joined
from symback.exercise.slot import Made, Rows, Shape, Slot, unknown_keys

Pair = tuple[int, int]

CONV_KEYS = ("type", "K", "b", "stride", "padding", "activation")
POOL_KEYS = ("type", "size", "stride")
#: More products than this are no work by hand, and slow.
MOST_PRODUCTS = 100_000


def slid(image: Shape, window: Pair, stride: Pair, padding: Pair, maps: Pair) -> Shape:
    """The shape of what a window gives at all its places, for maps that stand one under the other.

    `maps` are those that are given and those that come in. What is left over at the end has no place of its own.

    >>> slid((4, 4), (2, 2), (1, 1), (0, 0), (1, 1)), slid((8, 5), (2, 2), (2, 2), (0, 0), (2, 2))
    ((3, 3), (4, 2))
    """
    given, incoming = maps
    sizes = image[0] // incoming, image[1]
    rows, columns = (
        (size + 2 * beside - length) // step + 1
        for size, length, step, beside in zip(sizes, window, stride, padding, strict=True)
    )
    return given * rows, columns


def images(shape: Shape, maps: int) -> str:
    """The size of an image in words, or of several maps."""
    if maps == 1 and shape[1] == 1:
        return counted(shape[0], "value")
    size = f"{shape[0] // maps} x {shape[1]} values"
    return size if maps == 1 else f"{maps} maps of {size}"


@dataclass(frozen=True, slots=True)
class _Kernels:
    """The kernels of a layer: one for each map it gives and each that comes in, all of one size."""

    maps: int
    channels: int
    size: Pair
    rows: Rows


def read_conv(slot: Slot) -> Made:
    """A = f(X * K + b), a correlation: the kernel is not turned; its size fits what comes in."""
    unknown_keys(slot.node, slot.field, CONV_KEYS, slot.faults)
    entries = slot.node.entries
    activation = read_activation(entries.get("activation"), slot.path("activation"), slot.faults)
    stride = _pair(slot, "stride", (1, 1), 1)
    padding = _pair(slot, "padding", (0, 0), 0)
    takes_image = _takes_images(slot)
    if "K" not in entries:
        slot.missing("K", "the rows of the kernel")
        return Made(maps=1)
    kernels = _kernels(slot, entries["K"])
    bias = column(entries["b"], slot.path("b"), slot.faults, slot.decimal) if "b" in entries else None
    if kernels is None or stride is None or padding is None or not takes_image or slot.incoming.shape is None:
        return Made(maps=1)
    if bias is not None and len(bias) != kernels.maps:
        slot.fault("b", f"has {counted(len(bias), 'value')}, but K has {counted(kernels.maps, 'kernel')}")
    gives = _gives(slot, "K", kernels.size, stride, padding, (kernels.maps, kernels.channels))
    if gives is None or ("b" in entries and bias is None):
        return Made(maps=1)
    if activation.name in WHOLE_ACTIVATIONS and gives[1 - slot.units] > 1:
        slot.fault("activation", f"is {activation.name}, which goes over a vector, but this layer gives an image")
    named: dict[str, Rows] = {f"K_{slot.number}": kernels.rows}
    if bias is not None:
        named[f"b_{slot.number}"] = tuple((cell,) for cell in bias)
    options = (
        ("stride", stride), ("padding", padding), ("maps", (kernels.maps, kernels.channels)),
        ("kernel", kernels.size), ("signal", _is_line(slot)),
    )  # fmt: skip
    layer = Layer(
        gives[0], activation.name, bias is not None, activation.formula, activation.text, "unit", "conv",
        tuple((name, (len(rows), len(rows[0]))) for name, rows in named.items()), options,
    )  # fmt: skip
    return Made(layer, named, gives, entries["K"], kernels.maps)


def read_pool(slot: Slot) -> Made:
    """The greatest entry or the average of each window; without a stride windows lie side by side."""
    unknown_keys(slot.node, slot.field, POOL_KEYS, slot.faults)
    entries, maps = slot.node.entries, max(1, slot.incoming.maps)
    if "size" not in entries:
        slot.missing("size", "rows and columns of the window, a whole number or a pair")
        return Made(maps=maps)
    size = _pair(slot, "size", (1, 1), 1)
    stride = _pair(slot, "stride", size or (1, 1), 1)
    if size is None or stride is None or not _takes_images(slot) or slot.incoming.shape is None:
        return Made(maps=maps)
    gives = _gives(slot, "size", size, stride, (0, 0), (maps, maps))
    if gives is None:
        return Made(maps=maps)
    kind = str(getattr(entries["type"], "text", ""))
    options = (("size", size), ("stride", stride), ("maps", maps))
    return Made(Layer(gives[0], bias=False, kind=kind, options=options), {}, gives, entries["size"], maps)


def read_flatten(slot: Slot) -> Made:
    """All entries in one column (or row, as vectors lie), row by row, map after map."""
    unknown_keys(slot.node, slot.field, ("type",), slot.faults)
    shape = slot.incoming.shape
    if not _takes_images(slot) or shape is None:
        return Made()
    count = shape[0] * shape[1]
    gives = (1, count) if slot.units else (count, 1)
    return Made(Layer(count, bias=False, kind="flatten"), {}, gives, slot.node)


def _takes_images(slot: Slot) -> bool:
    """Whether one image comes in, or a vector, which is a signal; several samples are neither."""
    shape = slot.incoming.shape
    if shape is None or slot.incoming.maps or not slot.samples or shape[1] == 1:
        return True
    slot.fault("", f"takes one image or one signal, but {shape[1]} columns of values come in")
    return False


def _is_line(slot: Slot) -> bool:
    """Whether what comes in is one column: a window has one column then."""
    return slot.incoming.shape is not None and slot.incoming.shape[1] == 1


def _pair(slot: Slot, key: str, usual: Pair, least: int) -> Pair | None:
    """Two whole numbers, down and across, or one for both; along a signal it is one."""
    node = slot.node.entries.get(key)
    if node is None:
        return usual
    path = slot.path(key)
    if isinstance(node, Scalar):
        number = whole(node, path, slot.faults, least, WIDEST)
        return None if number is None else (number, least if _is_line(slot) else number)
    if not isinstance(node, Sequence) or len(node.items) != 2:
        what = f"{len(node.items)} values" if isinstance(node, Sequence) else described(node)
        slot.fault(key, f"must be a whole number or two of them (down, across), got {what}")
        return None
    both = [whole(item, joined(path, at), slot.faults, least, WIDEST) for at, item in enumerate(node.items)]
    first, second = both
    return None if first is None or second is None else (first, second)


def _gives(slot: Slot, key: str, window: Pair, stride: Pair, padding: Pair, maps: Pair) -> Shape | None:
    """The shape of the result; None, with a fault, where the window does not fit or slides over too much."""
    shape = slot.incoming.shape
    assert shape is not None
    sizes = shape[0] // maps[1], shape[1]
    line = _is_line(slot) and window[1] == 1
    window_words = f"{window[0]}" if line else f"{window[0]} x {window[1]}"
    if any(beside >= length for beside, length in zip(padding, window, strict=True)):
        slot.fault("padding", f"must be smaller than K, which has {window_words} weights")
        return None
    if any(length > size + 2 * beside for length, size, beside in zip(window, sizes, padding, strict=True)):
        what = "has" if key == "K" else "is"
        noun = " weights" if key == "K" else ""
        beside = " (and padding)" if any(padding) else ""
        slot.fault(key, f"{what} {window_words}{noun}, but {slot.incoming.words}{beside}: it has no place there")
        return None
    gives = slid(shape, window, stride, padding, maps)
    products = gives[0] * gives[1] * window[0] * window[1] * maps[1]
    if products > MOST_PRODUCTS:
        slot.fault(key, f"takes {products} products, and at most {MOST_PRODUCTS} are worked out")
        return None
    return gives


def _kernels(slot: Slot, node: Node) -> _Kernels | None:
    """One kernel, a list of them (for each map), or of lists of them (for each map and each that comes in)."""
    incoming, line = max(1, slot.incoming.maps), _is_line(slot)
    levels = _depth(node) - (1 if line else 2)
    if not 0 <= levels <= 2:
        one = "a list of numbers" if line else "a list of rows"
        slot.fault("K", f"must be {one}, or a list of such kernels, one for each map", node)
        return None
    groups = _maps(slot, node, levels, incoming)
    if groups is None:
        return None
    path, kernels = slot.path("K"), list[Rows | None]()
    for _at, item in groups[1]:
        kernels.append(_one(slot, item, f"{path}{_at}", line))
    first = kernels[0]
    if first is None or any(each is None for each in kernels):
        return None
    size = len(first), len(first[0])
    for (at, item), each in zip(groups[1], kernels, strict=True):
        if each is not None and (len(each), len(each[0])) != size:
            what = f"has {len(each)} x {len(each[0])} weights, but K{groups[1][0][0]} has {size[0]} x {size[1]}"
            slot.faults.add(f"{path}{at}", item.line, what)
            return None
    rows = tuple(row for each in kernels if each is not None for row in each)
    return _Kernels(groups[0], incoming, size, rows)


def _one(slot: Slot, node: Node, path: str, line: bool) -> Rows | None:
    if not line:
        return matrix(node, path, slot.faults, slot.decimal)
    cells = column(node, path, slot.faults, slot.decimal)
    return None if cells is None else tuple((cell,) for cell in cells)


def _maps(slot: Slot, node: Node, levels: int, incoming: int) -> tuple[int, list[tuple[str, Node]]] | None:
    """How many maps are given, and the kernels with their paths, those of a map together."""
    if levels == 0:
        maps = [("", [("", node)])]
    elif levels == 1 and incoming > 1:
        maps = [("", list(_items(node)))]
    elif levels == 1:
        maps = [(at, [(at, item)]) for at, item in _items(node)]
    else:
        maps = [(at, [(at + deeper, each) for deeper, each in _items(item)]) for at, item in _items(node)]
    if not 1 <= len(maps) <= WIDEST:
        slot.fault("K", f"must have 1 to {WIDEST} kernels, got {len(maps)}")
        return None
    for at, kernels in maps:
        if len(kernels) != incoming:
            what = f"has {counted(len(kernels), 'kernel')}"
            words = slot.incoming.words if slot.incoming.maps > 1 else "one image comes in"
            line = kernels[0][1].line if kernels else node.line
            slot.faults.add(f"{slot.path('K')}{at}", line, f"{what}, but {words}")
            return None
    return len(maps), [kernel for _, kernels in maps for kernel in kernels]


def _items(node: Node) -> Iterator[tuple[str, Node]]:
    items = node.items if isinstance(node, Sequence) else ()
    return ((f"[{at}]", item) for at, item in enumerate(items))


def _depth(node: Node) -> int:
    """How deep lists stand in one another, at their deepest."""
    if not isinstance(node, Sequence):
        return 0
    return 1 + max(map(_depth, node.items), default=0)
