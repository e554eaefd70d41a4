"""A formula run on numbers: the one evaluator that every arithmetic shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import add, mul
from typing import Any

from symback.derivation.formula import (
    Apply,
    Call,
    Cases,
    Formula,
    Neg,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
)

#: A matrix of an interpretation, row by row in one list.
Entries = list[Any]


@dataclass(frozen=True)
class Arithmetic:
    """Numbers to run a derivation on: scalars carry + - * /, the rest is here.

    `number` makes a scalar of a rational, `functions` has the named functions, `positive` decides x > 0,
    `finish` is applied to each entry of a step when it is done (rounding, for a k-digit calculation).
    """

    name: str
    number: Callable[[Fraction], Any]
    functions: Mapping[str, Callable[[Any], Any]]
    positive: Callable[[Any], bool]
    finish: Callable[[Any], Any] | None = None


def compile_formula(formula: Formula, arguments: tuple[str, ...], on: Arithmetic) -> Callable[..., Any]:
    """A Python function of the arguments that evaluates the formula in the given arithmetic.

    Nested closures, so that no text is ever evaluated.
    """
    places = {name: place for place, name in enumerate(arguments)}

    def build(part: Formula) -> Callable[[tuple[Any, ...]], Any]:
        match part:
            case Number(value):
                constant = on.number(value)
                return lambda _: constant
            case Symbol("pi"):
                pi = on.functions["pi"]
                return lambda _: pi(None)
            case Symbol(name):
                place = places[name]
                return lambda given: given[place]
            case Neg(of):
                inner = build(of)
                return lambda given: -inner(given)
            case Sum(terms):
                return _fold(add, tuple(map(build, terms)))
            case Product(factors):
                return _fold(mul, tuple(map(build, factors)))
            case Quotient(over, under):
                top, bottom = build(over), build(under)
                return lambda given: top(given) / bottom(given)
            case Power(base, Number(exponent)) if exponent >= 1 and exponent.denominator == 1:
                inner, times = build(base), int(exponent)
                return lambda given: reduce(mul, [inner(given)] * times)
            case Power(base, Neg(Number(exponent))):
                return build(Quotient(Number(Fraction(1)), Power(base, Number(exponent))))
            case Power(base, Number(exponent)) if exponent.denominator == 2:
                return build(Power(Call("sqrt", base), Number(2 * exponent)))
            case Power(_, Number(exponent)) if exponent == 0:
                one = on.number(Fraction(1))
                return lambda _: one
            case Call(name, argument):
                function, inner = on.functions[name], build(argument)
                return lambda given: function(inner(given))
            case Apply("max", arguments):
                parts = tuple(map(build, arguments))
                return lambda given: greatest([part(given) for part in parts], on)[1]
            case Cases(test, yes, no):
                condition, above, below, positive = build(test), build(yes), build(no), on.positive
                return lambda given: above(given) if positive(condition(given)) else below(given)
            case _:
                raise ValueError(f"no value for {part}")

    program = build(formula)
    return lambda *given: program(given)


def greatest(entries: Sequence[Any], on: Arithmetic) -> tuple[int, Any]:
    """The place and the value of the greatest entry, of equal ones the first."""
    first, best = 0, entries[0]
    for place, entry in enumerate(entries[1:], 1):
        if entry is not best and on.positive(entry - best):
            first, best = place, entry
    return first, best


def _fold(
    operator: Callable[[Any, Any], Any], parts: tuple[Callable[[tuple[Any, ...]], Any], ...]
) -> Callable[[tuple[Any, ...]], Any]:
    if len(parts) == 2:
        left, right = parts
        return lambda given: operator(left(given), right(given))
    return lambda given: reduce(operator, [part(given) for part in parts])
