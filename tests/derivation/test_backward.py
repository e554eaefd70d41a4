"""The reverse sweep: the paper's lines in the paper's order, and derivatives of any order against differences."""

import mpmath
import pytest

from symback.derivation.backward import sweep
from symback.derivation.derive import derive, given_shapes
from symback.derivation.operations import OPERATIONS
from symback.derivation.steps import Step, base, is_parameter
from symback.exercise.builtin import load
from symback.exercise.model import Layer, Network
from symback.exercise.names import ACTIVATIONS, LOSSES
from symback.solution.run import plan
from tests.derivation.evaluate import MPMATH

#: name, operation, inputs, shape, rule: the paper from top to bottom.
PAPER = [
    ("Z_1", "affine", "W_1 X b_1", (3, 1), ""),
    ("A_1", "copy", "Z_1", (3, 1), ""),
    ("Z_2", "affine", "W_2 A_1 b_2", (1, 1), ""),
    ("A_2", "elementwise", "Z_2", (1, 1), ""),
    ("L", "loss", "A_2 y", (1, 1), ""),
    ("dA_2", "elementwise", "A_2 y", (1, 1), "rule_loss"),
    ("dA_2/dZ_2", "elementwise", "A_2", (1, 1), "rule_slope"),
    ("dZ_2", "hadamard", "dA_2 dA_2/dZ_2", (1, 1), "rule_chain"),
    ("dW_2", "matmul", "dZ_2 A_1^T", (1, 3), "rule_outer"),
    ("db_2", "copy", "dZ_2", (1, 1), "rule_bias"),
    ("dA_1", "matmul", "W_2^T dZ_2", (3, 1), "rule_transpose"),
    ("dZ_1", "copy", "dA_1", (3, 1), ""),
    ("dW_1", "matmul", "dZ_1 X^T", (3, 3), "rule_outer"),
    ("db_1", "copy", "dZ_1", (3, 1), "rule_bias"),
]


def test_the_steps_of_the_paper_in_its_order():
    derivation = derive(load("paper").network)
    found = [(step.name, step.operation, " ".join(step.inputs), step.shape, step.rule) for step in derivation.steps]
    assert found == PAPER
    assert derivation.partials == ("dW_2", "db_2", "dW_1", "db_1")
    assert list(derivation.givens) == ["X", "y", "W_1", "b_1", "W_2", "b_2"]


def test_the_steps_do_not_depend_on_the_numbers():
    network = load("paper").network
    assert derive(network) is derive(Network(3, network.layers, network.loss))


def networks():
    """Each activation inside and at the end, each loss; several outputs, layers without a bias."""
    for activation in ACTIVATIONS:
        for loss in LOSSES:
            last = "sigmoid" if loss in ("binary_cross_entropy", "cross_entropy") else activation
            yield Network(2, (Layer(3, activation), Layer(2, last, bias=False)), loss)


NETWORKS = list(networks())


def label(network):
    return f"{network.layers[0].activation}-{network.loss}"


@pytest.mark.parametrize("network", NETWORKS, ids=label)
def test_every_step_uses_what_stands_before_it(network):
    derivation = derive(network)
    known = dict(derivation.givens)
    for step in derivation.steps:
        assert step.name not in known
        assert all(base(name) in known for name in step.inputs), step
        known[step.name] = step.shape
    parameters = [name for name in derivation.givens if is_parameter(name)]
    assert {f"d{name}" for name in parameters} == set(derivation.partials)
    for name in parameters:
        assert derivation.shapes[f"d{name}"] == derivation.shapes[name]


def givens(network):
    """Numbers with no kink near, the outputs of a cross entropy inside (0, 1)."""
    values = {
        "X": ["0.7", "-0.4"],
        "y": ["0.31", "0.83"],
        "W_1": ["0.5", "-0.8", "1.1", "0.3", "-0.6", "0.9"],
        "b_1": ["0.2", "-0.15", "0.45"],
        "W_2": ["0.35", "-0.75", "0.55", "0.65", "0.25", "-0.95"],
        "delta": ["0.7"],
    }
    return {name: [mpmath.mpf(text) for text in values[name]] for name in given_shapes(network)}


def moved(values, name, place, by):
    entries = list(values[name])
    entries[place] += by
    return {**values, name: entries}


def difference(run, values, name, place):
    """The central difference of a function of the givens; its error is about f''' 1e-60."""
    h = mpmath.mpf(10) ** -30
    return (run(moved(values, name, place, h)) - run(moved(values, name, place, -h))) / (2 * h)


def close(left, right):
    return mpmath.almosteq(left, right, rel_eps=mpmath.mpf(10) ** -40, abs_eps=mpmath.mpf(10) ** -45)


@pytest.mark.parametrize("network", NETWORKS, ids=label)
def test_first_derivatives(network):
    derivation = derive(network)
    with mpmath.workdps(100):
        program = plan(derivation.steps, derivation.shapes, MPMATH)
        values = givens(network)
        result = program.run(dict(values))
        for name in (each for each in derivation.givens if is_parameter(each)):
            for place, found in enumerate(result[f"d{name}"]):
                assert close(found, difference(lambda v: program.run(dict(v))["L"][0], values, name, place)), name


def second(network, target, variables):
    """The program with the derivatives of one gradient by the variables: the sweep over its own output."""
    derivation = derive(network)
    shapes = {**derivation.shapes, "seed": derivation.shapes[target]}
    steps = sweep(derivation.steps, shapes, target, variables, seed="seed", called="∂({})")
    everything = {**shapes, **{step.name: step.shape for step in steps}}
    return plan((*derivation.steps, *steps), everything, MPMATH)


@pytest.mark.parametrize("network", NETWORKS, ids=label)
def test_second_derivatives(network):
    """The rows are closed under differentiation: each entry of the Hessian that there is, against differences."""
    derivation = derive(network)
    variables = [name for name in derivation.givens if name != "y"]
    with mpmath.workdps(100):
        values = givens(network)
        for target in ("dW_1", "dW_2"):
            rows, columns = derivation.shapes[target]
            seed = [mpmath.mpf(place + 1) / 7 for place in range(rows * columns)]
            program = second(network, target, variables)
            result = program.run({**values, "seed": seed})

            def weighted(given, program=program, seed=seed, target=target):
                gradient = program.run({**given, "seed": seed})[target]
                return mpmath.fdot(zip(seed, gradient, strict=True))

            for name in variables:
                for place in range(len(values[name])):
                    expected = difference(weighted, values, name, place)
                    # A derivative that is nowhere written is 0: nothing on the way depends on the variable.
                    found = result[f"∂({name})"][place] if f"∂({name})" in result else mpmath.mpf(0)
                    assert close(found, expected), (target, name, place)


@pytest.mark.parametrize("activation", ["softplus", "gelu", "silu", "sigmoid"])
def test_what_reaches_a_quantity_past_a_step_of_no_influence(activation):
    """|a - y|' is a constant: nothing flows back through A_1, and Z_1 still gets what flows through the slope."""
    network = Network(1, (Layer(1, activation, bias=False),), "absolute_error")
    derivation = derive(network)
    shapes = {**derivation.shapes, "seed": (1, 1)}
    steps = sweep(derivation.steps, shapes, "dZ_1", ["W_1"], seed="seed", called="∂({})")
    everything = {**shapes, **{step.name: step.shape for step in steps}}
    with mpmath.workdps(100):
        program = plan((*derivation.steps, *steps), everything, MPMATH)
        values = {"X": [mpmath.mpf("0.7")], "y": [mpmath.mpf(3)], "W_1": [mpmath.mpf("0.9")], "seed": [mpmath.mpf(1)]}
        expected = difference(lambda v: program.run(dict(v))["dZ_1"][0], values, "W_1", 0)
        assert close(program.run(dict(values))["∂(W_1)"][0], expected)


def test_a_quantity_used_twice_adds_up_its_contributions():
    """B = A A, C = B + A: dC/dA has three contributions, each a step of its own."""
    shapes = {"A": (2, 2), "seed": (2, 2)}
    program = (Step("B", "matmul", ("A", "A"), (2, 2), "forward"), Step("C", "add", ("B", "A"), (2, 2), "forward"))
    known = {**shapes, "B": (2, 2), "C": (2, 2)}
    steps = sweep(program, known, "C", ["A"], seed="seed")
    assert [(step.name, step.operation, step.inputs) for step in steps] == [
        ("dB", "copy", ("seed",)),
        ("dA.1", "copy", ("seed",)),
        ("dA.2", "matmul", ("dB", "A^T")),
        ("dA.3", "matmul", ("A^T", "dB")),
        ("dA", "add", ("dA.1", "dA.2", "dA.3")),
    ]
    with mpmath.workdps(100):
        everything = {**known, **{step.name: step.shape for step in steps}}
        full = plan((*program, *steps), everything, MPMATH)
        values = {"A": [mpmath.mpf(k) for k in (2, -1, 3, 5)], "seed": [mpmath.mpf(k) for k in (1, 2, -3, 4)]}
        result = full.run(dict(values))

        def weighted(given):
            return mpmath.fdot(zip(values["seed"], full.run(dict(given))["C"], strict=True))

        for place in range(4):
            assert close(result["dA"][place], difference(weighted, values, "A", place))


def test_only_what_is_asked_for_is_derived():
    derivation = derive(load("paper").network)
    forward = [step for step in derivation.steps if step.phase != "backward"]
    shapes = {**derivation.givens, **{step.name: step.shape for step in forward}}
    names = [step.name for step in sweep(forward, shapes, "L", ["b_2"])]
    assert names == ["dA_2", "dA_2/dZ_2", "dZ_2", "db_2"]
    assert "dX" in [step.name for step in sweep(forward, shapes, "L", ["X"])]


def test_the_sweep_knows_no_operation():
    """A new operation is a new row: the sweep's source names none of them."""
    import inspect

    import symback.derivation.backward as module

    source = inspect.getsource(module)
    assert [name for name in OPERATIONS if f'"{name}"' in source] == ["add"]  # contributions add up, in any program
