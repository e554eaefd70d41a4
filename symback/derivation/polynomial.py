"""Derivatives of polynomials, without SymPy: it takes as long to load as everything else a sheet needs.

Rules such as `2 (a - y)` and `a (1 - a)` are differentiated once more to tell how many digits a value must carry.
A test holds each result to SymPy's.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from operator import add, mul
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx

from symback.derivation.formula import ZERO, Formula, Neg, Number, Power, Product, Sum, Symbol, symbols


def polynomial_derivative(formula: Formula, argument: str) -> Formula | None:
    """The partial derivative, multiplied out; None for a formula that is no polynomial."""
    names = symbols(formula)
    if "pi" in names:
        return None
    if argument not in names:
        return ZERO
    context = fmpq_mpoly_ctx.get(names, Ordering.lex)
    found = _polynomial(formula, dict(zip(names, context.gens(), strict=True)), context)
    return None if found is None else _formula(found.derivative(argument), names)


def _polynomial(formula: Formula, known: dict[str, Any], context: Any) -> Any:
    """The polynomial that a formula is; None where it is none."""
    match formula:
        case Number(value):
            return context.constant(fmpq(value.numerator, value.denominator))
        case Symbol(name):
            return known[name]
        case Neg(of):
            inner = _polynomial(of, known, context)
            return None if inner is None else -inner
        case Sum(terms=parts) | Product(factors=parts):
            inner = [_polynomial(part, known, context) for part in parts]
            operation = add if isinstance(formula, Sum) else mul
            return None if any(part is None for part in inner) else reduce(operation, inner)
        case Power(base, Number(exponent)) if exponent.denominator == 1 and 0 <= exponent <= 64:
            inner = _polynomial(base, known, context)
            return None if inner is None else inner ** int(exponent)
        case _:
            return None


def _formula(polynomial: Any, names: tuple[str, ...]) -> Formula:
    terms = [_term(polynomial[powers], powers, names) for powers in polynomial.monoms()]
    return (terms[0] if len(terms) == 1 else Sum(tuple(terms))) if terms else ZERO


def _term(coefficient: fmpq, powers: tuple[Any, ...], names: tuple[str, ...]) -> Formula:
    size = Fraction(abs(int(coefficient.p)), int(coefficient.q))
    parts: list[Formula] = [
        Symbol(name) if power == 1 else Power(Symbol(name), Number(Fraction(int(power))))
        for name, power in zip(names, powers, strict=True)
        if power
    ]
    if size != 1 or not parts:
        parts.insert(0, Number(size))
    body = parts[0] if len(parts) == 1 else Product(tuple(parts))
    return body if coefficient > 0 else Neg(body)
