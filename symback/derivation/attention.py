"""Scaled dot-product attention with one head: each row is a token.

Source: Vaswani et al. 2017, 3.2.1: softmax(Q K^T / sqrt(d_k)) V.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symback.derivation.formula import Call, Number, Quotient, Symbol
from symback.derivation.functions import Function
from symback.derivation.passes import Pass, finished
from symback.exercise.model import Layer


def scaled(width: int) -> Function:
    """Scores divided by the square root of the width of a key."""
    root = Call("sqrt", Number(Fraction(width)))
    return Function("scaled_scores", ("s",), Quotient(Symbol("s"), root), pulled=(("s", Quotient(Symbol("u"), root)),))


def attended(way: Pass, layer: Layer, k: int, source: str) -> str:
    """Queries, keys and values of all tokens; the scores, scaled; their softmax; the weighted values."""
    tokens = way.shapes[source][0]
    weights = [way.given(*each) for each in layer.givens]
    rules = ("rule_queries", "rule_keys", "rule_values")
    q, key, value = (
        way.step(f"{letter}_{k}", "matmul", (source, w), (tokens, way.shapes[w][1]), rule=rule)
        for letter, w, rule in zip("QKV", weights, rules, strict=True)
    )
    square = (tokens, tokens)
    scores = way.step(f"S_{k}", "matmul", (q, f"{key}^T"), square, rule="rule_scores")
    function = scaled(way.shapes[key][1])
    z = way.step(f"Z_{k}", "elementwise", (scores,), square, function=function, rule="rule_scaled_scores")
    chosen: dict[str, Any] = {"masked": "later"} if layer.option("causal") else {}
    rule = "rule_attention_causal" if chosen else "rule_attention"
    p = way.step(f"P_{k}", "softmax", (z,), square, along="row", rule=rule, **chosen)
    return finished(way, layer, k, "matmul", (p, value), (tokens, way.shapes[value][1]), rule="rule_weighted_values")
