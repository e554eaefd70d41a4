"""Slips in the sums of products that matrices are made of: a term, a row, or the factors of two terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from operator import mul
from typing import Any

from symback.derivation.rows import spread_places
from symback.derivation.steps import base
from symback.derivation.values import Entries
from symback.marking.cases import Case, Slip
from symback.marking.line_slips import factors_exchanged, products_merged, term_left_out
from symback.marking.window_slips import product_left_out

#: The operations of a dense layer, each with the place of the weights among its inputs.
AFFINE = {"affine": 0, "affine_rows": 1}
#: Ways to mistake an entry that are gone through at most.
MOST_WAYS = 3000

#: For each entry of a product: a row and the column that it is multiplied with.
Pairs = list[tuple[Entries, Entries]]


def _pairs(case: Case) -> Pairs:
    """The rows and columns of a step that multiplies matrices; nothing where no products are added up."""
    if case.step.operation not in (*AFFINE, "matmul"):
        return []
    left, right = (_rows(case, reference) for reference in case.step.inputs[:2])
    columns = [list(column) for column in zip(*right, strict=True)]
    return [(row, column) for row in left for column in columns] if len(right) > 1 else []


def _rows(case: Case, reference: str) -> list[Entries]:
    (_, columns), entries = case.shape(reference), case.entries(base(reference))
    rows = [entries[start : start + columns] for start in range(0, len(entries), columns)]
    return [list(column) for column in zip(*rows, strict=True)] if reference.endswith("^T") else rows


def _of_two(case: Case) -> Iterator[tuple[int, int, list[tuple[Any, Entries, Entries]]]]:
    """Two places of a sum of products; and its entries, each with its row and column."""
    pairs = _pairs(case)
    inner = len(pairs[0][0]) if pairs else 0
    right = case.right if inner > 1 and inner * (inner - 1) * len(pairs) <= MOST_WAYS else None
    if right is not None:
        entries = [(entry, row, column) for entry, (row, column) in zip(right, pairs, strict=True)]
        for k, m in permutations(range(inner), 2):
            yield k, m, entries


def _term_dropped(case: Case) -> Iterator[Entries | None]:
    yield from term_left_out(case)
    yield from product_left_out(case)
    pairs = _pairs(case)
    right = case.right if pairs else None
    if right is not None:
        for k in range(len(pairs[0][0])):
            yield [entry - row[k] * column[k] for entry, (row, column) in zip(right, pairs, strict=True)]


def _entry_confused(case: Case) -> Iterator[Entries | None]:
    """One weight, or one entry that it is multiplied with, taken from another term; another unit's slope."""
    for k, m, entries in _of_two(case):
        yield [entry + row[k] * (column[m] - column[k]) for entry, row, column in entries]
        yield [entry + (row[m] - row[k]) * column[k] for entry, row, column in entries]
    if case.step.operation == "hadamard":
        yield from _hadamard_confused(case)


def _hadamard_confused(case: Case) -> Iterator[Entries | None]:
    """The entries of one factor moved on against those of the other."""
    left, right = (case.entries(base(name)) for name in case.step.inputs[:2])
    if len(left) == len(right) > 1 and len(case.step.inputs) == 2:
        for by in range(1, len(left)):
            yield list(map(mul, left, [*right[by:], *right[:by]]))


def _terms_crossed(case: Case) -> Iterator[Entries | None]:
    """The factors of two terms exchanged."""
    yield from factors_exchanged(case)
    yield from _exchanged(case, both=True)


def _terms_merged(case: Case) -> Iterator[Entries | None]:
    """The weight of one term with the input of another, in the place of both."""
    yield from products_merged(case)
    yield from _exchanged(case, both=False)


def _exchanged(case: Case, *, both: bool) -> Iterator[Entries | None]:
    for k, m, entries in _of_two(case):
        if both and k < m:
            yield [entry - (row[k] - row[m]) * (column[k] - column[m]) for entry, row, column in entries]
        elif not both:
            yield [
                entry - row[k] * column[k] - row[m] * column[m] + row[k] * column[m] for entry, row, column in entries
            ]


def _neighbour(case: Case) -> Iterator[Entries | None]:
    """Another row or column of the same matrix."""
    right, (rows, columns) = case.right, case.step.shape
    if right is None:
        return
    for down in range(1, rows):
        yield [right[((i + down) % rows) * columns + j] for i in range(rows) for j in range(columns)]
    for across in range(1, columns):
        yield [right[i * columns + (j + across) % columns] for i in range(rows) for j in range(columns)]


def _weights_neighbour(case: Case) -> Iterator[Entries | None]:
    """The weights of a neighbouring row with the right bias."""
    if case.step.operation not in AFFINE or len(case.step.inputs) != 3:
        return
    bare, (rows, columns) = case.run(replace(case.step, inputs=case.step.inputs[:2])), case.step.shape
    if bare is None:
        return
    units = rows if case.step.operation == "affine" else columns
    spread = spread_places(case.shape(case.step.inputs[2]), case.step.shape) or range(rows * columns)
    bias = [case.entries(case.step.inputs[2])[place] for place in spread]
    for by in range(1, units):
        down, across = (by, 0) if case.step.operation == "affine" else (0, by)
        yield [
            bare[(i + down) % rows * columns + (j + across) % columns] + bias[i * columns + j]
            for i in range(rows)
            for j in range(columns)
        ]


TERM_DROPPED = Slip("term_dropped", _term_dropped, "a term of the sum is missing", "в сумме пропущено слагаемое")

ENTRY_SLIPS = (
    Slip(
        "neighbour",
        _neighbour,
        "this is the value of a neighbouring row or column",
        "это значение из соседней строки или столбца",
    ),
    Slip(
        "weights_neighbour",
        _weights_neighbour,
        "the weights of a neighbouring row were used",
        "использованы веса соседней строки",
    ),
    Slip(
        "terms_crossed",
        _terms_crossed,
        "the factors of two terms are exchanged: each weight stands with the input of the other",
        "перепутаны множители двух слагаемых: каждый вес стоит при чужом входе",
        wary=True,
    ),
    Slip(
        "terms_merged",
        _terms_merged,
        "the weight of one term stands with the input of another, and a term is missing",
        "вес одного слагаемого стоит при входе другого, и одного слагаемого нет",
        wary=True,
    ),
    Slip(
        "entry_confused",
        _entry_confused,
        "another entry was used in the place of the right one",
        "вместо нужного элемента взят другой",
        wary=True,
    ),
)
