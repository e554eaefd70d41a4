"""What is done entry by entry: copies, sums, products of entries, functions, and the loss as a sum of such entries.

A number, a row or a column goes with every entry beside it; its derivative adds up over them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import reduce
from operator import add, mul

from symback.derivation.formula import (
    ONE,
    ZERO,
    Call,
    Formula,
    Product,
    Sum,
    Symbol,
    in_numbers,
    substitute,
    symbols,
)
from symback.derivation.functions import Function
from symback.derivation.rows import (
    Contribution,
    Operation,
    Shapes,
    Value,
    backward_step,
    cell,
    groups,
    reduced,
    spread_places,
    summed,
    total,
)
from symback.derivation.steps import Shape, Step, base, common_shape, shape_of
from symback.derivation.values import Arithmetic, Entries, compile_formula

# copy: B = A, for a larger B each entry goes with several; sum: the other way round


def _copy_value(step: Step, shapes: Shapes, _on: Arithmetic) -> Value:
    places = spread_places(shape_of(step.inputs[0], shapes), step.shape)
    return (lambda a: a) if places is None else lambda a: [a[place] for place in places]


def _copy_backward(
    step: Step, upstream: str | None, shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    (source,) = step.inputs
    last = None if upstream is None else reduced(upstream, step.shape, shapes[base(source)])
    yield Contribution(source, last)


def _sum_value(step: Step, shapes: Shapes, _on: Arithmetic) -> Value:
    places = groups(shape_of(step.inputs[0], shapes), step.shape)
    return lambda a: summed(a, places)


def _sum_backward(
    step: Step, upstream: str | None, shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    assert upstream is not None
    (source,) = step.inputs
    yield Contribution(source, backward_step("copy", (upstream,), shapes[source]))


def _sum_entry(step: Step, row: int, column: int, shapes: Shapes) -> Formula:
    (source,) = step.inputs
    large = shape_of(source, shapes)
    group = groups(large, step.shape)[row * step.shape[1] + column]
    return total([cell(source, place // large[1], place % large[1], shapes) for place in group])


# hadamard: C = A * B entry by entry; add: C = A + B + ...


def _hadamard_backward(
    step: Step, upstream: str | None, _shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    assert upstream is not None
    left, right = step.inputs
    for source, other in ((left, right), (right, left)):
        yield Contribution(source, backward_step("hadamard", (upstream, other), step.shape, "rule_product"))


def _add_value(step: Step, shapes: Shapes, _on: Arithmetic) -> Value:
    spread = [spread_places(shape_of(name, shapes), step.shape) for name in step.inputs]

    def value(*parts: Entries) -> Entries:
        whole = (a if places is None else [a[p] for p in places] for a, places in zip(parts, spread, strict=True))
        return [reduce(add, cells) for cells in zip(*whole, strict=True)]

    return value


def _add_backward(
    step: Step, upstream: str | None, shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    for source in step.inputs:
        yield Contribution(source, None if upstream is None else reduced(upstream, step.shape, shapes[source]))


# elementwise: B = f(A, ...) entry by entry; loss: the sum of such entries


def elementwise_value(step: Step, shapes: Shapes, on: Arithmetic) -> Value:
    """The function, entry by entry."""
    return entries_value(step, shapes, on, whole_shape(step, shapes))


def whole_shape(step: Step, shapes: Shapes) -> Shape:
    """The shape of the entries of a function, before any are summed."""
    rows, columns = common_shape(step.inputs, shapes)
    return max(rows, step.shape[0]), max(columns, step.shape[1])


def entries_value(step: Step, shapes: Shapes, on: Arithmetic, whole: Shape) -> Value:
    """The function of the entries that go with each place of a shape."""
    assert step.function is not None
    run = compile_formula(step.function.formula, step.function.arguments, on)
    if not step.inputs:
        return lambda: [run() for _ in range(whole[0] * whole[1])]
    spread = [spread_places(shape_of(name, shapes), whole) for name in step.inputs]
    if not any(spread):
        return lambda *inputs: list(map(run, *inputs))
    return lambda *inputs: list(
        map(run, *(a if places is None else [a[p] for p in places] for a, places in zip(inputs, spread, strict=True)))
    )


def _summed_value(step: Step, shapes: Shapes, on: Arithmetic) -> Value:
    whole = whole_shape(step, shapes)
    entries, places = entries_value(step, shapes, on, whole), groups(whole, step.shape)
    return lambda *inputs: summed(entries(*inputs), places)


def _elementwise_backward(
    step: Step, upstream: str | None, shapes: Shapes, wanted: Collection[str]
) -> Iterator[Contribution]:
    if upstream is not None and step.function and step.function.pulled:
        yield from pulled(step, upstream, shapes, wanted)
        return
    for number, slope in enumerate(slopes(step, wanted), 1):
        source, local = slope.name.removeprefix(f"d{step.name}/d"), slope.function
        assert local is not None
        if upstream is None:  # the sweep begins here
            # As the derivative of the target it is no longer a slope, and stands as a formula.
            plain = replace(local, symbol="")
            yield Contribution(source, replace(slope, function=plain, rule="rule_start"))
            continue
        if local.formula == ZERO:
            continue
        if local.formula == ONE:
            yield Contribution(source, reduced(upstream, step.shape, shapes[source], "rule_identity"))
            continue
        last = backward_step("hadamard", (upstream, slope.name), slope.shape, "rule_chain")
        if shapes[source] == slope.shape:
            yield Contribution(source, last, (slope,))
            continue
        terms = replace(last, name=f"{upstream}.terms{number}")
        yield Contribution(source, reduced(terms.name, slope.shape, shapes[source], "rule_spread"), (slope, terms))


def pulled(step: Step, upstream: str, shapes: Shapes, wanted: Collection[str]) -> Iterator[Contribution]:
    """What the function says of the gradient by each wanted input, summed over what the input goes with."""
    assert step.function is not None
    arguments = dict(zip(step.function.arguments, step.inputs, strict=True))
    bound = {"u": upstream, "a": step.name, **arguments}
    for argument, formula in step.function.pulled:
        source = arguments[argument]
        if source not in wanted:
            continue
        if formula == Symbol("u"):
            rule = "rule_identity" if shapes[source] == step.shape else "rule_spread"
            yield Contribution(source, reduced(upstream, step.shape, shapes[source], rule))
            continue
        used = tuple(name for name in symbols(formula) if name != "pi")
        inputs = tuple(bound[name] for name in used)
        function = Function(f"{step.function.name}_{argument}", used, formula)
        yield Contribution(source, gathered(inputs, function, shapes[source], {**shapes, step.name: step.shape}))


def gathered(inputs: tuple[str, ...], function: Function, shape: Shape, shapes: Shapes) -> Step:
    """A backward step of this function: entry by entry, or summed up where the shape is smaller."""
    rows, columns = common_shape(inputs, shapes)
    summed_up = rows > shape[0] or columns > shape[1]
    operation, rule = ("sum_of", "rule_spread") if summed_up else ("elementwise", "rule_chain")
    return replace(backward_step(operation, inputs, shape, rule), function=function)


def _loss_backward(
    step: Step, upstream: str | None, shapes: Shapes, wanted: Collection[str]
) -> Iterator[Contribution]:
    # The loss is where the sweep begins: dL/dL = 1 is left out, as on paper.
    assert upstream is None
    whole = replace(step, shape=whole_shape(step, shapes))
    through = step.option("through")
    if through is not None:
        # The slope of the last activation is worked in already: what would lie between is not derived.
        inputs, short = step.inputs[:2], step.option("short")
        last = Step("", "shortcut", inputs, whole.shape, "backward", short, f"rule_{short.name}")
        yield Contribution(through, last)
        return
    for slope in slopes(whole, wanted):
        yield Contribution(slope.name.removeprefix(f"d{step.name}/d"), replace(slope, rule="rule_loss"))


def slopes(step: Step, wanted: Collection[str]) -> Iterator[Step]:
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
        yield Step(name, "elementwise", inputs, step.shape, "backward", local, "rule_slope")


def elementwise_form(step: Step) -> Formula:
    """The name of the function on its inputs (`sigma(Z)`) or, where it has none, the formula itself."""
    assert step.function is not None
    if step.function.symbol:
        # A slope is the function of what it is derived by, even where it is written through the output: sigma'(Z).
        return Call(step.function.symbol, Symbol(step.name.rpartition("/d")[2] if "/" in step.name else step.inputs[0]))
    return applied(step, tuple(map(Symbol, step.inputs)))


def applied(step: Step, inputs: tuple[Formula, ...]) -> Formula:
    """The function of a step with these formulas as its arguments."""
    assert step.function is not None
    meaning = dict(zip(step.function.arguments, inputs, strict=True))
    return substitute(step.function.formula, lambda p: meaning.get(p.name) if isinstance(p, Symbol) else None)


def elementwise_entry(step: Step, row: int, column: int, shapes: Shapes) -> Formula:
    """The function of the entries that go with one place."""
    return in_numbers(applied(step, tuple(cell(name, row, column, shapes) for name in step.inputs)))


def summed_entry(step: Step, row: int, column: int, shapes: Shapes) -> Formula:
    """The sum of the function over the entries that go with one place."""
    whole = whole_shape(step, shapes)
    group = groups(whole, step.shape)[row * step.shape[1] + column]
    return total([elementwise_entry(step, place // whole[1], place % whole[1], shapes) for place in group])


ROWS = (
    Operation(
        "copy",
        _copy_value,
        _copy_backward,
        lambda step: Symbol(step.inputs[0]),
        lambda step, i, j, shapes: cell(step.inputs[0], i, j, shapes),
        "copy",
    ),
    Operation("sum", _sum_value, _sum_backward, lambda step: Call("sum", Symbol(step.inputs[0])), _sum_entry, "sum"),
    Operation(
        "hadamard",
        lambda _step, _shapes, _on: lambda a, b: list(map(mul, a, b)),
        _hadamard_backward,
        lambda step: Product(tuple(map(Symbol, step.inputs)), "dot" if step.shape == (1, 1) else "odot"),
        lambda step, i, j, shapes: Product(tuple(cell(name, i, j, shapes) for name in step.inputs), "dot"),
        "hadamard",
    ),
    Operation(
        "add",
        _add_value,
        _add_backward,
        lambda step: Sum(tuple(map(Symbol, step.inputs))),
        lambda step, i, j, shapes: Sum(tuple(cell(name, i, j, shapes) for name in step.inputs)),
        "add",
    ),
    Operation(
        "elementwise", elementwise_value, _elementwise_backward, elementwise_form, elementwise_entry, "elementwise"
    ),
    Operation("update", elementwise_value, _elementwise_backward, elementwise_form, elementwise_entry, "update"),
    Operation("shortcut", elementwise_value, _elementwise_backward, elementwise_form, elementwise_entry, "shortcut"),
    Operation("loss", _summed_value, _loss_backward, elementwise_form, summed_entry, "loss"),
    Operation("summed", _summed_value, None, elementwise_form, summed_entry, ""),
)
