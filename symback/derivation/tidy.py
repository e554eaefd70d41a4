"""Formulas put in order: signs drawn to the front, factors 1 and brackets left out, a difference turned round.

What stands on paper is one product of named factors, whatever the steps it was composed of.
"""

from __future__ import annotations

from symback.derivation.formula import ONE, ZERO, Cases, Formula, Neg, Number, Product, Quotient, Sum, children, rebuild


def tidy(formula: Formula, sign: str | None = None) -> Formula:
    """The same formula with its sign in front and without factors 1; `sign` is what stands between its factors."""
    parts = tuple(tidy(part, sign) for part in children(formula))
    match formula:
        case Neg():
            return _negative(parts[0])
        case Product(sign=own):
            return _product(parts, own if sign is None else sign)
        case Sum():
            return _sum(parts)
        case Quotient():
            over, under = parts
            return Neg(Quotient(over.of, under)) if isinstance(over, Neg) else Quotient(over, under)
        case _:
            return rebuild(formula, parts) if parts else formula


def opposite(formula: Formula) -> Formula:
    """The negative of a tidy formula as one would write it: y - a for a - y."""
    match formula:
        case Neg(of):
            return of
        case Number(value) if value == 0:
            return ZERO
        case Sum(terms):
            turned = [opposite(term) for term in terms]
            first = next((k for k, term in enumerate(turned) if not isinstance(term, Neg)), 0)
            return Sum((turned[first], *turned[:first], *turned[first + 1 :]))
        case Cases(test, yes, no):
            return Cases(test, opposite(yes), opposite(no))
        case Product(factors, sign) if isinstance(factors[-1], Sum | Cases):
            return Product((*factors[:-1], opposite(factors[-1])), sign)
        case Quotient(Sum() as over, under):
            return Quotient(opposite(over), under)
        case _:
            return Neg(formula)


def _negative(formula: Formula) -> Formula:
    if formula == ZERO:
        return ZERO
    return formula.of if isinstance(formula, Neg) else Neg(formula)


def _product(factors: tuple[Formula, ...], sign: str) -> Formula:
    """The factors in their order, those of a product inside it among them."""
    flat: list[Formula] = []
    negative = False
    for factor in factors:
        while isinstance(factor, Neg):
            factor, negative = factor.of, not negative
        inside = factor.factors if isinstance(factor, Product) and factor.sign == sign else (factor,)
        flat += [part for part in inside if part != ONE]
    if ZERO in flat:
        return ZERO
    made = (flat or [ONE])[0] if len(flat) < 2 else Product(tuple(flat), sign)
    return Neg(made) if negative else made


def _sum(terms: tuple[Formula, ...]) -> Formula:
    """The terms in their order; a sum of negative ones is the negative of a sum."""
    flat: list[Formula] = []
    for term in terms:
        flat += term.terms if isinstance(term, Sum) else (term,)
    flat = [term for term in flat if term != ZERO]
    if not flat:
        return ZERO
    if len(flat) == 1:
        return flat[0]
    if all(isinstance(term, Neg) for term in flat):
        return Neg(Sum(tuple(term.of for term in flat if isinstance(term, Neg))))
    return Sum(tuple(flat))
