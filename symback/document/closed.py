"""The section of closed forms: the partial derivatives in the given numbers alone, where they can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symback.derivation.formula import Formula, Symbol, substitute, symbols
from symback.document.measure import extent
from symback.document.nodes import Equation, Matrix, Node, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from symback.document.sheet import Sheet

#: A closed form wider than this (in hundredths of an em) is of no use to a reader.
WIDEST_CLOSED = 1700
#: The same for the argument of an exponential and its like.
WIDEST_ATOM = 900


def closed_blocks(sheet: Sheet) -> list[dict[str, Any]]:
    """The closed forms, after the transcendental values that occur in them; nothing where there are none."""
    atoms = sheet.solution.closed.atom_formulas()
    if not atoms:
        return []
    wide = frozenset(f"q_{k}" for k, atom in enumerate(atoms, 1) if extent(atom).fixed > WIDEST_ATOM)
    forms = {name: _matrix(sheet, name, wide) for name in sheet.solution.derivation.partials}
    shown = {name: form for name, form in forms.items() if form is not None}
    blocks: list[dict[str, Any]] = []
    if shown:
        used = _used(atoms, list(shown.values()))
        stated = [Equation((_short(Symbol(f"q_{k + 1}"), used), _short(atoms[k], used))) for k in used]
        equations = [Equation((Symbol(name), _short(form, used))) for name, form in shown.items()]
        blocks = [{"macro": "note", "text": sheet.word("closed_intro")}, *sheet.set(*stated, *equations)]
    left_out = [sheet.inline(Symbol(name)) for name in forms if name not in shown]
    if left_out:
        blocks.append({"macro": "note", "text": sheet.word("closed_long", names=", ".join(left_out))})
    return blocks


def _matrix(sheet: Sheet, name: str, wide: frozenset[str]) -> Node | None:
    """The closed forms of a quantity as a matrix; None where one of those shown, or what it is made of, is too long."""
    rows, columns = sheet.solution.shape(name)
    failed = False

    def cell(i: int, j: int) -> Node:
        nonlocal failed
        formula = None if failed else sheet.solution.closed.formula(name, i * columns + j)
        if formula is None or extent(formula).fixed > WIDEST_CLOSED or not wide.isdisjoint(symbols(formula)):
            failed = True
            return Symbol("x")
        return formula

    grid = sheet.board.grid(rows, columns, cell)
    if failed:
        return None
    return grid.rows[0][0] if (rows, columns) == (1, 1) else grid


def _used(atoms: tuple[Formula, ...], forms: list[Node]) -> list[int]:
    """The places of the atoms in some forms, with those that are in these atoms."""
    places: set[int] = set()
    waiting = [name for form in forms for name in _symbols(form)]
    while waiting:
        place = int(waiting.pop().removeprefix("q_")) - 1
        if place not in places:
            places.add(place)
            waiting += _symbols(atoms[place])  # not pi
    return sorted(places)


def _symbols(node: Node) -> Iterator[str]:
    if isinstance(node, Symbol) and node.name.startswith("q_"):
        yield node.name
    for part in parts(node):
        yield from _symbols(part)


def _short(node: Any, used: list[int]) -> Any:
    """The same with the atoms numbered from one; an only one is called q, without a number."""
    names = {f"q_{place + 1}": f"q_{k}" for k, place in enumerate(used, 1)} if len(used) > 1 else {}
    if len(used) == 1:
        names = {f"q_{used[0] + 1}": "q"}

    def rename(part: Formula) -> Formula | None:
        return Symbol(names[part.name]) if isinstance(part, Symbol) and part.name in names else None

    if isinstance(node, Matrix):
        return Matrix(tuple(tuple(_short(cell, used) for cell in row) for row in node.rows))
    return node if not isinstance(node, Formula) else substitute(node, rename)
