"""What a file asks to be shown: read as it is meant, or every fault with its line and field."""

import pytest

from symback.errors import InputError
from symback.exercise.builtin import load
from symback.exercise.model import Jacobian
from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree
from symback.exercise.wishes import KEYS, USUAL_STEP, scope_of, wishes_text
from symback.homework.keep import exercise_of, exercise_text

NETWORK = """\
x: [1, 2]
y: 1
layers:
- {W: [[1, 2], [3, 4]], b: [0, 1], activation: tanh}
- {W: [[1, 2]], b: 0.5}
loss: squared_error
"""
GRAPH = """\
given: {x: 1, y: 2, z: 3}
steps: {u: x*y, v: u + z, f: u*v}
derive: {f: [x, y]}
"""
WIDE = """\
x: [1, 2, 3, 4]
y: 1
layers:
- {W: [[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]], b: [0, 1, 2]}
- {W: [[1, 2, 3]]}
loss: squared_error
"""


def read(text):
    return exercise_from(parse_tree(text.encode(), "a.yaml"), "a.yaml", "a")


def asked(show, text=NETWORK):
    exercise = read(f"{text}show: {show}\n")
    return exercise.network.show, exercise.sheet.check


def faults(show, text=NETWORK):
    with pytest.raises(InputError) as caught:
        read(f"{text}show: {show}\n")
    return list(map(str, caught.value.faults))


def test_nothing_is_shown_unless_asked():
    for text in (NETWORK, GRAPH):
        exercise = read(text)
        assert exercise.network.show == read(text + "show: {hessian: false, jacobian: false}\n").network.show
        assert (exercise.network.show.jacobians, exercise.network.show.hessian, exercise.sheet.check) == ((), (), None)


def test_a_network_by_layers():
    show, check = asked("{gradient_check: true, jacobian: true, hessian: true}")
    assert show.jacobians == (Jacobian(("A_1",)), Jacobian(("A_2",)))
    assert show.hessian == check.of == ("W_1", "b_1", "W_2", "b_2")
    assert check.step.text == USUAL_STEP


def test_some_of_it():
    show, check = asked(
        "{gradient_check: {step: 0.001, of: b_2}, jacobian: [A_2, {of: [A_2, Z_1], by: X}], hessian: [b_2, W_2]}"
    )
    assert show.jacobians == (Jacobian(("A_2",)), Jacobian(("A_2",), ("X",)), Jacobian(("Z_1",), ("X",)))
    assert show.hessian == ("W_2", "b_2")
    assert (check.step.text, check.of) == ("0.001", ("b_2",))
    assert asked("{gradient_check: {of: [b_1]}}")[1].step.text == USUAL_STEP


def test_a_graph_has_one_matrix():
    show, check = asked("{gradient_check: 1e-3, jacobian: [u, v], hessian: true}", GRAPH)
    assert show.jacobians == (Jacobian(("u", "v"), ("x", "y")),)
    assert show.hessian == check.of == ("x", "y")
    show, _ = asked("{jacobian: [{of: f, by: [u, z]}, v]}", GRAPH)
    assert show.jacobians == (Jacobian(("v",), ("x", "y")), Jacobian(("f",), ("u", "z")))
    # Where nothing is derived, it is by the givens on which the steps hang.
    show, _ = asked("{jacobian: u}", GRAPH.partition("derive")[0])
    assert show.jacobians == (Jacobian(("u",), ("x", "y")),)


def test_other_layers():
    network = load("rnn_layer")
    scope = scope_of(network)
    assert scope.layers == ("h_1", "h_2", "h_3", "A_2")
    assert scope.learned == ("W", "U", "b", "W_2", "b_2")
    assert scope.under["h_2"] == ("X", "W", "U", "b", "h_0", "h_1")
    attention = scope_of(load("attention"))
    assert (attention.layers, attention.learned) == (("A_1",), ("W_Q1", "W_K1", "W_V1"))
    assert scope_of(load("superscripts")).layers == ("A_1", "A_2")
    assert scope_of(load("stochastic")).sizes["X_1"] == 2


def test_numbers_with_names_of_their_own():
    """They are asked about as those of a graph; where a text works with deltas there is no gradient to derive."""
    text = NETWORK + "names: net_out\n"
    show, check = asked("{jacobian: [net_h1, out_o1], hessian: [w5, w6], gradient_check: true}", text)
    assert show.jacobians == (Jacobian(("net_h1", "out_o1"), ("i1", "i2")),)
    assert show.hessian == ("w5", "w6")
    assert check.of == ("w1", "w2", "w3", "w4", "b1", "b2", "w5", "w6", "b3")
    assert any('has "A_1", which is not known' in fault for fault in faults("{jacobian: A_1}", text))
    (fault,) = faults("{hessian: true}", NETWORK + "names: delta\n")
    assert "needs the derivatives by the weights, and names: delta works with deltas instead" in fault
    assert asked("{jacobian: o_o1}", NETWORK + "names: delta\n")[0].jacobians == (Jacobian(("o_o1",), ("x1", "x2")),)


def test_a_decimal_comma():
    assert asked('{gradient_check: "0,01"}', NETWORK + "decimal: ','\n")[1].step.value * 100 == 1


@pytest.mark.parametrize(
    ("show", "said"),
    [
        ("yes", "a.yaml:7: show must be a mapping like {gradient_check: true, jacobian: [A_1], hessian: true}, got"),
        ("{hesian: true}", "show.hesian is not known; did you mean hessian?"),
        ("{gradient_check: -1}", 'show.gradient_check must be more than 0 and at most 1, got "-1"'),
        ("{gradient_check: 2}", 'show.gradient_check must be more than 0 and at most 1, got "2"'),
        ("{gradient_check: {step: small}}", 'show.gradient_check.step is not a number: "small"'),
        ("{gradient_check: {steps: 1}}", "show.gradient_check.steps is not known; did you mean step?"),
        ("{gradient_check: {of: [W_3]}}", 'show.gradient_check.of has "W_3", which is not known; did you mean W_2?'),
        ("{jacobian: [A_3]}", 'show.jacobian has "A_3", which is not known; did you mean A_2? known here: A_1, A_2'),
        ("{jacobian: [W_1]}", 'show.jacobian has "W_1", which is not known'),
        ("{jacobian: []}", "show.jacobian is empty: name what to derive"),
        ("{jacobian: {of: A_1}}", "show.jacobian.by is missing: name what to derive, and by what"),
        ("{jacobian: {of: A_1, by: A_2}}", "show.jacobian.by has A_2, on which A_1 does not depend"),
        ("{jacobian: {of: Z_1, by: y}}", 'show.jacobian.by has "y", which is not known'),
        ("{jacobian: [[A_1]]}", "show.jacobian must be text, got a list"),
        ("{hessian: [X]}", 'show.hessian has "X", which is not known; known here: W_1, b_1, W_2, b_2'),
        ("{hessian: []}", "show.hessian is empty"),
    ],
)
def test_faults_of_a_network(show, said):
    assert any(said in fault for fault in faults(show)), faults(show)


@pytest.mark.parametrize(
    ("show", "said"),
    [
        ("{hessian: [u]}", 'show.hessian has "u", which is not known'),
        ("{hessian: [z]}", 'show.hessian has "z", which is not known'),
        ("{jacobian: true}", "show.jacobian must name the numbers that are to be derived"),
        ("{jacobian: {of: [u], by: [z]}}", "show.jacobian.by has z, on which u does not depend"),
        ("{jacobian: [x]}", 'show.jacobian has "x", which is not known'),
    ],
)
def test_faults_of_a_graph(show, said):
    assert any(said in fault for fault in faults(show, GRAPH)), faults(show, GRAPH)


@pytest.mark.parametrize("show", ["{hessian: true}", "{gradient_check: true}"])
def test_where_nothing_is_derived(show):
    (fault,) = faults(show, GRAPH.partition("derive")[0])
    assert "needs a derivative by a given number: derive says what is derived by what" in fault


def test_too_many_rows():
    (fault,) = faults("{hessian: true}", WIDE)
    assert "would have 18 rows (W_1 has 12, b_1 has 3, W_2 has 3), at most 12 can be shown; name some, as" in fault
    assert asked("{hessian: [W_1]}", WIDE)[0].hessian == ("W_1",)
    rows = ", ".join("[" + ", ".join("1" for _ in range(32)) + "]" for _ in range(32))
    large = f"x: [{', '.join('1' * 32)}]\ny: [{', '.join('1' * 32)}]\nlayers: [{{W: [{rows}]}}]\nloss: squared_error\n"
    (fault,) = faults("{jacobian: {of: A_1, by: W_1}}", large)
    assert "has 1024 entries of W_1 on one side; a matrix has at most 64" in fault
    (fault,) = faults("{gradient_check: true}", large)
    assert "moves 1024 numbers, at most 500 can be" in fault


def test_all_faults_at_once():
    found = faults("{hessian: [W_9], jacobian: [A_9], gradient_check: {step: 1e-3, of: [b_9]}}")
    assert len(found) == 3
    # What can be told without the rest of the file is told along with its other faults.
    found = faults("{hesian: true, gradient_check: 0}", NETWORK.replace("squared_error", "square"))
    assert len(found) == 3


@pytest.mark.parametrize("name", ["gradient_check", "jacobian", "hessian", "rosenbrock", "vanishing"])
def test_what_is_asked_for_can_be_written_down(name):
    exercise = load(name)
    text = exercise_text(exercise)
    assert set(wishes_text(exercise)) <= set(KEYS)
    again = exercise_of(text)
    assert (again.network.show, again.sheet.check) == (exercise.network.show, exercise.sheet.check)
