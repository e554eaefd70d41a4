"""A transcript matched to the exercise: each numeral to the place of a quantity that it stands for.

Statements are taken in order. Their subject is the quantity they name, or the one whose formula they write, in letters
or in numbers. A calculation is laid over the forms it may have; its numbers are then the inputs it restates, and the
last number of the chain is its result. What has no place is listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from flint import fmpq

from symback.document.nodes import Matrix as FormMatrix
from symback.document.nodes import Node, Value
from symback.marking.evaluate import Value as Evaluated
from symback.marking.evaluate import evaluate, has_names
from symback.marking.expressions import (
    Call,
    Chain,
    Expression,
    Link,
    Matrix,
    Name,
    Negation,
    Number,
    Paper,
    Quotient,
    Stack,
    Sum,
    Transpose,
    Unread,
    walk,
)
from symback.marking.follow import Graph, graph_of
from symback.marking.forms import Form, Forms, forms_of
from symback.marking.judge import Reading, at_places, ends, is_close, rational, reading_of, unit_at
from symback.marking.places import place_of, resolve
from symback.marking.readings import plain_reading
from symback.marking.unify import Leaf, unify, ways
from symback.marking.written import Answers, Leftover, Written
from symback.solution.solution import Solution


@dataclass
class Aligner:
    """Matches the statements of one paper, remembering what was written and which names the paper invented."""

    solution: Solution
    graph: Graph
    forms: Forms
    aliases: dict[str, str] = field(default_factory=dict)
    readings: dict[tuple[str, int], Reading] = field(default_factory=dict)
    written: list[Written] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)
    subject: str | None = None

    def chain(self, chain: Chain) -> None:
        """Match one statement."""
        if not chain.continues:
            self.subject = None
        place = self._find_subject(chain)
        _Statement(self, chain, place).match()

    def _find_subject(self, chain: Chain) -> int | None:
        """The quantity that a statement is about, by its formula in letters or by its name; its place if it has one."""
        named: tuple[str, int | None] | None = None
        for link in chain.links:
            expression = link.expression
            if isinstance(expression, Name | Transpose):
                named = self._named(expression) or named
            elif has_names(expression) and named is None:
                quantity = self._by_letters(expression)
                if quantity is not None:
                    named = (quantity, None)
        if named is None:
            return None
        self.subject = named[0]
        for link in chain.links:
            if isinstance(link.expression, Name) and link.expression.quantity not in self.graph.shapes:
                self.aliases.setdefault(link.expression.symbol, named[0])
        return named[1]

    def _named(self, expression: Name | Transpose) -> tuple[str, int | None] | None:
        name = expression.argument if isinstance(expression, Transpose) else expression
        if not isinstance(name, Name):
            return None
        quantity = resolve(name.quantity, self.solution, self.graph) if name.quantity else None
        quantity = quantity or self.aliases.get(name.symbol)
        if quantity is None:
            return None
        return quantity, place_of(name.index, self.graph.shapes[quantity]) if name.index else None

    def _by_letters(self, expression: Expression) -> str | None:
        """The step whose formula in letters this is."""
        return next((name for name, form in self.forms.symbolic if unify(form, expression) is not None), None)

    def known(self, value: Value) -> Iterator[Any]:
        """What an entry may look like on this paper: as it was written, as a copy of what was, as it truly is."""
        name = value.name
        while name is not None:
            if (name, value.place) in self.readings:
                yield self.readings[name, value.place].value
            step = self.graph.steps.get(name)
            name = step.inputs[0] if step is not None and step.operation == "copy" else None  # type: ignore[assignment]
        yield self.solution.values(value.name)[value.place]

    def agrees(self, leaf: Leaf) -> bool:
        """Whether a written number is what is expected in its place."""
        reading = leaf_reading(leaf)
        if leaf.value is None or reading is None:
            return leaf.value is None
        return any(at_places(reading, true) or is_close(reading, true) for true in self.known(leaf.value))

    def is_new(self, result: Node) -> bool:
        """Whether the numbers that a form comes to have not been written yet."""
        first = result.rows[0][0] if isinstance(result, FormMatrix) else result
        return isinstance(first, Value) and (first.name, first.place) not in self.readings

    def take(self, item: Written) -> None:
        """Take a matched number down."""
        self.written.append(item)
        self.readings[item.quantity, item.place] = item.reading


@dataclass
class _Statement:
    """One statement being matched: side by side, each with the form it was found to have."""

    aligner: Aligner
    chain: Chain
    place: int | None
    form: Form | None = None
    before: tuple[Evaluated | None, Evaluated | None] = (None, None)

    def match(self) -> None:
        """Match every side in order; a number that only points to a name (`5 => Z`) says nothing about it."""
        links = self.chain.links
        named = next((k for k, link in enumerate(links) if has_names(link.expression)), 0)
        for number, link in enumerate(links):
            if link.relation not in EQUAL:
                self.before = (None, None)
            if number < named and links[number + 1].relation not in EQUAL:
                self._leave(link.expression)
            else:
                self._link(link)

    def _leave(self, expression: Expression) -> None:
        for node in walk(expression):
            if isinstance(node, Number):
                self._leftover(node, "no_place")

    def _link(self, link: Link) -> None:
        expression = link.expression
        if isinstance(expression, Stack):
            expression = self._stack(expression, link)
        if isinstance(expression, Unread):
            return
        if has_names(expression):
            self._letters(expression)
        elif any(isinstance(node, Number) for node in walk(expression)):
            self._numbers(expression)
            self.before = (evaluate(expression, points=False), evaluate(expression, points=True))

    def _stack(self, stack: Stack, link: Link) -> Expression:
        """Products under a brace: each line by itself; their last numbers are the terms of a sum."""
        for line in stack.lines:
            _Statement(self.aligner, line, None).match()
        ends_of_lines = tuple(line.links[-1].expression for line in stack.lines)
        total = Sum(ends_of_lines, link.line)
        found = self._best(total)
        if found is not None:
            self.form = found[0]
        self.before = (evaluate(total, points=False), evaluate(total, points=True))
        return Unread("", "", "", link.line, 1)

    def _letters(self, expression: Expression) -> None:
        """A formula in letters: its constants are right where the formula is a known one."""
        numbers = [node for node in walk(expression) if isinstance(node, Number)]
        if not numbers:
            return
        found = next((form for _, form in self.aligner.forms.symbolic if unify(form, expression) is not None), None)
        if found is None:
            for number in numbers:
                self._leftover(number, "no_formula")

    def _numbers(self, expression: Expression) -> None:
        """A side of numbers: a result, a calculation of a known form, or a calculation that is judged as a whole."""
        if self._result(expression):
            return
        found = self._best(expression)
        if found is not None:
            self.form, leaves = found
            for leaf in leaves:
                self._leaf(leaf)
            return
        if not self._whole(expression):
            self._leave(expression)

    def _result(self, expression: Expression) -> bool:
        """A number, or a matrix of numbers, that the statement comes to."""
        target = self._target(expression)
        if target is None:
            return False
        cells = [cell for row in expression.rows for cell in row] if isinstance(expression, Matrix) else [expression]
        values = [cell for row in target.rows for cell in row] if isinstance(target, FormMatrix) else [target]
        for position, (cell, value) in enumerate(zip(cells, values, strict=True)):
            self._leaf(Leaf(value, cell), before=self._before(position, len(cells)))  # type: ignore[arg-type]
        return True

    def _target(self, expression: Expression) -> Node | None:
        """The place of a result: that of the form before it, or the subject of the statement."""
        if self.form is not None and _fits(expression, self.form.result):
            return self.form.result
        subject, shapes = self.aligner.subject, self.aligner.graph.shapes
        if subject is None:
            return None
        rows, columns = shapes[subject]
        if isinstance(expression, Number) and (self.place is not None or (rows, columns) == (1, 1)):
            return Value(subject, self.place or 0)
        whole = FormMatrix(tuple(tuple(Value(subject, i * columns + j) for j in range(columns)) for i in range(rows)))
        return whole if isinstance(expression, Matrix) and _fits(expression, whole) else None

    def _before(self, position: int, count: int) -> tuple[Any, Any] | None:
        """What the side before comes to for one entry of a result."""
        balls, points = self.before
        if balls is None or points is None or len(points.entries) != count:
            return None
        return balls.entries[position], points.entries[position]

    def _best(self, expression: Expression) -> tuple[Form, tuple[Leaf, ...]] | None:
        """The form that fits a calculation best: most of its numbers are what is expected in their places."""
        aligner = self.aligner
        candidates: Sequence[Form] = aligner.forms.numeric
        if aligner.subject is not None:
            own = aligner.forms.of(aligner.subject)
            candidates = own if self.chain.links[0].relation == "" else candidates
            if self.place is not None:
                own = tuple(form for form in own if getattr(form.result, "place", self.place) == self.place)
                candidates = own
        best, best_score = None, (-1.0, False, False)
        for form in candidates:
            for leaves in _some(ways(form.node, expression)):
                values = [leaf for leaf in leaves if leaf.value is not None]
                if not values:
                    continue
                right = sum(map(aligner.agrees, values)) / len(values)
                plain = all(isinstance(leaf.expression, Number) for leaf in values)
                score = (right, plain, aligner.is_new(form.result))
                least = 0 if plain and aligner.subject is not None else LEAST_AGREEMENT
                if right >= least and (best is None or score > best_score):
                    best, best_score = (form, leaves), score
        return best

    def _leaf(self, leaf: Leaf, before: tuple[Any, Any] | None = None) -> None:
        """A written number in a known place."""
        if leaf.value is None:
            return
        reading = leaf_reading(leaf)
        if reading is None:
            for node in walk(leaf.expression):
                if isinstance(node, Number):
                    self._leftover(node, "no_value")
            return
        restated = before is None and self.form is not None and leaf.value != self.form.result
        self.aligner.take(
            Written(
                leaf.value.name,
                leaf.value.place,
                source_of(leaf.expression),
                read_as(leaf, reading),
                reading,
                leaf.expression.line,
                before,
                restated,
                leaf.negated,
                tuple(other_readings(leaf.expression)),
                self.form.quantity if restated and self.form is not None else None,
            )
        )

    def _whole(self, expression: Expression) -> bool:
        """A calculation of no known form, judged by the value it comes to."""
        subject = self.aligner.subject
        if subject is None or (self.place is None and self.aligner.graph.shapes[subject] != (1, 1)):
            return False
        leaf = Leaf(Value(subject, self.place or 0), expression)
        if leaf_reading(leaf) is None:
            return False
        self._leaf(leaf, before=self._before(0, 1))
        return True

    def _leftover(self, number: Number, key: str) -> None:
        self.aligner.leftovers.append(Leftover(number.source, "", number.line, key))


#: The relations that carry a value from one side to the next.
EQUAL = ("=", "≈")
#: The least part of the numbers of a calculation that must be what is expected there.
LEAST_AGREEMENT = 0.5
#: Ways to lay a calculation over one form that are looked at.
MOST_LAID = 24


def _some(found: Iterator[tuple[Leaf, ...]]) -> Iterator[tuple[Leaf, ...]]:
    for _, leaves in zip(range(MOST_LAID), found, strict=False):
        yield leaves


def _fits(expression: Expression, result: Node) -> bool:
    """Whether an expression has the shape of a result."""
    if isinstance(result, Value):
        return isinstance(expression, Number)
    if not isinstance(expression, Matrix) or not isinstance(result, FormMatrix):
        return False
    numbers = all(isinstance(cell, Number) for row in expression.rows for cell in row)
    shape, theirs = (len(result.rows), len(result.rows[0])), expression.shape
    vector = 1 in shape and 1 in theirs and (expression.form == "list" or len(result.rows) == 1)
    return numbers and (shape == theirs or (vector and shape[0] * shape[1] == theirs[0] * theirs[1]))


def leaf_reading(leaf: Leaf) -> Reading | None:
    """The reading of a written number, or of a calculation by its value; None where it has no value."""
    expression, sign = leaf.expression, -1 if leaf.negated else 1
    if isinstance(expression, Negation) and isinstance(expression.argument, Number):
        expression, sign = expression.argument, -sign
    if isinstance(expression, Number):
        found = reading_of(expression.numeral)
        return Reading(sign * found.value, found.radius, found.places)
    return _compound(expression)


def _compound(expression: Expression) -> Reading | None:
    ball, point = evaluate(expression, points=False), evaluate(expression, points=True)
    if ball is None or point is None or ball.scalar is None:
        return None
    low, high = ends(ball.scalar)
    first, last = ends(point.scalar)
    return Reading((first + last) / 2, (high - low) / 2)


def other_readings(expression: Expression) -> Iterator[tuple[str, Reading]]:
    """What else a calculation may mean: `1/e^{-8}` written for 1·10^-8."""
    match expression:
        case Quotient(numerator=Number() as over, denominator=Call(function="exp", argument=Number() as exponent)):
            yield from _power_of_ten(over, exponent)
        case Call(function="exp", argument=Number() as exponent):
            yield from _power_of_ten(None, exponent)
        case _:
            return


def _power_of_ten(over: Number | None, exponent: Number) -> Iterator[tuple[str, Reading]]:
    power = exponent.numeral.value
    if power.denominator != 1 or abs(power) > 400:
        return
    unit = unit_at(int(power))
    value = rational(over.numeral.value) if over is not None else fmpq(1)
    place = (over.numeral.place or 0) if over is not None else 0
    last = place + int(power)
    yield "notation", Reading(value * unit, unit_at(last) / 2, range(last, last + 1))


def source_of(expression: Expression) -> str:
    """An expression as it was typed, as far as its numerals tell."""
    if isinstance(expression, Number):
        return expression.source
    from symback.marking.show import show

    return show(expression)


def read_as(leaf: Leaf, reading: Reading) -> str:
    """The value that the mark is based on, in plain ASCII."""
    if isinstance(leaf.expression, Number):
        return plain_reading(leaf.expression.numeral)
    from symback.solution.plain import plain
    from symback.solution.rounding import round_rational

    return plain(round_rational(reading.value, 8))


def align(paper: Paper, solution: Solution, lines: tuple[str, ...]) -> Answers:
    """Match a transcript to an exercise: every numeral becomes a written number with a place, or a leftover."""
    graph = graph_of(solution.exercise.network)
    aligner = Aligner(solution, graph, forms_of(solution, graph))
    for chain in paper.chains:
        aligner.chain(chain)
    from symback.marking.expressions import unread

    unreadable = [Leftover(item.text, item.reason, item.line) for item in unread(paper)]
    leftovers = sorted([*aligner.leftovers, *unreadable], key=lambda item: item.line)
    return Answers(tuple(aligner.written), tuple(leftovers), lines, paper.decimal)
