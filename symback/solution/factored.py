"""Rational functions as formulas: factored, in the order in which they are read, the sign in front."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq

from symback.derivation.formula import Formula, Neg, Number, Power, Product, Quotient, Sum, Symbol

#: A polynomial with the power to which it is raised.
Factors = Sequence[tuple[Any, int]]


def factored_formula(element: Any) -> Formula:
    """The formula of a rational, or of a rational function in the symbols `q_1`, `q_2`, ..."""
    if isinstance(element, fmpq):
        number = Number(Fraction(abs(int(element.p)), int(element.q)))
        return number if element >= 0 else Neg(number)
    (over, tops), (under, bottoms) = map(_factors, (element.numer, element.denom))
    coefficient = Fraction(int(over), int(under))
    top = _product(abs(coefficient.numerator), tops)
    bottom = _product(coefficient.denominator, bottoms)
    body = top if bottom == Number(Fraction(1)) else Quotient(top, bottom)
    return body if coefficient >= 0 else Neg(body)


def _factors(polynomial: Any) -> tuple[Any, Factors]:
    """The content of a polynomial and its factors; with huge coefficients, which FLINT cannot sort, it stays whole."""
    try:
        found: tuple[Any, Factors] = polynomial.factor()
    except OverflowError:
        content, rest = polynomial.primitive()
        found = content, [(rest, 1)]
    return found


def _product(number: int, factors: Factors) -> Formula:
    """A number, then single terms, then sums."""
    ordered = sorted(factors, key=_place)
    parts = [_power(_sum(polynomial), power) for polynomial, power in ordered]
    if number != 1 or not parts:
        parts.insert(0, Number(Fraction(number)))
    return parts[0] if len(parts) == 1 else Product(tuple(parts))


def _place(factor: tuple[Any, int]) -> tuple[Any, ...]:
    """Single terms before sums, each by its leading term: q_1, q_3, q_1 + 1, q_2 + 1."""
    polynomial, _ = factor
    return len(polynomial) > 1, *(-power for power in polynomial.monoms()[0]), *map(int, polynomial.coeffs())


def _power(base: Formula, power: int) -> Formula:
    return base if power == 1 else Power(base, Number(Fraction(int(power))))


def _sum(polynomial: Any) -> Formula:
    terms = tuple(_term(powers, Fraction(int(coefficient))) for powers, coefficient in polynomial.terms())
    return terms[0] if len(terms) == 1 else Sum(terms)


def _term(powers: Sequence[int], coefficient: Fraction) -> Formula:
    parts = [_power(Symbol(f"q_{k}"), power) for k, power in enumerate(powers, 1) if power]
    if abs(coefficient) != 1 or not parts:
        parts.insert(0, Number(abs(coefficient)))
    body = parts[0] if len(parts) == 1 else Product(tuple(parts))
    return body if coefficient > 0 else Neg(body)
