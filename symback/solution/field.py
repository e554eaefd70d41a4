"""Rational functions over the rationals in the symbols q_1, q_2, ...: numbers to run a derivation on.

A quotient of two polynomials with whole coefficients, always in lowest terms, so that what vanishes is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from flint import Ordering, fmpq, fmpz_mpoly_ctx


@cache
def _polynomials(count: int) -> Any:
    return fmpz_mpoly_ctx.get([f"q_{k}" for k in range(1, count + 1)], Ordering.lex)


class Ratio:
    """An element of the field: numerator and denominator have no common factor, the denominator leads with a plus."""

    __slots__ = ("_key", "denom", "numer")

    def __init__(self, numer: Any, denom: Any) -> None:
        common = numer.gcd(denom)
        if denom.leading_coefficient() < 0:
            common = -common
        self.numer, self.denom = numer / common, denom / common
        self._key: Any = None

    @property
    def constant(self) -> fmpq | None:
        """The value of an element that holds no symbol, else None."""
        if not (self.numer.is_constant() and self.denom.is_constant()):
            return None
        if self.numer.is_zero():
            return fmpq(0)
        return fmpq(self.numer.leading_coefficient(), self.denom.leading_coefficient())

    @property
    def terms(self) -> int:
        """How many terms numerator and denominator have."""
        return len(self.numer) + len(self.denom)

    @property
    def leads_positive(self) -> bool:
        """Whether the leading coefficient is positive; of an element and its negative just one does."""
        return bool(self.numer.leading_coefficient() > 0)

    def coefficients(self) -> Iterator[int]:
        """All coefficients of numerator and denominator."""
        for polynomial in (self.numer, self.denom):
            yield from map(int, polynomial.coeffs())

    def _like(self, other: Any) -> Ratio | None:
        """Another number as an element of the same field."""
        if isinstance(other, Ratio):
            return other
        if not isinstance(other, int | fmpq):
            return None
        value, context = fmpq(other), self.numer.context()
        return Ratio(context.constant(value.p), context.constant(value.q))

    def _with(self, other: Any, combine: Callable[[Ratio, Ratio], Ratio]) -> Any:
        like = self._like(other)
        return NotImplemented if like is None else combine(self, like)

    def __add__(self, other: Any) -> Any:
        return self._with(other, _sum)

    __radd__ = __add__

    def __mul__(self, other: Any) -> Any:
        return self._with(other, _product)

    __rmul__ = __mul__

    def __neg__(self) -> Ratio:
        return Ratio(-self.numer, self.denom)

    def __sub__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: _sum(a, -b))

    def __rsub__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: _sum(b, -a))

    def __truediv__(self, other: Any) -> Any:
        return self._with(other, _quotient)

    def __rtruediv__(self, other: Any) -> Any:
        return self._with(other, lambda a, b: _quotient(b, a))

    def __eq__(self, other: object) -> bool:
        like = self._like(other)
        return like is not None and bool(self.numer == like.numer) and bool(self.denom == like.denom)

    def __hash__(self) -> int:
        if self._key is None:
            pairs = (tuple(zip(p.monoms(), map(int, p.coeffs()), strict=True)) for p in (self.numer, self.denom))
            self._key = hash(tuple(pairs))
        return int(self._key)

    def __repr__(self) -> str:
        return f"({self.numer})/({self.denom})"


def _sum(a: Ratio, b: Ratio) -> Ratio:
    return Ratio(a.numer * b.denom + b.numer * a.denom, a.denom * b.denom)


def _product(a: Ratio, b: Ratio) -> Ratio:
    return Ratio(a.numer * b.numer, a.denom * b.denom)


def _quotient(a: Ratio, b: Ratio) -> Ratio:
    if b.numer.is_zero():
        raise ZeroDivisionError("division by an element that is 0")
    return Ratio(a.numer * b.denom, a.denom * b.numer)


def generators(count: int) -> tuple[Ratio, ...]:
    """The symbols q_1, q_2, ... as elements of their field."""
    context = _polynomials(count)
    return tuple(Ratio(symbol, context.constant(1)) for symbol in context.gens())
