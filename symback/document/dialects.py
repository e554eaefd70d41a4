"""The dialects: what LaTeX, Typst and Markdown differ in. A new format is a new row and a new template file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from symback.document.escapes import escape_latex, escape_markdown, escape_typst, typst_string
from symback.document.printer import SLOT, Marks
from symback.document.symbols import LATEX_SYMBOLS, TYPST_SYMBOLS, print_symbol

#: The sizes of type: 11, 10, 9, 8, 7 and 6 points.
SIZES = ("normal", "small", "footnote", "script", "mini", "tiny")
#: The small letters of Computer Modern are drawn wider; Typst scales those of 10 points.
LATEX_SIZES = dict(zip(SIZES, (100, 91, 84, 77, 73, 70), strict=True))
TYPST_SIZES = dict(zip(SIZES, (100, 91, 82, 73, 64, 55), strict=True))


@dataclass(frozen=True)
class NumberMarks:
    """How a dialect writes a number: the decimal sign inside mathematics, powers of ten, brackets."""

    point: Mapping[str, str]
    scientific: Callable[[str, int], str]
    digits: Callable[[str], str]
    stack: Callable[[list[str]], str]
    fraction: Callable[[str, str], str]
    brackets: Callable[[str], str]
    equal: str
    about: str
    percent: str
    slash: str = "/"
    #: A power of ten whose digits stand on one line, where that is written in one piece.
    piece: Callable[[str, int], str] | None = None


@dataclass(frozen=True)
class CellMarks:
    """How a dialect writes the cells of a table without mathematics, so that a column is set as one piece of text.

    `numbers` puts `^` before the exponent of a power of ten, which stands in a column of its own; `names` are for
    names without fractions, and `tall` says which of them are still higher than a line; `quoted` makes a text fit for
    the inside of a string.
    """

    numbers: NumberMarks
    names: Marks
    tall: Callable[[str], bool]
    minus: str
    dots: str
    quoted: Callable[[str], str]


@dataclass(frozen=True)
class Dialect:
    """A format of the sheet: the suffix of its file, its template, its marks, its way to show text as text."""

    name: str
    template: str
    marks: Marks
    numbers: NumberMarks
    escape: Callable[[str], str]
    #: How wide a line becomes in each size of type, in hundredths of the usual one, largest first.
    sizes: Mapping[str, int] = field(default_factory=lambda: LATEX_SIZES)
    #: The marks where any number may be a fraction, higher than a line; None where brackets grow by themselves.
    tall: Marks | None = None
    #: For tables of numbers; None where a cell is mathematics as anywhere else.
    cells: CellMarks | None = None


#: Sums over an index, which stand without brackets.
SUMS = {"sum_k": "k"}


def _latex_fraction(over: str, under: str) -> str:
    return f"\\frac{{{over}}}{{{under}}}"


def _latex_brackets(code: str) -> str:
    """Brackets that grow, around what is higher than a line."""
    return f"\\left({code}\\right)" if "\\frac" in code or "\\begin" in code else f"({code})"


_LATEX_FUNCTIONS = {
    "max": "\\max",
    "sigma": "\\sigma",
    "sigma'": "\\sigma'",
    "log": "\\ln",
    "tanh": "\\tanh",
    "tanh'": "\\tanh'",
}


def _latex_matrix(rows: list[list[str]], *, tall: bool = False) -> str:
    lines = [" & ".join(row) for row in rows]
    between = " \\\\[4pt] " if tall or any("\\frac" in line for line in lines) else " \\\\ "
    return f"\\begin{{bmatrix}} {between.join(lines)} \\end{{bmatrix}}"


def _latex_function(name: str, argument: str, brackets: Callable[[str], str] = _latex_brackets) -> str:
    if name in SUMS:
        return f"\\sum_{SUMS[name]} {argument}"
    operator = name.rstrip("'")
    known = _LATEX_FUNCTIONS.get(name, f"\\operatorname{{{operator}}}{name[len(operator):]}")
    return known + brackets(argument)


LATEX = Marks(
    fraction=_latex_fraction,
    power=lambda base, exponent: f"{base}^{{{exponent}}}",
    brackets=_latex_brackets,
    matrix=_latex_matrix,
    cases=lambda test, yes, no: (
        f"\\begin{{cases}} {yes}, & {test} > 0 \\\\ {no}, & {test} \\le 0 \\end{{cases}}"
    ),
    function=_latex_function,
    root=lambda code: f"\\sqrt{{{code}}}",
    # A bar would split a cell of a Markdown table.
    absolute=lambda code: f"\\left\\lvert {code} \\right\\rvert",
    symbol=partial(print_symbol, marks=LATEX_SYMBOLS),
    names=LATEX_SYMBOLS,
    signs={
        "": " ", "dot": " \\cdot ", "odot": " \\odot ", "times": " \\times ", "where": ", \\quad ",
        "ast": " \\ast ", "full": " \\ast_{\\mathrm{full}} ", "list": ",\\, ",
    },
    dots={"across": "\\cdots", "down": "\\vdots", "diagonal": "\\ddots"},
)

def _is_tall(code: str) -> bool:
    """Whether a number may stand in it, or anything else that is higher than a line."""
    return SLOT.search(code) is not None or "\\frac" in code or "\\begin" in code


def _tall_brackets(code: str) -> str:
    return f"\\left({code}\\right)" if _is_tall(code) else f"({code})"


#: LaTeX where any number may be a fraction.
LATEX_TALL = replace(
    LATEX,
    brackets=_tall_brackets,
    matrix=partial(_latex_matrix, tall=True),
    function=lambda name, argument: _latex_function(name, argument, _tall_brackets),
)

#: So many digits are set one by one.
SHORT = 3

_TYPST_FUNCTIONS = {"max": "max", "sigma": "sigma", "sigma'": "sigma'", "log": "ln", "tanh": "tanh", "tanh'": "tanh'"}


def _typst_function(name: str, argument: str) -> str:
    if name in SUMS:
        return f"sum_{SUMS[name]} {argument}"
    operator = name.rstrip("'")
    known = _TYPST_FUNCTIONS.get(name, f'op("{operator}"){name[len(operator):]}')
    return f"{known}({argument})"


def _typst_matrix(rows: list[list[str]]) -> str:
    """Fractions under each other need room."""
    lines = [", ".join(row) for row in rows]
    gap = "row-gap: #0.7em, " if len(lines) > 1 and any("frac(" in line for line in lines) else ""
    return f'mat(delim: "[", {gap}{"; ".join(lines)})'


def _typst_digits(text: str) -> str:
    """A number: a comma would separate arguments, and one piece of text is set sooner than many digits one by one."""
    return text if text.isdecimal() and len(text) <= SHORT else f'num("{text}")'


TYPST = Marks(
    fraction=lambda over, under: f"frac({over}, {under})",
    power=lambda base, exponent: f"{base}^({exponent})",
    brackets=lambda code: f"({code})",
    matrix=_typst_matrix,
    cases=lambda test, yes, no: f'cases({yes}"," & quad {test} > 0, {no}"," & quad {test} <= 0)',
    function=_typst_function,
    root=lambda code: f"sqrt({code})",
    absolute=lambda code: f"abs({code})",
    symbol=partial(print_symbol, marks=TYPST_SYMBOLS),
    names=TYPST_SYMBOLS,
    signs={
        "": " ", "dot": " dot ", "odot": " dot.o ", "times": " times ", "where": '"," quad ',
        "ast": " ast ", "full": ' ast_"full" ', "list": '"," thin ',
    },
    dots={"across": "dots.h.c", "down": "dots.v", "diagonal": "dots.down"},
    slash="slash",
    digits=_typst_digits,
)

_LATEX_NUMBERS = NumberMarks(
    point={".": ".", ",": "{,}"},
    scientific=lambda mantissa, exponent: f"{mantissa} \\times 10^{{{exponent}}}",
    digits=lambda text: text,
    stack=lambda lines: "\\begin{array}{@{}l@{}} " + " \\\\ ".join(lines) + " \\end{array}",
    fraction=_latex_fraction,
    brackets=_latex_brackets,
    equal="=",
    about="\\approx",
    percent="\\,\\%",  # behind the closing dollar: GitHub would take the backslash before a mark away
)

_TYPST_NUMBERS = NumberMarks(
    point={".": ".", ",": ","},
    scientific=lambda mantissa, exponent: f"{mantissa} times 10^({exponent})",
    piece=lambda digits, exponent: f'sci("{digits}", "{exponent}")'.replace("-", "−"),
    digits=_typst_digits,
    stack=lambda lines: f"mat(delim: #none, align: #left, {'; '.join(lines)})",
    fraction=lambda over, under: f"frac({over}, {under})",
    brackets=lambda code: f"({code})",
    equal="=",
    about="approx",
    percent=" %",
    slash="slash",
)

_TYPST_FLAT = replace(TYPST_SYMBOLS, fraction=lambda over, under: f"{over} slash {under}")
#: Four hundred equations in the cells of a table take longer than the rest of a sheet, as measured.
_TYPST_CELLS = CellMarks(
    numbers=replace(
        _TYPST_NUMBERS,
        # Narrow spaces at which no line is broken.
        scientific=lambda mantissa, exponent: f"{mantissa}\u202f×\u202f10^{exponent}".replace("-", "−"),
        piece=None,
        digits=str,
        stack="".join,
        fraction=lambda over, under: f"{over}/{under}",
        percent="\u202f%",
    ),
    names=replace(TYPST, names=_TYPST_FLAT, symbol=partial(print_symbol, marks=_TYPST_FLAT)),
    # Scripts above and below each other, or below brackets with scripts of scripts.
    tall=lambda name: "^" in name or "))_" in name,
    minus="−",
    dots="⋮",
    quoted=lambda text: typst_string(text)[1:-1],
)

DIALECTS: dict[str, Dialect] = {
    "md": Dialect("md", "markdown.j2", LATEX, replace(_LATEX_NUMBERS, percent=" %"), escape_markdown, tall=LATEX_TALL),
    "tex": Dialect("tex", "latex.j2", LATEX, _LATEX_NUMBERS, escape_latex, tall=LATEX_TALL),
    "typ": Dialect("typ", "typst.j2", TYPST, _TYPST_NUMBERS, escape_typst, TYPST_SIZES, cells=_TYPST_CELLS),
}
