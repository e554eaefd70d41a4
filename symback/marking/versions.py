"""What was written, and the ways to take it: the records that follow-through works on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from symback.derivation.values import Entries
from symback.marking.judge import Reading, Spans, spans

#: The lines an entry hangs on, and whether one of them holds a 0 or a 1 that made the work trivial.
Origin = tuple[frozenset[int], bool]
NOWHERE: Origin = (frozenset(), False)


@dataclass(frozen=True)
class Followed:
    """What one entry comes to by one way: its ball, its point, the lines it hangs on."""

    ball: Any
    point: Any
    lines: frozenset[int]
    literal: bool = False
    trivial: bool = False

    @cached_property
    def spans(self) -> Spans:
        """The end points that a written number is compared with."""
        return spans(self.ball, self.point)


@dataclass(frozen=True)
class Version:
    """One way to take all entries of a quantity: as balls and as points, and where each comes from.

    `literal` says that a slip of the pen is taken as it was written, `hangs` that some entry hangs on a written line.
    """

    balls: Entries
    points: Entries
    find_origin: Callable[[int], Origin]
    hangs: bool = False
    literal: bool = False
    _origins: dict[int, Origin] = field(default_factory=dict)
    _followed: dict[int, Followed] = field(default_factory=dict)

    def origin(self, place: int) -> Origin:
        """The lines that an entry hangs on."""
        if place not in self._origins:
            self._origins[place] = self.find_origin(place)
        return self._origins[place]

    def followed(self, place: int) -> Followed:
        """One entry."""
        if place not in self._followed:
            lines, trivial = self.origin(place)
            self._followed[place] = Followed(self.balls[place], self.points[place], lines, self.literal, trivial)
        return self._followed[place]


@dataclass
class Noted:
    """A written entry that later lines may go on with.

    `kept` is the value that a calculator holds which was never rounded, where that is known.
    """

    reading: Reading
    line: int
    exact: bool
    literal: Reading | None = None
    kept: Any = None


def replace_values(way: Version, values: Entries) -> Version:
    """The same origins with other values."""
    return Version(values, values, way.origin, way.hangs)
