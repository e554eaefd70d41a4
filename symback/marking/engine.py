"""Marking: each written number gets its verdict, and later lines go on with what it was.

The verdicts are tried in the order of the table: exact, close, carried, slip, wrong. After a slip of the pen the
later lines may go on with what was meant or with what was written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from symback.marking.desk import Desk
from symback.marking.explain import Explainer
from symback.marking.judge import (
    BESIDE,
    Reading,
    copies,
    is_truncated,
    lies_close,
    lies_in,
    rounds_to,
    rounds_to_zero,
)
from symback.marking.marks import Mark
from symback.marking.record import record
from symback.marking.verdict import Verdict
from symback.marking.versions import Followed, Noted
from symback.marking.words import say
from symback.marking.written import Written
from symback.solution.solution import Solution

#: A number that is written with its decimal sign.
_POINT = re.compile(r"\d\s*(?:\{[.,]\}|[.,])")


class Marker:
    """Marks the numbers of one paper, one after the other, in the order in which they stand there."""

    def __init__(
        self, solution: Solution, *, tolerance: Fraction | None = None, language: str = "en", sign: str = "."
    ) -> None:
        """`sign` is the decimal sign of the paper, which the words use too."""
        self.tolerance = tolerance
        self.language = language
        self.desk = Desk(solution, language, sign)
        self.explainer = Explainer(self.desk)
        self.book, self.truth = self.desk.book, self.desk.truth
        self._slipped: dict[tuple[str, int], tuple[Reading, Verdict]] = {}

    def mark_all(self, items: Sequence[Written]) -> list[Mark]:
        """The marks of a paper, in its order."""
        return [self.mark(item) for item in self.desk.through(items)]

    def mark(self, item: Written) -> Mark:
        """The mark of one written number, which is then taken down for the lines after it."""
        found = self._again(item) or self.judge(item)
        if self._is_another(item):
            found = self._flagged(item, found)
        if found.verdict == "slip":
            self._slipped[item.quantity, item.place] = (item.reading, found)
        if found.verdict in ("slip", "wrong") or self.book.astray & found.lines:
            self.book.astray.add(item.line)
        self.explainer.causes.turn_to(item.quantity)
        self.book.note(item.quantity, item.place, found.noted)
        return record(item, found, self.truth)

    def _again(self, item: Written) -> Verdict | None:
        """The verdict on a slip of the pen that is written once more, as it stands."""
        before, found = self._slipped.get((item.quantity, item.place), (None, None))
        latest = self.book.latest(item.quantity, item.place)
        if found is None or latest is None or latest.literal is None or before != item.reading:
            return None
        if latest.reading != found.noted.reading:
            return None
        return replace(found, noted=replace(found.noted, line=item.line))

    def _is_another(self, item: Written) -> bool:
        """Whether a result was written before with a value that this one is no other rounding of."""
        latest = self.book.latest(item.quantity, item.place)
        if item.restated or latest is None or not item.reading.places:
            return False
        written = latest.literal or latest.reading
        return not copies(item.reading, latest.reading.ball) and not copies(item.reading, written.ball)

    def _flagged(self, item: Written, found: Verdict) -> Verdict:
        """The verdict, with the remark that there are two values and which lines they stand in."""
        latest = self.book.latest(item.quantity, item.place)
        assert latest is not None
        words = say(self.language, "twice", name=item.quantity, lines=f"{latest.line}, {item.line}")
        return replace(found, flagged=True, message=f"{found.message}; {words}" if found.message else words)

    def judge(self, item: Written) -> Verdict:
        """The verdict, by the first row of the table that holds."""
        return (
            self._exact(item)
            or self._close(item)
            or self._carried(item)
            or self._carried(item, literal=True)
            or self._printed(item)
            or self.explainer.explain(item)
            or self._wrong(item)
        )

    def _exact(self, item: Written) -> Verdict | None:
        true = self.truth.ends(item.quantity, item.place)
        sure = rounds_to(item.reading, true) or self._rounded_away(item)
        if sure is None:
            return None
        exact = true[0] == sure.value == true[1]
        return Verdict("exact", Noted(sure, item.line, exact, kept=self.desk.true(item)))

    def _rounded_away(self, item: Written) -> Reading | None:
        """The reading of a `0.` among numbers with more decimals, where it is the truth at their last place."""
        if item.reading.value or not item.reading.places or not _POINT.search(item.text):
            return None
        places = [reading.places[0] for reading in self.desk.beside(item) if reading.value and reading.places]
        true = self.truth.ends(item.quantity, item.place)
        return rounds_to_zero(min(*places, item.reading.places[0]), true) if places else None

    def _close(self, item: Written) -> Verdict | None:
        true = self.desk.true(item)
        if not lies_close(item.reading, self.truth.ends(item.quantity, item.place), self.tolerance):
            return None
        cut = item.reading.places and is_truncated(item.reading, true)
        if cut:
            self.book.note_cut()
        message = say(self.language, "truncated" if cut else "last_place")
        noted = Noted(item.reading, item.line, False, kept=true)
        return Verdict("close", noted, "truncated" if cut else None, None, message=message)

    def _carried(self, item: Written, *, literal: bool = False) -> Verdict | None:
        """What follows from the lines before: after a slip of the pen as it was meant, then as it stands.

        A copy of a slip of the pen is the slip again.
        """
        step = self.book.graph.steps.get(item.quantity)
        copied = step is not None and step.operation == "copy"
        if literal and copied:
            return None
        for way in self.desk.ways(item):
            if way.literal == literal and (
                copies(item.reading, way.ball) if copied else lies_in(item.reading, way.spans)
            ):
                return self._follows(item, way)
        return None

    def _follows(self, item: Written, way: Followed) -> Verdict:
        """The verdict on a number that follows: where roundings alone moved it by a last unit, it is close."""
        lines = ", ".join(map(str, sorted(way.lines)))
        words = say(self.language, "carried", lines=lines) if lines else ""
        if way.trivial:
            words = f"{words}; {say(self.language, 'trivial')}"
        noted = Noted(item.reading, item.line, False, kept=self.desk.kept(item, item.reading))
        true = self.truth.ends(item.quantity, item.place)
        beside = lies_close(item.reading, true, halves=BESIDE)
        if way.lines and (way.lines & self.book.astray or not beside):
            return Verdict("carried", noted, None, way.point, way.lines, way.trivial, message=words)
        near = say(self.language, "last_place" if beside else "printed")
        message = f"{near}; {words}" if words else near
        return Verdict("close", noted, None, None, way.lines, way.trivial, message=message)

    def _printed(self, item: Written) -> Verdict | None:
        """What a computer printed, as its arithmetic with so many bits may give it."""
        if not item.reading.bits or item.quantity not in self.book.graph.routes:
            return None
        way = self.book.in_float(item.quantity, item.place, item.reading.bits)
        return self._follows(item, way) if way is not None and lies_in(item.reading, way.spans) else None

    def _wrong(self, item: Written) -> Verdict:
        noted = Noted(item.reading, item.line, False, kept=item.reading.value)
        return Verdict("wrong", noted, None, self.desk.expected(item), message=say(self.language, "wrong"))
