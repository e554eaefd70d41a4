"""A numeral as it was taken, in plain ASCII with a point."""

from __future__ import annotations

from fractions import Fraction

from symback.exercise.model import Numeral
from symback.solution.plain import positional


def plain_reading(numeral: Numeral) -> str:
    """A numeral with all its written digits: `-1.50e-7`, `12.1`, `1/3`."""
    if numeral.place is None:
        return str(numeral.value)
    sign = "-" if numeral.value < 0 else ""
    digits = str(abs(int(numeral.value / Fraction(10) ** numeral.place)))
    if -12 <= numeral.place <= 0:
        return sign + positional(digits, numeral.place)
    return f"{sign}{digits[0]}{'.' + digits[1:] if len(digits) > 1 else ''}e{numeral.place + len(digits) - 1}"


def written_digits(reading: str) -> int:
    """How many digits a plain reading has, from the first that is not 0."""
    return len(reading.split("e")[0].replace(".", "").lstrip("-0"))
