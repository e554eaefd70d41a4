"""A rounded number as plain text, for JSON and for programs: always a point, `e` for powers of ten."""

from __future__ import annotations

from typing import Any

from symback.solution.rounding import Decimal, thin

#: A number is written without a power of ten while its first digit stands between these places.
LEAST_PLAIN, MOST_PLAIN = -5, 15


def plain(number: Decimal) -> str:
    """The number as `-3.836e-7` or `12.1`."""
    return written(number.negative, number.digits, number.place)


def plain_ball(ball: Any, digits: int) -> str | None:
    """The correctly rounded number in a ball as plain text; None where that takes more than a look."""
    found = thin(ball, digits)
    return None if found is None else written(found[0], found[1], found[2] - digits + 1)


def written(negative: bool, digits: str, place: int) -> str:
    """Digits with their last one at `place` as plain text."""
    sign, exponent = "-" if negative else "", place + len(digits) - 1
    if LEAST_PLAIN <= exponent <= MOST_PLAIN and place <= MOST_PLAIN - len(digits):
        return sign + positional(digits, place)
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{tail}e{exponent}"


def positional(digits: str, place: int, point: str = ".") -> str:
    """Digits with their last one at `place`, written out without a power of ten."""
    if place >= 0:
        return digits + "0" * (place if digits != "0" else 0)
    if -place < len(digits):
        return f"{digits[:place]}{point}{digits[place:]}"
    return f"0{point}{'0' * (-place - len(digits))}{digits}"
