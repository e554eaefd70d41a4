"""The reverse sweep: it knows no operation, asks the table for the backward steps, and adds up the contributions.

Reverse accumulation after Linnainmaa (1970); Griewank, Walther, Evaluating Derivatives (2008), chapter 3.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from symback.derivation.operations import OPERATIONS, Contribution
from symback.derivation.steps import Shape, Step, base

#: The last step of a contribution, and the time of the step that it comes from where that has one.
Waiting = tuple[Step | None, int | None]


def sweep(
    steps: Sequence[Step],
    shapes: Mapping[str, Shape],
    target: str,
    variables: Collection[str],
    *,
    seed: str | None = None,
    called: str = "d{}",
) -> tuple[Step, ...]:
    """The steps that derive `target` by every variable, and by all that lies between, in the order of the paper.

    `seed` names the upstream gradient of the target (None: the target is a loss, and dL/dL = 1 is left out).
    `called` says what the derivative by a quantity is called; what is used several times adds up its contributions.
    """
    involved = _involved(steps, target, variables)
    first_use: dict[str, int] = {}
    for place, step in enumerate(involved):
        for reference in step.inputs:
            first_use.setdefault(base(reference), place)
    active = {*variables, *(step.name for step in involved)}
    upstream: dict[str, str | None] = {target: seed}
    waiting: dict[str, list[Waiting]] = {}
    known = dict(shapes)
    out: list[Step] = []

    def emit(step: Step) -> str:
        if step.name not in known:
            known[step.name] = step.shape
            out.append(step)
        return step.name

    for place in range(len(involved) - 1, -1, -1):
        step = involved[place]
        for contribution in _contributions(step, upstream, known, active):
            for helper in contribution.helpers:
                emit(helper)
            waiting.setdefault(contribution.of, []).append((contribution.last, step.option("time")))
        for name in [name for name in waiting if first_use[name] == place]:
            rule = "rule_times" if name in variables else "rule_add"
            upstream[name] = _add_up(waiting.pop(name), called.format(name), emit, rule)
    return tuple(out)


def _contributions(
    step: Step, upstream: Mapping[str, str | None], shapes: Mapping[str, Shape], active: Collection[str]
) -> Iterator[Contribution]:
    """What a step adds to the derivatives that are wanted: nothing where the target does not change with it."""
    if step.name not in upstream:
        return
    backward = OPERATIONS[step.operation].backward
    assert backward is not None, step
    yield from (part for part in backward(step, upstream[step.name], shapes, active) if part.of in active)


def _add_up(contributions: list[Waiting], name: str, emit: Callable[[Step], str], timed: str) -> str | None:
    """Name the derivative: the one contribution itself, or the sum of several; None where it is 1 and left out.

    Contributions of different times are named by them (`dW.3`), those that say which part they are (a penalty's) by
    that, and come last; others are counted. `timed` is the rule of the first.
    """
    made = [(part, time) for part, time in contributions if part is not None]
    made.sort(key=lambda pair: str(pair[0].option("part", "")))
    steps = [part for part, _ in made]
    if not steps:
        return None
    # What is added to the target as it stands is used nowhere else.
    assert len(steps) == len(contributions), name
    if len(steps) == 1:
        return emit(replace(steps[0], name=name))
    times = {time for part, time in made if not part.option("part")} - {None}
    by_time = len(times) > 1 and len(times) == sum(not part.option("part") for part in steps)
    labels = [part.option("part", time if by_time else k) for k, (part, time) in enumerate(made, 1)]
    parts = tuple(emit(replace(part, name=f"{name}.{label}")) for label, part in zip(labels, steps, strict=True))
    return emit(Step(name, "add", parts, steps[0].shape, "backward", rule=timed if by_time else "rule_add"))


def _involved(steps: Sequence[Step], target: str, variables: Collection[str]) -> list[Step]:
    """The steps between the variables and the target: they depend on a variable, and the target on them."""
    depends = set(variables)
    for step in steps:
        if any(base(reference) in depends for reference in step.inputs):
            depends.add(step.name)
    needed = {target}
    for step in reversed(steps):
        if step.name in needed:
            needed.update(base(reference) for reference in step.inputs)
    return [step for step in steps if step.name in depends and step.name in needed]
