"""Certified values: precision grows by itself until every digit that was asked for is certain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flint import arb

from symback.derivation.values import Entries
from symback.errors import LimitError
from symback.solution.arithmetics import Undecided, precision
from symback.solution.rounding import is_far
from symback.solution.run import Known, Plan, Values

#: Bits beyond the asked-for digits at the first try; the paper's A (1 - A) loses 27 of them.
GUARD_BITS = 64
#: Where a ball still holds 0 after so many doublings, algebra is asked which entries are rational.
PATIENCE = 2
#: A cap well below what makes the library abort.
MOST_BITS = 1 << 15


@dataclass(frozen=True)
class Certified:
    """All values, each exact or a ball of at least the asked-for relative accuracy, and the bits it took."""

    values: Values
    bits: int


def bits_for(digits: int) -> int:
    """The bits that hold so many decimal digits, with one digit to spare."""
    return digits * 3322 // 1000 + 4


def certify(
    program: Plan,
    givens: Mapping[str, Entries],
    digits: int,
    known: Known,
    rationals: Callable[[], Known],
    start: Certified | None = None,
) -> Certified:
    """Run a program until each entry has `digits` certain significant digits or is known exactly.

    No precision tells that tanh(1) - tanh(1) is 0; `rationals` is asked for such entries when balls do not settle.
    Those in `known` are known beforehand. Values that the program came to earlier (`start`) are taken where they are
    certain enough.

    Raises InputError where the numbers leave the domain of a function, LimitError where the precision cap is
    reached first.
    """
    need = bits_for(digits)
    if start is not None and _first_weak(start.values, need) is None:
        _refuse_far(start.values)
        return start
    bits, tries = need + GUARD_BITS, 0
    while bits <= MOST_BITS:
        values: Values = dict(givens)
        with precision(bits):
            try:
                program.run(values, known)
                weak = _first_weak(values, need)
            except Undecided:
                weak = _first_weak(values, need) or _KINK
        if weak is None:
            _refuse_far(values)
            return Certified(values, bits)
        tries += 1
        if tries == PATIENCE + 1:
            known = {**known, **rationals()}
        else:
            bits *= 2
    raise LimitError(f"{weak} cannot be certified with {MOST_BITS} bits; the value may be 0 without a proof of it")


def _refuse_far(values: Values) -> None:
    for name, entries in values.items():
        for entry in entries:
            if type(entry) is arb and is_far(entry):
                raise LimitError(f"{name} is too large or too small to be written out")


_KINK = "the side of a kink"


def _first_weak(values: Values, need: int) -> str | None:
    """The first quantity with a ball that is too wide for the digits, in words."""
    for name, entries in values.items():
        for entry in entries:
            if type(entry) is arb and entry.rel_accuracy_bits() < need:
                return f"the digits of {name}"
    return None
