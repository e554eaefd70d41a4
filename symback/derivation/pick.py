"""Picking by value: of each window of U the entry at the place where S is greatest, of equal ones the first.

Max pooling is a pick of A by its own values. Which entry wins changes only at a tie, so the derivative is linear: what
comes back goes to the place that won, and that way of moving it is the same pick read backwards.
Sources: Boureau et al. 2010 (pooling); Zeiler, Fergus 2014 (the places that won, unpooling).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from symback.derivation.formula import ZERO, Apply, Call, Cases, Formula, Neg, Sum, Symbol
from symback.derivation.gather import PATTERNS
from symback.derivation.rows import Contribution, Operation, Shapes, Value, backward_step, cell, total, windows_chosen
from symback.derivation.steps import Step, shape_of
from symback.derivation.values import Arithmetic, Entries, greatest


def windows_of(step: Step, shapes: Shapes) -> list[list[int]]:
    """For each window the places in it; backwards the windows are those of the upstream gradient."""
    moved, judge = (shape_of(name, shapes) for name in step.inputs)
    return PATTERNS["windows"](judge, moved if step.option("back") else step.shape, step)


def _value(step: Step, shapes: Shapes, on: Arithmetic) -> Value:
    windows, count, zero = windows_of(step, shapes), step.shape[0] * step.shape[1], on.number(ZERO.value)

    def winners(judge: Entries) -> Iterator[int]:
        for window in windows:
            yield window[greatest([judge[place] for place in window], on)[0]]

    def picked(moved: Entries, judge: Entries) -> Entries:
        return [moved[place] for place in winners(judge)]

    def returned(moved: Entries, judge: Entries) -> Entries:
        out = [zero] * count
        for entry, place in zip(moved, winners(judge), strict=True):
            # 0 + x is x, in every arithmetic: a place that wins once gets the number as it is.
            out[place] = entry if out[place] is zero else out[place] + entry
        return out

    return returned if step.option("back") else picked


def _backward(
    step: Step, upstream: str | None, shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    assert upstream is not None
    moved, judge = step.inputs
    options = tuple(pair for pair in step.options if pair[0] != "back")
    back = options if step.option("back") else (*options, ("back", True))
    last = backward_step("pick", (upstream, judge), shapes[moved], "rule_pick")
    yield Contribution(moved, replace(last, options=back))


def _form(step: Step) -> Formula:
    moved, judge = map(Symbol, step.inputs)
    if step.option("back"):
        return Apply("unpool", (moved, judge))
    return Call("maxpool", judge) if moved == judge else Apply("maxpool", (moved, judge))


def _entry(step: Step, row: int, column: int, shapes: Shapes) -> Formula:
    moved, judge = step.inputs
    across, windows = shape_of(judge, shapes)[1], windows_of(step, shapes)
    place = row * step.shape[1] + column
    if not step.option("back"):
        entries = [divmod(each, across) for each in windows[place]]
        tests = [cell(judge, *at, shapes) for at in entries]
        if moved == judge:
            return Apply("max", tuple(tests)) if len(tests) > 1 else tests[0]
        return total([_where_won(k, tests, cell(moved, *at, shapes)) for k, at in enumerate(entries)])
    beside, terms = shape_of(moved, shapes)[1], []
    for number, window in enumerate(windows):
        if place in window:
            tests = [cell(judge, *divmod(each, across), shapes) for each in window]
            terms.append(_where_won(window.index(place), tests, cell(moved, *divmod(number, beside), shapes)))
    return total(terms)


def _where_won(winner: int, tests: list[Formula], value: Formula) -> Formula:
    """A value where one of the tests is the greatest and the first to be so, else 0."""
    for place in range(len(tests) - 1, -1, -1):
        if place < winner:
            value = Cases(Sum((tests[winner], Neg(tests[place]))), value, ZERO)
        elif place > winner:
            value = Cases(Sum((tests[place], Neg(tests[winner]))), ZERO, value)
    return value


ROWS = (Operation("pick", _value, _backward, _form, _entry, "pick", windows_chosen),)
