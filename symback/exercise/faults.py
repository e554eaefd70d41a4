"""Collecting faults, so that a user meets all of them at once."""

from __future__ import annotations

from dataclasses import dataclass

from symback.errors import Fault, InputError

MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class FieldFault(Fault):
    """A fault whose message goes on from the field: `paper.yaml:7: layers[1].W has 2 columns, but ...`."""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        words = f"{self.field} {self.message}" if self.field else self.message
        return f"{place}: {words}" if place else words


class FaultList:
    """The faults of one file, in the order of its lines; beyond a hundred they are only counted."""

    def __init__(self, file: str | None) -> None:
        self.file = file
        self.found: list[Fault] = []
        self.more = 0

    def add(self, field: str, line: int, message: str) -> None:
        """Remember that `field`, which stands in `line`, is wrong."""
        if len(self.found) < MOST_FAULTS:
            self.found.append(FieldFault(message, self.file, line, field or None))
        else:
            self.more += 1

    def stop_if_any(self) -> None:
        """Raise InputError with all of them, if there are any."""
        if not self.found:
            return
        faults = sorted(self.found, key=lambda fault: fault.line or 0)
        if self.more:
            faults.append(Fault(f"and {self.more} more faults", file=self.file))
        raise InputError(faults)
