"""Products of matrices: W X + b, X W + b, A B, and the products of a row that stand on paper.

Rules of matrix calculus: Magnus, Neudecker, Matrix Differential Calculus (1999); the step names follow
Goodfellow et al. 2016, algorithm 6.4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import reduce
from operator import add, mul

from symback.derivation.formula import Call, Formula, Product, Sum, Symbol
from symback.derivation.rows import (
    Contribution,
    Operation,
    Shapes,
    Value,
    backward_step,
    cell,
    dot,
    reduced,
    spread_places,
    total,
)
from symback.derivation.steps import Step, base, shape_of, transposed
from symback.derivation.values import Arithmetic, Entries


def product_value(step: Step, shapes: Shapes, _on: Arithmetic) -> Value:
    """The product of the first two inputs."""
    (rows, inner), columns = shape_of(step.inputs[0], shapes), shape_of(step.inputs[1], shapes)[1]
    spans = [slice(row * inner, (row + 1) * inner) for row in range(rows)]
    if inner == 1:
        return lambda w, x, *_: [p * q for p in w for q in x]
    if columns == 1:
        return lambda w, x, *_: [reduce(add, map(mul, w[span], x)) for span in spans]
    strides = [slice(column, None, columns) for column in range(columns)]
    return lambda w, x, *_: [reduce(add, map(mul, w[span], x[stride])) for span in spans for stride in strides]


def _affine_value(step: Step, shapes: Shapes, on: Arithmetic) -> Value:
    product = product_value(step, shapes, on)
    if len(step.inputs) == 2:
        return product
    rows, columns = shape_of(step.inputs[0], shapes)[0], shape_of(step.inputs[1], shapes)[1]
    places = spread_places(shapes[step.inputs[2]], (rows, columns))
    if places is None:
        return lambda w, x, b: [p + q for p, q in zip(product(w, x), b, strict=True)]
    return lambda w, x, b: [p + b[place] for p, place in zip(product(w, x), places, strict=True)]


def _affine_backward(
    step: Step, upstream: str | None, shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    """The gradient of the weights, of the bias, then of what came in; the weights stand on the left."""
    assert upstream is not None
    w, x, *bias = step.inputs
    yield from left_factor(w, x, upstream, shapes, "rule_outer" if shape_of(x, shapes)[1] == 1 else "rule_samples")
    yield from bias_part(step, bias, upstream, shapes)
    yield from right_factor(w, x, upstream, shapes, "rule_transpose")


def _affine_rows_backward(
    step: Step, upstream: str | None, shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    """The same where the weights stand on the right."""
    assert upstream is not None
    x, w, *bias = step.inputs
    rule = "rule_outer_rows" if shape_of(x, shapes)[0] == 1 else "rule_samples_rows"
    yield from right_factor(x, w, upstream, shapes, rule)
    yield from bias_part(step, bias, upstream, shapes)
    yield from left_factor(x, w, upstream, shapes, "rule_transpose_rows")


def bias_part(step: Step, bias: list[str], upstream: str, shapes: Shapes) -> Iterator[Contribution]:
    """The gradient of a bias, if there is one: the upstream one, summed over what the bias goes with."""
    for b in bias:
        rule = "rule_bias" if shapes[b] == step.shape else "rule_bias_sum"
        yield Contribution(b, reduced(upstream, step.shape, shapes[b], rule))


def _matmul_backward(
    step: Step, upstream: str | None, shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    assert upstream is not None
    left, right = step.inputs
    yield from left_factor(left, right, upstream, shapes, "rule_left_factor")
    yield from right_factor(left, right, upstream, shapes, "rule_right_factor")


def left_factor(
    left: str, right: str, upstream: str, shapes: Shapes, rule: str = ""
) -> Iterator[Contribution]:
    """The gradient of the left factor of a product: the upstream one times the right factor, turned over."""
    factors = (upstream, transposed(right))
    if left.endswith("^T"):
        factors = (right, transposed(upstream))
    yield Contribution(base(left), backward_step("matmul", factors, shapes[base(left)], rule))


def right_factor(
    left: str, right: str, upstream: str, shapes: Shapes, rule: str = ""
) -> Iterator[Contribution]:
    """The gradient of the right factor of a product: the left factor, turned over, times the upstream one."""
    factors = (transposed(left), upstream)
    if right.endswith("^T"):
        factors = (transposed(upstream), left)
    yield Contribution(base(right), backward_step("matmul", factors, shapes[base(right)], rule))


def _affine_form(step: Step) -> Formula:
    w, x, *bias = step.inputs
    product = Product((Symbol(w), Symbol(x)))
    return Sum((product, *map(Symbol, bias))) if bias else product


def _affine_entry(step: Step, row: int, column: int, shapes: Shapes) -> Formula:
    w, x, *bias = step.inputs
    product = dot(w, x, row, column, shapes)
    terms = product.terms if isinstance(product, Sum) else (product,)
    return Sum((*terms, cell(bias[0], row, column, shapes))) if bias else product


# The products of a row, and their sum: parts that stand on paper.


def _products_value(step: Step, shapes: Shapes, _on: Arithmetic) -> Value:
    rows, inner = shape_of(step.inputs[0], shapes)
    spans = [slice(row * inner, (row + 1) * inner) for row in range(rows)]
    return lambda w, x: [product for span in spans for product in map(mul, w[span], x)]


def _row_sums_value(step: Step, shapes: Shapes, _on: Arithmetic) -> Value:
    rows, inner = shape_of(step.inputs[0], shapes)
    spans = [slice(row * inner, (row + 1) * inner) for row in range(rows)]
    return lambda a: [reduce(add, a[span]) for span in spans]


def _row_sums_entry(step: Step, row: int, _column: int, shapes: Shapes) -> Formula:
    (source,) = step.inputs
    return total([cell(source, row, k, shapes) for k in range(shape_of(source, shapes)[1])])


def _total_value(_step: Step, _shapes: Shapes, _on: Arithmetic) -> Value:
    def value(a: Entries) -> Entries:
        return [reduce(add, a)]

    return value


def _total_entry(step: Step, _row: int, _column: int, shapes: Shapes) -> Formula:
    (source,) = step.inputs
    rows, columns = shape_of(source, shapes)
    return total([cell(source, i, j, shapes) for i in range(rows) for j in range(columns)])


def _sum_form(step: Step) -> Formula:
    return Call("sum", Symbol(step.inputs[0]))


ROWS = (
    Operation("affine", _affine_value, _affine_backward, _affine_form, _affine_entry, "affine"),
    Operation("affine_rows", _affine_value, _affine_rows_backward, _affine_form, _affine_entry, "affine_rows"),
    Operation(
        "matmul",
        product_value,
        _matmul_backward,
        lambda step: Product(tuple(map(Symbol, step.inputs))),
        lambda step, i, j, shapes: dot(step.inputs[0], step.inputs[1], i, j, shapes),
        "matmul",
    ),
    Operation(
        "products",
        _products_value,
        None,
        lambda step: Product(tuple(map(Symbol, step.inputs)), "odot"),
        lambda step, i, j, shapes: Product(
            (cell(step.inputs[0], i, j, shapes), cell(step.inputs[1], j, 0, shapes)), "dot"
        ),
        "",
    ),
    Operation("row_sums", _row_sums_value, None, _sum_form, _row_sums_entry, ""),
    Operation("total", _total_value, None, _sum_form, _total_entry, ""),
)
