"""A marked paper in the order of a report: the marks by step, in the order of the derivation, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from symback.derivation.steps import Step
from symback.marking.marks import Mark, Marking
from symback.marking.points import places

GIVEN, OTHER = "given", "other"
#: Verdicts that are listed at the end.
LISTED = ("unread", "missing")


@dataclass(frozen=True)
class Run:
    """Marks that one row of a report shows: one, or several of one quantity that are all exact."""

    marks: tuple[Mark, ...]

    @property
    def mark(self) -> Mark:
        """The mark whose verdict the row has."""
        return self.marks[0]


@dataclass(frozen=True)
class Line:
    """One line of the paper under one step: its text, where there is one, and the rows that say something about it.

    `exact` counts the numbers of the line that are right and are not shown in rows of their own.
    """

    number: int | None
    text: str
    runs: tuple[Run, ...]
    exact: int


@dataclass(frozen=True)
class Group:
    """The lines of one step; `step` is its name, or `given`, or `other`."""

    step: str
    lines: tuple[Line, ...]


def step_of(mark: Mark, marking: Marking) -> str:
    """The step under which a mark is listed."""
    derivation = marking.solution.derivation
    quantity = mark.quantity or ""
    candidates = (mark.step, quantity.partition(".")[0], derivation.owners.get(quantity))
    for name in candidates:
        if name in derivation.by_name:
            return str(name)
        if name in derivation.givens or name == GIVEN:
            return GIVEN
    return OTHER


def groups(marking: Marking) -> list[Group]:
    """The judged marks by step."""
    found: dict[str, list[Mark]] = {}
    for mark in marking.marks:
        if mark.verdict not in LISTED:
            found.setdefault(step_of(mark, marking), []).append(mark)
    order = [name for name in (GIVEN, *marking.solution.derivation.by_name, OTHER) if name in found]
    lines = {name: list(_lines(found[name], marking)) for name in order}
    last = {line.number: name for name in order for line in lines[name]}
    kept = {name: [line for line in lines[name] if _belongs(line, name, last)] for name in order}
    return [Group(name, tuple(kept[name])) for name in order if kept[name]]


def _belongs(line: Line, name: str, last: Mapping[int | None, str]) -> bool:
    """Whether a line is shown under a step: where there is something to say, else only under its last step.

    A calculation restates givens and earlier values; where they are right, it is enough to say so once.
    """
    return not line.text or bool(line.runs) or last[line.number] == name


def _lines(marks: Sequence[Mark], marking: Marking) -> Iterator[Line]:
    for number, group in groupby(marks, key=lambda mark: mark.line):
        members, text = list(group), text_of(number, marking)
        shown = _once(mark for mark in members if _says_something(mark)) if text else members
        yield Line(number, text, tuple(runs(shown)), sum(not _says_something(mark) for mark in members))


def text_of(line: int | None, marking: Marking) -> str:
    """The text of a line of the paper, without the dollars of its mathematics."""
    if line is None or not 0 < line <= len(marking.lines):
        return ""
    return marking.lines[line - 1].strip().strip("$").strip()


def same(mark: Mark) -> tuple[object, ...]:
    """What two marks have in common when one only repeats the other."""
    return mark.quantity, mark.index, mark.read_as, mark.verdict, mark.slip, mark.message


def _once(marks: Iterable[Mark]) -> list[Mark]:
    """The marks of a line, those that stand there several times only once."""
    return list({same(mark): mark for mark in marks}.values())


def _says_something(mark: Mark) -> bool:
    return mark.verdict != "exact" or mark.flagged or mark.slip is not None


def runs(marks: Sequence[Mark]) -> Iterator[Run]:
    """Marks in rows: neighbours of one quantity that are exact, or missing, stand together."""

    def together(mark: Mark) -> tuple[object, ...]:
        plain = not _says_something(mark) or mark.verdict == "missing"
        return (mark.quantity, mark.verdict, mark.line) if plain and mark.quantity else (id(mark),)

    for _, group in groupby(marks, key=together):
        yield Run(tuple(group))


def whole(run: Run, marking: Marking) -> bool:
    """Whether a row shows every entry of its quantity."""
    mark = run.mark
    if mark.quantity is None or len(run.marks) == 1:
        return False
    solution = marking.solution
    known = mark.quantity in solution.derivation.shapes or mark.quantity in solution.derivation.parts
    return known and [each.index or () for each in run.marks] == places(solution.shape(mark.quantity))


def worked_step(marking: Marking) -> Step | str | None:
    """The step to be shown worked out: that of the first wrong entry, or the name of a given."""
    first = marking.first_wrong
    if first is None:
        return None
    name = step_of(first, marking)
    if name == GIVEN:
        return first.quantity
    return marking.solution.derivation.by_name.get(name)
