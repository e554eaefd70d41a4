"""What the engine marks: numbers on a paper, each matched to a place of a quantity, in the order of the paper."""

from __future__ import annotations

from dataclasses import dataclass

from symback.marking.evaluate import Side
from symback.marking.judge import Reading


@dataclass(frozen=True)
class Written:
    """One number on the paper, matched to an entry of a quantity or of a part of a step.

    `text` is as typed, `read_as` the value it was taken for. `before` is the side of the chain before it, so that a
    chain checks itself; None where there is none. `restated` says that it stands inside a calculation as one of its
    inputs, and `about` which quantity that calculation is of: a report lists it there. `other` are further ways to
    read it (`1/e^{-8}` meant as 10^-8), each with the slip it would be; `numerals` are the numerals it is made of.
    """

    quantity: str
    place: int
    text: str
    read_as: str
    reading: Reading
    line: int
    before: Side | None = None
    restated: bool = False
    negated: bool = False
    other: tuple[tuple[str, Reading], ...] = ()
    numerals: tuple[str, ...] = ()
    about: str | None = None


@dataclass(frozen=True)
class Leftover:
    """A number that could not be read, or that belongs to no quantity of the exercise.

    `key` is the phrase that says why, `reason` what is put into it: the reader's own words, or a name.
    """

    text: str
    reason: str
    line: int
    key: str = "no_number"


@dataclass(frozen=True)
class Answers:
    """All that stands on one paper: the matched numbers, what is left over, the text line by line.

    `constants` are the numerals that belong to formulas.
    """

    written: tuple[Written, ...]
    leftovers: tuple[Leftover, ...]
    lines: tuple[str, ...] = ()
    decimal: str = "."
    constants: tuple[str, ...] = ()
