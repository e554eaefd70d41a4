"""The answer key of a variant: the JSON of `symback solve`, made thousands of times a second.

Everything but the numbers is the same for all variants and is laid out once. `decimal` has the certified digits of
`solve`. `exact` has every rational; where a value is transcendental it is null: its closed form takes SymPy a tenth of
a second, and no key is marked by it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from flint import fmpq

from symback.derivation.derive import derive
from symback.derivation.values import Entries
from symback.document.json_form import quantity_head
from symback.exercise.model import Exercise, Numeral
from symback.homework.variant import Variant
from symback.solution.plain import plain, plain_ball
from symback.solution.rounding import round_ball, round_rational
from symback.solution.solution import LONGEST_EXACT

_SLOT = "\ue000"
#: So many numbers are kept as they are written.
MOST_KEPT = 1 << 14
#: The exact form of a number and its decimal, as JSON.
Pair = tuple[str, str]


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
    def _steps(self) -> tuple[str, ...]:
        return tuple(step.name for step in derive(self.exercise.network).steps)

    def fill(self, variant: Variant) -> bytes:
        """The key of a variant; raises LimitError where digits cannot be certified."""
        pieces = self._pieces
        filled: list[str] = [""] * (2 * len(pieces) - 1)
        filled[::2] = pieces
        filled[1::2] = self._numbers(variant)
        return "".join(filled).encode()

    def _numbers(self, variant: Variant) -> list[str]:
        found, kept = list[str](), self._kept
        for given in variant.exercise.givens.values():
            found += _columns([kept.get(cell.text) or self._given(cell) for row in given.rows for cell in row])
        values = variant.told.values if variant.told else variant.solution.at_least(self.digits)
        #: A step that passes its values on shares them: what was written once is known by its identity.
        known: dict[int, list[str]] = {}
        for name in self._steps:
            entries = values[name]
            written = known.get(id(entries))
            if written is None:
                written = known[id(entries)] = self._written(variant, name, entries)
            found += written
        return found

    def _written(self, variant: Variant, name: str, entries: Entries) -> list[str]:
        """The exact forms of the entries of a quantity, then their decimals."""
        exact, decimal, digits = list[str](), list[str](), self.digits
        for place, entry in enumerate(entries):
            text = None if type(entry) is fmpq else plain_ball(entry, digits)
            form, shown = self._pair(variant, name, place, entry) if text is None else ("null", f'"{text}"')
            exact.append(form)
            decimal.append(shown)
        return exact + decimal

    def _pair(self, variant: Variant, name: str, place: int, entry: Any) -> Pair:
        """How an entry is written exactly and as a decimal; a ball takes more than a look."""
        if type(entry) is fmpq:
            return _rational(int(entry.p), int(entry.q), self.digits)
        rounded = round_ball(entry, self.digits) or variant.solution.rounded(name, place, self.digits)
        return "null", f'"{plain(rounded)}"'

    def _given(self, cell: Numeral) -> Pair:
        """How a given number is written; all with the same text are the same number."""
        found = _rational(*cell.value.as_integer_ratio(), self.digits)
        if len(self._kept) < MOST_KEPT:
            self._kept[cell.text] = found
        return found

    @cached_property
    def _kept(self) -> dict[str, Pair]:
        return {}


def _columns(pairs: list[Pair]) -> list[str]:
    """The exact forms of all entries, then their decimals."""
    exact, decimal = zip(*pairs, strict=True)
    return [*exact, *decimal]


@lru_cache(maxsize=MOST_KEPT)
def _rational(over: int, under: int, digits: int) -> Pair:
    text = str(over) if under == 1 else f"{over}/{under}"
    exact = f'"{text}"' if len(text) <= LONGEST_EXACT else "null"
    return exact, f'"{plain(round_rational(Fraction(over, under), digits))}"'
