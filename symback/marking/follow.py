"""Follow-through: what a quantity comes to when the earlier lines are taken as the student wrote them.

Every step is run on balls around the written numbers (half a unit of their last place) and on the numbers themselves.
Where a value was written more than once, or read in two ways, each way is tried; where nothing was written, the value
that follows from the lines before stands in, and the true one. Beside the written numbers a second account is kept:
the digits that stood in the calculator of a student who rounds only what is written down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice, product
from typing import Any

from symback.derivation.derive import derive
from symback.derivation.formula import Formula, symbols
from symback.derivation.operations import OPERATIONS
from symback.derivation.parts import routes_of
from symback.derivation.steps import Shape, Step, base
from symback.derivation.values import Entries
from symback.errors import InputError
from symback.exercise.model import Network
from symback.marking.judge import Reading, follows, usable
from symback.solution.arithmetics import BALLS, Undecided, hand, precision
from symback.solution.run import Plan, plan
from symback.solution.solution import Solution

#: Bits for marking: no number on a paper has more than 60 digits.
BITS = 320
#: Ways to combine the readings of the inputs of one step that are tried at most.
MOST_WAYS = 24
#: Of what was written again and again so many writings are tried, the newest first.
MOST_VERSIONS = 3


@dataclass(frozen=True)
class Graph:
    """The steps and parts of a network by name, with the routes to each and all shapes.

    `same` names parts that are one calculation, `after` the quantities that hang on each.
    """

    steps: Mapping[str, Step]
    routes: Mapping[str, tuple[tuple[Step, Plan], ...]]
    shapes: Mapping[str, Shape]
    same: Mapping[str, str]
    after: Mapping[str, frozenset[str]]
    _places: dict[tuple[str, int], tuple[tuple[str, int], ...]] = field(default_factory=dict, compare=False)
    _programs: dict[Step, Plan] = field(default_factory=dict, compare=False)
    _by_hand: dict[tuple[tuple[str, ...], int], Plan] = field(default_factory=dict, compare=False)

    def place(self, name: str) -> tuple[str, int]:
        """The quantity and the place that the name of an entry stands for: `dW_1[2,3]`."""
        quantity, _, index = name.partition("[")
        if not index:
            return quantity, 0
        numbers = [int(part) for part in index[:-1].split(",")]
        columns = self.shapes[quantity][1]
        return quantity, numbers[0] - 1 if len(numbers) == 1 else (numbers[0] - 1) * columns + numbers[1] - 1

    def places(self, formula: Formula) -> list[tuple[str, int]]:
        """The quantities and places that the symbols of an entry's formula name."""
        return [self.place(name) for name in symbols(formula) if name != "pi"]

    def sources(self, number: int, route: Step, place: int) -> tuple[tuple[str, int], ...]:
        """The entries that one entry of a step is made of, by its route of that number."""
        key = (f"{route.name}/{number}", place)
        if key not in self._places:
            row, column = divmod(place, route.shape[1])
            formula = OPERATIONS[route.operation].entry(route, row, column, self.shapes)
            self._places[key] = tuple(self.places(formula))
        return self._places[key]

    def program(self, step: Step) -> Plan:
        """A step, also a mutated one, bound to the arithmetic of the marker; made once."""
        if step not in self._programs:
            if len(self._programs) > MOST_PROGRAMS:
                self._programs.clear()
            self._programs[step] = plan([step], {**self.shapes, step.name: step.shape}, BALLS)
        return self._programs[step]

    def in_detail(self, name: str, unwritten: Sequence[str]) -> tuple[tuple[Step, ...], Step]:
        """The unwritten steps and parts that a step is made of, in order, and the step itself made of its parts."""
        before: list[Step] = []
        for each in sorted(set(unwritten) - {name}, key=self.order.index):
            before += [*self.parts(each), self.routes[each][-1][0]]
        return (*before, *self.parts(name)), self.routes[name][-1][0]

    def parts(self, name: str) -> list[Step]:
        """The parts of a step that lead to it, each from the parts before it."""
        return [self.routes[part][-1][0] for part in self.order if part.rpartition(".")[0] == name]

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All steps and parts in the order in which they are calculated, parts before what uses them."""
        names = [name for name in self.steps if "." not in name]
        return tuple(
            each
            for name in names
            for each in (*(part for part in self.steps if part.rpartition(".")[0] == name), name)
        )

    def by_hand(self, steps: tuple[Step, ...], digits: int) -> Plan:
        """Steps with each entry rounded to significant digits; made once."""
        key = (tuple(step.name for step in steps), digits)
        if key not in self._by_hand:
            self._by_hand[key] = plan(steps, self.shapes, hand(digits))
        return self._by_hand[key]

    def canonical(self, name: str) -> str:
        """Parts that are the same calculation (`L.difference`, `dA_2.difference`) share their readings."""
        return self.same.get(name, name)


#: Mutated steps of one network that are kept ready.
MOST_PROGRAMS = 4000


@lru_cache(maxsize=16)
def graph_of(network: Network) -> Graph:
    """The graph of a network's derivation, made once."""
    derivation = derive(network)
    steps = {**derivation.by_name, **derivation.parts}
    shapes = {**derivation.shapes, **{name: part.shape for name, part in derivation.parts.items()}}
    routes = {
        name: tuple((route, plan([route], shapes, BALLS)) for route in routes_of(step, shapes))
        for name, step in steps.items()
    }
    first: dict[Any, str] = {}
    same = {}
    for name, part in derivation.parts.items():
        key = (part.operation, part.inputs, part.function.formula if part.function else None)
        same[name] = first.setdefault(key, name)
    return Graph(steps, routes, shapes, same, _after(routes, same))


def _after(
    routes: Mapping[str, tuple[tuple[Step, Plan], ...]], same: Mapping[str, str]
) -> Mapping[str, frozenset[str]]:
    """For each quantity all that hang on it, by whatever route."""
    direct: dict[str, set[str]] = {}
    for name, found in routes.items():
        for route, _ in found:
            for reference in route.inputs:
                direct.setdefault(same.get(base(reference), base(reference)), set()).add(same.get(name, name))
    after: dict[str, frozenset[str]] = {}
    for name in direct:
        reached: set[str] = set()
        waiting = [name]
        while waiting:
            fresh = direct.get(waiting.pop(), set()) - reached
            reached |= fresh
            waiting += fresh
        after[name] = frozenset(reached)
    return after


def run_route(route: Plan, name: str, scope: dict[str, Entries]) -> Entries | None:
    """The entries of a step on the given inputs; None where they leave its domain or cannot be decided."""
    try:
        with precision(BITS):
            return route.run(dict(scope))[name]
    except (InputError, Undecided, OverflowError):
        return None


def run_all(steps: Plan, scope: dict[str, Entries]) -> dict[str, Entries] | None:
    """All values of some steps and what they were made of; None where one leaves its domain or cannot be decided."""
    try:
        with precision(BITS):
            return steps.run(scope)
    except (InputError, Undecided, OverflowError):
        return None


#: The lines an entry hangs on, and whether one of them holds a 0 or a 1 that made the work trivial.
Origin = tuple[frozenset[int], bool]
NOWHERE: Origin = (frozenset(), False)


@dataclass(frozen=True)
class Version:
    """One way to take all entries of a quantity: as balls and as points, and where each comes from.

    `literal` says that a slip of the pen is taken as it was written, `hangs` that some entry hangs on a written line.
    """

    balls: Entries
    points: Entries
    origin: Callable[[int], Origin]
    hangs: bool = False
    literal: bool = False


@dataclass(frozen=True)
class Followed:
    """What one entry comes to by one way: its ball, its point, the lines it hangs on."""

    ball: Any
    point: Any
    lines: frozenset[int]
    literal: bool = False
    trivial: bool = False


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
    where it should have been rounded: this writer's numbers may be a whole unit short.
    """

    solution: Solution
    notes: dict[str, dict[int, list[Noted]]] = field(default_factory=dict)
    inexact: bool = False
    cuts: bool = False
    _memo: _Memo = field(default_factory=_Memo)

    @cached_property
    def graph(self) -> Graph:
        """The steps, parts and routes of the exercise."""
        return graph_of(self.solution.exercise.network)

    def note(self, name: str, place: int, noted: Noted) -> None:
        """Take down a written entry."""
        name = self.graph.canonical(name)
        self.inexact = self.inexact or not noted.exact
        self.notes.setdefault(name, {}).setdefault(place, []).append(noted)
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

    def is_written(self, name: str) -> bool:
        """Whether any entry of a quantity has been written."""
        return self.graph.canonical(name) in self.notes

    def off(self, name: str) -> bool:
        """Whether a quantity as written, or something it follows from, is not exactly the truth."""
        name, known = self.graph.canonical(name), self._memo.off
        if name not in known:
            step = self.graph.steps.get(name)
            known[name] = (
                any(not notes[-1].exact for notes in self.notes[name].values())
                if name in self.notes
                else step is not None and self._depends_on_wrong(step)
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
        longest = max(map(len, written.values()))
        made = [self._written_version(written, stand_in, age) for age in range(min(longest, MOST_VERSIONS))]
        if any(note.literal for notes in written.values() for note in notes):
            made.append(self._written_version(written, stand_in, 0, literal=True))
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
            note = notes[max(0, len(notes) - 1 - age)]
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

    def follow(self, name: str, place: int) -> Iterator[Followed]:
        """What one entry comes to, by every way that hangs on written lines."""
        for way in self.ways(name):
            lines, trivial = way.origin(place)
            if lines:
                yield Followed(way.balls[place], way.points[place], lines, way.literal, trivial)


def replace_values(way: Version, values: Entries) -> Version:
    """The same origins with other values."""
    return Version(values, values, way.origin, way.hangs, False)
