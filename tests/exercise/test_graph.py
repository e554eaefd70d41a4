"""Computation graphs and own activations in an exercise file: what is read, and every fault at once."""

import pytest

from symback.errors import InputError
from symback.exercise.builtin import builtin_names, gallery
from symback.exercise.model import Layer, Program
from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree
from symback.solution.solution import solve
from tests.hostile import cases

SMALL = "given: {x: -2, y: 5, z: -4}\nsteps:\n  q: x + y\n  f: q * z\n"
LAYER = "x: [{x}, 1]\ny: [1, 1]\nloss: squared_error\nlayers: [{{W: [[1, 0], [0, 1]], activation: {activation}}}]\n"


def read(text):
    return exercise_from(parse_tree(text.encode(), "a.yaml"), "a.yaml", "a")


def faults(text):
    with pytest.raises(InputError) as caught:
        read(text)
    return [str(fault) for fault in caught.value.faults]


def own(of, name="own", x="1"):
    quoted = of.replace("\\", "\\\\").replace('"', '\\"')
    return LAYER.format(activation=f'{{name: {name}, of: "{quoted}"}}', x=x)


def test_a_graph():
    program = read(SMALL + "derive: {f: [x, z]}\nthen: {x_new: x - 0.1*dx}\n").network
    assert isinstance(program, Program)
    assert (program.givens, program.target, program.by) == (("x", "y", "z"), "f", ("x", "z"))
    assert [line.text for line in (*program.steps, *program.then)] == ["x + y", "q * z", "x - 0.1*dx"]
    assert read(SMALL + "derive: f\n").network.by == ("x", "y", "z")
    assert read(SMALL).network.target == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SMALL + "derive: g\n", 'a.yaml:5: derive is "g", which is not a step'),
        (SMALL + "derive: {f: [w]}\n", 'derive.f has "w", which is not known'),
        (SMALL + "derive: {q: [z]}\n", "by z, on which q does not depend"),
        (SMALL + "derive: {f: []}\n", "derive.f is empty"),
        (SMALL + "then: {a: dx}\n", "then.a is not a formula here: unknown name dx"),
        (SMALL + "derive: f\nthen: {q: dx}\n", "then.q is defined above already"),
        (SMALL + "extra: 1\n", "extra is not known"),
        ("steps: {q: x}\n", "given is missing"),
        ("given: {x: 1}\nsteps: {q: q + x}\n", "a.yaml:2: steps.q uses itself"),
        ("given: {x: 1}\nsteps:\n  q: r\n  r: q\n", "a.yaml:3: steps.q uses r, which is worked out below it"),
        ("given: {x: 1}\nsteps: {x: 2*x}\n", "steps.x is defined above already"),
        ("given: {dx: 1}\nsteps: {q: 1}\n", "begins with d, which means a derivative"),
        ("given: {exp: 1}\nsteps: {q: 1}\n", "has a meaning of its own"),
        ("given: {x: 1}\nsteps: {lambda: x}\n", "has a meaning of its own"),
        ("given: {a__b: 1}\nsteps: {q: 1}\n", "is no name for a quantity"),
        ("given: {x: one}\nsteps: {q: x}\n", 'given.x is not a number: "one"'),
        ("given: {x: 1}\nsteps: [x]\n", "steps must be a mapping"),
        ("given: [1]\nsteps: {q: 1}\n", "given must be a mapping from names to numbers"),
    ],
)
def test_faults_of_a_graph(text, said):
    assert any(said in fault for fault in faults(text)), faults(text)


def test_all_faults_of_a_graph_at_once():
    text = "given: {x: 1, y: two}\nsteps:\n  q: x + w\n  r: q*(\n  q: 1\nderive: s\n".replace("  q: 1\n", "  d1: 1\n")
    assert len(faults(text)) == 5


def test_a_greek_delta_is_a_name():
    assert solve(read("given: {x: 2}\nsteps: {delta_o1: 3*x}\nderive: delta_o1\n"))["dx"].decimal(3) == [["3"]]


def test_own_activation():
    network = read(own("x/(1+exp(-2*x))", "swish2")).network
    (layer,) = network.layers
    assert (layer.activation, layer.text) == ("swish2", "x/(1+exp(-2*x))")
    assert layer == Layer(2, "swish2", False, read(own("z/(1+exp(-2*z))", "swish2")).network.layers[0].formula)


@pytest.mark.parametrize(
    ("of", "name", "said"),
    [
        ("z^2", "relu", "has a meaning of its own"),
        ("z^2", "exp", "has a meaning of its own"),
        ("z^2", "my_f", "must be a letter and up to 19"),
        ("3", "f", "does not depend on z"),
        ("x + z", "f", "uses both z and x"),
        ("z +", "f", "is not a formula here"),
        ("w", "f", "unknown name w"),
    ],
)
def test_faults_of_an_own_activation(of, name, said):
    found = faults(own(of, name))
    assert any(said in fault and "layers[0].activation" in fault for fault in found), found


def test_an_activation_without_its_formula():
    text = LAYER.format(activation="{name: f}", x="1")
    assert any("activation.of is missing" in fault for fault in faults(text))


def test_one_name_means_one_activation():
    text = (
        "x: 1\ny: 1\nloss: squared_error\nlayers:\n- {W: [[1]], activation: {name: f, of: z^2}}\n"
        "- {W: [[1]], activation: {name: f, of: z^3}}\n"
    )
    assert any("layers[0] defines otherwise" in fault for fault in faults(text))


@pytest.mark.parametrize("case", [case for case in cases("activation_expr") if case.required.startswith("exit 2")])
def test_hostile_activations_are_faults_of_the_file(case):
    if case.input in ("E", "exp(exp(exp(exp(100))))"):
        pytest.skip("E is refused below; a tower of exponentials is refused when it is to be evaluated")
    with pytest.raises(InputError):
        read(own(case.input))


@pytest.mark.parametrize(
    ("of", "x", "said"),
    [
        ("1/z", "0", "A_1[1] (unit 1 of layer 1) divides by zero"),
        ("log(z)", "-1", "A_1[1] (unit 1 of layer 1) is not defined with these numbers: it has the logarithm"),
        ("sqrt(z)", "-4", "A_1[1] (unit 1 of layer 1) is not defined"),
    ],
)
def test_outside_the_domain(of, x, said):
    with pytest.raises(InputError) as caught:
        solve(read(own(of, x=x)))
    assert said in str(caught.value)


def test_the_gallery():
    rows = gallery()
    assert [name for name, _, _ in rows] == list(builtin_names())
    assert len(rows) >= 12
    assert all(title and shows for _, title, shows in rows)
