"""Layers that go through time, unrolled: a plain recurrent layer, LSTM and GRU.

In all of them W goes with the state before and U with what comes in. Sources: Goodfellow, Bengio, Courville, Deep
Learning (2016), 10.2 (the plain layer, 10.8) and 10.10 (10.40 to 10.46); Hochreiter, Schmidhuber 1997, with the forget
gate of Gers, Schmidhuber, Cummins 2000 (LSTM); Cho et al. 2014, Chung et al. 2014 (GRU).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symback.derivation.formula import read
from symback.derivation.functions import ACTIVATIONS, Function, activation_of
from symback.derivation.passes import Pass
from symback.derivation.steps import Shape
from symback.exercise.model import Layer


@dataclass(frozen=True)
class Moment:
    """One time step of a layer that is being unrolled: the pass, the layer, the time, the column that comes in."""

    way: Pass
    layer: Layer
    time: int
    x: str

    @property
    def shape(self) -> Shape:
        """The shape of a state."""
        return self.layer.units, 1

    def given(self, name: str) -> str:
        """A given of the layer."""
        return self.way.given(name, dict(self.layer.givens)[name])

    def bias(self, name: str) -> tuple[str, ...]:
        """A bias, if the layer has it."""
        return (self.given(name),) if name in dict(self.layer.givens) else ()

    def name(self, letter: str) -> str:
        """The name of a quantity of this time."""
        return f"{letter}_{self.time}"

    def score(self, gate: str, state: str) -> str:
        """a = W h + U x + b, of the gate with this letter (`""` where a layer has none)."""
        end = f"_{gate}" if gate else ""
        weights, inner = self.given(f"W{end}"), self.given(f"U{end}")
        inputs = (weights, state, inner, self.x, *self.bias(f"b{end}"))
        return self.way.step(self.name(f"a{end}"), "recurrent", inputs, self.shape, time=self.time)

    def applied(self, letter: str, source: str, function: Function) -> str:
        """An activation."""
        operation = "copy" if function.is_identity else "elementwise"
        used = None if function.is_identity else function
        return self.way.step(self.name(letter), operation, (source,), self.shape, function=used, time=self.time)

    def gate(self, letter: str, state: str) -> str:
        """A gate between 0 and 1, by its letter."""
        return self.applied(letter, self.score(letter, state), ACTIVATIONS["sigmoid"].function)

    def times(self, letter: str, left: str, right: str) -> str:
        """A product entry by entry."""
        return self.way.step(self.name(letter), "hadamard", (left, right), self.shape, time=self.time)

    def mixed(self, letter: str, text: str, inputs: tuple[str, ...]) -> str:
        """A formula of the table of gates."""
        function = Function(f"gate_{letter}", ARGUMENTS[text], read(text))
        return self.way.step(self.name(letter), "gate", inputs, self.shape, function=function, time=self.time)


_CELL = "f * c + i * g"
#: What the update gate of a GRU keeps of the state before, by the option `keeps`.
_KEEPS = {"1-z": "(1 - z) * h + z * c", "z": "z * h + (1 - z) * c"}
#: The formulas of gates with their arguments.
ARGUMENTS = {_CELL: ("f", "c", "i", "g"), **dict.fromkeys(_KEEPS.values(), ("z", "h", "c"))}
_TANH = ACTIVATIONS["tanh"].function


def unrolled_rnn(way: Pass, layer: Layer, _number: int, source: str) -> str:
    """a_t = W h_(t-1) + U x_t + b, h_t = f(a_t)."""
    state, states = way.given("h_0", (layer.units, 1)), []
    for moment in _moments(way, layer, source):
        state = moment.applied("h", moment.score("", state), activation_of(layer))
        states.append(state)
    return _given_on(way, layer, states)


def unrolled_lstm(way: Pass, layer: Layer, _number: int, source: str) -> str:
    """Gates f, i, o and the candidate g; c_t = f c_(t-1) + i g, h_t = o tanh(c_t)."""
    state, memory, states = way.given("h_0", (layer.units, 1)), way.given("c_0", (layer.units, 1)), []
    for moment in _moments(way, layer, source):
        forget, into, out = (moment.gate(letter, state) for letter in "fio")
        candidate = moment.applied("g", moment.score("g", state), _TANH)
        memory = moment.mixed("c", _CELL, (forget, memory, into, candidate))
        state = moment.times("h", out, moment.applied("m", memory, _TANH))
        states.append(state)
    return _given_on(way, layer, states)


def unrolled_gru(way: Pass, layer: Layer, _number: int, source: str) -> str:
    """Gates z and r, a candidate of the state that r lets through, and the mixture of it with the state before."""
    state, states = way.given("h_0", (layer.units, 1)), []
    for moment in _moments(way, layer, source):
        update, reset = moment.gate("z", state), moment.gate("r", state)
        score = _RESETS[layer.option("reset")](moment, reset, state)
        candidate = moment.applied("htilde", score, _TANH)
        state = moment.mixed("h", _KEEPS[layer.option("keeps")], (update, state, candidate))
        states.append(state)
    return _given_on(way, layer, states)


def _reset_before(moment: Moment, reset: str, state: str) -> str:
    """a_h = W (r h) + U x + b: the gate goes over the state (Cho et al. 2014)."""
    return moment.score("h", moment.times("s", reset, state))


def _reset_after(moment: Moment, reset: str, state: str) -> str:
    """a_h = r (W h) + U x + b: the gate goes over the product, as in cuDNN and PyTorch."""
    product = moment.way.step(
        moment.name("s"), "affine", (moment.given("W_h"), state), moment.shape, time=moment.time
    )
    into = (moment.given("U_h"), moment.x, *moment.bias("b_h"))
    fresh = moment.way.step(moment.name("v"), "affine", into, moment.shape, time=moment.time)
    gated = moment.times("q", reset, product)
    return moment.way.step(moment.name("a_h"), "add", (gated, fresh), moment.shape, time=moment.time)


_RESETS = {"before": _reset_before, "after": _reset_after}


def _moments(way: Pass, layer: Layer, source: str) -> Iterator[Moment]:
    """The times of a sequence, each with its column of the input."""
    rows, columns = way.shapes[source]
    for time in range(1, columns + 1):
        x = way.step(f"x_{time}", "gather", (source,), (rows, 1), pattern="column", at=time - 1, time=time)
        yield Moment(way, layer, time, x)


def _given_on(way: Pass, layer: Layer, states: list[str]) -> str:
    """What the layer gives: its last state, or all of them side by side."""
    if layer.option("gives") == "last" or len(states) == 1:
        return states[-1]
    return way.step("H", "beside", tuple(states), (layer.units, len(states)))
