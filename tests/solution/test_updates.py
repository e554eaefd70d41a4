"""Updates of the weights: every rule against a second account of it over mpmath, with gradients from differences."""

import time

import mpmath
import pytest

import symback
from symback.derivation.derive import derive
from symback.derivation.steps import base, suffix, updated, updates_of
from symback.derivation.updates import RULES
from symback.exercise.model import Layer, Network, Update
from symback.exercise.names import UPDATE_RULES
from tests.solution.test_networks import difference, loss, matrices, real

FILE = """
title: updates
x: [0.5, -1.2]
y: 0.3
layers:
  - {W: [[0.4, -0.2], [0.1, 0.7]], b: [0.1, -0.3], activation: tanh}
  - {W: [[0.6, -0.9]], b: 0.2, activation: sigmoid}
loss: squared_error
update: {rule: RULE, rate: 0.1, steps: 3}
"""
DIGITS = 25


def exercise(tmp_path, text):
    path = tmp_path / "exercise.yaml"
    path.write_text(text, encoding="utf-8")
    return symback.load(path)


# Each rule as its source has it: (w, g, t, state) gives the new weight; state is a dictionary of its own.


def sgd(w, g, _t, _state, c):
    return w - c["eta"] * g


def momentum(w, g, _t, state, c):
    state["v"] = c["beta"] * state.get("v", 0) - c["eta"] * g
    return w + state["v"]


def nesterov(w, g, _t, state, c):
    """The weight of Sutskever's form, looked at from where its next gradient is taken."""
    before = state.get("v", mpmath.mpf(0))
    state["v"] = c["beta"] * before - c["eta"] * g
    return (w - c["beta"] * before) + state["v"] + c["beta"] * state["v"]


def rmsprop(w, g, _t, state, c):
    state["v"] = c["beta"] * state.get("v", 0) + (1 - c["beta"]) * g * g
    return w - c["eta"] / (mpmath.sqrt(state["v"]) + c["epsilon"]) * g


def direction(g, t, state, c):
    state["m"] = c["beta_1"] * state.get("m", 0) + (1 - c["beta_1"]) * g
    state["v"] = c["beta_2"] * state.get("v", 0) + (1 - c["beta_2"]) * g * g
    m, v = state["m"] / (1 - c["beta_1"] ** t), state["v"] / (1 - c["beta_2"] ** t)
    return m / (mpmath.sqrt(v) + c["epsilon"])


def adam(w, g, t, state, c):
    return w - c["eta"] * direction(g, t, state, c)


def adamw(w, g, t, state, c):
    """The decay first, as in the paper's own words decoupled from the gradient."""
    return (1 - c["eta"] * c["lambda"]) * w - c["eta"] * direction(g, t, state, c)


ORACLES = {each.__name__: each for each in (sgd, momentum, nesterov, rmsprop, adam, adamw)}


def worked(exercise, rule):
    """The parameters and the loss after each update."""
    network, givens = exercise.network, matrices(exercise, real)
    constants = {name: rows[0][0] for name, rows in givens.items() if name not in derive(network).by_name}
    learned = [name for name in givens if name.startswith(("W_", "b_")) and (network.update.biases or name[0] == "W")]
    states, found = {}, []
    for t in range(1, network.update.steps + 1):
        gradients = {
            (name, i, j): difference(network, givens, name, i, j)
            for name in learned
            for i, row in enumerate(givens[name])
            for j in range(len(row))
        }
        for (name, i, j), g in gradients.items():
            state = states.setdefault((name, i, j), {})
            givens[name][i][j] = ORACLES[rule](givens[name][i][j], g, t, state, constants)
        found.append(({name: [list(row) for row in givens[name]] for name in learned}, loss(network, givens)))
    return found


@pytest.mark.parametrize("biases", ["update", "keep"])
@pytest.mark.parametrize("rule", UPDATE_RULES)
def test_three_updates(tmp_path, rule, biases):
    text = FILE.replace("RULE", rule).replace("steps: 3", f"steps: 3, biases: {biases}")
    made = exercise(tmp_path, text)
    solution = symback.solve(made, DIGITS)
    with mpmath.workdps(160):
        for number, (parameters, error) in enumerate(worked(made, rule), 1):
            at = suffix(number)
            assert mpmath.almosteq(mpmath.mpf(solution[f"L{at}"].decimal()[0][0]), error, rel_eps=1e-24)
            for name, rows in parameters.items():
                for i, row in enumerate(solution[f"{name}{at}"].decimal()):
                    for j, text in enumerate(row):
                        assert mpmath.almosteq(mpmath.mpf(text), rows[i][j], rel_eps=1e-24), (name, number, i, j)
    assert ("b_1_new" in solution.names) == (biases == "update")


def test_the_tables_have_the_same_rules():
    assert tuple(RULES) == tuple(UPDATE_RULES) == tuple(ORACLES)


def test_the_well_known_network():
    """Mazur, A Step by Step Backpropagation Example (2015): the figures of the page, of its own rounding."""
    solution = symback.solve(symback.load("mazur"))
    assert solution["L"].decimal(9) == [["0.298371109"]]
    assert solution["W_2_new"].decimal(8) == [["0.35891648", "0.40866619"], ["0.51130127", "0.56137012"]]
    assert solution["W_1_new"].decimal(8) == [["0.14978072", "0.19956143"], ["0.24975114", "0.29950229"]]
    assert solution["L_new"].decimal(9) == [["0.291027774"]]


def test_every_step_uses_what_stands_before_it():
    layers = (Layer(2, "tanh"), Layer(1, "identity"))
    for rule in RULES:
        derivation = derive(Network(2, layers, "huber", Update(rule, 3)))
        known = set(derivation.givens)
        for step in derivation.steps:
            assert step.name not in known
            assert {base(name) for name in step.inputs} <= known, step
            known.add(step.name)
        assert derivation.partials == ("dW_2", "db_2", "dW_1", "db_1")
        assert [section.phase for section in derivation.sections] == [
            *["forward", "loss", "backward", "update"] * 3,
            "forward",
            "loss",
        ]


@pytest.mark.parametrize(("name", "after", "count"), [("W_1", "W_1_new", 0), ("W_1_new", "W_1_new2", 1)])
def test_names(name, after, count):
    assert updated(name) == after
    assert updates_of(name) == count
    assert updates_of(f"dA_2{suffix(3)}/dZ_2{suffix(3)}") == 3


def test_adam_on_a_gradient_of_0(tmp_path):
    """A dead unit: m, v and so the step are 0, and the weight stays exactly what it was."""
    text = FILE.replace("RULE", "adam").replace("activation: tanh", "activation: relu")
    text = text.replace("[0.1, 0.7]", "[0.1, 0.9]")
    solution = symback.solve(exercise(tmp_path, text))
    assert solution["dW_1"].decimal()[1] == ["0", "0"]
    assert [float(text) for text in solution["W_1_new3"].decimal(30)[1]] == [0.1, 0.9]


def test_ten_steps_of_adam_take_ten_times_one(tmp_path):
    """Straight-line growth, with room for a machine that is busy."""

    def seconds(steps):
        path = tmp_path / f"{steps}.yaml"
        text = FILE.replace("RULE", "adam").replace("steps: 3", f"steps: {steps}")
        path.write_text(text, encoding="utf-8")
        made, best = symback.load(path), 9.0
        for _ in range(3):
            start = time.process_time()
            derive.__wrapped__(made.network)
            symback.solve(made, 30).values("L_new")
            best = min(best, time.process_time() - start)
        return best

    assert seconds(10) <= 20 * seconds(1)
