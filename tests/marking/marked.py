"""Papers for tests of the marker: a few answers to a small exercise, and what was found about them."""

from __future__ import annotations

from symback.exercise.model import Exercise
from symback.marking.answers import AnswerEntry, target
from symback.marking.check import mark, table_answers, transcript_answers
from symback.marking.marks import Mark, Marking
from symback.solution.solution import solve
from tests.solution.exercises import exercise

#: 2 - 2 - 1, sigmoid at the end: x = (2, 3), y = 1.
SMALL = (["2", "3"], ["1"], [
    ([["0.5", "-0.2"], ["0.3", "0.4"]], ["0.1", "0.2"], "identity"),
    ([["0.7", "-0.6"]], ["0.5"], "sigmoid"),
])  # fmt: skip


def small(activation: str = "identity", loss: str = "squared_error", y: tuple[str, ...] = ("1",)) -> Exercise:
    """The small exercise with another activation inside, or another loss."""
    x, _, layers = SMALL
    (first, bias, _), last = layers
    return exercise(x, list(y), [(first, bias, activation), last], loss)


def answered(given: Exercise, answers: dict[str, str], **options) -> Marking:
    """A table of answers, a key a line, after marking."""
    entries = [AnswerEntry(*target(key), text, line) for line, (key, text) in enumerate(answers.items(), 1)]
    solution = solve(given)
    return mark(solution, table_answers(entries, solution, "."), **options)


def written(given: Exercise, text: str, **options) -> Marking:
    """A transcript after marking."""
    solution = solve(given)
    return mark(solution, transcript_answers(text, solution, "."), **options)


def found(marking: Marking, quantity: str, index: tuple[int, ...] | None = None) -> Mark:
    """The last mark of an entry."""
    marks = [each for each in marking.marks if each.quantity == quantity and each.index == index]
    return marks[-1]
