"""Typing the fields of a recipe: each reader gives what a field holds, or notes a fault and gives None."""

from __future__ import annotations

from fractions import Fraction

from symback.exercise.faults import FaultList
from symback.exercise.fields import number
from symback.exercise.model import Numeral
from symback.exercise.names import suggestion
from symback.exercise.nodes import Mapping, Node, Scalar, Sequence, described, joined, shown

Interval = tuple[Fraction, Fraction]


def interval(node: Node, field: str, faults: FaultList, decimal: str) -> Interval | None:
    """Two numbers, the lower one first."""
    if not isinstance(node, Sequence) or len(node.items) != 2:
        faults.add(field, node.line, f"must be two numbers, [lowest, highest], got {described(node)}")
        return None
    ends = [number(item, joined(field, at), faults, decimal) for at, item in enumerate(node.items)]
    if ends[0] is None or ends[1] is None:
        return None
    low, high = ends[0], ends[1]
    if low.value > high.value:
        faults.add(field, node.line, f"is [{shown_number(low)}, {shown_number(high)}]: the lower number comes first")
        return None
    return low.value, high.value


def flag(node: Node, field: str, faults: FaultList) -> bool | None:
    """`true` or `false`."""
    if isinstance(node, Scalar) and node.text in ("true", "false"):
        return node.text == "true"
    faults.add(field, node.line, f"must be true or false, got {described(node)}")
    return None


def numerals(node: Node, field: str, faults: FaultList, decimal: str, most: int) -> tuple[Numeral, ...] | None:
    """A list of different numbers."""
    if not isinstance(node, Sequence) or not 1 <= len(node.items) <= most:
        size = f" of {len(node.items)}" if isinstance(node, Sequence) else ""
        faults.add(field, node.line, f"must be a list of 1 to {most} numbers, got {described(node)}{size}")
        return None
    read = [number(item, joined(field, at), faults, decimal) for at, item in enumerate(node.items)]
    known: dict[Fraction, int] = {}
    for at, each in enumerate(read):
        if each is not None and known.setdefault(each.value, at) != at:
            faults.add(joined(field, at), node.items[at].line, f"is {shown_number(each)} a second time")
            return None
    good = tuple(each for each in read if each is not None)
    return good if len(good) == len(read) else None


def names(node: Node, field: str, faults: FaultList, known: tuple[str, ...]) -> tuple[str, ...]:
    """A list of names that are known."""
    if not isinstance(node, Sequence) or not node.items:
        faults.add(field, node.line, f"must be a list of quantities like [{known[-1]}], got {described(node)}")
        return ()
    found = []
    for at, item in enumerate(node.items):
        name = item.text if isinstance(item, Scalar) else ""
        if name in known:
            found.append(name)
        else:
            what = f"is {described(item)}, which is not in this exercise; {suggestion(name, known)}"
            faults.add(joined(field, at), item.line, what)
    return tuple(dict.fromkeys(found))


def keys(node: Mapping, field: str, faults: FaultList, known: tuple[str, ...]) -> None:
    """Note each key that means nothing here."""
    for key, line in node.lines.items():
        if key not in known:
            faults.add(joined(field, key), line, f"is not known; {suggestion(key, known)}")


def shown_number(numeral: Numeral) -> str:
    """A number from a file as it may stand in a message."""
    return shown(numeral.text).strip('"')
