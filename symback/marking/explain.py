"""Why a number is wrong: the slips of the catalogue and of the pen that explain it, and which of them does best."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flint import fmpq

from symback.marking.causes import Cause, Causes
from symback.marking.desk import Desk
from symback.marking.judge import Reading, lies_close, lies_in, rounds_to
from symback.marking.pen import PEN_SLIPS, Pen
from symback.marking.slips import EARLY
from symback.marking.truth import EXACT_DIGITS, decimal_of, middle_of
from symback.marking.verdict import Verdict
from symback.marking.versions import Noted
from symback.marking.words import say
from symback.marking.written import Written

#: Wrong numbers of one paper that an explanation is looked for.
MOST_SEARCHED = 400
#: Values that a slip of the pen is held against.
MOST_TARGETS = 6
#: The slips of the pen that later lines may confirm, and how many later numbers are looked at.
CONFIRMED, LOOK_AHEAD = ("comma_lost", "exponent_sign", "comma_shifted"), 12
#: Slips of the pen that explain many a number. What was meant may stand elsewhere on the paper; and a number has
#: hardly lost or won a digit that has as many as its writer mostly takes.
RESIZED = ("digit_lost", "digit_doubled")
VAGUE = (*RESIZED, "digit_moved", "digit_wrong")


class Explainer:
    """Looks for the slip behind a wrong number."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.causes = Causes(desk.book)
        self.searched = 0
        self._others: list[fmpq] | None = None

    def explain(self, item: Written) -> Verdict | None:
        """A slip that explains a wrong number; beyond all measure of a paper no more of them are looked for."""
        self.searched += 1
        return (self._slip(item) or self._confirmed(item)) if self.searched <= MOST_SEARCHED else None

    def _slip(self, item: Written) -> Verdict | None:
        """A slip of the catalogue, or of the pen, or both where both explain the number."""
        for name, meant in item.other:
            if self._agrees(item, meant):
                return self._pen_verdict(item, meant, (name,))
        if item.quantity in self.desk.solution.givens and (found := self._confused(item)):
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
        for later in self.desk.later:
            if later.quantity != item.quantity or later.place in found or later.place == item.place:
                break
            if not rounds_to(later.reading, self.desk.truth.ends(later.quantity, later.place)):
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
        message = say(self.desk.language, first.name)
        return Verdict("slip", noted, first.name, self.desk.expected(item), also=also, message=message)

    def _confused(self, item: Written) -> Verdict | None:
        """Another given number, or 0 or 1, where a given number is restated."""
        if self._others is None:
            entries = [entry for entries in self.desk.solution.givens.values() for entry in entries]
            self._others = [fmpq(0), fmpq(1), *entries]
        if not item.restated or item.reading.value not in self._others:
            return None
        name = "target_confused" if item.quantity == "y" else "given_confused"
        noted = Noted(item.reading, item.line, False)
        return Verdict("slip", noted, name, self.desk.true(item), message=say(self.desk.language, name))

    def _mended(self, item: Written) -> dict[str, Reading]:
        """The slips of the pen with which the number is right or follows, each with what was meant, the best first."""
        if not item.reading.places or item.reading.value == 0:
            return {}
        true = middle_of(self.desk.true(item))
        pens = [
            Pen(item.reading, item.text, target, not self.desk.book.inexact or target == true, self.desk.holds)
            for target in self._targets(item)
        ]
        found = {}
        for row in PEN_SLIPS.values():
            for pen in pens:
                meant = self._repaired(item, row.meant, pen) if pen.same_sign else None
                if meant is not None:
                    found[row.name] = meant
                    break
        return dict(sorted(found.items(), key=lambda pair: self._unlikely(item, *pair)))

    def _unlikely(self, item: Written, name: str, meant: Reading) -> tuple[bool, bool, bool]:
        """How little speaks for one of the slips that explain many a number; the others come before them."""
        if name not in VAGUE:
            return False, False, False
        return True, not self.desk.holds(meant.value), name in RESIZED and self.desk.is_usual(item)

    def _targets(self, item: Written) -> list[fmpq]:
        """What may have been meant: what follows from the lines before, then the truth."""
        found: list[fmpq] = []
        for target in self._points(item):
            value = middle_of(target)
            if value is not None and value != 0 and value not in found:
                found.append(value)
                if len(found) == MOST_TARGETS:
                    break
        return found

    def _points(self, item: Written) -> Iterator[Any]:
        yield from (way.point for way in self.desk.ways(item) if not way.literal)
        yield self.desk.true(item)

    def _repaired(self, item: Written, meant: Callable[[Pen], Iterator[Reading]], pen: Pen) -> Reading | None:
        for reading in meant(pen):
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
        graph = self.desk.book.graph
        after = graph.after.get(graph.canonical(item.quantity), frozenset())
        return [each for each in self.desk.later if graph.canonical(each.quantity) in after][:LOOK_AHEAD]

    def _support(self, item: Written, reading: Reading) -> int:
        """How many of the next numbers follow when this one is taken so."""
        place, book = (item.quantity, item.place), self.desk.book
        book.note(*place, Noted(reading, item.line, False, kept=reading.value))
        count = 0
        for later in self._hanging(item):
            ways = book.follow(later.quantity, later.place)
            count += any(item.line in way.lines and lies_in(later.reading, way.spans) for way in ways)
        book.forget(*place)
        return count

    def _agrees(self, item: Written, meant: Reading) -> bool:
        """Whether a number as it may have been meant is right or follows from the lines before."""
        true = self.desk.truth.ends(item.quantity, item.place)
        if rounds_to(meant, true) or lies_close(meant, true):
            return True
        return any(lies_in(meant, span) for span in self.desk.spans(item))

    def _pen_verdict(self, item: Written, meant: Reading, names: tuple[str, ...]) -> Verdict:
        desk = self.desk
        text = decimal_of(meant.value, meant.digits or EXACT_DIGITS) or ""
        message = say(desk.language, names[0], meant=text.replace(".", desk.sign))
        # The calculator never saw the slip: it holds what follows, whichever way the writing is mended.
        kept = desk.book.kept_follow(item.quantity) if item.quantity in desk.book.graph.steps else None
        held = desk.kept(item, meant) if kept is None else kept[item.place]
        noted = Noted(meant, item.line, False, literal=item.reading, kept=held)
        return Verdict("slip", noted, names[0], meant.value, also=names[1:], message=message)
