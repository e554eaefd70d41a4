"""Matrices of derivatives as one operation: the sweeps inside a step, run on numbers and composed as formulas.

A row of the matrix is the result of one reverse sweep that begins with a unit vector: row i holds e_i^T J
(Griewank, Walther, Evaluating Derivatives (2008), 3.3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from math import prod
from typing import Any

from symback.derivation.formula import (
    ONE,
    ZERO,
    Cases,
    Formula,
    Neg,
    Product,
    Quotient,
    Sum,
    Symbol,
    children,
    rebuild,
)
from symback.derivation.rows import Operation, Shapes
from symback.derivation.steps import Adjoint, Shape, Step, base, entries_of
from symback.derivation.values import Arithmetic, Entries

#: What a sweep inside a step begins with, and what its derivatives are called: no quantity has such names. With the
#: brackets the first contribution to the derivative by dC is not called like the derivative by dC.1.
SEED, CALLED = "seed", "∂({})"

Table = Mapping[str, Operation]


def rows(table: Table) -> tuple[Operation, ...]:
    """The row of a matrix of derivatives, over the rows of a table that its sweeps may be made of."""
    return (
        Operation(
            "derivatives",
            lambda step, shapes, on: _value(step, shapes, on, table),
            None,
            _form,
            lambda step, i, j, shapes: _entry(step, i, j, shapes, table),
            "derivatives",
        ),
    )


def _form(step: Step) -> Formula:
    assert step.adjoint is not None
    return step.adjoint.form


def _inside(adjoint: Adjoint, number: int, shapes: Shapes) -> dict[str, Shape]:
    """The shapes that one of the sweeps knows."""
    own = {step.name: step.shape for step in adjoint.sweeps[number]}
    return {**shapes, SEED: shapes[adjoint.of[number]], **own}


def _value(step: Step, shapes: Shapes, on: Arithmetic, table: Table) -> Callable[..., Entries]:
    """The matrix on numbers, row by row; what a sweep does not come to has the derivative 0."""
    adjoint = step.adjoint
    assert adjoint is not None
    zero, one = on.number(Fraction(0)), on.number(Fraction(1))
    programs = []
    for number, sweep in enumerate(adjoint.sweeps):
        known = _inside(adjoint, number, shapes)
        lines = [(each, table[each.operation].value(each, known, on)) for each in sweep]
        programs.append((known, lines))

    def run(*inputs: Entries) -> Entries:
        scope = dict(zip(step.inputs, inputs, strict=True))
        found: Entries = []
        for known, lines in programs:
            size = prod(known[SEED])
            for place in range(size):
                values = {**scope, SEED: [one if k == place else zero for k in range(size)]}
                for each, value in lines:
                    result = value(*[_oriented(name, values, known) for name in each.inputs])
                    values[each.name] = [on.finish(entry) for entry in result] if on.finish else result
                for name in adjoint.by:
                    found += values.get(CALLED.format(name)) or [zero] * prod(shapes[name])
        return found

    return run


def _oriented(reference: str, values: Mapping[str, Entries], shapes: Shapes) -> Entries:
    entries = values[base(reference)]
    if not reference.endswith("^T"):
        return entries
    rows, columns = shapes[base(reference)]
    return [entries[i * columns + j] for j in range(columns) for i in range(rows)]


def _entry(step: Step, row: int, column: int, shapes: Shapes, table: Table) -> Formula:
    """One entry of the matrix in entries of the inputs, what is multiplied by 0 or 1 left out."""
    assert step.adjoint is not None
    sizes = [prod(shapes[name]) for name in step.adjoint.of]
    number = 0
    while row >= sizes[number]:
        row -= sizes[number]
        number += 1
    composed = _composed(_Sweep(step.adjoint, number, shapes, table), row)
    return composed.get(_column_name(step.adjoint, column, shapes), ZERO)


def _column_name(adjoint: Adjoint, column: int, shapes: Shapes) -> str:
    """What the derivative by the quantity of a column is called, at the entry of that column."""
    name, bracket, index = entries_of(adjoint.by, shapes)[column].partition("[")
    return CALLED.format(name) + bracket + index


class _Sweep:
    """One of the sweeps of a step, known by its identity: comparing programs would take longer than running them."""

    def __init__(self, adjoint: Adjoint, number: int, shapes: Shapes, table: Table) -> None:
        self.adjoint, self.number, self.shapes, self.table = adjoint, number, shapes, table

    def __hash__(self) -> int:
        return hash((id(self.adjoint), self.number))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sweep) and self.adjoint is other.adjoint and self.number == other.number


@lru_cache(maxsize=256)
def _composed(sweep: _Sweep, place: int) -> dict[str, Formula]:
    """The formula of each entry of each step of a sweep that begins with 1 at one place."""
    known = _inside(sweep.adjoint, sweep.number, sweep.shapes)
    found: dict[str, Formula] = {
        name: ONE if k == place else ZERO for k, name in enumerate(entries_of([SEED], known))
    }
    for step in sweep.adjoint.sweeps[sweep.number]:
        entry = sweep.table[step.operation].entry
        places = ((i, j) for i in range(step.shape[0]) for j in range(step.shape[1]))
        formulas = [simplified(entry(step, i, j, known), found) for i, j in places]
        found.update(zip(entries_of([step.name], known), formulas, strict=True))
    return found


def simplified(formula: Formula, known: Mapping[str, Formula]) -> Formula:
    """A formula with what is known put in for its symbols, sums without 0 and products without 1."""
    if isinstance(formula, Symbol):
        return known.get(formula.name, formula)
    parts = tuple(simplified(part, known) for part in children(formula))
    rule = _RULES.get(type(formula))
    return rule(formula, parts) if rule else rebuild(formula, parts) if parts else formula


def _sum(_formula: Formula, parts: tuple[Formula, ...]) -> Formula:
    terms = tuple(_flat(parts, Sum))
    kept = tuple(term for term in terms if term != ZERO)
    return ZERO if not kept else kept[0] if len(kept) == 1 else Sum(kept)


def _product(formula: Formula, parts: tuple[Formula, ...]) -> Formula:
    assert isinstance(formula, Product)
    if ZERO in parts:
        return ZERO
    negative = sum(isinstance(part, Neg) for part in parts) % 2 == 1
    bare = tuple(part.of if isinstance(part, Neg) else part for part in parts)
    kept = tuple(factor for factor in _flat(bare, Product) if factor != ONE)
    body = ONE if not kept else kept[0] if len(kept) == 1 else Product(kept, formula.sign)
    return Neg(body) if negative else body


def _flat(parts: tuple[Formula, ...], kind: type) -> Iterator[Formula]:
    for part in parts:
        yield from children(part) if isinstance(part, kind) else (part,)


def _neg(_formula: Formula, parts: tuple[Formula, ...]) -> Formula:
    (part,) = parts
    return ZERO if part == ZERO else part.of if isinstance(part, Neg) else Neg(part)


def _quotient(_formula: Formula, parts: tuple[Formula, ...]) -> Formula:
    over, under = parts
    return ZERO if over == ZERO else over if under == ONE else Quotient(over, under)


def _cases(_formula: Formula, parts: tuple[Formula, ...]) -> Formula:
    test, positive, otherwise = parts
    return positive if positive == otherwise else Cases(test, positive, otherwise)


_RULES: dict[type, Callable[[Any, tuple[Formula, ...]], Formula]] = {
    Sum: _sum,
    Product: _product,
    Neg: _neg,
    Quotient: _quotient,
    Cases: _cases,
}
