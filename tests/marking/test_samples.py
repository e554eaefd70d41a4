"""Papers with several samples and with softmax: what they are read as, and the slips that belong to them."""

import pytest

from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree
from tests.marking.marked import answered, found, written

LAYERS = """
layers:
  - {W: [[0.5, 0.25], [1, -0.3]], b: [0, 0.1], activation: relu}
  - {W: [[0.2, -0.1], [0.4, 0.3], [-0.2, 0.5]], b: [0.1, 0, -0.1], activation: softmax}
"""
TWO = """
samples:
  - {x: [1, 2], y: [1, 0, 0]}
  - {x: [-1, 0.5], y: [0, 0, 1]}
"""
ONE = "x: [1, 2]\ny: [1, 0, 0]\n"


def made(text):
    return exercise_from(parse_tree(text.encode(), "made.yaml"), "made.yaml", "made")


BATCH = made(TWO + LAYERS + "loss: cross_entropy")
SMOOTH = made(TWO + LAYERS.replace("relu", "tanh") + "loss: cross_entropy")
SUMMED = made(TWO + LAYERS + "loss: cross_entropy\nreduce: sum")
SINGLE = made(ONE + LAYERS + "loss: {name: cross_entropy, shortcut: no}")

CASES = (
    ("samples_mean", BATCH, {"dZ_2[1,1]": "-0.6764", "dZ_2[2,1]": "0.4368"}),
    ("samples_mean", BATCH, {"L": "2.3303"}),
    ("samples_mean", SUMMED, {"L": "1.1652"}),
    ("samples_mean", BATCH, {"dZ_2[1,1]": "-0.33822", "dW_2[1,1]": "-0.6764", "dW_2[2,1]": "0.43675"}),
    ("sample_dropped", SMOOTH, {"dW_2[1,1]": "-0.25653", "dW_2[1,2]": "-0.15566"}),
    ("bias_not_summed", BATCH, {"db_2[1]": "-0.33822", "db_2[2]": "0.21838"}),
    ("not_normalised", BATCH, {"A_2[1,1]": "1.2840", "A_2[2,1]": "1.7333"}),
    ("shares_of_scores", BATCH, {"A_2[1,1]": "0.33333", "A_2[2,1]": "0.73333"}),
    ("other_direction", BATCH, {"A_2[1,1]": "0.53743", "A_2[2,1]": "0.63414"}),
    ("entry_by_entry", SINGLE, {"dA_2[1]": "-3.0907", "dZ_2[2]": "0", "dZ_2[3]": "0"}),
    ("decimal_logarithm", SINGLE, {"L": "0.49005"}),
)


@pytest.mark.parametrize(("name", "given", "answers"), CASES, ids=[f"{case[0]}-{k}" for k, case in enumerate(CASES)])
def test_a_slip_is_named(name, given, answers):
    marks = [mark for mark in answered(given, answers).marks if mark.verdict == "slip"]
    assert marks
    assert all(name in (mark.slip, *mark.also) for mark in marks), [(mark.slip, mark.also) for mark in marks]


def test_matrices_of_samples_are_read():
    text = r"""
$$Z_2 = W_2 A_1 + b_2 = \begin{bmatrix} 0.25 & 0.1 \\ 0.55 & 0 \\ -0.05 & -0.1 \end{bmatrix}$$
$$A_2 = softmax(Z_2) = \begin{bmatrix} 0.324 & 0.367 \\ 0.437 & 0.332 \\ 0.240 & 0.301 \end{bmatrix}$$
$$dZ_2 = \frac{A_2 - Y}{2} = \begin{bmatrix} -0.338 & 0.1835 \\ 0.2185 & 0.166 \\ 0.120 & -0.3495 \end{bmatrix}$$
$$dW_2 = dZ_2 A_1^T = \begin{bmatrix} -0.338 & -0.169 \\ 0.2185 & 0.10925 \\ 0.120 & 0.06 \end{bmatrix}$$
$$db_2 = \begin{bmatrix} -0.1545 \\ 0.3845 \\ -0.2295 \end{bmatrix}$$
"""
    marking = written(BATCH, text)
    marks = [mark for mark in marking.marks if mark.verdict != "missing"]
    assert len(marks) == 6 + 6 + 6 + 6 + 3
    assert {mark.verdict for mark in marks} <= {"exact", "carried", "close"}
    assert found(marking, "dW_2", (2, 2)).verdict == "carried"
    assert found(marking, "db_2", (3,)).carried_from
