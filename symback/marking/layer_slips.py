"""Slips in joins, normalisation, attention and the penalties for large weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from flint import fmpq

from symback.derivation.formula import Call, Formula, substitute
from symback.derivation.steps import Step
from symback.derivation.sums import divided
from symback.derivation.values import Entries
from symback.marking.cases import Case, Slip, over


def _is(step: Step, *names: str) -> bool:
    """Whether a step applies a function of one of these names, or is the gradient by an argument of one."""
    name = step.function.name if step.function is not None else ""
    return any(name == each or name.startswith(f"{each}_") for each in names)


def _penalties(case: Case) -> tuple[str, ...]:
    """The inputs of a sum that stand for penalties."""
    made = case.graph.steps
    inputs = case.step.inputs if case.step.operation == "add" else ()
    return tuple(name for name in inputs if ".penalty" in name or (name in made and made[name].operation == "penalty"))


def _penalty_forgotten(case: Case) -> Iterator[Entries | None]:
    """The loss, or a gradient, without what the penalties add."""
    left_out = _penalties(case)
    if left_out:
        yield case.run(replace(case.step, inputs=tuple(name for name in case.step.inputs if name not in left_out)))


def _penalty_doubled(case: Case) -> Iterator[Entries | None]:
    """2 lambda w for lambda w, alone or in the whole gradient."""
    right = case.right
    if right is None:
        return
    if case.step.rule == "rule_penalty_l2_slope":
        yield [2 * entry for entry in right]
    for name in _penalties(case):
        made = case.graph.steps.get(name)
        if made is not None and made.rule == "rule_penalty_l2_slope":
            yield [a + b for a, b in zip(right, case.entries(name), strict=True)]


def _with_input(case: Case, at: str, change: Callable[[Any], Any]) -> Iterator[Entries | None]:
    """A step with another value of an argument of its function."""
    function = case.step.function
    assert function is not None
    places = dict(zip(function.arguments, case.step.inputs, strict=True))
    if at in places:
        name = places[at]
        changed = over(case, {name: [change(entry) for entry in case.entries(name)]})
        yield replace(case, scope=changed).run(case.step)


def _dropout(argument: str, change: Callable[[Any], Any]) -> Callable[[Case], Iterator[Entries | None]]:
    def predict(case: Case) -> Iterator[Entries | None]:
        if _is(case.step, "dropout", "times"):
            yield from _with_input(case, argument, change)

    return predict


def _rewritten(case: Case, change: Callable[[Formula], Formula | None]) -> Iterator[Entries | None]:
    function = case.step.function
    assert function is not None
    yield case.run(replace(case.step, function=replace(function, formula=substitute(function.formula, change))))


def _without_root(part: Formula) -> Formula | None:
    return part.argument if isinstance(part, Call) and part.function == "sqrt" else None


def _scale_forgotten(case: Case) -> Iterator[Entries | None]:
    if _is(case.step, "scaled_scores"):
        yield list(case.entries(case.step.inputs[0]))


def _scale_unrooted(case: Case) -> Iterator[Entries | None]:
    if _is(case.step, "scaled_scores"):
        yield from _rewritten(case, _without_root)


def _root_forgotten(case: Case) -> Iterator[Entries | None]:
    if case.step.function is not None and case.step.function.name == "deviation":
        yield from _rewritten(case, _without_root)


def _epsilon_forgotten(case: Case) -> Iterator[Entries | None]:
    if case.step.function is not None and case.step.function.name == "deviation":
        yield from _with_input(case, "e", lambda _: fmpq(0))


def _counted_otherwise(case: Case, name: str, factor: Callable[[int], fmpq]) -> Iterator[Entries | None]:
    """A mean that is divided by something else than the number of its terms."""
    function, right = case.step.function, case.right
    if function is None or function.name != name or right is None or case.step.operation != "sum_of":
        return
    _, count = divided(function)
    if count is not None and count.value > 1:
        yield [entry * factor(int(count.value)) for entry in right]


def _skip_forgotten(case: Case) -> Iterator[Entries | None]:
    if case.step.rule == "rule_residual":
        yield case.run(replace(case.step, inputs=case.step.inputs[:1]))


def _other_axis(case: Case) -> Iterator[Entries | None]:
    """Softmax over the columns where it belongs to the rows, or the other way round."""
    step = case.step
    if step.operation == "softmax" and min(step.shape) > 1:
        turned = "row" if step.option("along", "column") == "column" else "column"
        options = tuple((key, value) for key, value in step.options if key not in ("along", "masked"))
        yield case.run(replace(step, options=(*options, ("along", turned))))


def _mask_of_attention(case: Case) -> Iterator[Entries | None]:
    step = case.step
    if step.operation == "softmax" and step.option("masked"):
        yield case.run(replace(step, options=tuple(pair for pair in step.options if pair[0] != "masked")))


LAYER_SLIPS = (
    Slip(
        "penalty_forgotten",
        _penalty_forgotten,
        "the penalty for large weights (weight decay) is forgotten",
        "забыт штраф за большие веса (weight decay)",
    ),
    Slip(
        "penalty_doubled",
        _penalty_doubled,
        "the 2 of the square is still there: with the half in the penalty its derivative is lambda w",
        "осталась двойка от квадрата: с половиной в штрафе его производная равна lambda w",
    ),
    Slip(
        "keep_forgotten",
        _dropout("p", lambda _: fmpq(1)),
        "the division by the share that is kept is forgotten",
        "забыто деление на долю, которая остаётся",
    ),
    Slip(
        "keep_multiplied",
        _dropout("p", lambda p: 1 / p),
        "multiplied by the share that is kept instead of divided by it",
        "умножено на долю, которая остаётся, вместо деления на неё",
    ),
    Slip(
        "dropout_forgotten",
        _dropout("m", lambda _: fmpq(1)),
        "the mask is forgotten: what is dropped is 0",
        "забыта маска: выпавшее равно 0",
    ),
    Slip(
        "skip_forgotten",
        _skip_forgotten,
        "the residual addition is forgotten",
        "забыто прибавление более раннего выхода",
    ),
    Slip(
        "scale_forgotten",
        _scale_forgotten,
        "the division by the square root of the length of a key is forgotten",
        "забыто деление на корень из длины ключа",
    ),
    Slip(
        "scale_unrooted",
        _scale_unrooted,
        "divided by the length of a key itself, not by its square root",
        "деление на саму длину ключа, а не на её корень",
    ),
    Slip(
        "softmax_axis",
        _other_axis,
        "softmax was taken over the columns instead of the rows, or the other way round",
        "softmax взят по столбцам вместо строк или наоборот",
    ),
    Slip(
        "later_seen",
        _mask_of_attention,
        "the mask is forgotten: a token does not see what comes later",
        "забыта маска: токен не видит того, что позже",
    ),
    Slip(
        "variance_unbiased",
        lambda case: _counted_otherwise(case, "mean_square", lambda n: fmpq(n, n - 1)),
        "the variance is divided by n - 1; a normalisation divides it by n",
        "дисперсия делится на n - 1, а при нормализации делят на n",
    ),
    Slip(
        "mean_undivided",
        lambda case: (
            entries for name in ("mean", "mean_square") for entries in _counted_otherwise(case, name, lambda n: fmpq(n))
        ),
        "the sum was taken where the mean belongs",
        "взята сумма вместо среднего",
    ),
    Slip(
        "root_forgotten",
        _root_forgotten,
        "the square root of the variance is forgotten",
        "забыт корень из дисперсии",
    ),
    Slip(
        "epsilon_forgotten",
        _epsilon_forgotten,
        "the small number that is added to the variance is forgotten",
        "забыто малое число, прибавляемое к дисперсии",
    ),
)
