"""Activations: one row each; every derivative comes from SymPy.

Where the textbook writes a derivative through the output (`a (1 - a)`), the row says so in `slope`;
a test holds each such row to the derivative that SymPy takes.
Sources: Goodfellow, Bengio, Courville, Deep Learning (2016), 6.2-6.3; Clevert et al. 2015 (ELU);
Hendrycks, Gimpel 2016 (GELU, the erf form); Elfwing et al. 2017 (SiLU). Softmax is an operation of its own: it is no
function of a single entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from symback.derivation.formula import (
    Call,
    Cases,
    Formula,
    Symbol,
    derivative,
    formula_of,
    read,
    symbols,
    walk,
)
from symback.exercise.model import Layer


@dataclass(frozen=True)
class Function:
    """A scalar function applied entry by entry.

    `formula` is written in `arguments`; `slope` is its derivative by the first argument, in the arguments and
    the output `a`, where the textbook has a form of its own for it. `symbol` is its name in a matrix formula
    (`sigma` in A = sigma(Z)), empty where the formula itself is shown. `kink` is the key of the phrase that states
    the convention for the slope where the function has none, empty for a smooth function.
    `pulled` holds the gradient by an argument as a formula in the upstream gradient `u`, for functions whose slopes do
    not stand on a line of their own.
    """

    name: str
    arguments: tuple[str, ...]
    formula: Formula
    slope: Formula | None = None
    symbol: str = ""
    kink: str = ""
    pulled: tuple[tuple[str, Formula], ...] = ()

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

#: What the function of a named step of a graph is called.
LINE = "line"


def activation_of(layer: Layer) -> Function:
    """The activation of a layer: a row of the table, or the exercise's own formula, its slope as SymPy gives it."""
    if layer.formula is None:
        return ACTIVATIONS[layer.activation].function
    formula = formula_of(layer.formula)
    return Function(layer.activation, ("z",), formula, None, layer.activation, kink_of(formula))


def kink_of(formula: Formula) -> str:
    """The key of the phrase on kinks where a formula of an exercise has any."""
    bent = any(isinstance(part, Cases) or (isinstance(part, Call) and part.function == "abs") for part in walk(formula))
    return "kink_function" if bent else ""
