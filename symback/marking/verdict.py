"""What was found about one number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symback.marking.versions import Noted


@dataclass(frozen=True)
class Verdict:
    """A verdict, and the reading that later lines go on with; `expected` is None where the truth is."""

    verdict: str
    noted: Noted
    slip: str | None = None
    expected: Any = None
    lines: frozenset[int] = frozenset()
    flagged: bool = False
    also: tuple[str, ...] = ()
    message: str = ""
