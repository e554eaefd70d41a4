"""Matrices of derivatives inside one step: against differences, as formulas, as products of matrices."""

from dataclasses import replace
from fractions import Fraction
from math import prod

import mpmath
import pytest

from symback.derivation.derive import derive
from symback.derivation.formula import ONE, ZERO, Cases, Neg, Number, Product, Quotient, Sum, Symbol, symbols
from symback.derivation.nested import simplified
from symback.derivation.operations import OPERATIONS
from symback.derivation.shown import jacobian_of
from symback.derivation.steps import entries_of
from symback.errors import InputError
from symback.exercise.builtin import load
from symback.exercise.model import Batch, Jacobian, Layer, Network, Show
from symback.exercise.names import ACTIVATIONS, LOSSES
from symback.solution.run import plan
from tests.derivation.evaluate import MPMATH, evaluate, real
from tests.derivation.test_backward import NETWORKS, close, difference, givens, label

HESSIAN = ("W_1", "b_1", "W_2")
ALL = Show((Jacobian(("A_1",)), Jacobian(("A_2",)), Jacobian(("A_2",), ("X",)), Jacobian(("Z_2",), ("W_1",))), HESSIAN)


def shown(network, show=ALL):
    return derive(replace(network, show=show))


def matrices(derivation):
    return [step for step in derivation.steps if step.adjoint is not None]


def worked(derivation, values):
    return plan(derivation.steps, derivation.shapes, MPMATH).run(dict(values))


def forward_from(derivation, by):
    """The steps that are run anew when a quantity has been moved: all but those that make it."""
    steps = [step for step in derivation.steps if step.adjoint is None and step.name != by]
    return plan(steps, derivation.shapes, MPMATH)


@pytest.mark.parametrize("network", NETWORKS, ids=label)
def test_every_entry_against_differences(network):
    derivation = shown(network)
    with mpmath.workdps(100):
        values = worked(derivation, givens(network))
        known = {**givens(network), **values}
        for step in matrices(derivation):
            of, by = step.adjoint.of, step.adjoint.by
            rows = [(name, place) for name in of for place in range(prod(derivation.shapes[name]))]
            columns = [(name, place) for name in by for place in range(prod(derivation.shapes[name]))]
            for j, (name, place) in enumerate(columns):
                program = forward_from(derivation, name)
                for i, (goal, at) in enumerate(rows):
                    found = values[step.name][i * len(columns) + j]

                    def run(given, program=program, goal=goal, at=at):
                        return program.run(dict(given))[goal][at]

                    expected = difference(run, known, name, place)
                    assert close(found, expected), (step.name, i, j)


@pytest.mark.parametrize("network", NETWORKS, ids=label)
def test_every_entry_as_a_formula(network):
    """The composed formula in entries of the program around it has the value of the matrix."""
    derivation = shown(network)
    with mpmath.workdps(60):
        values = {**givens(network), **worked(derivation, givens(network))}
        names = {
            name: value
            for quantity, entries in values.items()
            if quantity in derivation.shapes
            for name, value in zip(entries_of([quantity], derivation.shapes), entries, strict=True)
        }
        for step in matrices(derivation):
            for i in range(step.shape[0]):
                for j in range(step.shape[1]):
                    formula = OPERATIONS[step.operation].entry(step, i, j, derivation.shapes)
                    found = values[step.name][i * step.shape[1] + j]
                    assert mpmath.almosteq(evaluate(formula, names), found, 1e-40, 1e-40), (step.name, i, j)
                    assert {name.partition("[")[0] for name in symbols(formula)} <= {*step.inputs, "pi"}


def several(vectors, samples, activation="sigmoid", biases="unit"):
    layers = (Layer(3, "tanh", biases=biases), Layer(2, activation))
    return Network(2, layers, "squared_error", None, samples, Batch(samples), vectors)


def numbers(derivation):
    """Some numbers for all givens."""
    return {
        name: [mpmath.mpf((7 * k + 3 * place + 5) % 11 - 5) / 7 for k in range(prod(shape))]
        for place, (name, shape) in enumerate(derivation.givens.items())
    }


@pytest.mark.parametrize("biases", ["unit", "shared", "w_0"])
@pytest.mark.parametrize("activation", ["sigmoid", "softmax"])
@pytest.mark.parametrize("samples", [1, 2])
@pytest.mark.parametrize("vectors", ["columns", "rows"])
def test_a_product_of_matrices_is_what_it_says(vectors, samples, activation, biases):
    """The product in letters, worked out by itself, is the matrix that the sweeps give."""
    sides = [Jacobian((of,), (by,)) for of in ("A_1", "A_2") for by in ("X", "Z_1", "b_1") if (of, by) != ("b_1", "X")]
    sides = [side for side in sides if biases != "w_0" or side.by != ("b_1",)]
    derivation = shown(several(vectors, samples, activation, biases), Show((Jacobian(("A_2",)), *sides)))
    with mpmath.workdps(50):
        values = {**numbers(derivation), **worked(derivation, numbers(derivation))}
        chained = [step for step in matrices(derivation) if step.adjoint.chained]
        assert (samples == 1) == any(step.name == "DA_2/DZ_2" for step in chained)
        for step in chained:
            product = mpmath.eye(step.shape[1])
            for name in reversed(step.adjoint.factors):
                product = factor(derivation, values, name) * product
            assert (product.rows, product.cols) == step.shape
            for place, found in enumerate(values[step.name]):
                assert close(product[place // step.shape[1], place % step.shape[1]], found), step.name


def factor(derivation, values, name):
    rows, columns = derivation.shapes[name.removesuffix("^T")]
    entries = values[name.removesuffix("^T")]
    if "/" in name and rows != columns:
        return mpmath.diag(entries)
    matrix = mpmath.matrix([entries[i * columns : (i + 1) * columns] for i in range(rows)])
    return matrix.T if name.endswith("^T") else matrix


def test_the_matrices_of_a_layer_are_found():
    derivation = shown(several("columns", 1), Show((Jacobian(("A_1",)), Jacobian(("A_2",)))))
    assert [step.name for step in matrices(derivation)] == ["DA_1/DZ_1", "DA_1/DX", "DA_2/DZ_2", "DA_2/DA_1"]
    assert [step.adjoint.factors for step in matrices(derivation)] == [
        ("dA_1/dZ_1",),
        ("dA_1/dZ_1", "W_1"),
        ("dA_2/dZ_2",),
        ("dA_2/dZ_2", "W_2"),
    ]
    assert jacobian_of("dA_2/dZ_2") == "DA_2/DZ_2"


def test_states_of_a_recurrent_layer():
    """The Jacobian of a state by an earlier one: a slope and W for each step between, against differences."""
    derivation = derive(load("vanishing").network)
    steps = matrices(derivation)
    assert [step.name for step in steps] == ["Dh_4/Dh_3", "Dh_4/Dh_2", "Dh_4/Dh_1"]
    assert steps[1].adjoint.factors == ("dh_4/da_4", "W", "dh_3/da_3", "W")
    with mpmath.workdps(100):
        matrices_given = load("vanishing").givens.items()
        given = {name: [real(cell.value) for row in each.rows for cell in row] for name, each in matrices_given}
        values = {**given, **worked(derivation, given)}
        for step in steps:
            (by,) = step.adjoint.by
            program = forward_from(derivation, by)
            for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)):

                def run(moved, program=program, i=i):
                    return program.run(dict(moved))["h_4"][i]

                assert close(values[step.name][2 * i + j], difference(run, values, by, j)), (step.name, i, j)
            product = mpmath.eye(2)
            for name in reversed(step.adjoint.factors):
                product = factor(derivation, values, name) * product
            assert all(close(product[k // 2, k % 2], values[step.name][k]) for k in range(4))


def test_a_derivation_without_wishes_is_as_it_was():
    network = several("columns", 1)
    assert derive(network).steps == shown(network).steps[: len(derive(network).steps)]
    assert not matrices(derive(network))


def test_the_rows_of_all_activations_and_losses_are_there():
    assert {network.layers[0].activation for network in NETWORKS} >= set(ACTIVATIONS) - {"softmax"}
    assert {network.loss for network in NETWORKS} >= set(LOSSES) - {"cross_entropy"}


def test_what_is_not_there():
    with pytest.raises(InputError, match="show asks for Z_9, which is not worked out here"):
        shown(several("columns", 1), Show((Jacobian(("Z_9",), ("X",)),)))


X, Y = Symbol("x"), Symbol("y")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (Sum((ZERO, X, ZERO)), X),
        (Sum((ZERO, ZERO)), ZERO),
        (Sum((Sum((X, Y)), X)), Sum((X, Y, X))),
        (Product((X, ZERO)), ZERO),
        (Product((ONE, X)), X),
        (Product((ONE, ONE)), ONE),
        (Product((Neg(X), Y)), Neg(Product((X, Y)))),
        (Product((Neg(X), Neg(Y))), Product((X, Y))),
        (Neg(Neg(X)), X),
        (Neg(ZERO), ZERO),
        (Quotient(ZERO, X), ZERO),
        (Quotient(X, ONE), X),
        (Cases(X, Y, Y), Y),
        (Symbol("z"), Number(Fraction(7))),
    ],
)
def test_what_goes_with_0_and_1_is_left_out(formula, expected):
    assert simplified(formula, {"z": Number(Fraction(7))}) == expected
