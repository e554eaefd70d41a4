"""Certified values: precision grows by itself until every digit that was asked for is certain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flint import arb, fmpq

from symback.derivation.values import Entries
from symback.errors import InputError, LimitError
from symback.solution.arithmetics import Undecided, precision
from symback.solution.run import Plan, Values

#: Bits beyond the asked-for digits at the first try; the paper's A (1 - A) loses 27 of them.
GUARD_BITS = 64
#: Where a ball still holds 0 after so many doublings, the entry is examined symbolically.
PATIENCE = 2
#: A cap well below what makes the library abort.
MOST_BITS = 1 << 15

#: Whether an entry of a quantity is exactly zero; None where that cannot be decided.
ZeroTest = Callable[[str, int], bool | None]


@dataclass(frozen=True)
class Certified:
    """All values, each exact or a ball of at least the asked-for relative accuracy, and the bits it took."""

    values: Values
    bits: int
    zeros: Mapping[str, frozenset[int]]


def bits_for(digits: int) -> int:
    """The bits that hold so many decimal digits, with one digit to spare."""
    return digits * 3322 // 1000 + 4


def certify(program: Plan, givens: Mapping[str, Entries], digits: int, is_zero: ZeroTest) -> Certified:
    """Run a program until each entry has `digits` certain significant digits or is known to be exactly 0.

    Raises InputError where the numbers leave the domain of a function, LimitError where the precision cap is
    reached first.
    """
    need = bits_for(digits)
    bits, tries = need + GUARD_BITS, 0
    zeros: dict[str, set[int]] = {}
    while bits <= MOST_BITS:
        values: Values = dict(givens)
        with precision(bits):
            try:
                program.run(values, zeros)
                undecided = False
            except Undecided:
                undecided = True
            weak = _first_weak(values, need)
        if weak is None and not undecided:
            return Certified(values, bits, {name: frozenset(places) for name, places in zeros.items()})
        tries += 1
        if tries > PATIENCE and weak is not None and _settle(*weak, values, zeros, is_zero):
            continue
        bits *= 2
    raise LimitError(_message(values, need))


def _first_weak(values: Values, need: int) -> tuple[str, int] | None:
    """The first entry whose ball is too wide for the digits."""
    for name, entries in values.items():
        for place, entry in enumerate(entries):
            if type(entry) is arb and entry.rel_accuracy_bits() < need:
                return name, place
    return None


def _settle(name: str, place: int, values: Values, zeros: dict[str, set[int]], is_zero: ZeroTest) -> bool:
    """Whether symbolic algebra shows the entry to be 0; then it is noted down."""
    entry = values[name][place]
    if not entry.is_finite():
        raise InputError(f"{name} is not defined with these numbers: a logarithm or root of a number that is not positive")
    if entry.contains(0) and is_zero(name, place):
        zeros.setdefault(name, set()).add(place)
        return True
    return False


def _message(values: Values, need: int) -> str:
    weak = _first_weak(values, need)
    where = f"the digits of {weak[0]}" if weak else "the side of a kink"
    return f"{where} cannot be certified with {MOST_BITS} bits; the value may be 0 without a proof of it"


def is_exact(entry: object) -> bool:
    """Whether a value is held exactly."""
    return isinstance(entry, fmpq)
