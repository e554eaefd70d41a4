"""Networks of single numbers: every quantity is an entry of a matrix of the same network on paper, or its negative."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symback
from symback.derivation.steps import base, suffix
from symback.exercise.conventions import CONVENTIONS, names_of, single_givens
from symback.exercise.model import Given, Update
from symback.exercise.names import LOSSES, UPDATE_RULES
from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree
from symback.marking.graph import graph_of, run_route
from symback.solution.arithmetics import precision
from symback.solution.solution import Solution
from tests.solution.exercises import column, exercise, numeral

SINGLE = [name for name, row in CONVENTIONS.items() if row is not None]
RULES = {name: CONVENTIONS[name].rules or tuple(UPDATE_RULES) for name in SINGLE}
#: Losses of any number of outputs that take outputs between 0 and 1.
SMOOTH = [name for name in LOSSES if name not in ("hinge", "cross_entropy", "binary_cross_entropy_with_logits")]


def called(paper, names):
    """The same exercise by another convention."""
    network = replace(paper.network, names=names)
    return replace(paper, network=network, givens=single_givens(network, paper.givens))


def trained(paper, rule, steps, biases=True):
    constants = {"eta": "0.5", "beta": "0.9", "beta_1": "0.9", "beta_2": "0.99", "epsilon": "1e-8", "lambda": "0.1"}
    network = replace(paper.network, update=Update(rule, steps, biases))
    wanted = ["eta", *(name if name != "decay" else "lambda" for name in UPDATE_RULES[rule])]
    givens = {**paper.givens, **{name: Given(name, column([constants[name]])) for name in wanted}}
    return replace(paper, network=network, givens=givens)


def sample(sizes=(2, 3, 2), loss="half_squared_error", hidden="sigmoid", bias=True):
    """A small network with numbers that differ all from each other."""
    numbers = (f"{sign}0.{k}" for k, sign in zip(range(11, 99), ("", "-", "") * 30, strict=False))
    layers = []
    for at, (before, units) in enumerate(pairwise(sizes)):
        rows = [[next(numbers) for _ in range(before)] for _ in range(units)]
        last = at == len(sizes) - 2
        layers.append((rows, [next(numbers) for _ in range(units)] if bias else None, "sigmoid" if last else hidden))
    return exercise([next(numbers) for _ in range(sizes[0])], ["0.3", "0.9", "0.6"][: sizes[-1]], layers, loss)


def close(one, other):
    return abs(float(one) - float(other)) <= 1e-12 * max(1, abs(float(other)))


def compare(single, matrix):
    """Every number that a single network has against the matrices of the same network."""
    names = names_of(single.exercise.network)
    updates = matrix.derivation.updates
    for matrix_name, group in names.groups.items():
        for number in range(updates + 1):
            for letter in ("", "d"):
                whole = f"{letter}{matrix_name}{suffix(number)}"
                if whole in matrix.derivation.shapes:
                    for own, value in zip(group, matrix.values(whole), strict=True):
                        name = f"{letter}{own}{suffix(number)}"
                        if name in single.derivation.every_shape:
                            assert close(single.values(name)[0], value), name
    for layer, deltas in enumerate(names.deltas, 1):
        for delta, value in zip(deltas, matrix.values(f"dZ_{layer}"), strict=True):
            assert close(single.values(delta)[0], -value)
    for number in range(updates + 1):
        assert close(single.values(names.total + suffix(number))[0], matrix.values("L" + suffix(number))[0])


@pytest.mark.parametrize("names", SINGLE)
@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu", "identity", "softplus", "elu"])
@pytest.mark.parametrize("sizes", [(2, 1), (2, 3, 2), (1, 2, 2, 1), (2, 2, 2, 3)])
def test_same_numbers_as_the_matrices(names, hidden, sizes):
    paper = sample(sizes, hidden=hidden)
    compare(Solution(called(paper, names)), Solution(paper))


@pytest.mark.parametrize("names", SINGLE)
@pytest.mark.parametrize("loss", SMOOTH)
@pytest.mark.parametrize("sizes", [(2, 2, 1), (1, 2, 3)])
def test_losses(names, loss, sizes):
    paper = sample(sizes, loss)
    compare(Solution(called(paper, names)), Solution(paper))


@pytest.mark.parametrize(("names", "rule"), [(name, rule) for name in SINGLE for rule in RULES[name]])
@pytest.mark.parametrize("biases", [True, False])
def test_updates(names, rule, biases):
    paper = trained(sample((2, 2, 2)), rule, 3, biases)
    single, matrix = Solution(called(paper, names)), Solution(paper)
    compare(single, matrix)
    learned = {f"{own}_new" for own in (names_of(single.exercise.network).parameters if biases else ())}
    assert learned <= set(single.derivation.shapes)


numbers = st.integers(-300, 300).map(lambda hundredths: str(Fraction(hundredths, 100)))


@st.composite
def papers(draw):
    sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    layers = []
    for before, units in pairwise(sizes):
        rows = [[draw(numbers) for _ in range(before)] for _ in range(units)]
        bias = draw(st.booleans()) and [draw(numbers) for _ in range(units)]
        layers.append((rows, bias or None, draw(st.sampled_from(["sigmoid", "tanh", "identity", "leaky_relu"]))))
    targets = [draw(numbers) for _ in range(sizes[-1])]
    return exercise([draw(numbers) for _ in range(sizes[0])], targets, layers, "half_squared_error")


@given(papers(), st.sampled_from(SINGLE))
@settings(max_examples=25, deadline=None)
def test_any_network(paper, names):
    compare(Solution(called(paper, names)), Solution(paper))


@pytest.mark.parametrize("names", SINGLE)
@pytest.mark.parametrize("rule", ["", "sgd"])
def test_every_way_to_a_quantity_comes_to_the_same(names, rule):
    paper = sample((2, 2, 2, 2))
    solution = Solution(called(trained(paper, rule, 2) if rule else paper, names))
    graph = graph_of(solution.exercise.network)
    several = 0
    for name, routes in graph.routes.items():
        (true,) = solution.values(name)
        for route, program in routes:
            scope = {base(reference): solution.values(base(reference)) for reference in route.inputs}
            (found,) = run_route(program, name, scope)
            assert close(found, true), (name, route.inputs)
            several += len(routes) > 1
    assert several > 10


@pytest.mark.parametrize("names", SINGLE)
def test_asides_stand_before_what_they_belong_to(names):
    graph = graph_of(called(trained(sample((2, 2, 2)), "sgd", 2), names).network)
    assert sorted(graph.order) == sorted(graph.steps)
    places = {name: place for place, name in enumerate(graph.order)}
    late = [
        (name, used)
        for name, routes in graph.routes.items()
        for route, _ in routes
        for used in map(base, route.inputs)
        if used in places and places[used] > places[name]
    ]
    assert not late


def test_the_well_known_network():
    single, graph = symback.solve(symback.load("net_out")), symback.solve(symback.load("mazur_graph"))
    with precision(200):
        for name in graph.derivation.shapes:
            if name in single.derivation.shapes:
                assert close(single.values(name)[0], graph.values(name)[0]), name
    assert {f"w{k}_new" for k in range(1, 9)} <= set(single.derivation.shapes)
    assert single["w5_new"].decimal(8) == [["0.35891648"]]
    assert single["E_total"].decimal(9) == [["0.298371109"]]
    assert single["E_total_new"].decimal(9) == [["0.291027774"]]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("I_4", "-0.7"), ("O_4", "0.332"), ("I_5", "0.1"), ("O_5", "0.525"), ("I_6", "-0.105"), ("O_6", "0.474"),
        ("Err_6", "0.131"), ("Err_5", "-0.00654"), ("Err_4", "-0.00872"), ("w46_new", "-0.261"), ("w56_new", "-0.138"),
        ("w14_new", "0.192"), ("w15_new", "-0.306"), ("w24_new", "0.400"), ("w25_new", "0.100"), ("w34_new", "-0.508"),
        ("w35_new", "0.194"), ("theta_6_new", "0.218"), ("theta_5_new", "0.194"), ("theta_4_new", "-0.408"),
    ],
)  # fmt: skip
def test_han_and_kamber(name, value):
    ((found,),) = symback.solve(symback.load("io_err"))[name].decimal(3)
    assert float(found) == float(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("delta_o1", "0.1146"), ("delta_h1", "0.0028"), ("w1_new", "0.1009"), ("w3_new", "0.1189"), ("w02_new", "0.1344")],
)
def test_mitchell(name, value):
    ((found,),) = symback.solve(symback.load("delta_rule"))[name].decimal(12)
    assert f"{float(found):.4f}" == value


def test_a_shared_bias_collects_from_all_units():
    exercise = symback.load("net_out")
    network = replace(exercise.network, update=replace(exercise.network.update, biases=True))
    solution = symback.solve(replace(exercise, network=network))
    first, second = (solution.values(f"dnet_o{k}")[0] for k in (1, 2))
    assert close(solution.values("db2")[0], first + second)


@pytest.mark.parametrize(("names", "zero"), [("net_out", "dw1"), ("delta", "delta_h1"), ("io_err", "Err_2")])
def test_what_vanishes_whatever_the_numbers_are(names, zero):
    """The sweep never comes to what stands before a step function."""
    text = "x: 2\ny: 1\nlayers: [{W: [[3]], activation: {name: jump, of: step(z)}}, {W: [[2]]}]\n"
    text += f"loss: squared_error\nupdate: {{rule: sgd, rate: 0.5}}\nnames: {names}\n"
    solution = Solution(exercise_from(parse_tree(text.encode(), "e.yaml"), "e.yaml", "e"))
    assert solution[zero].exact == [["0"]]
    assert solution["w12_new" if names == "io_err" else "w1_new"].exact == [["3"]]


def test_givens_without_a_name_stay():
    paper = exercise(["1"], ["1"], [([["2"]], None, "identity")], "huber")
    single = Solution(called(paper, "net_out"))
    assert list(single.givens) == ["i1", "w1", "t1", "delta"]
    assert numeral("1").value == single.exercise.givens["delta"].rows[0][0].value
