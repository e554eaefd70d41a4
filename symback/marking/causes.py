"""What a known slip would make of a number: the predictions that a wrong number is compared with.

A slip is made in the step itself or in an unwritten one before it, on the numbers as written, as the calculator kept
them, or as they truly are; the unwritten steps after it are done rightly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from symback.derivation.steps import base
from symback.derivation.values import Entries
from symback.marking.cases import Case
from symback.marking.follow import Book
from symback.marking.graph import run_all, run_route
from symback.marking.judge import Reading, agrees, follows, usable
from symback.marking.slips import SLIPS
from symback.marking.update_slips import THROUGHOUT, all_early

#: So many times the ways to make a slip there have to be numbers of as many digits for it to be told.
CHANCE = 20

#: A slip is looked for in so many of the unwritten steps that lead to a number, the nearest first.
MOST_ORIGINS = 80
_RANK = {name: rank for rank, name in enumerate(SLIPS)}


class Scope(Mapping[str, Entries]):
    """The quantities of an exercise in one of the ways to take them, each looked up when it is first needed."""

    def __init__(self, book: Book, kind: str) -> None:
        self.book, self.kind = book, kind
        self._known: dict[str, Entries] = {}

    def __getitem__(self, name: str) -> Entries:
        if name not in self._known:
            self._known[name] = self._look_up(name)
        return self._known[name]

    def _look_up(self, name: str) -> Entries:
        if self.kind == "points":
            return self.book.versions(name)[0].points
        if self.kind == "balls":
            return self.book.versions(name)[0].balls
        kept = self.book.kept(name)
        return self.book.solution.values(name) if kept is None else kept

    def __iter__(self) -> Iterator[str]:
        return iter(self.book.graph.shapes)

    def __len__(self) -> int:
        return len(self.book.graph.shapes)


@dataclass(frozen=True)
class Cause:
    """A slip that explains a number.

    `kept` is what the calculator holds after it, None where that is not known; `beside` counts the other entries of
    the quantity that it explains too.
    """

    name: str
    kept: Any = None
    beside: int = 0


@dataclass
class Causes:
    """The predictions for the quantity that is being marked; they hold while its entries are gone through."""

    book: Book
    _quantity: str = ""
    _made: dict[str, list[tuple[str, Entries]]] = field(default_factory=dict)
    _scopes: dict[str, Mapping[str, Entries]] = field(default_factory=dict)

    def turn_to(self, quantity: str) -> None:
        """Forget the predictions for another quantity."""
        if quantity != self._quantity:
            self._quantity = quantity
            self._made.clear()
            self._scopes.clear()

    def of(self, quantity: str, place: int, reading: Reading, beside: Mapping[int, Reading]) -> list[Cause]:
        """The slips of the catalogue that predict a number: first those that explain most of the entries beside it.

        Those count first that predict it from the numbers themselves; then those that do within the balls.
        """
        if quantity not in self.book.graph.steps:
            return []
        self.turn_to(quantity)
        found: dict[str, Cause] = {}
        for kind in self._kinds():
            for name, entries in self._predictions(quantity, kind):
                value = entries[place]
                if usable(value) and agrees(reading, value):
                    others = sum(usable(entries[k]) and agrees(each, entries[k]) for k, each in beside.items())
                    self._take(found, Cause(name, value if kind != "points" else None, others))
        if not found and self.book.inexact:
            for name, entries in self._predictions(quantity, "balls"):
                if follows(reading, entries[place], None):
                    self._take(found, Cause(name))
        if not found:
            early = all_early(self.book.solution).get(quantity)
            if early and usable(early[place]) and agrees(reading, early[place]):
                self._take(found, Cause(THROUGHOUT, early[place]))
        told = [cause for cause in found.values() if not self._by_chance(quantity, cause, reading)]
        return sorted(told, key=lambda cause: (-cause.beside, _RANK[cause.name]))

    def _by_chance(self, quantity: str, cause: Cause, reading: Reading) -> bool:
        """Whether a slip may explain a number only because it can be made in so many ways."""
        if not SLIPS[cause.name].wary or cause.beside:
            return False
        ways = sum(name == cause.name for name, _ in self._predictions(quantity, self._kinds()[0]))
        return bool(ways * CHANCE > 10 ** max(0, reading.digits - 1))

    @staticmethod
    def _take(found: dict[str, Cause], cause: Cause) -> None:
        """Of several ways to make one slip keep the one that explains most, and what the calculator held."""
        known = found.get(cause.name)
        if known is None or cause.beside > known.beside or (cause.beside == known.beside and known.kept is None):
            found[cause.name] = cause

    def _kinds(self) -> tuple[str, ...]:
        """The ways to take the numbers before: where all are exact, all are the truth."""
        return ("points", "kept", "truth") if self.book.inexact else ("truth",)

    def _scope(self, kind: str) -> Mapping[str, Entries]:
        if kind not in self._scopes:
            self._scopes[kind] = {} if kind == "truth" else Scope(self.book, kind)
        return self._scopes[kind]

    def _predictions(self, quantity: str, kind: str) -> list[tuple[str, Entries]]:
        if kind not in self._made:
            self._made[kind] = list(self._predict(quantity, self._scope(kind)))
        return self._made[kind]

    def _predict(self, quantity: str, scope: Mapping[str, Entries]) -> Iterator[tuple[str, Entries]]:
        wrong = self.book.gone_astray() if self.book.solution.derivation.scalar else {}
        for origin in self._origins(quantity):
            case = Case(self.book.graph.steps[origin], scope, self.book.graph, self.book.solution, wrong)
            for slip in SLIPS.values():
                for entries in slip.predict(case):
                    result = self._downstream(origin, entries, quantity, scope) if entries else None
                    if result is not None:
                        yield slip.name, result

    def _origins(self, name: str) -> list[str]:
        """The quantity and what it is made of, back to what was written: where the slip may have been made."""
        found: list[str] = []
        waiting = [name]
        while waiting and len(found) < MOST_ORIGINS:
            current = waiting.pop(0)
            step = self.book.graph.steps.get(current)
            if step is None or current in found or (current != name and self.book.is_written(current)):
                continue
            found.append(current)
            waiting += [base(reference) for reference in step.inputs]
        return found

    def _downstream(self, origin: str, entries: Entries, quantity: str, scope: Mapping[str, Entries]) -> Entries | None:
        """What a wrong step leads to, through the steps that were not written."""
        if origin == quantity:
            return entries
        graph, changed = self.book.graph, {origin: entries}
        last = graph.steps[quantity]
        for step in (*self.book.solution.derivation.steps, last):
            names = {base(reference) for reference in step.inputs}
            if step.name == origin or not names & changed.keys():
                continue
            if step.name != quantity and self.book.is_written(step.name):
                continue
            inputs = {name: changed[name] if name in changed else self._value(name, scope) for name in names}
            found = run_route(graph.routes[step.name][0][1], step.name, inputs)
            if found is None:
                return None
            changed[step.name] = found
            if step.name == quantity:
                break
        return changed.get(quantity)

    def _value(self, name: str, scope: Mapping[str, Entries]) -> Entries:
        return scope[name] if name in scope else self.book.solution.values(name)

    def early(self, quantity: str, place: int, reading: Reading) -> bool:
        """Whether a calculation with rounded unwritten numbers leads to this one."""
        if not reading.places or reading.value == 0 or quantity not in self.book.graph.steps:
            return False
        self.turn_to(quantity)
        unwritten = [name for name in self._origins(quantity) if name != quantity]
        for kind in self._kinds():
            case = Case(self.book.graph.steps[quantity], self._scope(kind), self.book.graph, self.book.solution)
            for entries in rounded_early(case, unwritten, reading.digits):
                if agrees(reading, entries[place]):
                    return True
        return False


def rounded_early(case: Case, unwritten: Sequence[str], digits: int) -> Iterator[Entries]:
    """What a step comes to when the unwritten numbers it is made of are rounded to at most so many digits."""
    before, last = case.graph.in_detail(case.step.name, unwritten)
    if not before:
        return
    made = {step.name for step in before}
    needed = {base(reference) for step in (*before, last) for reference in step.inputs} - made
    for count in range(1, digits + 1):
        values = run_all(case.graph.by_hand(before, count), {name: case.entries(name) for name in needed})
        found = None if values is None else run_route(case.graph.program(last), last.name, values)
        if found is not None:
            yield found
