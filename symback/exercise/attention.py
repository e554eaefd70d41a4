"""Attention in the file: the weights of queries, keys and values."""

from __future__ import annotations

from symback.exercise.fields import choice, counted, matrix
from symback.exercise.model import Layer
from symback.exercise.slot import Made, Rows, Slot, unknown_keys

WEIGHTS = {"W_Q": "queries", "W_K": "keys", "W_V": "values"}


def read_attention(slot: Slot) -> Made:
    """softmax(Q K^T / sqrt(d)) V with Q = X W_Q, ...: as many rows as a token has values, queries as wide as keys."""
    unknown_keys(slot.node, slot.field, ("type", *WEIGHTS, "causal"), slot.faults)
    entries = slot.node.entries
    if slot.vectors != "rows":
        slot.fault("type", "is attention, in which each row is a token (Q = X W_Q); write vectors: rows")
    for key, meaning in WEIGHTS.items():
        if key not in entries:
            slot.missing(key, f"the weights of the {meaning}, as many rows as a token has values")
    found = {key: _weights(slot, key) for key in WEIGHTS if key in entries}
    causal = "no"
    if "causal" in entries:
        causal = choice(entries["causal"], slot.path("causal"), slot.faults, ("yes", "no")) or causal
    query, keys, values = (found.get(key) for key in WEIGHTS)
    if query and keys and len(query[0]) != len(keys[0]):
        what = f"has {counted(len(query[0]), 'column')}, but W_K has {len(keys[0])}: each query meets each key"
        slot.fault("W_Q", what, entries["W_Q"], entries["W_K"])
    if not (query and keys and values) or slot.incoming.shape is None:
        return Made()
    givens: dict[str, Rows] = {f"{key}{slot.number}": rows for key, rows in found.items() if rows is not None}
    shapes = tuple((name, (len(rows), len(rows[0]))) for name, rows in givens.items())
    options = (("causal", "yes"),) if causal == "yes" else ()
    layer = Layer(len(values[0]), bias=False, kind="attention", givens=shapes, options=options)
    return Made(layer, givens, (slot.incoming.shape[0], len(values[0])), entries["W_V"])


def _weights(slot: Slot, key: str) -> Rows | None:
    rows = matrix(slot.node.entries[key], slot.path(key), slot.faults, slot.decimal)
    if rows is not None:
        slot.fits(key, len(rows), "row")
    return rows
