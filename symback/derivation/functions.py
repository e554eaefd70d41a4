"""Activations and losses: one row each; every derivative comes from SymPy.

Where the textbook writes a derivative through the output (`a (1 - a)`), the row says so in `slope`;
a test holds each such row to the derivative that SymPy takes.
Sources: Goodfellow, Bengio, Courville, Deep Learning (2016), 6.2-6.3; Clevert et al. 2015 (ELU);
Hendrycks, Gimpel 2016 (GELU, the erf form); Elfwing et al. 2017 (SiLU); Huber 1964 (his loss);
Cortes, Vapnik 1995 (the hinge).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from symback.derivation.formula import (
    Formula,
    Number,
    Product,
    Quotient,
    Symbol,
    derivative,
    read,
    substitute,
    symbols,
)
from symback.exercise.names import LOSS_CONSTANTS


@dataclass(frozen=True)
class Function:
    """A scalar function applied entry by entry.

    `formula` is written in `arguments`; `slope` is its derivative by the first argument, in the arguments and
    the output `a`, where the textbook has a form of its own for it. `symbol` is its name in a matrix formula
    (`sigma` in A = sigma(Z)), empty where the formula itself is shown. `kink` is the key of the phrase that states
    the convention for the slope where the function has none, empty for a smooth function.
    """

    name: str
    arguments: tuple[str, ...]
    formula: Formula
    slope: Formula | None = None
    symbol: str = ""
    kink: str = ""

    @property
    def is_identity(self) -> bool:
        """Whether the function returns its argument unchanged."""
        return self.formula == Symbol(self.arguments[0])

    def derivative(self, argument: str) -> Function:
        """The partial derivative by one argument: as the textbook writes it, else as SymPy gives it."""
        written = self.slope if argument == self.arguments[0] else None
        formula = written or derivative(self.formula, argument)
        used = tuple(name for name in symbols(formula) if name != "pi")
        return Function(f"{self.name}_{argument}", used, formula, None, self.symbol and f"{self.symbol}'", self.kink)


@dataclass(frozen=True)
class Activation:
    """An activation a = f(z): its formula, the textbook's slope if it has one, its symbol.

    `kink` is the key of the phrase that states the convention at z = 0, empty where f is smooth.
    """

    name: str
    text: str
    slope: str = ""
    symbol: str = "f"
    kink: str = ""

    @cached_property
    def function(self) -> Function:
        """The function of z, with its slope."""
        slope = read(self.slope) if self.slope else None
        return Function(self.name, ("z",), read(self.text), slope, self.symbol, self.kink)


@dataclass(frozen=True)
class Loss:
    """A loss: the sum over the outputs of `text`, in a (output), y (target) and n (the number of outputs).

    Its constants are further arguments, one number for all outputs.
    """

    name: str
    text: str
    slope: str = ""
    kink: str = ""

    @property
    def constants(self) -> tuple[str, ...]:
        """The further arguments."""
        return tuple(LOSS_CONSTANTS.get(self.name, ()))

    def function(self, outputs: int) -> Function:
        """The contribution of one of `outputs` outputs, as a function of a and y."""

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

        slope = substitute(read(self.slope), count) if self.slope else None
        arguments = ("a", "y", *self.constants)
        return Function(self.name, arguments, substitute(read(self.text), count), slope, kink=self.kink)


ACTIVATIONS: dict[str, Activation] = {
    row.name: row
    for row in (
        Activation("identity", "z"),
        Activation("relu", "z if z > 0 else 0", symbol="relu", kink="kink_relu"),
        Activation("leaky_relu", "z if z > 0 else z / 100", symbol="lrelu", kink="kink_leaky_relu"),
        Activation("elu", "z if z > 0 else exp(z) - 1", "1 if z > 0 else a + 1", symbol="elu"),
        Activation("sigmoid", "1 / (1 + exp(-z))", "a * (1 - a)", symbol="sigma"),
        Activation("tanh", "tanh(z)", "1 - a**2", symbol="tanh"),
        Activation("softplus", "log(1 + exp(z))", "1 / (1 + exp(-z))", symbol="softplus"),
        Activation("silu", "z / (1 + exp(-z))", "a + (1 - a) / (1 + exp(-z))", symbol="silu"),
        Activation(
            "gelu",
            "z / 2 * (1 + erf(z / sqrt(2)))",
            "(1 + erf(z / sqrt(2))) / 2 + z * exp(-z**2 / 2) / sqrt(2 * pi)",
            symbol="gelu",
        ),
    )
}

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
        Loss("hinge", "1 - y * a if 1 - y * a > 0 else 0", "-y if 1 - y * a > 0 else 0", kink="kink_hinge"),
        Loss(
            "huber",
            "(a - y)**2 / 2 if delta - abs(a - y) > 0 else delta * abs(a - y) - delta**2 / 2",
            "a - y if delta - abs(a - y) > 0 else delta * sign(a - y)",
        ),
    )
}
