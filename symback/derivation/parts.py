"""The parts of a step that stand on the paper: the products of a row, their sum, e^-z, the difference a - y.

A part is a step like any other, of the same table of operations, so that it is evaluated, shown and marked
in the same way; the derivation itself does without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from symback.derivation.formula import (
    Call,
    Cases,
    Formula,
    Neg,
    Power,
    Product,
    Sum,
    Symbol,
    children,
    substitute,
    symbols,
)
from symback.derivation.functions import Function
from symback.derivation.softmax import EXP, SHARE, sums_shape
from symback.derivation.steps import Shape, Step, base, common_shape, shape_of
from symback.derivation.sums import penalty_parts, penalty_routes, sum_of_parts, sum_of_routes


@dataclass(frozen=True)
class Expansion:
    """A scalar function taken apart: inner function values, then inner sums, each a named part.

    `calls` and `sums` hold (suffix, formula in the arguments); `stages` are the formulas in which the parts found so
    far are replaced by symbols `.suffix`, in the order in which a calculation on paper writes them.
    """

    calls: tuple[tuple[str, Formula], ...]
    sums: tuple[tuple[str, Formula], ...]
    stages: tuple[Formula, ...]
    test: tuple[tuple[str, Formula], ...] = ()

    @property
    def parts(self) -> tuple[tuple[str, Formula], ...]:
        """All parts, in order."""
        return self.calls + self.sums + self.test


@lru_cache(maxsize=256)
def expand(function: Function) -> Expansion:
    """Take a function apart as far as a calculation on paper does."""
    formula = function.formula
    calls = _name((part for part in _inner_calls(formula, top=True)), lambda part: part.function)
    named_calls = {part: Symbol(f".{suffix}") for suffix, part in calls}
    sums = _name((part for part in _inner_sums(formula, inside=False)), _sum_name)
    named_sums = {part: Symbol(f".{suffix}") for suffix, part in sums}
    stages = []
    if named_calls:
        stages.append(substitute(formula, named_calls.get))
    if named_sums:
        stages.append(substitute(formula, {**named_calls, **named_sums}.get))
    return Expansion(tuple(calls), tuple(sums), tuple(stages), tuple(_calculated_test(formula)))


def _calculated_test(formula: Formula) -> Iterator[tuple[str, Formula]]:
    """What decides between the cases of a function, where it has to be calculated."""
    if isinstance(formula, Cases) and not isinstance(formula.test, Symbol):
        yield "test", formula.test


def _inner_calls(formula: Formula, *, top: bool = False) -> Iterator[Call]:
    """Function values strictly inside a formula, the innermost of a nest not apart; a function of a constant stays."""
    if isinstance(formula, Call) and not top and symbols(formula) not in ((), ("pi",)):
        yield formula
        return
    for part in children(formula):
        yield from _inner_calls(part)


def _inner_sums(formula: Formula, *, inside: bool) -> Iterator[Sum]:
    """Bracketed sums: those that stand in a product or under a power."""
    if isinstance(formula, Sum) and inside:
        yield formula
        return
    if isinstance(formula, Call):
        if formula.function == "abs":
            yield from _inner_sums(formula.argument, inside=True)
        return
    bracketed = isinstance(formula, Product | Power)
    for part in children(formula):
        yield from _inner_sums(part, inside=bracketed)


def _sum_name(part: Sum) -> str:
    return "difference" if any(isinstance(term, Neg) for term in part.terms) else "sum"


def _name(parts: Iterable[Formula], suffix_of: Callable[[Any], str]) -> list[tuple[str, Formula]]:
    """Give each distinct part a suffix of its own: exp, exp2, ..."""
    named: dict[Formula, str] = {}
    for part in parts:
        if part not in named:
            suffix = suffix_of(part)
            count = sum(known.rstrip("0123456789") == suffix for known in named.values())
            named[part] = suffix if count == 0 else f"{suffix}{count + 1}"
    return [(suffix, part) for part, suffix in named.items()]


def parts_of(step: Step, shapes: Mapping[str, Shape]) -> tuple[Step, ...]:
    """The named parts of a step, each before what uses it."""
    return _PARTS.get(step.operation, _none)(step, shapes)


def _none(_step: Step, _shapes: Mapping[str, Shape]) -> tuple[Step, ...]:
    return ()


def _affine_parts(step: Step, shapes: Mapping[str, Shape]) -> tuple[Step, ...]:
    w, x, *bias = step.inputs
    if shapes[x][1] != 1:
        return ()
    products = Step(f"{step.name}.products", "products", (w, x), shapes[w], step.phase)
    total = Step(f"{step.name}.sum", "affine", (w, x), step.shape, step.phase)
    return (products, total) if bias else (products,)


def _recurrent_parts(step: Step, _shapes: Mapping[str, Shape]) -> tuple[Step, ...]:
    """W h and U x."""
    pairs = zip(("state", "input"), (step.inputs[:2], step.inputs[2:4]), strict=True)
    return tuple(Step(f"{step.name}.{name}", "matmul", pair, step.shape, step.phase) for name, pair in pairs)


def _recurrent_routes(step: Step, _shapes: Mapping[str, Shape]) -> tuple[Step, ...]:
    parts = (f"{step.name}.state", f"{step.name}.input")
    return (replace(step, operation="add", inputs=(*parts, *step.inputs[4:])),)


def _matmul_parts(step: Step, shapes: Mapping[str, Shape]) -> tuple[Step, ...]:
    left, right = step.inputs
    if shape_of(left, shapes)[1] == 1 or shape_of(right, shapes)[1] != 1:
        return ()
    return (
        Step(f"{step.name}.products", "products", step.inputs, shape_of(left, shapes), step.phase),
    )


def _function_parts(step: Step, shapes: Mapping[str, Shape]) -> tuple[Step, ...]:
    assert step.function is not None
    inputs = dict(zip(step.function.arguments, step.inputs, strict=True))
    steps = []
    for suffix, formula in expand(step.function).parts:
        used = tuple(name for name in symbols(formula) if name != "pi")
        function = Function(f"{step.function.name}.{suffix}", used, formula)
        names = tuple(inputs[name] for name in used)
        shape = common_shape(names, shapes)
        steps.append(Step(f"{step.name}.{suffix}", "elementwise", names, shape, step.phase, function))
    return tuple(steps)


def _loss_parts(step: Step, shapes: Mapping[str, Shape]) -> tuple[Step, ...]:
    shape = common_shape(step.inputs, shapes)
    inner = _function_parts(step, shapes)
    if shape == (1, 1):
        return inner
    return (*inner, Step(f"{step.name}.terms", "elementwise", step.inputs, shape, step.phase, step.function))


def _softmax_parts(step: Step, _shapes: Mapping[str, Shape]) -> tuple[Step, ...]:
    exp = Step(f"{step.name}.exp", "elementwise", step.inputs, step.shape, step.phase, EXP)
    total = Step(f"{step.name}.sum", "summed", step.inputs, sums_shape(step), step.phase, EXP)
    if step.option("masked"):
        total = replace(total, operation="masked_sum", function=None, options=step.options)
    return exp, total


def routes_of(step: Step, shapes: Mapping[str, Shape]) -> tuple[Step, ...]:
    """The ways to the value of a step or a part: straight from its inputs, then from the parts on the paper.

    A student who wrote the products of a row goes on with them, as rounded as they stand there.
    """
    return (step, *_ROUTES.get(step.operation, _none)(step, shapes))


def _affine_routes(step: Step, shapes: Mapping[str, Shape]) -> tuple[Step, ...]:
    owner, bias = step.name.removesuffix(".sum"), step.inputs[2:]
    if shapes[step.inputs[1]][1] != 1:
        return ()
    if bias:
        return (replace(step, operation="add", inputs=(f"{step.name}.sum", *bias)),)
    return (replace(step, operation="row_sums", inputs=(f"{owner}.products",)),)


def _matmul_routes(step: Step, shapes: Mapping[str, Shape]) -> tuple[Step, ...]:
    parts = _matmul_parts(step, shapes)
    # W h, a part itself, has no parts of its own.
    return tuple(replace(step, operation="row_sums", inputs=(part.name,)) for part in parts if part.name in shapes)


def _function_routes(step: Step, shapes: Mapping[str, Shape]) -> tuple[Step, ...]:
    """The function with its parts put in: `1 / (1 + .exp)` of the value e^-z that was written.

    A part has no parts of its own (gelu's `1 + erf(z / sqrt(2))` is one): it is only to be had straight.
    """
    assert step.function is not None
    inputs = dict(zip(step.function.arguments, step.inputs, strict=True))
    routes = []
    for stage in expand(step.function).stages:
        used = tuple(name for name in symbols(stage) if name != "pi")
        names = tuple(inputs.get(name, f"{step.name}{name}") for name in used)
        function = Function(step.function.name, used, stage)
        if all(base(name) in shapes for name in names):
            routes.append(replace(step, inputs=names, function=function))
    return tuple(routes)


def _loss_routes(step: Step, shapes: Mapping[str, Shape]) -> tuple[Step, ...]:
    if common_shape(step.inputs, shapes) == (1, 1):
        return _function_routes(step, shapes)
    return (replace(step, operation="total", inputs=(f"{step.name}.terms",)),)


def _softmax_routes(step: Step, _shapes: Mapping[str, Shape]) -> tuple[Step, ...]:
    parts = (f"{step.name}.exp", f"{step.name}.sum")
    if step.option("masked"):  # what is left out is no share of the sum
        return ()
    return (Step(step.name, "elementwise", parts, step.shape, step.phase, SHARE),)


def _summed_routes(step: Step, _shapes: Mapping[str, Shape]) -> tuple[Step, ...]:
    exp = f"{step.name.removesuffix('.sum')}.exp"
    return (replace(step, operation="sum", inputs=(exp,), function=None),)


_ROUTES: dict[str, Callable[[Step, Mapping[str, Shape]], tuple[Step, ...]]] = {
    "affine": _affine_routes,
    "matmul": _matmul_routes,
    "recurrent": _recurrent_routes,
    "elementwise": _function_routes,
    "gate": _function_routes,
    "update": _function_routes,
    "loss": _loss_routes,
    "softmax": _softmax_routes,
    "sum_of": lambda step, _shapes: sum_of_routes(step),
    "penalty": lambda step, _shapes: penalty_routes(step),
    "summed": _summed_routes,
}

_PARTS: dict[str, Callable[[Step, Mapping[str, Shape]], tuple[Step, ...]]] = {
    "affine": _affine_parts,
    "matmul": _matmul_parts,
    "recurrent": _recurrent_parts,
    "elementwise": _function_parts,
    "gate": _function_parts,
    "update": _function_parts,
    "loss": _loss_parts,
    "softmax": _softmax_parts,
    "sum_of": lambda step, _shapes: sum_of_parts(step),
    "penalty": lambda step, _shapes: penalty_parts(step),
}
