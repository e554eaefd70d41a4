"""Points: what each entry of an exercise is worth, and what a marked paper earns.

    dW_1: 3              # shared equally by the nine entries of dW_1
    Z_2.sum: 1           # a part of a step
    dW_2[1,3]: 0.5       # one entry
    credit: {slip: 1/2}  # optional: the part of its points that a verdict earns

Without `credit`, exact, close and carried entries earn full points, slip and wrong ones nothing; a carried entry that
is flagged earns its points as well, and the report says so. Unread and missing entries earn nothing. Of an entry that
was written several times the best writing counts, so that a correction is not punished; a writing that only repeats an
earlier one (the same value again, or one that follows from the earlier writing of the same entry) counts for nothing,
so that copying a slip into the next line does not mend it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from symback.exercise.faults import FaultList
from symback.exercise.fields import number
from symback.exercise.names import suggestion
from symback.exercise.nodes import Mapping as MappingNode
from symback.exercise.nodes import Node, described, joined, shown
from symback.exercise.source import file_name
from symback.exercise.tree import read_tree
from symback.marking.marks import Mark, Marking
from symback.solution.solution import Solution

#: A number on the paper: its quantity and its place there, counted from one, empty for a scalar.
Entry = tuple[str, tuple[int, ...]]

CREDIT: Mapping[str, Fraction] = {
    "exact": Fraction(1),
    "close": Fraction(1),
    "carried": Fraction(1),
    "slip": Fraction(0),
    "wrong": Fraction(0),
}
#: Points are counted, not measured: more would be a slip in the file.
MOST_POINTS = 1_000_000

_KEY = re.compile(r"(?P<name>[^\[\]\s]+)\s*(?:\[\s*(?P<index>\d{1,3}(?:\s*,\s*\d{1,3})?)\s*\])?")


@dataclass(frozen=True)
class Points:
    """What each entry is worth, and the part of it that each verdict earns."""

    entries: Mapping[Entry, Fraction]
    credit: Mapping[str, Fraction]


@dataclass(frozen=True)
class Earned:
    """Points earned, of how many."""

    earned: Fraction
    total: Fraction


@dataclass(frozen=True)
class Score:
    """What a paper earns, in all and by quantity; `flagged` counts entries whose points a person should look at."""

    earned: Fraction
    total: Fraction
    quantities: Mapping[str, Earned]
    flagged: int = 0


def read_points(path: str | Path, solution: Solution) -> Points:
    """The points in a YAML or JSON file.

    Raises InputError with all faults of the file: unknown quantities, places that are not there, no numbers.
    """
    return points_from(read_tree(path, "points"), solution, file_name(path))


def points_from(tree: Node, solution: Solution, file: str | None) -> Points:
    """The points in a located tree; raises InputError with all its faults."""
    faults = FaultList(file)
    if not isinstance(tree, MappingNode):
        faults.add("", tree.line, f"a mapping from quantities to points was expected, not {described(tree)}")
        faults.stop_if_any()
        raise AssertionError
    reader = _Reader(solution, faults)
    credit: Mapping[str, Fraction] = CREDIT
    for key, node in tree.entries.items():
        if key == "credit":
            credit = reader.credit(node)
        else:
            reader.quantity(key, node, tree.lines[key])
    if not reader.entries and not faults.found:
        faults.add("", tree.line, "no quantity is given points")
    faults.stop_if_any()
    return Points(reader.entries, credit)


class _Reader:
    """Reads the keys of a points file, noting faults down."""

    def __init__(self, solution: Solution, faults: FaultList) -> None:
        self.solution, self.faults = solution, faults
        self.decimal = solution.exercise.sheet.decimal
        self.entries: dict[Entry, Fraction] = {}
        self.lines: dict[Entry, int] = {}

    def quantity(self, key: str, node: Node, line: int) -> None:
        """The points of a quantity, shared by its entries, or those of one entry."""
        worth = self._number(node, key, Fraction(MOST_POINTS))
        read = _KEY.fullmatch(key.strip())
        known = (*self.solution.names, *self.solution.derivation.parts)
        if read is None or read["name"] not in known:
            name = read["name"] if read else key
            self.faults.add("", line, f"{shown(name)} is not a quantity of this exercise; {suggestion(name, known)}")
            return
        places = self._places(read["name"], read["index"], key, line)
        for place in places:
            if place in self.lines:
                self.faults.add(key, line, f"is given points twice, lines {self.lines[place]} and {line}")
                return
        for place in places:
            self.lines[place] = line
            if worth is not None:
                self.entries[place] = worth / len(places)

    def credit(self, node: Node) -> Mapping[str, Fraction]:
        """The part of its points that each verdict earns."""
        if not isinstance(node, MappingNode):
            self.faults.add("credit", node.line, f"must be a mapping from verdicts to parts, got {described(node)}")
            return CREDIT
        found = dict(CREDIT)
        for verdict, part in node.entries.items():
            value = self._number(part, joined("credit", verdict), Fraction(1))
            if verdict not in CREDIT:
                what = f"is not a verdict that can earn points; {suggestion(verdict, CREDIT)}"
                self.faults.add(joined("credit", verdict), node.lines[verdict], what)
            elif value is not None:
                found[verdict] = value
        return found

    def _number(self, node: Node, field: str, most: Fraction) -> Fraction | None:
        read = number(node, field, self.faults, self.decimal)
        if read is None:
            return None
        if not 0 <= read.value <= most:
            self.faults.add(field, node.line, f"must be a number from 0 to {most}, got {shown(read.text)}")
            return None
        return read.value

    def _places(self, name: str, index: str | None, key: str, line: int) -> list[Entry]:
        shape = self.solution.shape(name)
        if index is None:
            return [(name, place) for place in places(shape)]
        place = tuple(map(int, index.split(",")))
        if place not in places(shape):
            rows, columns = shape
            size = f"{rows} x {columns}" if columns > 1 else str(rows)
            self.faults.add(key, line, f"is not an entry of {name}, which has {size}")
            return []
        return [(name, place)]


def places(shape: tuple[int, int]) -> list[tuple[int, ...]]:
    """The places of a quantity's entries, as their names have them: none in a scalar, one in a column, else two."""
    rows, columns = shape
    if shape == (1, 1):
        return [()]
    if columns == 1:
        return [(row + 1,) for row in range(rows)]
    return [(row + 1, column + 1) for row in range(rows) for column in range(columns)]


def score(marking: Marking, points: Points) -> Score:
    """What a marked paper earns."""
    best: dict[Entry, Mark] = {}
    for entry, mark in counting(marking.marks):
        known = best.get(entry)
        if known is None or points.credit.get(mark.verdict, 0) > points.credit.get(known.verdict, 0):
            best[entry] = mark
    earned: dict[str, Fraction] = {}
    total: dict[str, Fraction] = {}
    for entry, worth in points.entries.items():
        part = points.credit.get(best[entry].verdict, Fraction(0)) if entry in best else Fraction(0)
        earned[entry[0]] = earned.get(entry[0], Fraction(0)) + part * worth
        total[entry[0]] = total.get(entry[0], Fraction(0)) + worth
    quantities = {name: Earned(earned[name], total[name]) for name in total}
    flagged = sum(best[entry].flagged for entry in points.entries if entry in best)
    return Score(sum(earned.values(), Fraction(0)), sum(total.values(), Fraction(0)), quantities, flagged)


def counting(marks: Iterable[Mark]) -> Iterable[tuple[Entry, Mark]]:
    """The marks that count for points: those that do not merely repeat what was written before."""
    written: dict[Entry, list[Mark]] = {}
    for mark in marks:
        if mark.quantity is None:
            continue
        entry = (mark.quantity, mark.index or ())
        earlier = written.setdefault(entry, [])
        if not _repeats(mark, earlier):
            yield entry, mark
        earlier.append(mark)


def _repeats(mark: Mark, earlier: list[Mark]) -> bool:
    if mark.read_as is not None and any(mark.read_as == before.read_as for before in earlier):
        return True
    own = {before.line for before in earlier}
    return mark.verdict == "carried" and bool(mark.carried_from) and own.issuperset(mark.carried_from)
