"""The table of hostile inputs: `cases(surface)` for whichever test knows that surface."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).parent / "data" / "hostile_cases.csv"
_MARK = re.compile(r"⟦(rep|hex|u):(?:(\d+):)?([^⟧]*)⟧")


class Case(NamedTuple):
    """One input, as text where it is UTF-8 and as bytes where it is not; what is wanted of it, and why."""

    input: str | bytes
    required: str
    why: str


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


def decoded(text: str) -> str | bytes:
    """The input a cell stands for: repetitions, raw bytes and code points written out."""
    parts, at = [], 0
    for mark in _MARK.finditer(text):
        parts += [text[at : mark.start()].encode(), _meant(*mark.groups())]
        at = mark.end()
    data = b"".join([*parts, text[at:].encode()])
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _meant(kind: str, times: str | None, what: str) -> bytes:
    if kind == "rep":
        return what.encode() * int(times or 1)
    return bytes.fromhex(what) if kind == "hex" else chr(int(what, 16)).encode()


def cases(surface: str) -> list[Case]:
    """The cases of one surface, in the order of the table."""
    return [Case(decoded(row["input"]), row["required"], row["why"]) for row in _rows() if row["surface"] == surface]


def surfaces() -> set[str]:
    """The surfaces that the table knows."""
    return {row["surface"] for row in _rows()}
