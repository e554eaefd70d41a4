"""Files from outside: read once they are known to be files, small, UTF-8, and free of control characters."""

from __future__ import annotations

import codecs
import os
import re
import stat
from pathlib import Path

from symback.errors import Fault, InputError
from symback.exercise.nodes import LARGEST_FILE, shown

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|\r|\n")


def read_source(path: str | Path, *, largest: int = LARGEST_FILE) -> str:
    """The text of a file, without a byte order mark.

    Raises InputError, with the file named, where it is missing, no regular file, unreadable, larger than
    `largest` bytes, not UTF-8, or holds a control character.
    """
    file = file_name(path)
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise InputError(Fault("is a folder", file=file))
        if not stat.S_ISREG(status.st_mode):
            raise InputError(Fault("is not a regular file", file=file))
        with open(path, "rb") as stream:
            data = stream.read(largest + 1)
    except FileNotFoundError:
        raise InputError(Fault("file not found", file=file)) from None
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else str(fault)
        raise InputError(Fault(f"cannot be read: {reason}", file=file)) from None
    return decode(data, file, largest=largest)


def decode(data: bytes, file: str | None, *, largest: int = LARGEST_FILE) -> str:
    """The text of a file's bytes; raises InputError as `read_source` does."""
    if len(data) > largest:
        raise InputError(Fault(f"is larger than {largest} bytes", file=file))
    if data.startswith(_UTF16_MARKS) or b"\0" in data[:2]:
        raise InputError(Fault("not UTF-8 (looks like UTF-16)", file=file))
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as fault:
        line = _line(data[: fault.start].decode("utf-8"))
        raise InputError(Fault(f"not UTF-8 at byte {fault.start}", file=file, line=line)) from None
    if found := _CONTROLS.search(text):
        line = _line(text[: found.start()])
        raise InputError(Fault(control_fault(text) or "", file=file, line=line))
    return text


def file_name(path: str | Path) -> str:
    """A file's name for a message: as it was given, unless it holds what a terminal would act on."""
    name = str(path)
    return name if name.isprintable() and len(name) <= 1000 else shown(name, most=1000)


def control_fault(text: str) -> str | None:
    """What is wrong with the first character that may not stand in a text, or None."""
    found = _CONTROLS.search(text)
    if found is None:
        return None
    kind = "lone surrogate" if "\ud800" <= found[0] <= "\udfff" else "control character"
    return f"{kind} U+{ord(found[0]):04X}"


def _line(before: str) -> int:
    return 1 + len(_LINE_ENDS.findall(before))
