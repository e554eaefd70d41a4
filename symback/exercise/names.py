"""The names that an exercise file may use, and the nearest of them for one that it may not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from fractions import Fraction

ACTIVATIONS = ("identity", "relu", "leaky_relu", "elu", "sigmoid", "tanh", "softplus", "silu", "gelu")
# Activations of a whole layer: no functions of a single entry.
WHOLE_ACTIVATIONS = ("softmax",)
LOSSES = (
    "squared_error",
    "half_squared_error",
    "mean_squared_error",
    "half_mean_squared_error",
    "absolute_error",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "hinge",
    "huber",
)
# What the targets of a loss must do, and whether a number does.
TARGETS: dict[str, tuple[str, Callable[[Fraction], bool]]] = {
    "binary_cross_entropy": ("lie between 0 and 1", lambda y: 0 <= y <= 1),
    "binary_cross_entropy_with_logits": ("lie between 0 and 1", lambda y: 0 <= y <= 1),
    "cross_entropy": ("lie between 0 and 1", lambda y: 0 <= y <= 1),
    "hinge": ("be 1 or -1", lambda y: abs(y) == 1),
}
# Losses whose targets are the chances of the outputs: they add up to 1 for each sample.
CHANCES = ("cross_entropy",)
# Choices about a loss that are no numbers, the usual one first.
LOSS_CHOICES = {"cross_entropy": {"shortcut": ("yes", "no")}}
# What a loss takes besides, with its usual value.
LOSS_CONSTANTS = {"huber": {"delta": "1"}}
# The numbers of each rule that updates weights, with their usual values; the rate has none.
_BETAS = {"beta_1": "0.9", "beta_2": "0.999", "epsilon": "1e-8"}
UPDATE_RULES: dict[str, dict[str, str]] = {
    "sgd": {},
    "momentum": {"beta": "0.9"},
    "nesterov": {"beta": "0.9"},
    "rmsprop": {"beta": "0.9", "epsilon": "1e-8"},
    "adam": _BETAS,
    "adamw": {**_BETAS, "decay": "0.01"},
}
# What the names of givens that are learned begin with: weights, biases, kernels, gains.
LEARNED = ("W", "U", "V", "K", "b", "gamma")
# The penalties for large weights, and the letters of their constants on paper; the decay of AdamW is lambda.
PENALTY_CONSTANTS = {"l1": "lambda_1", "l2": "lambda_2"}
# What is added to a variance before its root is taken, where a file says nothing.
EPSILON = "1e-5"
# The letters on paper of the numbers that a file calls by words.
CONSTANT_NAMES = {"rate": "eta", "decay": "lambda"}
DECIMALS = (".", ",")
LANGUAGES = ("en", "ru")
# How rational numbers are shown.
NUMBERS = ("decimals", "fractions")
# Whether a vector is a column (Z = W X + b) or a row (Z = X W + b), and how the losses of samples become one.
VECTORS = ("columns", "rows")
REDUCTIONS = ("mean", "sum")

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
    "bcewithlogits": "binary_cross_entropy_with_logits",
    "log_loss_from_logits": "binary_cross_entropy_with_logits",
    "half_mse": "half_mean_squared_error",
    "smooth_l1": "huber",
    "categorical_cross_entropy": "cross_entropy",
    "negative_log_likelihood": "cross_entropy",
    "nll": "cross_entropy",
    "ce": "cross_entropy",
    "convolution": "conv",
    "conv1d": "conv",
    "conv2d": "conv",
    "max_pooling": "max_pool",
    "average_pooling": "avg_pool",
    "average_pool": "avg_pool",
    "kernel": "K",
    "filter": "K",
    "kernel_size": "size",
    "pool_size": "size",
    "bias": "b",
    "beta": "b",
    "weights": "W",
    "learning_rate": "rate",
    "lr": "rate",
    "eta": "rate",
    "alpha": "rate",
    "weight_decay": "decay",
    "lambda": "decay",
    "optimizer": "update",
    "gradient_descent": "sgd",
    "input": "x",
    "target": "y",
    "batch": "samples",
    "data": "samples",
    "reduction": "reduce",
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
