"""Two convolutions with 3 x 3 kernels over a square image, and how many products they take forwards and backwards."""

import json
import random

from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree

KERNEL = 3


def exercise(size, seed=1):
    """An image of this size with numbers as on paper, sigmoid and tanh, squared errors of what comes out."""
    dice = random.Random(seed)

    def matrix(count):
        return [[f"{dice.randint(-99, 99) / 100}" for _ in range(count)] for _ in range(count)]

    layers = [
        {"type": "conv", "K": matrix(KERNEL), "b": "0.1", "activation": function} for function in ("tanh", "sigmoid")
    ]
    target = matrix(size - 2 * (KERNEL - 1))
    content = {"x": matrix(size), "y": target, "layers": layers, "loss": "half_squared_error"}
    return exercise_from(parse_tree(json.dumps(content).encode(), None, ".json"), "made", f"{size} x {size}")


def products(size):
    """Products of a weight or a gradient with an entry: Z and dK of both layers, dA of the first."""
    first, second = ((size - k * (KERNEL - 1)) ** 2 * KERNEL**2 for k in (1, 2))
    return 2 * first + 3 * second
