"""Softmax over a column (or a row) of scores, its Jacobian, and the short way through cross entropy.

Bridle 1990 (softmax); Goodfellow et al. 2016, 6.2.2.3. With a = softmax(z): da_i/dz_j = a_i (delta_ij - a_j).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import add

from symback.derivation.formula import (
    ONE,
    ZERO,
    Call,
    Formula,
    Neg,
    Product,
    Quotient,
    Sum,
    Symbol,
    read,
)
from symback.derivation.functions import Function
from symback.derivation.rows import Contribution, Operation, Shapes, Value, backward_step, cell, groups, total
from symback.derivation.steps import Shape, Step, shape_of, transposed
from symback.derivation.values import Arithmetic, Entries

#: The exponential of a score, and the share of one of them in their sum.
EXP = Function("softmax.exp", ("z",), read("exp(z)"))
SHARE = Function("softmax", ("e", "s"), read("e / s"))
#: The derivative of many columns at once: the weighted mean of the upstream gradients is taken off each.
_PULLED = Function("softmax_pulled", ("a", "u", "s"), read("a * (u - s)"))
_OWN = Function("softmax_slope_pulled", ("d", "l", "r"), read("d - l - r"))


def along(step: Step) -> str:
    """What is normalised: each `column` or each `row`."""
    return str(step.option("along", "column"))


def sums_shape(step: Step) -> Shape:
    """The shape of the sums that are divided by: one for each column or row."""
    rows, columns = step.shape
    return (1, columns) if along(step) == "column" else (rows, 1)


def is_masked(step: Step, row: int, column: int) -> bool:
    """Whether an entry is left out and has no share: of a causal mask what comes later than its row."""
    return bool(step.option("masked") == "later" and column > row)


def _lines(step: Step) -> list[list[int]]:
    """The places of each column or row that is normalised."""
    rows, columns = step.shape
    if step.option("masked"):
        return [[i * columns + j for j in range(columns) if not is_masked(step, i, j)] for i in range(rows)]
    if along(step) == "column":
        return [list(range(j, rows * columns, columns)) for j in range(columns)]
    return [list(range(i * columns, (i + 1) * columns)) for i in range(rows)]


def _value(step: Step, _shapes: Shapes, on: Arithmetic) -> Value:
    exp, lines, count = on.functions["exp"], _lines(step), step.shape[0] * step.shape[1]
    zero = on.number(ZERO.value)

    def value(z: Entries) -> Entries:
        out = [zero] * count
        for line in lines:
            powers = [exp(z[place]) for place in line]
            whole = reduce(add, powers)
            for place, power in zip(line, powers, strict=True):
                out[place] = power / whole
        return out

    return value


def _entry(step: Step, row: int, column: int, shapes: Shapes) -> Formula:
    (source,) = step.inputs
    if is_masked(step, row, column):
        return ZERO
    power, place = Call("exp", cell(source, row, column, shapes)), row * step.shape[1] + column
    number = next(number for number, line in enumerate(_lines(step)) if place in line)
    return Quotient(power, _sum_of_powers(step, number, shapes))


def _sum_of_powers(step: Step, number: int, shapes: Shapes) -> Formula:
    (source,) = step.inputs
    columns = shape_of(source, shapes)[1]
    line = _lines(replace(step, shape=shape_of(source, shapes)))[number]
    return total([Call("exp", cell(source, place // columns, place % columns, shapes)) for place in line])


def _masked_sum_value(step: Step, shapes: Shapes, on: Arithmetic) -> Value:
    exp, lines = on.functions["exp"], _lines(replace(step, shape=shapes[step.inputs[0]]))
    return lambda z: [reduce(add, [exp(z[place]) for place in line]) for line in lines]


def _backward(
    step: Step, upstream: str | None, _shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    """Of one vector by its Jacobian; of many by what the Jacobian of each comes to."""
    assert upstream is not None
    (source,) = step.inputs
    rows, columns = step.shape
    if len(_lines(step)) == 1:
        name = f"d{step.name}/d{source}"
        size = max(rows, columns)
        upright = (("upright", columns == 1),)
        jacobian = Step(name, "softmax_slope", (step.name,), (size, size), "backward", None, "rule_jacobian", upright)
        factors = (name, upstream) if columns == 1 else (upstream, name)
        yield Contribution(source, backward_step("matmul", factors, step.shape, "rule_through_jacobian"), (jacobian,))
        return
    # These hang on the upstream gradient, and so do their names: another sweep has others.
    products = backward_step("hadamard", (step.name, upstream), step.shape, "", f"{upstream}.weighted")
    means = backward_step("sum", (products.name,), sums_shape(step), "", f"{upstream}.mean")
    last = Step(
        "", "elementwise", (step.name, upstream, means.name), step.shape, "backward", _PULLED, "rule_softmax"
    )
    yield Contribution(source, last, (products, means))


#: The rules of steps that give the derivative by scores: it adds up to 0, since the shares add up to 1 whatever the
#: scores are (and so do the targets of a cross entropy).
BALANCED = ("rule_softmax", "rule_through_jacobian", "rule_cross_entropy_softmax")


def vanishing(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The sums that are 0 whatever the numbers are: those of the derivatives by all scores of a sample.

    A bias that all units before softmax share has such a derivative; no precision tells it from 0.
    """
    by_name = {step.name: step for step in steps}
    found = []
    for step in steps:
        added = by_name.get(step.inputs[0]) if step.operation == "sum" else None
        if added is not None and added.rule in BALANCED:
            # What is added up with a whole column, or row, of scores.
            whole = groups(added.shape, step.shape)[0]
            if any(set(line) <= set(whole) for line in _lines(_shares(added, by_name))):
                found.append(step)
    return tuple(found)


def _shares(gradient: Step, by_name: Mapping[str, Step]) -> Step:
    """The softmax behind a derivative by its scores, which it takes itself or by way of the Jacobian."""
    made = [by_name[name] for name in gradient.inputs if name in by_name]
    made += [by_name[name] for step in made if step.operation == "softmax_slope" for name in step.inputs]
    return next(step for step in made if step.operation == "softmax")


# softmax_slope: the Jacobian of one vector, diag(a) - a a^T


def _slope_value(step: Step, _shapes: Shapes, on: Arithmetic) -> Value:
    size, one = step.shape[0], on.number(ONE.value)

    def value(a: Entries) -> Entries:
        return [a[i] * (one - a[i]) if i == j else -(a[i] * a[j]) for i in range(size) for j in range(size)]

    return value


def _slope_entry(step: Step, row: int, column: int, shapes: Shapes) -> Formula:
    (source,) = step.inputs
    upright = shape_of(source, shapes)[1] == 1
    first, second = (cell(source, k, 0, shapes) if upright else cell(source, 0, k, shapes) for k in (row, column))
    if row == column:
        return Product((first, Sum((ONE, Neg(first)))))
    return Neg(Product((first, second)))


def _slope_form(step: Step) -> Formula:
    source = Symbol(step.inputs[0])
    outer = (source, Symbol(f"{step.inputs[0]}^T"))
    return Sum((Call("diag", source), Neg(Product(outer if step.option("upright", True) else outer[::-1]))))


def _slope_backward(
    step: Step, upstream: str | None, shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    """Of J = diag(a) - a a^T: the diagonal of the upstream gradient, less what the two factors of a a^T give."""
    assert upstream is not None
    (source,) = step.inputs
    shape = shapes[source]
    upright = shape[1] == 1
    diagonal = Step(
        f"{upstream}.diagonal", "gather", (upstream,), shape, "backward", options=(("pattern", "diagonal"),)
    )
    sides = [(upstream, source), (transposed(upstream), source)]
    if not upright:
        sides = [(source, upstream), (source, transposed(upstream))]
    left, right = (
        backward_step("matmul", factors, shape, "", f"{upstream}.{side}")
        for factors, side in zip(sides, ("left", "right"), strict=True)
    )
    last = Step("", "elementwise", (diagonal.name, left.name, right.name), shape, "backward", _OWN)
    yield Contribution(source, last, (diagonal, left, right))


ROWS = (
    Operation(
        "softmax", _value, _backward, lambda step: Call("softmax", Symbol(step.inputs[0])), _entry, "softmax"
    ),
    # A part: the sums of what a mask leaves.
    Operation(
        "masked_sum",
        _masked_sum_value,
        None,
        lambda step: Call("sum", Call("exp", Symbol(step.inputs[0]))),
        lambda step, i, _j, shapes: _sum_of_powers(step, i, shapes),
        "",
    ),
    Operation("softmax_slope", _slope_value, _slope_backward, _slope_form, _slope_entry, "jacobian"),
)
