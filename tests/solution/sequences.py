"""Layers that go through time: exercises drawn in a test, and the same layers as a textbook's loop."""

import random

import autograd.numpy as anp

from tests.exercise.test_schema import read

GATES = {"rnn": [""], "lstm": ["_f", "_i", "_o", "_g"], "gru": ["_z", "_r", "_h"]}


def exercise(kind, *, times=3, units=2, width=2, gives="all", loss="half_squared_error", seed=1, extra="", more=""):
    """A layer of a kind and a dense one behind it, with numbers of two digits."""
    dice = random.Random(seed)

    def rows(down, across):
        lines = [", ".join(f"{dice.randint(-99, 99) / 100}" for _ in range(across)) for _ in range(down)]
        return "[" + ", ".join(f"[{line}]" for line in lines) + "]"

    outputs = times if gives == "all" else 1
    text = f"x: {rows(times, width)}\ny: {rows(1, outputs)[1:-1]}\nloss: {loss}\n{more}layers:\n"
    text += f"  - type: {kind}\n    gives: {gives}\n    h_0: {rows(1, units)[1:-1]}\n{extra}"
    for gate in GATES[kind]:
        text += f"    W{gate}: {rows(units, units)}\n    U{gate}: {rows(units, width)}\n"
        text += f"    b{gate}: {rows(1, units)[1:-1]}\n"
    return read(f"{text}  - {{W: {rows(1, units)}, b: 0.1}}\n")


def floats(made):
    """The givens as arrays of float64."""
    return {
        name: anp.array([[float(cell.value) for cell in row] for row in given.rows])
        for name, given in made.givens.items()
    }


def sigmoid(z):
    return 1 / (1 + anp.exp(-z))


def _score(p, gate, state, x):
    return p[f"W{gate}"] @ state + p[f"U{gate}"] @ x + p[f"b{gate}"]


def rnn(p, _options):
    h = p["h_0"]
    for t in range(p["X"].shape[1]):
        h = anp.tanh(_score(p, "", h, p["X"][:, t : t + 1]))
        yield h


def lstm(p, _options):
    h, c = p["h_0"], p["c_0"]
    for t in range(p["X"].shape[1]):
        f, i, o, g = (_score(p, gate, h, p["X"][:, t : t + 1]) for gate in GATES["lstm"])
        c = sigmoid(f) * c + sigmoid(i) * anp.tanh(g)
        h = sigmoid(o) * anp.tanh(c)
        yield h


def gru(p, options):
    h = p["h_0"]
    for t in range(p["X"].shape[1]):
        x = p["X"][:, t : t + 1]
        z, r = sigmoid(_score(p, "_z", h, x)), sigmoid(_score(p, "_r", h, x))
        if options["reset"] == "before":
            score = p["W_h"] @ (r * h) + p["U_h"] @ x + p["b_h"]
        else:
            score = r * (p["W_h"] @ h) + p["U_h"] @ x + p["b_h"]
        kept, fresh = (1 - z, z) if options["keeps"] == "1-z" else (z, 1 - z)
        h = kept * h + fresh * anp.tanh(score)
        yield h


LOOPS = {"rnn": rnn, "lstm": lstm, "gru": gru}


def loss(made, p):
    """Half the sum of squares behind the dense layer, of the last time or of all times."""
    layer = made.network.layers[0]
    states = list(LOOPS[layer.kind](p, dict(layer.options)))
    if layer.option("gives") == "last":
        states = states[-1:]
    outputs = [p["W_2"] @ h + p["b_2"] for h in states]
    return sum(anp.sum((a - p["y"][:, t : t + 1]) ** 2) for t, a in enumerate(outputs)) / 2
