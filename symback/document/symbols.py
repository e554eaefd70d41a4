"""The names of quantities in print: `dW_1`, `dA_2/dZ_2`, `dW_1[2,3]`, `A_1^T`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_NAME = re.compile(
    r"(?P<partial>∂?)(?P<d>(?:(?!delta)d+)?)(?P<letter>[A-Za-z]+)(?:_(?P<of>[Wb]_\d+))?(?:_(?P<layer>\d+))?"
    r"(?:_(?P<new>new\d*))?"
    r"(?P<part>\.[a-z]+\d*)?(?:\[(?P<index>[\d,]+)\])?(?P<transpose>\^T)?"
)


@dataclass(frozen=True)
class SymbolMarks:
    """How a dialect puts the pieces of a name together."""

    letter: Callable[[str], str]
    subscript: Callable[[str, str], str]
    differential: Callable[[str, str], str]
    partial: Callable[[str], str]
    transposed: Callable[[str], str]
    fraction: Callable[[str, str], str]
    part: Callable[[str, str], str]
    tagged: Callable[[str, list[str]], str]
    word: Callable[[str], str]
    brackets: Callable[[str], str] = "({})".format


def print_symbol(name: str, marks: SymbolMarks) -> str:
    """The printed form of a quantity's name.

    Raises ValueError for a text that is not such a name.
    """
    if "/" in name:
        return _print_slope(name, marks)
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"not the name of a quantity: {name}")
    core = marks.letter(match["letter"])
    below = [print_symbol(match["of"], marks)] if match["of"] else [match["layer"]] if match["layer"] else []
    if match["of"] or match["new"]:
        core = marks.tagged(core, [*below, *([marks.word(match["new"])] if match["new"] else [])])
    elif match["layer"]:
        core = marks.subscript(core, match["layer"])
    if match["d"]:
        core = marks.differential(match["d"], core)
    if match["part"]:
        core = marks.part(core, match["part"].removeprefix("."))
    if match["index"]:
        core = marks.subscript(marks.brackets(core) if below or match["d"] else core, match["index"])
    if match["partial"]:
        core = marks.partial(core)
    return marks.transposed(core) if match["transpose"] else core


def _print_slope(name: str, marks: SymbolMarks) -> str:
    """A slope as a fraction; the slope of one entry has the index in both names."""
    over, under = name.split("/")
    core, _, index = under.partition("[")
    core, _, part = core.partition(".")
    index = f"[{index}" if index else ""
    slope = marks.fraction(*(print_symbol(f"∂{side[1:]}{index}", marks) for side in (over, core)))
    return marks.part(marks.brackets(slope), part) if part else slope


#: Letters that are written out, and letters with a hat.
GREEK = {"pi": "π", "eta": "η", "beta": "β", "epsilon": "ε", "lambda": "λ", "delta": "δ"}
HATS = ("mhat", "vhat")


def _latex_letter(name: str) -> str:
    return f"\\{name}" if name in GREEK else f"\\hat{{{name[0]}}}" if name in HATS else name


LATEX_SYMBOLS = SymbolMarks(
    letter=_latex_letter,
    subscript=lambda base, index: f"{base}_{{{index}}}" if len(index) > 1 else f"{base}_{index}",
    differential=lambda d, core: d + core,
    partial=lambda core: f"\\partial {core}",
    transposed=lambda core: f"{core}^{{\\top}}",
    fraction=lambda over, under: f"\\frac{{{over}}}{{{under}}}",
    part=lambda core, part: f"{core}^{{\\mathrm{{{part}}}}}",
    tagged=lambda core, below: f"{core}_{{{','.join(below)}}}",
    word=lambda word: f"\\mathrm{{{word}}}",
)

TYPST_SYMBOLS = SymbolMarks(
    letter=lambda name: f"hat({name[0]})" if name in HATS else name,
    subscript=lambda base, index: f'{base}_("{index}")' if "," in index else f"{base}_{index}",
    differential=lambda d, core: f"{' '.join(d)} {core}",
    partial=lambda core: f"partial {core}",
    transposed=lambda core: f"{core}^top",
    fraction=lambda over, under: f"frac({over}, {under})",
    part=lambda core, part: f'{core}^"{part}"',
    tagged=lambda core, below: f"{core}_({', '.join(below)})",
    word=lambda word: f'"{word}"',
)
