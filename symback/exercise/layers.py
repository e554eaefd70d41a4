"""The layers of an exercise file: their matrices, and whether each takes what the one before it gives."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from symback.exercise.faults import FaultList
from symback.exercise.fields import WIDEST, Cells, choice, column, comma_hint, counted, formula_in, matrix, plain_text
from symback.exercise.grammar import CONSTANTS, FUNCTIONS, names_in, renamed
from symback.exercise.model import Term
from symback.exercise.names import ACTIVATIONS, suggestion
from symback.exercise.nodes import Mapping, Node, Scalar, Sequence, described, joined, shown

MOST_LAYERS = 20
KEYS = ("W", "b", "activation")
OWN_KEYS = {"name": "what the activation is called", "of": 'its formula in z, as "z/(1+exp(-2*z))"'}
_VARIABLES = ("z", "x")
_OWN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,19}")


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer as read; `units` is None where W could not be counted, `weights` where it is faulty."""

    units: int | None = None
    weights: tuple[Cells, ...] | None = None
    bias: Cells | None = None
    activation: str = "identity"
    formula: Term | None = None
    text: str = ""


def read_layers(node: Node, faults: FaultList, decimal: str) -> tuple[Layer, ...]:
    """Every layer of the list, faulty ones included."""
    if not isinstance(node, Sequence):
        faults.add("layers", node.line, f"must be a list of layers, got {described(node)}")
        return ()
    if not 1 <= len(node.items) <= MOST_LAYERS:
        faults.add("layers", node.line, f"must have 1 to {MOST_LAYERS} layers, got {len(node.items)}")
        return ()
    return tuple(_layer(item, joined("layers", at), faults, decimal) for at, item in enumerate(node.items))


def unknown_keys(node: Mapping, field: str, known: Collection[str], faults: FaultList) -> None:
    """Note each key that means nothing here."""
    for key, line in node.lines.items():
        if key not in known:
            faults.add(joined(field, key), line, f"is not known; {suggestion(key, known)}")


def check_chain(
    nodes: Node,
    layers: tuple[Layer, ...],
    given: Node | None,
    inputs: int | None,
    faults: FaultList,
    decimal: str,
) -> None:
    """Note each layer whose W does not fit what comes in: `inputs` values from x, then the units before."""
    if not isinstance(nodes, Sequence):
        return
    before, source, giver = inputs, f"x has {counted(inputs or 0, 'value')}", given
    for at, layer in enumerate(layers):
        node = nodes.items[at]
        weights = node.entries.get("W") if isinstance(node, Mapping) else None
        width = len(layer.weights[0]) if layer.weights else None
        if weights and width is not None and before is not None and width != before:
            hint = comma_hint(decimal, *(each for each in (weights, giver) if each))
            message = f"has {counted(width, 'column')}, but {source}{hint}"
            faults.add(f"layers[{at}].W", weights.line, message)
        before, giver = layer.units, weights
        source = f"layer {at + 1} gives {counted(layer.units or 0, 'value')}"


def _layer(node: Node, field: str, faults: FaultList, decimal: str) -> Layer:
    if not isinstance(node, Mapping):
        faults.add(field, node.line, f"must be a mapping with {', '.join(KEYS)}, got {described(node)}")
        return Layer()
    unknown_keys(node, field, KEYS, faults)
    read = Layer()
    if "activation" in node.entries:
        read = _activation(node.entries["activation"], f"{field}.activation", faults)
    if "W" not in node.entries:
        faults.add(f"{field}.W", node.line, "is missing: the rows of the weight matrix")
        return read
    rows = node.entries["W"]
    weights = matrix(rows, f"{field}.W", faults, decimal)
    units = len(weights) if weights else _rows(rows)
    bias = None
    if "b" in node.entries:
        bias = _bias(node.entries["b"], rows, f"{field}.b", units, faults, decimal)
    return replace(read, units=units, weights=weights, bias=bias)


def _activation(node: Node, field: str, faults: FaultList) -> Layer:
    """One of the table by its name, or the exercise's own: {name: swish2, of: "z/(1+exp(-2*z))"}."""
    if not isinstance(node, Mapping):
        return Layer(activation=choice(node, field, faults, ACTIVATIONS) or "identity")
    unknown_keys(node, field, OWN_KEYS, faults)
    for key, meaning in OWN_KEYS.items():
        if key not in node.entries:
            faults.add(f"{field}.{key}", node.line, f"is missing: {meaning}")
    name = _own_name(node.entries["name"], f"{field}.name", faults) if "name" in node.entries else None
    if "of" not in node.entries:
        return Layer()
    of = node.entries["of"]
    formula = formula_in(of, f"{field}.of", faults, _VARIABLES)
    used = names_in(formula) & set(_VARIABLES) if formula else set()
    if formula and len(used) != 1:
        what = "uses both z and x; take one of them" if used else "does not depend on z"
        faults.add(f"{field}.of", of.line, what)
    text = of.text if isinstance(of, Scalar) else ""
    return Layer(activation=name or "f", formula=formula and renamed(formula, {"x": "z"}), text=text)


def _own_name(node: Node, field: str, faults: FaultList) -> str | None:
    name = plain_text(node, field, faults)
    if name is None:
        return None
    taken = (*ACTIVATIONS, *FUNCTIONS, *CONSTANTS, *_VARIABLES)
    if not _OWN_NAME.fullmatch(name):
        faults.add(field, node.line, f"must be a letter and up to 19 more letters or digits, got {shown(name)}")
    elif name in taken:
        faults.add(field, node.line, f"is {shown(name)}, which has a meaning of its own here; choose another name")
    return name


def check_own(nodes: Node, layers: tuple[Layer, ...], faults: FaultList) -> None:
    """Note each activation of the exercise's own that has the name of another one."""
    first: dict[str, int] = {}
    for at, layer in enumerate(layers):
        if layer.formula is not None and isinstance(nodes, Sequence):
            before = first.setdefault(layer.activation, at)
            if layers[before].formula != layer.formula:
                what = f"is {shown(layer.activation)}, which layers[{before}] defines otherwise"
                faults.add(f"layers[{at}].activation.name", nodes.items[at].line, what)


def _bias(node: Node, weights: Node, field: str, units: int | None, faults: FaultList, decimal: str) -> Cells | None:
    bias = column(node, field, faults, decimal)
    if bias is not None and units is not None and len(bias) != units:
        hint = comma_hint(decimal, node, weights)
        message = f"has {counted(len(bias), 'value')}, but W has {counted(units, 'row')}{hint}"
        faults.add(field, node.line, message)
    return bias


def _rows(node: Node) -> int | None:
    """How many rows a faulty W has, where that can be said."""
    if not isinstance(node, Sequence) or not all(isinstance(item, Sequence) for item in node.items):
        return None
    return len(node.items) if 1 <= len(node.items) <= WIDEST else None
