"""The names of quantities in print: `dW_1`, `dA_2/dZ_2`, `dW_1[2,3]`, `A_1^T`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_NAME = re.compile(
    r"(?P<partial>∂?)(?P<d>d*)(?P<letter>[A-Za-z]+)(?:_(?P<layer>\d+))?"
    r"(?P<part>\.[a-z]+\d*)?(?:\[(?P<index>[\d,]+)\])?(?P<transpose>\^T)?"
)


@dataclass(frozen=True)
class SymbolMarks:
    """How a dialect writes the pieces of a name."""

    partial: str
    subscript: Callable[[str], str]
    transpose: str
    fraction: Callable[[str, str], str]
    differential: Callable[[str], str]
    greek: dict[str, str]


def print_symbol(name: str, marks: SymbolMarks) -> str:
    """The printed form of a quantity's name.

    Raises ValueError for a text that is not such a name.
    """
    if "/" in name:
        over, under = name.split("/")
        return marks.fraction(*(print_symbol(f"∂{side[1:]}", marks) for side in (over, under)))
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"not the name of a quantity: {name}")
    letter = marks.greek.get(match["letter"], match["letter"])
    layer = marks.subscript(match["layer"]) if match["layer"] else ""
    core = marks.differential(match["d"]) + letter + layer if match["d"] else letter + layer
    if match["index"]:
        bracketed = f"({core})" if match["layer"] or match["d"] else core
        core = bracketed + marks.subscript(match["index"])
    return (f"{marks.partial} " if match["partial"] else "") + core + (marks.transpose if match["transpose"] else "")


LATEX_SYMBOLS = SymbolMarks(
    partial="\\partial",
    subscript=lambda index: f"_{{{index}}}" if len(index) > 1 else f"_{index}",
    transpose="^{\\top}",
    fraction=lambda over, under: f"\\frac{{{over}}}{{{under}}}",
    differential=lambda d: d,
    greek={"pi": "\\pi"},
)

TYPST_SYMBOLS = SymbolMarks(
    partial="partial",
    subscript=lambda index: f'_("{index}")' if "," in index else f"_{index}",
    transpose="^top",
    fraction=lambda over, under: f"frac({over}, {under})",
    differential=lambda d: " ".join(d) + " ",
    greek={},
)
