"""Presentation MathML as one more record of marks: for platforms that take XML and no LaTeX.

The printer joins code with bare signs (` + `, `-`, `2`). `tokens` wraps what stands outside of an element into
the element that belongs to it, in printed code with open slots; `signed` does so for the signs that come with
the numbers when they are filled in. A character that it does not know raises.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial

from symback.document.dialects import SUMS, NumberMarks
from symback.document.printer import Marks
from symback.document.symbols import ACCENTS, GREEK, SymbolMarks, print_symbol

_PIECE = re.compile(
    r"(?P<element><(?P<tag>m[inos]|mtext)(?: [^>]*)?>[^<]*</(?P=tag)>|<[^>]*>|\ue000\d+\ue001)"
    r"|(?P<number>[0-9]+(?:[.,][0-9]+)*)|(?P<sign>\s*[-+=]\s*)|(?P<letter>[A-Za-z])|(?P<space>\s+)|(?P<other>.)"
)
_SIGNS = {"-": "−", "+": "+", "=": "="}


class UnknownCharacter(ValueError):
    """A bare character in printed MathML for which there is no rule."""


@lru_cache(maxsize=4096)
def tokens(code: str) -> str:
    """Printed code with every bare number, sign and letter in an element of its own.

    Raises UnknownCharacter for anything else that stands bare.
    """
    return "".join(map(_token, _PIECE.finditer(code)))


def _token(piece: re.Match[str]) -> str:
    text = piece[0]
    match piece.lastgroup:
        case "element" | "tag":
            return text
        case "number":
            return f"<mn>{text}</mn>"
        case "sign":
            return _sign(text)
        case "letter":
            return f"<mi>{text}</mi>"
        case "space":
            return ""
        case _:
            raise UnknownCharacter(f"no rule for {text!r} in MathML")


def _sign(text: str) -> str:
    """An operator; one without spaces belongs to what follows it, which is not to be seen from its place alone."""
    core = text.strip()
    form = "" if core != text or core == "=" else ' form="prefix"'
    return f"<mo{form}>{_SIGNS[core]}</mo>"


#: A sign that stands before a number, as a form of a slot leaves it; text is never followed by these elements.
_SIGNED = re.compile(r"\s*[-+]\s*(?=<(?:mn|mrow|mfrac|mtable)>)")


def signed(code: str) -> str:
    """Filled-in code with the signs of its numbers as operators."""
    return _SIGNED.sub(lambda found: _sign(found[0]), code)


def row(code: str) -> str:
    """Code as one element, for places that take exactly one."""
    return f"<mrow>{code}</mrow>"


def _fenced(opening: str, code: str, closing: str) -> str:
    return row(f"<mo>{opening}</mo>{code}<mo>{closing}</mo>" if closing else f"<mo>{opening}</mo>{code}")


def _fraction(over: str, under: str) -> str:
    return f"<mfrac>{row(over)}{row(under)}</mfrac>"


def _power(base: str, exponent: str) -> str:
    return f"<msup>{row(base)}{row(exponent)}</msup>"


def _table(rows: list[list[str]]) -> str:
    lines = ("".join(f"<mtd>{cell}</mtd>" for cell in cells) for cells in rows)
    return f"<mtable>{''.join(f'<mtr>{line}</mtr>' for line in lines)}</mtable>"


_FUNCTIONS = {"sigma": "<mi>σ</mi>", "log": "<mi>ln</mi>"}


def _function(name: str, argument: str) -> str:
    if name in SUMS:
        return row(f"<msub><mo>∑</mo><mi>{SUMS[name]}</mi></msub>{argument}")
    operator = name.rstrip("'")
    known = _FUNCTIONS.get(operator, f"<mi>{operator}</mi>")
    if operator != name:
        known = f"<msup>{known}<mo>′</mo></msup>"
    return row(f"{known}<mo>(</mo>{argument}<mo>)</mo>")


def _cases(test: str, yes: str, no: str) -> str:
    conditions = ((yes, "&gt;"), (no, "≤"))
    rows = [[code, f"<mtext>if </mtext>{test}<mo>{sign}</mo><mn>0</mn>"] for code, sign in conditions]
    return _fenced("{", _table(rows), "")


def _subscript(base: str, index: str) -> str:
    return f"<msub>{row(base)}{row(_script(index))}</msub>"


def _script(text: str) -> str:
    parts = (f"<mn>{part}</mn>" if part.isdecimal() else f"<mi>{part}</mi>" for part in text.split(","))
    return "<mo>,</mo>".join(parts)


_ACCENTS = {"hat": "^", "tilde": "~"}


def _letter(name: str) -> str:
    if name in ACCENTS:
        return f"<mover><mi>{name[0]}</mi><mo>{_ACCENTS[ACCENTS[name]]}</mo></mover>"
    return f"<mi>{GREEK.get(name, name)}</mi>"


MATHML_SYMBOLS = SymbolMarks(
    letter=_letter,
    subscript=_subscript,
    differential=lambda d, core: row("".join(f"<mi>{letter}</mi>" for letter in d) + core),
    partial=lambda core: row(f"<mo>∂</mo>{core}"),
    transposed=lambda core: f"<msup>{row(core)}<mo>⊤</mo></msup>",
    fraction=_fraction,
    part=lambda core, part: f"<msup>{row(core)}<mtext>{part}</mtext></msup>",
    tagged=lambda core, below: f"<msub>{row(core)}{row('<mo>,</mo>'.join(below))}</msub>",
    word=lambda word: f"<mtext>{word}</mtext>",
    second=lambda core: row(f"<msup><mo>∇</mo><mn>2</mn></msup>{core}"),
    change=lambda core: row(f"<mi>Δ</mi>{core}"),
    raised=lambda core, above: f"<msup>{row(core)}{row(''.join(above))}</msup>",
    level=lambda number: f"<mo>[</mo><mn>{number}</mn><mo>]</mo>",
    top="<mo>⊤</mo>",
    brackets=lambda core: _fenced("(", core, ")"),
    comma="<mo>,</mo>",
)

MATHML = Marks(
    fraction=_fraction,
    power=_power,
    brackets=lambda code: _fenced("(", code, ")"),
    matrix=lambda rows: _fenced("[", _table(rows), "]"),
    cases=_cases,
    function=_function,
    root=lambda code: f"<msqrt>{code}</msqrt>",
    absolute=lambda code: _fenced("|", code, "|"),
    symbol=partial(print_symbol, marks=MATHML_SYMBOLS),
    names=MATHML_SYMBOLS,
    above="<msup>",
    signs={
        "": "", "dot": "<mo>⋅</mo>", "odot": "<mo>⊙</mo>", "times": "<mo>×</mo>", "where": "<mo>,</mo>",
        "ast": "<mo>∗</mo>", "full": "<msub><mo>∗</mo><mi>full</mi></msub>", "list": "<mo>,</mo>",
    },
    dots={"across": "<mo>⋯</mo>", "down": "<mo>⋮</mo>", "diagonal": "<mo>⋱</mo>"},
    slash="<mo>/</mo>",
)


def _scientific(mantissa: str, exponent: int) -> str:
    return row(f"{mantissa}<mo>×</mo><msup><mn>10</mn>{row(tokens(str(exponent)))}</msup>")


MATHML_NUMBERS = NumberMarks(
    point={".": ".", ",": ","},
    scientific=_scientific,
    digits=lambda text: f"<mn>{text}</mn>",
    stack=lambda lines: _table([[line] for line in lines]),
    # A given fraction comes as bare digits.
    fraction=lambda over, under: _fraction(tokens(over), tokens(under)),
    brackets=lambda code: _fenced("(", code, ")"),
    equal="<mo>=</mo>",
    about="<mo>≈</mo>",
    percent="<mo>%</mo>",
    slash="<mo>/</mo>",
)
