"""The table of operations: for each its shape, its value, its backward steps, its printed form.

A new operation is a new row. The sweep in `backward.py` knows none of them.
Rules of matrix calculus: Magnus, Neudecker, Matrix Differential Calculus (1999); the step names follow
Goodfellow et al. 2016, algorithm 6.4.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import add, mul

from symback.derivation.formula import ONE, ZERO, Call, Formula, Product, Sum, Symbol, substitute
from symback.derivation.steps import Shape, Step, base, common_shape, entry, shape_of, transposed
from symback.derivation.values import Arithmetic, Entries, compile_formula

Shapes = Mapping[str, Shape]
Value = Callable[..., Entries]


@dataclass(frozen=True)
class Contribution:
    """What a step adds to the derivative by one of its inputs: helper steps, then the (still unnamed) last one."""

    of: str
    last: Step
    helpers: tuple[Step, ...] = ()


#: A step, the upstream gradient of its output, the shapes, and the quantities whose derivatives are wanted.
Backward = Callable[[Step, str | None, Shapes, Collection[str]], Iterator[Contribution]]


@dataclass(frozen=True)
class Operation:
    """A row: `value` binds a step to an arithmetic, `backward` gives the steps of its derivative.

    An operation without `backward` stands only in parts, which are laid out and never differentiated.
    `form` is the formula in matrices, `entry` the formula of one entry in entries of the inputs,
    `layout` the name of the layout that writes its arithmetic out on paper.
    """

    name: str
    value: Callable[[Step, Shapes, Arithmetic], Value]
    backward: Backward | None
    form: Callable[[Step], Formula]
    entry: Callable[[Step, int, int, Shapes], Formula]
    layout: str


def _cell(reference: str, row: int, column: int, shapes: Shapes) -> Formula:
    return Symbol(entry(reference, row, column, shape_of(reference, shapes)))


def _dot(left: str, right: str, row: int, column: int, shapes: Shapes) -> Formula:
    count = shape_of(left, shapes)[1]
    terms = tuple(
        Product((_cell(left, row, k, shapes), _cell(right, k, column, shapes)), "dot") for k in range(count)
    )
    return terms[0] if count == 1 else Sum(terms)


def _backward_step(
    operation: str, inputs: tuple[str, ...], shape: Shape, rule: str = "", name: str = ""
) -> Step:
    return Step(name, operation, inputs, shape, "backward", rule=rule)


# copy: B = A


def _copy_value(_step: Step, _shapes: Shapes, _on: Arithmetic) -> Value:
    return lambda a: a


def _copy_backward(
    step: Step, upstream: str | None, shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    assert upstream is not None
    (source,) = step.inputs
    yield Contribution(source, _backward_step("copy", (upstream,), shapes[base(source)]))


# affine: Z = W X + b, or W X without b; matmul: C = A B


def _product_value(step: Step, shapes: Shapes, _on: Arithmetic) -> Value:
    (rows, inner), columns = shape_of(step.inputs[0], shapes), shape_of(step.inputs[1], shapes)[1]
    spans = [slice(row * inner, (row + 1) * inner) for row in range(rows)]
    if inner == 1:
        return lambda w, x, *_: [p * q for p in w for q in x]
    if columns == 1:
        return lambda w, x, *_: [reduce(add, map(mul, w[span], x)) for span in spans]
    strides = [slice(column, None, columns) for column in range(columns)]
    return lambda w, x, *_: [reduce(add, map(mul, w[span], x[stride])) for span in spans for stride in strides]


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
    return Sum(tuple(_cell(source, row, k, shapes) for k in range(shape_of(source, shapes)[1])))


def _total_entry(step: Step, _row: int, _column: int, shapes: Shapes) -> Formula:
    (source,) = step.inputs
    rows, columns = shape_of(source, shapes)
    return Sum(tuple(_cell(source, i, j, shapes) for i in range(rows) for j in range(columns)))


def _affine_value(step: Step, shapes: Shapes, on: Arithmetic) -> Value:
    product = _product_value(step, shapes, on)
    if len(step.inputs) == 2:
        return product
    return lambda w, x, b: [p + q for p, q in zip(product(w, x), b, strict=True)]


def _affine_backward(
    step: Step, upstream: str | None, shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    assert upstream is not None
    w, x, *bias = step.inputs
    yield from _left_factor(w, x, upstream, shapes, "rule_outer")
    for b in bias:
        yield Contribution(b, _backward_step("copy", (upstream,), shapes[b], "rule_bias"))
    yield from _right_factor(w, x, upstream, shapes, "rule_transpose")


def _matmul_backward(
    step: Step, upstream: str | None, shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    assert upstream is not None
    left, right = step.inputs
    yield from _left_factor(left, right, upstream, shapes)
    yield from _right_factor(left, right, upstream, shapes)


def _left_factor(
    left: str, right: str, upstream: str, shapes: Shapes, rule: str = ""
) -> Iterator[Contribution]:
    factors = (upstream, transposed(right))
    if left.endswith("^T"):
        factors = (right, transposed(upstream))
    yield Contribution(base(left), _backward_step("matmul", factors, shapes[base(left)], rule))


def _right_factor(
    left: str, right: str, upstream: str, shapes: Shapes, rule: str = ""
) -> Iterator[Contribution]:
    factors = (transposed(left), upstream)
    if right.endswith("^T"):
        factors = (transposed(upstream), left)
    yield Contribution(base(right), _backward_step("matmul", factors, shapes[base(right)], rule))


def _affine_form(step: Step) -> Formula:
    w, x, *bias = step.inputs
    product = Product((Symbol(w), Symbol(x)))
    return Sum((product, *map(Symbol, bias))) if bias else product


def _affine_entry(step: Step, row: int, column: int, shapes: Shapes) -> Formula:
    w, x, *bias = step.inputs
    dot = _dot(w, x, row, column, shapes)
    terms = dot.terms if isinstance(dot, Sum) else (dot,)
    return Sum((*terms, _cell(bias[0], row, 0, shapes))) if bias else dot


# hadamard: C = A * B entry by entry; add: C = A + B + ...


def _hadamard_backward(
    step: Step, upstream: str | None, _shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    assert upstream is not None
    left, right = step.inputs
    for source, other in ((left, right), (right, left)):
        yield Contribution(source, _backward_step("hadamard", (upstream, other), step.shape))


def _add_backward(
    step: Step, upstream: str | None, _shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    assert upstream is not None
    for source in step.inputs:
        yield Contribution(source, _backward_step("copy", (upstream,), step.shape))


# elementwise: B = f(A, ...) entry by entry; loss: the sum of such entries


def _elementwise_value(step: Step, shapes: Shapes, on: Arithmetic) -> Value:
    assert step.function is not None
    run = compile_formula(step.function.formula, step.function.arguments, on)
    rows, columns = max(step.shape, common_shape(step.inputs, shapes))
    if not step.inputs:
        return lambda: [run() for _ in range(rows * columns)]
    if all(shape_of(name, shapes) == (rows, columns) for name in step.inputs):
        return lambda *inputs: list(map(run, *inputs))
    # One number goes with every entry.
    return lambda *inputs: list(
        map(run, *(each if len(each) == rows * columns else each * rows * columns for each in inputs))
    )


def _loss_value(step: Step, shapes: Shapes, on: Arithmetic) -> Value:
    entries = _elementwise_value(step, shapes, on)
    return lambda *inputs: [reduce(add, entries(*inputs))]


def _elementwise_backward(
    step: Step, upstream: str | None, shapes: Shapes, wanted: Collection[str]
) -> Iterator[Contribution]:
    assert upstream is not None
    for slope in _slopes(step, shapes, wanted):
        source, local = slope.name.removeprefix(f"d{step.name}/d"), slope.function
        assert local is not None
        if local.formula == ZERO:
            continue
        if local.formula == ONE:
            yield Contribution(source, _backward_step("copy", (upstream,), slope.shape, "rule_identity"))
            continue
        last = _backward_step("hadamard", (upstream, slope.name), slope.shape, "rule_chain")
        yield Contribution(source, last, (slope,))


def _loss_backward(
    step: Step, upstream: str | None, shapes: Shapes, wanted: Collection[str]
) -> Iterator[Contribution]:
    # The loss is where the sweep begins: dL/dL = 1 is left out, as on paper.
    assert upstream is None
    for slope in _slopes(step, shapes, wanted):
        yield Contribution(slope.name.removeprefix(f"d{step.name}/d"), replace(slope, rule="rule_loss"))


def _slopes(step: Step, shapes: Shapes, wanted: Collection[str]) -> Iterator[Step]:
    """The local derivative by each wanted input, as an elementwise step named `dB/dA`."""
    assert step.function is not None
    arguments = dict(zip(step.function.arguments, step.inputs, strict=True))
    bound = {"a": step.name, **arguments}
    for argument, source in arguments.items():
        if source not in wanted:
            continue
        local = step.function.derivative(argument)
        inputs = tuple(bound[name] for name in local.arguments)
        name = f"d{step.name}/d{source}"
        yield Step(name, "elementwise", inputs, shapes[source], "backward", local, "rule_slope")


def _elementwise_form(step: Step) -> Formula:
    """The name of the function on its inputs (`sigma(Z)`) or, where it has none, the formula itself."""
    assert step.function is not None
    if step.function.symbol:
        # A slope is the function of what it is derived by, even where it is written through the output: sigma'(Z).
        return Call(step.function.symbol, Symbol(step.name.rpartition("/d")[2] if "/" in step.name else step.inputs[0]))
    return _apply(step, tuple(map(Symbol, step.inputs)))


def _apply(step: Step, inputs: tuple[Formula, ...]) -> Formula:
    assert step.function is not None
    meaning = dict(zip(step.function.arguments, inputs, strict=True))
    return substitute(step.function.formula, lambda p: meaning.get(p.name) if isinstance(p, Symbol) else None)


def _elementwise_entry(step: Step, row: int, column: int, shapes: Shapes) -> Formula:
    return _apply(step, tuple(_cell(name, row, column, shapes) for name in step.inputs))


def _loss_entry(step: Step, _row: int, _column: int, shapes: Shapes) -> Formula:
    rows, columns = shapes[step.inputs[0]]
    terms = tuple(
        _elementwise_entry(step, row, column, shapes) for row in range(rows) for column in range(columns)
    )
    return terms[0] if len(terms) == 1 else Sum(terms)


OPERATIONS: dict[str, Operation] = {
    row.name: row
    for row in (
        Operation(
            "copy",
            _copy_value,
            _copy_backward,
            lambda step: Symbol(step.inputs[0]),
            lambda step, i, j, shapes: _cell(step.inputs[0], i, j, shapes),
            "copy",
        ),
        Operation("affine", _affine_value, _affine_backward, _affine_form, _affine_entry, "affine"),
        Operation(
            "matmul",
            _product_value,
            _matmul_backward,
            lambda step: Product(tuple(map(Symbol, step.inputs))),
            lambda step, i, j, shapes: _dot(step.inputs[0], step.inputs[1], i, j, shapes),
            "matmul",
        ),
        Operation(
            "hadamard",
            lambda _step, _shapes, _on: lambda a, b: list(map(mul, a, b)),
            _hadamard_backward,
            lambda step: Product(tuple(map(Symbol, step.inputs)), "dot" if step.shape == (1, 1) else "odot"),
            lambda step, i, j, shapes: Product(
                tuple(_cell(name, i, j, shapes) for name in step.inputs), "dot"
            ),
            "hadamard",
        ),
        Operation(
            "add",
            lambda _step, _shapes, _on: lambda *parts: [reduce(add, cells) for cells in zip(*parts, strict=True)],
            _add_backward,
            lambda step: Sum(tuple(map(Symbol, step.inputs))),
            lambda step, i, j, shapes: Sum(tuple(_cell(name, i, j, shapes) for name in step.inputs)),
            "add",
        ),
        Operation(
            "elementwise",
            _elementwise_value,
            _elementwise_backward,
            _elementwise_form,
            _elementwise_entry,
            "elementwise",
        ),
        Operation(
            "update", _elementwise_value, _elementwise_backward, _elementwise_form, _elementwise_entry, "update"
        ),
        Operation(
            "products",
            _products_value,
            None,
            lambda step: Product(tuple(map(Symbol, step.inputs)), "odot"),
            lambda step, i, j, shapes: Product(
                (_cell(step.inputs[0], i, j, shapes), _cell(step.inputs[1], j, 0, shapes)), "dot"
            ),
            "",
        ),
        Operation(
            "row_sums", _row_sums_value, None, lambda step: Call("sum", Symbol(step.inputs[0])), _row_sums_entry, ""
        ),
        Operation(
            "total",
            lambda _step, _shapes, _on: lambda a: [reduce(add, a)],
            None,
            lambda step: Call("sum", Symbol(step.inputs[0])),
            _total_entry,
            "",
        ),
        Operation("loss", _loss_value, _loss_backward, _elementwise_form, _loss_entry, "loss"),
    )
}
