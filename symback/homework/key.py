"""The answer key of a variant: the JSON of `symback solve`, made thousands of times a second.

Everything but the numbers is the same for all variants and is laid out once. `decimal` has the certified digits of
`solve`. `exact` has every rational; where a value is transcendental it is null: its closed form takes SymPy a tenth of
a second, and no key is marked by it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from flint import fmpq

from symback.derivation.derive import derive
from symback.derivation.values import Entries
from symback.document.json_form import quantity_head
from symback.exercise.model import Exercise
from symback.homework.variant import Variant
from symback.solution.certify import bits_for
from symback.solution.plain import plain, written
from symback.solution.rounding import round_rational
from symback.solution.solution import LONGEST_EXACT

#: Digits beyond the asked-for ones that tell on which side of a half a number lies.
GUARD = 8
#: A tail of guarding digits nearer to a half than this is left to `Solution.rounded`, which knows the whole ball.
_DOUBT = 1000
_HALVES = (5 * 10 ** (GUARD - 1), 5 * 10**GUARD)
#: Numbers with more zeros than this are left to it as well.
_TENS = tuple(10**power for power in range(400))
_SLOT = "\ue000"


@dataclass(frozen=True)
class KeyForm:
    """The key of one exercise with its numbers left open."""

    exercise: Exercise
    digits: int

    @cached_property
    def _pieces(self) -> tuple[str, ...]:
        """The text around the numbers: before the first, between them, after the last."""
        derivation, quantities = derive(self.exercise.network), []
        for name, (rows, columns) in derivation.shapes.items():
            cells = [[_SLOT] * columns for _ in range(rows)]
            quantities.append({**quantity_head(derivation, name), "exact": cells, "decimal": cells})
        data = {"title": self.exercise.title, "digits": self.digits, "quantities": quantities}
        text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
        return tuple(text.split(f'"{_SLOT}"'))

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(derive(self.exercise.network).shapes)

    def fill(self, variant: Variant, values: Mapping[str, Entries] | None = None) -> bytes:
        """The key of a variant; `values`, where they are at hand, spare it to solve the variant again.

        Raises LimitError where digits cannot be certified.
        """
        pieces = self._pieces
        filled: list[str] = [""] * (2 * len(pieces) - 1)
        filled[::2] = pieces
        filled[1::2] = self._numbers(variant, values)
        return "".join(filled).encode()

    def _numbers(self, variant: Variant, values: Mapping[str, Entries] | None) -> list[str]:
        found: list[str] = []
        #: A step that passes a value on shares it: what was written once is known by its identity.
        known: dict[int, tuple[str, str]] = {}
        digits, need = self.digits, bits_for(self.digits + GUARD)
        for name in self._names:
            entries = values[name] if values is not None else variant.solution.values(name)
            pairs = []
            for place, entry in enumerate(entries):
                pair = known.get(id(entry))
                if pair is None:
                    if type(entry) is fmpq:
                        pair = _rational(str(entry), digits)
                    elif (quick := quickly_rounded(entry, digits, need)) is not None:
                        pair = "null", f'"{written(*quick)}"'
                    else:
                        pair = "null", f'"{plain(variant.solution.rounded(name, place, digits))}"'
                    known[id(entry)] = pair
                pairs.append(pair)
            exact, decimal = zip(*pairs, strict=True)
            found += exact
            found += decimal
        return found


@lru_cache(maxsize=1 << 14)
def _rational(text: str, digits: int) -> tuple[str, str]:
    exact = f'"{text}"' if len(text) <= LONGEST_EXACT else "null"
    return exact, f'"{plain(round_rational(Fraction(text), digits))}"'


def quickly_rounded(ball: Any, digits: int, need: int) -> tuple[bool, str, int] | None:
    """The sign, the correctly rounded digits and their last place of the number in a ball; None if in doubt.

    `need` are the bits that hold so many digits and `GUARD` more.

    One division gives the digits of the middle and `GUARD` more. All that the ball holds is so near to its middle that
    nothing in it rounds otherwise, unless those further digits are nearly a half.
    """
    if ball.rel_accuracy_bits() < need:
        return None
    mantissa, power = ball.mid().man_exp()
    size, exponent = abs(int(mantissa)), int(power)
    bits = size.bit_length() + exponent
    # log10(2) to five places: the guess is right, or one digit too long.
    shift = GUARD + digits - bits * 30103 // 100000
    if not 0 <= shift < len(_TENS) or exponent > 0:
        return None
    whole = size * _TENS[shift] >> -exponent
    extra = len(str(whole)) - digits - GUARD
    if extra not in (0, 1):
        return None
    front, tail = divmod(whole, _TENS[GUARD + extra])
    if abs(tail - _HALVES[extra]) <= _DOUBT:
        return None
    text = str(front + (tail > _HALVES[extra]))
    if len(text) > digits:  # 9.99 became 10.0
        text, extra = text[:-1], extra + 1
    return bool(mantissa < 0), text, GUARD - shift + extra
