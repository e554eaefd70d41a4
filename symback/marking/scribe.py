"""How the pieces of a report are written: text, numbers and names, in a dialect of the sheet or in plain text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from symback.derivation.formula import Symbol
from symback.document.dialects import NumberMarks
from symback.document.escapes import visible
from symback.document.fill import Numbers
from symback.document.sheet import Sheet
from symback.document.typed import TYPED
from symback.exercise.numerals import read_numeral
from symback.exercise.scanner import Refusal
from symback.marking.marks import Marking
from symback.marking.readings import written_digits
from symback.marking.report_words import WORDS
from symback.solution.rounding import round_rational

#: Of more entries than this only the first and the last are named.
MOST_NAMES = 3
#: A power of ten or a decimal fraction in the marker's words; whole numbers read well as they are.
_NUMBERS = {
    mark: re.compile(rf"(?<![\w.,^/])-?\d+(?:[.{mark}]\d+(?:e[-+]?\d+)?|e[-+]?\d+)(?![\w^/]|[.,]\d)") for mark in ".,"
}
#: Signs between words that mean nothing in any dialect.
_PUNCTUATION = (".", ",", ";", ":")
_PLACE = re.compile(r"\{(\w+)\}")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def inline(code: str) -> str:
    """Mathematics within a line, the same in all dialects."""
    return f"${code}$"


@dataclass(frozen=True)
class Scribe:
    """Writes for one paper in one dialect: each function gives finished code of that dialect."""

    text: Callable[[str], str]
    typed: Callable[[str], str]
    mathematics: Callable[[str], str]
    symbol: Callable[[str], str]
    numbers: Numbers
    language: str

    def word(self, key: str, **codes: str) -> str:
        """A phrase of the language with finished code put into its places."""
        pieces = _PLACE.split(WORDS[self.language][key])
        return "".join(codes[piece] if odd % 2 else self._around(piece) for odd, piece in enumerate(pieces) if piece)

    def _around(self, piece: str) -> str:
        """A piece of a sentence as text; the spaces at its ends belong to the sentence."""
        core = piece.strip()
        if not core:
            return piece
        before, after = piece[: len(piece) - len(piece.lstrip())], piece[len(piece.rstrip()) :]
        return before + (core if core in _PUNCTUATION else self.text(core)) + after

    def number(self, value: str | Fraction | None, *, beside: str | None = None) -> str:
        """A number, given as text with a point, with as many digits as the sheet has.

        `beside` is the reading it stands beside: it is shown at least as precisely.
        """
        if value is None:
            return ""
        if isinstance(value, str):
            read = read_numeral(value)
            if isinstance(read, Refusal):
                return self.text(value)
            value = read.value
        digits = max(self.numbers.digits, written_digits(beside or ""))
        shown = self.numbers.decimal_shown(round_rational(value, digits))
        return self.mathematics(("-" if shown.negative else "") + shown.code)

    def prose(self, words: str) -> str:
        """A sentence in the marker's words: escaped, its numbers set as numbers."""
        if not words:
            return ""
        # A letter that stands alone is a name: e, y.
        first = words[0].upper() if words[1:2].isalpha() else words[0]
        sentence = first + words[1:] + ("" if words[-1] in ".!?" else ".")
        code, at = "", 0
        for found in _NUMBERS[self.numbers.decimal].finditer(sentence):
            code += self._around(sentence[at : found.start()]) + self.number(found[0].replace(",", "."))
            at = found.end()
        return code + self._around(sentence[at:])

    def name(self, quantity: str, *indices: tuple[int, ...] | None) -> str:
        """The name of a quantity or of some of its entries; what part of a step it is, in words."""
        whole, _, part = quantity.partition(".")
        places = [f"[{','.join(map(str, index))}]" if index else "" for index in indices or (None,)]
        names = [self.symbol(whole + place) for place in places]
        shown = ", ".join(names) if len(names) <= MOST_NAMES else f"{names[0]} … {names[-1]}"
        if not part:
            return shown
        key = f"part_{part.rstrip('0123456789')}"
        return f"{shown} {self.text(WORDS[self.language].get(key, part))}"


def dialect_scribe(sheet: Sheet) -> Scribe:
    """The scribe of a sheet in its dialect."""
    printer, escape = sheet.setter.printer, sheet.dialect.escape

    def symbol(name: str) -> str:
        try:
            return inline(printer.code(Symbol(name)))
        except ValueError:  # not the name of a quantity
            return escape(name)

    return Scribe(escape, TYPED[sheet.dialect.name], inline, symbol, sheet.numbers, sheet.language)


TEXT_NUMBERS = NumberMarks(
    point={".": ".", ",": ","},
    scientific=lambda mantissa, exponent: f"{mantissa}×10{str(exponent).translate(_RAISED)}",
    digits=lambda text: text,
    fraction=lambda over, under: f"{over}/{under}",
    brackets=lambda code: f"({code})",
    stack="".join,
    equal="=",
    about="≈",
    percent=" %",
)


def text_scribe(marking: Marking) -> Scribe:
    """The scribe of plain text."""
    numbers = Numbers(marking.solution, TEXT_NUMBERS, marking.solution.digits, marking.decimal)
    return Scribe(visible, visible, str, str, numbers, marking.language)
