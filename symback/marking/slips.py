"""The catalogue of slips: each a mutation of a step, with the marker's words.

A row predicts what the step would come to if the slip were made. The engine compares that with what was written.
The catalogue follows what is known of errors in back-propagation by hand: signs and factors of the loss, the forgotten
or misplaced slope, turned matrices, neighbours mistaken for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from flint import fmpq

from symback.derivation.formula import ONE, Formula, Number, Power, Product, Quotient, substitute
from symback.derivation.functions import ACTIVATIONS, LINE, Function
from symback.derivation.steps import Step, transposed
from symback.derivation.values import Entries
from symback.marking.cases import Case, Slip, over
from symback.marking.entry_slips import AFFINE, ENTRY_SLIPS, TERM_DROPPED
from symback.marking.layer_slips import LAYER_SLIPS
from symback.marking.line_slips import LINE_SLIPS
from symback.marking.sample_slips import SAMPLE_SLIPS
from symback.marking.time_slips import TIME_SLIPS
from symback.marking.told_slips import TOLD_SLIPS, difference_turned, several, without_back, without_slope
from symback.marking.update_slips import UPDATE_SLIPS
from symback.marking.window_slips import WINDOW_SLIPS


def _sign(case: Case) -> Iterator[Entries | None]:
    right = case.right
    yield None if right is None else [-entry for entry in right]


def _with_formula(case: Case, change: Callable[[Formula], Formula]) -> Iterator[Entries | None]:
    function = case.step.function
    if function is not None:
        changed = change(function.formula)
        if changed != function.formula:
            yield case.run(replace(case.step, function=replace(function, formula=changed)))


def _factor_two(case: Case) -> Iterator[Entries | None]:
    """2 (a - y) without the 2; and (a - y)^2 / 2 without the half."""

    def drop(part: Formula) -> Formula | None:
        match part:
            case Product(factors=(Number(value), *rest)) if value == 2:
                return rest[0] if len(rest) == 1 else Product(tuple(rest))
            case Product(factors=(Quotient(Number(value), under), *rest)) if value == 2:
                return Product((Quotient(ONE, under), *rest))
            case Quotient(over, Number(value)) if value == 2:
                return over
            case _:
                return None

    yield from _with_formula(case, lambda formula: substitute(formula, drop))


def _square(case: Case) -> Iterator[Entries | None]:
    def drop(part: Formula) -> Formula | None:
        return part.base if isinstance(part, Power) and part.exponent == Number(Fraction(2)) else None

    yield from _with_formula(case, lambda formula: substitute(formula, drop))


def _target_reversed(case: Case) -> Iterator[Entries | None]:
    """y - a for a - y."""
    function = case.step.function
    if function is not None and function.arguments[:2] == ("a", "y"):
        turned = ("y", "a", *function.arguments[2:])
        yield case.run(replace(case.step, function=replace(function, arguments=turned)))


def _is_chain(step: Step) -> bool:
    return step.operation == "hadamard" and step.rule == "rule_chain"


def _slope_forgotten(case: Case) -> Iterator[Entries | None]:
    if _is_chain(case.step) and not _masks(case):
        yield list(case.entries(case.step.inputs[0]))


def _mask_forgotten(case: Case) -> Iterator[Entries | None]:
    if _is_chain(case.step) and _masks(case):
        yield list(case.entries(case.step.inputs[0]))


def _masks(case: Case) -> bool:
    slope = case.graph.steps.get(case.step.inputs[1])
    return bool(slope and slope.function and slope.function.name.startswith("relu"))


def _upstream_forgotten(case: Case) -> Iterator[Entries | None]:
    if _is_chain(case.step):
        yield list(case.entries(case.step.inputs[1]))


def _activation_of(case: Case) -> tuple[str, str, Function] | None:
    """Z, A and the activation between them of a slope step `dA_k/dZ_k`."""
    if "/" not in case.step.name or "." in case.step.name or case.step.function is None:
        return None
    activation, source = (side[1:] for side in case.step.name.split("/"))
    made = case.graph.steps[activation].function
    return (source, activation, made) if made is not None and made.name != LINE else None


def _slope_argument(case: Case) -> Iterator[Entries | None]:
    """The slope taken at A where it belongs at Z, or the form in A given Z."""
    found, function = _activation_of(case), case.step.function
    if found is None or function is None:
        return
    source, output, own = found
    turned = {source: output, output: source}
    yield case.run(replace(case.step, inputs=tuple(turned.get(name, name) for name in case.step.inputs)))
    if len(own.arguments) > 1:  # a gate takes more than its own output could stand for
        return
    again = case.run(Step(output, "elementwise", (output,), case.step.shape, "forward", own))
    if again is not None:
        inner = replace(case, scope=over(case, {output: again, source: case.entries(output)}))
        yield inner.run(case.step)


def _slope_function(case: Case) -> Iterator[Entries | None]:
    """The slope of another activation."""
    found = _activation_of(case)
    if found is None:
        return
    source, output, own = found
    for name, row in ACTIVATIONS.items():
        if name not in (own.name, "identity"):
            slope = row.function.derivative("z")
            places = {"z": source, "a": output}
            inputs = tuple(places[argument] for argument in slope.arguments)
            yield case.run(replace(case.step, function=slope, inputs=inputs))


def _transposed(case: Case) -> Iterator[Entries | None]:
    """W dZ for W^T dZ where that can be multiplied; an outer product turned round."""
    if case.step.operation != "matmul":
        return
    left, right = case.step.inputs
    rows, columns = case.shape(left)
    if rows == columns and rows > 1:
        yield case.run(replace(case.step, inputs=(transposed(left), right)))
    if case.step.shape[0] == case.step.shape[1] > 1 and case.right is not None:
        size = case.step.shape[0]
        yield [case.right[j * size + i] for i in range(size) for j in range(size)]


def _affine_transposed(case: Case) -> Iterator[Entries | None]:
    if case.step.operation in AFFINE:
        place = AFFINE[case.step.operation]
        inputs = list(case.step.inputs)
        rows, columns = case.shape(inputs[place])
        if rows == columns > 1:
            inputs[place] = transposed(inputs[place])
            yield case.run(replace(case.step, inputs=tuple(inputs)))


def _bias_left_out(case: Case) -> Iterator[Entries | None]:
    without = _WITHOUT_BIAS.get(case.step.operation, len(case.step.inputs))
    if without < len(case.step.inputs):
        yield case.run(replace(case.step, inputs=case.step.inputs[:without]))


#: How many inputs an operation has without its bias.
_WITHOUT_BIAS = {"affine": 2, "affine_rows": 2, "recurrent": 4, "bilinear": 2}


def _target_confused(case: Case) -> Iterator[Entries | None]:
    """Another number of the exercise, or 0 or 1, where the target belongs."""
    if "y" not in case.step.inputs:
        return
    right = set(case.solution.values("y"))
    given = [entry for name in case.solution.givens for entry in case.solution.givens[name]]
    for other in dict.fromkeys([fmpq(1), fmpq(0), *given]):
        if other not in right:
            changed = over(case, {"y": [other] * len(case.solution.values("y"))})
            yield replace(case, scope=changed).run(case.step)


def _average(case: Case) -> Iterator[Entries | None]:
    """The mean over the outputs forgotten, or taken where the sum belongs."""
    output = case.solution.derivation.output
    outputs = case.shape(output)[0] if output else 1
    if case.step.function is None or "y" not in case.step.inputs or outputs == 1 or case.right is None:
        return
    loss = case.graph.steps[case.solution.derivation.target].function
    mean = loss is not None and loss.name in ("mean_squared_error", "half_mean_squared_error")
    yield [entry * outputs if mean else entry / outputs for entry in case.right]


#: The ends that these activations are rounded to, the lower one first.
_ENDS = {"sigmoid": (fmpq(0), fmpq(1)), "tanh": (fmpq(-1), fmpq(1))}


def _saturated(case: Case) -> Iterator[Entries | None]:
    """A sigmoid or tanh rounded to the end that it is nearer to, and so a slope of 0."""
    found, function = _activation_of(case), case.step.function
    name = found[2].name if found is not None else function.name if function is not None else ""
    right = case.right if name in _ENDS else None
    if right is not None and found is not None:
        yield [fmpq(0)] * len(right)
    elif right is not None:
        low, high = _ENDS[name]
        yield [high if 2 * entry > low + high else low for entry in right]


#: The slip that is asked for last: it has no mutation of its own, but another arithmetic.
EARLY = "rounded_early"


#: The catalogue, the likelier reading first: of two that predict the same both are named, in this order.
SLIPS: dict[str, Slip] = {
    row.name: row
    for row in (
        *TOLD_SLIPS,
        *UPDATE_SLIPS,
        *LAYER_SLIPS,
        *SAMPLE_SLIPS,
        *TIME_SLIPS,
        *WINDOW_SLIPS,
        Slip(
            "target_reversed",
            several(_target_reversed, difference_turned),
            "the difference is taken the wrong way round: y - a instead of a - y",
            "разность взята наоборот: y - a вместо a - y",
        ),
        Slip("sign", _sign, "the sign is wrong", "неверный знак"),
        Slip("factor_two", _factor_two, "the factor 2 (or 1/2) is gone", "потерян множитель 2 (или 1/2)"),
        Slip("square_forgotten", _square, "the square is forgotten", "забыт квадрат"),
        Slip(
            "mask_forgotten",
            _mask_forgotten,
            "the mask of relu is forgotten: where Z is not positive the gradient is 0",
            "забыта маска relu: где Z не положительно, градиент равен 0",
        ),
        Slip(
            "slope_forgotten",
            several(_slope_forgotten, without_slope),
            "the slope of the activation is forgotten",
            "забыта производная функции активации",
        ),
        Slip(
            "upstream_forgotten",
            several(_upstream_forgotten, without_back),
            "the upstream gradient is forgotten, only the slope is there",
            "забыт входящий градиент, осталась только производная активации",
        ),
        Slip(
            "slope_argument",
            _slope_argument,
            "the slope is taken at the wrong argument (A and Z mixed up)",
            "производная взята в неверной точке (перепутаны A и Z)",
        ),
        Slip(
            "slope_function",
            _slope_function,
            "the slope of another activation function was taken",
            "взята производная другой функции активации",
        ),
        Slip(
            "transposed",
            _transposed,
            "the matrix is not transposed, or the outer product is turned round",
            "матрица не транспонирована или внешнее произведение перевёрнуто",
        ),
        Slip(
            "weights_transposed",
            _affine_transposed,
            "the transposed weights were used",
            "использованы транспонированные веса",
        ),
        Slip("bias_left_out", _bias_left_out, "the bias is left out", "пропущено смещение"),
        TERM_DROPPED,
        *LINE_SLIPS,
        Slip(
            "saturated",
            _saturated,
            "the output was rounded until its slope vanished: 1 - A needs all its digits",
            "выход округлён так, что производная исчезла: для 1 - A нужны все цифры",
        ),
        *ENTRY_SLIPS,
        Slip(
            "target_confused",
            _target_confused,
            "another number stands where the target belongs",
            "вместо целевого значения стоит другое число",
        ),
        Slip(
            "given_confused",
            lambda _: iter(()),
            "another given number stands here",
            "здесь стоит другое данное число",
        ),
        Slip(
            "rounded_early",
            lambda _: iter(()),
            "rounded too early: an unwritten number in between was rounded",
            "округлено слишком рано: округлено незаписанное промежуточное число",
        ),
        Slip(
            "average",
            _average,
            "the average over the outputs is forgotten, or taken where the sum belongs",
            "забыто усреднение по выходам или взято вместо суммы",
        ),
    )
}
