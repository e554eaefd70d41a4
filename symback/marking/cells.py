r"""Rows and cells among tokens: what parts them, and where cells belong together.

Members of a list are parted by `,` or `;`, by `\quad`, by `&`, or, where all of them are numerals, by spaces:
`[-1,42e-6  -4,5e-6]` has two members, `[1 - 2]` has one.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain

from symback.marking.tokens import DoubtError, Token

Cell = list[Token]
Row = list[Cell]


def split(tokens: list[Token], spaces: str) -> list[Row]:
    """The rows and cells of what stands between brackets; one row of one cell where nothing parts it.

    `spaces` says what parts numerals: "all" spaces (in square brackets), those "between" unsigned ones (in
    round ones: `(1 -2)` is a difference), "none".
    """
    tokens = [token for token, before in zip(tokens, [None, *tokens], strict=False) if not _wraps(token, before)]
    if not any(token.kind in _PARTING or token.gap for token in tokens):
        return [[tokens]]
    wraps = any(token.kind in ("wide", "align") or token.text == "," for token in tokens)
    rows = part(tokens, lambda token: token.kind == "break" or (wraps and _is_semicolon(token)))
    if spaces == "all" and len(rows) == 1 and any(map(_is_semicolon, tokens)):
        spaced = [_row(row, spaces) for row in part(tokens, _is_semicolon) if row]
        if any(len(row) > 1 for row in spaced):
            return spaced
    return [_row(row, spaces) for row in rows if row] or [[tokens]]


def _wraps(token: Token, before: Token | None) -> bool:
    """Whether a line ends only because the list is long: after a separator."""
    return token.kind == "break" and before is not None and before.kind == "separator"


_PARTING = ("separator", "wide", "align", "break")


def grid(tokens: list[Token]) -> list[Row]:
    """The rows and cells of a matrix environment."""
    rows = [row for row in part(tokens, lambda token: token.kind == "break") if row]
    if not any(token.kind == "align" for token in tokens):
        return [_row(row, "doubtful") for row in rows]
    return [part(_without_wide(row), lambda token: token.kind == "align") for row in rows]


def lines(tokens: list[Token]) -> list[Cell]:
    """The lines of an array of statements, alignment marks dropped."""
    rows = part(tokens, lambda token: token.kind == "break")
    return [line for row in rows if (line := [token for token in row if token.kind not in ("align", "wide")])]


def part(tokens: list[Token], parts: Callable[[Token], bool]) -> list[Cell]:
    """The tokens between those that part them."""
    cells: list[Cell] = [[]]
    for token in tokens:
        if parts(token):
            cells.append([])
        else:
            cells[-1].append(token)
    return cells


def join(rows: list[Row]) -> tuple[list[Row], bool]:
    """Cells that go on with the cell to their left, as `3,8 & + 0,1` does, joined with it; and if there
    were any.

    Raises:
        DoubtError: where a column goes on in some rows only.
    """
    width = len(rows[0])
    explicit = any(row[0] and row[0][0].text == "+" for row in rows)
    keep = [0]
    for column in range(1, width):
        goes_on = [_goes_on(row[column]) for row in rows]
        plus = any(row[column] and row[column][0].text != "-" for row in rows)
        if all(goes_on) and plus and not explicit:
            continue
        if any(row[column] and _must_go_on(row[column]) for row in rows):
            raise DoubtError("do these cells belong together?", "doubtful", _start(rows))
        keep.append(column)
    if len(keep) == width:
        return rows, False
    ends = [*keep[1:], width]
    spans = list(zip(keep, ends, strict=True))
    return [[list(chain.from_iterable(row[start:end])) for start, end in spans] for row in rows], True


def _goes_on(cell: Cell) -> bool:
    """Whether a cell begins with an operator: a plus, a sign with a space after it, a multiplication or
    division.
    """
    if len(cell) < 2 or cell[0].kind not in ("sign", "times", "over"):
        return False
    return cell[0].text != "-" or cell[1].gap


def _must_go_on(cell: Cell) -> bool:
    """Whether a cell cannot stand alone: it begins with a multiplication, or with a plus and a space."""
    return cell[0].kind in ("times", "over") or (cell[0].text == "+" and _goes_on(cell) and cell[1].gap)


def _start(rows: list[Row]) -> int:
    return next((cell[0].start for row in rows for cell in row if cell), 0)


def _is_semicolon(token: Token) -> bool:
    return token.kind == "separator" and token.text == ";"


def _without_wide(row: Cell) -> Cell:
    return [token for token in row if token.kind != "wide"]


def _row(tokens: Cell, spaces: str) -> Row:
    """The cells of one row."""
    if any(token.kind in ("separator", "align") for token in tokens):
        return part(_without_wide(tokens), lambda token: token.kind in ("separator", "align"))
    if any(token.kind == "wide" for token in tokens):
        return [cell for cell in part(tokens, lambda token: token.kind == "wide") if cell] or [tokens]
    return _spaced(tokens, spaces)


def _spaced(tokens: Cell, spaces: str) -> Row:
    """Numerals with spaces between them as cells; anything else is one cell."""
    cells: Row = []
    for place, token in enumerate(tokens):
        if token.kind not in ("number", "sign"):
            return [tokens]
        follows = tokens[place + 1] if place + 1 < len(tokens) else None
        if token.kind == "sign":
            unary = follows is not None and follows.kind == "number" and not follows.gap
            if not unary or not (token.gap or not cells):
                return [tokens]
            cells.append([token])
        elif cells and cells[-1][-1].kind == "sign":
            cells[-1].append(token)
        elif token.gap or not cells:
            cells.append([token])
        else:
            return [tokens]
    if len(cells) > 1 and spaces != "all" and any(cell[0].kind == "sign" for cell in cells[1:]):
        if spaces == "doubtful" or cells[0][0].kind == "sign":
            raise DoubtError("a difference, or two entries?", "doubtful", tokens[0].start)
        return [tokens]
    return [tokens] if spaces == "none" else cells
