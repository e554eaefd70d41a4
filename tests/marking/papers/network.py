"""A network in plain mpmath: its steps in the order of a paper, each a function of the numbers held so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from mpmath import mp, mpf

DIGITS = 50

ACTIVATIONS = {
    "identity": (lambda z: z, lambda _: mpf(1)),
    "relu": (lambda z: max(z, mpf(0)), lambda z: mpf(z > 0)),
    "leaky_relu": (lambda z: z if z > 0 else z / 100, lambda z: mpf(1) if z > 0 else mpf(1) / 100),
    "elu": (lambda z: z if z > 0 else mp.exp(z) - 1, lambda z: mpf(1) if z > 0 else mp.exp(z)),
    "sigmoid": (lambda z: 1 / (1 + mp.exp(-z)), lambda z: 1 / (1 + mp.exp(-z)) * (1 - 1 / (1 + mp.exp(-z)))),
    "tanh": (mp.tanh, lambda z: 1 - mp.tanh(z) ** 2),
    "softplus": (lambda z: mp.log(1 + mp.exp(z)), lambda z: 1 / (1 + mp.exp(-z))),
    "silu": (lambda z: z / (1 + mp.exp(-z)), lambda z: _silu_slope(z)),
    "gelu": (
        lambda z: z / 2 * (1 + mp.erf(z / mp.sqrt(2))),
        lambda z: (1 + mp.erf(z / mp.sqrt(2))) / 2 + z * mp.exp(-(z**2) / 2) / mp.sqrt(2 * mp.pi),
    ),
}


def _silu_slope(z):
    gate = 1 / (1 + mp.exp(-z))
    return gate + z * gate * (1 - gate)


#: Slopes as the textbook takes them: from Z alone, from A alone, or from both.
SLOPES = {
    "sigmoid": (("A",), lambda a: a * (1 - a)),
    "tanh": (("A",), lambda a: 1 - a**2),
    "elu": (("Z", "A"), lambda z, a: mpf(1) if z > 0 else a + 1),
    "silu": (("A", "Z"), lambda a, z: a + (1 - a) / (1 + mp.exp(-z))),
}

LOSSES = {
    "squared_error": (lambda a, y, _: (a - y) ** 2, lambda a, y, _: 2 * (a - y)),
    "half_squared_error": (lambda a, y, _: (a - y) ** 2 / 2, lambda a, y, _: a - y),
    "mean_squared_error": (lambda a, y, n: (a - y) ** 2 / n, lambda a, y, n: 2 * (a - y) / n),
    "absolute_error": (lambda a, y, _: abs(a - y), lambda a, y, _: mp.sign(a - y)),
    "binary_cross_entropy": (
        lambda a, y, _: -(y * mp.log(a) + (1 - y) * mp.log(1 - a)),
        lambda a, y, _: -y / a + (1 - y) / (1 - a),
    ),
}

Values = dict[str, list]


@dataclass(frozen=True)
class Layer:
    rows: int
    columns: int
    activation: str
    bias: bool


@dataclass(frozen=True)
class Step:
    """A named line: `run` takes the numbers held so far; `kind` says which slips it can have."""

    name: str
    shape: tuple[int, int]
    kind: str
    inputs: tuple[str, ...]
    run: Callable[[Values], list]
    layer: int = 0


@dataclass(frozen=True)
class Net:
    """Givens as decimal texts with a point, and the shape of the network."""

    layers: tuple[Layer, ...]
    loss: str
    givens: dict[str, tuple[str, ...]]

    @property
    def outputs(self) -> int:
        return self.layers[-1].rows

    def values(self) -> Values:
        return {name: [mpf(text) for text in texts] for name, texts in self.givens.items()}

    def shape(self, name: str) -> tuple[int, int]:
        if name[0] == "W":
            layer = self.layers[int(name[2:]) - 1]
            return layer.rows, layer.columns
        return len(self.givens[name]), 1


def product(left, rows, inner, right, columns):
    return [
        mp.fsum(left[i * inner + k] * right[k * columns + j] for k in range(inner))
        for i in range(rows)
        for j in range(columns)
    ]


def turned(entries, rows, columns):
    return [entries[i * columns + j] for j in range(columns) for i in range(rows)]


def steps(net: Net) -> list[Step]:
    """The lines of a paper."""
    found = []
    for k, layer in enumerate(net.layers, 1):
        found += _forward(k, layer)
    last = len(net.layers)
    n = net.outputs
    value, slope = LOSSES[net.loss]
    a = f"A_{last}"
    found.append(
        Step("L", (1, 1), "loss", (a, "y"),
             lambda v: [mp.fsum(value(p, q, n) for p, q in zip(v[a], v["y"], strict=True))], last)
    )  # fmt: skip
    found.append(
        Step(f"dA_{last}", (n, 1), "dloss", (a, "y"),
             lambda v: [slope(p, q, n) for p, q in zip(v[a], v["y"], strict=True)], last)
    )  # fmt: skip
    for k in range(last, 0, -1):
        found += _backward(net, k)
    return found


def _forward(k: int, layer: Layer) -> list[Step]:
    source = f"A_{k - 1}" if k > 1 else "X"
    w, b, z, a = f"W_{k}", f"b_{k}", f"Z_{k}", f"A_{k}"
    rows, columns = layer.rows, layer.columns
    function = ACTIVATIONS[layer.activation][0]

    def affine(v):
        total = product(v[w], rows, columns, v[source], 1)
        return [p + q for p, q in zip(total, v[b], strict=True)] if layer.bias else total

    inputs = (w, source, b) if layer.bias else (w, source)
    kind = "copy" if layer.activation == "identity" else "activation"
    return [
        Step(z, (rows, 1), "affine", inputs, affine, k),
        Step(a, (rows, 1), kind, (z,), lambda v: [function(entry) for entry in v[z]], k),
    ]


def _backward(net: Net, k: int) -> list[Step]:
    layer = net.layers[k - 1]
    rows, columns = layer.rows, layer.columns
    source = f"A_{k - 1}" if k > 1 else "X"
    da, dz, w = f"dA_{k}", f"dZ_{k}", f"W_{k}"
    found = []
    if layer.activation == "identity":
        found.append(Step(dz, (rows, 1), "copy", (da,), lambda v: list(v[da]), k))
    else:
        found += _slope(k, layer)
    found.append(Step(f"dW_{k}", (rows, columns), "outer", (dz, source),
                      lambda v: [p * q for p in v[dz] for q in v[source]], k))  # fmt: skip
    if layer.bias:
        found.append(Step(f"db_{k}", (rows, 1), "copy", (dz,), lambda v: list(v[dz]), k))
    if k > 1:
        found.append(Step(f"dA_{k - 1}", (columns, 1), "back", (w, dz),
                          lambda v: product(turned(v[w], rows, columns), columns, rows, v[dz], 1), k))  # fmt: skip
    return found


def _slope(k: int, layer: Layer) -> list[Step]:
    letters, function = SLOPES.get(layer.activation, (("Z",), ACTIVATIONS[layer.activation][1]))
    inputs = tuple(f"{letter}_{k}" for letter in letters)
    slope, da = f"dA_{k}/dZ_{k}", f"dA_{k}"
    shape = (layer.rows, 1)
    return [
        Step(slope, shape, "slope", inputs, lambda v: list(map(function, *(v[name] for name in inputs))), k),
        Step(f"dZ_{k}", shape, "chain", (da, slope),
             lambda v: [p * q for p, q in zip(v[da], v[slope], strict=True)], k),
    ]  # fmt: skip


def random_net(random: Random) -> Net:
    """Depth one to three, widths one to four, all activations and losses, short decimals."""
    loss = random.choice(list(LOSSES))
    depth = random.choice((1, 2, 2, 3))
    widths = [random.randint(1, 4) for _ in range(depth + 1)]
    if random.random() < 0.5:
        widths[-1] = 1
    layers = []
    for k in range(depth):
        last = k == depth - 1
        name = "sigmoid" if last and loss == "binary_cross_entropy" else random.choice(list(ACTIVATIONS))
        layers.append(Layer(widths[k + 1], widths[k], name, random.random() < 0.8))
    places = random.choice((1, 1, 2))

    def decimal(size: int) -> str:
        while True:
            digits = random.randint(-size * 10**places, size * 10**places)
            if digits:
                return _text(digits, places)

    chance = random.choice(("0", "1", "0.5", "0.2"))
    small = (1, 2, 3, 4, -1, -2)
    inputs = (decimal(3) if random.random() < 0.6 else str(random.choice(small)) for _ in range(widths[0]))
    givens = {"X": tuple(inputs)}
    givens["y"] = tuple(
        random.choice(("0", "1", chance)) if loss == "binary_cross_entropy" else decimal(3) for _ in range(widths[-1])
    )
    for k, layer in enumerate(layers, 1):
        givens[f"W_{k}"] = tuple(decimal(1) for _ in range(layer.rows * layer.columns))
        if layer.bias:
            givens[f"b_{k}"] = tuple(decimal(1) for _ in range(layer.rows))
    return Net(tuple(layers), loss, givens)


def _text(digits: int, places: int) -> str:
    sign, size = "-" if digits < 0 else "", f"{abs(digits):0{places + 1}d}"
    whole, after = size[:-places], size[-places:].rstrip("0")
    return f"{sign}{whole}.{after}" if after else sign + whole
