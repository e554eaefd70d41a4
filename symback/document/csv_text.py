"""CSV for spreadsheets: text that a spreadsheet would run as a formula is guarded, numbers stay numbers."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence

#: What a spreadsheet takes for the beginning of a formula; its full-width and small forms are folded to these.
_FORMULA = frozenset("=+-@")
_SPACES = "\t\r\n"
_FIGURE = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?")


def guarded(text: str) -> str:
    """Text for a cell of text: with an apostrophe before it where a spreadsheet would run it (CWE-1236).

    >>> guarded("=1+1"), guarded("Anna")
    ("'=1+1", 'Anna')
    """
    first = text[:1]
    if first.isascii() and first.isalnum():  # as nearly all text of a long table
        return text
    return f"'{text}" if first in _FORMULA or text.startswith(tuple(_SPACES)) or _acts(text) else text


def _acts(text: str) -> bool:
    """Whether a formula begins after spaces and invisible characters, or in full-width letters."""
    first = next((char for char in text if not char.isspace() and unicodedata.category(char)[0] != "C"), "")
    return unicodedata.normalize("NFKC", first)[:1] in _FORMULA if first else False


def is_figure(text: str) -> bool:
    """Whether a spreadsheet can only read this text as a number."""
    return _FIGURE.fullmatch(text) is not None


def csv_bytes(
    header: Sequence[str], rows: Iterable[Sequence[str | int]], *, numeric: Collection[str] = (), mark: bool = False
) -> bytes:
    """A table as CSV in UTF-8.

    In the columns that `numeric` names, what is a number stays as it is; all other text is guarded. `mark` puts a byte
    order mark in front, without which some spreadsheets take UTF-8 for another encoding.
    """
    free = [name in numeric for name in header]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(map(guarded, header))
    for row in rows:
        writer.writerow(_cell(value, number) for value, number in zip(row, free, strict=True))
    return stream.getvalue().encode("utf-8-sig" if mark else "utf-8", "replace")


def _cell(value: str | int, numeric: bool) -> str | int:
    if isinstance(value, int) or (numeric and is_figure(value)):
        return value
    return guarded(value)
