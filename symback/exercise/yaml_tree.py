"""YAML, from text to the located tree, by the events of the parser alone.

No loader is run, so nothing is constructed: no dates, no Python objects, no numbers. Depth and size are
watched while the events come, so that a hostile file is refused after its first kilobytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import yaml

from symback.errors import Fault, InputError
from symback.exercise.nodes import DEEPEST, MOST_NODES, Mapping, Node, Scalar, Sequence, joined, shown
from symback.exercise.source import control_fault

# libyaml where it is built in: the same events, ten times quicker.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def parse_yaml(text: str, file: str | None = None) -> Node | None:
    """The one document of a text as a tree; None where there is none.

    Raises InputError at the first of: broken YAML, a second document, an anchor, an alias, a tag, a key that
    is not plain text or that stands twice, a control character, nesting deeper than 64, more than
    100,000 nodes.
    """
    return _Composer(text, file).document()


class _Composer:
    """Walks the events; its methods take what belongs to one node."""

    def __init__(self, text: str, file: str | None) -> None:
        self.events: Iterator[Any] = yaml.parse(text, Loader=_LOADER)
        self.file = file
        self.nodes = 0

    def document(self) -> Node | None:
        tree = None
        while not isinstance(event := self.next(), yaml.StreamEndEvent):
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            if tree is not None:
                self.refuse("more than one document", event)
            tree = self.node(self.next(), "", 0)
            self.next()  # the end of the document
        # Three dashes with nothing after them are a document that holds nothing.
        return None if isinstance(tree, Scalar) and not tree.text and not tree.quoted else tree

    def next(self) -> Any:
        """The next event; what the parser finds wrong becomes a fault with its line."""
        try:
            return next(self.events)
        except yaml.MarkedYAMLError as fault:
            mark = fault.problem_mark or fault.context_mark
            start = f" (line {fault.context_mark.line + 1})" if fault.context_mark else ""
            context = f"{fault.context}{start}, " if fault.context else ""
            message = f"is not valid YAML: {context}{fault.problem}"
            line = mark.line + 1 if mark else None
            raise InputError(Fault(message, file=self.file, line=line)) from None
        except (yaml.YAMLError, ValueError, OverflowError) as fault:
            words = " ".join(str(fault).split())
            raise InputError(Fault(f"is not valid YAML: {words}", file=self.file)) from None

    def node(self, event: Any, field: str, depth: int) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self.refuse(f"holds more than {MOST_NODES} values", event)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self.refuse("anchors and aliases are not allowed", event, field)
        if event.tag is not None:
            self.refuse(f"tags are not allowed: {shown(event.tag)}", event, field)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, field)
        if depth == DEEPEST:
            self.refuse(f"nested deeper than {DEEPEST}", event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(event, field, depth + 1)
        return self.mapping(event, field, depth + 1)

    def scalar(self, event: Any, field: str) -> Scalar:
        if wrong := control_fault(event.value):
            self.refuse(wrong, event, field)
        return Scalar(event.value, event.start_mark.line + 1, quoted=not event.implicit[0])

    def sequence(self, start: Any, field: str, depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            items.append(self.node(event, joined(field, len(items)), depth))
        return Sequence(tuple(items), start.start_mark.line + 1)

    def mapping(self, start: Any, field: str, depth: int) -> Mapping:
        entries: dict[str, Node] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            key = self.node(event, field, depth) if isinstance(event, yaml.NodeEvent) else None
            if not isinstance(key, Scalar):
                self.refuse("keys must be plain text", event, field)
            if key.text in entries:
                first = lines[key.text]
                self.refuse(f"duplicate key {shown(key.text)}, lines {first} and {key.line}", event)
            lines[key.text] = key.line
            entries[key.text] = self.node(self.next(), joined(field, key.text), depth)
        return Mapping(entries, lines, start.start_mark.line + 1)

    def refuse(self, message: str, event: Any, field: str = "") -> NoReturn:
        line = event.start_mark.line + 1
        raise InputError(Fault(message, file=self.file, line=line, field=field or None))
