"""Slips in networks of single numbers: the sign of a delta, a slope left out of a chain, a weight updated too early.

What a step of such a network is can be told by its rule; see `derivation/retold.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from symback.derivation.formula import Formula, Neg, Product, Sum, Symbol, substitute
from symback.derivation.values import Entries
from symback.exercise.conventions import names_of
from symback.exercise.model import Network
from symback.marking.cases import Case, Slip

DELTA, CHANGES, CHAINS = "rule_delta", ("rule_change", "rule_delta_new"), ("rule_unit_chain", "rule_weight_chain")
#: The rules of what comes back to the output of a unit, and of the slope that it is multiplied by.
BACK, SLOPE = ("rule_loss", "rule_add", "rule_share"), ("rule_slope",)


def several(*predict: Callable[[Case], Iterator[Entries | None]]) -> Callable[[Case], Iterator[Entries | None]]:
    """One slip that is made in several ways."""

    def all_of_them(case: Case) -> Iterator[Entries | None]:
        for each in predict:
            yield from each(case)

    return all_of_them


def delta_sign(case: Case) -> Iterator[Entries | None]:
    """dE/dnet where its negative is called delta."""
    if case.step.rule == DELTA and case.right is not None:
        yield [-entry for entry in case.right]


def step_sign(case: Case) -> Iterator[Entries | None]:
    """The change of a weight with the wrong sign, or subtracted: delta has the minus of the gradient already."""
    formula = _formula(case)
    if case.step.rule not in CHANGES or formula is None:
        return
    if isinstance(formula, Sum):
        yield _run(case, Sum((formula.terms[0], *(Neg(term) for term in formula.terms[1:]))))
    else:
        yield _run(case, Neg(formula))


def without_slope(case: Case) -> Iterator[Entries | None]:
    """The slope of the activation left out of a chain, or of a delta."""
    yield from _without(case, SLOPE)
    behind = _behind_delta(case)
    if behind is not None:
        yield [-entry for entry in case.entries(behind[0])]


def without_back(case: Case) -> Iterator[Entries | None]:
    """What comes back to the unit left out of a chain, or of a delta."""
    yield from _without(case, BACK)
    behind = _behind_delta(case)
    if behind is not None:
        yield list(case.entries(behind[1]))


def difference_turned(case: Case) -> Iterator[Entries | None]:
    """Target minus output, without the minus in front of it."""
    formula = _formula(case)
    if case.step.rule == "rule_loss" and isinstance(formula, Neg):
        yield _run(case, formula.of)


def without_rate(case: Case) -> Iterator[Entries | None]:
    """The change of a weight without the learning rate."""
    network, formula = case.solution.exercise.network, _formula(case)
    names = names_of(network) if isinstance(network, Network) else None
    if names is not None and formula is not None and case.step.rule in CHANGES:
        rate = Symbol(names.constants.get("eta", "eta"))
        changed = substitute(formula, lambda part: _less(part, (rate,)))
        if changed != formula:
            yield _run(case, changed)


def _formula(case: Case) -> Formula | None:
    return case.step.function.formula if case.step.function is not None else None


def _run(case: Case, formula: Formula) -> Entries | None:
    function = case.step.function
    return None if function is None else case.run(replace(case.step, function=replace(function, formula=formula)))


def _without(case: Case, rules: tuple[str, ...]) -> Iterator[Entries | None]:
    """A chain without its factors of some rules."""
    formula = _formula(case)
    if case.step.rule in CHAINS and isinstance(formula, Product):
        steps = case.graph.steps
        gone = tuple(Symbol(name) for name in case.step.inputs if name in steps and steps[name].rule in rules)
        rest = _less(formula, gone) if gone else None
        if rest is not None:
            yield _run(case, rest)


def _less(part: Formula, gone: tuple[Formula, ...]) -> Formula | None:
    """A product without some of its factors."""
    if not isinstance(part, Product) or not set(gone) & set(part.factors):
        return None
    rest = tuple(factor for factor in part.factors if factor not in gone)
    return None if not rest else rest[0] if len(rest) == 1 else Product(rest, part.sign)


def _behind_delta(case: Case) -> tuple[str, str] | None:
    """What comes back to a unit and the slope there, of which its delta is the negative product."""
    if case.step.rule != DELTA:
        return None
    last = case.graph.routes[case.step.name][-1][0]
    net = case.graph.steps.get(last.inputs[0]) if len(last.inputs) == 1 else None
    return (net.inputs[0], net.inputs[1]) if net is not None and len(net.inputs) == 2 else None


TOLD_SLIPS = (
    Slip(
        "delta_sign",
        delta_sign,
        "the sign of delta: here it is (target - output) times the slope, the negative of the derivative by the net "
        "input",
        "знак дельты: здесь это (цель - выход), умноженное на производную активации, то есть минус производная по "
        "суммарному входу",
    ),
    Slip(
        "step_sign",
        step_sign,
        "the change of the weight has the wrong sign: delta has the minus of the gradient already, so the rate times "
        "delta times input is added",
        "неверный знак изменения веса: минус градиента уже есть в дельте, поэтому скорость на дельту и на вход "
        "прибавляется",
    ),
)
