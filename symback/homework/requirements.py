"""The table of requirements: what must hold for the numbers of a variant to be worth working by hand.

    require:
      Z_2:  {between: [-4, 4]}         # every entry lies there
      Z_1:  {away_from: 0, by: 0.1}    # no entry lies nearer than that
      dW_1: {digits: 6}                # ends within 6 digits or, if it does not end, is 10^-6 to 10^6 in size
      dW_2: {nonzero: true}            # not all entries are 0
      distinct: [dW_2]                 # each slip of the catalogue shows in the digits of a calculation by hand

A new requirement is a new row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq

from symback.derivation.values import Entries
from symback.exercise.faults import FaultList
from symback.exercise.fields import number, whole
from symback.exercise.model import Numeral
from symback.exercise.nodes import Mapping, Node, described, joined
from symback.homework.fields import flag, interval, keys
from symback.homework.variation import Reading
from symback.solution.plain import plain
from symback.solution.rounding import round_rational

MOST_DIGITS = 60

#: Whether the entries of a quantity, rationals or balls, are as they should be.
Test = Callable[[Entries], bool]


@dataclass(frozen=True)
class Requirement:
    """What must hold for a quantity: in words, as a test, and where in the file it was asked for (None: a default)."""

    quantity: str
    words: str
    test: Test
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.quantity}: {self.words}"


@dataclass(frozen=True)
class Rule:
    """A row: the key that names a requirement, the keys that go with it, and how it is read into words and a test."""

    name: str
    beside: tuple[str, ...]
    read: Callable[[Reading], tuple[str, Test] | None]


def exact(value: Fraction) -> Any:
    """A rational that rationals and balls are compared with."""
    return fmpq(value.numerator, value.denominator)


def between(low: Fraction, high: Fraction) -> Test:
    """Every entry lies between two numbers; a ball has to lie there as a whole."""
    least, most = exact(low), exact(high)

    def holds(entries: Entries) -> bool:
        # A loop, for this is asked of every draw: a generator would take as long as the comparisons.
        for entry in entries:  # noqa: SIM110
            if not least <= entry <= most:
                return False
        return True

    return holds


def away_from(middle: Fraction, by: Fraction) -> Test:
    """No entry lies nearer to a number than `by`."""
    below, above = exact(middle - by), exact(middle + by)
    return lambda entries: all(entry >= above or entry <= below for entry in entries)


def short(digits: int) -> Test:
    """Every entry ends within so many digits, or is of a size at which its digits can be worked out by hand."""
    least, most = exact(Fraction(10) ** -digits), exact(Fraction(10) ** digits)

    def holds(entry: Any) -> bool:
        if isinstance(entry, fmpq) and _ends(int(entry.q)):
            return round_rational(entry, digits).exact
        return bool(least <= abs(entry) <= most)

    return lambda entries: all(map(holds, entries))


def _ends(denominator: int) -> bool:
    """Whether a fraction with this denominator is a decimal that ends."""
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1


def some(entries: Entries) -> bool:
    """Not all entries are 0."""
    for entry in entries:  # noqa: SIM110 - asked of every draw
        if entry != 0:
            return True
    return False


def ahead(windows: Sequence[Sequence[int]], by: Fraction) -> Test:
    """In each window of entries one is greater than all others by so much, or none is more than 0.

    Behind relu a window of zeros is common, and it makes no difference which of them wins.
    """
    lead = exact(by)

    def clear(window: list[Any]) -> bool:
        if all(entry <= 0 for entry in window):
            return True
        return any(sum(best - entry >= lead for entry in window) == len(window) - 1 for best in window)

    return lambda entries: all(clear([entries[place] for place in window]) for window in windows)


def _read_between(reading: Reading) -> tuple[str, Test] | None:
    ends = interval(*reading.at("between"), reading.decimal)
    return ends and (f"between {_shown(ends[0])} and {_shown(ends[1])}", between(*ends))


def _read_away(reading: Reading) -> tuple[str, Test] | None:
    if "by" not in reading.node.entries:
        reading.fault("says away_from, but not by how much: add by: 0.1")
        return None
    middle = number(*reading.at("away_from"), reading.decimal)
    by = number(*reading.at("by"), reading.decimal)
    if middle is None or by is None:
        return None
    if by.value <= 0:
        node, field, faults = reading.at("by")
        faults.add(field, node.line, f"must be more than 0, got {by.text}")
        return None
    if "between" in reading.node.entries and _leaves_nothing(reading, middle, by):
        return None
    return f"away from {_shown(middle.value)} by {_shown(by.value)}", away_from(middle.value, by.value)


def _leaves_nothing(reading: Reading, middle: Numeral, by: Numeral) -> bool:
    """Whether `between` and `away_from` contradict each other (faults of `between` are told elsewhere)."""
    node, field, _ = reading.at("between")
    ends = interval(node, field, FaultList(None), reading.decimal)
    if ends is None or not middle.value - by.value < ends[0] <= ends[1] < middle.value + by.value:
        return False
    reading.fault("contradicts itself: all that lies between these ends is nearer than `by`")
    return True


def _read_digits(reading: Reading) -> tuple[str, Test] | None:
    digits = whole(*reading.at("digits"), 1, MOST_DIGITS)
    return digits and (f"within {digits} digits", short(digits))  # type: ignore[return-value]


def _read_nonzero(reading: Reading) -> tuple[str, Test] | None:
    return ("not all 0", some) if flag(*reading.at("nonzero")) else None


def _shown(value: Fraction) -> str:
    rounded = round_rational(value, 12)
    return plain(rounded) if rounded.exact else str(value)


RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("between", (), _read_between),
        Rule("away_from", ("by",), _read_away),
        Rule("digits", (), _read_digits),
        Rule("nonzero", (), _read_nonzero),
    )
}

_KEYS = tuple(key for rule in RULES.values() for key in (rule.name, *rule.beside))


def read_requirements(quantity: str, node: Node, faults: FaultList, decimal: str) -> list[Requirement]:
    """All that is required of one quantity; faults are noted."""
    field = joined("require", quantity)
    if not isinstance(node, Mapping) or not node.entries:
        faults.add(field, node.line, f"must be a mapping like {{between: [-4, 4]}}, got {described(node)}")
        return []
    keys(node, field, faults, _KEYS)
    about = Reading(node, field, faults, decimal)
    if "by" in node.entries and "away_from" not in node.entries:
        about.fault("says by how much, but not away from what: add away_from: 0")
    found = [(rule.read(about), node.lines[name]) for name, rule in RULES.items() if name in node.entries]
    return [Requirement(quantity, *read, line) for read, line in found if read]
