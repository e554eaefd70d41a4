"""Sums of products along a pattern: C[o] is the sum of A[i] B[j] over the triples (i, j, o) of the pattern.

Whatever the pattern, each derivative is the same sum read the other way: dA[i] adds up dC[o] B[j] over the same
triples, dB[j] adds up A[i] dC[o]. So a step says which role each of its inputs and its result plays in the pattern, and
its backward steps change the roles. Convolution is one row (the sliding products, LeCun et al. 1998); with it its
derivatives are there: dK is the correlation of the image with dZ, the derivative by the image is the full correlation
of dZ with the kernel turned by 180 degrees (Goodfellow et al. 2016, 9.5; Dumoulin, Visin 2016).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from operator import add
from typing import Any

from symback.derivation.formula import ZERO, Call, Formula, Product, Sum, Symbol
from symback.derivation.rows import (
    Contribution,
    Operation,
    Shapes,
    Value,
    backward_step,
    cell,
    reduced,
    total,
    windows_chosen,
)
from symback.derivation.steps import Shape, Step, shape_of
from symback.derivation.values import Arithmetic

#: The places of a product in the first and in the second factor, and the place in the result that it is added to.
Triple = tuple[int, int, int]
Options = Mapping[str, Any]


@dataclass(frozen=True)
class Pattern:
    """A row: the roles of the two factors and of the result, and the triples of the pattern from their three shapes.

    `forms` is the formula in matrices for each role that a step may calculate, from the formulas of the other two.
    """

    roles: tuple[str, str, str]
    triples: Callable[[tuple[Shape, Shape, Shape], Options], Iterator[Triple]]
    forms: Mapping[str, Callable[[Mapping[str, Formula]], Formula]]


def _slide(shapes: tuple[Shape, Shape, Shape], options: Options) -> Iterator[Triple]:
    """The kernel at every place of the image, row by row; what falls on the padding is 0 and left out.

    Maps stand one under the other: an image of C channels has C times the rows of one of them, a result of M maps
    M times, and the kernel M times C matrices.
    """
    (image, kernel, result), (down, across) = shapes, options["stride"]
    (above, beside), (maps, channels) = options["padding"], options["maps"]
    height, rows, high = image[0] // channels, result[0] // maps, kernel[0] // (maps * channels)
    for m, i, j in ((m, i, j) for m in range(maps) for i in range(rows) for j in range(result[1])):
        top, left, out = i * down - above, j * across - beside, (m * rows + i) * result[1] + j
        for c in range(channels):
            for u in range(max(0, -top), min(high, height - top)):
                row, weight = (c * height + top + u) * image[1] + left, ((m * channels + c) * high + u) * kernel[1]
                for v in range(max(0, -left), min(kernel[1], image[1] - left)):
                    yield row + v, weight + v, out


#: The patterns by name.
PATTERNS = {
    "slide": Pattern(
        ("image", "kernel", "result"),
        _slide,
        {
            "result": lambda of: Product((of["image"], of["kernel"]), "ast"),
            "kernel": lambda of: Product((of["image"], of["result"]), "ast"),
            "image": lambda of: Product((of["result"], Call("rot180", of["kernel"])), "full"),
        },
    )
}


@lru_cache(maxsize=256)
def _pairs(
    name: str, roles: tuple[str, ...], shapes: tuple[Shape, ...], options: tuple[tuple[str, Any], ...]
) -> tuple[tuple[tuple[int, int], ...], ...]:
    pattern, by_role = PATTERNS[name], dict(zip(roles, shapes, strict=True))
    first, second, third = (pattern.roles.index(role) for role in roles)
    rows, columns = shapes[2]
    found: list[list[tuple[int, int]]] = [[] for _ in range(rows * columns)]
    ordered = by_role[pattern.roles[0]], by_role[pattern.roles[1]], by_role[pattern.roles[2]]
    for triple in pattern.triples(ordered, dict(options)):
        found[triple[third]].append((triple[first], triple[second]))
    return tuple(map(tuple, found))


def pairs_of(step: Step, shapes: Shapes) -> tuple[tuple[tuple[int, int], ...], ...]:
    """For each entry of a step the places in its two factors whose products are added up."""
    left, right = step.inputs[:2]
    three = (shape_of(left, shapes), shape_of(right, shapes), step.shape)
    return _pairs(step.option("pattern"), step.option("roles"), three, step.options)


def bias_places(step: Step, shapes: Shapes) -> list[int] | None:
    """For each entry of a step the place of the number that is added to it; None where nothing is.

    There is one for all entries, or one for each map.
    """
    if len(step.inputs) == 2:
        return None
    count, (rows, columns) = shape_of(step.inputs[2], shapes)[0], step.shape
    return [row * count // rows for row in range(rows) for _ in range(columns)]


def _value(step: Step, shapes: Shapes, on: Arithmetic) -> Value:
    pairs, spots, zero = pairs_of(step, shapes), bias_places(step, shapes), on.number(ZERO.value)

    def value(a: list[Any], b: list[Any], *bias: list[Any]) -> list[Any]:
        sums = [reduce(add, [a[i] * b[j] for i, j in group]) if group else zero for group in pairs]
        return sums if spots is None else [each + bias[0][spot] for each, spot in zip(sums, spots, strict=True)]

    return value


def _backward(
    step: Step, upstream: str | None, shapes: Shapes, _wanted: Collection[str]
) -> Iterator[Contribution]:
    """By the second factor, by what is added, then by the first factor."""
    assert upstream is not None
    left, right, *bias = step.inputs
    of_left, of_right, of_result = step.option("roles")
    yield Contribution(right, _turned(step, (left, upstream), (of_left, of_result, of_right), shapes[right]))
    for name in bias:
        yield Contribution(name, _added(step, upstream, shapes[name]))
    yield Contribution(left, _turned(step, (upstream, right), (of_result, of_right, of_left), shapes[left]))


def _turned(step: Step, inputs: tuple[str, str], roles: tuple[str, str, str], shape: Shape) -> Step:
    """The same pattern with other roles; the sentence is that of the role which is calculated."""
    rule = f"rule_{step.option('pattern')}_{roles[2]}"
    spread = any(each > 1 for each in step.option("stride", ()))
    options = {**dict(step.options), "roles": roles}
    made = backward_step("bilinear", inputs, shape, f"{rule}_stride" if spread else rule)
    return replace(made, options=tuple(options.items()))


def _added(step: Step, upstream: str, shape: Shape) -> Step:
    """The gradient of what is added to all entries, or to those of a map."""
    if shape == (1, 1):
        return reduced(upstream, step.shape, shape, "rule_bias_map")
    made = backward_step("gather", (upstream,), shape, "rule_bias_map")
    return replace(made, options=(("pattern", "maps"), ("back", True)))


def _form(step: Step) -> Formula:
    left, right, *bias = step.inputs
    roles = step.option("roles")
    of: dict[str, Formula] = {roles[0]: Symbol(left), roles[1]: Symbol(right)}
    product = PATTERNS[step.option("pattern")].forms[roles[2]](of)
    return Sum((product, *map(Symbol, bias))) if bias else product


def _entry(step: Step, row: int, column: int, shapes: Shapes) -> Formula:
    left, right, *bias = step.inputs
    across, beside = shape_of(left, shapes)[1], shape_of(right, shapes)[1]
    place = row * step.shape[1] + column
    terms: list[Formula] = [
        Product((cell(left, i // across, i % across, shapes), cell(right, j // beside, j % beside, shapes)), "dot")
        for i, j in pairs_of(step, shapes)[place]
    ]
    spots = bias_places(step, shapes)
    if spots is not None:
        terms.append(cell(bias[0], spots[place], 0, shapes))
    return total(terms)


ROWS = (Operation("bilinear", _value, _backward, _form, _entry, "bilinear", windows_chosen),)
