"""The networks that are measured: the paper's, sigmoid networks by their widths, and the paper with other numbers."""

import random
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from symback.exercise.builtin import load
from symback.exercise.model import Given, Layer, Network

PAPER = "paper"
SMALL = (3, 4, 4, 4, 1)
LARGE = ((8, 8, 8, 8, 1), (16, 16, 16, 1), (64, 64, 64, 10))


def network(shape):
    """The paper's network (without reading its file), or sigmoid layers of these widths with the squared error."""
    if shape == PAPER:
        return Network(3, (Layer(3, "identity"), Layer(1, "sigmoid")), "squared_error")
    inputs, *units = shape
    return Network(inputs, tuple(Layer(count, "sigmoid") for count in units), "squared_error")


def label(shape):
    return "the paper's network" if shape == PAPER else "-".join(map(str, shape))


def parameters(shape):
    """How many weights and biases a network has."""
    made = network(shape)
    widths = [made.inputs, *(layer.units for layer in made.layers)]
    return sum((before + 1) * after for before, after in pairwise(widths))


def variants(seed=1):
    """The paper with other numbers, without end: each given moved by up to a tenth."""
    paper, dice = load(PAPER), random.Random(seed)
    assert paper.network == network(PAPER)

    def moved(numeral):
        value = numeral.value + Fraction(dice.randint(-99, 99), 1000)
        return replace(numeral, value=value, text=str(float(value)))

    while True:
        givens = {
            name: Given(name, tuple(tuple(map(moved, row)) for row in given.rows))
            for name, given in paper.givens.items()
        }
        yield replace(paper, givens=givens)
