"""The questions of a variant: which numbers are asked, in which unit, what counts as right, which slips are known.

The tolerance is absolute and follows the size of the answer: half a unit of the last asked digit, and a hundredth of
a unit more (`TOLERANCE`), because the answer in the file is itself rounded (three digits further) and the platform
compares in binary. So every correct rounding to the asked digits is right, on either side of a near tie.

Several platforms keep four decimals of an answer or of a tolerance and turn what is smaller into 0. Where an answer or
its tolerance would lie below 1e-4, the whole quantity is asked in units of a power of ten.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flint import fmpq

from symback.derivation.steps import Derivation, Shape
from symback.errors import InputError, LimitError
from symback.exercise.names import nearest
from symback.homework.distractors import Distractors, Wrong
from symback.solution.plain import plain
from symback.solution.rounding import Decimal, first_place
from symback.solution.solution import Solution

#: The digits that may be asked for; a platform's binary numbers hold fifteen, and the tolerance needs three of them.
FEWEST_DIGITS, MOST_DIGITS = 1, 12
#: How many digits more than asked an answer in the file has.
MORE = 3
#: The tolerance in hundredths of a unit of the last asked digit.
TOLERANCE = "51"
#: The power of ten below which a platform may lose a number or a tolerance.
LOST = -4
#: A number of more digits before its point is asked in units, too.
MOST_WHOLE = 9
#: No platform reads a number of this size.
TOO_LARGE = 300
#: Answers are apart when this times their tolerances lies between them: their texts are rounded.
APART = 1.01
#: So many wrong answers are told apart at one place, and so many places are asked at most.
MOST_WRONG, MOST_BLANKS = 8, 200


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that a platform knows: its value and tolerance as text, the percentage it earns, what is said."""

    value: str
    tolerance: str
    credit: int
    words: str
    slip: str = ""


@dataclass(frozen=True, slots=True)
class Blank:
    """One number to be typed; the first choice is the right one."""

    quantity: str
    place: int
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A quantity that is asked, in units of ten to the power of `scale`, entry by entry."""

    name: str
    shape: Shape
    scale: int
    blanks: tuple[Blank, ...]


def asked_names(derivation: Derivation, wanted: Sequence[str] | None) -> tuple[str, ...]:
    """The quantities that are asked, in the order of the derivation: the wanted ones, or all but the slopes.

    Raises InputError for a name that is not computed in this exercise, and for too many numbers.
    """
    known = derivation.by_name
    for name in wanted or ():
        if name not in known:
            near = nearest(name, known)
            hint = f"; did you mean {near}?" if near else ""
            raise InputError(f"{name!r} is not computed in this exercise; it computes {', '.join(known)}{hint}")
    names = tuple(name for name in known if (name in wanted if wanted else "/" not in name))
    count = sum(rows * columns for rows, columns in (derivation.shapes[name] for name in names))
    if count > MOST_BLANKS:
        choice = ", ".join(names)
        raise InputError(f"{count} numbers would be asked, at most {MOST_BLANKS} can be; choose some of {choice}")
    return names


def check_digits(digits: int) -> None:
    """Raises InputError where so many digits cannot be asked for."""
    if not FEWEST_DIGITS <= digits <= MOST_DIGITS:
        raise InputError(f"{digits} digits cannot be asked for; {FEWEST_DIGITS} to {MOST_DIGITS} can")


def asked(solution: Solution, names: Sequence[str], digits: int, distractors: Distractors, right: str) -> list[Asked]:
    """The questions about a solution; `right` is what is said to a right answer.

    Raises LimitError where a number is too large for any platform.
    """
    return [_asked(solution, name, digits, distractors, right) for name in names]


def _asked(solution: Solution, name: str, digits: int, distractors: Distractors, right: str) -> Asked:
    rows, columns = solution.shape(name)
    numbers = [solution.rounded(name, place, digits + MORE) for place in range(rows * columns)]
    sizes = [_size(number, value) for number, value in zip(numbers, solution.values(name), strict=True)]
    exponents = [size for size in sizes if size is not None]
    scale = _scale(exponents, digits)
    if exponents and max(exponents) - scale > TOO_LARGE:
        raise LimitError(f"{name} is too large for a learning platform, or its entries lie too far apart")
    # What is exactly 0 has no size: it is asked as finely as the smallest entry beside it.
    least = min(exponents) - scale if exponents else max(0, digits + LOST)
    unit = fmpq(10) ** -scale
    wrongs = [(wrong, [float(entry * unit) for entry in wrong.entries]) for wrong in distractors.of(name)]
    blanks = []
    for place, (number, size) in enumerate(zip(numbers, sizes, strict=True)):
        shifted = number if size is None else _shifted(number, scale)
        true = Choice(plain(shifted), _tolerance(least if size is None else size - scale, digits), 100, right)
        told = _apart(true, ((wrong, entries[place]) for wrong, entries in wrongs), digits)
        blanks.append(Blank(name, place, (true, *told)))
    return Asked(name, (rows, columns), scale, tuple(blanks))


def _size(number: Decimal, value: Any) -> int | None:
    """The power of ten of the first digit, None for 0; of 0.99999, which is written as 1, it is that of the 9."""
    if number.digits == "0":
        return None
    rounded_up = number.digits.rstrip("0") == "1" and not number.exact
    return first_place(value) if rounded_up else number.exponent


def _shifted(number: Decimal, scale: int) -> Decimal:
    return Decimal(number.negative, number.digits, number.place - scale, number.exact) if scale else number


def _scale(exponents: Sequence[int], digits: int) -> int:
    """The power of ten in whose units a quantity is asked, 0 for numbers as they are."""
    if not exponents:
        return 0
    # The tolerance of a number with the exponent e is 0.51 * 10^(e - digits + 1).
    smallest = digits + LOST
    fits = smallest <= min(exponents) <= max(MOST_WHOLE, smallest)
    return 0 if fits else min(exponents) - max(0, smallest)


@lru_cache(maxsize=256)
def _tolerance(exponent: int, digits: int) -> str:
    return plain(Decimal(False, TOLERANCE, exponent - digits + 1 - len(TOLERANCE), True))


def _apart(true: Choice, wrongs: Iterable[tuple[Wrong, float]], digits: int) -> list[Choice]:
    """The wrong answers that a platform can tell from the right one and from each other, the likelier first."""
    own = (float(true.tolerance), true.tolerance)
    taken = [(float(true.value), own[0])]
    found: list[Choice] = []
    for wrong, value in wrongs:
        size = math.floor(math.log10(abs(value))) if value and math.isfinite(value) else None
        if value and (size is None or not digits + LOST <= size <= TOO_LARGE):
            continue
        tolerance, text = own if size is None else _tolerances(size, digits)
        for other, its in taken:
            if abs(value - other) <= (tolerance + its) * APART:
                break
        else:
            taken.append((value, tolerance))
            # Nothing is earned by a 0, but it is worth a word.
            credit = wrong.credit if value else 0
            found.append(Choice(f"{value:.{digits + MORE}g}", text, credit, wrong.words, wrong.slip))
            if len(found) == MOST_WRONG:
                break
    return found


@lru_cache(maxsize=1024)
def _tolerances(exponent: int, digits: int) -> tuple[float, str]:
    text = _tolerance(exponent, digits)
    return float(text), text
