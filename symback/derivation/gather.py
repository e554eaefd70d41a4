"""Operations that only move entries: each entry of the result is a sum of entries of the input.

A pattern is a row: for each entry of the result the places it is gathered from, and the sum may be divided by a number
(an average). Its derivative is the same pattern read backwards, so no row needs a rule of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache, reduce
from operator import add

from symback.derivation.formula import ONE, ZERO, Call, Formula, Number, Quotient, Symbol
from symback.derivation.rows import Contribution, Operation, Shapes, Value, backward_step, cell, total, windows_chosen
from symback.derivation.steps import Shape, Step, shape_of
from symback.derivation.values import Arithmetic, Entries

#: For each entry of the result the places in the input; from the two shapes and the options of the step.
Pattern = Callable[[Shape, Shape, Step], list[list[int]]]


def _diagonal(given: Shape, result: Shape, _step: Step) -> list[list[int]]:
    return [[k * given[1] + k] for k in range(max(result))]


def _flat(given: Shape, _result: Shape, _step: Step) -> list[list[int]]:
    return [[place] for place in range(given[0] * given[1])]


def _without_first(given: Shape, result: Shape, _step: Step) -> list[list[int]]:
    rows, columns = result
    below, beside = given[0] - rows, given[1] - columns
    return [[(i + below) * given[1] + j + beside] for i in range(rows) for j in range(columns)]


def _column(given: Shape, _result: Shape, step: Step) -> list[list[int]]:
    return [[i * given[1] + step.option("at")] for i in range(given[0])]


def _windows(given: Shape, result: Shape, step: Step) -> list[list[int]]:
    """The window of each entry of the result, row by row; maps stand one under the other."""
    (high, wide), (down, across), maps = step.option("size"), step.option("stride"), step.option("maps", 1)
    height, rows = given[0] // maps, result[0] // maps
    return [
        [
            (m * height + i * down + u) * given[1] + j * across + v
            for u in range(high)
            for v in range(wide)
        ]
        for m in range(maps)
        for i in range(rows)
        for j in range(result[1])
    ]


def _maps(given: Shape, result: Shape, _step: Step) -> list[list[int]]:
    """One number for all rows of a map."""
    return [[row * given[0] // result[0]] for row in range(result[0]) for _ in range(result[1])]


#: The patterns by name.
PATTERNS: dict[str, Pattern] = {
    "column": _column,
    "windows": _windows,
    "maps": _maps,
    "diagonal": _diagonal,
    "flatten": _flat,
    "without_first": _without_first,
}


def places_of(step: Step, shapes: Shapes) -> list[list[int]]:
    """For each entry of a step the places of its input that are added up."""
    return _places(step, shape_of(step.inputs[0], shapes))


@lru_cache(maxsize=256)
def _places(step: Step, given: Shape) -> list[list[int]]:
    pattern = PATTERNS[step.option("pattern")]
    if not step.option("back"):
        return pattern(given, step.shape, step)
    found: list[list[int]] = [[] for _ in range(step.shape[0] * step.shape[1])]
    for place, sources in enumerate(pattern(step.shape, given, step)):
        for source in sources:
            found[source].append(place)
    return found


def _value(step: Step, shapes: Shapes, on: Arithmetic) -> Value:
    places, zero, over = places_of(step, shapes), on.number(ZERO.value), step.option("over")
    if over is None:
        return lambda a: [reduce(add, [a[place] for place in group]) if group else zero for group in places]
    under = on.number(Fraction(over))
    return lambda a: [reduce(add, [a[place] for place in group]) / under if group else zero for group in places]


def _backward(
    step: Step, upstream: str | None, shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    assert upstream is not None
    (source,) = step.inputs
    options = tuple(pair for pair in step.options if pair[0] != "back")
    back = options if step.option("back") else (*options, ("back", True))
    last = backward_step("gather", (upstream,), shapes[source], f"rule_{step.option('pattern')}")
    yield Contribution(source, replace(last, options=back))


def _entry(step: Step, row: int, column: int, shapes: Shapes) -> Formula:
    (source,) = step.inputs
    columns = shape_of(source, shapes)[1]
    group = places_of(step, shapes)[row * step.shape[1] + column]
    whole = total([cell(source, place // columns, place % columns, shapes) for place in group])
    over = step.option("over")
    return Quotient(whole, Number(Fraction(over))) if over and group else whole


#: What a pattern is called in matrix form, forwards and backwards; one without a name stands as what is moved.
NAMES = {"flatten": ("flatten", "reshape"), "windows": ("avgpool", "unpool"), "maps": ("spread", "sum")}


def _form(step: Step) -> Formula:
    (source,), pattern, back = step.inputs, step.option("pattern"), bool(step.option("back"))
    if pattern in NAMES:
        return Call(NAMES[pattern][back], Symbol(source))
    return Symbol(f"{source}[:,{step.option('at') + 1}]" if pattern == "column" and not back else source)


# extend: a 1 in front of a vector, with which the weight in the first place is a bias


def _extend_value(step: Step, _shapes: Shapes, on: Arithmetic) -> Value:
    rows, columns = step.shape
    one = on.number(ONE.value)
    if step.option("vectors") == "rows":
        width = columns - 1
        return lambda a: [each for i in range(rows) for each in (one, *a[i * width : (i + 1) * width])]

    def value(a: Entries) -> Entries:
        return [one] * columns + a

    return value


def _extend_backward(
    step: Step, upstream: str | None, shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    assert upstream is not None
    (source,) = step.inputs
    last = backward_step("gather", (upstream,), shapes[source], "rule_without_first")
    yield Contribution(source, replace(last, options=(("pattern", "without_first"),)))


def _extend_entry(step: Step, row: int, column: int, shapes: Shapes) -> Formula:
    on_side = step.option("vectors") == "rows"
    if (column if on_side else row) == 0:
        return ONE
    return cell(step.inputs[0], row - (not on_side), column - on_side, shapes)


ROWS = (
    Operation("gather", _value, _backward, _form, _entry, "gather", windows_chosen),
    Operation(
        "extend",
        _extend_value,
        _extend_backward,
        lambda step: Call("extended", Symbol(step.inputs[0])),
        _extend_entry,
        "extend",
    ),
)
