"""Layer and batch normalisation: mean, centred values, variance, root, normalised values, scale and shift.

Sources: Ba, Kiros, Hinton 2016 (over the units of each sample); Ioffe, Szegedy 2015 (over the samples of each unit).
The variance divides by n in both.
"""

from __future__ import annotations

from fractions import Fraction

from symback.derivation.formula import Formula, Number, Symbol, read, substitute
from symback.derivation.functions import Function
from symback.derivation.passes import Pass, finished
from symback.derivation.steps import Shape
from symback.exercise.model import Layer


def _function(name: str, arguments: str, text: str, pulled: dict[str, str], count: int = 1) -> Function:
    """A function of letters, with the gradient by each of them; n in them is the count."""

    def counted(text: str) -> Formula:
        number = Number(Fraction(count))
        return substitute(read(text), lambda part: number if part == Symbol("n") else None)

    return Function(name, tuple(arguments), counted(text), pulled=tuple((k, counted(v)) for k, v in pulled.items()))


#: In the pulled gradients u is the upstream one and a the value itself.
CENTRED = _function("centred", "zm", "z - m", {"z": "u", "m": "-u"})
ROOT = _function("deviation", "ve", "sqrt(v + e)", {"v": "u / (2 * a)", "e": "u / (2 * a)"})
NORMALISED = _function("normalised", "cs", "c / s", {"c": "u / s", "s": "-(u @ a / s)"})
#: With a gain, a shift, or both.
SCALED = {
    "gb": _function("scaled", "xgb", "g @ x + b", {"g": "u @ x", "b": "u", "x": "u @ g"}),
    "g": _function("scaled", "xg", "g @ x", {"g": "u @ x", "x": "u @ g"}),
    "b": _function("scaled", "xb", "x + b", {"b": "u", "x": "u"}),
}


def mean(count: int) -> Function:
    """The mean of so many values, to be summed."""
    return _function("mean", "z", "z / n", {"z": "u / n"}, count)


def mean_square(count: int) -> Function:
    """The mean of the squares of so many values, to be summed."""
    return _function("mean_square", "c", "c**2 / n", {"c": "2 / n * c @ u"}, count)


def layer_normalised(way: Pass, layer: Layer, number: int, source: str) -> str:
    """Over the units of each sample."""
    rows, columns = way.shapes[source]
    return _normalised(way, layer, number, source, (rows, 1) if way.rows else (1, columns), "rule_layer_norm")


def batch_normalised(way: Pass, layer: Layer, number: int, source: str) -> str:
    """Over the samples of each unit."""
    rows, columns = way.shapes[source]
    return _normalised(way, layer, number, source, (1, columns) if way.rows else (rows, 1), "rule_batch_norm")


def _normalised(way: Pass, layer: Layer, k: int, source: str, small: Shape, rule: str) -> str:
    """The steps of a normalisation; `small` is the shape of the means."""
    shape = way.shapes[source]
    count = shape[0] * shape[1] // (small[0] * small[1])
    givens = [way.given(*each) for each in layer.givens]
    mu = way.step(f"mu_{k}", "sum_of", (source,), small, function=mean(count), rule=rule)
    centred = way.step(f"C_{k}", "elementwise", (source, mu), shape, function=CENTRED, rule="rule_centred")
    square = mean_square(count)
    variance = way.step(f"var_{k}", "sum_of", (centred,), small, function=square, rule="rule_variance")
    deviation = way.step(f"s_{k}", "elementwise", (variance, givens[-1]), small, function=ROOT, rule="rule_deviation")
    name = f"Xhat_{k}"
    hat = way.step(name, "elementwise", (centred, deviation), shape, function=NORMALISED, rule="rule_normalised")
    learned = givens[:-1]
    if not learned:
        return finished(way, layer, k, "copy", (hat,), shape)
    scaled = SCALED["".join(name[0] for name in learned)]
    return finished(way, layer, k, "elementwise", (hat, *learned), shape, function=scaled, rule="rule_scaled")
