"""JSON, from text to the located tree, by a strict reader that keeps numbers as text.

Stricter than RFC 8259 where a file would be misread in silence: no key twice, no NaN, no lone surrogate.
"""

from __future__ import annotations

import json
import re

from symback.errors import Fault, InputError
from symback.exercise.nodes import DEEPEST, MOST_NODES, Mapping, Node, Scalar, Sequence, joined, shown
from symback.exercise.source import control_fault

_BLANK = re.compile(r"[ \t\r\n]*+")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\.)*+"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?")
_WORD = re.compile(r"-?[A-Za-z]++")
_LITERALS = ("true", "false", "null")
_NOT_NUMBERS = {
    "NaN": "NaN is not allowed",
    "Infinity": "infinity is not allowed",
    "-Infinity": "infinity is not allowed",
}
_COMMA_HINT = "numbers with a comma need quotes"


def parse_json(text: str, file: str | None = None) -> Node | None:
    """A JSON text as a tree; None where it is blank.

    Raises InputError at the first of: broken JSON, a key that stands twice, NaN, infinity, a lone surrogate,
    a control character, nesting deeper than 64, more than 100,000 nodes.
    """
    return _Reader(text, file).document()


class _Reader:
    """The text and how far it is read; lines are counted on the way."""

    def __init__(self, text: str, file: str | None) -> None:
        self.text = text
        self.file = file
        self.at = 0
        self.line = 1
        self.line_start = 0
        self.nodes = 0

    def document(self) -> Node | None:
        self.skip()
        if self.at == len(self.text):
            return None
        tree = self.value("", 0)
        self.skip()
        if self.at < len(self.text):
            raise self.fault("text after the end")
        return tree

    def value(self, field: str, depth: int) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self.fault(f"holds more than {MOST_NODES} values")
        opening = self.text[self.at : self.at + 1]
        if opening in ("{", "["):
            if depth == DEEPEST:
                raise self.fault(f"nested deeper than {DEEPEST}")
            read = self.mapping if opening == "{" else self.sequence
            return read(field, depth + 1)
        if opening == '"':
            return Scalar(self.string(field), self.line, quoted=True)
        return self.bare(field)

    def bare(self, field: str) -> Scalar:
        """A number or a literal, kept as text."""
        found = _WORD.match(self.text, self.at)
        if found and found[0] not in _LITERALS:
            raise self.fault(_NOT_NUMBERS.get(found[0], "a value was expected"), field)
        found = found or _NUMBER.match(self.text, self.at)
        if not found:
            raise self.fault("a value was expected", field)
        self.at = found.end()
        return Scalar(found[0], self.line)

    def string(self, field: str) -> str:
        found = _STRING.match(self.text, self.at)
        if not found:
            raise self.fault("text in quotes was expected, closed on its line", field)
        try:
            text: str = json.loads(found[0])
        except ValueError:
            raise self.fault("a broken escape in a text", field) from None
        if wrong := control_fault(text):
            raise self.fault(wrong, field)
        self.at = found.end()
        return text

    def sequence(self, field: str, depth: int) -> Sequence:
        line, items = self.line, list[Node]()
        self.at += 1
        self.skip()
        while not self.take("]"):
            items.append(self.value(joined(field, len(items)), depth))
            self.separate("]")
        return Sequence(tuple(items), line)

    def mapping(self, field: str, depth: int) -> Mapping:
        line, entries, lines = self.line, dict[str, Node](), dict[str, int]()
        self.at += 1
        self.skip()
        while not self.take("}"):
            key = self.key(field, lines)
            lines[key] = self.line
            self.skip()
            if not self.take(":"):
                raise self.fault("a colon was expected after the key", field)
            self.skip()
            entries[key] = self.value(joined(field, key), depth)
            self.separate("}")
        return Mapping(entries, lines, line)

    def key(self, field: str, lines: dict[str, int]) -> str:
        if self.text[self.at : self.at + 1] != '"':
            raise self.fault("a key in double quotes was expected", field)
        key = self.string(field)
        if key in lines:
            raise self.fault(f"duplicate key {shown(key)}, lines {lines[key]} and {self.line}", place=False)
        return key

    def separate(self, end: str) -> None:
        """Go past the comma between two entries, or up to the end."""
        self.skip()
        comma = self.at
        if not self.take(","):
            if not self.text.startswith(end, self.at):
                raise self.fault(f"a comma or {end} was expected")
            return
        self.skip()
        if self.text.startswith(end, self.at):
            raise self.fault(f"nothing between the comma and {end}", at=comma)
        if end == "}" and self.text[self.at : self.at + 1].isdecimal():
            raise self.fault(f"a key was expected; hint: {_COMMA_HINT}", at=comma)

    def take(self, mark: str) -> bool:
        if not self.text.startswith(mark, self.at):
            return False
        self.at += len(mark)
        return True

    def skip(self) -> None:
        """Go past blanks, counting lines (strings hold no line ends)."""
        found = _BLANK.match(self.text, self.at)
        assert found  # the pattern matches nothing too
        blank = found[0].replace("\r\n", " \n").replace("\r", "\n")
        if lines := blank.count("\n"):
            self.line += lines
            self.line_start = self.at + blank.rindex("\n") + 1
        self.at = found.end()

    def fault(self, message: str, field: str = "", *, at: int | None = None, place: bool = True) -> InputError:
        column = (self.at if at is None else at) - self.line_start + 1
        words = f"{message} (column {column})" if place else message
        return InputError(Fault(words, file=self.file, line=self.line, field=field or None))
