"""Losses: one row each, a sum over outputs and samples; and the steps that come to the loss.

Sources: Goodfellow, Bengio, Courville, Deep Learning (2016), 6.2; Huber 1964 (his loss); Cortes, Vapnik 1995 (the
hinge).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symback.derivation.formula import Formula, Number, Product, Quotient, Symbol, read, substitute
from symback.derivation.functions import Function
from symback.derivation.passes import Pass
from symback.derivation.steps import is_weight
from symback.derivation.sums import PENALTIES
from symback.exercise.model import Batch
from symback.exercise.names import LOSS_CONSTANTS, PENALTY_CONSTANTS


@dataclass(frozen=True)
class Loss:
    """A loss: the sum over the outputs of `text`, in a (output), y (target) and n (the number of outputs).

    Its constants are further arguments, one number for all outputs. `short` holds the derivative by what goes into the
    last activation, for each activation with which the two come to something short.
    """

    name: str
    text: str
    slope: str = ""
    kink: str = ""
    short: tuple[tuple[str, str], ...] = ()

    @property
    def constants(self) -> tuple[str, ...]:
        """The further arguments."""
        return tuple(LOSS_CONSTANTS.get(self.name, ()))

    def function(self, outputs: int, batch: Batch = Batch()) -> Function:  # noqa: B008
        """The contribution of one of `outputs` outputs, as a function of a and y; of a mean over samples its share."""
        slope = _counted(self.slope, outputs, batch) if self.slope else None
        return Function(
            self.name, ("a", "y", *self.constants), _counted(self.text, outputs, batch), slope, kink=self.kink
        )

    def shortcut(self, activation: str, batch: Batch) -> Function | None:
        """The derivative by what goes into the last activation, where there is a short form."""
        text = dict(self.short).get(activation)
        return Function(f"{self.name}_{activation}", ("a", "y"), _counted(text, 1, batch)) if text else None


def _counted(text: str, outputs: int, batch: Batch) -> Formula:
    """A formula of the table with the number of outputs put in, divided by the number of samples for their mean."""

    def count(part: Formula) -> Formula | None:
        match part:
            case Quotient(over, Symbol("n")) if outputs == 1:
                return over
            case Product(factors=(Number(value), Symbol("n"))):
                return Number(value * outputs)
            case Symbol("n"):
                return Number(Fraction(outputs))
            case _:
                return None

    formula = substitute(read(text), count)
    if batch.samples == 1 or batch.reduce == "sum":
        return formula
    samples = Fraction(batch.samples)
    match formula:
        case Quotient(over, Number(value)):
            return Quotient(over, Number(value * samples))
        case _:
            return Quotient(formula, Number(samples))


def loss_steps(way: Pass, output: str, target: str) -> None:
    """L, of the output and the target; its derivative goes straight to what the last activation takes, if it may.

    With penalties that loss is L_0, and L adds them to it.
    """
    network, row = way.network, LOSSES[way.network.loss]
    shape = way.shapes[output]
    batch = Batch() if network.update is not None and network.update.single else network.batch
    function = row.function(shape[0] * shape[1] // batch.samples, batch)
    options: dict[str, Any] = {}
    short = row.shortcut(network.layers[-1].activation, batch)
    if short is not None and dict(network.loss_options).get("shortcut") != "no":
        options = {"through": way.steps[-1].inputs[0], "short": short}
    constants = tuple(way.given(name, (1, 1)) for name in row.constants)
    name = "L_0" if network.penalties else "L"
    loss = way.step(name, "loss", (output, target, *constants), (1, 1), function=function, phase="loss", **options)
    if network.penalties:
        added = tuple(_penalty(way, kind) for kind in network.penalties)
        way.step("L", "add", (loss, *added), (1, 1), phase="loss", rule="rule_penalised")


def _penalty(way: Pass, kind: str) -> str:
    """R, of all weights; biases and what scales a normalised value are no weights."""
    weights = tuple(way.given(name, shape) for name, shape in dict(way.givens).items() if is_weight(name))
    name = "R" if len(way.network.penalties) == 1 else f"R_{kind[1:]}"
    inputs = (way.given(PENALTY_CONSTANTS[kind], (1, 1)), *weights)
    whole, rule = PENALTIES[kind].whole, f"rule_penalty_{kind}"
    return way.step(name, "penalty", inputs, (1, 1), function=whole, phase="loss", rule=rule, kind=kind)


LOSSES: dict[str, Loss] = {
    row.name: row
    for row in (
        Loss("squared_error", "(a - y)**2", "2 * (a - y)"),
        Loss("half_squared_error", "(a - y)**2 / 2", "a - y"),
        Loss("mean_squared_error", "(a - y)**2 / n", "2 / n * (a - y)"),
        Loss("half_mean_squared_error", "(a - y)**2 / (2 * n)", "(a - y) / n"),
        Loss("absolute_error", "abs(a - y)", "sign(a - y)", kink="kink_absolute_error"),
        Loss(
            "binary_cross_entropy",
            "-(y * log(a) + (1 - y) * log(1 - a))",
            "-(y / a) + (1 - y) / (1 - a)",
        ),
        # The logarithm of 1 + e^a less y a is the cross entropy of sigma(a), worked out.
        Loss(
            "binary_cross_entropy_with_logits",
            "log(1 + exp(a)) - y * a",
            "1 / (1 + exp(-a)) - y",
        ),
        Loss("cross_entropy", "-(y * log(a))", "-(y / a)", short=(("softmax", "a - y"),)),
        Loss("hinge", "1 - y * a if 1 - y * a > 0 else 0", "-y if 1 - y * a > 0 else 0", kink="kink_hinge"),
        Loss(
            "huber",
            "(a - y)**2 / 2 if delta - abs(a - y) > 0 else delta * abs(a - y) - delta**2 / 2",
            "a - y if delta - abs(a - y) > 0 else delta * sign(a - y)",
        ),
    )
}
