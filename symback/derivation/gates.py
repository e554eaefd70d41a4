"""Operations of layers that go through time: W h + U x + b, gates, and what stands side by side.

Source: Goodfellow, Bengio, Courville, Deep Learning (2016), 10.2 and 10.10.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from operator import add

from symback.derivation.entrywise import elementwise_entry, elementwise_form, elementwise_value, slopes
from symback.derivation.formula import Call, Formula, Product, Sum, Symbol, children, rebuild, symbols
from symback.derivation.products import bias_part, left_factor, product_value, right_factor
from symback.derivation.rows import Contribution, Operation, Shapes, Value, backward_step, cell, dot
from symback.derivation.steps import Step
from symback.derivation.values import Arithmetic, Entries

# recurrent: A = W H + U X + B


def _recurrent_value(step: Step, shapes: Shapes, on: Arithmetic) -> Value:
    w, h, u, x = step.inputs[:4]
    through, into = (product_value(replace(step, inputs=pair), shapes, on) for pair in ((w, h), (u, x)))

    def value(w: Entries, h: Entries, u: Entries, x: Entries, *bias: Entries) -> Entries:
        both = map(add, through(w, h), into(u, x))
        return list(map(add, both, bias[0])) if bias else list(both)

    return value


def _recurrent_backward(
    step: Step, upstream: str | None, shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    """The gradients of the weights and the bias, then of the state before and of what came in."""
    assert upstream is not None
    w, h, u, x, *bias = step.inputs
    yield from left_factor(w, h, upstream, shapes, "rule_outer_state")
    yield from left_factor(u, x, upstream, shapes, "rule_outer")
    for part in bias_part(step, bias, upstream, shapes):
        assert part.last is not None
        yield replace(part, last=replace(part.last, rule="rule_bias_score"))
    yield from right_factor(w, h, upstream, shapes, "rule_back_in_time")
    yield from right_factor(u, x, upstream, shapes, "rule_transpose")


def _recurrent_form(step: Step) -> Formula:
    w, h, u, x, *bias = map(Symbol, step.inputs)
    return Sum((Product((w, h)), Product((u, x)), *bias))


def _recurrent_entry(step: Step, row: int, column: int, shapes: Shapes) -> Formula:
    w, h, u, x, *bias = step.inputs
    products = (dot(left, right, row, column, shapes) for left, right in ((w, h), (u, x)))
    terms = (term for each in products for term in (each.terms if isinstance(each, Sum) else (each,)))
    return Sum((*terms, *(cell(name, row, column, shapes) for name in bias)))


# gate: a function of several vectors, entry by entry, in which they are multiplied: f * c + i * g


def _gate_backward(
    step: Step, upstream: str | None, _shapes: Shapes, wanted: Collection[str]
) -> Iterator[Contribution]:
    """The upstream gradient times what an input is multiplied by: another input, or a slope with a step of its own."""
    assert upstream is not None
    for slope in slopes(step, wanted):
        source, local = slope.name.removeprefix(f"d{step.name}/d"), slope.function
        assert local is not None
        if isinstance(local.formula, Symbol):
            yield Contribution(source, backward_step("hadamard", (upstream, slope.inputs[0]), step.shape, "rule_gate"))
        else:
            last = backward_step("hadamard", (upstream, slope.name), step.shape, "rule_chain_gate")
            yield Contribution(source, last, (replace(slope, operation="gate", rule="rule_slope_gate"),))


def _gate_form(step: Step) -> Formula:
    """The formula in vectors: its products go entry by entry."""
    return _entry_by_entry(elementwise_form(step), "dot" if step.shape == (1, 1) else "odot")


def _entry_by_entry(formula: Formula, sign: str) -> Formula:
    if not symbols(formula) or not children(formula):
        return formula
    made = rebuild(formula, tuple(_entry_by_entry(part, sign) for part in children(formula)))
    return replace(made, sign=sign) if isinstance(made, Product) else made


# beside: columns side by side


def _beside_value(_step: Step, _shapes: Shapes, _on: Arithmetic) -> Value:
    return lambda *columns: [entry for row in zip(*columns, strict=True) for entry in row]


def _beside_backward(
    step: Step, upstream: str | None, shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    assert upstream is not None
    for at, source in enumerate(step.inputs):
        last = backward_step("gather", (upstream,), shapes[source], "rule_column")
        yield Contribution(source, replace(last, options=(("pattern", "column"), ("at", at))))


ROWS = (
    Operation(
        "recurrent", _recurrent_value, _recurrent_backward, _recurrent_form, _recurrent_entry, "recurrent"
    ),
    Operation("gate", elementwise_value, _gate_backward, _gate_form, elementwise_entry, "elementwise"),
    Operation(
        "beside",
        _beside_value,
        _beside_backward,
        lambda step: Call("beside", Sum(tuple(map(Symbol, step.inputs)))),
        lambda step, i, j, shapes: cell(step.inputs[j], i, 0, shapes),
        "beside",
    ),
)
