"""Numbers that a computer printed with all its digits: rounded in binary, and honest as far as its arithmetic goes."""

import pytest
from mpmath import workprec

from symback.exercise.numerals import read_numeral
from symback.marking.answers import AnswerEntry
from symback.marking.check import mark, table_answers
from symback.marking.judge import printed_bits
from symback.solution.solution import solve
from tests.marking.marked import answered, found, small
from tests.marking.papers import make
from tests.marking.papers.network import steps
from tests.marking.papers.paper import index_of
from tests.solution.exercises import one

SIGMOID = small("sigmoid")
RIGHT = {"exact", "close", "carried"}


@pytest.mark.parametrize(
    ("text", "bits"),
    [
        ("0.39249999999999996", 53),
        ("3.9938507552364877", 53),
        ("0.5932700037956238", 24),  # torch.tensor(0.593269992).item()
        ("0.3333333333333333", 53),
        ("0.333333333333333333", 0),  # more digits than any print has
        ("0.5932699921", 0),
        ("0.5", 0),
        ("3.14159265358979312", 0),  # not the shortest that tells the number
        ("1e400", 0),
    ],
)
def test_what_is_a_print(text, bits):
    assert printed_bits(read_numeral(text)) == bits


def printed(seed, bits):
    """A network of a synthetic paper, worked out with so many bits, and every result as Python prints it."""
    paper = make(seed, table=True)
    entries = []
    with workprec(bits):
        held = paper.work.net.values()
        for step in steps(paper.work.net):
            held[step.name] = step.run(held)
            for place, value in enumerate(held[step.name]):
                index = index_of(paper.work, step.name, place)
                entries.append(AnswerEntry(step.name, index, repr(float(value)), len(entries) + 1))
    solution = solve(paper.exercise)
    return mark(solution, table_answers(entries, solution, "."))


@pytest.mark.parametrize("seed", range(40))
def test_a_float64_program_is_honest(seed):
    odd = [each for each in printed(seed, 53).marks if each.verdict != "missing" and each.verdict not in RIGHT]
    assert odd == []


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 5, 8, 13])
def test_a_float32_program_is_honest(seed):
    assert {each.verdict for each in printed(seed, 24).marks} - {"missing"} <= RIGHT


def test_the_nearest_float_is_exact_and_the_next_one_close():
    true = one("0.3925")
    assert found(answered(true, {"A_1": "0.39250000000000002"}), "A_1").verdict in ("wrong", "slip")
    assert found(answered(true, {"A_1": "0.39249999999999996"}), "A_1").verdict == "close"
    assert found(answered(SIGMOID, {"A_2": "0.6004266864823016"}), "A_2").verdict == "exact"
    assert found(answered(SIGMOID, {"A_2": "0.6004266864823015"}), "A_2").verdict == "close"


@pytest.mark.parametrize("text", ["0.6004266864823116", "0.6004266874823016", "-0.6004266864823016"])
def test_a_print_that_is_wrong_is_found(text):
    assert found(answered(SIGMOID, {"A_2": text}), "A_2").verdict in ("wrong", "slip")


def test_a_gradient_that_float32_lost_is_not_right():
    lost = one("18.3", "sigmoid", "18")
    assert found(answered(lost, {"dA_1/dZ_1": "0.0"}), "dA_1/dZ_1").slip == "saturated"
    marking = answered(lost, {"A_1": "1.0", "dA_1/dZ_1": "0.0", "dZ_1": "-0.0"})
    assert [found(marking, name).flagged for name in ("A_1", "dA_1/dZ_1", "dZ_1")] == [False, True, True]
