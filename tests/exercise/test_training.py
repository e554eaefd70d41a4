"""What an exercise file may say of its loss and of the update of its weights, and every way to say it wrongly."""

from fractions import Fraction

import pytest

from symback.errors import InputError
from symback.exercise.model import Update
from symback.exercise.names import UPDATE_RULES
from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree

BODY = """x: 2
y: 1
layers: [{W: [[0.5]]}]
"""


def read(text):
    return exercise_from(parse_tree((BODY + text).encode(), "a.yaml"), "a.yaml", "a")


def faults(text):
    with pytest.raises(InputError) as caught:
        read(text)
    return str(caught.value).replace("a.yaml:", "").splitlines()


def constants(exercise):
    return {name: given.rows[0][0].value for name, given in exercise.givens.items() if name[0] not in "XyW"}


def test_a_loss_by_its_name_has_the_usual_constants():
    exercise = read("loss: huber")
    assert exercise.network.loss == "huber"
    assert constants(exercise) == {"delta": 1}


def test_a_loss_with_a_constant_of_its_own():
    assert constants(read("loss: {name: huber, delta: 0.5}")) == {"delta": Fraction(1, 2)}
    assert constants(read("loss: {name: squared_error}")) == {}


def test_an_update():
    exercise = read("loss: squared_error\nupdate: {rule: adam, rate: 1/3, beta_2: 0.99, steps: 4, biases: keep}")
    assert exercise.network.update == Update("adam", 4, biases=False)
    assert list(constants(exercise).items()) == [
        ("eta", Fraction(1, 3)),
        ("beta_1", Fraction(9, 10)),
        ("beta_2", Fraction(99, 100)),
        ("epsilon", Fraction(1, 10**8)),
    ]
    assert read("loss: squared_error").network.update is None


@pytest.mark.parametrize("rule", UPDATE_RULES)
def test_a_rule_needs_only_its_rate(rule):
    assert read(f"loss: hinge\nupdate: {{rule: {rule}, rate: 0.1}}").network.update == Update(rule)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("loss: {delta: 2}", ["4: loss.name is missing: one of "]),
        ("loss: {name: hubert}", ['4: loss.name is "hubert", which is not known; did you mean huber? ']),
        ("loss: {name: huber, delta: 0}", ["4: loss.delta must be more than 0, got 0"]),
        ("loss: {name: hinge, delta: 1}", ["4: loss.delta is not known; "]),
        ("loss: hinge\nupdate: sgd", ["5: update must be a mapping like {rule: sgd, rate: 0.5}, got "]),
        (
            "loss: hinge\nupdate: {rule: sdg, steps: 0, biases: no, rate: -1}",
            [
                '5: update.rule is "sdg", which is not known; did you mean sgd? ',
                "5: update.steps must be a whole number from 1 to 20, got ",
                '5: update.biases is "no", which is not known; ',
                "5: update.rate must be more than 0, got -1",
            ],
        ),
        (
            "loss: hinge\nupdate: {rule: sgd, beta: 0.9}",
            ["5: update.beta is not known; ", "5: update.rate is missing: the learning rate, a number"],
        ),
        ("loss: hinge\nupdate: {rate: 0.1}", ["5: update.rule is missing: one of sgd, "]),
        ("loss: hinge\nupdate: {rule: adam, rate: 1, beta_1: 1}", ["5: update.beta_1 must be less than 1, got 1"]),
        ("loss: hinge\nupdate: {rule: sgd, lr: 1}", ["5: update.lr is not known; did you mean rate? "]),
    ],
)
def test_every_fault_is_told(text, expected):
    found = faults(text)
    assert len(found) >= len(expected)
    for words in expected:
        assert any(words in line for line in found), (words, found)


@pytest.mark.parametrize(("y", "loss"), [("0", "hinge"), ("0.5", "hinge"), ("2", "binary_cross_entropy_with_logits")])
def test_targets_that_a_loss_does_not_take(y, loss):
    with pytest.raises(InputError, match=f'for {loss}, got "{y}"'):
        exercise_from(parse_tree((BODY.replace("y: 1", f"y: {y}") + f"loss: {loss}").encode(), "a.yaml"), "a", "a")
