"""A finished piece of work as a transcript, line by line, with what stands in each line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from tests.marking.papers.network import Step
from tests.marking.papers.pencil import Notation, text_of
from tests.marking.papers.student import Work


@dataclass(frozen=True)
class Token:
    """A number in a line: what it stands for, counted from 0 in its quantity."""

    quantity: str
    place: int
    text: str
    restated: bool


@dataclass
class Line:
    text: str = ""
    numbers: list[Token] = field(default_factory=list)


def transcript(done: Work, notation: Notation, random: Random) -> list[Line]:
    """All lines of a paper, the givens first."""
    writer = Writer(done, notation, random)
    lines = [writer.given(name) for name in done.net.givens]
    for step in done.order:
        if step.name not in done.unwritten:
            lines += writer.step(step)
    return lines


class Writer:
    """Writes one paper in one notation."""

    def __init__(self, done: Work, notation: Notation, random: Random) -> None:
        self.done, self.notation, self.random = done, notation, random

    # names and numbers

    def name(self, quantity: str) -> str:
        if quantity in ("X", "y", "L"):
            return quantity
        if "/" in quantity:
            k = quantity[-1]
            forms = {
                "paper": rf"\frac{{dA_{k}}}{{dZ_{k}}}",
                "superscripts": rf"\frac{{\partial A^{{[{k}]}}}}{{\partial Z^{{[{k}]}}}}",
                "ascii": f"dA{k}/dZ{k}",
            }
            return forms[self.notation.name]
        derived, letter, k = quantity.startswith("d"), quantity[-3], quantity[-1]
        bare = {"paper": f"{letter}_{k}", "superscripts": f"{letter}^{{[{k}]}}", "ascii": f"{letter}{k}"}
        own = bare[self.notation.name]
        if not derived:
            return own
        forms = {
            "paper": (rf"\frac{{dL}}{{d{own}}}", f"d{own}"),
            "superscripts": (rf"\frac{{\partial L}}{{\partial {own}}}", rf"\partial L/\partial {own}"),
            "ascii": (f"dL/d{own}", f"∂L/∂{own}"),
        }
        return self.random.choice(forms[self.notation.name])

    def token(self, quantity: str, place: int, number: Decimal, line: Line, *, restated: bool = False) -> str:
        text = text_of(number, self.notation, self.random)
        line.numbers.append(Token(quantity, place, text, restated))
        return text

    def again(self, quantity: str, place: int, line: Line) -> str:
        """An input, as it was written or meant before; in brackets where it is negative."""
        return self.token(quantity, place, self.number(quantity, place), line, restated=True)

    def number(self, quantity: str, place: int) -> Decimal:
        if quantity in self.done.net.givens:
            return Decimal(self.done.net.givens[quantity][place])
        found = self.done.meant.get(quantity)
        if found is not None:
            return found[place]
        return self.done.hand.decimal(self.done.held[quantity][place])

    def matrix(self, cells: Sequence[str], rows: int, columns: int, *, row: bool = False) -> str:
        if self.notation.plain:
            if columns == 1 or rows == 1:
                return "[" + ", ".join(cells) + "]"
            inner = (", ".join(cells[i * columns : (i + 1) * columns]) for i in range(rows))
            return "[" + ", ".join(f"[{row}]" for row in inner) + "]"
        if row and rows == 1 and self.notation.name == "paper":
            return "[" + r" \quad ".join(cells) + "]"
        kind = self.notation.matrix
        body = r" \\ ".join(" & ".join(cells[i * columns : (i + 1) * columns]) for i in range(rows))
        return rf"\begin{{{kind}}} {body} \end{{{kind}}}"

    def entries(self, cells: Sequence[str], shape: tuple[int, int]) -> str:
        return cells[0] if shape == (1, 1) else self.matrix(cells, *shape, row=True)

    def wrap(self, body: str) -> str:
        return body if self.notation.plain else f"$${body}$$"

    @property
    def about(self) -> str:
        return self.random.choice(("=", "≈")) if self.notation.plain else self.random.choice(("=", r"\approx"))

    @property
    def times(self) -> str:
        return "*" if self.notation.plain else self.random.choice((r"\cdot", r"\times"))

    # lines

    def given(self, name: str) -> Line:
        line = Line()
        numbers = self.done.net.givens[name]
        cells = [self.token(name, place, Decimal(text), line) for place, text in enumerate(numbers)]
        line.text = self.wrap(f"{self.name(name)} = {self.entries(cells, self.done.net.shape(name))}")
        return line

    def step(self, step: Step) -> list[Line]:
        rule = _DETAILS.get(step.kind)
        detailed = any(name.startswith(f"{step.name}.") for name in self.done.parts)
        if rule and detailed:
            return rule(self, step)
        if step.kind in ("chain", "outer") and self.done.parts and self.plain_numbers(step):
            return [self.worked(step)]
        return [self.result(step)]

    def plain_numbers(self, step: Step) -> bool:
        """Whether the inputs of a step stand on the paper as the student goes on with them."""
        return self.done.net.layers[step.layer - 1].rows == 1 and not any(
            made.quantity == step.name for made in self.done.made
        )

    def worked(self, step: Step) -> Line:
        """A product of a number with a number, or with a row of numbers."""
        line = Line()
        first, second = step.inputs
        left = self.again(first, 0, line)
        if step.kind == "chain":
            right = self.again(second, 0, line)
            body = f"({left}) {self.times} ({right})"
        else:
            cells = [self.again(second, place, line) for place in range(step.shape[1])]
            body = f"({left}) {self.times} {self.entries(cells, (1, step.shape[1]))}" if len(cells) > 1 else (
                f"({left}) {self.times} ({cells[0]})"
            )  # fmt: skip
        line.text = self.wrap(f"{self.name(step.name)} = {body} {self.about} {self.written(step, line)}")
        return line

    def written(self, step: Step, line: Line) -> str:
        numbers = self.done.written[step.name]
        cells = [self.token(step.name, place, number, line) for place, number in enumerate(numbers)]
        return self.entries(cells, step.shape)

    def result(self, step: Step) -> Line:
        line = Line()
        line.text = self.wrap(f"{self.name(step.name)} {self.about} {self.written(step, line)}")
        return line

    def affine(self, step: Step) -> list[Line]:
        """Row by row the products and their sum; then the sums and the biases."""
        layer = self.done.net.layers[step.layer - 1]
        w, source, *bias = step.inputs
        lines = []
        for row in range(layer.rows):
            line = Line()
            factors = []
            for k in range(layer.columns):
                left = self.again(w, row * layer.columns + k, line)
                factors.append(f"{left}({self.again(source, k, line)})")
            products = self.part(step, "products", row * layer.columns, layer.columns, line)
            chain = f"{_added(factors)} = {_added(products)}"
            if bias:
                chain += f" {self.about} {self.part(step, 'sum', row, 1, line)[0]}"
            else:
                number = self.done.written[step.name][row]
                chain += f" {self.about} {self.token(step.name, row, number, line)}"
            line.text = self.wrap(chain if layer.rows > 1 or bias else f"{self.name(step.name)} = {chain}")
            lines.append(line)
        letters = f"{self.name(w)} {self.name(source)}" + (f" + {self.name(bias[0])}" if bias else "")
        heading = self.wrap(f"{self.name(step.name)} = {letters}")
        last = self.biases(step, layer.rows, bias[0]) if bias else self.result(step)
        return [Line(heading), *lines, last]

    def biases(self, step: Step, rows: int, bias: str) -> Line:
        line = Line()
        cells = []
        for row in range(rows):
            total = self.part(step, "sum", row, 1, line, restated=True)[0]
            cells.append(_added([total, self.again(bias, row, line)]))
        line.text = self.wrap(
            f"{self.name(step.name)} = {self.entries(cells, step.shape)} {self.about} {self.written(step, line)}"
        )
        return line

    def part(self, step: Step, suffix: str, start: int, count: int, line: Line, *, restated: bool = False) -> list[str]:
        name = f"{step.name}.{suffix}"
        numbers = self.done.parts[name][start : start + count]
        return [self.token(name, start + k, number, line, restated=restated) for k, number in enumerate(numbers)]

    def sigmoid(self, step: Step) -> list[Line]:
        """1 / (1 + e^-z), the power, then the value."""
        first, second = Line(), Line()
        number = self.number(step.inputs[0], 0)
        # The sign belongs to the formula; the number in the exponent is -z.
        exponent = text_of(-number, self.notation, self.random)
        first.numbers.append(Token(step.inputs[0], 0, exponent, True))
        power = f"e^({exponent})" if self.notation.plain else f"e^{{{exponent}}}"
        first.text = self.wrap(f"{power} {self.about} {self.part(step, 'exp', 0, 1, first)[0]}")
        again = self.part(step, "exp", 0, 1, second, restated=True)[0]
        whole = f"1/(1 + {again})" if self.notation.plain else rf"\frac{{1}}{{1 + {again}}}"
        second.text = self.wrap(f"{self.name(step.name)} = {whole} {self.about} {self.written(step, second)}")
        return [first, second]

    def slope(self, step: Step) -> list[Line]:
        line = Line()
        a, again = (self.again(step.inputs[0], 0, line) for _ in range(2))
        rest = self.again(step.inputs[0], 0, line)
        difference = self.part(step, "difference", 0, 1, line)[0]
        body = f"{a} {self.times} (1 - {again}) = {rest} {self.times} {difference}"
        line.text = self.wrap(f"{self.name(step.name)} = {body} {self.about} {self.written(step, line)}")
        return [line]

    def loss(self, step: Step) -> list[Line]:
        line = Line()
        a, y = self.again(step.inputs[0], 0, line), self.again(step.inputs[1], 0, line)
        inner = _added([a, _turned(y)])
        difference = self.part(step, "difference", 0, 1, line)[0]
        forms = {"loss": (f"({inner})^2", f"({difference})^2"), "dloss": (f"2({inner})", f"2({difference})")}
        before, after = forms[step.kind]
        line.text = self.wrap(f"{self.name(step.name)} = {before} = {after} {self.about} {self.written(step, line)}")
        return [line]


def _turned(text: str) -> str:
    """The number to be subtracted."""
    return f"-{text}" if not text.startswith("-") else f"-({text})"


def _added(terms: Sequence[str]) -> str:
    """Terms as a sum: `2 + 0,6 - 1,2`."""
    body = terms[0]
    for term in terms[1:]:
        body += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
    return body


_DETAILS = {
    "affine": Writer.affine,
    "activation": Writer.sigmoid,
    "slope": Writer.slope,
    "loss": Writer.loss,
    "dloss": Writer.loss,
}
