"""The table of operations: for each its shape, its value, its backward steps, its printed form.

A new operation is a new row. The sweep in `backward.py` knows none of them.
"""

from __future__ import annotations

from symback.derivation import entrywise, gather, products, softmax, sums
from symback.derivation.rows import Contribution, Operation

__all__ = ["OPERATIONS", "Contribution", "Operation"]

OPERATIONS: dict[str, Operation] = {
    row.name: row for rows in (entrywise.ROWS, products.ROWS, softmax.ROWS, gather.ROWS, sums.ROWS) for row in rows
}
