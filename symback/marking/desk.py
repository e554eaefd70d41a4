"""What lies on the marker's desk: one paper, how far it is marked, and what its next number may follow from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import eq
from typing import Any

from flint import fmpq

from symback.marking.follow import Book
from symback.marking.judge import Reading, Spans, follows, usable
from symback.marking.line_slips import stem
from symback.marking.truth import truth_of
from symback.marking.versions import Followed
from symback.marking.written import Written
from symback.solution.solution import Solution

#: Fewer numbers do not tell how many digits their writer takes, unless they stand beside the one in question.
FEW, SOME = 4, 2


class Desk:
    """One paper while it is marked: its numbers, the book of those before, and what follows from them."""

    def __init__(self, solution: Solution, language: str, sign: str) -> None:
        """`sign` is the decimal sign of the paper, which the words use too."""
        self.solution = solution
        self.language = language
        self.sign = sign
        self.truth = truth_of(solution)
        self.book = Book(solution)
        self.items: Sequence[Written] = ()
        self.later: Sequence[Written] = ()
        self._found: tuple[Written | None, list[Followed], Iterator[Followed]] = (None, [], iter(()))
        self._spanned: tuple[Written | None, list[Spans]] = (None, [])
        self._known: tuple[frozenset[tuple[int, int]], tuple[int, ...]] | None = None

    def through(self, items: Sequence[Written]) -> Iterator[Written]:
        """Go through the numbers of a paper in its order."""
        self.items, self._known = items, None
        for number, item in enumerate(items):
            self.later = items[number + 1 :]
            yield item

    def true(self, item: Written) -> Any:
        """The true value of the entry."""
        return self.truth.value(item.quantity, item.place)

    def ways(self, item: Written) -> Iterator[Followed]:
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

    def spans(self, item: Written) -> list[Spans]:
        """The different values that follow from the lines before, as they were meant."""
        if self._spanned[0] is not item:
            found: list[Spans] = []
            for way in self.ways(item):
                if not way.literal and way.spans not in found:
                    found.append(way.spans)
            self._spanned = (item, found)
        return self._spanned[1]

    def expected(self, item: Written) -> Any:
        """What follows from the earlier lines: the side before, the first way, else the truth."""
        way = next((way for way in self.ways(item) if not way.literal and usable(way.point)), None)
        return None if way is None else way.point

    def kept(self, item: Written, reading: Reading) -> Any:
        """What the calculator holds: the unrounded number that follows, if this may be its rounding."""
        if item.quantity in self.book.graph.steps:
            kept = self.book.kept_follow(item.quantity)
            if kept is not None and follows(reading, kept[item.place], None):
                return kept[item.place]
        latest = self.book.latest(item.quantity, item.place)
        if latest is not None and latest.kept is not None and follows(reading, latest.kept, None):
            return latest.kept
        return reading.value

    def beside(self, item: Written) -> list[Reading]:
        """The other numbers that are entries of the same quantity, or of a graph's like-named ones: e1 and e2."""
        like = stem(item.quantity) if self.solution.derivation.scalar else None
        return [
            each.reading
            for each in self.items
            if each is not item and (each.quantity == item.quantity or (like and stem(each.quantity) == like))
        ]

    def holds(self, value: fmpq) -> bool:
        """Whether a number stands somewhere on the paper."""
        return (int(value.p), int(value.q)) in self._habit[0]

    def is_usual(self, item: Written) -> bool:
        """Whether a number has as many digits, or as many decimals, as its writer takes, best in the numbers beside."""
        beside = _habits(self.beside(item), SOME) or self._habit[1]
        return any(map(eq, beside, (item.reading.digits, item.reading.places[0])))

    @property
    def _habit(self) -> tuple[frozenset[tuple[int, int]], tuple[int, ...]]:
        if self._known is None:
            readings = [item.reading for item in self.items if item.reading.places and item.reading.value]
            # A rational is slow to hash, its parts are not.
            values = frozenset((int(reading.value.p), int(reading.value.q)) for reading in readings)
            self._known = values, _habits(readings, FEW)
        return self._known


def _habits(readings: Iterable[Reading], least: int) -> tuple[int, ...]:
    """The commonest number of digits and the commonest last place; nothing where there are too few numbers to tell."""
    told = [(reading.digits, reading.places[0]) for reading in readings if reading.places and reading.value]
    return tuple(Counter(kind).most_common(1)[0][0] for kind in zip(*told, strict=True)) if len(told) >= least else ()
