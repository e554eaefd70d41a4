"""Marking: each written number gets its verdict, and later lines go on with what it was.

The verdicts are tried in the order of the table: exact, close, carried, slip, wrong. After a slip of the pen the
later lines may go on with what was meant or with what was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import fmpq

from symback.derivation.steps import Step, base, entry
from symback.marking.follow import Book, Followed, Noted, run_route
from symback.marking.judge import Reading, agrees, at_places, ends, follows, is_close, is_truncated, usable
from symback.marking.marks import Mark
from symback.marking.pen import PEN_SLIPS, Pen, fraction_of
from symback.marking.slips import SLIPS, Case
from symback.marking.words import say
from symback.marking.written import Written
from symback.solution.plain import plain
from symback.solution.rounding import round_ball, round_rational
from symback.solution.solution import Solution

#: Digits of the true value in a mark, and of a relative error.
EXACT_DIGITS, ERROR_DIGITS = 12, 2
#: The slips of the pen that later lines may confirm, and how many later numbers are looked at.
CONFIRMED, LOOK_AHEAD = ("comma_lost", "exponent_sign", "comma_shifted"), 12


@dataclass(frozen=True)
class Verdict:
    """What was found about one number, and the reading that later lines go on with."""

    verdict: str
    noted: Noted
    slip: str | None = None
    expected: Any = None
    lines: frozenset[int] = frozenset()
    flagged: bool = False
    also: tuple[str, ...] = ()
    message: str = ""


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
        self.book = Book(solution)
        self.later: Sequence[Written] = ()
        solution.at_least(EXACT_DIGITS + 30)

    @cached_property
    def order(self) -> tuple[Step, ...]:
        """The steps of the derivation."""
        return self.solution.derivation.steps

    def mark_all(self, items: Sequence[Written]) -> list[Mark]:
        """The marks of a paper, in its order."""
        marks = []
        for number, item in enumerate(items):
            self.later = items[number + 1 :]
            marks.append(self.mark(item))
        return marks

    def mark(self, item: Written) -> Mark:
        """The mark of one written number, which is then taken down for the lines after it."""
        found = self.judge(item)
        self.book.note(item.quantity, item.place, found.noted)
        return self._as_mark(item, found)

    def judge(self, item: Written) -> Verdict:
        """The verdict, by the first row of the table that holds."""
        for rule in (
            self._exact,
            self._close,
            self._carried,
            self._slip,
            self._pen,
            self._confirmed,
            self._carried_literally,
        ):
            found = rule(item)
            if found is not None:
                return found
        return self._wrong(item)

    def true(self, item: Written) -> Any:
        """The true value of the entry."""
        return self.solution.values(item.quantity)[item.place]

    def _exact(self, item: Written) -> Verdict | None:
        sure = at_places(item.reading, self.true(item))
        if sure is None:
            return None
        exact = sure.radius == 0 or ends(self.true(item)) == (sure.value, sure.value)
        return Verdict("exact", Noted(sure, item.line, exact))

    def _close(self, item: Written) -> Verdict | None:
        true = self.true(item)
        if not is_close(item.reading, true, self.tolerance):
            return None
        cut = item.reading.places and is_truncated(item.reading, true)
        message = say(self.language, "truncated" if cut else "last_place")
        noted = Noted(item.reading, item.line, False)
        return Verdict("close", noted, "truncated" if cut else None, true, message=message)

    def _carried(self, item: Written, *, literal: bool = False) -> Verdict | None:
        for way in self._ways(item):
            if way.literal == literal and follows(item.reading, way.ball, way.point):
                lines = sorted(way.lines)
                words = say(self.language, "carried", lines=", ".join(map(str, lines))) if lines else ""
                if way.trivial:
                    words = f"{words}; {say(self.language, 'trivial')}"
                noted = Noted(item.reading, item.line, False)
                return Verdict("carried", noted, None, way.point, way.lines, way.trivial, message=words)
        return None

    def _carried_literally(self, item: Written) -> Verdict | None:
        return self._carried(item, literal=True)

    def _ways(self, item: Written) -> Iterator[Followed]:
        """What the entry comes to: by the side of the chain before it, as written before, by the steps before it."""
        if item.before is not None:
            ball, point = item.before
            yield Followed(ball, point, frozenset({item.line}), False, False)
        latest = self.book.latest(item.quantity, item.place)
        if latest is not None and not latest.exact:
            reading = latest.reading
            yield Followed(reading.ball, reading.point, frozenset({latest.line}), False, False)
        yield from self.book.follow(item.quantity, item.place) if item.quantity in self.book.graph.routes else ()

    def _targets(self, item: Written) -> Iterator[Any]:
        """What may have been meant: what follows from the lines before, then the truth."""
        for way in self._ways(item):
            if not way.literal:
                yield way.point
        yield self.true(item)

    def _pen(self, item: Written) -> Verdict | None:
        """A slip of the pen: with it taken back, the number is right or follows."""
        for name, meant in item.other:
            if self._agrees(replace(item, reading=meant)):
                return self._pen_verdict(item, meant, (name,))
        if not item.reading.places or item.reading.value == 0:
            return None
        found: dict[str, Reading] = {}
        for row in PEN_SLIPS.values():
            repaired = self._repaired(item, row.meant)
            if repaired is not None:
                found[row.name] = repaired
        if not found:
            return None
        first = next(iter(found))
        same = tuple(name for name, reading in found.items() if reading.value == found[first].value)
        return self._pen_verdict(item, found[first], same)

    def _confirmed(self, item: Written) -> Verdict | None:
        """A slip of the pen that the later lines confirm: the student went on with what was meant."""
        if not item.reading.places or item.reading.value == 0:
            return None
        literal = self._support(item, item.reading)
        for name in CONFIRMED:
            for meant in PEN_SLIPS[name].meant(Pen(item.reading, item.text, item.reading.value)):
                if self._support(item, meant) > max(literal, 1):
                    return self._pen_verdict(item, meant, (name,))
        return None

    def _support(self, item: Written, reading: Reading) -> int:
        """How many of the next numbers follow when this one is taken so."""
        place = (item.quantity, item.place)
        self.book.note(*place, Noted(reading, item.line, False))
        count = 0
        for later in [each for each in self.later if each.quantity != item.quantity][:LOOK_AHEAD]:
            ways = self.book.follow(later.quantity, later.place) if later.quantity in self.book.graph.routes else ()
            count += any(item.line in way.lines and follows(later.reading, way.ball, way.point) for way in ways)
        self.book.forget(*place)
        return count

    def _repaired(self, item: Written, meant: Any) -> Reading | None:
        for target in self._targets(item):
            value = fraction_of(target)
            if value is None or value == 0:
                continue
            for reading in meant(Pen(item.reading, item.text, value)):
                if reading.value != item.reading.value and self._agrees(replace(item, reading=reading)):
                    return reading  # type: ignore[no-any-return]
        return None

    def _agrees(self, item: Written) -> bool:
        """Whether a number as it may have been meant is right or follows from the lines before."""
        if at_places(item.reading, self.true(item)) or is_close(item.reading, self.true(item)):
            return True
        return any(not way.literal and follows(item.reading, way.ball, way.point) for way in self._ways(item))

    def _pen_verdict(self, item: Written, meant: Reading, names: tuple[str, ...]) -> Verdict:
        digits = len(str(abs(int(meant.value / Fraction(10) ** meant.places[0])))) if meant.places else EXACT_DIGITS
        text = (self.decimal(meant.value, digits) or "").replace(".", self.sign)
        message = say(self.language, names[0], meant=text)
        noted = Noted(meant, item.line, False, literal=item.reading)
        return Verdict("slip", noted, names[0], meant.point, also=names[1:], message=message)

    def _slip(self, item: Written) -> Verdict | None:
        """A slip of the catalogue: a mutation of the step, or of an unwritten one before it, predicts the number."""
        if item.quantity in self.solution.givens:
            return self._confused(item)
        names = list(dict.fromkeys(name for name, value in self._predicted(item) if self._predicts(item, value)))
        if not names:
            return None
        noted = Noted(item.reading, item.line, False)
        message = say(self.language, names[0])
        return Verdict("slip", noted, names[0], self._expected(item), also=tuple(names[1:]), message=message)

    def _confused(self, item: Written) -> Verdict | None:
        """Another given number, or 0 or 1, where a given number is restated."""
        others = {entry for entries in self.solution.givens.values() for entry in entries} | {fmpq(0), fmpq(1)}
        if not item.restated or item.reading.point not in others:
            return None
        name = "target_confused" if item.quantity == "y" else "given_confused"
        noted = Noted(item.reading, item.line, False)
        return Verdict("slip", noted, name, self.true(item), message=say(self.language, name))

    def _predicts(self, item: Written, value: Any) -> bool:
        return usable(value) and agrees(item.reading, value)

    def _predicted(self, item: Written) -> Iterator[tuple[str, Any]]:
        if item.quantity not in self.book.graph.steps:
            return
        for slip in SLIPS.values():
            for origin in self._unwritten_before(item.quantity):
                for scope in self._scopes():
                    case = Case(self.book.graph.steps[origin], scope, self.book.graph, self.solution)
                    for entries in slip.predict(case):
                        value = entries and self._downstream(origin, entries, item, scope)
                        if value is not None:
                            yield slip.name, value

    def _unwritten_before(self, name: str) -> list[str]:
        """The quantity and what it is made of, back to what was written: where the slip may have been made."""
        found, waiting = [], [name]
        while waiting:
            current = waiting.pop(0)
            step = self.book.graph.steps.get(current)
            if step is None or current in found or (current != name and self.book.is_written(current)):
                continue
            found.append(current)
            waiting += [base(reference) for reference in step.inputs]
        return found

    def _scopes(self) -> list[dict[str, list[Any]]]:
        """All quantities as the student has them, and as they truly are."""
        names = self.solution.derivation.shapes
        written = {name: self.book.versions(name)[0].points for name in names}
        return [written, {}] if any(self.book.off(name) for name in names) else [{}]

    def _downstream(self, origin: str, entries: Any, item: Written, scope: dict[str, list[Any]]) -> Any | None:
        """The entry that a wrong step leads to, through the steps that were not written."""
        if origin == item.quantity:
            return entries[item.place]
        graph, changed = self.book.graph, {**scope, origin: entries}
        touched = {origin}
        part = graph.steps[item.quantity]
        for step in (*self.order, part):
            if step.name != origin and any(base(reference) in touched for reference in step.inputs):
                if step.name != item.quantity and self.book.is_written(step.name):
                    continue
                names = {base(reference) for reference in step.inputs}
                inputs = {name: changed.get(name, self.solution.values(name)) for name in names}
                found = run_route(graph.routes[step.name][0][1], step.name, inputs)
                if found is None:
                    return None
                changed[step.name] = found
                touched.add(step.name)
        return changed[item.quantity][item.place] if item.quantity in touched else None

    def _expected(self, item: Written) -> Any:
        """What follows from the earlier lines: the side before, the first way, else the truth."""
        way = next((way for way in self._ways(item) if not way.literal), None)
        return self.true(item) if way is None else way.point

    def _wrong(self, item: Written) -> Verdict:
        expected = self._expected(item)
        noted = Noted(item.reading, item.line, False)
        return Verdict("wrong", noted, None, expected, message=say(self.language, "wrong"))

    def _as_mark(self, item: Written, found: Verdict) -> Mark:
        true = self.true(item)
        step = self.book.graph.steps.get(item.quantity)
        name = entry(item.quantity, *divmod(item.place, self._columns(item)), self.solution.shape(item.quantity))
        index = tuple(int(part) for part in name[name.index("[") + 1 : -1].split(",")) if "[" in name else None
        expected = found.expected if found.expected is not None else true
        return Mark(
            line=item.line,
            quantity=item.quantity,
            index=index,
            written=item.text,
            read_as=item.read_as,
            exact=self.decimal(true),
            expected=self.decimal(expected),
            relative_error=self._error(item.reading.value, true),
            verdict=found.verdict,
            slip=found.slip,
            carried_from=tuple(sorted(found.lines)),
            message=found.message,
            step=item.quantity.split(".")[0] if step else "given",
            flagged=found.flagged,
            also=found.also,
        )

    def _columns(self, item: Written) -> int:
        return self.solution.shape(item.quantity)[1]

    def decimal(self, value: Any, digits: int = EXACT_DIGITS) -> str | None:
        """A value as plain text; None where it is not a number."""
        if isinstance(value, Fraction):
            return plain(round_rational(value, digits))
        rounded = round_ball(value, digits)
        if rounded is None:
            middle = fraction_of(value)
            rounded = None if middle is None else round_rational(middle, digits)
        return None if rounded is None else plain(rounded)

    def _error(self, value: Fraction, true: Any) -> str | None:
        middle = fraction_of(true)
        if middle is None or middle == 0:
            return "0" if middle == 0 and value == 0 else None
        return plain(round_rational(abs(value - middle) / abs(middle), ERROR_DIGITS))


