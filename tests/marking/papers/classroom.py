"""A class that answered the built-in paper: mostly right, some carried on from a slip or two."""

from __future__ import annotations

from random import Random

from mpmath import workdps

from symback.marking.answers import AnswerEntry
from tests.marking.papers.network import DIGITS, Layer, Net
from tests.marking.papers.paper import index_of
from tests.marking.papers.pencil import Hand
from tests.marking.papers.student import work

PAPER = Net(
    (Layer(3, 3, "identity", True), Layer(1, 3, "sigmoid", True)),
    "squared_error",
    {
        "X": ("20", "3", "4"),
        "y": ("18",),
        "W_1": ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"),
        "b_1": ("0.1", "0.2", "0.3"),
        "W_2": ("0.2", "0.4", "0.6"),
        "b_2": ("0.5",),
    },
)


def classroom(count: int) -> list[list[AnswerEntry]]:
    """The answers of so many students; half of them make no slip, the others one or two."""
    with workdps(DIGITS):
        return [_student(Random(number)) for number in range(count)]


def _student(random: Random) -> list[AnswerEntry]:
    hand = Hand(random.choice((3, 4, 4, 5, 6)), keeps=random.random() < 0.5)
    done = work(PAPER, hand, random.choice((0, 0, 0, 1, 1, 2)), random)
    found: list[AnswerEntry] = []
    for name, numbers in done.written.items():
        for place, number in enumerate(numbers):
            text = str(number).replace("E", "e").replace("e+", "e").replace(".", ",")
            found.append(AnswerEntry(name, index_of(done, name, place), text, len(found) + 1))
    return found
