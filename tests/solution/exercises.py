"""Exercises made in a test: from plain numbers, or drawn by hypothesis."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from hypothesis import strategies as st

from symback.exercise.model import Exercise, Given, Layer, Network, Numeral, Sheet
from symback.exercise.names import ACTIVATIONS, LOSS_CONSTANTS, LOSSES, TARGETS


def numeral(value):
    """A number as it would stand in a file: `0.25`, `1/3`, `1e-30`."""
    exact = Fraction(value)
    return Numeral(str(value), exact, 1, 1, None if "/" in str(value) else 0)


def column(values):
    return tuple((numeral(value),) for value in values)


def exercise(x, y, layers, loss="squared_error", *, digits=10):
    """An exercise of dense layers (weights, biases or None, activation)."""
    givens = {"X": Given("X", column(x)), "y": Given("y", column(y))}
    for number, (weights, biases, _) in enumerate(layers, 1):
        rows = tuple(tuple(numeral(value) for value in row) for row in weights)
        givens[f"W_{number}"] = Given(f"W_{number}", rows)
        if biases is not None:
            givens[f"b_{number}"] = Given(f"b_{number}", column(biases))
    for name, value in LOSS_CONSTANTS.get(loss, {}).items():
        givens[name] = Given(name, column([value]))
    dense = tuple(Layer(len(weights), activation, biases is not None) for weights, biases, activation in layers)
    return Exercise("made in a test", Network(len(x), dense, loss), givens, Sheet(digits=digits))


def one(z, activation="identity", y="0", loss="squared_error", **options):
    """One unit: a = f(1 z)."""
    return exercise(["1"], [y], [([[z]], None, activation)], loss, **options)


@dataclass(frozen=True)
class Ranges:
    """How large the drawn numbers may be, in hundredths."""

    inputs: int
    weights: int


#: Numbers as on paper, and numbers so tame that float64 loses little.
WIDE, TAME = Ranges(400, 200), Ranges(100, 50)


def decimals(limit):
    return st.integers(-limit, limit).map(lambda hundredths: str(Fraction(hundredths, 100)))


CHANCES = st.integers(0, 100).map(lambda percent: str(Fraction(percent, 100)))
#: What the targets of some losses may be.
TARGET_VALUES = {
    "binary_cross_entropy": CHANCES,
    "binary_cross_entropy_with_logits": CHANCES,
    "cross_entropy": CHANCES,
    "hinge": st.sampled_from(["1", "-1"]),
}


@st.composite
def exercises(draw, ranges=WIDE):
    """Networks of one to three layers with one to four units, all activations, all losses, several outputs."""
    loss = draw(st.sampled_from(LOSSES))
    chances = loss in ("binary_cross_entropy", "cross_entropy")
    target = TARGET_VALUES[loss] if loss in TARGETS else decimals(300)
    widths = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    layers = []
    for number, (columns, rows) in enumerate(pairwise(widths), 1):
        row = st.lists(decimals(ranges.weights), min_size=columns, max_size=columns)
        weights = draw(st.lists(row, min_size=rows, max_size=rows))
        biases = draw(st.none() | st.lists(decimals(ranges.weights), min_size=rows, max_size=rows))
        # The logarithms of a cross entropy want an output between 0 and 1.
        last = chances and number == len(widths) - 1
        layers.append((weights, biases, "sigmoid" if last else draw(st.sampled_from(ACTIVATIONS))))
    x = draw(st.lists(decimals(ranges.inputs), min_size=widths[0], max_size=widths[0]))
    y = draw(st.lists(target, min_size=widths[-1], max_size=widths[-1]))
    return exercise(x, y, layers, loss)
