"""A synthetic paper: its exercise, its text or its table, and what may be said of each number on it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from mpmath import workdps

from symback.exercise.model import Exercise, Given, Layer, Network, Sheet
from symback.exercise.numerals import read_numeral
from tests.marking.papers.network import DIGITS, Net, random_net
from tests.marking.papers.pencil import NOTATIONS, Hand, Notation
from tests.marking.papers.student import Made, Unfit, Work, work
from tests.marking.papers.writing import Line, transcript


@dataclass(frozen=True)
class Number:
    """One number on the paper: where, what it stands for, and whether it was come by honestly."""

    line: int
    quantity: str
    index: tuple[int, ...] | None
    text: str
    honest: bool
    restated: bool = False


@dataclass(frozen=True)
class SynthPaper:
    """`numbers` in the order of the paper; `slips` in the order in which they were made."""

    seed: int
    exercise: Exercise
    notation: Notation
    hand: Hand
    text: str
    numbers: tuple[Number, ...]
    slips: tuple[Made, ...]
    work: Work

    @property
    def first_visible(self) -> Made | None:
        return next((made for made in self.slips if made.visible), None)


def exercise_of(net: Net, decimal: str) -> Exercise:
    """The exercise that a student was given."""

    def given(name: str, texts: tuple[str, ...]) -> Given:
        rows, columns = net.shape(name)
        cells = [read_numeral(text) for text in texts]
        return Given(name, tuple(tuple(cells[i * columns : (i + 1) * columns]) for i in range(rows)))

    network = Network(
        len(net.givens["X"]), tuple(Layer(each.rows, each.activation, each.bias) for each in net.layers), net.loss
    )
    order = ("X", "y", *(name for name in net.givens if name not in ("X", "y")))
    givens = {name: given(name, net.givens[name]) for name in order}
    return Exercise("made by a seed", network, givens, Sheet(decimal=decimal))


def random_hand(random: Random) -> Hand:
    digits = random.choice((2, 3, 3, 4, 4, 5, 6))
    way = random.choice(("rounds", "rounds", "keeps", "cuts", "cuts and keeps"))
    return Hand(digits, "cuts" in way, "keeps" in way, random.random() < 0.4)


def make(seed: int, *, slips: int | None = None, table: bool = False, omit: float = 0.03) -> SynthPaper:
    """The paper of a seed; `slips` from 0 to 3 where it is not told."""
    with workdps(DIGITS):
        for attempt in range(100):
            random = Random(f"{seed}/{attempt}")
            net, hand = random_net(random), random_hand(random)
            count = random.randrange(4) if slips is None else slips
            notation = random.choice(NOTATIONS)
            detail = random.random() < 0.7 and not table
            try:
                done = work(net, hand, count, random, omit=omit, detail=detail)
            except Unfit:
                continue
            lines = transcript(done, notation, random)
            return _paper(seed, done, notation, lines)
    raise AssertionError("no exercise fits")


def _paper(seed: int, done: Work, notation: Notation, lines: list[Line]) -> SynthPaper:
    slipped = {(made.quantity, place) for made in done.made for place in range(len(done.written[made.quantity]))}
    texts: list[str] = []
    numbers = []
    for line in lines:
        texts.append(line.text)
        for each in line.numbers:
            honest = each.restated or (each.quantity, each.place) not in slipped
            numbers.append(
                Number(len(texts), each.quantity, index_of(done, each.quantity, each.place), each.text, honest,
                       each.restated)
            )  # fmt: skip
        if not notation.plain:
            texts.append("")
    exercise = exercise_of(done.net, notation.sign)
    return SynthPaper(
        seed, exercise, notation, done.hand, "\n".join(texts) + "\n", tuple(numbers), tuple(done.made), done
    )


def index_of(done: Work, quantity: str, place: int) -> tuple[int, ...] | None:
    """The index of an entry, as the project counts."""
    rows, columns = shape_of(done, quantity)
    if (rows, columns) == (1, 1):
        return None
    return (place + 1,) if columns == 1 else (place // columns + 1, place % columns + 1)


def shape_of(done: Work, quantity: str) -> tuple[int, int]:
    name, _, part = quantity.partition(".")
    if name in done.net.givens:
        return done.net.shape(name)
    step = next(step for step in done.order if step.name == name)
    if part == "products":
        layer = done.net.layers[step.layer - 1]
        return (layer.rows, layer.columns) if step.kind == "affine" else (layer.columns, layer.rows)
    return step.shape
