"""A transcript matched to the exercise: each numeral to the place of a quantity that it stands for.

Statements are taken in order. Their subject is the quantity they name, or the one whose formula they write, in letters
or in numbers. A calculation is laid over the forms it may have; its numbers are then the inputs it restates, and the
last number of the chain is its result. What has no place is listed.

Every numeral ends in one of three ways, and `Answers` counts them: in a written number (one, or several where a whole
calculation stands for a number), in a leftover, or as a constant of a formula that was recognised: the 2 of
`2(a - y)`, the 1 of `1/(1 + e^{-z})`, an exponent. A constant belongs to the entry of its side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from symback.derivation.shown import jacobian_of
from symback.derivation.steps import Shape, owner
from symback.document.nodes import Matrix as FormMatrix
from symback.document.nodes import Node, Value
from symback.marking.evaluate import Side, has_names
from symback.marking.expressions import (
    Chain,
    Expression,
    Link,
    Matrix,
    Name,
    Number,
    Paper,
    Stack,
    Sum,
    Transpose,
    Unread,
    unread,
    walk,
)
from symback.marking.follow import Book
from symback.marking.forms import Form, Forms, forms_of
from symback.marking.graph import Graph, graph_of
from symback.marking.laying import Expectations, Hint, Laying
from symback.marking.leaves import bare, leaf_reading, numerals, other_readings, read_as, text_of
from symback.marking.places import not_there, of_an_update, place_of, resolve
from symback.marking.truth import truth_of
from symback.marking.unify import Entry, Leaf
from symback.marking.written import Answers, Leftover, Written
from symback.solution.solution import Solution

#: The relations that carry a value from one side to the next.
EQUAL = ("=", "≈")


@dataclass
class Aligner:
    """Matches the statements of one paper, remembering what was written and which names the paper invented."""

    solution: Solution
    graph: Graph
    forms: Forms
    expected: Expectations
    aliases: dict[str, str] = field(default_factory=dict)
    written: list[Written] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)
    constants: list[str] = field(default_factory=list)
    #: All that the statement names; its subject stands last.
    names: tuple[Entry, ...] = ()
    #: Whether the subject was named by its transpose.
    transposed: bool = False
    topic: str | None = None

    @property
    def laying(self) -> Laying:
        """What finds the form of a calculation."""
        return Laying(self.forms, self.expected)

    @property
    def subject(self) -> str | None:
        """The quantity that the statement is about."""
        return self.names[-1][0] if self.names else None

    def chain(self, chain: Chain) -> None:
        """Match one statement."""
        if not chain.continues:
            self.names = ()
        place = self._find_subject(chain)
        _Statement(self, chain, place).match()

    def _find_subject(self, chain: Chain) -> int | None:
        """The quantity that a statement is about, by its formula in letters or by its name; its place if it has one."""
        names: list[Entry] = []
        transposed = False
        for link in chain.links:
            expression = link.expression
            if isinstance(expression, Name | Transpose):
                found = self._named(expression)
                transposed = isinstance(expression, Transpose) if found else transposed
            elif not names and has_names(expression):
                found = self._lettered(expression)
            else:
                continue
            names += [found] if found else []
        if not names:
            return None
        self.names, self.transposed = tuple(names), transposed
        self.topic, place = names[-1]
        for link in chain.links:
            if isinstance(link.expression, Name) and link.expression.quantity not in self.graph.shapes:
                self.aliases.setdefault(link.expression.symbol, self.topic)
        return place

    def _lettered(self, expression: Expression) -> Entry | None:
        """The quantity whose formula in letters stands here, with the place where it is that of one entry."""
        if any(isinstance(node, Name) and node.index for node in walk(expression)):
            form = self.forms.spelt(expression, self._named)
            if form is not None and isinstance(form.result, Value):
                return form.quantity, form.result.place
        quantity = self.forms.lettered(expression)
        return None if quantity is None else (quantity, None)

    def _named(self, expression: Name | Transpose) -> Entry | None:
        name = expression.argument if isinstance(expression, Transpose) else expression
        if not isinstance(name, Name):
            return None
        quantity = resolve(name.quantity, self.solution, self.graph) if name.quantity else None
        quantity = quantity or of_an_update(name.symbol, self.graph) or self.aliases.get(name.symbol)
        if quantity is None:
            return None
        return quantity, place_of(name.index, self.graph.shapes[quantity]) if name.index else None

    def after(self, name: str) -> str | None:
        """The step that comes after a quantity."""
        names = [step.name for step in self.solution.derivation.steps]
        place = names.index(name) + 1 if name in names else 0
        return names[place] if place < len(names) else None

    def take(self, item: Written) -> None:
        """Take a matched number down."""
        self.written.append(item)
        self.expected.note(item.quantity, item.place, item.reading, item.line)

    def leave(self, expression: Expression, key: str, reason: str = "") -> None:
        """List the numerals of a side that has no place."""
        for node in walk(expression):
            if isinstance(node, Number):
                self.leftovers.append(Leftover(node.source, reason, node.line, key))

    def stranger(self, chain: Chain) -> str | None:
        """The quantity of another exercise that a statement is about."""
        if self.subject is not None:
            return None
        names = [link.expression.quantity for link in chain.links if isinstance(link.expression, Name)]
        return next((name for name in names if name is not None), None)


@dataclass
class _Statement:
    """One statement being matched: side by side, each with the form it was found to have."""

    aligner: Aligner
    chain: Chain
    place: int | None
    form: Form | None = None
    before: Expression | None = None
    laid: tuple[tuple[str, int], ...] = ()

    def match(self) -> None:
        """Match every side in order; a number that only points to a name (`5 => Z`) says nothing about it."""
        links = self.chain.links
        named = next((k for k, link in enumerate(links) if has_names(link.expression)), 0)
        for number, link in enumerate(links):
            if link.relation not in EQUAL:
                self.before = None
            if number < named and links[number + 1].relation not in EQUAL:
                self._leave(link.expression)
            else:
                self._link(link)

    def _leave(self, expression: Expression) -> None:
        """List what has no place; a name of another exercise is the reason."""
        stranger = self.aligner.stranger(self.chain)
        if stranger is None:
            self.aligner.leave(expression, "no_place")
        else:
            self.aligner.leave(expression, "unknown", not_there(stranger, self.aligner.graph))

    def _link(self, link: Link) -> None:
        expression = link.expression
        if isinstance(expression, Stack):
            self._stack(expression, link)
        elif isinstance(expression, Unread):
            return
        elif has_names(expression):
            self._letters(expression)
        elif any(isinstance(node, Number) for node in walk(expression)):
            self.laid = self._numbers(expression)
            self.before = expression

    def _stack(self, stack: Stack, link: Link) -> None:
        """Products under a brace: each line by itself; their last numbers are the terms of a sum."""
        for line in stack.lines:
            _Statement(self.aligner, line, None).match()
        total = Sum(tuple(line.links[-1].expression for line in stack.lines), link.line)
        found = self._best(total)
        self.laid = ()
        if found is not None:
            self.form = found[0]
            self.laid = tuple((leaf.value.name, leaf.value.place) for leaf in found[1] if leaf.value is not None)
        self.before = total

    def _letters(self, expression: Expression) -> None:
        """A formula in letters: its constants are right where the formula is a known one."""
        numbers = numerals(expression)
        if numbers and self.aligner.forms.lettered(expression) is None:
            self.aligner.leave(expression, "no_formula")
        else:
            self.aligner.constants += numbers

    def _numbers(self, expression: Expression) -> tuple[tuple[str, int], ...]:
        """A side of numbers: a result, a calculation of a known form, or a calculation that is judged as a whole.

        The entries that its numbers stand for, where it is a known calculation.
        """
        if self._result(expression):
            return ()
        found = self._best(expression)
        if found is None:
            if not self._whole(expression):
                self._leave(expression)
            return ()
        if found[0].mistaken and self._whole(expression):  # what it comes to says what is wrong about it
            return ()
        self.form, leaves = found
        for leaf in leaves:
            self._leaf(leaf)
        return tuple((leaf.value.name, leaf.value.place) for leaf in leaves if leaf.value is not None)

    def _result(self, expression: Expression) -> bool:
        """A number, or a matrix of numbers, that the statement comes to."""
        target = self._target(expression)
        if target is None:
            return False
        cells = [cell for row in expression.rows for cell in row] if isinstance(expression, Matrix) else [expression]
        values = [cell for row in target.rows for cell in row] if isinstance(target, FormMatrix) else [target]
        for position, (cell, value) in enumerate(zip(cells, values, strict=True)):
            self._leaf(Leaf(value, cell), before=self._side(position, len(cells)))  # type: ignore[arg-type]
        return True

    def _target(self, expression: Expression) -> Node | None:
        """The place of a result: that of the form before it, or the subject of the statement."""
        if self.form is not None and _fits(expression, self.form.result):
            return self.form.result
        subject, shapes = self.aligner.subject, self.aligner.graph.shapes
        if subject is None:
            return None
        rows, columns = shapes[subject]
        if bare(expression)[0] is not None and (self.place is not None or (rows, columns) == (1, 1)):
            return Value(subject, self.place or 0)
        # Slopes may be written as the diagonal matrix that they stand for, where the exercise has it.
        wholes = [_all_of(name, shapes[name]) for name in (subject, jacobian_of(subject)) if name in shapes]
        if self.aligner.transposed and not (isinstance(expression, Matrix) and expression.form == "list"):
            wholes = [_flipped(whole) for whole in wholes]
        return next((each for each in wholes if isinstance(expression, Matrix) and _fits(expression, each)), None)

    def _side(self, position: int, count: int) -> Side | None:
        """The side before, as one entry of a result has to come to it."""
        return None if self.before is None else Side(self.before, position, count, self.laid)

    def _best(self, expression: Expression) -> tuple[Form, tuple[Leaf, ...]] | None:
        """The form that fits a calculation best."""
        aligner = self.aligner
        result = self.form.result if self.form is not None and self.before is not None else None
        topic = owner(aligner.topic or "")
        aside = aligner.subject is None and any(isinstance(link.expression, Name) for link in self.chain.links)
        hint = Hint(aligner.names, result, topic, aligner.after(topic), aside)
        return aligner.laying.best(expression, hint, free=self.chain.links[0].relation != "")

    def _leaf(self, leaf: Leaf, before: Side | None = None) -> None:
        """A written number in a known place."""
        if leaf.value is None:
            self.aligner.constants += numerals(leaf.expression)
            return
        reading = self.aligner.expected.reading(leaf)
        if reading is None:
            self.aligner.leave(leaf.expression, "no_value")
            return
        restated = before is None and self.form is not None and leaf.value != self.form.result
        self.aligner.take(
            Written(
                leaf.value.name,
                leaf.value.place,
                text_of(leaf.expression),
                read_as(leaf, reading),
                reading,
                leaf.expression.line,
                before,
                restated=restated,
                negated=leaf.negated,
                other=tuple(other_readings(leaf.expression)),
                numerals=numerals(leaf.expression),
                about=self.form.quantity if restated and self.form is not None else None,
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
        self._leaf(leaf, before=self._side(0, 1))
        return True


def _all_of(name: str, shape: Shape) -> FormMatrix:
    """All entries of a quantity as a matrix."""
    rows, columns = shape
    return FormMatrix(tuple(tuple(Value(name, i * columns + j) for j in range(columns)) for i in range(rows)))


def _flipped(matrix: FormMatrix) -> FormMatrix:
    return FormMatrix(tuple(zip(*matrix.rows, strict=True)))


def _fits(expression: Expression, result: Node) -> bool:
    """Whether an expression has the shape of a result."""
    if isinstance(result, Value):
        return bare(expression)[0] is not None
    if not isinstance(expression, Matrix) or not isinstance(result, FormMatrix):
        return False
    numbers = all(bare(cell)[0] is not None for row in expression.rows for cell in row)
    shape, theirs = (len(result.rows), len(result.rows[0])), expression.shape
    vector = 1 in shape and 1 in theirs and (expression.form == "list" or len(result.rows) == 1)
    return numbers and (shape == theirs or (vector and shape[0] * shape[1] == theirs[0] * theirs[1]))


def align(paper: Paper, solution: Solution, lines: tuple[str, ...]) -> Answers:
    """Match a transcript to an exercise: every numeral becomes a written number with a place, or a leftover."""
    graph = graph_of(solution.exercise.network)
    expected = Expectations(truth_of(solution), Book(solution))
    aligner = Aligner(solution, graph, forms_of(solution, graph), expected)
    for chain in paper.chains:
        aligner.chain(chain)
    leftovers = sorted([*aligner.leftovers, *_unreadable(paper)], key=lambda item: item.line)
    return Answers(tuple(aligner.written), tuple(leftovers), lines, paper.decimal, tuple(aligner.constants))


def _unreadable(paper: Paper) -> Iterator[Leftover]:
    for item in unread(paper):
        yield Leftover(item.text, item.reason, item.line)
