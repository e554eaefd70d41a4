"""Which calculation a side of numbers is: the form that it fits best, by what is expected in each place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from flint import fmpq

from symback.derivation.steps import owner
from symback.document.nodes import Matrix as FormMatrix
from symback.document.nodes import Node, Value
from symback.marking.expressions import Expression
from symback.marking.follow import Book
from symback.marking.forms import Form, Forms
from symback.marking.judge import Ends, Reading, ends, lies_close, rounds_to, usable
from symback.marking.leaves import bare, leaf_reading
from symback.marking.truth import Truth
from symback.marking.unify import Entry, Leaf, ways
from symback.marking.versions import Noted

#: The least part of the numbers of a calculation that must be what is expected there.
LEAST_AGREEMENT = 0.5
#: A number within this part of what is expected is nearly that: rounded more often on the way.
NEAR, NEAR_AGREEMENT = fmpq(1, 20), 0.75
#: With so many numbers right in places of their own, they are believed sooner than that whole calculations stand for
#: numbers: in `0(7.1) + 0.3` the 7.1 is a wrong input, though 0(7.1) is the 0 that belongs there.
SOLID = 0.65
#: Ways to lay a calculation over one form that are looked at.
MOST_LAID = 24

Leaves = tuple[Leaf, ...]


@dataclass(frozen=True)
class Hint:
    """What is known of a side before it is read: the entries that its statement names, the result of the side before.

    `topic` is the quantity that the paper is busy with, `after` the one that comes next. `aside` says that the
    statement is about a name of the paper's own, as `q = e^{-2}` is.
    """

    names: tuple[Entry, ...] = ()
    result: Node | None = None
    topic: str | None = None
    after: str | None = None
    aside: bool = False


@dataclass
class Expectations:
    """What the entries may look like on this paper: as written, as it follows from that, as it truly is."""

    truth: Truth
    book: Book
    _known: dict[str, dict[int, tuple[Ends, ...]]] = field(default_factory=dict)
    #: By quantity, then by place, expression and sign; an expression is kept, for another one could get its id.
    _agreed: dict[str, dict[tuple[int, int, bool], tuple[Expression, float]]] = field(default_factory=dict)
    _readings: dict[int, tuple[Expression, Reading | None]] = field(default_factory=dict)

    def note(self, name: str, place: int, reading: Reading, line: int) -> None:
        """Take a number down; one that is right changes nothing that is expected of others."""
        latest = self.book.latest(name, place)
        if latest is not None and latest.reading.value == reading.value:
            return
        true = self.truth.ends(name, place)
        right = rounds_to(reading, true) is not None
        self.book.note(name, place, Noted(reading, line, right, kept=self.truth.value(name, place) if right else None))
        graph = self.book.graph
        for each in (name, *graph.alike(name)):
            self._agreed.pop(each, None)
            self._known.pop(each, None)

    def reading(self, leaf: Leaf) -> Reading | None:
        """The reading of a leaf, worked out once for an expression."""
        if leaf.negated:
            return leaf_reading(leaf)
        key = id(leaf.expression)
        if key not in self._readings:
            self._readings[key] = (leaf.expression, leaf_reading(leaf))
        return self._readings[key][1]

    def agreement(self, leaf: Leaf) -> float:
        """How well a written number agrees with what is expected in its place: fully, nearly, or not at all."""
        assert leaf.value is not None
        agreed = self._agreed.setdefault(leaf.value.name, {})
        key = (leaf.value.place, id(leaf.expression), leaf.negated)
        if key not in agreed:
            reading = self.reading(leaf)
            known = self.known(leaf.value.name, leaf.value.place)
            found = 0.0 if reading is None else max(_agreement(reading, true) for true in known)
            agreed[key] = leaf.expression, found
        return agreed[key][1]

    def is_right(self, leaf: Leaf) -> bool:
        """Whether a written number is what is expected in its place, rightly rounded."""
        assert leaf.value is not None
        reading = self.reading(leaf)
        known = self.known(leaf.value.name, leaf.value.place)
        return reading is not None and any(rounds_to(reading, true) is not None for true in known)

    def known(self, name: str, place: int) -> tuple[Ends, ...]:
        """The values that may stand in a place, as end points."""
        known = self._known.setdefault(name, {})
        if place not in known:
            values = [ends(value) for value in self._values(name, place) if usable(value)]
            known[place] = (*values, self.truth.ends(name, place))
        return known[place]

    def _values(self, name: str, place: int) -> Iterator[Any]:
        book = self.book
        for note in reversed(book.notes.get(book.graph.canonical(name), {}).get(place, [])[-2:]):
            yield note.reading.value
        if book.off(name):
            yield book.versions(name)[0].points[place]
            kept = book.kept(name)
            if kept is not None:
                yield kept[place]
        step = book.graph.steps.get(name)
        if step is not None and step.operation == "copy":
            yield from self._values(step.inputs[0], place)

    def is_new(self, result: Node) -> bool:
        """Whether the numbers that a form comes to have not been written yet."""
        first = result.rows[0][0] if isinstance(result, FormMatrix) else result
        return isinstance(first, Value) and self.book.latest(first.name, first.place) is None


def _agreement(reading: Reading, true: Ends) -> float:
    if rounds_to(reading, true) is not None or lies_close(reading, true):
        return 1.0
    return NEAR_AGREEMENT if abs(reading.value - true[0]) <= NEAR * abs(true[0]) else 0.0


def _is_of(form: Form, name: str, place: int | None, *, free: bool) -> bool:
    """Whether a calculation is one of an entry; what adds up to a quantity may stand under its name."""
    if place is not None and getattr(form.result, "place", place) != place:
        return False
    return free or owner(name) in (form.owner, form.quantity.split(".")[0])


#: Whether a form goes on with the side before, whether each number has a place of its own in it and most are what is
#: expected there, how many are, whether it has numbers in all places.
Score = tuple[bool, bool, float, bool]
Preference = tuple[bool, bool, int]


@dataclass
class Laying:
    """Finds the form of a calculation among those of an exercise."""

    forms: Forms
    expected: Expectations

    def best(self, expression: Expression, hint: Hint, *, free: bool) -> tuple[Form, Leaves] | None:
        """The form that fits best: most of its numbers are what is expected in their places.

        `free` says that the side need not be of the quantity that is named. Terms and factors are taken in their
        order; only where that does not explain every number, other orders are tried.
        """
        candidates = self.forms.like(expression)
        if not candidates or bare(expression)[0] is not None:
            # A number alone is no calculation: only its name can say what it stands for.
            return None
        if hint.names:
            candidates = [form for form in candidates if any(_is_of(form, *entry, free=free) for entry in hint.names)]
        candidates = sorted(candidates, key=lambda form: self._preference(form, hint), reverse=True)
        best = self._best(candidates, expression, hint, ordered=True)
        if best is None or best[0][2] < 1:
            other = self._best(candidates, expression, hint, ordered=False)
            best = other if best is None or (other is not None and other[0][:3] > best[0][:3]) else best
        return None if best is None else best[1]

    def _preference(self, form: Form, hint: Hint) -> Preference:
        """What decides between forms that fit equally: they go on with the side before, are new, are at hand."""
        same = hint.result is not None and form.result == hint.result
        near = 2 if form.owner == hint.topic else 1 if form.owner == hint.after else 0
        return same, self.expected.is_new(form.result), near

    def _best(
        self, candidates: list[Form], expression: Expression, hint: Hint, *, ordered: bool
    ) -> tuple[Score, tuple[Form, Leaves]] | None:
        """The best of some forms; they come in the order of preference, so the first that fits in full is taken."""
        best: tuple[Score, tuple[Form, Leaves]] | None = None
        for form in candidates:
            for leaves in islice(ways(form.node, expression, ordered=ordered), 1 if ordered else MOST_LAID):
                score = self._score(form, leaves, hint)
                if score is not None and (best is None or score > best[0]):
                    best = (score, (form, leaves))
            if best is not None and best[0][2:] == (1, True):
                break
        return best

    def _score(self, form: Form, leaves: Leaves, hint: Hint) -> Score | None:
        """How well a form fits; None where too little of it does."""
        values = [leaf for leaf in leaves if leaf.value is not None]
        if not values:
            return None
        right = sum(map(self.expected.agreement, values)) / len(values)
        plain = all(bare(leaf.expression)[0] is not None for leaf in values)
        same = hint.result is not None and form.result == hint.result
        next_one = len(self.forms.like_form(form)) == 1 and form.owner in (hint.topic, hint.after)
        least = 0 if plain and (hint.names or same or next_one) else LEAST_AGREEMENT
        if hint.aside and len(values) == 1 and not self.expected.is_right(values[0]):
            return None  # a single number that is only near may be anything
        return None if right < least else (same, plain and right >= SOLID, right, plain)
