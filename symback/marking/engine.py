"""Marking: each written number gets its verdict, and later lines go on with what it was.

The verdicts are tried in the order of the table: exact, close, carried, slip, wrong. After a slip of the pen the
later lines may go on with what was meant or with what was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from flint import fmpq

from symback.marking.causes import Cause, Causes
from symback.marking.follow import Book
from symback.marking.judge import (
    BESIDE,
    Reading,
    Spans,
    copies,
    follows,
    is_truncated,
    lies_close,
    lies_in,
    rounds_to,
    rounds_to_zero,
    usable,
)
from symback.marking.line_slips import stem
from symback.marking.marks import Mark
from symback.marking.pen import PEN_SLIPS, Pen
from symback.marking.record import record
from symback.marking.slips import EARLY
from symback.marking.truth import EXACT_DIGITS, decimal_of, middle_of, truth_of
from symback.marking.verdict import Verdict
from symback.marking.versions import Followed, Noted
from symback.marking.words import say
from symback.marking.written import Written
from symback.solution.solution import Solution

#: Wrong numbers of one paper that an explanation is looked for.
MOST_SEARCHED = 400
#: Values that a slip of the pen is held against.
MOST_TARGETS = 6
#: The slips of the pen that later lines may confirm, and how many later numbers are looked at.
CONFIRMED, LOOK_AHEAD = ("comma_lost", "exponent_sign", "comma_shifted"), 12
_POINT = re.compile(r"\d\s*(?:\{[.,]\}|[.,])")


class Marker:
    """Marks the numbers of one paper, one after the other, in the order in which they stand there."""

    def __init__(
        self, solution: Solution, *, tolerance: Fraction | None = None, language: str = "en", sign: str = "."
    ) -> None:
        """`sign` is the decimal sign of the paper, which the words use too."""
        self.solution = solution
        self.tolerance = tolerance
        self.language = language
        self.sign = sign
        self.truth = truth_of(solution)
        self.book = Book(solution)
        self.causes = Causes(self.book)
        self.items: Sequence[Written] = ()
        self.later: Sequence[Written] = ()
        self.searched = 0
        #: The lines that are wrong, and those that follow from them.
        self.astray: set[int] = set()
        self._others: list[fmpq] | None = None
        self._spanned: tuple[Written | None, list[Spans]] = (None, [])
        self._slipped: dict[tuple[str, int], tuple[Reading, Verdict]] = {}
        self._found: tuple[Written | None, list[Followed], Iterator[Followed]] = (None, [], iter(()))

    def mark_all(self, items: Sequence[Written]) -> list[Mark]:
        """The marks of a paper, in its order."""
        marks = []
        self.items = items
        for number, item in enumerate(items):
            self.later = items[number + 1 :] if number < len(items) else ()
            marks.append(self.mark(item))
        return marks

    def mark(self, item: Written) -> Mark:
        """The mark of one written number, which is then taken down for the lines after it."""
        found = self._again(item) or self.judge(item)
        if self._is_another(item):
            found = self._flagged(item, found)
        if found.verdict == "slip":
            self._slipped[item.quantity, item.place] = (item.reading, found)
        if found.verdict in ("slip", "wrong") or self.astray & found.lines:
            self.astray.add(item.line)
        self.causes.turn_to(item.quantity)
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
            or self._explained(item)
            or self._wrong(item)
        )

    def true(self, item: Written) -> Any:
        """The true value of the entry."""
        return self.truth.value(item.quantity, item.place)

    def _exact(self, item: Written) -> Verdict | None:
        true = self.truth.ends(item.quantity, item.place)
        sure = rounds_to(item.reading, true) or self._rounded_away(item)
        if sure is None:
            return None
        exact = true[0] == sure.value == true[1]
        return Verdict("exact", Noted(sure, item.line, exact, kept=self.true(item)))

    def _rounded_away(self, item: Written) -> Reading | None:
        """The reading of a `0.` among numbers with more decimals, where it is the truth at their last place."""
        if item.reading.value or not item.reading.places or not _POINT.search(item.text):
            return None
        beside = [each.reading for each in self.items if each.reading.value and self._stands_beside(item, each)]
        places = [reading.places[0] for reading in beside if reading.places]
        true = self.truth.ends(item.quantity, item.place)
        return rounds_to_zero(min(*places, item.reading.places[0]), true) if places else None

    def _stands_beside(self, item: Written, other: Written) -> bool:
        """Whether two numbers are entries of one quantity, or of a graph's like-named ones: e1 and e2."""
        if item.quantity == other.quantity:
            return True
        return self.solution.derivation.scalar and stem(item.quantity) == stem(other.quantity)

    def _close(self, item: Written) -> Verdict | None:
        true = self.true(item)
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
        for way in self._ways(item):
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
        noted = Noted(item.reading, item.line, False, kept=self._kept(item, item.reading))
        true = self.truth.ends(item.quantity, item.place)
        if not way.lines or (lies_close(item.reading, true, halves=BESIDE) and not way.lines & self.astray):
            words = f"{say(self.language, 'last_place')}; {words}" if words else say(self.language, "last_place")
            return Verdict("close", noted, None, None, way.lines, way.trivial, message=words)
        return Verdict("carried", noted, None, way.point, way.lines, way.trivial, message=words)

    def _printed(self, item: Written) -> Verdict | None:
        """What a computer printed, as its arithmetic with 53 bits may give it."""
        if not item.reading.machine or item.quantity not in self.book.graph.routes:
            return None
        way = self.book.in_float(item.quantity, item.place)
        if way is None or not lies_in(item.reading, way.spans):
            return None
        return self._follows(item, way)

    def _kept(self, item: Written, reading: Reading) -> Any:
        """What the calculator holds: the unrounded number that follows, if this may be its rounding."""
        if item.quantity in self.book.graph.steps:
            kept = self.book.kept_follow(item.quantity)
            if kept is not None and follows(reading, kept[item.place], None):
                return kept[item.place]
        latest = self.book.latest(item.quantity, item.place)
        if latest is not None and latest.kept is not None and follows(reading, latest.kept, None):
            return latest.kept
        return reading.value

    def _ways(self, item: Written) -> Iterator[Followed]:
        """The ways to an entry, found once while it is judged."""
        if self._found[0] is not item:
            self._found = (item, [], self._make_ways(item))
        _, found, rest = self._found
        yield from found
        for way in rest:
            found.append(way)
            yield way

    def _make_ways(self, item: Written) -> Iterator[Followed]:
        """What the entry comes to: by the side of the chain before it, as written before, by the steps before it."""
        if item.before is not None and item.before.value is not None:
            ball, point = item.before.value
            notes = [self.book.latest(*entry) for entry in item.before.entries]
            # A side of exact numbers comes to one number alone.
            known = bool(notes) and all(note is not None and note.exact for note in notes)
            yield Followed(point if known else ball, point, frozenset({item.line}), False, False)
        latest = self.book.latest(item.quantity, item.place)
        if latest is not None and not latest.exact:
            reading = latest.reading
            yield Followed(reading.ball, reading.value, frozenset({latest.line}), False, False)
        if item.quantity in self.book.graph.routes:
            yield from self.book.follow(item.quantity, item.place)

    def _targets(self, item: Written) -> Iterator[Any]:
        """What may have been meant: what follows from the lines before, then the truth."""
        for way in self._ways(item):
            if not way.literal:
                yield way.point
        yield self.true(item)

    def _explained(self, item: Written) -> Verdict | None:
        """A slip that explains a wrong number; beyond all measure of a paper no more of them are looked for."""
        self.searched += 1
        return (self._slip(item) or self._confirmed(item)) if self.searched <= MOST_SEARCHED else None

    def _slip(self, item: Written) -> Verdict | None:
        """A slip of the catalogue, or of the pen, or both where both explain the number."""
        for name, meant in item.other:
            if self._agrees(item, meant):
                return self._pen_verdict(item, meant, (name,))
        if item.quantity in self.solution.givens and (found := self._confused(item)):
            return found
        causes = self.causes.of(item.quantity, item.place, item.reading, self._beside(item))
        mended = self._mended(item)
        pens = tuple(mended)
        if not causes and not mended:
            early = self.causes.early(item.quantity, item.place, item.reading)
            return self._cause_verdict(item, [Cause(EARLY)], ()) if early else None
        first = next(iter(mended.values()), None)
        if first is not None and (not causes or self._is_meant(item, first, causes[0])):
            return self._pen_verdict(item, first, (*pens, *(cause.name for cause in causes)))
        return self._cause_verdict(item, causes, pens)

    def _beside(self, item: Written) -> dict[int, Reading]:
        """The other entries of the same quantity that are written with this one, and are not right."""
        found = {}
        for later in self.later:
            if later.quantity != item.quantity or later.place in found or later.place == item.place:
                break
            if not rounds_to(later.reading, self.truth.ends(later.quantity, later.place)):
                found[later.place] = later.reading
        return found

    def _is_meant(self, item: Written, meant: Reading, cause: Cause) -> bool:
        """Whether a slip of the pen explains a number better than one of the catalogue does, by what comes after."""
        return cause.beside == 0 and self._support(item, meant) > self._support(item, item.reading)

    def _cause_verdict(self, item: Written, causes: list[Cause], pens: tuple[str, ...]) -> Verdict:
        first, *rest = causes
        kept = item.reading.value if first.kept is None else first.kept
        noted = Noted(item.reading, item.line, False, kept=kept)
        also = (*(cause.name for cause in rest), *pens)
        message = say(self.language, first.name)
        return Verdict("slip", noted, first.name, self._expected(item), also=also, message=message)

    def _confused(self, item: Written) -> Verdict | None:
        """Another given number, or 0 or 1, where a given number is restated."""
        if self._others is None:
            entries = [entry for entries in self.solution.givens.values() for entry in entries]
            self._others = [fmpq(0), fmpq(1), *entries]
        if not item.restated or item.reading.value not in self._others:
            return None
        name = "target_confused" if item.quantity == "y" else "given_confused"
        noted = Noted(item.reading, item.line, False)
        return Verdict("slip", noted, name, self.true(item), message=say(self.language, name))

    def _mended(self, item: Written) -> dict[str, Reading]:
        """The slips of the pen with which the number is right or follows, each with what was meant."""
        if not item.reading.places or item.reading.value == 0:
            return {}
        targets: list[fmpq] = []
        for target in self._targets(item):
            value = middle_of(target)
            if value is not None and value != 0 and value not in targets and len(targets) < MOST_TARGETS:
                targets.append(value)
        found = {}
        for row in PEN_SLIPS.values():
            for target in targets:
                meant = self._repaired(item, row.meant, target)
                if meant is not None:
                    found[row.name] = meant
                    break
        return found

    def _repaired(self, item: Written, meant: Any, target: fmpq) -> Reading | None:
        reading: Reading
        pen = Pen(item.reading, item.text, target)
        for reading in meant(pen) if pen.same_sign else ():
            if reading.value != item.reading.value and self._agrees(item, reading):
                return reading
        return None

    def _confirmed(self, item: Written) -> Verdict | None:
        """A slip of the pen that the later lines confirm: the student went on with what was meant."""
        if not item.reading.places or item.reading.value == 0 or not self._hanging(item):
            return None
        literal = self._support(item, item.reading)
        for name in CONFIRMED:
            for meant in PEN_SLIPS[name].meant(Pen(item.reading, item.text, item.reading.value)):
                if self._support(item, meant) > max(literal, 1):
                    return self._pen_verdict(item, meant, (name,))
        return None

    def _hanging(self, item: Written) -> list[Written]:
        """The next numbers that hang on this one."""
        after = self.book.graph.after.get(self.book.graph.canonical(item.quantity), frozenset())
        return [each for each in self.later if self.book.graph.canonical(each.quantity) in after][:LOOK_AHEAD]

    def _support(self, item: Written, reading: Reading) -> int:
        """How many of the next numbers follow when this one is taken so."""
        place = (item.quantity, item.place)
        self.book.note(*place, Noted(reading, item.line, False, kept=reading.value))
        count = 0
        for later in self._hanging(item):
            ways = self.book.follow(later.quantity, later.place)
            count += any(item.line in way.lines and lies_in(later.reading, way.spans) for way in ways)
        self.book.forget(*place)
        return count

    def _agrees(self, item: Written, meant: Reading) -> bool:
        """Whether a number as it may have been meant is right or follows from the lines before."""
        true = self.truth.ends(item.quantity, item.place)
        if rounds_to(meant, true) or lies_close(meant, true):
            return True
        return any(lies_in(meant, span) for span in self._spans(item))

    def _spans(self, item: Written) -> list[Spans]:
        """The different values that follow from the lines before, as they were meant."""
        if self._spanned[0] is not item:
            found: list[Spans] = []
            for way in self._ways(item):
                if not way.literal and way.spans not in found:
                    found.append(way.spans)
            self._spanned = (item, found)
        return self._spanned[1]

    def _pen_verdict(self, item: Written, meant: Reading, names: tuple[str, ...]) -> Verdict:
        digits = len(str(abs(int((meant.value / meant.unit).p)))) if meant.places else EXACT_DIGITS
        text = (decimal_of(meant.value, digits) or "").replace(".", self.sign)
        message = say(self.language, names[0], meant=text)
        # The calculator never saw the slip: it holds what follows, whichever way the writing is mended.
        kept = self.book.kept_follow(item.quantity) if item.quantity in self.book.graph.steps else None
        held = self._kept(item, meant) if kept is None else kept[item.place]
        noted = Noted(meant, item.line, False, literal=item.reading, kept=held)
        return Verdict("slip", noted, names[0], meant.value, also=names[1:], message=message)

    def _expected(self, item: Written) -> Any:
        """What follows from the earlier lines: the side before, the first way, else the truth."""
        way = next((way for way in self._ways(item) if not way.literal and usable(way.point)), None)
        return None if way is None else way.point

    def _wrong(self, item: Written) -> Verdict:
        noted = Noted(item.reading, item.line, False, kept=item.reading.value)
        return Verdict("wrong", noted, None, self._expected(item), message=say(self.language, "wrong"))
