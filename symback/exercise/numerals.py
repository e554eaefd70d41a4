r"""Numerals: from the text of one number to its exact value, or to the reason why it is refused.

The scanner goes once from left to right; what it does not know, it refuses, and says in which column.
Nothing is normalised (`1²` never turns into 12) and nothing passes through a binary float.

    numeral  = [sign] (decimal [power] | "10" exponent | fraction)
    fraction = whole "/" whole  |  "\frac" "{" whole "}" "{" whole "}"
    decimal  = digits with at most one mark; groups of three by a thin or no-break space, or by "\,"
    power    = ("e" | "E") ([sign] whole | exponent)  |  times "10" exponent
    exponent = ("^" | "**") ([sign] whole | "{" [sign] whole "}")  |  superscript digits
    times    = "×" | "·" | "⋅" | "*" | "x" | "\times" | "\cdot"

The mark may be written `{,}`, as LaTeX wants it. `1,42e^{-6}` is how calculators show 1.42 times ten to the
minus six; it is read so, never as exp(-6), and a caller that wants neither says `calculator=False`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symback.exercise.model import Numeral
from symback.exercise.scanner import DIGITS, SIGNS, Refusal, RefusedError, Scanner

__all__ = ["MARK_NAMES", "Refusal", "read_numeral"]

LONGEST = 100
MOST_DIGITS = 60
LARGEST_EXPONENT = 400
MARK_NAMES = {".": "point", ",": "comma"}

_GROUPING = ("\N{NO-BREAK SPACE}", "\N{THIN SPACE}", "\N{NARROW NO-BREAK SPACE}", "\\,")
_BLANKS = (" ", "\t", "\r", "\n", "~", "\\;", "\\:", "\\ ", *_GROUPING)
_TIMES = ("\\times", "\\cdot", "\N{MULTIPLICATION SIGN}", "\N{MIDDLE DOT}", "\N{DOT OPERATOR}", "*", "x")
_FRACTIONS = ("\\frac", "\\dfrac", "\\tfrac")
_RAISED = {**dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", DIGITS, strict=True)), "⁻": "-", "⁺": "+"}
_POWERS = ("^", "**", *_RAISED)
_SPECIAL = {
    "NaN is not allowed": ("nan", ".nan"),
    "infinity is not allowed": ("inf", ".inf", "infinity", "oo", "\\infty", "\N{INFINITY}"),
}


def read_numeral(
    text: str, *, decimal: str = ".", fractions: bool = True, calculator: bool = True
) -> Numeral | Refusal:
    r"""Read one number exactly, with its significant digits, or say why not; quick for any text.

    `decimal` is the mark that the file declares, `.` or `,`; a number with the other one is refused.
    `fractions` allows `1/3` and `\frac{1}{3}`, `calculator` allows `1.42e^{-6}` for a power of ten.

    >>> read_numeral("-1,42e-6", decimal=",")
    Numeral(text='-1,42e-6', value=Fraction(-71, 50000000), least=3, most=3, place=-8)
    >>> print(read_numeral("1,42"))
    comma, but the decimal mark is a point, column 2

    Leading zeros are never significant; trailing zeros of a whole number without a mark may be or not (`100`
    has one to three, `100.` three); a zero has as many significant digits as decimals, at least one (`0.00`
    has two, as in STACK); a fraction is exact: it has no place and counts 0 digits.
    """
    if decimal not in MARK_NAMES:
        raise ValueError(f"the decimal mark is . or , and not {decimal!r}")
    if len(text) > LONGEST:
        return Refusal(f"longer than {LONGEST} characters")
    try:
        return _NumeralScanner(text, decimal).numeral(fractions, calculator)
    except RefusedError as refused:
        return refused.refusal


@dataclass(frozen=True, slots=True)
class _Mantissa:
    """The digits before and after the mark; `after` is None without a mark."""

    before: str
    after: str | None

    @property
    def digits(self) -> str:
        return self.before + (self.after or "")

    def significant(self) -> tuple[int, int]:
        """The least and the greatest number of significant digits."""
        counted = self.digits.lstrip("0")
        if not counted:
            zeros = max(1, len(self.after or ""))
            return zeros, zeros
        return len(counted.rstrip("0") if self.after is None else counted), len(counted)


def _bounded(digits: str) -> int:
    """An exponent, refused by its length before it is made a number."""
    digits = digits.lstrip("0") or "0"
    if len(digits) > len(str(LARGEST_EXPONENT)) or int(digits) > LARGEST_EXPONENT:
        raise RefusedError(f"exponent outside +-{LARGEST_EXPONENT}")
    return int(digits)


_ONE, _TEN = _Mantissa("1", None), _Mantissa("10", None)


class _NumeralScanner(Scanner):
    """Reads one numeral: each rule of the grammar takes what is its own or refuses."""

    def __init__(self, text: str, decimal: str) -> None:
        super().__init__(text, _BLANKS)
        self.decimal = decimal

    def numeral(self, fractions: bool, calculator: bool) -> Numeral:
        self.take_blanks()
        start = self.at
        if self.ended:
            raise RefusedError("no answer")
        sign = self.sign()
        self.take_blanks()
        self.refuse_special()
        column = self.at
        if self.take(*_FRACTIONS):
            value: Fraction | None = self.ratio(self.braced(), self.braced())
        else:
            mantissa = self.mantissa()
            self.take_blanks_before("/")
            column = self.at
            value = self.quotient(mantissa) if self.take("/") else None
        if value is not None:
            if not fractions:
                raise self.refused("a fraction is not allowed here", column)
            return Numeral(self.finished(start), sign * value, 0, 0, None)
        if mantissa == _TEN and self.sees(*_POWERS):
            mantissa, exponent = _ONE, self.exponent()
        else:
            exponent = self.power(calculator)
        place = exponent - len(mantissa.after or "")
        exact = sign * int(mantissa.digits) * Fraction(10) ** place
        return Numeral(self.finished(start), exact, *mantissa.significant(), place)

    def sign(self) -> int:
        return SIGNS[self.text[self.at - 1]] if self.take(*SIGNS) else 1

    def mantissa(self) -> _Mantissa:
        before, after = self.grouped(), None
        if self.take(self.decimal, f"{{{self.decimal}}}"):
            after = self.grouped(whole=False)
        self.refuse_marks()
        found = _Mantissa(before, after)
        if not found.digits:
            raise self.unexpected("two signs" if self.sees(*SIGNS) else "no digits")
        if len(found.digits) > MOST_DIGITS:
            raise RefusedError(f"more than {MOST_DIGITS} digits")
        return found

    def grouped(self, whole: bool = True) -> str:
        """Digits, perhaps in groups of three (the first group of a whole number may be shorter)."""
        groups = [self.digits()]
        while groups[-1] and self.sees(*_GROUPING):
            blank = self.at
            self.take(*_GROUPING)
            if not self.sees(*DIGITS):
                self.at = blank
                break
            groups.append(self.digits())
            if len(groups[-1]) != 3:
                raise self.refused("digits are grouped by three", blank)
        if len(groups) > 1 and (len(groups[0]) > 3 or not (whole or len(groups[0]) == 3)):
            raise self.refused("digits are grouped by three")
        return "".join(groups)

    def power(self, calculator: bool) -> int:
        """The power of ten after a decimal number; 0 where there is none."""
        column = self.at
        if self.take("e", "E"):
            if not self.sees(*_POWERS):
                return self.signed()
            if not calculator:
                raise self.refused("e^ may be a power of ten or of e", column)
            return self.exponent()
        self.take_blanks_before(*_TIMES)
        if not self.take(*_TIMES):
            return 0
        self.take_blanks()
        if not self.take("10"):
            raise self.refused("only a power of ten can follow here")
        return self.exponent()

    def exponent(self) -> int:
        if self.sees(*_RAISED):
            return self.raised()
        if not self.take("^", "**"):
            raise self.refused("no exponent after 10")
        if not self.take("{"):
            return self.signed()
        self.take_blanks()
        exponent = self.signed(blanks=True)
        self.take_blanks()
        self.expect("}")
        return exponent

    def raised(self) -> int:
        start = self.at
        sign = SIGNS[_RAISED[self.text[start]]] if self.take("⁻", "⁺") else 1
        digits = ""
        while self.sees(*_RAISED):
            digits += _RAISED[self.text[self.at]]
            self.at += 1
        if not digits.isdecimal():
            raise self.refused("no digits in the exponent", start)
        return sign * _bounded(digits)

    def signed(self, blanks: bool = False) -> int:
        sign = self.sign()
        if blanks:
            self.take_blanks()
        digits = self.digits()
        if not digits:
            raise self.unexpected("no digits in the exponent")
        return sign * _bounded(digits)

    def quotient(self, over: _Mantissa) -> Fraction:
        if over.after is not None:
            raise self.refused("a fraction has whole numbers")
        self.take_blanks()
        return self.ratio(over.before, self.whole())

    def ratio(self, over: str, under: str) -> Fraction:
        if not int(under):
            raise self.refused("division by zero")
        return Fraction(int(over), int(under))

    def braced(self) -> str:
        self.expect("{")
        digits = self.whole()
        self.expect("}")
        return digits

    def whole(self) -> str:
        digits = self.digits()
        if not digits or self.sees(*MARK_NAMES):
            raise self.unexpected("a fraction has whole numbers")
        if len(digits) > MOST_DIGITS:
            raise RefusedError(f"more than {MOST_DIGITS} digits")
        return digits

    def finished(self, start: int) -> str:
        """The text of the number, after making sure that nothing follows it."""
        end = self.at
        self.take_blanks()
        if not self.ended:
            raise self.unexpected("text after the number")
        return self.text[start:end]

    def refuse_special(self) -> None:
        rest = self.text[self.at :].strip().lower()
        for reason, words in _SPECIAL.items():
            if rest in words:
                raise self.refused(reason)

    def refuse_marks(self) -> None:
        other = "," if self.decimal == "." else "."
        if self.sees(self.decimal, f"{{{self.decimal}}}"):
            raise self.refused("two decimal marks")
        if self.sees(other, f"{{{other}}}"):
            both = self.decimal in self.text
            names = f"{MARK_NAMES[other]}, but the decimal mark is a {MARK_NAMES[self.decimal]}"
            raise self.refused("both marks in one number" if both else names)
