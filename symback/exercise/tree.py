"""Input files as located trees: YAML or JSON, by the ending of the name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from symback.errors import Fault, InputError
from symback.exercise.nodes import Node
from symback.exercise.source import decode, file_name, read_source

SUFFIXES = (".yaml", ".yml", ".json")


def read_tree(path: str | Path, holds: str = "exercise") -> Node:
    """The tree of a YAML or JSON file; `holds` names what the user wanted, for the message on an empty file.

    Raises InputError, with the file named, for whatever `read_source`, `parse_yaml` or `parse_json` refuse.
    """
    text, file = read_source(path), file_name(path)
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(Fault(f"must end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}", file=file))
    return parse_tree(text, file, suffix, holds)


def parse_tree(text: str | bytes, file: str | None, suffix: str = ".yaml", holds: str = "exercise") -> Node:
    """The tree of a text that is at hand; `file` names it in messages."""
    if isinstance(text, bytes):
        text = decode(text, file)
    tree = _parser(suffix)(text, file)
    if tree is None:
        raise InputError(Fault(f"file holds no {holds}", file=file))
    return tree


def _parser(suffix: str) -> Callable[[str, str | None], Node | None]:
    """The reader of a format, imported when it is asked for: YAML takes a while to load."""
    if suffix == ".json":
        from symback.exercise.json_tree import parse_json

        return parse_json
    from symback.exercise.yaml_tree import parse_yaml

    return parse_yaml
