"""Entries that are 0 whatever their closed form, which may be too long to be written: the bias before a batch norm.

A sum that vanishes identically in its transcendental parts vanishes for random ones too, in a finite field. So every
value is carried as a residue and as a ball: an entry is 0 where its residue is 0 and its ball of so many bits holds 0.
Identity testing after Schwartz (1980) and Zippel (1979); that another number passes both has a chance below 1e-18.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2b
from typing import Any

from flint import fmpq

from symback.derivation.operations import OPERATIONS
from symback.derivation.steps import Derivation, Step, base
from symback.derivation.values import Arithmetic, Entries
from symback.solution.arithmetics import BALLS, OutsideDomain, Undecided, precision, to_fmpq
from symback.solution.run import Known, Same

PRIME = 2**61 - 1
BITS = 1024
#: Functions with f(-x) = -f(x).
ODD = ("tanh", "erf")


@dataclass(frozen=True, slots=True)
class Twin:
    """A value as a residue and as a rational or a ball."""

    residue: int
    ball: Any

    def __add__(self, other: Twin) -> Twin:
        return Twin((self.residue + other.residue) % PRIME, self.ball + other.ball)

    def __sub__(self, other: Twin) -> Twin:
        return Twin((self.residue - other.residue) % PRIME, self.ball - other.ball)

    def __mul__(self, other: Twin) -> Twin:
        return Twin(self.residue * other.residue % PRIME, self.ball * other.ball)

    def __truediv__(self, other: Twin) -> Twin:
        if other.residue == 0:
            raise ZeroDivisionError
        return Twin(self.residue * pow(other.residue, -1, PRIME) % PRIME, self.ball / other.ball)

    def __neg__(self) -> Twin:
        return Twin(-self.residue % PRIME, -self.ball)

    @property
    def is_zero(self) -> bool:
        """Whether it is 0 in the field and not known to be anything else."""
        return self.residue == 0 and not (self.ball > 0 or self.ball < 0)


def _rational(value: fmpq) -> Twin:
    return Twin(int(value.p) * pow(int(value.q), -1, PRIME) % PRIME, value)


def _number(value: Fraction) -> Twin:
    return _rational(to_fmpq(value))


def _random(function: str, residue: int) -> int:
    """A value of a function in the field: the same for the same argument, and otherwise anything but 0."""
    digest = blake2b(f"{function} {residue}".encode(), digest_size=16).digest()
    return int.from_bytes(digest, "big") % (PRIME - 1) + 1


def _call(function: str, argument: Twin | None) -> Twin:
    """A function of an argument, with what holds of it for all arguments."""
    ball = BALLS.functions[function](None if argument is None else argument.ball)
    if isinstance(ball, fmpq):
        return _rational(ball)
    residue = 0 if argument is None else argument.residue
    mirrored = residue > PRIME // 2
    least = PRIME - residue if mirrored else residue
    if function == "exp":
        found = _random(function, least)
        return Twin(pow(found, -1, PRIME) if mirrored else found, ball)
    if function in ODD:
        found = _random(function, least)
        return Twin(PRIME - found if mirrored else found, ball)
    # The prime is 3 mod 4: of a square this is a root.
    root = pow(residue, (PRIME + 1) // 4, PRIME)
    if function == "sqrt" and root * root % PRIME == residue:
        return Twin(root, ball)
    return Twin(_random(function, residue), ball)


def _positive(value: Twin) -> bool:
    if value.ball > 0:
        return True
    if value.ball < 0 or value.is_zero:
        return False
    raise Undecided


def _sign(value: Twin) -> Twin:
    return _number(Fraction(0 if value.is_zero else 1 if _positive(value) else -1))


def _arithmetic() -> Arithmetic:
    def call(name: str) -> Any:
        return lambda argument: _call(name, argument)

    functions = {name: call(name) for name in BALLS.functions}
    functions["sign"], functions["abs"] = _sign, lambda value: value * _sign(value)
    return Arithmetic("zeros", _number, functions, _positive)


class Zeros:
    """The entries of a solution that are 0, and those that are equal."""

    def __init__(self, derivation: Derivation, givens: Mapping[str, Entries]) -> None:
        self._derivation, self._on = derivation, _arithmetic()
        self._values: dict[str, Entries | None] = {
            name: [_rational(entry) for entry in entries] for name, entries in givens.items()
        }
        for step in derivation.steps:
            self._values[step.name] = self._run(step)

    def _run(self, step: Step) -> Entries | None:
        inputs = [self._oriented(name) for name in step.inputs]
        if any(entries is None for entries in inputs):
            return None
        value = OPERATIONS[step.operation].value(step, self._derivation.every_shape, self._on)
        try:
            with precision(BITS):
                return value(*inputs)
        except (Undecided, OutsideDomain, ZeroDivisionError):
            return None

    def _oriented(self, reference: str) -> Entries | None:
        name = base(reference)
        if name not in self._values:  # a part, which other parts may be made of
            self._values[name] = self._run(self._derivation.parts[name])
        entries = self._values[name]
        if entries is None or not reference.endswith("^T"):
            return entries
        rows, columns = self._derivation.every_shape[name]
        return [entries[i * columns + j] for j in range(columns) for i in range(rows)]

    def all(self) -> Known:
        """The zeros of all quantities, by name and place."""
        return {name: _zeros(entries) for name, entries in self._values.items() if entries is not None}

    def alike(self) -> Known:
        """Which entries equal an earlier one, where that decides which of them is picked as the greatest."""
        judges = dict.fromkeys(step.inputs[1] for step in self._derivation.steps if step.operation == "pick")
        return {name: _alike(entries) for name in judges if (entries := self._values[name]) is not None}

    def of(self, part: Step) -> Mapping[int, fmpq]:
        """The zeros of a part of a step, by place."""
        return _zeros(self._run(part) or [])


def _alike(entries: Entries) -> dict[int, Same]:
    first: dict[int, int] = {}
    pairs = [(place, first.setdefault(entry.residue, place)) for place, entry in enumerate(entries)]
    return {place: Same(before) for place, before in pairs if before != place and _equal(entries, place, before)}


def _equal(entries: Entries, place: int, before: int) -> bool:
    with precision(BITS):
        return bool((entries[place] - entries[before]).is_zero)


def _zeros(entries: Entries) -> dict[int, fmpq]:
    return {place: fmpq(0) for place, entry in enumerate(entries) if entry.is_zero}
