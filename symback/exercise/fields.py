"""Typing the nodes of a tree: each reader gives what a field holds, or notes a fault and gives a stand-in.

A stand-in (None) keeps its place in a list, so that shapes are still checked around a number that is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from symback.exercise.faults import FaultList
from symback.exercise.grammar import read_formula
from symback.exercise.model import Numeral, Term
from symback.exercise.names import suggestion
from symback.exercise.nodes import Mapping, Node, Scalar, Sequence, described, joined, shown
from symback.exercise.numerals import read_numeral
from symback.exercise.scanner import Refusal

Cell = Numeral | None
Cells = tuple[Cell, ...]

WIDEST = 64
COMMA_HINT = '; hint: write 0.1 or "0,1": a bare comma separates list items'


def plain_text(node: Node, field: str, faults: FaultList) -> str | None:
    """A text that is not empty."""
    if isinstance(node, Scalar) and node.text:
        return node.text
    faults.add(field, node.line, f"must be text, got {described(node)}")
    return None


def formula_in(node: Node, field: str, faults: FaultList, known: Collection[str]) -> Term | None:
    """A formula in known names."""
    if not isinstance(node, Scalar):
        faults.add(field, node.line, f"must be a formula, got {described(node)}")
        return None
    found = read_formula(node.text, known)
    if isinstance(found, Term):
        return found
    faults.add(field, node.line, f"is not a formula here: {found}")
    return None


def choice(node: Node, field: str, faults: FaultList, known: tuple[str, ...]) -> str | None:
    """One of the known names."""
    name = plain_text(node, field, faults)
    if name is None or name in known:
        return name
    faults.add(field, node.line, f"is {shown(name)}, which is not known; {suggestion(name, known)}")
    return None


def whole(node: Node, field: str, faults: FaultList, low: int, high: int) -> int | None:
    """A whole number between two limits."""
    text = node.text if isinstance(node, Scalar) else ""
    if text.isascii() and text.isdecimal() and len(text) <= 9 and low <= int(text) <= high:
        return int(text)
    faults.add(field, node.line, f"must be a whole number from {low} to {high}, got {described(node)}")
    return None


def number(node: Node, field: str, faults: FaultList, decimal: str) -> Cell:
    """One number. A point is always understood; the file's own mark, where it is a comma, as well."""
    if not isinstance(node, Scalar):
        faults.add(field, node.line, f"must be a number, got {described(node)}")
        return None
    found = read_numeral(node.text, calculator=False)
    if isinstance(found, Refusal) and decimal != "." and "," in node.text:
        found = read_numeral(node.text, decimal=decimal, calculator=False)
    if isinstance(found, Numeral):
        return found
    wrong = f"is not a number: {shown(node.text)} ({found})" if node.text else "must be a number, got nothing"
    faults.add(field, node.line, wrong)
    return None


def column(node: Node, field: str, faults: FaultList, decimal: str) -> Cells | None:
    """A list of numbers, or one number for a list of one; None where it is neither."""
    if isinstance(node, Scalar):
        return (number(node, field, faults, decimal),)
    if not isinstance(node, Sequence):
        faults.add(field, node.line, f"must be a number or a list of numbers, got {described(node)}")
        return None
    if not 1 <= len(node.items) <= WIDEST:
        faults.add(field, node.line, f"must have 1 to {WIDEST} values, got {len(node.items)}")
        return None
    return tuple(number(item, joined(field, at), faults, decimal) for at, item in enumerate(node.items))


def matrix(node: Node, field: str, faults: FaultList, decimal: str) -> tuple[Cells, ...] | None:
    """A list of rows of equal length; None where it is none."""
    if not isinstance(node, Sequence) or any(isinstance(item, Scalar) for item in node.items):
        hint = comma_hint(decimal, node)
        faults.add(field, node.line, f"must be a list of rows: write {_as_rows(node)}{hint}")
        return None
    if not 1 <= len(node.items) <= WIDEST:
        faults.add(field, node.line, f"must have 1 to {WIDEST} rows, got {len(node.items)}")
        return None
    rows = [column(item, joined(field, at), faults, decimal) for at, item in enumerate(node.items)]
    widths = [len(row) if row else 0 for row in rows]
    ragged = [at for at, width in enumerate(widths) if widths[0] and width not in (0, widths[0])]
    hint = comma_hint(decimal, node) if ragged else ""
    for at in ragged:
        message = f"has {counted(widths[at], 'value')}, but the first row has {widths[0]}"
        faults.add(joined(field, at), node.items[at].line, message + hint)
    good = tuple(row for row in rows if row is not None)
    return good if len(good) == len(rows) and not ragged else None


def comma_hint(decimal: str, *nodes: Node) -> str:
    """The warning for `[0,1]` in a file with a decimal comma, where bare whole numbers stand in a list."""
    bare = (leaf for node in nodes if isinstance(node, Sequence) for leaf in _leaves(node))
    suspicious = decimal == "," and any(not leaf.quoted and leaf.text.isdecimal() for leaf in bare)
    return COMMA_HINT if suspicious else ""


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 value`, `2 values`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _leaves(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    else:
        for item in node.items if isinstance(node, Sequence) else node.entries.values():
            yield from _leaves(item)


def _as_rows(node: Node) -> str:
    """A flat list or a number as the matrix of one row that was probably meant."""
    if isinstance(node, Mapping) or not all(leaf.text.isascii() for leaf in _leaves(node)):
        return "[[...]]"
    row = ", ".join(leaf.text for leaf in _leaves(node))
    return f"[[{row}]]" if len(row) <= 60 and row.isprintable() else "[[...]]"
