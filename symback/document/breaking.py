"""Where equations are broken, and in which size of type they stand, so that they fit the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from symback.document.measure import Extent, Measure, total

#: What fits on a line of an A4 page between margins of 22 mm, at 11 points, in hundredths of an em.
PAGE = 4150
INDENT = 100
#: Lines are aligned at their relations where this much or less stands before them; else they hang from the left.
WIDEST_LEFT = 700
NOTHING = Extent()


@dataclass(frozen=True)
class Breaks:
    """How equations stand on the page: the size of type, before which segments new lines begin, and whether they
    hang from the left margin instead of being aligned at the first relation.
    """

    size: str
    before: tuple[tuple[int, ...], ...]
    hang: bool = False


@dataclass(frozen=True)
class Rows:
    """Equations under each other, cut into segments: for each its width and whether a side begins with it.

    `lefts` counts the segments before the first relation; `beside` stands on the same line as all equations.
    """

    extents: tuple[tuple[Extent, ...], ...]
    firsts: tuple[tuple[bool, ...], ...]
    lefts: tuple[int, ...]
    beside: Extent

    def breaks(self, pages: Mapping[str, int], whole: Sequence[str], measure: Measure) -> Breaks:
        """The largest type in which the equations fit; the sizes in `whole` are tried before a line is broken."""
        left = max([side.at(measure) for side, _ in self._sides])
        longest = left + max([rest.at(measure) for _, rest in self._sides]) + self.beside.at(measure)
        for size in whole:
            if longest <= pages[size]:
                return Breaks(size, ((),) * len(self.extents))
        if self.beside != NOTHING:  # a brace is not broken
            return Breaks(whole[-1], ((),) * len(self.extents))
        return self._broken(left, pages, measure)

    @cached_property
    def _sides(self) -> list[tuple[Extent, Extent]]:
        """What stands on the left and on the right of the first relation of each equation."""
        rows = zip(self.extents, self.lefts, strict=True)
        return [(total(row[:count]), total(row[count:])) for row, count in rows]

    def _broken(self, left: int, pages: Mapping[str, int], measure: Measure) -> Breaks:
        widths = [[each.at(measure) for each in row] for row in self.extents]
        hang = left > WIDEST_LEFT
        found = Breaks("normal", ())
        for size, page in pages.items():
            starts = [0] * len(widths) if hang else self.lefts
            rows = zip(widths, self.firsts, starts, strict=True)
            broken = [_fill(row, firsts, start, 0 if hang else left, page) for row, firsts, start in rows]
            found = Breaks(size, tuple(before for before, _ in broken), hang)
            if all(fits for _, fits in broken):
                break
        return found


def _fill(
    widths: Sequence[int], firsts: Sequence[bool], start: int, left: int, page: int
) -> tuple[tuple[int, ...], bool]:
    """Where to break a row, best before a relation, and whether its lines then fit."""
    before: list[int] = []
    used = widest = left
    for place in range(start, len(widths)):
        ends = next((k for k in range(place + 1, len(widths)) if firsts[k]), len(widths))
        side = sum(widths[place:ends])
        if firsts[place] and left + INDENT + side <= page:
            fits_here = used + side <= page  # a side that fits a line of its own is not torn
        else:
            fits_here = used + widths[place] <= page
        if not fits_here and place > start:
            before.append(place)
            used = left + INDENT
        used += widths[place]
        widest = max(widest, used)
    return tuple(before), widest <= page
