"""Variants for the tests of the exports to learning platforms, and readers of what they write."""

from html.parser import HTMLParser

from symback.exercise.builtin import load
from symback.homework.variant import Variant
from symback.solution.plain import plain
from symback.solution.rounding import round_rational
from tests.solution.exercises import exercise

PAPER = load("paper")
RELU = exercise(
    ["1", "-2"],
    ["1"],
    [([["1", "0.5"], ["0.25", "0.75"]], ["0.1", "0"], "relu"), ([["0.5", "-1"]], ["1"], "sigmoid")],
    "binary_cross_entropy",
)
OUTPUTS = exercise(
    ["0.5", "-1.5"],
    ["2", "1/3"],
    [([["0.3", "1"], ["-1", "0.2"]], ["0", "1"], "tanh"), ([["0.5", "-1"], ["2", "1"]], None, "identity")],
    "mean_squared_error",
)
ZEROS = exercise(["0", "1"], ["0"], [([["0", "0"]], ["0"], "identity")])
FAR = exercise(
    ["300000000000", "0.0000007"],
    ["5"],
    [([["20", "1"], ["0.00003", "0"]], None, "identity"), ([["0.5", "-1"]], None, "identity")],
)

VARIANTS = tuple(
    Variant(str(number), f"CODE{number}", made) for number, made in enumerate((PAPER, RELU, OUTPUTS, ZEROS, FAR), 1)
)


def typed(solution, name, place, digits, scale=0):
    """What a careful student types into a blank: the true value, correctly rounded to the asked digits."""
    # By way of more digits: on a tie that no ball decides, a student may round either way.
    number = round_rational(solution.rounded(name, place, digits + 7).value, digits)
    return plain(number if number.digits == "0" else number._replace(place=number.place - scale))


class _Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.pieces, self.tags = [], []

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        self.tags.append(tag)

    def handle_data(self, data):
        self.pieces.append(data)


def seen(markup):
    """The text that a reader of a page sees, and the elements of the page."""
    page = _Page()
    page.feed(markup)
    page.close()
    return "".join(page.pieces), set(page.tags)
