"""Slips in the update of the weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from flint import fmpq

from symback.derivation.steps import Step, base
from symback.derivation.values import Entries
from symback.marking.cases import Case, Slip, over
from symback.marking.graph import Graph, graph_of, run_route
from symback.marking.told_slips import several, without_rate
from symback.solution.solution import Solution


def early(step: Step, graph: Graph) -> Step | None:
    """A step with the parameters after their update in the place of those before; None where that cannot be.

    It cannot where the update hangs on the step. In a network it is a step on the way back, through the weights.
    """
    if step.function is None if graph.scalar else step.phase != "backward":
        return None
    after = graph.after.get(step.name, frozenset())
    names = {
        old: new
        for old, new in graph.renewed.items()
        if new != step.name and new not in after and (graph.scalar or old.partition("_new")[0] in graph.learned)
    }
    changed = tuple(_renamed(reference, names) for reference in step.inputs)
    return replace(step, inputs=changed) if changed != step.inputs else None


def _renamed(reference: str, names: Mapping[str, str]) -> str:
    return names.get(base(reference), base(reference)) + reference[len(base(reference)) :]


def _updated_early(case: Case) -> Iterator[Entries | None]:
    """The gradient taken back through the weights after the update: W_new^T dZ for W^T dZ."""
    changed = early(case.step, case.graph)
    if changed is not None:
        yield case.run(changed)


@lru_cache(maxsize=32)
def all_early(solution: Solution) -> Mapping[str, Entries]:
    """The quantities of an exercise that come out wrong where every gradient goes back through updated weights.

    So it is in a program that updates the parameters one after the other; the numbers written in between do not tell.
    """
    graph = graph_of(solution.exercise.network)
    changed = {name: early(step, graph) for name, step in graph.steps.items()}
    if not any(changed.values()):
        return {}
    known: dict[str, Entries] = {name: solution.values(name) for name in solution.givens}
    waiting = [changed[step.name] or step for step in solution.derivation.steps]
    while waiting:
        left = []
        for step in waiting:
            names = {base(reference) for reference in step.inputs}
            found = None
            if names <= known.keys():
                found = run_route(graph.program(step), step.name, {name: known[name] for name in names})
            if found is None:
                left.append(step)
            else:
                known[step.name] = found
        if len(left) == len(waiting):
            break
        waiting = left
    return known


def _stale(case: Case) -> Iterator[Entries | None]:
    """What was updated, as it was before."""
    old = {new: old for old, new in case.graph.renewed.items()}
    for k, reference in enumerate(case.step.inputs):
        if base(reference) in old:
            changed = _renamed(reference, old)
            yield case.run(replace(case.step, inputs=(*case.step.inputs[:k], changed, *case.step.inputs[k + 1 :])))


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


#: The slip that a program makes in every step.
THROUGHOUT = "updated_early"

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
        _updated_early,
        "the updated weights were used too early: the gradient goes back through the weights before the update",
        "обновлённые веса использованы слишком рано: градиент идёт через веса до обновления",
    ),
    Slip(
        "stale",
        _stale,
        "an old value was used: this stands before the update",
        "взято старое значение, какое было до обновления",
    ),
    Slip(
        "bias_uncorrected",
        _uncorrected,
        "the bias correction is forgotten",
        "забыта поправка на смещение",
    ),
)
