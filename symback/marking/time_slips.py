"""Slips in layers that go through time: what was cut off, taken at the wrong time, or let through without its gate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate
from operator import add

from symback.derivation.steps import Step
from symback.derivation.values import Entries
from symback.marking.cases import Case, Slip
from symback.marking.line_slips import in_each_place, without_factor

_AT_A_TIME = re.compile(r"(?P<letter>[a-z]+(?:_[a-z])?)_(?P<time>\d+)(?P<rest>(?:_new\d*)?(?:\^T)?)")


def _truncated(case: Case) -> Iterator[Entries | None]:
    """The contributions of the last time, or of the last few, where those of all times add up."""
    if case.step.rule == "rule_times":
        latest = [case.entries(name) for name in case.step.inputs[:-1]]
        yield from accumulate(latest, lambda total, more: list(map(add, total, more)))


def _wrong_time(case: Case) -> Iterator[Entries | None]:
    """A state, an input or a gradient of the time before or after."""
    if not case.solution.derivation.times:
        return
    for k, reference in enumerate(case.step.inputs):
        found = _AT_A_TIME.fullmatch(reference)
        for time in (int(found["time"]) + shift for shift in (1, -1)) if found else ():
            other = f"{found['letter']}_{time}{found['rest']}" if found else ""
            name = other.removesuffix("^T")
            if name in case.graph.shapes and name != case.step.name:
                yield case.run(replace(case.step, inputs=(*case.step.inputs[:k], other, *case.step.inputs[k + 1 :])))


def _gate_forgotten(case: Case) -> Iterator[Entries | None]:
    """What a gate is multiplied with passes as it is; going back, the gradient does."""
    step = case.step
    if step.operation == "gate" and step.function is not None:
        for formula in dict.fromkeys(in_each_place(step.function.formula, without_factor)):
            yield case.run(replace(step, function=replace(step.function, formula=formula)))
    elif step.operation == "hadamard" and case.solution.derivation.times and not step.rule.endswith("_chain"):
        yield from (list(case.entries(name)) for name in reversed(step.inputs))


def _product_left_out(case: Case) -> Iterator[Entries | None]:
    """U x alone, or W h alone."""
    if case.step.operation == "recurrent":
        bias = case.step.inputs[4:]
        for pair in (case.step.inputs[2:4], case.step.inputs[:2]):
            yield case.run(Step(case.step.name, "affine", (*pair, *bias), case.step.shape, case.step.phase))


TIME_SLIPS = (
    Slip(
        "bptt_truncated",
        _truncated,
        "back-propagation through time is cut off: only the last times contribute",
        "обратное распространение во времени оборвано: учтены вклады только последних моментов",
    ),
    Slip(
        "product_left_out",
        _product_left_out,
        "one of the two products is left out: that with the state before, or that with the input",
        "пропущено одно из двух произведений: с предыдущим состоянием или со входом",
    ),
    Slip(
        "wrong_time",
        _wrong_time,
        "a value of the time before or after was used",
        "использовано значение соседнего момента времени",
    ),
    Slip("gate_forgotten", _gate_forgotten, "a gate is forgotten", "забыт вентиль"),
)
