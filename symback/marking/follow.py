"""Follow-through: what a quantity comes to when the earlier lines are taken as the student wrote them.

Every step is run on balls around the written numbers (half a unit of their last place) and on the numbers themselves.
Where a value was written more than once, or read in two ways, each way is tried; where nothing was written, the value
that follows from the lines before stands in, and the true one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
from symback.marking.judge import Reading
from symback.solution.arithmetics import BALLS, Undecided, precision
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
    """The steps and parts of a network by name, with the routes to each and all shapes."""

    steps: Mapping[str, Step]
    routes: Mapping[str, tuple[tuple[Step, Plan], ...]]
    shapes: Mapping[str, Shape]
    same: Mapping[str, str]

    def places(self, formula: Formula) -> list[tuple[str, int]]:
        """The quantities and places that the symbols of an entry's formula name."""
        return [self.place(name) for name in symbols(formula) if name != "pi"]

    def place(self, name: str) -> tuple[str, int]:
        """The quantity and the place that the name of an entry stands for: `dW_1[2,3]`."""
        quantity, _, index = name.partition("[")
        if not index:
            return quantity, 0
        numbers = [int(part) for part in index[:-1].split(",")]
        columns = self.shapes[quantity][1]
        return quantity, numbers[0] - 1 if len(numbers) == 1 else (numbers[0] - 1) * columns + numbers[1] - 1

    def canonical(self, name: str) -> str:
        """Parts that are the same calculation (`L.difference`, `dA_2.difference`) share their readings."""
        return self.same.get(name, name)


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
    return Graph(steps, routes, shapes, same)


def run_route(route: Plan, name: str, scope: dict[str, Entries]) -> Entries | None:
    """The entries of a step on the given inputs; None where they leave its domain or cannot be decided."""
    try:
        with precision(BITS):
            return route.run(dict(scope))[name]
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
    """A written entry that later lines may go on with."""

    reading: Reading
    line: int
    exact: bool
    literal: Reading | None = None


@dataclass
class Book:
    """What has been written so far: for each quantity and place the readings, the newest last."""

    solution: Solution
    notes: dict[str, dict[int, list[Noted]]] = field(default_factory=dict)
    _versions: dict[str, tuple[Version, ...]] = field(default_factory=dict)

    @cached_property
    def graph(self) -> Graph:
        """The steps, parts and routes of the exercise."""
        return graph_of(self.solution.exercise.network)

    def note(self, name: str, place: int, noted: Noted) -> None:
        """Take down a written entry."""
        self.notes.setdefault(self.graph.canonical(name), {}).setdefault(place, []).append(noted)
        self._versions.clear()

    def forget(self, name: str, place: int) -> None:
        """Take the newest reading of an entry back."""
        name = self.graph.canonical(name)
        self.notes[name][place].pop()
        if not self.notes[name][place]:
            del self.notes[name][place]
        if not self.notes[name]:
            del self.notes[name]
        self._versions.clear()

    def latest(self, name: str, place: int) -> Noted | None:
        """The newest reading of an entry, None where it was not written."""
        found = self.notes.get(self.graph.canonical(name), {}).get(place)
        return found[-1] if found else None

    def is_written(self, name: str) -> bool:
        """Whether any entry of a quantity has been written."""
        return self.graph.canonical(name) in self.notes

    def versions(self, name: str) -> tuple[Version, ...]:
        """The ways to take a quantity, the most likely first: as written, as first written, as it follows, the truth."""
        name = self.graph.canonical(name)
        if name not in self._versions:
            self._versions[name] = self._make_versions(name)
        return self._versions[name]

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
        return (*made, truth) if any(version.hangs for version in made) else (truth,)

    def _stand_in(self, name: str, truth: Version) -> Version:
        """What an unwritten quantity comes to from the lines before it."""
        step = self.graph.steps.get(name)
        if step is None or not self._depends_on_wrong(step):
            return truth
        ways = list(islice(self.ways(name), 1))
        return ways[0] if ways else truth

    def _depends_on_wrong(self, step: Step) -> bool:
        return any(self.off(base(reference)) for reference in step.inputs)

    def off(self, name: str) -> bool:
        """Whether a quantity as written, or something it follows from, is not exactly the truth."""
        name = self.graph.canonical(name)
        if name in self.notes and any(not notes[-1].exact for notes in self.notes[name].values()):
            return True
        step = self.graph.steps.get(name)
        return name not in self.notes and step is not None and self._depends_on_wrong(step)

    def _written_version(
        self, written: dict[int, list[Noted]], rest: Version, age: int, *, literal: bool = False
    ) -> Version:
        """All entries as they stood `age` writings before the newest one."""
        balls, points = list(rest.balls), list(rest.points)
        origins: dict[int, Origin] = {}
        for place, notes in written.items():
            note = notes[max(0, len(notes) - 1 - age)]
            reading = note.literal if literal and note.literal else note.reading
            balls[place], points[place] = reading.ball, reading.point
            origins[place] = NOWHERE if note.exact else (frozenset({note.line}), reading.value in (0, 1))
        hangs = any(lines for lines, _ in origins.values()) or (len(written) < len(balls) and rest.hangs)
        return Version(balls, points, lambda place: origins.get(place) or rest.origin(place), hangs, literal)

    def ways(self, name: str) -> Iterator[Version]:
        """All entries of a quantity as they follow from the lines before, by each route and each way to read them."""
        for route, program in self.graph.routes[name]:
            keys = list(dict.fromkeys(base(reference) for reference in route.inputs))
            if route is not self.graph.steps[name] and not any(map(self.is_written, keys)):
                continue
            for chosen in islice(product(*(self.versions(key) for key in keys)), MOST_WAYS):
                if any(version.hangs for version in chosen):
                    found = self._run(route, program, dict(zip(keys, chosen, strict=True)))
                    if found is not None:
                        yield found

    def _run(self, route: Step, program: Plan, chosen: dict[str, Version]) -> Version | None:
        balls = run_route(program, route.name, {key: version.balls for key, version in chosen.items()})
        points = run_route(program, route.name, {key: version.points for key, version in chosen.items()})
        if points is None:
            return None
        return Version(
            points if balls is None else balls,
            points,
            lambda place: self._origin(route, place, chosen),
            True,
            any(version.literal for version in chosen.values()),
        )

    def _origin(self, route: Step, place: int, chosen: dict[str, Version]) -> Origin:
        """The lines of the entries that one entry of a step is made of."""
        row, column = divmod(place, route.shape[1])
        formula = OPERATIONS[route.operation].entry(route, row, column, self.graph.shapes)
        found = [chosen[name].origin(where) for name, where in self.graph.places(formula) if name in chosen]
        return frozenset().union(*(lines for lines, _ in found)), any(trivial for _, trivial in found)

    def follow(self, name: str, place: int) -> Iterator[Followed]:
        """What one entry comes to, by every way that hangs on written lines."""
        for way in self.ways(name):
            lines, trivial = way.origin(place)
            if lines:
                yield Followed(way.balls[place], way.points[place], lines, way.literal, trivial)
