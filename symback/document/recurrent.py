"""Layers that go through time: their layouts, what is said about them, and which times a sheet writes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symback.derivation.formula import Product, Symbol
from symback.derivation.steps import Derivation, Step
from symback.document.board import Place, Writing
from symback.document.nodes import Block, Equation, Matrix, Node, Paren
from symback.exercise.model import Network, Work

#: Of a long sequence so many times at either end are written out.
SHOWN_AT_ENDS = 2


def lay_out_recurrent(w: Writing) -> list[Block]:
    """W h + U x + b: a line for each unit with its numbers put in."""
    weights, state, inner, x, *bias = w.step.inputs

    def line(at: Place) -> Equation:
        (i, _), board = at, w.board
        terms: list[Node] = [
            Product((board.value(left, i, k), Paren(board.value(right, k, 0))))  # type: ignore[arg-type]
            for left, right in ((weights, state), (inner, x))
            for k in range(board.shape(left)[1])
        ]
        return Equation((w.entry(i, 0), board.sum([*terms, *(board.value(b, i, 0) for b in bias)]), w.number(i, 0)))

    if w.step.shape == (1, 1):
        return [Equation((*w.left, w.form, *line((0, 0)).sides[1:]))]
    return [Equation((*w.left, w.form)), *w.board.lines_at(w.places, line), Equation((w.left[-1], w.result))]


def lay_out_beside(w: Writing) -> list[Block]:
    """Columns side by side."""
    names = w.step.inputs
    columns = w.board.grid(1, len(names), lambda _, j: Symbol(names[j]))
    return [Equation((*w.left, Matrix(columns.rows), w.result))]


def layer_notes(work: Work) -> Iterator[str]:
    """The keys of the sentences on the conventions of layers."""
    for layer in work.layers if isinstance(work, Network) else ():
        yield from (f"layer_{layer.kind}{end}" for end in _NOTES.get(layer.kind, ()))
        yield from (f"layer_{layer.kind}_{name}_{layer.option(name)}" for name in _TOLD.get(layer.kind, ()))


_NOTES = {"rnn": ("",), "lstm": ("",), "gru": ("",)}
_TOLD = {"gru": ("keeps", "reset")}


@dataclass(frozen=True)
class LeftOut:
    """Steps of some times that are not written out."""

    first: int
    last: int


def time_of(name: str, derivation: Derivation) -> int | None:
    """The time of a quantity, or of the contribution that it is to a derivative; None where it has none."""
    over = name.partition("/")[0]
    core, _, part = over.partition(".")
    step = derivation.by_name.get(core.removeprefix("d")) or derivation.by_name.get(core)
    time = step.option("time") if step else None
    if time is None and part.isdecimal() and _by_time(core, derivation):
        return int(part)
    return time if time is None else int(time)


def _by_time(name: str, derivation: Derivation) -> bool:
    """Whether the contributions to a derivative are those of several times."""
    step = derivation.by_name.get(name)
    return step is not None and step.rule == "rule_times"


def written_out(steps: Sequence[Step], derivation: Derivation, most: int) -> list[Step | LeftOut]:
    """The steps of a section; of more than `most` times those in the middle are left out."""
    times = derivation.times
    if times <= most:
        return list(steps)
    found: list[Step | LeftOut] = []
    for step in steps:
        time = time_of(step.name, derivation)
        if not is_left_out(time, times, most):
            found.append(step)
            continue
        assert time is not None
        before = found[-1] if found else None
        if isinstance(before, LeftOut):
            found[-1] = LeftOut(min(before.first, time), max(before.last, time))
        else:
            found.append(LeftOut(time, time))
    return found


def is_left_out(time: int | None, times: int, most: int) -> bool:
    """Whether a time lies in the middle of too many."""
    return time is not None and times > most and SHOWN_AT_ENDS < time <= times - SHOWN_AT_ENDS
