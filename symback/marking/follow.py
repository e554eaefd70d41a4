"""Follow-through: what a quantity comes to when the earlier lines are taken as the student wrote them.

Every step is run on balls around the written numbers (half a unit of their last place) and on the numbers themselves.
Where a value was written more than once, or read in two ways, each way is tried; where nothing was written, the value
that follows from the lines before stands in, and the true one. Beside the written numbers a second account is kept:
the digits that stood in the calculator of a student who rounds only what is written down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, product

from flint import arb

from symback.derivation.steps import Step, base
from symback.derivation.values import Entries
from symback.marking.graph import Graph, graph_of, run_route
from symback.marking.judge import follows, usable
from symback.marking.versions import NOWHERE, Followed, Noted, Origin, Version, replace_values
from symback.solution.arithmetics import precision
from symback.solution.run import Plan
from symback.solution.solution import Solution

#: Ways to combine the readings of the inputs of one step that are tried at most.
MOST_WAYS = 24
#: Of what was written again and again so many different writings are tried, the newest first.
MOST_VERSIONS = 3
#: Of more writings of one entry only the last ones are looked at.
MOST_NOTES = 12


@dataclass
class _Memo:
    """What was worked out from the notes and holds until one of them changes."""

    versions: dict[str, tuple[Version, ...]] = field(default_factory=dict)
    ways: dict[str, tuple[list[Version], Iterator[Version]]] = field(default_factory=dict)
    off: dict[str, bool] = field(default_factory=dict)
    kept: dict[str, Entries | None] = field(default_factory=dict)

    def forget(self, name: str, after: frozenset[str]) -> None:
        for table in (self.versions, self.off, self.kept, self.ways):
            if table:
                for each in after:
                    table.pop(each, None)
        for own in (self.versions, self.off, self.kept):
            own.pop(name, None)


@dataclass
class Book:
    """What has been written so far: for each quantity and place the readings, the newest last.

    `inexact` says that some number was written that is not exactly the truth, `cuts` that some number was cut off
    where it should have been rounded: this writer's numbers may be a whole unit short. `astray` are the lines that are
    wrong, and those that follow from them.
    """

    solution: Solution
    notes: dict[str, dict[int, list[Noted]]] = field(default_factory=dict)
    inexact: bool = False
    cuts: bool = False
    astray: set[int] = field(default_factory=set)
    _memo: _Memo = field(default_factory=_Memo)

    @cached_property
    def graph(self) -> Graph:
        """The steps, parts and routes of the exercise."""
        return graph_of(self.solution.exercise.network)

    def note(self, name: str, place: int, noted: Noted) -> None:
        """Take down a written entry."""
        name = self.graph.canonical(name)
        known = self.notes.setdefault(name, {}).setdefault(place, [])
        if noted.exact and known and known[-1].exact:
            return
        self.inexact = self.inexact or not noted.exact
        known.append(noted)
        self._memo.forget(name, self.graph.after.get(name, frozenset()))

    def note_cut(self) -> None:
        """Take down that this writer cuts numbers off."""
        if not self.cuts:
            self.cuts = True
            self._memo = _Memo()

    def forget(self, name: str, place: int) -> None:
        """Take the newest reading of an entry back."""
        name = self.graph.canonical(name)
        self.notes[name][place].pop()
        if not self.notes[name][place]:
            del self.notes[name][place]
        if not self.notes[name]:
            del self.notes[name]
        self._memo.forget(name, self.graph.after.get(name, frozenset()))

    def latest(self, name: str, place: int) -> Noted | None:
        """The newest reading of an entry, None where it was not written."""
        found = self.notes.get(self.graph.canonical(name), {}).get(place)
        return found[-1] if found else None

    def gone_astray(self) -> dict[str, Entries]:
        """The single numbers that stand wrong on the paper, as they stand there."""
        newest = {name: places[0][-1] for name, places in self.notes.items() if self.graph.shapes[name] == (1, 1)}
        return {
            name: [(note.literal or note.reading).value] for name, note in newest.items() if note.line in self.astray
        }

    def is_written(self, name: str) -> bool:
        """Whether any entry of a quantity has been written."""
        return self.graph.canonical(name) in self.notes

    def off(self, name: str) -> bool:
        """Whether a quantity as written, or something it follows from, is not exactly the truth."""
        name, known = self.graph.canonical(name), self._memo.off
        if name not in known:
            step, written = self.graph.steps.get(name), self.notes.get(name, {})
            rows, columns = self.graph.shapes[name]
            known[name] = any(not notes[-1].exact for notes in written.values()) or (
                len(written) < rows * columns and step is not None and self._depends_on_wrong(step)
            )
        return known[name]

    def _depends_on_wrong(self, step: Step) -> bool:
        return any(self.off(base(reference)) for reference in step.inputs)

    def kept(self, name: str) -> Entries | None:
        """A quantity with the digits that a calculator holds; None where they are not known."""
        name, known = self.graph.canonical(name), self._memo.kept
        if name not in known:
            known[name] = self._make_kept(name)
        return known[name]

    def _make_kept(self, name: str) -> Entries | None:
        if name not in self.graph.steps:
            followed: Entries | None = self.solution.values(name)
        else:
            followed = self.kept_follow(name)
        written = self.notes.get(name)
        if not written or followed is None:
            return followed
        held = list(followed)
        for place, notes in written.items():
            held[place] = notes[-1].reading.value if notes[-1].kept is None else notes[-1].kept
        return held

    def kept_follow(self, name: str) -> Entries | None:
        """What a step comes to on the digits that a calculator holds."""
        name = self.graph.canonical(name)
        step = self.graph.steps[name]
        keys = [base(reference) for reference in step.inputs]
        scope = {key: self.kept(key) for key in keys}
        if all(entries is self.solution.values(key) for key, entries in scope.items()):
            return self.solution.values(name)
        if any(entries is None for entries in scope.values()):
            return None
        return run_route(self.graph.routes[name][0][1], name, scope)  # type: ignore[arg-type]

    def versions(self, name: str) -> tuple[Version, ...]:
        """The ways to take a quantity, the most likely first: as written, as first written, as kept, the truth."""
        name = self.graph.canonical(name)
        if name not in self._memo.versions:
            self._memo.versions[name] = self._make_versions(name)
        return self._memo.versions[name]

    def _make_versions(self, name: str) -> tuple[Version, ...]:
        true = self.solution.values(name)
        truth = Version(true, true, lambda _: NOWHERE)
        written = self.notes.get(name, {})
        stand_in = self._stand_in(name, truth)
        if not written:
            return (truth,) if stand_in is truth else (stand_in, truth)
        different = {place: _different(notes) for place, notes in written.items()}
        longest = max(map(len, different.values()))
        made = [self._written_version(different, stand_in, age) for age in range(min(longest, MOST_VERSIONS))]
        if any(note.literal for notes in written.values() for note in notes):
            made.append(self._written_version(different, stand_in, 0, literal=True))
        made += self._unrounded(name, made[0])
        return (*made, truth) if any(version.hangs for version in made) else (truth,)

    def _unrounded(self, name: str, written: Version) -> list[Version]:
        """The numbers that follow from the lines before where those that were written are their rounding.

        So goes on who rounds at the end of a stretch of steps and not in between.
        """
        if name not in self.graph.steps:
            return []
        way = next(self.ways(name), None)
        if way is None:
            return []
        points = [
            point if usable(point) and note and follows(note[-1].reading, point, None) else known
            for point, known, note in zip(
                way.points, written.points, (self.notes[name].get(k) for k in range(len(way.points))), strict=True
            )
        ]
        return [Version(points, points, written.origin, written.hangs)]

    def _stand_in(self, name: str, truth: Version) -> Version:
        """What an unwritten quantity comes to from the lines before it."""
        step = self.graph.steps.get(name)
        if step is None or not self._depends_on_wrong(step):
            return truth
        return next(self.ways(name), truth)

    def _written_version(
        self, written: dict[int, list[Noted]], rest: Version, age: int, *, literal: bool = False
    ) -> Version:
        """All entries as they stood `age` writings before the newest one."""
        balls, points = list(rest.balls), list(rest.points)
        origins: dict[int, Origin] = {}
        for place, notes in written.items():
            note = notes[min(age, len(notes) - 1)]
            reading = note.literal if literal and note.literal else note.reading
            balls[place], points[place] = reading.cut_ball if self.cuts else reading.ball, reading.value
            origins[place] = NOWHERE if note.exact else (frozenset({note.line}), reading.value in (0, 1))
        hangs = any(lines for lines, _ in origins.values()) or (len(written) < len(balls) and rest.hangs)
        return Version(balls, points, lambda place: origins.get(place) or rest.origin(place), hangs, literal)

    def ways(self, name: str) -> Iterator[Version]:
        """All entries of a quantity as they follow from the lines before, by each route and each way to read them."""
        name = self.graph.canonical(name)
        if name not in self._memo.ways:
            self._memo.ways[name] = ([], self._make_ways(name))
        found, rest = self._memo.ways[name]
        yield from found
        count = len(found)
        while True:
            if count < len(found):
                way = found[count]
            else:
                fresh = next(rest, None)
                if fresh is None:
                    return
                found.append(fresh)
                way = fresh
            count += 1
            yield way

    def _make_ways(self, name: str) -> Iterator[Version]:
        kept = self._kept_way(name)
        for number, (route, program) in enumerate(self.graph.routes[name]):
            keys = list(dict.fromkeys(base(reference) for reference in route.inputs))
            if number and not any(map(self.is_written, keys)):
                continue
            for chosen in islice(product(*(self.versions(key) for key in keys)), MOST_WAYS):
                if any(version.hangs for version in chosen):
                    found = self._run(number, route, program, dict(zip(keys, chosen, strict=True)))
                    if found is not None:
                        yield found
                        if kept is not None:
                            yield replace_values(found, kept)
                            kept = None

    def _kept_way(self, name: str) -> Entries | None:
        """What a student writes down who kept the digits of the calculator."""
        kept = self.kept_follow(name)
        return kept if kept is not None and all(map(usable, kept)) else None

    def _run(self, number: int, route: Step, program: Plan, chosen: dict[str, Version]) -> Version | None:
        points = run_route(program, route.name, {key: version.points for key, version in chosen.items()})
        if points is None:
            return None
        balls = run_route(program, route.name, {key: version.balls for key, version in chosen.items()})
        return Version(
            points if balls is None else balls,
            points,
            lambda place: self._origin(number, route, place, chosen),
            True,
            any(version.literal for version in chosen.values()),
        )

    def _origin(self, number: int, route: Step, place: int, chosen: dict[str, Version]) -> Origin:
        """The lines of the entries that one entry of a step is made of."""
        found = [
            chosen[name].origin(where) for name, where in self.graph.sources(number, route, place) if name in chosen
        ]
        return frozenset().union(*(lines for lines, _ in found)), any(trivial for _, trivial in found)

    def in_float(self, name: str, place: int, bits: int) -> Followed | None:
        """What one entry may come to in a computer's arithmetic: all numbers and results are rounded to its bits."""
        name = self.graph.canonical(name)
        route, program = self.graph.routes[name][0]
        chosen = {key: self.versions(key)[0] for key in dict.fromkeys(base(each) for each in route.inputs)}
        with precision(bits):
            scope = {key: [+arb(entry) for entry in version.balls] for key, version in chosen.items()}
        found = run_route(program, name, scope, bits)
        if found is None:
            return None
        lines, trivial = self._origin(0, route, place, chosen)
        return Followed(found[place], found[place], lines, False, trivial)

    def follow(self, name: str, place: int) -> Iterator[Followed]:
        """What one entry comes to, by every way that hangs on written lines."""
        for way in self.ways(name):
            found = way.followed(place)
            if found.lines:
                yield found


def _different(notes: list[Noted]) -> list[Noted]:
    """The different writings of an entry, the newest first."""
    found: list[Noted] = []
    for note in notes[: -MOST_NOTES - 1 : -1]:
        if all(note.reading.value != known.reading.value or note.literal != known.literal for known in found):
            found.append(note)
    return found
