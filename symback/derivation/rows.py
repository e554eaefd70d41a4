"""What a row of the table of operations is made of, and what several of them need."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import add

from symback.derivation.formula import ZERO, Formula, Number, Product, Sum, Symbol
from symback.derivation.steps import Shape, Step, entry, shape_of
from symback.derivation.values import Arithmetic, Entries

Shapes = Mapping[str, Shape]
#: Equations, each a chain of sides.
Choices = tuple[tuple[Formula, ...], ...]
Value = Callable[..., Entries]


@dataclass(frozen=True)
class Contribution:
    """What a step adds to the derivative by one of its inputs: helper steps, then the (still unnamed) last one.

    None as the last one says that the derivative of the target is 1, which is left out as on paper.
    """

    of: str
    last: Step | None
    helpers: tuple[Step, ...] = ()


#: A step, the upstream gradient of its output, the shapes, and the quantities whose derivatives are wanted.
Backward = Callable[[Step, str | None, Shapes, Collection[str]], Iterator[Contribution]]


@dataclass(frozen=True)
class Operation:
    """A row: `value` binds a step to an arithmetic, `backward` gives the steps of its derivative.

    An operation without `backward` stands only in parts, which are laid out and never differentiated.
    `form` is the formula in matrices, `entry` the formula of one entry in entries of the inputs,
    `layout` the name of the layout that writes its arithmetic out on paper. `chosen` are equations that stand beside
    the formula, for choices that it does not show: a stride.
    """

    name: str
    value: Callable[[Step, Shapes, Arithmetic], Value]
    backward: Backward | None
    form: Callable[[Step], Formula]
    entry: Callable[[Step, int, int, Shapes], Formula]
    layout: str
    chosen: Callable[[Step], Choices] = lambda _: ()


def windows_chosen(step: Step) -> Choices:
    """The choices about a window that slides, those that are not the usual ones; along a signal each is one number."""
    size, stride, padding = (step.option(name) for name in ("size", "stride", "padding"))
    told = {"size": size, "stride": stride if stride != (size or (1, 1)) else None, "padding": padding}

    def value(name: str, both: tuple[int, int]) -> Formula:
        numbers = tuple(Number(Fraction(number)) for number in both)
        along = step.shape[1] == 1 and both[1] == (0 if name == "padding" else 1)
        return numbers[0] if along or (both[0] == both[1] and name != "size") else Product(numbers, "times")

    return tuple((Symbol(name), value(name, both)) for name, both in told.items() if both not in (None, (0, 0)))


def cell(reference: str, row: int, column: int, shapes: Shapes) -> Formula:
    """An entry of an input; of a number, a row or a column the one that goes with it."""
    rows, columns = shape_of(reference, shapes)
    return Symbol(entry(reference, row if rows > 1 else 0, column if columns > 1 else 0, (rows, columns)))


def backward_step(
    operation: str, inputs: tuple[str, ...], shape: Shape, rule: str = "", name: str = ""
) -> Step:
    """A step of the backward pass, unnamed unless told."""
    return Step(name, operation, inputs, shape, "backward", rule=rule)


def reduced(upstream: str, upstream_shape: Shape, shape: Shape, rule: str = "") -> Step:
    """The upstream gradient as it is, or summed up over what its quantity went with."""
    return backward_step("copy" if upstream_shape == shape else "sum", (upstream,), shape, rule)


def spread_places(small: Shape, large: Shape) -> list[int] | None:
    """For each entry of a large matrix the place in the small one that goes with it; None where they are alike."""
    if small == large:
        return None
    rows, columns = small
    return [
        (i if rows > 1 else 0) * columns + (j if columns > 1 else 0) for i in range(large[0]) for j in range(large[1])
    ]


def groups(large: Shape, small: Shape) -> list[list[int]]:
    """For each entry of a small matrix the places in the large one that go with it."""
    found: list[list[int]] = [[] for _ in range(small[0] * small[1])]
    for place, target in enumerate(spread_places(small, large) or range(large[0] * large[1])):
        found[target].append(place)
    return found


def summed(entries: Entries, places: Sequence[Sequence[int]]) -> Entries:
    """The sum of the entries at each group of places."""
    return [reduce(add, [entries[place] for place in group]) for group in places]


def total(terms: Sequence[Formula]) -> Formula:
    """A sum of terms; of one it is the term itself, of none 0."""
    return Sum(tuple(terms)) if len(terms) > 1 else terms[0] if terms else ZERO


def dot(left: str, right: str, row: int, column: int, shapes: Shapes) -> Formula:
    """The formula of one entry of a product of matrices."""
    count = shape_of(left, shapes)[1]
    return total(
        [Product((cell(left, row, k, shapes), cell(right, k, column, shapes)), "dot") for k in range(count)]
    )
