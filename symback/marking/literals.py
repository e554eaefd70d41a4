r"""Numerals inside mathematics: where one begins and ends, and how it was taken.

A numeral is cut out by a regular expression, as long as it can be (`1{,}42`, `1,12 \times 10^{-8}`,
`-1,42e^{-6}`, `12 \%`), and then read by `read_numeral`, which has the last word.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from symback.exercise.model import Numeral
from symback.exercise.numerals import Refusal, read_numeral

_BLANK = r"(?:[ \t\n~\u00a0\u2009\u202f]|\\[,;:! ])*"
_GROUPS = r"(?:(?:\\,|[\u00a0\u2009\u202f])[0-9]{1,3}(?![0-9]))*"
_TIMES = r"(?:\\times(?![A-Za-z])|\\cdot(?![A-Za-z])|[×·⋅*x])"
_RAISED = "[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+"
_COMMA = r"(?:[.,]|\{[.,]\})"
_POINT = r"(?:\.|\{[.,]\})"
_FULL_STOP = r"(?:\.(?=\s*[^\s\w.]))?"
_THOUSANDS = r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])"

# By decimal sign, and for the point by whether a comma may part the members of a list.
_BODIES = {
    (",", False): rf"[0-9]+{_GROUPS}(?:{_COMMA}[0-9]+{_GROUPS})*",
    (".", False): rf"(?:[0-9]+{_GROUPS}(?:{_COMMA}[0-9]+{_GROUPS})*{_FULL_STOP}|(?<![\w.])\.[0-9]+)",
    (
        ".",
        True,
    ): rf"(?:{_THOUSANDS}|[0-9]+{_GROUPS}(?:{_POINT}[0-9]+{_GROUPS})*{_FULL_STOP}|(?<![\w.])\.[0-9]+)",
}
_BODIES[",", True] = _BODIES[",", False]


def _pattern(decimal: str, body: str) -> re.Pattern[str]:
    mark = r"[.,]" if decimal == "," else r"\."
    whole = rf"[0-9]+(?!{mark}?[0-9])"
    exponent = rf"(?:(?:\^|\*\*)(?:\{{\s*[-+−]?\s*[0-9]+\s*\}}|[-+−]?{whole})|{_RAISED})"
    power = rf"[eE](?:[-+−]?{whole}|(?P<caret>{exponent}))|{_BLANK}{_TIMES}{_BLANK}10{exponent}"
    return re.compile(rf"(?P<body>10{exponent}|{body}(?:{power})?)(?P<percent>{_BLANK}(?:\\%|\uff05))?")


_PATTERNS = {key: _pattern(key[0], body) for key, body in _BODIES.items()}

# A numeral times a power of ten: where a slash stands before it, it is not clear what is under the line.
TIMES_TEN = re.compile(rf"[0-9]{_BLANK}{_TIMES}{_BLANK}10(?:\^|\*\*|{_RAISED})")

# A percent sign after a digit would begin a comment for LaTeX; it is one only where words follow.
_PERCENT = re.compile(r"(?<=[0-9])([ \t]?)%(?=[ \t]*(?:$|[-+*/=)\],;&\\^·×≈⇒<>$]))")


def shield_percent(text: str) -> str:
    """The text with each percent sign that belongs to a number made visible to a LaTeX reader, equally
    long.
    """
    return _PERCENT.sub("\\1\uff05", text)


def cut(text: str, start: int, limit: int, decimal: str, listed: bool) -> re.Match[str] | None:
    """The longest numeral that begins at a place, if any; in a list (`listed`) commas may part its
    members.
    """
    return _PATTERNS[decimal, listed].match(text, start, limit)


@lru_cache(maxsize=8192)
def numeral(text: str, percent: str, caret: bool, decimal: str) -> tuple[Numeral, str] | Refusal:
    """A numeral as it was cut out, and how it was taken ("" where that is plain), or why it is refused."""
    read = read_numeral(text, decimal=decimal, fractions=False)
    if isinstance(read, Refusal):
        return read
    reading = ""
    if caret:
        mantissa, _, exponent = text.lower().partition("e")
        power = exponent.strip("^*{} ").replace("−", "-")
        reading = f"{mantissa.replace(',', '.')}·10^{power}, e-notation typed with a caret"
    if percent:
        read = hundredth(read, text + percent)
        reading = f"{text} percent"
    return read, reading


def hundredth(read: Numeral, text: str) -> Numeral:
    """The numeral with a percent sign behind it."""
    return replace(read, text=text, value=read.value / 100, place=None if read.place is None else read.place - 2)


def answer(text: str, decimal: str) -> Numeral | Refusal:
    """The number in a cell of a table, which may be a percentage."""
    body = text.strip()
    if not body.endswith("%"):
        return read_numeral(body, decimal=decimal)
    read = read_numeral(body[:-1].removesuffix("\\").rstrip(), decimal=decimal)
    return hundredth(read, body) if isinstance(read, Numeral) else read


def negative(read: Numeral, text: str) -> Numeral:
    """The numeral with a minus before it."""
    return replace(read, text=text, value=-read.value)


def ratio(text: str, over: Numeral, under: Numeral) -> Numeral | None:
    """A fraction of whole numbers as one numeral, exact; None where it is not one."""
    if not (over.text.lstrip("-−+").isdecimal() and under.text.isdecimal() and under.value):
        return None
    return Numeral(text, Fraction(over.value / under.value), 0, 0, None)
