"""Batches of a small network, wide networks of one sample, and how many products they take forwards and back."""

import json
import random
from itertools import pairwise

from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree


def exercise(widths, samples, seed=1):
    """A dense network of these widths with tanh inside and sigmoid at the end, over so many samples."""
    dice = random.Random(seed)

    def numbers(count):
        return [f"{dice.randint(-99, 99) / 100}" for _ in range(count)]

    functions = ["tanh"] * (len(widths) - 2) + ["sigmoid"]
    layers = [
        {"W": [numbers(before) for _ in range(units)], "b": numbers(units), "activation": function}
        for before, units, function in zip(widths, widths[1:], functions, strict=False)
    ]
    data = [{"x": numbers(widths[0]), "y": numbers(widths[-1])} for _ in range(samples)]
    content = {"samples": data, "layers": layers, "loss": "half_squared_error"}
    return exercise_from(parse_tree(json.dumps(content).encode(), None, ".json"), "made", f"{samples} samples")


def products(widths, samples):
    """Products of a weight or a gradient with an entry: Z and dW of every layer, dA of all but the first."""
    each = [before * units for before, units in pairwise(widths)]
    return samples * (2 * sum(each) + sum(each[1:]))
