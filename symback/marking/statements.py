r"""Statements: the chains that a block of mathematics holds.

Rows of a block (`\\`) go on with the row before where they begin with a relation or an operator; several
statements in one row are parted by `,`, `;`, wide spaces or words. Each side of a chain is read on its own:
one that cannot be read stays as `Unread`, the others stand.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from itertools import accumulate, dropwhile

from symback.marking import cells
from symback.marking.expressions import DIGIT, Chain, Expression, Link, Matrix, Stack, Text, Unread
from symback.marking.grammar import Grammar
from symback.marking.lexer import tokenize
from symback.marking.tokens import Block, DoubtError, Token

_ARROWS = ("⇒", "→", "⇔")
_LEADING = ("relation", "sign", "times", "over")
_MARGIN = ("align", "wide")
_PARTING = ("separator", "wide", "words")
_POINTLESS = ("separator", "wide", "dot")
_SCALES = re.compile(r"percent|prozent|процент|thousand|tausend|тысяч|milli|милли|hundred|hundert|сот", re.IGNORECASE)


def read_block(block: Block, section: str | None) -> tuple[list[Chain], list[Unread]]:
    """The statements of a block, and what of it stays unread outside them."""
    try:
        tokens, layout = tokenize(block)
        reader = _Reader(block, section)
        chains = [reader.chain(statement) for row in _rows(tokens) for statement in _parted(row) if _said(statement)]
    except DoubtError as doubt:
        return [], [_whole(block, doubt)]
    except RecursionError:
        return [], [_whole(block, DoubtError("nested too deep", "limit", 0))]
    return chains, reader.strays(layout)


def heading(block: Block) -> str | None:
    """The words of a block that holds nothing else."""
    try:
        tokens, _ = tokenize(block)
    except DoubtError:
        return None
    only_words = bool(tokens) and all(token.kind in ("words", "letters") for token in tokens)
    return " ".join(token.text for token in tokens) if only_words and tokens[0].kind == "words" else None


def has_words(block: Block) -> bool:
    """Whether words stand in a block; a block that cannot be read has none."""
    try:
        return any(token.kind == "words" for token in tokenize(block)[0])
    except DoubtError:
        return False


def _whole(block: Block, doubt: DoubtError) -> Unread:
    return Unread(block.text, doubt.reason, doubt.kind, *block.place(doubt.at))


def _rows(tokens: list[Token]) -> list[list[Token]]:
    """The rows of a block, those that go on joined with the row before."""
    rows: list[list[Token]] = []
    split = [_split(row) for row in cells.part(tokens, lambda token: token.kind == "break")]
    split = [(margin, body) for margin, body in split if body]
    for (_, body), said in zip(split, _set_in(split), strict=True):
        if rows and _goes_on(rows[-1], body, said):
            rows[-1].extend(_aligned(body))
        else:
            rows.append(_aligned(body))
    return rows


def _split(row: list[Token]) -> tuple[set[str], list[Token]]:
    """What stands in the margin of a row, alignment and space, and the rest of it."""
    body = list(dropwhile(lambda token: token.kind in _MARGIN, row))
    return {token.kind for token in row[: len(row) - len(body)]}, body


def _set_in(split: list[tuple[set[str], list[Token]]]) -> list[bool | None]:
    """For each row whether it is set in to go on with the row before; None where the alignment does not say."""
    margins = [margin for margin, _ in split]
    if all("align" in margin for margin in margins):  # aligned at their beginnings: only a space can tell
        told = any("wide" in margin for margin in margins)
        return ["wide" in margin if told else None for margin in margins]
    own = [any(token.kind == "align" for token in body) for _, body in split]
    return [
        True if "align" in margin else False if aligned else None for margin, aligned in zip(margins, own, strict=True)
    ]


def _goes_on(before: list[Token], row: list[Token], said: bool | None) -> bool:
    """Whether a row goes on with the row before it; `said` is what the alignment says of it.

    One that begins with a minus may be a statement of its own. Without alignment it is, where the row before has
    come to its value: `0,2 - 0,3 = -0,1 \\\\ -0,1 - 0,6 = -0,7` are two statements.
    """
    if before[-1].kind in _LEADING:
        return True
    if row[0].kind != "sign" or row[0].text != "-":
        return row[0].kind in _LEADING
    first, *others = cells.part(row, lambda token: token.kind == "relation")
    _, *sides = cells.part(before, lambda token: token.kind == "relation")
    complete = bool(others) and not _is_number(first) and bool(sides) and _is_number(sides[-1])
    return not complete if said is None else said


def _is_number(side: list[Token]) -> bool:
    """Whether one number is all of a side."""
    return [token.kind for token in side if token.kind not in (*_POINTLESS, "sign")] == ["number"]


def _aligned(row: list[Token]) -> list[Token]:
    """The tokens of a row without alignment marks; one that parts two columns becomes a wide space."""
    found: list[Token] = []
    for place, token in enumerate(row):
        if token.kind != "align":
            found.append(token)
            continue
        after = row[place + 1].kind if place + 1 < len(row) else "align"
        if not {found[-1].kind, after} & {*_LEADING, "wide", "align"}:
            found.append(replace(token, kind="wide"))
    return found


def _parted(row: list[Token]) -> list[list[Token]]:
    """The statements of one row: a piece with a relation of its own begins a new one."""
    if sum(token.kind == "relation" for token in row) < 2 or not any(token.kind in _PARTING for token in row):
        return [row]
    statements: list[list[Token]] = [[]]
    mark: list[Token] = []
    for token, piece in _pieces(row):
        related = any(part.kind == "relation" for part in piece)
        before = any(part.kind == "relation" for part in statements[-1])
        mark = [token] if token else []
        if related and before and piece[0].kind not in _LEADING:
            statements.append([*(part for part in mark if part.kind == "words"), *piece])
        elif piece and piece[0].kind == "relation":
            statements[-1] += [*(part for part in mark if part.kind == "words"), *piece]
        else:
            statements[-1] += [*mark, *piece]
    return [statement for statement in statements if statement]


def _pieces(row: list[Token]) -> list[tuple[Token | None, list[Token]]]:
    """The pieces of a row, each with what stands before it."""
    pieces: list[tuple[Token | None, list[Token]]] = [(None, [])]
    for token in row:
        if token.kind in _PARTING:
            pieces.append((token, []))
        else:
            pieces[-1][1].append(token)
    return pieces


def _aside(token: Token, pointless: tuple[str, ...]) -> bool:
    """Whether a token at the edge says nothing about the value; `12 percent` and `3 thousand` do."""
    return token.kind in pointless or (token.kind == "words" and not _SCALES.search(token.text))


def _said(statement: list[Token]) -> bool:
    """Whether anything but punctuation is there."""
    return any(token.kind not in _POINTLESS for token in statement)


class _Reader(Grammar):
    """Reads the chains of one block; words that are set aside are looked through for digits at the end."""

    def __init__(self, block: Block, section: str | None) -> None:
        super().__init__(block, self.chain_of)
        self.section = section
        self.aside: list[tuple[int, int]] = []

    def chain_of(self, tokens: list[Token]) -> Chain:
        """One statement."""
        links: list[Link] = []
        relation, side = "", list[Token]()
        start = tokens[0].start
        for token in [*tokens, None]:
            if token is not None and token.kind != "relation":
                side.append(token)
                continue
            inner = self.stripped(side)
            if inner:
                links.append(self.link(relation, inner, side))
                relation = ""
            elif token is None and any(part.kind == "words" for part in side):
                links.append(self.text(relation, side))
                relation = ""
            if token is not None:
                relation, side = _merged(relation, token.text), []
        if relation and relation not in _ARROWS:
            links.append(self.nothing(relation, tokens[-1].end))
        line = self.line(start)
        return Chain(tuple(links) or (self.nothing("", start),), self.source(tokens), self.section, line)

    def link(self, relation: str, inner: list[Token], side: list[Token]) -> Link:
        """One side of a chain."""
        expression = self.attempt(inner, self.side)
        return Link(relation, expression, self.source(side), self.line(inner[0].start))

    def side(self, tokens: list[Token]) -> Expression:
        """What stands between two relations: a value, or a stack that is added up."""
        first = tokens[0]
        if len(tokens) == 2 and first.text == ".{" and tokens[1].kind == "sign" and tokens[1].text == "+":
            inside = [part for part in first.parts if part.kind != "wide"]
            if len(inside) == 1 and inside[0].kind == "env":
                return self.stack(inside[0], "+")
        value = self.value(tokens)
        if isinstance(value, Matrix) and any(token.kind in ("separator", "wide") for token in tokens):
            nested = any(isinstance(cell, Matrix | Stack) for cell in value.rows[0])
            if nested or value.form == "grid":
                raise DoubtError("two matrices side by side", "doubtful", first.start)
        return value

    def nothing(self, relation: str, at: int) -> Link:
        """A relation with nothing after it."""
        missing = self.unread(at, at, DoubtError(f"nothing after {relation or 'this'}", "syntax", at))
        return Link(relation, missing, "", missing.line)

    def text(self, relation: str, side: list[Token]) -> Link:
        """A side that is words only."""
        words = DIGIT.sub("", self.source(side)).strip()
        return Link(relation, Text(words, self.line(side[0].start)), self.source(side), self.line(side[0].start))

    def stripped(self, side: list[Token]) -> list[Token]:
        """A side without the words and the punctuation around it."""
        start, end = 0, len(side)
        while start < end and _aside(side[start], ("wide",)):
            start += 1
        while end > start and _aside(side[end - 1], _POINTLESS):
            end -= 1
        self.aside += [(token.start, token.end) for token in (*side[:start], *side[end:])]
        return side[start:end]

    def strays(self, layout: list[tuple[int, int]]) -> list[Unread]:
        """Digits in words and in layout that no leaf holds, each an unread piece."""
        spans = sorted(self.covered)
        starts = [start for start, _ in spans]
        ends = list(accumulate((end for _, end in spans), max))
        found = []
        kinds = [(span, "words", "prose") for span in self.aside] + [(span, "layout", "layout") for span in layout]
        for (start, end), reason, kind in kinds:
            place = bisect_right(starts, start) - 1
            if DIGIT.search(self.block.text, start, end) and not (place >= 0 and ends[place] >= end):
                doubt = DoubtError(f"a number in {reason}", kind, start)
                found.append(self.unread(start, end, doubt))
        return found


def _merged(first: str, second: str) -> str:
    """One relation for two in a row: `= =` is one, and an arrow says less than the relation beside it."""
    return first if first and second in _ARROWS else second
