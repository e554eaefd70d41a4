"""Slips of the pen: the value was right, its writing is not.

A row looks at the written digits and at what should stand there, and says what was meant, if that slip explains it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flint import fmpq

from symback.marking.judge import Reading, unit_at
from symback.solution.rounding import round_rational

#: A run of equal digits that is long enough to be miscounted, and by how many it may be.
LONG_RUN, MISCOUNT = 3, 4
#: With fewer digits one wrong digit explains almost anything.
LEAST_DIGITS = 3

_EXPONENT = re.compile(r"(?:10\s*\^\s*\{?|e\s*\^?\s*\{?)\s*([-+\u2212]?)\s*(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Pen:
    """A written number, a value that should stand there, whether that is sure, and what else stands on the paper."""

    reading: Reading
    text: str
    target: fmpq
    sure: bool = False
    holds: Callable[[fmpq], bool] = lambda _: False

    @property
    def place(self) -> int:
        """The power of ten of the last written digit."""
        return self.reading.places[0]

    @property
    def digits(self) -> str:
        """The written digits from the first that is not 0 to the last."""
        return str(abs(int((self.reading.value / unit_at(self.place)).p)))

    def shifted(self, by: int) -> Reading:
        """The same digits, so many powers of ten larger."""
        factor = unit_at(by)
        places = range(self.place + by, self.reading.places[-1] + by + 1)
        return Reading(self.reading.value * factor, self.reading.radius * factor, places)

    def meant(self, digits: str, place: int) -> Reading:
        """A number with other digits, with the sign of the target."""
        sign = -1 if self.target < 0 else 1
        unit = unit_at(place)
        return Reading(sign * int(digits) * unit, unit / 2, range(place, place + 1))

    def rounded(self, count: int) -> tuple[str, int]:
        """Digits and last place of the target, rounded to so many digits."""
        near = round_rational(abs(self.target), count)
        return near.digits + "0" * (count - len(near.digits)), near.place - max(0, count - len(near.digits))

    def intended(self, count: int) -> list[tuple[str, int]]:
        """What may have been meant to be written: the target rounded to so many digits, cut off, or near it.

        Near a target that is sure is only what stands so elsewhere on the paper.
        """
        digits, place = self.rounded(count)
        near = int(digits)
        cut = abs(self.target) < near * unit_at(place)
        order = (near, near - 1, near + 1) if cut else (near, near + 1, near - 1)
        told = (near, near - 1) if cut else (near,)
        return [
            (str(each), place)
            for each in order
            if len(str(each)) == count
            and (not self.sure or each in told or self.holds(self.meant(str(each), place).value))
        ]

    @property
    def same_sign(self) -> bool:
        """Whether the number has the sign that it should have."""
        return bool(self.target * self.reading.value > 0)


@dataclass(frozen=True)
class PenSlip:
    """A row: the name, what may have been meant, the marker's words."""

    name: str
    meant: Callable[[Pen], Iterator[Reading]]
    english: str
    russian: str


def _comma_lost(pen: Pen) -> Iterator[Reading]:
    mantissa = _EXPONENT.split(pen.text)[0]
    if not re.search(r"\d\s*(?:[.,]|\{,\})\s*\d", mantissa):
        # Most of all behind the first digit, as before a power of ten; last of all before it, as in 0,374.
        yield from (pen.shifted(-k) for k in (*range(len(pen.digits) - 1, 0, -1), len(pen.digits)))


def _comma_shifted(pen: Pen) -> Iterator[Reading]:
    """The digits of the target elsewhere; 0.1 is not 0.9 with the comma shifted, though 1 is 0.9 rounded."""
    near, _ = pen.rounded(len(pen.digits))
    if abs(int(near) - int(pen.digits)) <= 1:
        yield from (pen.shifted(by) for by in (-1, 1, -2, 2, -3, 3))


def _exponent_sign(pen: Pen) -> Iterator[Reading]:
    found = _EXPONENT.search(pen.text)
    if found and int(found[2]) <= 400:
        exponent = int(found[2]) * (-1 if found[1] in ("-", "\u2212") else 1)
        yield pen.shifted(-2 * exponent)


def _digits_swapped(pen: Pen) -> Iterator[Reading]:
    digits = pen.digits
    swaps = {digits[:k] + digits[k + 1] + digits[k] + digits[k + 2 :] for k in range(len(digits) - 1)} - {digits}
    for meant, place in pen.intended(len(digits)):
        if place == pen.place and meant in swaps:
            yield pen.meant(meant, place)


def _digit_moved(pen: Pen) -> Iterator[Reading]:
    """A digit written further to the left or to the right: 0.52107 for 0.05217."""
    digits = pen.digits
    for count in (len(digits), len(digits) - 1) if len(digits) > LEAST_DIGITS else ():
        for meant, place in pen.intended(count):
            if place == pen.place and digits in _with_one_moved(meant.rjust(len(digits), "0")):
                yield pen.meant(meant, place)


def _with_one_moved(digits: str) -> set[str]:
    """The digits with one of them at least two places from where it belongs."""
    found = set()
    for k, digit in enumerate(digits):
        rest = digits[:k] + digits[k + 1 :]
        found |= {rest[:to] + digit + rest[to:] for to in range(len(digits)) if abs(to - k) > 1}
    return found - {digits}


def _digit_lost(pen: Pen) -> Iterator[Reading]:
    digits = pen.digits
    for meant, place in pen.intended(len(digits) + 1):
        told = len(digits) >= LEAST_DIGITS or pen.meant(meant, place).value == pen.target
        if told and digits in _without_one(meant) and abs(_first(meant, place) - _first(digits, pen.place)) <= 1:
            yield pen.meant(meant, place)


def _digit_doubled(pen: Pen) -> Iterator[Reading]:
    digits = pen.digits
    if len(digits) <= LEAST_DIGITS:
        return
    for meant, place in pen.intended(len(digits) - 1):
        if meant in _without_twin(digits) and abs(_first(meant, place) - _first(digits, pen.place)) <= 1:
            yield pen.meant(meant, place)


def _without_one(digits: str) -> set[str]:
    return {digits[:k] + digits[k + 1 :] for k in range(len(digits))}


def _without_twin(digits: str) -> set[str]:
    """The digits without one that stands beside its like."""
    return {digits[:k] + digits[k + 1 :] for k in range(1, len(digits)) if digits[k] == digits[k - 1]}


def _first(digits: str, place: int) -> int:
    return place + len(digits) - 1


def _run_miscounted(pen: Pen) -> Iterator[Reading]:
    """One or more digits of a long run too many or too few: 0.9999999999 for 0.9999999887."""
    digits = pen.digits
    long = pen.rounded(len(digits) + 2 * MISCOUNT)[0].rstrip("0")
    run = re.search(rf"(\d)\1{{{LONG_RUN - 1},}}", long)
    if run is None or run.start() >= len(digits):
        return
    for extra in (1, -1, 2, -2, 3, -3, 4, -4):
        copies = run[1] * max(0, len(run[0]) + extra)
        wrong = long[: run.start()] + copies + long[run.end() :]
        cut = wrong[: len(digits)]
        raised = str(int(cut) + 1) if wrong[len(digits) : len(digits) + 1] >= "5" else cut
        if digits in (cut, raised):
            yield pen.meant(*pen.rounded(len(digits)))
            return


def _digit_wrong(pen: Pen) -> Iterator[Reading]:
    digits = pen.digits
    for meant, place in pen.intended(len(digits)):
        differ = sum(a != b for a, b in zip(digits, meant, strict=False))
        if place == pen.place and len(digits) == len(meant) >= LEAST_DIGITS and differ == 1:
            yield pen.meant(meant, place)


#: The catalogue of the pen, the likelier reading first.
PEN_SLIPS: dict[str, PenSlip] = {
    row.name: row
    for row in (
        PenSlip("comma_lost", _comma_lost, "the comma was lost", "потеряна запятая"),
        PenSlip("exponent_sign", _exponent_sign, "the sign of the exponent is wrong", "неверный знак показателя"),
        PenSlip(
            "comma_shifted",
            _comma_shifted,
            "the comma, or the power of ten, is shifted",
            "сдвинута запятая или степень десяти",
        ),
        PenSlip(
            "run_miscounted",
            _run_miscounted,
            "equal digits in a row were miscounted",
            "неверно сосчитаны одинаковые цифры подряд",
        ),
        PenSlip("digits_swapped", _digits_swapped, "two digits are swapped", "переставлены две цифры"),
        PenSlip("digit_lost", _digit_lost, "a digit was lost", "потеряна цифра"),
        PenSlip("digit_doubled", _digit_doubled, "a digit is written twice", "цифра написана дважды"),
        PenSlip(
            "digit_moved",
            _digit_moved,
            "a digit stands in the wrong place",
            "цифра стоит не на своём месте",
        ),
        PenSlip(
            "digit_wrong",
            _digit_wrong,
            "one digit is wrong: an arithmetical slip, or copied wrong",
            "неверна одна цифра: ошибка в счёте или при переписывании",
        ),
    )
}
