"""The tokens of mathematics and where they stand; what may be read at all.

A block is a piece of a paper that holds mathematics. Before anything reads it, `check` refuses what would
hurt: text that is too long or too deep, hidden characters, braces that do not match.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import Any

from symback.exercise.model import Numeral

DEEPEST = 64
NOTHING = "something is missing here"
LONGEST = 20_000


@dataclass(slots=True)
class Token:
    """A piece of mathematics between two places of the block; `gap` tells that a space stands before it.

    `parts` holds the tokens of a group, the two of a fraction, or the cells of an environment, row by row.
    """

    kind: str
    text: str
    start: int
    end: int
    gap: bool = False
    parts: list[Any] = field(default_factory=list)
    numeral: Numeral | None = None
    reading: str = ""


class DoubtError(Exception):
    """This cannot be read with certainty; carries the reason, its kind and the place in the block."""

    def __init__(self, reason: str, kind: str, at: int) -> None:
        super().__init__(reason)
        self.reason, self.kind, self.at = reason, kind, at


@dataclass(frozen=True, slots=True)
class Block:
    """Mathematics to be read: its text, the place of its first character, the decimal sign, and if it was
    typed plain.
    """

    text: str
    line: int
    column: int
    decimal: str
    plain: bool = False
    breaks: tuple[int, ...] = ()

    @classmethod
    def at(cls, text: str, line: int, column: int, decimal: str, plain: bool = False) -> Block:
        """A block, with its line ends counted."""
        breaks = tuple(found.start() for found in re.finditer("\n", text)) if "\n" in text else ()
        return cls(text, line, column, decimal, plain, breaks)

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of a character of the block, counted from one in the file."""
        lines = bisect_right(self.breaks, at - 1) if self.breaks else 0
        if lines == 0:
            return self.line, self.column + at
        return self.line + lines, at - self.breaks[lines - 1]


_SPAN = re.compile(
    r"\\(?:left|right)(?![A-Za-z])\s*(?:\\[A-Za-z]+|\\?.)|\\(?:begin|end)(?![A-Za-z])|\\.|[{}()\[\]$]",
    re.DOTALL,
)
_STEP = {
    **dict.fromkeys(("{", "(", "[", "\\{", "\\begin"), 1),
    **dict.fromkeys(("}", ")", "]", "\\}", "\\end"), -1),
}
# Control characters, marks that hide or reorder text, private use, and digits of other scripts.
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffd"
    r"\ud800-\uf8ff\U000e0000-\U0010ffff]|(?![0-9])\d"
)


def hidden(text: str, start: int = 0) -> tuple[str, int] | None:
    """The first character that a marker could not see or would misread, and its place."""
    found = _HIDDEN.search(text, start)
    return (f"U+{ord(found[0]):04X}", found.start()) if found else None


def check(text: str) -> None:
    """Refuse what no reader should be given: too long, hidden characters, too deep, braces that do not match.

    Raises:
        DoubtError: with the reason and the place.
    """
    if len(text) > LONGEST:
        raise DoubtError(f"longer than {LONGEST} characters", "limit", 0)
    if found := hidden(text):
        raise DoubtError(found[0], "character", found[1])
    depth, braces = 0, []
    for span in _SPAN.finditer(text):
        mark = span[0]
        depth = max(0, depth + _step(mark))
        if depth > DEEPEST:
            raise DoubtError(f"nested deeper than {DEEPEST}", "limit", span.start())
        if mark == "{":
            braces.append(span.start())
        elif mark == "}" and not braces:
            raise DoubtError("brace closed but not opened", "syntax", span.start())
        elif mark == "}":
            braces.pop()
        elif mark == "$":
            raise DoubtError("dollar sign inside mathematics", "syntax", span.start())
    if braces:
        raise DoubtError("brace opened and never closed", "syntax", braces[-1])


def _step(mark: str) -> int:
    if mark.startswith("\\left"):
        return 1
    return -1 if mark.startswith("\\right") else _STEP.get(mark, 0)


def nest(tokens: list[Token]) -> list[Token]:
    """The tokens with each pair of brackets made one token; a bracket without a partner becomes a bad one."""
    outer: list[list[Token]] = [[]]
    opened: list[Token] = []
    for token in tokens:
        if token.kind == "open":
            opened.append(token)
            outer.append([])
        elif token.kind == "close" and opened and _pairs(opened[-1].text, token.text):
            first, inside = opened.pop(), outer.pop()
            text = first.text + token.text
            outer[-1].append(Token("bracket", text, first.start, token.end, first.gap, _barred(inside)))
        elif token.kind == "close":
            outer[-1].append(replace(token, kind="bad", text="bracket closed but not opened", reading="syntax"))
        else:
            outer[-1].append(token)
    while opened:
        first, inside = opened.pop(), outer.pop()
        stray = replace(first, kind="bad", text="bracket opened and never closed", reading="syntax")
        outer[-1] += [stray, *inside]
    return _barred(outer[0])


#: Behind these a bar opens; others stand at the end of what a bar closes.
_BEFORE_VALUE = ("relation", "sign", "times", "over", "separator", "wide", "align", "break", "sub", "sup")
#: No pair of bars goes over these.
_PARTS = ("relation", "separator", "wide", "align", "break")


def _barred(tokens: list[Token]) -> list[Token]:
    """The tokens with each pair of bars made a bracket, as in `|a| - |b|`; others stay alone."""
    if not any(token.kind == "bar" for token in tokens):
        return tokens
    found: list[Token] = []
    opened: list[int] = []
    for token in tokens:
        if token.kind in _PARTS:
            opened.clear()
        if token.kind != "bar":
            found.append(token)
        elif opened and found[-1].kind not in (*_BEFORE_VALUE, "bar"):
            bar, *inside = found[opened[-1] :]
            found[opened.pop() :] = [Token("bracket", "||", bar.start, token.end, bar.gap, inside)]
        else:
            opened.append(len(found))
            found.append(token)
    return found


def _pairs(opening: str, closing: str) -> bool:
    r"""Whether brackets go together; the empty delimiter of `\left.` goes with any."""
    return opening == closing or "." in (opening, closing)


@dataclass(slots=True)
class Phrase:
    """Tokens and how far they are read."""

    tokens: list[Token]
    at: int = 0

    def kind(self, ahead: int = 0) -> str:
        """The kind of a token ahead, "" at the end."""
        place = self.at + ahead
        return self.tokens[place].kind if place < len(self.tokens) else ""

    def take(self) -> Token:
        """The next token."""
        self.at += 1
        return self.tokens[self.at - 1]

    def here(self) -> int:
        """The place in the block where the next token begins, or the last one ends."""
        if self.at < len(self.tokens):
            return self.tokens[self.at].start
        return self.tokens[-1].end if self.tokens else 0


def unexpected(token: Token) -> DoubtError:
    """What to say of a token that cannot stand where it stands."""
    if token.kind == "bad":
        return DoubtError(token.text, token.reading, token.start)
    words = _SAID.get(token.kind, f"{token.text or token.kind} cannot stand here")
    return DoubtError(words, "syntax", token.start)


_SAID = {
    "words": "words inside mathematics",
    "dot": "a point that belongs to no number",
    "bar": "a bar | alone",
}
