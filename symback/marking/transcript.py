r"""A transcript: text with mathematics in it, as a machine reads handwriting or a student types it, as a
`Paper`.

Every digit of the text ends in a leaf of the paper: in a `Number`, in a `Name`, or in an `Unread` piece
with its line and the reason. `expressions.account` counts them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from pathlib import Path

from symback.errors import Fault, InputError, MachineError
from symback.marking.expressions import Chain, Paper, Unread
from symback.marking.splitting import Piece, pieces
from symback.marking.statements import heading, read_block
from symback.marking.tokens import Block, hidden

LARGEST = 1 << 20
MOST_MATHEMATICS = 100_000

_DIGIT = re.compile(r"[\d⁰¹²³⁴-⁹₀-₉]")
_DIGITS = re.compile(r"[^\W_]*[\d⁰¹²³⁴-⁹₀-₉][^\s]*")
_HEADING = re.compile(
    r"\s*(?:#{1,6}\s+|\*\*|\\(?:sub)*section\*?\{)?"
    r"(?P<words>[^\d\s#*{}\\:.][^\d{}\\=]{0,59}?)\s*(?:\*\*|\})?:?\s*"
)
_MARKED = re.compile(r"\s*(?:#{1,6}\s|\*\*|\\(?:sub)*section)")
_MOST_WORDS = 4
_RUN = re.compile(r"[0-9]+(?:(?:\{[.,]\}|[.,])[0-9]+)*")


def load_transcript(path: Path, *, decimal: str | None) -> Paper:
    """Read a transcript from a file of UTF-8 text.

    Raises:
        InputError: if it is no such file, too large, or not text.
        MachineError: if the file system fails.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise InputError(Fault("no such file", file=str(path))) from None
    except OSError as error:
        raise MachineError(f"{path}: {error.strerror}") from error
    try:
        return read_transcript(decode(raw), decimal=decimal)
    except InputError as error:
        raise InputError([Fault(fault.message, str(path), fault.line) for fault in error.faults]) from None


def decode(raw: bytes) -> str:
    """The text of a file, which has to be UTF-8 and not too large.

    Raises:
        InputError: with what it is instead.
    """
    if len(raw) > LARGEST:
        raise InputError(f"larger than {LARGEST >> 20} MiB")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError("UTF-16 text; save it as UTF-8")
    if b"\0" in raw:
        raise InputError("not text: it has zero bytes")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(Fault(f"not UTF-8 text: byte {raw[error.start]:#04x}", line=line)) from None


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
    parts = list(pieces(text))
    sign = decimal or decide_decimal([part.text for part in parts if part.kind in ("math", "plain")])
    reader = _PaperReader(text, sign)
    for part in parts:
        reader.read(part)
    return Paper(tuple(reader.chains), tuple(reader.unread), sign, len(text.splitlines()))


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

    def read(self, piece: Piece) -> None:
        """Read one piece."""
        {"prose": self.prose, "broken": self.broken}.get(piece.kind, self.mathematics)(piece)

    def prose(self, piece: Piece) -> None:
        """Headings begin a section; digits in prose are listed."""
        found = _HEADING.fullmatch(piece.text) if len(piece.text) < 100 else None
        if found and (_MARKED.match(piece.text) or len(found["words"].split()) <= _MOST_WORDS):
            self.section = found["words"].strip()
        if hidden(piece.text):
            self.leave(piece.text, "", "character", piece.start)
            return
        for digits in _DIGITS.finditer(piece.text):
            self.leave(digits[0], "a number in prose", "prose", piece.start + digits.start())

    def broken(self, piece: Piece) -> None:
        """A delimiter that is never closed."""
        mark = "$" if piece.text[0] == "$" != piece.text[1:2] else piece.text[:2]
        self.leave(piece.text, f"{mark} opened and never closed", "syntax", piece.start)

    def mathematics(self, piece: Piece) -> None:
        """The statements of a piece of mathematics."""
        self.amount += len(piece.text)
        if self.amount > MOST_MATHEMATICS:
            self.leave(piece.text, f"more than {MOST_MATHEMATICS} characters of mathematics", "limit", piece.start)
            return
        block = Block.at(piece.text, *self.place(piece.start), self.decimal, piece.kind == "plain")
        if "\\text" in piece.text and not _DIGIT.search(piece.text) and (words := heading(block)):
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
