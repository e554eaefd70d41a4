"""The table of operations: for each its shape, its value, its backward steps, its printed form.

A new operation is a new row. The sweep in `backward.py` knows none of them.
"""

from __future__ import annotations

from symback.derivation import bilinear, entrywise, gates, gather, nested, pick, products, softmax, sums
from symback.derivation.rows import Contribution, Operation

__all__ = ["OPERATIONS", "Contribution", "Operation"]

TABLES = (entrywise, products, softmax, gather, gates, sums, bilinear, pick)

OPERATIONS: dict[str, Operation] = {row.name: row for table in TABLES for row in table.ROWS}
# The sweeps inside a matrix of derivatives are made of the rows above.
OPERATIONS |= {row.name: row for row in nested.rows(OPERATIONS)}
