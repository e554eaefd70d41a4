"""Conventions: what they call the numbers of a network, and what they cannot state."""

from fractions import Fraction

import pytest

from symback.errors import InputError
from symback.exercise.builtin import load
from symback.exercise.conventions import CONVENTIONS, matrix_givens, matrix_name, names_of, single_givens
from symback.exercise.model import Layer, Network
from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree

FILE = """
x: [1, 2]
y: [0.5, 0.25]
layers:
  - {{W: [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], b: [7, 8, 9], activation: sigmoid}}
  - {{W: [[1, 2, 3], [4, 5, 6]], {bias}}}
loss: half_squared_error
{more}
"""


def read(names, bias="b: [10, 11]", more=""):
    text = FILE.format(bias=bias, more=f"names: {names}\n{more}")
    return exercise_from(parse_tree(text.encode(), "e.yaml"), "e.yaml", "e")


def faults(text):
    with pytest.raises(InputError) as found:
        exercise_from(parse_tree(text.encode(), "e.yaml"), "e.yaml", "e")
    return [str(fault) for fault in found.value.faults]


@pytest.mark.parametrize(
    ("names", "givens"),
    [
        ("paper", "X y W_1 b_1 W_2 b_2"),
        ("superscripts", "X y W_1 b_1 W_2 b_2"),
        ("net_out", "i1 i2 w1 w2 w3 w4 w5 w6 b1 b2 b3 w7 w8 w9 w10 w11 w12 b4 b5 t1 t2"),
        ("delta", "x1 x2 w1 w2 w3 w4 w5 w6 b1 b2 b3 w7 w8 w9 w10 w11 w12 b4 b5 t1 t2"),
        (
            "io_err",
            "x1 x2 w13 w23 w14 w24 w15 w25 theta_3 theta_4 theta_5 w36 w46 w56 w37 w47 w57 theta_6 theta_7 T_6 T_7",
        ),
    ],
)
def test_givens(names, givens):
    exercise = read(names)
    assert list(exercise.givens) == givens.split()
    assert exercise.network.names == names


def test_numbers_keep_their_places():
    exercise = read("io_err")
    values = {name: given.rows[0][0].value for name, given in exercise.givens.items()}
    assert (values["w24"], values["w57"], values["theta_5"]) == (Fraction("0.4"), 6, 9)
    assert values["T_7"] == Fraction("0.25")


def test_shared_bias():
    exercise = read("net_out", "b: 0.5, biases: shared")
    assert [name for name in exercise.givens if name.startswith("b")] == ["b1", "b2", "b3", "b4"]
    assert names_of(exercise.network).biases[1] == ("b4", "b4")
    assert [name for name in read("io_err", "b: 0.5, biases: shared").givens if "67" in name] == ["theta_67"]


def test_no_bias():
    names = names_of(read("net_out", "activation: tanh").network)
    assert names.biases == (("b1", "b2", "b3"), ())
    assert "b_2" not in names.groups


@pytest.mark.parametrize(
    ("names", "biases"), [("net_out", ("w01", "w02")), ("delta", ("w01", "w02")), ("io_err", ("w06", "w07"))]
)
def test_bias_as_a_weight(names, biases):
    text = "x: [1, 2]\ny: [0, 1]\nloss: squared_error\nlayers:\n- {W: [[1,2],[1,2],[1,2]]}\n"
    text += f"- {{W: [[10, 1, 2, 3], [11, 4, 5, 6]], biases: w_0}}\nnames: {names}\n"
    exercise = exercise_from(parse_tree(text.encode(), "e.yaml"), "e.yaml", "e")
    found = names_of(exercise.network)
    assert found.biases[1] == biases
    assert [exercise.givens[name].rows[0][0].value for name in biases] == [10, 11]
    assert set(biases) <= found.learned
    assert matrix_name(exercise.network, biases[0]) == "W_2"


@pytest.mark.parametrize("names", CONVENTIONS)
@pytest.mark.parametrize("bias", ["b: [10, 11]", "b: 3, biases: shared", "activation: tanh"])
def test_there_and_back(names, bias):
    exercise = read(names, bias, "update: {rule: sgd, rate: 0.5}")
    paper = read("paper", bias, "update: {rule: sgd, rate: 0.5}")
    assert matrix_givens(exercise.network, exercise.givens) == dict(paper.givens)
    assert single_givens(exercise.network, paper.givens) == dict(exercise.givens)


def test_rows_lie_on_their_side():
    text = "x: [1, 2]\ny: 1\nvectors: rows\nloss: squared_error\nnames: net_out\n"
    text += "layers:\n- {W: [[1, 2, 3], [4, 5, 6]], b: [7, 8, 9]}\n- {W: [[1], [2], [3]]}\n"
    exercise = exercise_from(parse_tree(text.encode(), "e.yaml"), "e.yaml", "e")
    assert [exercise.givens[f"w{k}"].rows[0][0].value for k in range(1, 7)] == [1, 4, 2, 5, 3, 6]
    assert {name: given.shape for name, given in matrix_givens(exercise.network, exercise.givens).items()} == {
        "X": (1, 2), "y": (1, 1), "W_1": (2, 3), "b_1": (1, 3), "W_2": (3, 1)
    }  # fmt: skip


def test_hidden_units_are_numbered_through_all_layers():
    layers = (Layer(2, "tanh"), Layer(2, "tanh"), Layer(1, "tanh"))
    names = names_of(Network(1, layers, "squared_error", names="net_out"))
    assert names.nets == (("net_h1", "net_h2"), ("net_h3", "net_h4"), ("net_o1",))
    assert names.losses == ("E_total",)


def test_numbers_of_two_digits_are_parted():
    names = names_of(Network(8, (Layer(2), Layer(1)), "squared_error", names="io_err"))
    assert names.weights[1] == (("w9_11", "w10_11"),)
    assert names.weights[0][0][0] == "w1_9"


def test_further_names_are_no_own_names():
    for name in ("net_out", "delta_rule", "io_err"):
        exercise = load(name)
        names = names_of(exercise.network)
        assert not names.also.keys() & exercise.givens.keys()
        assert set(names.also.values()) <= {
            *exercise.givens, *names.losses, names.total, *sum(names.outs, ()), *sum(names.deltas, ()),
            *(f"d{net}" for layer in names.nets for net in layer),
        }  # fmt: skip


ONE = "x: 1\ny: 1\nlayers: [{W: [[1]]}]\nloss: squared_error\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ONE + "names: netout\n", 'e.yaml:5: names is "netout", which is not known; did you mean net_out?'),
        (ONE + "names: [1]\n", "e.yaml:5: names must be text"),
        (
            "samples: [{x: 1, y: 1}, {x: 2, y: 1}]\nlayers: [{W: [[1]]}]\nloss: squared_error\nnames: delta\n",
            "e.yaml:4: names is delta, which names the numbers of one sample, but the exercise has several",
        ),
        (
            "x: 1\ny: [1, 0]\nlayers: [{W: [[1], [2]], activation: softmax}]\nloss: cross_entropy\nnames: net_out\n",
            "e.yaml:5: names is net_out, which names units one by one, but softmax takes the units of a layer together",
        ),
        (
            ONE + "weight_decay: {l2: 0.1}\nnames: net_out\n",
            "e.yaml:6: names is net_out, which has no way to write penalties",
        ),
        (
            "x: [[1], [2]]\ny: 1\nlayers: [{type: rnn, W: [[1]], U: [[1]]}]\nloss: squared_error\nnames: net_out\n",
            "e.yaml:5: names is net_out, which names the numbers of dense layers only, but the exercise has rnn",
        ),
        (
            "samples: [{x: 1, y: 1}]\nlayers: [{W: [[1]]}]\nloss: squared_error\n"
            "update: {rule: sgd, rate: 1, per: sample}\nnames: io_err\n",
            "e.yaml:5: names is io_err, which names the numbers of one sample",
        ),
        (
            ONE + "update: {rule: adam, rate: 0.1}\nnames: delta\n",
            "e.yaml:6: names is delta, which has no way to write adam; it knows sgd, momentum",
        ),
        (
            ONE + "update: {rule: momentum, rate: 0.1}\nnames: io_err\n",
            "e.yaml:6: names is io_err, which has no way to write momentum; it knows sgd",
        ),
    ],
)
def test_faults(text, words):
    (fault,) = faults(text)
    assert fault.startswith(words)


def test_too_many_to_name():
    row = "[" + ", ".join(["1"] * 20) + "]"
    text = f"x: {row}\ny: {row}\nlayers: [{{W: [{', '.join([row] * 20)}]}}]\nloss: squared_error\nnames: io_err\n"
    (fault,) = faults(text)
    assert "would name 400 weights and biases one by one; 150 is the most" in fault


def test_all_misfits_at_once():
    text = "samples: [{x: 1, y: 1}, {x: 2, y: 1}]\nlayers: [{W: [[1]]}]\nloss: squared_error\n"
    found = faults(text + "update: {rule: adam, rate: 1}\nnames: io_err\n")
    assert len(found) == 2


def test_names_and_numbers_beside_other_faults():
    assert len(faults("x: 1\ny: q\nlayers: [{W: [[1]]}]\nloss: squared_error\nnames: greek\nnumbers: roman\n")) == 3


def test_numbers():
    assert read("paper", more="numbers: fractions").sheet.numbers == "fractions"
    assert read("paper").sheet.numbers == "decimals"
