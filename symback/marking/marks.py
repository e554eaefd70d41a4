"""The result of marking: one mark for each number on the paper, and a summary.

The verdicts, first that holds: exact, close, carried, slip, wrong; and unread, missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from symback.solution.solution import Solution

VERDICTS = ("exact", "close", "carried", "slip", "wrong", "unread", "missing")


@dataclass(frozen=True)
class Mark:
    """One judged entry, with the fields of the JSON contract.

    `line` is None where there is no line (a missing entry); `quantity` is a name as in the derivation (`dW_1`,
    `Z_2.sum`), None where the text could not be matched; `index` counts from one, as many members as the entry's name
    has. `written` is the text on the paper, `read_as` the value that the mark is based on; `exact` the true value,
    `expected` what follows from the earlier lines, both as decimals. `carried_from` names lines. `slip` is a row of the
    table of slips; it is also set on a `close` or `carried` entry when one applies (`truncated`, a repeated slip).
    `flagged` marks what a person should look at: a carried value that made the remaining work trivial, a second value
    for the same entry. `step` is the step of the derivation under which a report lists it. `message` says it in the
    marker's words, `also` are the other slips that predict the same.
    `kind` is "result" for what a line comes to and "restated" for an input that a calculation repeats.
    """

    line: int | None
    quantity: str | None
    index: tuple[int, ...] | None
    written: str
    read_as: str | None
    exact: str | None
    expected: str | None
    relative_error: str | None
    verdict: str
    slip: str | None = None
    carried_from: tuple[int, ...] = ()
    message: str = ""
    step: str | None = None
    flagged: bool = False
    also: tuple[str, ...] = ()
    kind: str = "result"

    @property
    def right(self) -> bool:
        """Whether the entry earns full marks: right, or rightly carried on."""
        return self.verdict in ("exact", "close", "carried")

    def as_json(self) -> dict[str, Any]:
        """The entry by the contract."""
        return {
            "line": self.line,
            "quantity": self.quantity,
            "index": list(self.index) if self.index else None,
            "written": self.written,
            "read_as": self.read_as,
            "exact": self.exact,
            "expected": self.expected,
            "relative_error": self.relative_error,
            "verdict": self.verdict,
            "slip": self.slip,
            "carried_from": list(self.carried_from),
            "message": self.message,
            "flagged": self.flagged,
            "also": list(self.also),
        }


@dataclass(frozen=True)
class Marking:
    """A marked paper: its marks in the order of the paper, missing entries last.

    `lines` is the text of the paper line by line, empty where the answers came from a table; `name` is what the
    answers are called in a report (a file, a student's id).
    """

    solution: Solution
    marks: tuple[Mark, ...]
    name: str = ""
    lines: tuple[str, ...] = ()
    decimal: str = "."
    language: str = "en"
    points: Mapping[str, Any] = field(default_factory=dict)

    @property
    def first_wrong(self) -> Mark | None:
        """The first entry that is wrong or a slip, in the order of the paper."""
        return next((mark for mark in self.marks if mark.verdict in ("slip", "wrong")), None)

    @property
    def counts(self) -> dict[str, int]:
        """How often each verdict was given."""
        found = Counter(mark.verdict for mark in self.marks)
        return {verdict: found[verdict] for verdict in VERDICTS}
