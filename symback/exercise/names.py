"""The names that an exercise file may use, and the nearest of them for one that it may not."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

ACTIVATIONS = ("identity", "relu", "leaky_relu", "elu", "sigmoid", "tanh", "softplus", "silu", "gelu")
LOSSES = (
    "squared_error",
    "half_squared_error",
    "mean_squared_error",
    "absolute_error",
    "binary_cross_entropy",
)
DECIMALS = (".", ",")
LANGUAGES = ("en", "ru")

# What other books and programs call them: only ever suggested, so that one name stands on the sheets.
_ELSEWHERE = {
    "linear": "identity",
    "none": "identity",
    "logistic": "sigmoid",
    "hyperbolic tangent": "tanh",
    "swish": "silu",
    "mse": "mean_squared_error",
    "sse": "squared_error",
    "mae": "absolute_error",
    "l1": "absolute_error",
    "bce": "binary_cross_entropy",
    "cross_entropy": "binary_cross_entropy",
    "bias": "b",
    "weights": "W",
    "input": "x",
    "target": "y",
}


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant, whatever the case of its letters.

    >>> nearest("Sigmod", ACTIVATIONS), nearest("mse", LOSSES), nearest("Q", LOSSES)
    ('sigmoid', 'mean_squared_error', None)
    """
    choices = {choice.lower(): choice for choice in known}
    plain = name[:100].lower().replace("-", "_")
    if (elsewhere := _ELSEWHERE.get(plain, "").lower()) in choices:
        return choices[elsewhere]
    close = get_close_matches(plain, choices, n=1, cutoff=0.6)
    return choices[close[0]] if close else None


def suggestion(name: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name: the nearest one, and all there are."""
    names = tuple(known)
    near = nearest(name, names)
    listed = ", ".join(name if name.isidentifier() else f'"{name}"' for name in names)
    return (f"did you mean {near}? " if near else "") + f"known here: {listed}"
