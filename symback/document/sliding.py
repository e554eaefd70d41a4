"""Layouts of windows that slide: sums of products along a pattern, averages, and the greatest entry of each window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symback.derivation.bilinear import bias_places, pairs_of
from symback.derivation.formula import ONE, Apply, Call, Number, Product, Quotient, Symbol
from symback.derivation.gather import places_of
from symback.derivation.operations import OPERATIONS
from symback.derivation.pick import windows_of
from symback.derivation.steps import Step
from symback.document.board import Writing
from symback.document.fill import Numbers
from symback.document.nodes import Block, Dots, Equation, Node, Note, Paren, Value
from symback.solution.arithmetics import Undecided, ball_positive, precision

#: Which factor of a product stands in front: the weights first, as in `0.2(3.9)`.
FRONT = ("kernel", "result", "image")


def lay_out_bilinear(w: Writing) -> list[Block]:
    """A line for each entry: the products of its window, their sum with what is added to it."""
    left, right, *bias = w.step.inputs
    pairs, spots, roles = pairs_of(w.step, w.board.derivation.shapes), _spots(w), w.step.option("roles")
    swap = FRONT.index(roles[0]) > FRONT.index(roles[1])

    def product(i: int, j: int) -> Node:
        first, second = Value(left, i), Value(right, j)
        return Product((second, Paren(first)) if swap else (first, Paren(second)))  # type: ignore[arg-type]

    def written(place: int) -> Node | None:
        terms = [product(i, j) for i, j in pairs[place]]
        if spots is not None:
            terms.append(Value(bias[0], spots[place]))
        return w.board.sum(terms) if terms else None

    return [*_head(w), *_turned(w), *_lines(w, written)]


def _spots(w: Writing) -> list[int] | None:
    return bias_places(w.step, w.board.derivation.shapes)


def _turned(w: Writing) -> list[Block]:
    """The kernel turned by 180 degrees, where one slides back."""
    roles = w.step.option("roles")
    if roles[2] != "image" or w.step.option("maps") != (1, 1):
        return []
    name = w.step.inputs[roles.index("kernel")]
    rows, columns = w.board.shape(name)
    if (rows, columns) == (1, 1):
        return []
    turned = w.board.grid(rows, columns, lambda i, j: w.board.value(name, rows - 1 - i, columns - 1 - j))
    return [Equation((Call("rot180", Symbol(name)), turned))]


def lay_out_gather(w: Writing) -> list[Block]:
    """What is only moved stands as it is; sums and averages have a line for each entry."""
    places, over, (source,) = places_of(w.step, w.board.derivation.shapes), w.step.option("over"), w.step.inputs
    if over is None and all(len(group) <= 1 for group in places):
        return [Equation((*w.left, w.form, w.result))]

    def written(place: int) -> Node | None:
        if not places[place]:
            return None
        whole = w.board.sum([Value(source, each) for each in places[place]])
        return whole if over is None else Quotient(whole, Number(ONE.value * over))  # type: ignore[arg-type]

    return [*_head(w), *_lines(w, written)]


def _head(w: Writing) -> list[Block]:
    return [Equation((*w.left, w.form), OPERATIONS[w.step.operation].chosen(w.step))]


def _lines(w: Writing, written: Callable[[int], Node | None]) -> list[Block]:
    """A line for each entry with the numbers put in (None: there are none), then all of them."""
    columns = w.step.shape[1]
    places = list(range(w.step.shape[0] * columns))

    def line(place: int) -> Equation:
        sides = written(place), Value(w.step.name, place)
        return Equation((w.entry(*divmod(place, columns)), *(side for side in sides if side is not None)))

    lines = w.board.lines_at(places, line)
    return lines if len(places) == 1 else [*lines, Equation((w.left[-1], w.result))]


@dataclass(frozen=True)
class Winners:
    """The question which entry of each window is the greatest, and whether another one is as great."""

    step: Step
    windows: tuple[tuple[int, ...], ...]

    def __call__(self, numbers: Numbers) -> tuple[tuple[int, bool], ...]:
        """The answer of one solution."""
        entries = numbers.solution.values(self.step.inputs[1])
        with precision(numbers.solution.bits):
            return tuple(_winner([(entries[place], place) for place in window]) for window in self.windows)


def _winner(window: Sequence[tuple[object, int]]) -> tuple[int, bool]:
    """The place of the greatest entry, of equal ones the first; what certified balls do not tell apart is equal."""
    (best, first), tied = window[0], False
    for entry, place in window[1:]:
        try:
            if entry is not best and ball_positive(entry - best):  # type: ignore[operator]
                best, first, tied = entry, place, False
            elif entry is best or entry == best:
                tied = True
        except Undecided:
            tied = True
    return first, tied


def lay_out_pick(w: Writing) -> list[Block]:
    """The numbers of each window, and which entry of them won; backwards where each number goes."""
    windows = tuple(map(tuple, windows_of(w.step, w.board.derivation.shapes)))
    winners = w.board.ask(Winners(w.step, windows))
    return _sent_back(w, winners) if w.step.option("back") else _chosen(w, windows, winners)


def _chosen(w: Writing, windows: Sequence[Sequence[int]], winners: Sequence[tuple[int, bool]]) -> list[Block]:
    source, columns = w.step.inputs[1], w.step.shape[1]

    def line(place: int) -> Equation:
        shown = tuple(Value(source, each) for each in windows[place])
        greatest = Apply("max", _elided(w, shown)) if len(shown) > 1 else shown[0]  # type: ignore[arg-type]
        won = Symbol(w.board.name(source, *divmod(winners[place][0], w.board.shape(source)[1])))
        return Equation((w.entry(*divmod(place, columns)), greatest, won, Value(w.step.name, place)))

    return [*_head(w), *w.board.lines_at(list(range(len(windows))), line), Equation((w.left[-1], w.result))]


def _elided(w: Writing, shown: tuple[Value, ...]) -> tuple[Node, ...]:
    return tuple(Dots("across") if k is None else shown[k] for k in w.board.shown(len(shown)))


def _sent_back(w: Writing, winners: Sequence[tuple[int, bool]]) -> list[Block]:
    """A line for each place that won: what comes back to it; all others get nothing."""
    moved, judge = w.step.inputs
    columns = w.step.shape[1]
    sources: dict[int, list[int]] = {}
    for window, (place, _) in enumerate(winners):
        sources.setdefault(place, []).append(window)

    def line(place: int) -> Equation:
        shape = w.board.shape(moved)
        names = [Symbol(w.board.name(moved, *divmod(window, shape[1]))) for window in sources[place]]
        sides: list[Node] = [w.board.sum(names)]
        if len(names) > 1:
            sides.append(w.board.sum([Value(moved, window) for window in sources[place]]))
        return Equation((w.entry(*divmod(place, columns)), *sides, Value(w.step.name, place)))

    return [
        *_ties(w, judge, winners),
        *_head(w),
        *w.board.lines_at(sorted(sources), line),
        Equation((w.left[-1], w.result)),
    ]


def _ties(w: Writing, judge: str, winners: Sequence[tuple[int, bool]]) -> list[Block]:
    """The convention where several entries of a window are the greatest, if that is so anywhere."""
    columns = w.board.shape(judge)[1]
    tied = dict.fromkeys(place for place, tie in winners if tie)
    names = tuple(w.board.name(judge, *divmod(place, columns)) for place in tied)
    return [Note("kink_max", names)] if names else []
