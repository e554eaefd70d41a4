"""How well a marker did on synthetic papers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from symback.marking.answers import AnswerEntry
from symback.marking.check import mark, table_answers, transcript_answers
from symback.marking.marks import Mark, Marking
from symback.solution.solution import solve
from tests.marking.papers.paper import Number, SynthPaper, index_of

RIGHT = ("exact", "close", "carried")
FAULTS = ("slip", "wrong")


def marked(paper: SynthPaper, *, table: bool = False) -> Marking:
    """A synthetic paper after marking."""
    solution = solve(paper.exercise)
    sign = paper.notation.sign
    if table:
        return mark(solution, table_answers(entries(paper), solution, sign))
    return mark(solution, transcript_answers(paper.text, solution, sign))


def entries(paper: SynthPaper) -> list[AnswerEntry]:
    """The results of a paper as a table of answers, each in a line of its own."""
    found = []
    for name, numbers in paper.work.written.items():
        for place, number in enumerate(numbers):
            text = str(number).replace("E", "e").replace("e+", "e").replace(".", paper.notation.sign)
            found.append(AnswerEntry(name, index_of(paper.work, name, place), text, len(found) + 1))
    return found


def numbers_of(paper: SynthPaper, *, table: bool) -> tuple[Number, ...]:
    """What stands in the table, or in the transcript."""
    if not table:
        return paper.numbers
    written = paper.work.written
    slipped = {(made.quantity, place) for made in paper.slips for place in range(len(written[made.quantity]))}
    found = []
    for item in entries(paper):
        place = len([each for each in found if each.quantity == item.quantity])
        found.append(Number(item.line, item.quantity, item.index, item.text, (item.quantity, place) not in slipped))
    return tuple(found)


@dataclass
class Score:
    """Counts of what was done right, of how many; `notes` says what was not."""

    right: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    notes: list[tuple[int, str, str]] = field(default_factory=list)

    def count(self, what: str, good: bool, seed: int, note: str) -> None:
        self.total[what] += 1
        self.right[what] += good
        if not good:
            self.notes.append((seed, what, note))

    def rate(self, what: str) -> float:
        """The part that was done right; 1 where there was nothing to do."""
        return self.right[what] / self.total[what] if self.total[what] else 1.0

    @property
    def rates(self) -> dict[str, float]:
        return {what: self.rate(what) for what in sorted(self.total)}


def score(papers: Iterable[SynthPaper], *, table: bool = False, found: Score | None = None) -> Score:
    """Mark papers and count."""
    found = found or Score()
    for paper in papers:
        _score_one(paper, marked(paper, table=table), numbers_of(paper, table=table), found)
    return found


def _score_one(paper: SynthPaper, marking: Marking, numbers: tuple[Number, ...], found: Score) -> None:
    pairs = list(_paired(numbers, marking))
    slips = {made.quantity for made in paper.slips}
    after = False
    for number, given in pairs:
        if number.quantity in slips and not number.honest:
            after = True
        elif number.honest:
            what = "carried" if after else "accepted"
            note = f"{number.quantity}{number.index} {number.text} line {number.line}: {_said(given)}"
            found.count("read", given is not None and given.verdict != "unread", paper.seed, note)
            if given is not None and given.verdict != "unread":
                found.count(what, given.verdict in RIGHT, paper.seed, note)
    _score_first(paper, marking, found)
    for made in paper.slips:
        if made.visible:
            _score_slip(paper, made, pairs, found)


def _score_first(paper: SynthPaper, marking: Marking, found: Score) -> None:
    """Whether the first fault that was found is the first that was made."""
    made = paper.first_visible
    if made is None:
        return
    first = marking.first_wrong
    places = [index_of(paper.work, made.quantity, place) for place in made.visible]
    good = first is not None and first.quantity == made.quantity and first.index == places[0]
    note = f"{made.name} at {made.quantity}{places[0]}: first wrong {_said(first)}"
    found.count("first wrong", good, paper.seed, note)


def _score_slip(paper: SynthPaper, made, pairs, found: Score) -> None:
    places = [index_of(paper.work, made.quantity, place) for place in made.visible]
    own = (pair for pair in pairs if pair[0].quantity == made.quantity and not pair[0].restated)
    given = next((mark for number, mark in own if number.index in places), None)
    note = f"{made.name} at {made.quantity}{places[0]}: {_said(given)}"
    named = given is not None and given.verdict in FAULTS and (given.slip == made.name or made.name in given.also)
    found.count("named", named, paper.seed, note)
    found.total["named first"] += 1
    found.right["named first"] += given is not None and given.slip == made.name


def _said(mark: Mark | None) -> str:
    if mark is None:
        return "no mark"
    return f"{mark.quantity}{mark.index} {mark.written} {mark.verdict} {mark.slip} {mark.also} expected {mark.expected}"


def _paired(numbers: tuple[Number, ...], marking: Marking) -> Iterator[tuple[Number, Mark | None]]:
    """Each number with its mark: of the same line, entry and text, in order."""
    waiting: dict[tuple[object, ...], list[Mark]] = {}
    for given in marking.marks:
        waiting.setdefault(_key(given.line, given.quantity, given.index, given.written), []).append(given)
    for number in numbers:
        found = waiting.get(_key(number.line, number.quantity, number.index, number.text))
        yield number, found.pop(0) if found else None


def _key(line: int | None, quantity: str | None, index: tuple[int, ...] | None, text: str) -> tuple[object, ...]:
    return (line, quantity, index, text.replace(" ", ""))
