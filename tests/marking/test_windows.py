"""Papers with convolution and pooling: what they are read as, and the slips that belong to them."""

import pytest

import symback
from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree
from tests.marking.marked import answered, found, written


def made(text):
    return exercise_from(parse_tree(text.encode(), "made.yaml"), "made.yaml", "made")


POOL = symback.load("max_pool")
SIGNAL = symback.load("conv1d")
IMAGE = symback.load("conv")
AVERAGE = symback.load("avg_pool")
#: Two convolutions, so that a gradient goes back through a kernel.
TWICE = made("""
x: [[1, 2, 0], [0, 1, 3], [2, 1, 0]]
y: [[1]]
layers:
  - {type: conv, K: [[1, 2], [0, -1]], b: 0.5}
  - {type: conv, K: [[1, 0.5], [2, -1]], b: 0.25}
loss: squared_error
""")


CASES = (
    # -1(2) + 0(0) + 0(1) + 1(3) + 0.5 at the second window.
    ("kernel_turned", POOL, {"Z_1[1,2]": "1.5", "Z_1[2,3]": "-2.5"}),
    ("stride_forgotten", SIGNAL, {"Z_1[2]": "-1.75"}),
    ("padding_forgotten", IMAGE, {"Z_1[1,1]": "4.0", "Z_1[1,2]": "-2.0"}),
    ("bias_left_out", POOL, {"Z_1[1,1]": "0", "Z_1[2,2]": "1.0"}),
    ("term_dropped", POOL, {"Z_1[1,2]": "2.5"}),
    ("kernel_not_turned", TWICE, {"dA_1[1,2]": "-4", "dA_1[2,1]": "-1"}),
    ("pooled_to_all", POOL, {"dA_1[1,1]": "-0.02821", "dA_1[1,3]": "0.05642"}),
    ("pooled_elsewhere", POOL, {"dA_1[1,2]": "-0.02821", "dA_1[1,3]": "0.05642"}),
    ("average_undivided", AVERAGE, {"A_2[1]": "3", "A_2[2]": "7"}),
    ("average_undivided", AVERAGE, {"dA_1[1,1]": "0.46074"}),
    ("other_pooling", AVERAGE, {"A_2[1]": "1.5", "A_2[2]": "2.5"}),
    ("other_pooling", POOL, {"A_2[1,1]": "0.5"}),
)


@pytest.mark.parametrize(("name", "given", "answers"), CASES, ids=[f"{case[0]}-{k}" for k, case in enumerate(CASES)])
def test_a_slip_is_named(name, given, answers):
    marks = [mark for mark in answered(given, answers).marks if mark.verdict != "missing"]
    assert [mark.verdict for mark in marks] == ["slip"] * len(answers), [(m.verdict, m.expected) for m in marks]
    assert all(name in (mark.slip, *mark.also) for mark in marks), [(mark.slip, mark.also) for mark in marks]


PAPER = r"""
$$K_1 = \begin{bmatrix} 1 & 0 \\ 0 & -1 \end{bmatrix}$$
$$Z_1 = X * K_1 + b_1$$
$$(Z_1)_{1,1} = 1 \cdot 1 + 0 \cdot 2 + 0 \cdot 0 - 1 \cdot 1 + 0.5 = 0.5$$
$$(Z_1)_{12} = 1(2) + 0(0) + 0(1) - 1(3) + 0.5 = -0.5$$
$$A_1 = \begin{bmatrix} 0.5 & 0 & 0 \\ 0 & 1.5 & 3.5 \\ 2.5 & 0.5 & 0 \end{bmatrix}$$
$$(A_2)_{11} = \max(0.5, 0, 0, 1.5) = 1.5$$
$$A_2 = \begin{bmatrix} 1.5 & 3.5 \\ 2.5 & 3.5 \end{bmatrix}$$
$$dK_1 = \begin{bmatrix} -0.0564 & -0.0987 \\ -0.0423 & 0 \end{bmatrix}$$
$$\frac{\partial L}{\partial K_1} = \begin{bmatrix} -0.0564 & -0.0987 \\ -0.0423 & 0 \end{bmatrix}$$
$$\frac{\partial L}{\partial K^{(1)}_{21}} = -0.0423$$
$$db_1 = -0.0423$$
"""


def test_a_paper_is_read_whole():
    marks = [mark for mark in written(POOL, PAPER).marks if mark.verdict != "missing"]
    assert [mark for mark in marks if mark.verdict != "exact"] == []
    assert {mark.quantity for mark in marks} >= {"K_1", "Z_1", "A_1", "A_2", "dK_1", "db_1"}


def test_a_wrong_maximum_is_found_and_what_follows_is_carried():
    text = PAPER.replace(r"\max(0.5, 0, 0, 1.5) = 1.5", r"\max(0.5, 0, 0, 1.5) = 0.5").replace(
        r"A_2 = \begin{bmatrix} 1.5", r"A_2 = \begin{bmatrix} 0.5"
    )
    marking = written(POOL, text)
    assert marking.first_wrong is not None
    assert (marking.first_wrong.quantity, marking.first_wrong.read_as) == ("A_2", "0.5")
    table = answered(POOL, {"A_2[1,1]": "0.5", "A_3[1]": "0.5", "Z_4": "0.975"})
    assert [found(table, "A_3", (1,)).verdict, found(table, "Z_4").verdict] == ["carried", "carried"]


def test_another_winner_carries_on():
    """Who has taken another entry for the greatest sends the gradient there: it follows from what was written."""
    text = {"Z_1[2,2]": "0.25", "A_1[2,2]": "0.25", "A_2[1,1]": "0.5", "dA_1[1,1]": "-0.02821", "dA_1[2,2]": "0"}
    marking = answered(POOL, text)
    assert found(marking, "A_2", (1, 1)).verdict == "carried"
    assert found(marking, "dA_1", (1, 1)).verdict == "carried"
