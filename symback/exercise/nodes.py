"""The located tree: what an input file holds, all of it text, each node with its line.

No node knows a type but text: `no`, `010`, `1:30` and `1e-6` stay as they were written, and whoever asks
for a number reads it with `numerals`.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

LARGEST_FILE = 2**20
DEEPEST = 64
MOST_NODES = 100_000


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text; `quoted` tells `"1"` from `1`. An empty value and JSON's null are unquoted: "" and "null"."""

    text: str
    line: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values in the order of the file; `lines` says where each key stands."""

    entries: MappingOf[str, Node]
    lines: MappingOf[str, int]
    line: int


Node = Scalar | Sequence | Mapping

_WORDS = {Sequence: "a list", Mapping: "a mapping"}


def shown(text: str, most: int = 40) -> str:
    r"""A text from a file as it may stand in a message: quoted, short, without characters that act.

    >>> print(shown("a\x1b[2J"))
    "a\x1b[2J"
    """
    cut = text if len(text) <= most else text[: most - 3] + "..."
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)
    return f'"{plain}"'


def described(node: Node) -> str:
    """What a node is, for a message that expected something else."""
    if isinstance(node, Scalar):
        return shown(node.text) if node.text else "nothing"
    return _WORDS[type(node)]


def joined(field: str, key: str | int) -> str:
    """The path of an entry: `layers`, `layers[1]`, `layers[1].W`."""
    if isinstance(key, int):
        return f"{field}[{key}]"
    name = key if key.isidentifier() and len(key) <= 40 else shown(key)
    return f"{field}.{name}" if field else name
