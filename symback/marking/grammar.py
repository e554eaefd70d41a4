r"""From tokens to expressions: a small grammar by precedence, which refuses what it does not know.

    value   = rows of cells, or one sum
    sum     = [sign] product { sign product }
    product = factor { (times | "/" | nothing) factor }

Written side by side, factors are multiplied, but a number never stands after another factor without a sign
between them, and after `a/b` comes no bare factor: those have two readings. Recursion goes only as deep as
the brackets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from symback.marking import cells
from symback.marking.atoms import OPERANDS, Atoms
from symback.marking.expressions import Call, Chain, Expression, Matrix, Name, Negation, Number, Product, Stack, Sum
from symback.marking.literals import TIMES_TEN, negative
from symback.marking.tokens import NOTHING, Block, DoubtError, Phrase, Token, unexpected


class Grammar(Atoms):
    """Reads the expressions of one block; `chain` reads a line of a stack, for it may hold relations."""

    def __init__(self, block: Block, chain: Callable[[list[Token]], Chain]) -> None:
        super().__init__(block)
        self.chain = chain

    def value(self, tokens: list[Token], spaces: str = "none") -> Expression:
        """A sum, or the list or grid that separators make of several.

        Raises:
            DoubtError: where it has no reading or more than one.
        """
        rows = cells.split(tokens, spaces)
        if len(rows) == 1 and len(rows[0]) == 1:
            return self.sum(rows[0][0])
        form = "list" if len(rows) == 1 else "grid"
        return self.matrix(rows, form, tokens[0].start)

    def matrix(self, rows: list[list[list[Token]]], form: str, at: int) -> Expression:
        """A matrix from the tokens of its cells; lists inside a list become its rows."""
        if len({len(row) for row in rows}) > 1:
            raise DoubtError("rows of different lengths", "syntax", at)
        rows, joined = cells.join(rows)
        if form == "list" and not all(rows[0]):
            raise DoubtError("nothing before or after a separator", "syntax", at)
        read: list[tuple[Expression, ...]] = []
        for row in rows:
            read.append(self.row(row, at))
        line = self.line(at)
        if form == "list" and all(isinstance(cell, Matrix) and cell.form == "list" for cell in read[0]):
            inner = tuple(cell.rows[0] for cell in read[0] if isinstance(cell, Matrix))
            if len({len(row) for row in inner}) == 1:
                return Matrix(inner, "grid", joined, line)
        return Matrix(tuple(read), form, joined, line)

    def row(self, cells_of_row: list[list[Token]], at: int) -> tuple[Expression, ...]:
        """The entries of one row; an unread one does not spoil the others. No deeper than needed: rows nest."""
        entries: list[Expression] = []
        for cell in cells_of_row:
            try:
                if not cell:
                    raise DoubtError("an empty cell", "syntax", at)
                entries.append(self.value(cell))
            except DoubtError as doubt:
                entries.append(self.unread(*((cell[0].start, cell[-1].end) if cell else (at, at)), doubt))
        return tuple(entries)

    def sum(self, tokens: list[Token]) -> Expression:
        """Terms, added and subtracted."""
        if not tokens:
            raise DoubtError(NOTHING, "syntax", 0)
        phrase = Phrase(tokens)
        terms = [self.product(phrase)]
        while phrase.kind() == "sign":
            sign = phrase.take()
            term = self.product(phrase)
            terms.append(Negation(term, self.line(sign.start)) if sign.text == "-" else term)
        if phrase.kind():
            raise unexpected(phrase.take())
        return terms[0] if len(terms) == 1 else Sum(tuple(terms), self.line(tokens[0].start))

    def product(self, phrase: Phrase) -> Expression:
        """Factors, with the signs between them; a quotient takes the factor before it."""
        start = begin = phrase.here()
        factors, operators = [self.signed(phrase)], []
        divided = False
        while (kind := phrase.kind()) in ("times", "over") or kind in OPERANDS:
            if kind == "times":
                operators.append(phrase.take().text)
                begin, divided = phrase.here(), False
                factors.append(self.signed(phrase))
            elif kind == "over":
                factors[-1] = self.quotient(factors[-1], phrase, begin)
                divided = True
            else:
                self.side_by_side(phrase, divided)
                operators.append("")
                begin = phrase.here()
                factors.append(self.factor(phrase))
        if len(factors) == 1:
            return factors[0]
        return _called(factors, operators) or Product(tuple(factors), tuple(operators), self.line(start))

    def side_by_side(self, phrase: Phrase, divided: bool) -> None:
        """Refuse a factor without a sign before it where that has two readings."""
        token, before = phrase.tokens[phrase.at], phrase.tokens[phrase.at - 1]
        if divided:
            raise DoubtError("does this belong under the fraction line?", "doubtful", token.start)
        if token.kind == "number":
            raise DoubtError("a number without a sign before it", "doubtful", token.start)
        broken = token.text in "eE" and token.start == before.end and phrase.kind(1) not in ("sup", "raised")
        if token.kind == "letters" and before.kind == "number" and broken:
            raise DoubtError("an exponent that breaks off", "numeral", token.start)
        if token.text == "x" and before.kind == "number" and phrase.kind(1) in ("number", "bracket", "sign"):
            raise DoubtError("the letter x, or a multiplication sign?", "doubtful", token.start)

    def quotient(self, over: Expression, phrase: Phrase, start: int) -> Expression:
        """A factor under a slash."""
        slash = phrase.take()
        under = self.signed(phrase)
        last = phrase.tokens[phrase.at - 1]
        if last.kind == "number" and TIMES_TEN.search(last.text):
            raise DoubtError("does the power of ten belong under the fraction line?", "doubtful", slash.start)
        return self.fraction(over, under, start, last.end)

    def signed(self, phrase: Phrase) -> Expression:
        """A factor with at most one sign before it, which becomes part of a numeral."""
        if phrase.kind() != "sign":
            return self.factor(phrase)
        sign = phrase.take()
        if phrase.kind() == "sign":
            raise DoubtError("two signs", "doubtful", sign.start)
        factor = self.factor(phrase)
        end = phrase.tokens[phrase.at - 1].end
        if isinstance(factor, Number):
            typed = self.block.text[sign.start : end]
            self.covered.append((sign.start, end))
            read, minus = factor.numeral, sign.text == "-"
            read = negative(read, typed) if minus else replace(read, text=typed)
            reading = f"-{factor.reading}" if minus and factor.reading else factor.reading
            return Number(read, reading, typed, factor.line)
        return Negation(factor, self.line(sign.start)) if sign.text == "-" else factor

    def environment(self, phrase: Phrase) -> Expression:
        """A matrix; with relations in its cells, a stack of statements."""
        token = phrase.take()
        if any(part.kind == "relation" for part in token.parts):
            return self.stack(token, "")
        rows = cells.grid(token.parts)
        if not rows:
            raise DoubtError("an empty matrix", "syntax", token.start)
        return self.matrix(rows, "grid", token.start)

    def stack(self, token: Token, operator: str) -> Stack:
        """The lines of an array as statements of their own."""
        lines = tuple(self.chain(line) for line in cells.lines(token.parts))
        if not lines:
            raise DoubtError("an empty array", "syntax", token.start)
        return Stack(lines, operator, self.line(token.start))


def _called(factors: list[Expression], operators: Iterable[str]) -> Call | None:
    """`L(a, b)`: the loss beside a list is a call, not a product."""
    match factors:
        case [Name(quantity="L", index=None), Matrix(form="list", line=line) as arguments] if list(operators) == [""]:
            return Call("L", arguments, line)
    return None
