"""What stands on a paper, read but not judged: a frozen tree of expressions, chained into statements.

A statement `a = b \\approx c` is a `Chain` of `Link`s; a `Paper` is its chains in order of appearance.
Nothing here has a value except the numerals, and those are exact: the tree says what was written, the
engine says what it is worth. Leaves keep the text they were read from (`source`), so that every digit of
the paper can be accounted for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from symback.exercise.model import Numeral


@dataclass(frozen=True, slots=True)
class Number:
    """A numeral; `reading` says how it was taken when that is not obvious ("" otherwise), `source` is as
    typed.
    """

    numeral: Numeral
    reading: str
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Name:
    """A named quantity: `quantity` is its canonical ASCII name (`dW_2`), None where the paper invented the
    name.

    `text` is as typed, `symbol` one spelling for all the ways to type it (`lambda` for `\\lambda` and `λ`).
    `index` counts from one and has as many members as were written: (2,) for `Z_1[2]`, (2, 3) for
    `w^{(1)}_{23}`.
    """

    text: str
    symbol: str
    quantity: str | None
    index: tuple[int, ...] | None
    line: int


@dataclass(frozen=True, slots=True)
class Transpose:
    """`X^T`."""

    argument: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Negation:
    """A minus before something that is not a bare numeral, or a subtracted term of a sum."""

    argument: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Sum:
    """Two terms or more; a subtracted term is a `Negation`."""

    terms: tuple[Expression, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Product:
    """Two factors or more; `operators[i]` between factors i and i + 1 is "·", "×", "⊙" or "" (written side
    by side).
    """

    factors: tuple[Expression, ...]
    operators: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Quotient:
    """A fraction that is not a plain one of integers (`1/3` is a `Number`)."""

    numerator: Expression
    denominator: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Power:
    """`base^exponent`; `e^{...}` is `Call("exp", ...)`. Nobody has checked that it is small enough to
    compute.
    """

    base: Expression
    exponent: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function of one argument; several arguments come as a `Matrix` of form "list".

    `function` is exp, ln, log, sqrt, abs, max, sigma, tanh, relu, f, ...; with a prime for the derivative
    (`sigma'`).
    """

    function: str
    argument: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of entries, all rows equally long.

    `form` is "grid" where rows and columns were told, "list" for one run of entries (`[20, 3, 4]`) which
    may stand for a row or for a column. Where cells begin with an operator (`3,8 & + 0,1`) they are joined
    into the sum that is meant, and `joined` is true.
    """

    rows: tuple[tuple[Expression, ...], ...]
    form: str
    joined: bool
    line: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns, as written."""
        return len(self.rows), len(self.rows[0])


@dataclass(frozen=True, slots=True)
class Stack:
    """Lines under one brace, each a chain of its own; `operator` "+" when they are added up, "" when
    nothing is said.
    """

    lines: tuple[Chain, ...]
    operator: str
    line: int


@dataclass(frozen=True, slots=True)
class Text:
    """Words inside mathematics, free of digits."""

    words: str
    line: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A piece that could not be read with certainty: the text as written, why, and where (line and column
    from one).

    `kind` sorts the reasons: "grammar" (not in the answer grammar), "syntax" (broken: brackets, braces,
    missing operands), "numeral" (not a number we accept), "doubtful" (more than one reading), "character"
    (a character that hides or reorders text), "limit" (too long, too deep), "prose" (a digit in words),
    "layout" (a digit in spacing, a label or a comment).
    """

    text: str
    reason: str
    kind: str
    line: int
    column: int


Expression = (
    Number | Name | Transpose | Negation | Sum | Product | Quotient | Power | Call | Matrix | Stack | Text | Unread
)


@dataclass(frozen=True, slots=True)
class Link:
    """One side of a chain and the relation before it: "=", "≈", "⇒", "→", "<", ...; "" for the first."""

    relation: str
    expression: Expression
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Chain:
    """A statement: `a = b ≈ c`, with the heading it stands under.

    The first relation is "" unless the statement begins with one (`= 5` on a line of its own: it
    `continues` the statement before).
    """

    links: tuple[Link, ...]
    source: str
    section: str | None
    line: int

    @property
    def continues(self) -> bool:
        """Whether this goes on with the statement before it."""
        return self.links[0].relation in ("=", "≈")


@dataclass(frozen=True, slots=True)
class Paper:
    """A transcript as read: its statements, what was left unread outside them, the decimal sign and the
    line count.
    """

    chains: tuple[Chain, ...]
    unread: tuple[Unread, ...]
    decimal: str
    lines: int


def children(node: Expression | Link | Chain | Paper) -> Iterator[Expression | Link | Chain]:
    """The direct parts of a node, in the order in which they were written."""
    match node:
        case Paper(chains, unread):
            yield from chains
            yield from unread
        case Chain(links):
            yield from links
        case Link(_, expression):
            yield expression
        case Sum(parts) | Product(parts):
            yield from parts
        case Quotient(first, second) | Power(first, second):
            yield from (first, second)
        case Negation(argument) | Transpose(argument) | Call(_, argument):
            yield argument
        case Matrix(rows):
            for row in rows:
                yield from row
        case Stack(lines):
            yield from lines


def walk(node: Expression | Link | Chain | Paper) -> Iterator[Expression | Link | Chain | Paper]:
    """A node and everything below it, in the order in which it was written."""
    waiting: list[Expression | Link | Chain | Paper] = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(list(children(current))))


def unread(paper: Paper) -> tuple[Unread, ...]:
    """All that was not read, inside statements and outside, by line and column."""
    found = [node for node in walk(paper) if isinstance(node, Unread)]
    return tuple(sorted(found, key=lambda item: (item.line, item.column)))


# A digit of any kind; and the runs of them, where those of the line stay apart from raised and lowered ones.
DIGIT = re.compile(r"[\d⁰¹²³⁴-⁹₀-₉]")
DIGIT_RUN = re.compile(r"\d+|[⁰¹²³⁴-⁹]+|[₀-₉]+")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")


def digit_runs(text: str) -> Counter[str]:
    """The runs of digits in a text, superscript and subscript digits included, with their multiplicities."""
    return Counter(run.translate(_PLAIN) for run in DIGIT_RUN.findall(text))


def account(paper: Paper) -> Counter[str]:
    """The runs of digits in the leaves and function names of a paper: equal to `digit_runs` of its text, or
    something was dropped.
    """
    total: Counter[str] = Counter()
    for node in walk(paper):
        match node:
            case Number(source=text) | Name(text=text) | Unread(text=text) | Text(words=text) | Call(function=text):
                total += digit_runs(text)
    return total
