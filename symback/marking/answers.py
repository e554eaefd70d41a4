"""Answers files: what was written for each quantity, as text with its line; YAML, JSON, CSV, one student or
a class.

Keys are names as on the paper (`dW_2`, `dW_1[2,3]`) in any spelling the transcripts know; one that is no
name is kept as it stands, for the marker to list. Values stay text: whoever marks them reads them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from symback.exercise.faults import FaultList
from symback.exercise.nodes import Mapping, Node, Scalar, Sequence, described, joined, shown
from symback.exercise.source import file_name, read_source
from symback.exercise.tree import parse_tree
from symback.marking.expressions import Name
from symback.marking.transcript import read_expression

_PAPER_NAME = re.compile(
    r"(?P<name>[A-Za-z][A-Za-z_]*[0-9]*(?:_new[0-9]{0,2})?(?:/d[A-Z]_[0-9]+(?:_new[0-9]{0,2})?)?(?:\.[a-z]+[0-9]?)?"
    r"|D[A-Za-z0-9_(),]+/D[A-Za-z0-9_(),]+|d2[A-Za-z0-9_]+/dw2)"
    r"(?:\[(?P<row>[0-9]{1,3})(?:,(?P<column>[0-9]{1,3}))?\])?"
)
_BLANKS = ("", "null", "~", "-", "–", "—")


#: What a key names: a quantity, and an entry of it or None.
Target = Callable[[str], tuple[str, tuple[int, ...] | None]]


@dataclass(frozen=True, slots=True)
class AnswerEntry:
    """What was written for one number: `index` counts from one, (2, 3) in a matrix, (2,) in a list, None
    without.
    """

    quantity: str
    index: tuple[int, ...] | None
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class StudentAnswers:
    """One row of a class: who, and what was written in which column."""

    id: str
    name: str
    code: str
    line: int
    entries: tuple[AnswerEntry, ...]


@dataclass(frozen=True, slots=True)
class ClassAnswers:
    """The answers of a class, a student a row, in the order of the file."""

    students: tuple[StudentAnswers, ...]


def read_answers(path: str | Path, aim: Target | None = None) -> tuple[AnswerEntry, ...] | ClassAnswers:
    """The answers in a YAML, JSON or CSV file, by the ending of its name; `aim` says what the keys mean.

    Raises:
        InputError: with all faults of the file: broken syntax, a quantity answered twice, ragged lists or
        rows.
    """
    text, file = read_source(path), file_name(path)
    suffix = Path(path).suffix.lower()
    if suffix == ".csv":
        from symback.marking.answers_csv import parse_csv

        return parse_csv(text, file, aim)
    return tree_answers(parse_tree(text, file, suffix, "answers"), file, aim)


def tree_answers(tree: Node, file: str | None, aim: Target | None = None) -> tuple[AnswerEntry, ...]:
    """The answers in a located tree: a mapping from names to a value, a list or a list of rows.

    Raises:
        InputError: with all faults.
    """
    faults = FaultList(file)
    found: list[AnswerEntry] = []
    if isinstance(tree, Mapping):
        for key, node in tree.entries.items():
            quantity, index = (aim or target)(key)
            found += _values(node, quantity, index, key, faults)
    else:
        faults.add("", tree.line, f"a mapping from quantities to values was expected, not {described(tree)}")
    refuse_doubles(found, faults)
    faults.stop_if_any()
    return tuple(found)


@lru_cache(maxsize=1024)
def target(key: str) -> tuple[str, tuple[int, ...] | None]:
    """The quantity and the entry that a key names; a key that is no name stands for itself.

    >>> target("dW2"), target("dL/dW_1[2,3]"), target("Z_2.sum")
    (('dW_2', None), ('dW_1', (2, 3)), ('Z_2.sum', None))
    """
    key = key.strip()
    read = read_expression(key, decimal=".") if len(key) <= 60 and "." not in key else None
    if isinstance(read, Name) and read.quantity is not None:
        return read.quantity, read.index
    plain = _PAPER_NAME.fullmatch(key)
    if plain is None or plain["row"] is None:
        return key, None
    return plain["name"], tuple(int(number) for number in (plain["row"], plain["column"]) if number)


def is_blank(text: str) -> bool:
    """Whether a cell says that nothing was answered."""
    return text.strip() in _BLANKS


def refuse_doubles(entries: list[AnswerEntry], faults: FaultList) -> None:
    """A fault for each number that was answered twice: taking one of the two would be a guess."""
    lines: dict[tuple[str, tuple[int, ...] | None], int] = {}
    for entry in entries:
        key = entry.quantity, entry.index
        if key in lines:
            name = shown(joined_index(entry))
            faults.add("", entry.line, f"two values for {name}, lines {lines[key]} and {entry.line}")
        lines.setdefault(key, entry.line)


def joined_index(entry: AnswerEntry) -> str:
    """The name of an entry: `dW_1[2,3]`."""
    return entry.quantity + (f"[{','.join(map(str, entry.index))}]" if entry.index else "")


def _values(
    node: Node, quantity: str, index: tuple[int, ...] | None, field: str, faults: FaultList
) -> Iterator[AnswerEntry]:
    """The entries of one key: a value, a list, or a list of rows."""
    if isinstance(node, Scalar):
        if node.quoted or not is_blank(node.text):
            yield AnswerEntry(quantity, index, node.text, node.line)
    elif isinstance(node, Mapping) or index is not None:
        faults.add(field, node.line, f"must be a number{'' if index else ' or a list'}, not {described(node)}")
    elif not node.items:
        faults.add(field, node.line, "is an empty list")
    elif all(isinstance(item, Sequence) for item in node.items):
        yield from _rows(node, quantity, field, faults)
    else:
        yield from _list(node, quantity, (), field, faults)


def _rows(node: Sequence, quantity: str, field: str, faults: FaultList) -> Iterator[AnswerEntry]:
    lengths = {len(row.items) for row in node.items if isinstance(row, Sequence)}
    if len(lengths) > 1 or 0 in lengths:
        faults.add(field, node.line, "has rows of different lengths" if 0 not in lengths else "has an empty row")
        return
    for place, row in enumerate(node.items):
        if isinstance(row, Sequence):
            yield from _list(row, quantity, (place + 1,), joined(field, place), faults)


def _list(
    node: Sequence, quantity: str, before: tuple[int, ...], field: str, faults: FaultList
) -> Iterator[AnswerEntry]:
    for place, item in enumerate(node.items):
        if not isinstance(item, Scalar):
            faults.add(joined(field, place), item.line, f"must be a number, not {described(item)}")
        elif item.quoted or not is_blank(item.text):
            yield AnswerEntry(quantity, (*before, place + 1), item.text, item.line)
