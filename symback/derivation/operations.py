"""The table of operations: for each its shape, its value, its backward steps, its printed form.

A new operation is a new row. The sweep in `backward.py` knows none of them.
"""

from __future__ import annotations

from symback.derivation import entrywise, gates, gather, nested, products, softmax, sums
from symback.derivation.rows import Contribution, Operation

__all__ = ["OPERATIONS", "Contribution", "Operation"]

OPERATIONS: dict[str, Operation] = {
    row.name: row
    for rows in (entrywise.ROWS, products.ROWS, softmax.ROWS, gather.ROWS, gates.ROWS, sums.ROWS)
    for row in rows
}
# The sweeps inside a matrix of derivatives are made of the rows above.
OPERATIONS |= {row.name: row for row in nested.rows(OPERATIONS)}
