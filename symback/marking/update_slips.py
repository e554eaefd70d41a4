"""Slips in the update of the weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from flint import fmpq

from symback.derivation.steps import base, updated
from symback.derivation.values import Entries
from symback.marking.cases import Case, Slip, over
from symback.marking.told_slips import several, weights_too_early, without_rate


def _updated_early(case: Case) -> Iterator[Entries | None]:
    """The gradient of a hidden layer taken with the weights after the update: W_new^T dZ for W^T dZ."""
    step = case.step
    if step.operation == "matmul" and step.phase == "backward" and step.rule == "rule_transpose":
        later = updated(base(step.inputs[0]))
        if later in case.graph.steps:
            yield case.run(replace(step, inputs=(f"{later}^T", step.inputs[1])))


def _with_constant(case: Case, name: str, change: Callable[[Any], Any]) -> Iterator[Entries | None]:
    """An update with another value of one of its constants."""
    if case.step.operation == "update" and name in case.step.inputs:
        changed = over(case, {name: [change(case.entries(name)[0])]})
        yield replace(case, scope=changed).run(case.step)


def _uncorrected(case: Case) -> Iterator[Entries | None]:
    """m and v taken as they are, without the correction of their bias."""
    step = case.step
    hats = {name: name.replace("hat_", "_", 1) for name in step.inputs if name.startswith(("mhat_", "vhat_"))}
    if step.operation == "update" and hats:
        yield case.run(replace(step, inputs=tuple(hats.get(name, name) for name in step.inputs)))


UPDATE_SLIPS = (
    Slip(
        "gradient_added",
        lambda case: _with_constant(case, "eta", lambda eta: -eta),
        "the gradient is added: an update goes against it",
        "градиент прибавлен, а шаг делается против него",
    ),
    Slip(
        "rate_forgotten",
        several(lambda case: _with_constant(case, "eta", lambda _: fmpq(1)), without_rate),
        "the learning rate is forgotten",
        "забыта скорость обучения",
    ),
    Slip(
        "updated_early",
        several(_updated_early, weights_too_early),
        "the updated weights were used too early: the gradient goes back through the weights before the update",
        "обновлённые веса использованы слишком рано: градиент идёт через веса до обновления",
    ),
    Slip(
        "bias_uncorrected",
        _uncorrected,
        "the bias correction is forgotten",
        "забыта поправка на смещение",
    ),
)
