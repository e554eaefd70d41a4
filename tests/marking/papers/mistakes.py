"""Slips as students make them: in the calculation, and of the pen. Each is written anew from its description."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from mpmath import mp, mpf

from tests.marking.papers.network import ACTIVATIONS, LOSSES, Net, Step, Values, product, turned


@dataclass(frozen=True)
class Scene:
    """A step about to be done, with the numbers held so far; `right` is what it comes to."""

    net: Net
    step: Step
    held: Values
    right: list
    random: Random

    @property
    def layer(self):
        return self.net.layers[self.step.layer - 1]

    def ins(self, place: int) -> list:
        return self.held[self.step.inputs[place]]


def _sign(s: Scene):
    return [-entry for entry in s.right] if s.step.kind in ("dloss", "chain", "outer", "back", "slope") else None


def _target_reversed(s: Scene):
    if s.step.kind != "dloss" or s.net.loss == "binary_cross_entropy":
        return None
    return [LOSSES[s.net.loss][1](y, a, s.net.outputs) for a, y in zip(s.ins(0), s.ins(1), strict=True)]


def _factor_two(s: Scene):
    if s.step.kind == "dloss" and s.net.loss in ("squared_error", "mean_squared_error"):
        return [entry / 2 for entry in s.right]
    if s.step.kind == "loss" and s.net.loss == "half_squared_error":
        return [2 * entry for entry in s.right]
    return None


def _square(s: Scene):
    if s.step.kind != "loss" or "squared" not in s.net.loss:
        return None
    differences = [a - y for a, y in zip(s.ins(0), s.ins(1), strict=True)]
    scale = {"squared_error": 1, "half_squared_error": 2, "mean_squared_error": s.net.outputs}[s.net.loss]
    return [mp.fsum(differences) / scale]


def _mask(s: Scene):
    return list(s.ins(0)) if s.step.kind == "chain" and s.layer.activation in ("relu",) else None


def _slope_forgotten(s: Scene):
    return list(s.ins(0)) if s.step.kind == "chain" and s.layer.activation not in ("relu", "leaky_relu") else None


def _upstream(s: Scene):
    return list(s.ins(1)) if s.step.kind == "chain" else None


def _slope_argument(s: Scene):
    """A sigmoid's or tanh's slope with Z where A belongs; for the others the slope at A."""
    k = s.step.layer
    if s.step.kind != "slope":
        return None
    if s.layer.activation == "sigmoid":
        return [z * (1 - z) for z in s.held[f"Z_{k}"]]
    if s.layer.activation == "tanh":
        return [1 - z**2 for z in s.held[f"Z_{k}"]]
    if s.layer.activation in ("softplus", "gelu"):
        return [ACTIVATIONS[s.layer.activation][1](a) for a in s.held[f"A_{k}"]]
    return None


def _slope_function(s: Scene):
    if s.step.kind != "slope":
        return None
    others = [name for name in ("sigmoid", "tanh", "relu", "softplus") if name != s.layer.activation]
    name = s.random.choice(others)
    forms = {"sigmoid": lambda _, a: a * (1 - a), "tanh": lambda _, a: 1 - a**2}
    rule = forms.get(name, lambda z, _: ACTIVATIONS[name][1](z))
    return [rule(z, a) for z, a in zip(s.held[f"Z_{s.step.layer}"], s.held[f"A_{s.step.layer}"], strict=True)]


def _saturated(s: Scene):
    if s.layer.activation not in ("sigmoid", "tanh") or s.step.kind not in ("slope", "activation"):
        return None
    if s.step.kind == "slope":
        return [mpf(0)] * len(s.right)
    return [mpf(1) if entry > 0.5 else entry for entry in s.right] if min(s.right) > 0.5 else None


def _transposed(s: Scene):
    rows, columns = s.step.shape
    if s.step.kind == "outer" and rows == columns > 1:
        return turned(s.right, rows, columns)
    rows, columns = s.layer.rows, s.layer.columns
    if s.step.kind == "back" and rows == columns > 1:
        return product(s.ins(0), rows, columns, s.ins(1), 1)
    return None


def _weights_transposed(s: Scene):
    rows, columns = s.layer.rows, s.layer.columns
    if s.step.kind != "affine" or rows != columns or rows == 1:
        return None
    total = product(turned(s.ins(0), rows, columns), rows, columns, s.ins(1), 1)
    return [p + q for p, q in zip(total, s.ins(2), strict=True)] if s.layer.bias else total


def _bias(s: Scene):
    if s.step.kind != "affine" or not s.layer.bias:
        return None
    return [entry - b for entry, b in zip(s.right, s.ins(2), strict=True)]


def _term(s: Scene):
    """A term is dropped in one row."""
    if s.step.kind not in ("affine", "back"):
        return None
    rows, inner = s.step.shape[0], s.layer.columns if s.step.kind == "affine" else s.layer.rows
    if inner < 2:
        return None
    row, k = s.random.randrange(rows), s.random.randrange(inner)
    weights = s.ins(0) if s.step.kind == "affine" else turned(s.ins(0), s.layer.rows, s.layer.columns)
    lost = weights[row * inner + k] * s.ins(1)[k]
    return [entry - lost if place == row else entry for place, entry in enumerate(s.right)]


def _neighbour(s: Scene):
    rows, columns = s.step.shape
    if rows < 2 or s.step.kind in ("loss", "copy"):
        return None
    by = s.random.randrange(1, rows)
    return [s.right[((i + by) % rows) * columns + j] for i in range(rows) for j in range(columns)]


def _weights_neighbour(s: Scene):
    rows = s.step.shape[0]
    if s.step.kind != "affine" or not s.layer.bias or rows < 2:
        return None
    row = s.random.randrange(rows)
    other = (row + 1) % rows
    bias = s.ins(2)
    return [s.right[other] - bias[other] + bias[row] if place == row else e for place, e in enumerate(s.right)]


def _target_confused(s: Scene):
    if s.step.kind not in ("dloss", "loss"):
        return None
    givens = [value for values in s.net.values().values() for value in values]
    other = s.random.choice([mpf(0), mpf(1), *givens])
    if other in s.ins(1):
        return None
    held = {**s.held, "y": [other] * len(s.ins(1))}
    try:
        return s.step.run(held)
    except (ValueError, ZeroDivisionError):
        return None


def _average(s: Scene):
    outputs = s.net.outputs
    if s.step.kind not in ("dloss", "loss") or outputs == 1:
        return None
    mean = s.net.loss == "mean_squared_error"
    return [entry * outputs if mean else entry / outputs for entry in s.right]


SLIPS: dict[str, Callable[[Scene], list | None]] = {
    "sign": _sign,
    "target_reversed": _target_reversed,
    "factor_two": _factor_two,
    "square_forgotten": _square,
    "mask_forgotten": _mask,
    "slope_forgotten": _slope_forgotten,
    "upstream_forgotten": _upstream,
    "slope_argument": _slope_argument,
    "slope_function": _slope_function,
    "saturated": _saturated,
    "transposed": _transposed,
    "weights_transposed": _weights_transposed,
    "bias_left_out": _bias,
    "term_dropped": _term,
    "neighbour": _neighbour,
    "weights_neighbour": _weights_neighbour,
    "target_confused": _target_confused,
    "average": _average,
}


def _digits(number: Decimal) -> tuple[str, int]:
    return "".join(map(str, number.as_tuple().digits)), int(number.as_tuple().exponent)


def _made(number: Decimal, digits: str, place: int) -> Decimal:
    return Decimal((number.as_tuple().sign, tuple(map(int, digits)), place))


def _comma_lost(n: Decimal, _random: Random):
    digits, place = _digits(n)
    if n.adjusted() >= 0:
        return _made(n, digits, 0) if place < 0 and len(digits) <= 5 else None
    return None


def _comma_shifted(n: Decimal, random: Random):
    digits, place = _digits(n)
    return _made(n, digits, place + random.choice((-1, 1)))


def _exponent_sign(n: Decimal, _random: Random):
    first = n.adjusted()
    return n.scaleb(-2 * first) if abs(first) >= 5 else None


def _swapped(n: Decimal, random: Random):
    digits, place = _digits(n)
    places = [k for k in range(len(digits) - 1) if digits[k] != digits[k + 1] and (k or digits[1] != "0")]
    if not places:
        return None
    k = random.choice(places)
    return _made(n, digits[:k] + digits[k + 1] + digits[k] + digits[k + 2 :], place)


def _lost(n: Decimal, random: Random):
    digits, place = _digits(n)
    if len(digits) < 4 or place >= 0:
        return None
    k = random.randrange(1, len(digits))
    return _made(n, digits[:k] + digits[k + 1 :], place + 1)


def _doubled(n: Decimal, random: Random):
    digits, place = _digits(n)
    if len(digits) < 3 or place >= 0:
        return None
    k = random.randrange(1, len(digits))
    return _made(n, digits[:k] + digits[k] + digits[k:], place - 1)


def _miscounted(n: Decimal, _random: Random):
    digits, place = _digits(n)
    run = re.search(r"([09])\1{2,}", digits)
    if run is None or place >= 0 or run.end() == len(digits):
        return None
    return _made(n, digits[: run.start()] + run[1] + digits[run.start() :], place - 1)


def _copied(n: Decimal, random: Random):
    digits, place = _digits(n)
    if len(digits) < 3:
        return None
    k = random.randrange(len(digits))
    other = random.choice([d for d in "123456789" if d != digits[k]])
    return _made(n, digits[:k] + other + digits[k + 1 :], place)


#: From the number that was meant to the number that was written.
PEN_SLIPS: dict[str, Callable[[Decimal, Random], Decimal | None]] = {
    "comma_lost": _comma_lost,
    "comma_shifted": _comma_shifted,
    "exponent_sign": _exponent_sign,
    "digits_swapped": _swapped,
    "digit_lost": _lost,
    "digit_doubled": _doubled,
    "run_miscounted": _miscounted,
    "digit_wrong": _copied,
}
