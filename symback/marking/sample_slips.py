"""Slips with several samples and with softmax."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from flint import arb

from symback.derivation.formula import Call, walk
from symback.derivation.rows import groups, summed
from symback.derivation.softmax import EXP, sums_shape
from symback.derivation.steps import Shape, base
from symback.derivation.values import Entries
from symback.exercise.model import Network
from symback.marking.cases import Case, Slip
from symback.solution.arithmetics import precision, to_fmpq

#: The steps that add up over samples, where books that divide late have the 1/m.
_OVER_SAMPLES = ("rule_samples", "rule_samples_rows", "rule_bias_sum")
#: Bits for a constant that stands in a prediction.
_BITS = 256


def _scaled(entries: Entries | None, factor: Any) -> Entries | None:
    return None if entries is None else [entry * factor for entry in entries]


def _samples_mean(case: Case) -> Iterator[Entries | None]:
    """The sum over the samples where their mean is asked for, or the other way round."""
    network = case.solution.derivation.network
    if not isinstance(network, Network) or network.batch.samples == 1:
        return
    if "y" in case.step.inputs or case.step.rule in _OVER_SAMPLES:
        count = Fraction(network.batch.samples)
        yield _scaled(case.right, to_fmpq(count if network.batch.reduce == "mean" else 1 / count))


def _sample_dropped(case: Case) -> Iterator[Entries | None]:
    """The gradient of the weights without one of the samples."""
    step, right = case.step, case.right
    if right is None or step.rule not in ("rule_samples", "rule_samples_rows"):
        return
    left, other = step.inputs
    rows, inner = _oriented(case, left)
    for k in range(inner):
        column = [_at(case, left, i, k) for i in range(rows)]
        row = [_at(case, other, k, j) for j in range(step.shape[1])]
        term = [p * q for p in column for q in row]
        yield [whole - part for whole, part in zip(right, term, strict=True)]


def _oriented(case: Case, reference: str) -> Shape:
    rows, columns = case.shape(reference)
    return (columns, rows) if reference.endswith("^T") else (rows, columns)


def _at(case: Case, reference: str, row: int, column: int) -> Any:
    """An entry of an input, turned over where the reference says so."""
    row, column = (column, row) if reference.endswith("^T") else (row, column)
    return case.entries(base(reference))[row * case.shape(reference)[1] + column]


def _bias_not_summed(case: Case) -> Iterator[Entries | None]:
    """The gradient of the bias taken of a single sample."""
    step = case.step
    if step.rule == "rule_bias_sum":
        entries, places = case.entries(step.inputs[0]), groups(case.shape(step.inputs[0]), step.shape)
        for k in range(len(places[0])):
            yield [entries[group[k]] for group in places]


def _not_normalised(case: Case) -> Iterator[Entries | None]:
    """The powers of e, not divided by their sum."""
    if case.step.operation == "softmax":
        yield case.run(replace(case.step, operation="elementwise", function=EXP, options=()))


def _shares_of_scores(case: Case) -> Iterator[Entries | None]:
    """The scores divided by their sum, without the powers of e."""
    step = case.step
    if step.operation == "softmax":
        entries, places = case.entries(step.inputs[0]), groups(step.shape, sums_shape(step))
        sums = summed(entries, places)
        shares: Entries = [None] * len(entries)
        for total, group in zip(sums, places, strict=True):
            for place in group:
                # Where the scores add up to 0 nothing is predicted.
                shares[place] = arb("nan") if total == 0 else entries[place] / total
        yield shares


def _other_direction(case: Case) -> Iterator[Entries | None]:
    """Softmax over the units of all samples where it goes over each sample, or the other way round."""
    step = case.step
    if step.operation == "softmax" and 1 not in step.shape:
        turned = "row" if step.option("along") == "column" else "column"
        yield case.run(replace(step, options=(("along", turned),)))


def _entry_by_entry(case: Case) -> Iterator[Entries | None]:
    """A (1 - A) times the upstream gradient: the diagonal of the Jacobian alone."""
    if case.step.rule == "rule_through_jacobian":
        jacobian, upstream = sorted(case.step.inputs, key=lambda name: "/" not in name)
        slopes, size = case.entries(jacobian), case.shape(jacobian)[0]
        yield [slopes[k * size + k] * entry for k, entry in enumerate(case.entries(upstream))]


def _decimal_logarithm(case: Case) -> Iterator[Entries | None]:
    """The logarithm to the base of 10 where the natural one belongs."""
    function = case.step.function
    if function is None or case.step.phase != "loss":
        return
    if any(isinstance(part, Call) and part.function == "log" for part in walk(function.formula)):
        with precision(_BITS):
            yield _scaled(case.right, 1 / arb(10).log())


SAMPLE_SLIPS = (
    Slip(
        "samples_mean",
        _samples_mean,
        "the mean over the samples is not taken, or is taken where the sum belongs",
        "не взято среднее по примерам, или оно взято вместо суммы",
    ),
    Slip(
        "sample_dropped",
        _sample_dropped,
        "one of the samples is left out",
        "пропущен один из примеров",
    ),
    Slip(
        "bias_not_summed",
        _bias_not_summed,
        "the gradient of the bias is that of a single sample: it adds up over them",
        "градиент смещения взят по одному примеру, а он складывается по всем",
    ),
    Slip(
        "not_normalised",
        _not_normalised,
        "softmax is not divided by the sum of the powers",
        "softmax не поделён на сумму степеней",
    ),
    Slip(
        "shares_of_scores",
        _shares_of_scores,
        "the scores themselves were divided by their sum, not the powers of e",
        "на сумму поделены сами входы, а не степени e",
    ),
    Slip(
        "other_direction",
        _other_direction,
        "softmax was taken across the samples instead of over each of them",
        "softmax взят поперёк примеров, а не по каждому из них",
    ),
    Slip(
        "entry_by_entry",
        _entry_by_entry,
        "softmax was treated entry by entry: each share hangs on all scores",
        "softmax принят за поэлементную функцию, а каждая доля зависит от всех входов",
    ),
    Slip(
        "decimal_logarithm",
        _decimal_logarithm,
        "the logarithm to the base of 10 was taken, not the natural one",
        "взят десятичный логарифм вместо натурального",
    ),
)
