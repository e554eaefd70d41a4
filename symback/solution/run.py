"""Run a derivation on numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flint import fmpq

from symback.derivation.operations import OPERATIONS
from symback.derivation.steps import Shape, Step, base, entry
from symback.derivation.values import Arithmetic, Entries
from symback.errors import Fault, InputError
from symback.exercise.model import Given
from symback.solution.arithmetics import OutsideDomain

Values = dict[str, Entries]


@dataclass(frozen=True, slots=True)
class Same:
    """The same number as at an earlier place of the quantity."""

    place: int


#: Entries that algebra shows to be rational, or to be the same as another, by quantity and place.
Known = Mapping[str, Mapping[int, fmpq | Same]]


@dataclass(frozen=True)
class Plan:
    """Steps bound to an arithmetic, ready to be run on any givens."""

    lines: tuple[tuple[str, Callable[..., Entries], tuple[str, ...]], ...]
    shapes: Mapping[str, Shape]
    finish: Callable[[Any], Any] | None

    def run(self, values: Values, known: Known = MappingProxyType({})) -> Values:
        """Run all lines on `values` (which is extended and returned); entries that are known are put in.

        Raises InputError where a step divides by zero or leaves the domain of its function, and Undecided where
        a ball is too wide to tell a sign.
        """
        finish, name, inputs = self.finish, "", tuple[str, ...]()
        value: Callable[..., Entries] = list
        try:
            for name, value, inputs in self.lines:
                result = value(*[values[key] for key in inputs])
                if name in known:
                    result = _put(result, known[name])
                values[name] = [finish(entry) for entry in result] if finish else result
        except ZeroDivisionError:
            where = self._entry(name, value, inputs, values)
            raise InputError(Fault(f"{where} divides by zero with these numbers")) from None
        except OutsideDomain as error:
            where = self._entry(name, value, inputs, values)
            raise InputError(Fault(f"{where} is not defined with these numbers: it has {error}")) from None
        return values

    def _entry(self, name: str, value: Callable[..., Entries], inputs: tuple[str, ...], values: Values) -> str:
        """The entry of a step at which it fails, with its unit and layer where it is that of a layer."""
        columns = [values[key] for key in inputs]
        count = len(columns[0]) if columns else 0
        # Only a step that goes entry by entry fails where all of its entries are as one of them.
        for place in range(count if count > 1 and all(len(column) == count for column in columns) else 0):
            try:
                value(*[[column[place]] * count for column in columns])
            except (ZeroDivisionError, OutsideDomain):
                shape = self.shapes.get(inputs[0], (count, 1))
                row, column = divmod(place, shape[1])
                return entry(name, row, column, shape) + _unit(name, row)
        return f"{name}{_unit(name, 0)}"


def _put(entries: Entries, known: Mapping[int, fmpq | Same]) -> Entries:
    """The entries with what is known put in; those that are the same become one object."""
    found = [known.get(place, entry) for place, entry in enumerate(entries)]
    return [found[entry.place] if type(entry) is Same else entry for entry in found]


def _unit(name: str, place: int) -> str:
    layer = _LAYER.fullmatch(name)
    return f" (unit {place + 1} of layer {layer[1]})" if layer else ""


_LAYER = re.compile(r"(?:d?A_[0-9]+/d)?[ZA]_([0-9]+)")


def plan(steps: Sequence[Step], shapes: Mapping[str, Shape], on: Arithmetic) -> Plan:
    """Bind steps to an arithmetic; transposes become steps of their own that are taken once."""
    lines: list[tuple[str, Callable[..., Entries], tuple[str, ...]]] = []
    done: set[str] = set()
    for step in steps:
        inputs = tuple(_reference(name, shapes, lines, done) for name in step.inputs)
        lines.append((step.name, OPERATIONS[step.operation].value(step, shapes, on), inputs))
    return Plan(tuple(lines), shapes, on.finish)


def _reference(
    name: str,
    shapes: Mapping[str, Shape],
    lines: list[tuple[str, Callable[..., Entries], tuple[str, ...]]],
    done: set[str],
) -> str:
    """The key of an input; the transpose of a row or a column has the same entries in the same order."""
    rows, columns = shapes[base(name)]
    if not name.endswith("^T") or rows == 1 or columns == 1:
        return base(name)
    if name not in done:
        done.add(name)
        lines.append((name, lambda a: [a[i * columns + j] for j in range(columns) for i in range(rows)], (base(name),)))
    return name


def numbers(givens: Mapping[str, Given], on: Arithmetic) -> Values:
    """The givens as scalars of an arithmetic."""
    return {name: [on.number(cell.value) for row in given.rows for cell in row] for name, given in givens.items()}
