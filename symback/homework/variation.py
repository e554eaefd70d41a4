"""The table of variations: how a given may differ from student to student.

    vary: like the original                                    # every given; the default
    vary:
      x:   {integers: [1, 20]}                                 # whole numbers between two ends
      W_1: {decimals: 1, between: [-0.9, 0.9], nonzero: true}  # that many places behind the mark
      y:   {choices: [0, 1]}                                   # one of these
      b_1: like the original                                   # as many digits and decimals, the same signs

A given that is not named stays as it is. A new kind of variation is a new row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from symback.exercise.faults import FaultList
from symback.exercise.fields import whole
from symback.exercise.model import Given
from symback.exercise.names import suggestion
from symback.exercise.nodes import Mapping, Node, Scalar, described
from symback.exercise.numerals import read_numeral
from symback.homework.fields import flag, interval, keys, numerals
from symback.homework.options import Options, alike, among, fixed, spaced

#: How the default is called, whatever the case and the blanks.
LIKE = "like the original"
#: Numbers that are worked by hand are not larger than this, and have not more decimals.
LARGEST, MOST_DECIMALS, MOST_CHOICES = 10**12, 12, 1000

#: What the numbers of a given may become, entry by entry.
Variation = Callable[[Given], tuple[Options, ...]]


@dataclass(frozen=True)
class Reading:
    """A variation about to be read: its node, where it stands, who hears of faults, the file's decimal mark."""

    node: Mapping
    field: str
    faults: FaultList
    decimal: str

    def at(self, key: str) -> tuple[Node, str, FaultList]:
        """What a reader of one field needs."""
        return self.node.entries[key], f"{self.field}.{key}", self.faults

    def fault(self, message: str) -> None:
        """Note a fault of the variation as a whole."""
        self.faults.add(self.field, self.node.line, message)

    @property
    def nonzero(self) -> bool:
        """Whether 0 is left out."""
        return "nonzero" in self.node.entries and bool(flag(*self.at("nonzero")))


@dataclass(frozen=True)
class Kind:
    """A row: the key that names a kind of variation, the keys that go with it, and how it is read."""

    name: str
    beside: tuple[str, ...]
    read: Callable[[Reading], Options | None]


def _integers(reading: Reading) -> Options | None:
    nonzero, ends = reading.nonzero, interval(*reading.at("integers"), reading.decimal)
    if ends is None:
        return None
    if any(end.denominator != 1 for end in ends):
        node, field, faults = reading.at("integers")
        faults.add(field, node.line, "must be two whole numbers; for others write decimals and between")
        return None
    return _spaced(reading, ends, 0, nonzero)


def _decimals(reading: Reading) -> Options | None:
    places, nonzero = whole(*reading.at("decimals"), 0, MOST_DECIMALS), reading.nonzero
    if "between" not in reading.node.entries:
        reading.fault("has decimals, but not between which numbers: add between: [lowest, highest]")
        return None
    ends = interval(*reading.at("between"), reading.decimal)
    return None if ends is None or places is None else _spaced(reading, ends, -places, nonzero)


def _spaced(reading: Reading, ends: tuple[Fraction, Fraction], place: int, nonzero: bool) -> Options | None:
    if max(map(abs, ends)) > LARGEST:
        reading.fault(f"has numbers beyond {LARGEST:,}")
        return None
    unit = Fraction(10) ** place
    options = spaced(ceil(ends[0] / unit), floor(ends[1] / unit), place, nonzero=nonzero)
    if not options.count:
        reading.fault("has no number to choose from: nothing lies between these ends" + (" but 0" if nonzero else ""))
        return None
    return options


def _choices(reading: Reading) -> Options | None:
    found = numerals(*reading.at("choices"), reading.decimal, MOST_CHOICES)
    return None if found is None else among(found)


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("integers", ("nonzero",), _integers),
        Kind("decimals", ("between", "nonzero"), _decimals),
        Kind("choices", (), _choices),
    )
}

_EXPECTED = f"{LIKE}, {{integers: [1, 20]}}, {{decimals: 1, between: [-0.9, 0.9]}} or {{choices: [0, 1]}}"


def read_variation(node: Node, field: str, faults: FaultList, decimal: str) -> Variation | None:
    """How one given varies; None where that is faulty."""
    if is_like(node):
        return like_the_original
    if not isinstance(node, Mapping):
        faults.add(field, node.line, f"must be {_EXPECTED}, got {described(node)}")
        return None
    named = [kind for kind in KINDS if kind in node.entries]
    if len(named) != 1:
        what = f"names two kinds, {' and '.join(named)}" if named else "names no kind of numbers"
        near = next((suggestion(key, KINDS) for key in node.entries if key not in ("between", "nonzero")), "")
        hint = f" ({near})" if near and not named else ""
        faults.add(field, node.line, f"{what}: expected {_EXPECTED}{hint}")
        return None
    kind = KINDS[named[0]]
    keys(node, field, faults, (kind.name, *kind.beside))
    options = kind.read(Reading(node, field, faults, decimal))
    return None if options is None else lambda given: (options,) * (given.shape[0] * given.shape[1])


def is_like(node: Node) -> bool:
    """Whether a node says `like the original`."""
    return isinstance(node, Scalar) and " ".join(node.text.lower().split()) == LIKE


_ZERO, _ONE, _MINUS_ONE = read_numeral("0"), read_numeral("1"), read_numeral("-1")


def like_the_original(given: Given) -> tuple[Options, ...]:
    """Each number becomes one of its own kind; targets that are all 0 or 1 (inputs that are both) become 0 or 1."""
    cells = [cell for row in given.rows for cell in row]
    found = {cell.value for cell in cells}
    if found <= {0, 1} and (given.name == "y" or (given.name == "X" and len(found) == 2)):
        return (among((_ZERO, _ONE)),) * len(cells)  # type: ignore[arg-type]
    return tuple(map(alike, cells))


def signs_like_the_original(given: Given) -> tuple[Options, ...]:
    """Each target of a hinge becomes 1 or -1."""
    return (among((_ONE, _MINUS_ONE)),) * given.shape[0]  # type: ignore[arg-type]


def masks(given: Given) -> tuple[Options, ...]:
    """Each entry of a mask becomes 0 or 1."""
    return (among((_ZERO, _ONE)),) * (given.shape[0] * given.shape[1])  # type: ignore[arg-type]


def stays(given: Given) -> tuple[Options, ...]:
    """A constant is the same for all variants unless the file says otherwise."""
    return tuple(fixed(cell) for row in given.rows for cell in row)
