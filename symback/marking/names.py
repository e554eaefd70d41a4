r"""The names of quantities, in the many spellings people use, and the one that the rest of the project uses.

`dW_2`, `dW2`, `\frac{\partial L}{\partial W^{(2)}}`, `\nabla_{W_2} L` are all `dW_2`; `\delta_2` is `dZ_2`;
`w^{(1)}_{23}` is `W_1` with the index (2, 3). A name is taken apart by the grammar into `Parts`; the tables
here give it a sense. Where a spelling could mean two things (`w_{23}`: layer 23, or row 2 and column 3) the
quantity stays None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from symback.derivation.steps import suffix

# A letter, as typed (Greek letters by their names), and the family of quantities that it stands for.
FAMILIES = {
    "W": "W", "w": "W", "Theta": "W", "theta": "W",
    "K": "K",
    "b": "b",
    "Z": "Z", "z": "Z",
    "A": "A", "a": "A",
    "X": "X", "x": "X",
    "y": "y", "Y": "y",
    "yhat": "yhat", "Yhat": "yhat",
    "L": "L", "E": "L", "J": "L", "C": "L", "ell": "L",
    "Loss": "L", "loss": "L", "LOSS": "L", "Cost": "L", "cost": "L", "MSE": "L", "SSE": "L",
    "delta": "delta",
    "sigma": "activation", "sigmoid": "activation", "f": "activation", "g": "activation", "phi": "activation",
    "varphi": "activation", "tanh": "activation", "relu": "activation", "ReLU": "activation",
}  # fmt: skip

# Families with a layer number; the others have entries only.
LAYERED = ("W", "K", "b", "Z", "A", "delta")

# Those of them that are matrices, so that two digits are a row and a column.
MATRICES = ("W", "K")

# What may be called, as typed, and what it is called in `Call.function`.
FUNCTIONS = {
    "exp": "exp", "ln": "ln", "log": "log", "lg": "lg", "sqrt": "sqrt", "abs": "abs",
    "sign": "sign", "sgn": "sign",
    "max": "max", "min": "min", "tanh": "tanh", "sinh": "sinh", "cosh": "cosh", "sin": "sin", "cos": "cos",
    "sigma": "sigma", "sigmoid": "sigma", "Sigmoid": "sigma", "sigm": "sigma", "logistic": "sigma",
    "relu": "relu", "ReLU": "relu", "RELU": "relu", "Relu": "relu",
    "softplus": "softplus", "softmax": "softmax", "sumof": "sumof", "meanof": "meanof",
    "f": "f", "g": "f", "phi": "f", "varphi": "f",
}  # fmt: skip

# Functions that are written without brackets too (`\ln x`).
BARE = ("exp", "ln", "log", "tanh", "sinh", "cosh", "sin", "cos", "sigma", "relu", "softplus")

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ":
    "tau", "φ": "phi", "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Δ": "Delta", "Θ": "Theta", "Λ":
    "Lambda", "Σ": "Sigma", "Φ": "Phi", "Ω": "Omega", "ŷ": "yhat", "ℓ": "ell", "ℒ": "L", "∂": "d",
}  # fmt: skip

GREEK_MACROS = frozenset(GREEK.values()) - {"d", "L", "yhat"} | {"varphi", "vartheta", "varepsilon"}

# How a run of letters falls into names: a known word, or capitals of families with an optional d before each.
_WORDS = "|".join(sorted((w for w in {*FAMILIES, *FUNCTIONS} if len(w) > 1), key=len, reverse=True))
_PIECE = re.compile(rf"d?(?:{_WORDS})|d?[A-Zbywazx]|[a-z]")
_RUN = re.compile(rf"(?:d?(?:{_WORDS})|d?[WKZAXYBLEJC]|d[bywazx]|w(?=[xa]$)|(?<=w)[xa])+|d?(?:[A-Za-z])")

LONGEST_RUN = 24
_PLAIN_SUBSCRIPT = re.compile(r"(\d{1,3})(?:[,;](\d{1,3}))?(?:[,;](\d{1,3}))?")
_NEW = re.compile(r"[,;_]?(?:new|neu|updated|upd|\+)(\d*)[,;]?")


@dataclass(frozen=True, slots=True)
class Parts:
    r"""A name taken apart: `d` before it, its letter, `_{...}`, the layer of `^{(2)}`, primes, the `[2,3]`
    after it."""

    differential: bool
    base: str
    subscript: str = ""
    layer: int | None = None
    primes: int = 0
    bracket: str = ""


@dataclass(frozen=True, slots=True)
class Sense:
    """What a name stands for: a quantity and an index, or None; `symbol` is a normal form of any name."""

    symbol: str
    quantity: str | None
    index: tuple[int, ...] | None = None


def pieces(run: str) -> list[str] | None:
    """A run of letters as the names that stand in it (`WX` is W and X, `dW` is dW), None when it is words."""
    if len(run) <= LONGEST_RUN and _RUN.fullmatch(run):
        return _PIECE.findall(run)
    return [run] if len(run) == 2 else None


@lru_cache(maxsize=4096)
def sense(parts: Parts) -> Sense:
    """What a name stands for, by the table of families; the quantity is None where it is doubtful or
    unknown.
    """
    unknown = Sense(_symbol(parts), None)
    family = FAMILIES.get(parts.base, "activation")
    found = _NEW.search(parts.subscript)
    subscript, new = _NEW.subn("", parts.subscript)
    updates = int(found[1] or 1) if found else parts.primes
    numbers = _numbers(subscript, wide=family not in LAYERED or parts.layer is not None)
    bracket = _numbers(parts.bracket, wide=True)
    if family == "activation" or numbers is None or bracket is None or new + parts.primes > 1:
        return unknown
    layer = parts.layer
    if family in LAYERED and layer is None and numbers:
        layer, numbers = numbers[0], numbers[1:]
        if family in MATRICES and len(numbers) == 1:
            return unknown  # w_{2,3}: an entry of an unnamed layer, or column 3 of layer 2
    if family in MATRICES and layer is not None and len(numbers) == 1 and numbers[0] > 9:
        numbers = (numbers[0] // 10, numbers[0] % 10)  # w^{(1)}_{23}
    if (numbers and bracket) or (layer is not None and family not in LAYERED):
        return unknown
    quantity = _quantity(family, layer, parts.differential, updates)
    return replace(unknown, quantity=quantity, index=numbers or bracket or None) if quantity else unknown


def derivative(of: Parts, by: Parts) -> Sense:
    r"""What `\frac{d of}{d by}` stands for: `dW_2` where the loss is derived, `dA_2/dZ_2` for a local
    slope."""
    under = sense(replace(by, differential=False))
    over = sense(replace(of, differential=False))
    symbol = f"d{over.symbol}/d{under.symbol}"
    family = FAMILIES.get(of.base)
    if under.quantity is None:
        return Sense(symbol, None)
    if family == "L":
        return Sense(symbol, sense(replace(by, differential=True)).quantity, under.index)
    if family == "activation" and under.quantity.startswith("Z"):
        return slope(under.quantity, under.index, symbol)
    return Sense(symbol, f"d{over.quantity or over.symbol}/d{under.quantity}", under.index)


def slope(argument: str, index: tuple[int, ...] | None, symbol: str) -> Sense:
    """The local slope at a `Z`: `dA_2/dZ_2`."""
    return Sense(symbol, f"dA{argument[1:]}/d{argument}", index)


def entry(of: Sense, subscript: str) -> Sense | None:
    """An entry of a named matrix, `(W_1)_{23}`; None where the subscript does not say which."""
    numbers = _numbers(subscript, wide=True)
    if of.quantity is None or of.index is not None or not numbers:
        return None
    if any(family in of.quantity for family in MATRICES) and len(numbers) == 1 and numbers[0] > 9:
        numbers = (numbers[0] // 10, numbers[0] % 10)
    return Sense(f"{of.symbol}[{subscript}]", of.quantity, numbers)


def _numbers(text: str, *, wide: bool) -> tuple[int, ...] | None:
    """The numbers of a subscript; None where it has none, or where `12` may be one number or two (not
    `wide`).
    """
    if not text:
        return ()
    found = _PLAIN_SUBSCRIPT.fullmatch(text)
    if found is None or (found[2] is None and len(found[1]) > (2 if wide else 1)):
        return None
    return tuple(int(number) for number in found.groups() if number is not None)


def _quantity(family: str, layer: int | None, differential: bool, updates: int) -> str | None:
    number = ("" if layer is None else f"_{layer}") + suffix(updates)
    if family == "delta":
        return None if differential else f"dZ{number}"
    if updates and (family in ("X", "y") or (differential and family == "L")):
        return None
    if differential:
        return None if family == "L" else f"d{family}{number}"
    return f"{family}{number}"


def _symbol(parts: Parts) -> str:
    """One spelling for all the ways to type the same name."""
    return "".join(
        (
            "d" if parts.differential else "",
            parts.base,
            f"_{parts.subscript}" if parts.subscript else "",
            "" if parts.layer is None else f"^({parts.layer})",
            "'" * parts.primes,
            f"[{parts.bracket}]" if parts.bracket else "",
        )
    )
