r"""A transcript: text with mathematics in it, as a machine reads handwriting or a student types it, as a
`Paper`.

Every digit of the text ends in a leaf of the paper: in a `Number`, in a `Name`, or in an `Unread` piece
with its line and the reason. `expressions.account` counts them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import islice
from pathlib import Path

from symback.errors import InputError
from symback.exercise.source import read_source
from symback.marking.expressions import DIGIT, Chain, Expression, Paper, Unread
from symback.marking.splitting import Piece, pieces
from symback.marking.statements import has_words, heading, read_block
from symback.marking.tokens import Block, hidden

LARGEST = 1 << 20
MOST_MATHEMATICS = 50_000
MOST_PIECES = 10_000
MOST_UNREAD = 2_000

_OPENED = re.compile(r"\$\$|\$|\\[\[(]|\\begin\{[a-z]+\*?\}")
_CHUNK = re.compile(r"\S+")
_PUNCTUATION = "()[]{},.;:!?*_'\"$"
_HEADING = re.compile(
    r"\s*(?:#{1,6}\s+|\*\*|\\(?:sub)*section\*?\{)?"
    r"(?P<words>[^\d\s#*{}\\:.][^\d{}\\=]{0,59}?)\s*(?:\*\*|\})?:?\s*"
)
_MARKED = re.compile(r"\s*(?:#{1,6}\s|\*\*|\\(?:sub)*section)")
_MOST_WORDS = 4
_RUN = re.compile(r"[0-9]+(?:(?:\{[.,]\}|[.,])[0-9]+)*")


def load_transcript(path: str | Path, *, decimal: str | None) -> Paper:
    """Read a transcript from a file.

    Raises:
        InputError: where there is no such file, or it is too large, or not UTF-8 text.
    """
    return read_transcript(read_source(path, largest=LARGEST), decimal=decimal)


def read_transcript(text: str, *, decimal: str | None) -> Paper:
    """Read the text of a transcript; `decimal` is the decimal sign the exercise tells, None to go by the
    paper's own use.

    Raises:
        InputError: where it is too large or not text at all.
    """
    if len(text) > LARGEST:
        raise InputError(f"longer than {LARGEST} characters")
    if "\0" in text:
        raise InputError("not text: it has zero characters")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    parts = list(islice(pieces(text), MOST_PIECES + 1))
    sign = decimal or decide_decimal([part.text for part in parts if part.kind in ("math", "plain")])
    reader = _PaperReader(text, sign)
    for number, part in enumerate(parts):
        if not reader.read(part, number):
            break
    return Paper(tuple(reader.chains), tuple(reader.unread), sign, len(text.splitlines()))


def read_expression(text: str, *, decimal: str, line: int = 1) -> Expression:
    """One expression from a cell of an answers file, where no relations and no words stand; else unread as a whole."""
    block = Block.at(text, line, 1, decimal, plain=True)
    chains, left = read_block(block, None)
    if has_words(block):
        return Unread(text, "words beside the value", "syntax", line, 1)
    if len(chains) == 1 and len(chains[0].links) == 1 and not chains[0].links[0].relation and not left:
        return chains[0].links[0].expression
    if len(left) == 1 and not chains:
        return left[0]
    return Unread(text, "one value was expected", "syntax", line, 1)


def decide_decimal(mathematics: list[str]) -> str:
    """The decimal sign that a paper uses: the one that stands in more of its numerals; the point where
    neither does.

    A sign with three digits after it (`1,000`) says little, for it may part thousands; several in one run
    say nothing, for they part a list.
    """
    votes = {",": 0, ".": 0}
    for text in mathematics:
        for run in _RUN.finditer(text):
            plain = run[0].replace("{", "").replace("}", "")
            used = {mark for mark in ",." if mark in plain}
            mark = "." if "." in used else ","
            single = len(used) == 1 and plain.count(mark) == 1
            listed = len(used) == 2 and all(member.count(".") == 1 for member in plain.split(","))
            if single or listed:
                before, _, after = plain.rpartition(mark)
                votes[mark] += 1 if len(after) == 3 and before.lstrip("0") and len(before) <= 3 else 4
    return "," if votes[","] > votes["."] else "."


class _PaperReader:
    """Goes through the pieces of a paper and keeps the line, the section and how much mathematics was
    read.
    """

    def __init__(self, text: str, decimal: str) -> None:
        self.text, self.decimal = text, decimal
        self.breaks = [found.start() for found in re.finditer("\n", text)]
        self.chains: list[Chain] = []
        self.unread: list[Unread] = []
        self.section: str | None = None
        self.amount = 0

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of a place in the text."""
        lines = bisect_right(self.breaks, at - 1)
        return lines + 1, at - (self.breaks[lines - 1] if lines else -1)

    def read(self, piece: Piece, number: int) -> bool:
        """Read one piece; False where a limit was reached, and the rest of the text was left unread."""
        self.amount += 0 if piece.kind == "prose" else len(piece.text)
        for count, most, what in (
            (number + 1, MOST_PIECES, "pieces"),
            (self.amount, MOST_MATHEMATICS, "characters of mathematics"),
            (len(self.unread), MOST_UNREAD, "pieces that cannot be read"),
        ):
            if count > most:
                self.leave(self.text[piece.start :], f"more than {most} {what}", "limit", piece.start)
                return False
        {"prose": self.prose, "broken": self.broken}.get(piece.kind, self.mathematics)(piece)
        return True

    def prose(self, piece: Piece) -> None:
        """Headings begin a section; digits in prose are listed."""
        found = _HEADING.fullmatch(piece.text) if len(piece.text) < 100 and self.is_line(piece) else None
        if found and (_MARKED.match(piece.text) or len(found["words"].split()) <= _MOST_WORDS):
            self.section = found["words"].strip()
        if hidden(piece.text):
            self.leave(piece.text, "", "character", piece.start)
            return
        for chunk in _CHUNK.finditer(piece.text):
            if DIGIT.search(chunk[0]):
                bare = chunk[0].lstrip(_PUNCTUATION)
                start = piece.start + chunk.end() - len(bare)
                self.leave(bare.rstrip(_PUNCTUATION), "a number in prose", "prose", start)

    def is_line(self, piece: Piece) -> bool:
        """Whether a piece is a whole line."""
        before, after = piece.start - 1, piece.start + len(piece.text)
        return (before < 0 or self.text[before] == "\n") and self.text[after : after + 1] in ("", "\n")

    def broken(self, piece: Piece) -> None:
        """A delimiter that is never closed."""
        mark = _OPENED.match(piece.text)
        self.leave(piece.text, f"{mark[0] if mark else ''} opened and never closed", "syntax", piece.start)

    def mathematics(self, piece: Piece) -> None:
        """The statements of a piece of mathematics."""
        if not piece.text.strip():
            return
        block = Block.at(piece.text, *self.place(piece.start), self.decimal, piece.kind == "plain")
        if "\\text" in piece.text and not DIGIT.search(piece.text) and (words := heading(block)):
            self.section = words
            return
        chains, unread = read_block(block, self.section)
        self.chains += chains
        self.unread += unread

    def leave(self, text: str, reason: str, kind: str, at: int) -> None:
        """A piece that stays unread; a hidden character in it is the better reason."""
        if found := hidden(text):
            reason, kind, at = found[0], "character", at + found[1]
        self.unread.append(Unread(text, reason, kind, *self.place(at)))
