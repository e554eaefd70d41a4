"""Every error a user can meet, as one tree.

    SymbackError
    ├── InputError      exit code 2: the call or a file was wrong; carries all faults at once
    │   └── TemplateError   a teacher's template cannot be used
    └── MachineError    exit code 3: the machine failed
        ├── OutputError     a file or folder could not be written
        ├── EngineError     a typesetting engine is missing, failed or was stopped
        └── LimitError      a limit of time, memory or precision was reached
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an input: where it stands and what was expected there."""

    message: str
    file: str | None = None
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        words = f"{self.field}: {self.message}" if self.field else self.message
        return f"{place}: {words}" if place else words


class SymbackError(Exception):
    """The root of the tree; `exit_code` is what the command line returns."""

    exit_code = 2


class InputError(SymbackError):
    """The call or an input file was wrong; `faults` lists everything that was found."""

    def __init__(self, faults: Iterable[Fault] | Fault | str) -> None:
        if isinstance(faults, str):
            faults = Fault(faults)
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class TemplateError(InputError):
    """A template is missing, broken, or asks for something the sandbox does not give."""


class MachineError(SymbackError):
    """The machine failed, not the user."""

    exit_code = 3


class OutputError(MachineError):
    """A file or folder could not be written."""


class EngineError(MachineError):
    """A typesetting engine is missing, failed, or was stopped."""


class LimitError(MachineError):
    """A limit of time, memory, size or precision was reached."""
