"""The names of quantities in print: `dW_1`, `dA_2/dZ_2`, `dW_1[2,3]`, `A_1^T`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

#: No name of a user begins with d, but for a Greek delta.
_NAME = re.compile(
    r"(?P<partial>∂?)(?P<d>(?:d(?!elta))*)(?P<change>(?:Delta_(?=[A-Za-z]))?)(?P<letter>[A-Za-z]+)"
    r"(?:(?:(?<=m)|(?<=v)|(?<=hat))_(?P<of>(?:[WUVKb]|gamma)_[A-Za-z0-9]+|[wb]\d+))?"
    r"(?P<layer>[A-Za-z0-9]*(?:_[A-Za-z0-9]+)*)"
    r"(?P<part>\.(?:[a-z]+\d*|\d+))?(?:\[(?P<index>[\d,:]+)\])?(?P<transpose>\^T)?"
)
#: What is printed as a Greek letter.
GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
    "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ",
    "Omega": "Ω",
}  # fmt: skip


@dataclass(frozen=True)
class SymbolMarks:
    """How a dialect puts the pieces of a name together; with `levels` the number of a layer stands above: W^{[1]}."""

    letter: Callable[[str], str]
    subscript: Callable[[str, str], str]
    differential: Callable[[str, str], str]
    partial: Callable[[str], str]
    transposed: Callable[[str], str]
    fraction: Callable[[str, str], str]
    part: Callable[[str, str], str]
    tagged: Callable[[str, list[str]], str]
    word: Callable[[str], str]
    second: Callable[[str], str]
    change: Callable[[str], str]
    raised: Callable[[str, list[str]], str]
    level: Callable[[str], str]
    top: str
    levels: bool = False
    brackets: Callable[[str], str] = "({})".format
    comma: str = ", "


def print_symbol(name: str, marks: SymbolMarks) -> str:
    """The printed form of a quantity's name.

    Raises ValueError for a text that is not such a name.
    """
    if "/" in name:
        return _print_matrix(name, marks) if name.startswith(("D", "d2")) else _print_slope(name, marks)
    if name.startswith("("):
        return _print_group(name, marks)
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"not the name of a quantity: {name}")
    if marks.levels and (numbered := _LEVELED.fullmatch(name)):
        return _print_level(numbered, marks)
    core = marks.letter(match["letter"])
    layer = match["layer"].strip("_").replace("_", ",")
    if match["of"]:
        core = marks.tagged(core, [print_symbol(match["of"], marks), *([marks.word(layer)] if layer else [])])
    elif layer:
        core = marks.subscript(core, layer)
    if match["change"]:
        core = marks.change(core)
    if match["d"]:
        core = marks.differential(match["d"], core)
    if match["part"]:
        part = match["part"].removeprefix(".")
        core = marks.part(core, f"({part})" if part.isdecimal() else part)
    if match["index"]:
        core = marks.subscript(marks.brackets(core) if layer or match["of"] or match["d"] else core, match["index"])
    if match["partial"]:
        core = marks.partial(core)
    return marks.transposed(core) if match["transpose"] else core


#: A matrix of a layer: what has a number in these letters.
_LEVELED = re.compile(
    r"(?P<partial>∂?)(?P<d>d*)(?P<letter>[A-Zb])_(?P<level>\d+)(?:_(?P<after>[A-Za-z0-9]+))?"
    r"(?:\.(?P<part>[a-z]+\d*|\d+))?(?:\[(?P<index>[\d,:]+)\])?(?P<transpose>\^T)?"
)


def _print_level(match: re.Match[str], marks: SymbolMarks) -> str:
    """A quantity of a layer with the number of the layer above it, and nothing else but the index of an entry below."""
    core = marks.letter(match["letter"])
    if match["d"]:
        core = marks.differential(match["d"], core)
    part = match["part"] and (f"({match['part']})" if match["part"].isdecimal() else match["part"])
    above = [marks.level(match["level"]), *([marks.word(part)] if part else [])]
    core = marks.raised(core, [*above, *([marks.top] if match["transpose"] else [])])
    below = ",".join(filter(None, (match["after"], match["index"])))
    core = marks.subscript(core, below) if below else core
    return marks.partial(core) if match["partial"] else core


def _print_slope(name: str, marks: SymbolMarks) -> str:
    """A slope as a fraction; the slope of one entry has the index in both names."""
    over, under = name.split("/")
    core, _, index = under.partition("[")
    core, _, part = core.partition(".")
    index = f"[{index}" if index else ""
    slope = marks.fraction(*(print_symbol(f"∂{side[1:]}{index}", marks) for side in (over, core)))
    return marks.part(marks.brackets(slope), part) if part else slope


_MATRIX = re.compile(r"(?:d2(?P<target>.+)/dw2|D(?P<of>[^/]+)/D(?P<by>[^[]+))(?:\[(?P<index>[\d,]+)\])?")


def _print_matrix(name: str, marks: SymbolMarks) -> str:
    """A matrix of derivatives: a Jacobian as a fraction (`DA_2/DA_1`, `D(u,v)/D(x,y)`), a Hessian (`d2L/dw2`)."""
    match = _MATRIX.fullmatch(name)
    if match is None:
        raise ValueError(f"not the name of a quantity: {name}")
    if match["target"]:
        code = marks.second(print_symbol(match["target"], marks))
    else:
        code = marks.fraction(*(marks.partial(_print_group(match[side], marks)) for side in ("of", "by")))
    return marks.subscript(marks.brackets(code), match["index"]) if match["index"] else code


def _print_group(names: str, marks: SymbolMarks) -> str:
    """One name, or several in brackets."""
    printed = [print_symbol(each, marks) for each in names.strip("()").split(",")]
    return printed[0] if len(printed) == 1 else marks.brackets(marks.comma.join(printed))


#: Letters with an accent, by their names.
ACCENTS = {
    "mhat": "hat", "vhat": "hat", "xhat": "hat", "Xhat": "hat", "Zhat": "hat", "Ahat": "hat",
    "Xtilde": "tilde", "Atilde": "tilde", "htilde": "tilde",
}  # fmt: skip


def _latex_letter(name: str) -> str:
    if name in ACCENTS:
        return f"\\{ACCENTS[name]}{{{name[0]}}}"
    if name in GREEK:
        return f"\\{name}"
    return name if len(name) == 1 else f"\\mathrm{{{name}}}"


def _latex_script(text: str) -> str:
    """A script of letters, digits and commas: words stand upright."""
    return ",".join(_WORD.sub(lambda word: f"\\mathrm{{{word[0]}}}", part) for part in text.split(","))


_WORD = re.compile(r"[A-Za-z]{2,}\d*")


def _latex_subscript(base: str, index: str) -> str:
    code = _latex_script(index)
    return f"{base}_{{{code}}}" if len(code) > 1 else f"{base}_{code}"


LATEX_SYMBOLS = SymbolMarks(
    letter=_latex_letter,
    subscript=_latex_subscript,
    differential=lambda d, core: d + core,
    partial=lambda core: f"\\partial {core}",
    transposed=lambda core: f"{core}^{{\\top}}",
    fraction=lambda over, under: f"\\frac{{{over}}}{{{under}}}",
    part=lambda core, part: f"{core}^{{\\mathrm{{{part}}}}}",
    tagged=lambda core, below: f"{core}_{{{','.join(below)}}}",
    word=lambda word: f"\\mathrm{{{word}}}",
    second=lambda core: f"\\nabla^{{2}} {core}",
    change=lambda core: f"\\Delta {core}",
    raised=lambda core, above: f"{core}^{{{' '.join(above)}}}",
    level=lambda number: f"[{number}]",
    top="\\top",
)


def _typst_letter(name: str) -> str:
    if name in ACCENTS:
        return f"{ACCENTS[name]}({name[0]})"
    return name if len(name) == 1 or name in GREEK else f'"{name}"'


def _typst_subscript(base: str, index: str) -> str:
    return f"{base}_{index}" if index.isdecimal() or len(index) == 1 else f'{base}_("{index}")'


TYPST_SYMBOLS = SymbolMarks(
    letter=_typst_letter,
    subscript=_typst_subscript,
    differential=lambda d, core: f"{' '.join(d)} {core}",
    partial=lambda core: f"partial {core}",
    transposed=lambda core: f"{core}^top",
    fraction=lambda over, under: f"frac({over}, {under})",
    part=lambda core, part: f'{core}^"{part}"',
    tagged=lambda core, below: f"{core}_({', '.join(below)})",
    word=lambda word: f'"{word}"',
    second=lambda core: f"nabla^2 {core}",
    change=lambda core: f"Delta {core}",
    raised=lambda core, above: f"{core}^({' '.join(above)})",
    level=lambda number: f"[{number}]",
    top="top",
)
