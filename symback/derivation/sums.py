"""Sums and means of a function of entries, and the penalty for large weights.

Sources: Goodfellow, Bengio, Courville, Deep Learning (2016), 7.1 (penalties); Nielsen, Neural Networks and Deep
Learning (2015), chapter 3, with the factor 1/2 of the L2 penalty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from operator import add

from symback.derivation.entrywise import applied, entries_value, gathered, pulled, summed_entry, whole_shape
from symback.derivation.formula import ONE, ZERO, Call, Formula, Number, Product, Quotient, Symbol, read, symbols
from symback.derivation.functions import Function
from symback.derivation.rows import Contribution, Operation, Shapes, Value, backward_step, cell, groups, summed, total
from symback.derivation.steps import Step, common_shape, shape_of
from symback.derivation.values import Arithmetic, compile_formula

# sum_of: the sum of a function over all that goes with an entry; a mean where the function divides by their number


def divided(function: Function) -> tuple[Function, Number | None]:
    """The function whose values are summed, and the number that the sum is divided by; None where there is none."""
    match function.formula:
        case Quotient(over, Number() as count):
            return replace(function, formula=over, pulled=()), count
        case _:
            return function, None


def _sum_of_value(step: Step, shapes: Shapes, on: Arithmetic) -> Value:
    assert step.function is not None
    inner, count = divided(step.function)
    whole = whole_shape(step, shapes)
    entries, places = entries_value(replace(step, function=inner), shapes, on, whole), groups(whole, step.shape)
    if count is None:
        return lambda *inputs: summed(entries(*inputs), places)
    number = on.number(count.value)
    return lambda *inputs: [each / number for each in summed(entries(*inputs), places)]


def _sum_of_backward(
    step: Step, upstream: str | None, shapes: Shapes, wanted: Collection[str]
) -> Iterator[Contribution]:
    """As the function says, or the upstream gradient times its derivative."""
    assert upstream is not None
    assert step.function is not None
    if step.function.pulled:
        yield from pulled(step, upstream, shapes, wanted)
        return
    # In the sweep over a backward pass a function has an upstream gradient among its arguments already.
    letter = "upstream"
    while letter in step.function.arguments:
        letter += "_"
    names = {letter: upstream, **dict(zip(step.function.arguments, step.inputs, strict=True))}
    for argument, source in zip(step.function.arguments, step.inputs, strict=True):
        slope = step.function.derivative(argument).formula
        if source not in wanted or slope == ZERO:
            continue
        formula: Formula = Symbol(letter)
        formula = formula if slope == ONE else Product((formula, slope), "odot")
        used = tuple(name for name in symbols(formula) if name != "pi")
        inputs = tuple(names[each] for each in used)
        # What none of these inputs tells apart is counted.
        rows, columns = whole_shape(step, shapes)
        seen = common_shape((*inputs, source), shapes)
        if (times := rows * columns // (seen[0] * seen[1])) > 1 and shapes[source] != (rows, columns):
            formula = Product((Number(Fraction(times)), formula))
        function = Function(f"{step.function.name}_{argument}", used, formula)
        yield Contribution(source, gathered(inputs, function, shapes[source], shapes))


def _sum_of_form(step: Step) -> Formula:
    assert step.function is not None
    inner, count = divided(step.function)
    inside = applied(replace(step, function=inner), tuple(map(Symbol, step.inputs)))
    return Call("sum" if count is None else "mean", inside)


def _sum_of_entry(step: Step, row: int, column: int, shapes: Shapes) -> Formula:
    assert step.function is not None
    inner, count = divided(step.function)
    whole = summed_entry(replace(step, function=inner), row, column, shapes)
    return whole if count is None else Quotient(whole, count)


def sum_of_parts(step: Step) -> tuple[Step, ...]:
    """The sum before it is divided to be a mean."""
    assert step.function is not None
    inner, count = divided(step.function)
    return () if count is None else (replace(step, name=f"{step.name}.sum", function=inner, rule=""),)


def sum_of_routes(step: Step) -> tuple[Step, ...]:
    """The mean, from the sum."""
    assert step.function is not None
    _, count = divided(step.function)
    if count is None:
        return ()
    function = Function(step.function.name, ("t",), Quotient(Symbol("t"), count))
    return (replace(step, operation="elementwise", inputs=(f"{step.name}.sum",), function=function),)


# penalty: a constant times the sum of a function of all weights


@dataclass(frozen=True)
class Penalty:
    """A row: the penalty is `factor` (in l) times the sum of `term` over all weights w; `slope` is its derivative."""

    name: str
    factor: str
    term: str
    slope: str

    @property
    def of_a_weight(self) -> Function:
        """What is summed."""
        return Function(self.name, ("w",), read(self.term))

    @property
    def whole(self) -> Function:
        """The penalty, from the constant and the sum s."""
        return Function(self.name, ("l", "s"), Product((read(self.factor), Symbol("s"))))

    @property
    def gradient(self) -> Function:
        """The derivative by a weight."""
        kink = "kink_penalty" if "abs" in self.term else ""
        return Function(f"{self.name}_w", ("w", "l"), read(self.slope), kink=kink)


PENALTIES: dict[str, Penalty] = {
    row.name: row
    for row in (
        Penalty("l1", "l", "abs(w)", "l * sign(w)"),
        Penalty("l2", "l / 2", "w**2", "l * w"),
    )
}


def penalty_of(step: Step) -> Penalty:
    """The row of a penalty or of its sum."""
    return PENALTIES[step.option("kind")]


def _norm_value(step: Step, _shapes: Shapes, on: Arithmetic) -> Value:
    function = penalty_of(step).of_a_weight
    term = compile_formula(function.formula, function.arguments, on)
    return lambda *weights: [reduce(add, [term(w) for each in weights for w in each])]


def _norm_entry(step: Step, _row: int, _column: int, shapes: Shapes) -> Formula:
    function = penalty_of(step).of_a_weight
    places = [(name, shape_of(name, shapes)) for name in step.inputs]
    cells = (cell(name, i, j, shapes) for name, (rows, columns) in places for i in range(rows) for j in range(columns))
    return total([applied(Step("", "", ("w",), (1, 1), "", function), (each,)) for each in cells])


def _norm_form(step: Step) -> Formula:
    function = penalty_of(step).of_a_weight
    terms = [applied(Step("", "", ("w",), (1, 1), "", function), (Symbol(name),)) for name in step.inputs]
    return Call("sum", total(terms))


def _penalty_value(step: Step, shapes: Shapes, on: Arithmetic) -> Value:
    assert step.function is not None
    norm = _norm_value(replace(step, inputs=step.inputs[1:]), shapes, on)
    run = compile_formula(step.function.formula, step.function.arguments, on)
    return lambda constant, *weights: [run(constant[0], norm(*weights)[0])]


def _penalty_backward(
    step: Step, upstream: str | None, shapes: Shapes, wanted: Collection[str]
) -> Iterator[Contribution]:
    """For each weight the slope; what is upstream is 1 where the penalty is added to a loss."""
    constant, *weights = step.inputs
    row = penalty_of(step)
    if constant in wanted:
        yield Contribution(constant, _by_constant(step, upstream))
    for name in weights:
        if name in wanted:
            function = row.gradient
            inputs: tuple[str, ...] = (name, constant)
            if upstream is not None:
                function = Function(f"{function.name}_u", ("w", "l", "u"), Product((Symbol("u"), function.formula)))
                inputs = (*inputs, upstream)
            rule = f"rule_penalty_{row.name}_slope"
            last = replace(backward_step("elementwise", inputs, shapes[name], rule), function=function)
            # R, R_1, R_2 add the parts penalty, penalty1, penalty2.
            part = f"penalty{step.name.partition('_new')[0].removeprefix('R').removeprefix('_')}"
            yield Contribution(name, replace(last, options=(("part", part),)))


def _by_constant(step: Step, upstream: str | None) -> Step:
    """The derivative by the constant: the penalty over it."""
    inputs: tuple[str, ...] = (step.inputs[0], step.name)
    function = Function("penalty_l", ("l", "r"), read("r / l"))
    if upstream is not None:
        function, inputs = Function("penalty_l", ("l", "r", "u"), read("u * r / l")), (*inputs, upstream)
    return replace(backward_step("elementwise", inputs, (1, 1)), function=function)


def _penalty_form(step: Step) -> Formula:
    return applied(step, (Symbol(step.inputs[0]), _norm_form(replace(step, inputs=step.inputs[1:]))))


def _penalty_entry(step: Step, row: int, column: int, shapes: Shapes) -> Formula:
    norm = _norm_entry(replace(step, inputs=step.inputs[1:]), row, column, shapes)
    return applied(step, (Symbol(step.inputs[0]), norm))


def penalty_parts(step: Step) -> tuple[Step, ...]:
    """The sum over all weights."""
    return (replace(step, name=f"{step.name}.sum", operation="norm", inputs=step.inputs[1:], function=None, rule=""),)


def penalty_routes(step: Step) -> tuple[Step, ...]:
    """The penalty, from the constant and the sum."""
    return (replace(step, operation="elementwise", inputs=(step.inputs[0], f"{step.name}.sum"), options=()),)


ROWS = (
    Operation("sum_of", _sum_of_value, _sum_of_backward, _sum_of_form, _sum_of_entry, "sum_of"),
    Operation("penalty", _penalty_value, _penalty_backward, _penalty_form, _penalty_entry, "penalty"),
    Operation("norm", _norm_value, None, _norm_form, _norm_entry, ""),
)
