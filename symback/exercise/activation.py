"""The activation of a layer in the file: one of the table, or the exercise's own formula."""

from __future__ import annotations

import re
from dataclasses import dataclass

from symback.exercise.faults import FaultList
from symback.exercise.fields import choice, formula_in, plain_text
from symback.exercise.grammar import CONSTANTS, FUNCTIONS, names_in, renamed
from symback.exercise.model import Layer, Term
from symback.exercise.names import ACTIVATIONS, WHOLE_ACTIVATIONS
from symback.exercise.nodes import Mapping, Node, Scalar, shown
from symback.exercise.slot import unknown_keys

OWN_KEYS = {"name": "what the activation is called", "of": 'its formula in z, as "z/(1+exp(-2*z))"'}
_VARIABLES = ("z", "x")
_OWN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,19}")


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation as read: its name, and its formula where it is the exercise's own."""

    name: str = "identity"
    formula: Term | None = None
    text: str = ""


def read_activation(node: Node | None, field: str, faults: FaultList) -> Activation:
    """One of the table by its name, or the exercise's own: {name: swish2, of: "z/(1+exp(-2*z))"}."""
    if node is None:
        return Activation()
    if not isinstance(node, Mapping):
        return Activation(choice(node, field, faults, (*ACTIVATIONS, *WHOLE_ACTIVATIONS)) or "identity")
    unknown_keys(node, field, OWN_KEYS, faults)
    for key, meaning in OWN_KEYS.items():
        if key not in node.entries:
            faults.add(f"{field}.{key}", node.line, f"is missing: {meaning}")
    name = _own_name(node.entries["name"], f"{field}.name", faults) if "name" in node.entries else None
    if "of" not in node.entries:
        return Activation()
    of = node.entries["of"]
    formula = formula_in(of, f"{field}.of", faults, _VARIABLES)
    used = names_in(formula) & set(_VARIABLES) if formula else set()
    if formula and len(used) != 1:
        what = "uses both z and x; take one of them" if used else "does not depend on z"
        faults.add(f"{field}.of", of.line, what)
    text = of.text if isinstance(of, Scalar) else ""
    return Activation(name or "f", formula and renamed(formula, {"x": "z"}), text)


def _own_name(node: Node, field: str, faults: FaultList) -> str | None:
    name = plain_text(node, field, faults)
    if name is None:
        return None
    taken = (*ACTIVATIONS, *WHOLE_ACTIVATIONS, *FUNCTIONS, *CONSTANTS, *_VARIABLES)
    if not _OWN_NAME.fullmatch(name):
        faults.add(field, node.line, f"must be a letter and up to 19 more letters or digits, got {shown(name)}")
    elif name in taken:
        faults.add(field, node.line, f"is {shown(name)}, which has a meaning of its own here; choose another name")
    return name


def check_own(nodes: tuple[Node, ...], layers: tuple[Layer | None, ...], faults: FaultList) -> None:
    """Note each activation of the exercise's own that has the name of another one."""
    first: dict[str, int] = {}
    for at, layer in enumerate(layers):
        if layer is not None and layer.formula is not None:
            before = first.setdefault(layer.activation, at)
            known = layers[before]
            if known is not None and known.formula != layer.formula:
                what = f"is {shown(layer.activation)}, which layers[{before}] defines otherwise"
                faults.add(f"layers[{at}].activation.name", nodes[at].line, what)
