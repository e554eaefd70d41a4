"""Slips in the steps of a computation graph: a sign, a term, a factor, or the wrong one of several like names.

A step is a formula in names there, so a slip is a change in one place of the formula.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from itertools import permutations
from typing import TypeVar

from symback.derivation.formula import (
    Formula,
    Neg,
    Number,
    Product,
    Sum,
    Symbol,
    children,
    rebuild,
    symbols,
)
from symback.derivation.functions import LINE
from symback.derivation.values import Entries
from symback.marking.cases import Case, Slip, over

T = TypeVar("T")
#: What a formula may become in one place.
Change = Callable[[Formula], Iterator[Formula]]

_STEM = re.compile(r"[A-Za-z]+?(?=_|[0-9]|$)")


def sign_inside(case: Case) -> Iterator[Entries | None]:
    """A term added that is to be subtracted, or the other way round."""
    yield from _changed(case, _flipped)


def term_left_out(case: Case) -> Iterator[Entries | None]:
    """A term of a sum, or a contribution, is missing."""
    yield from _changed(case, _without_term)
    if case.step.operation == "add":
        for k in range(len(case.step.inputs)):
            yield case.run(replace(case.step, inputs=_without(case.step.inputs, k)))


def factor_left_out(case: Case) -> Iterator[Entries | None]:
    """A factor of a product is missing."""
    yield from _changed(case, without_factor)


def name_confused(case: Case) -> Iterator[Entries | None]:
    """Another quantity of the same letter where one belongs: w6 for w5."""
    if not _is_line(case):
        return
    known = case.solution.derivation.shapes
    for k, name in enumerate(case.step.inputs):
        for other in known:
            if other not in case.step.inputs and other != case.step.name and stem(other) == stem(name):
                yield case.run(replace(case.step, inputs=(*case.step.inputs[:k], other, *case.step.inputs[k + 1 :])))


def factors_exchanged(case: Case) -> Iterator[Entries | None]:
    """Two products of a sum with a factor of each exchanged."""
    yield from _changed(case, lambda formula: _crossed(formula, both=True))


def products_merged(case: Case) -> Iterator[Entries | None]:
    """A factor of one product of a sum with a factor of another, in the place of both."""
    yield from _changed(case, lambda formula: _crossed(formula, both=False))


def wrong_part(case: Case) -> Iterator[Entries | None]:
    """A part of the formula taken from an earlier line that is wrong, though the formula does not name it."""
    function = case.step.function
    if function is None or not _is_line(case):
        return
    kinds = {like(case.graph.stated[name]): name for name in case.written if name in case.graph.stated}
    kinds.pop(like(function.formula), None)
    for formula in dict.fromkeys(in_each_place(function.formula, lambda part: _named(part, kinds))) if kinds else ():
        names = tuple(name for name in symbols(formula) if name != "pi")
        step = replace(case.step, inputs=names, function=replace(function, formula=formula, arguments=names))
        yield replace(case, scope=over(case, dict(case.written))).run(step)


def _named(part: Formula, kinds: Mapping[Kind, str]) -> Iterator[Formula]:
    name = kinds.get(like(part))
    if name is not None and not isinstance(part, Symbol | Number):
        yield Symbol(name)


def target_for_prediction(case: Case) -> Iterator[Entries | None]:
    """What is compared with a target in its place, or the target in the place of that."""
    if not _is_line(case):
        return
    for k, name in enumerate(case.step.inputs):
        for other in case.graph.compared.get(name, ()):
            if other not in case.step.inputs and other != case.step.name:
                yield case.run(replace(case.step, inputs=(*case.step.inputs[:k], other, *case.step.inputs[k + 1 :])))


#: A formula without the order of its terms and factors.
Kind = Hashable


def like(formula: Formula) -> Kind:
    """What formulas have in common that differ in the order of terms and factors alone."""
    match formula:
        case Sum(terms=parts) | Product(factors=parts):
            return type(formula), frozenset(Counter(map(like, parts)).items())
        case Symbol() | Number():
            return formula
        case _:
            return type(formula), getattr(formula, "function", ""), tuple(map(like, children(formula)))


def _is_line(case: Case) -> bool:
    """Whether this is a named step or the slope of one."""
    function = case.step.function
    return function is not None and function.name.partition("_")[0] == LINE


def stem(name: str) -> str:
    """The letters that like names have in common: `gE` for `gE_o1`."""
    found = _STEM.match(name)
    return found[0] if found else name


def _changed(case: Case, change: Change) -> Iterator[Entries | None]:
    """What a named step or its slope comes to with a change in each place of its formula."""
    function = case.step.function
    if function is None or not _is_line(case):
        return
    for formula in dict.fromkeys(in_each_place(function.formula, change)):
        yield case.run(replace(case.step, function=replace(function, formula=formula)))


def in_each_place(formula: Formula, change: Change) -> Iterator[Formula]:
    """A formula with a change in one of its places."""
    yield from change(formula)
    parts = children(formula)
    for k, part in enumerate(parts):
        for changed in in_each_place(part, change):
            yield rebuild(formula, (*parts[:k], changed, *parts[k + 1 :]))


def _flipped(formula: Formula) -> Iterator[Formula]:
    if isinstance(formula, Sum):
        for k, term in enumerate(formula.terms):
            turned = term.of if isinstance(term, Neg) else Neg(term)
            yield Sum((*formula.terms[:k], turned, *formula.terms[k + 1 :]))


def _without_term(formula: Formula) -> Iterator[Formula]:
    if isinstance(formula, Sum):
        for k in range(len(formula.terms)):
            rest = _without(formula.terms, k)
            yield rest[0] if len(rest) == 1 else Sum(rest)


def without_factor(formula: Formula) -> Iterator[Formula]:
    """A product without one of its factors."""
    if isinstance(formula, Product):
        for k in range(len(formula.factors)):
            rest = _without(formula.factors, k)
            yield rest[0] if len(rest) == 1 else Product(rest, formula.sign)


def _crossed(formula: Formula, *, both: bool) -> Iterator[Formula]:
    if not isinstance(formula, Sum):
        return
    pairs = [(k, term.factors) for k, term in enumerate(formula.terms) if isinstance(term, Product)]
    for (k, (a, *x)), (m, (b, *y)) in permutations(pairs, 2):
        if not both or k < m:
            rest = tuple(term for place, term in enumerate(formula.terms) if place not in (k, m))
            other = (Product((b, *x)),) if both else ()
            yield Sum((*rest, Product((a, *y)), *other))


def _without(parts: tuple[T, ...], place: int) -> tuple[T, ...]:
    return (*parts[:place], *parts[place + 1 :])


LINE_SLIPS = (
    Slip(
        "wrong_part",
        wrong_part,
        "a part is taken from an earlier line, and is wrong there",
        "часть взята из предыдущей строки, а там она неверна",
    ),
    Slip(
        "prediction_for_target",
        target_for_prediction,
        "the prediction stands where the target belongs, or the target in its place",
        "вместо целевого значения стоит предсказание или наоборот",
    ),
    Slip(
        "sign_inside",
        sign_inside,
        "a sign inside the formula is wrong: a term is added that is to be subtracted, or the other way round",
        "неверный знак внутри формулы: слагаемое прибавлено вместо вычитания или наоборот",
    ),
    Slip("factor_dropped", factor_left_out, "a factor is missing", "пропущен множитель"),
    Slip(
        "name_confused",
        name_confused,
        "another quantity of the same letter was used",
        "использована другая величина с той же буквой",
    ),
)
