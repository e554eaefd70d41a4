"""The rules that make new weights of the gradients: one row each, scalar functions applied entry by entry.

Sources: Polyak 1964 (momentum); Bengio, Boulanger-Lewandowski, Pascanu 2012 (Nesterov's, in the form that takes the
gradient where the weights are); Tieleman, Hinton 2012 (RMSProp); Kingma, Ba 2015 (Adam, with its bias correction);
Loshchilov, Hutter 2019 (AdamW).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from symback.derivation.formula import ZERO, Formula, Number, Product, Symbol, children, read, rebuild, symbols
from symback.derivation.functions import Function
from symback.derivation.steps import Shape, Step, suffix
from symback.exercise.names import CONSTANT_NAMES

#: The last line of every rule: the new weight.
NEW = "new"


@dataclass(frozen=True)
class Rule:
    """A row: lines of a quantity and its formula, the last one the new weight.

    A formula is written in the weight w, its gradient g, the number t of the update, the constants of the rule, and
    the quantities of the lines: of this update where they stand above, else of the one before (0 at first).
    """

    name: str
    lines: tuple[tuple[str, str], ...]


_MOMENTUM = ("v", "beta * v - eta * g")
_ADAM = (
    ("m", "beta_1 * m + (1 - beta_1) * g"),
    ("v", "beta_2 * v + (1 - beta_2) * g**2"),
    ("mhat", "m / (1 - beta_1**t)"),
    ("vhat", "v / (1 - beta_2**t)"),
)

RULES: dict[str, Rule] = {
    row.name: row
    for row in (
        Rule("sgd", ((NEW, "w - eta * g"),)),
        Rule("momentum", (_MOMENTUM, (NEW, "w + v"))),
        Rule("nesterov", (_MOMENTUM, (NEW, "w + beta * v - eta * g"))),
        Rule(
            "rmsprop",
            (("v", "beta * v + (1 - beta) * g**2"), (NEW, "w - eta * g / (sqrt(v) + epsilon)")),
        ),
        Rule("adam", (*_ADAM, (NEW, "w - eta * mhat / (sqrt(vhat) + epsilon)"))),
        Rule("adamw", (*_ADAM, (NEW, "w - eta * (mhat / (sqrt(vhat) + epsilon) + decay * w)"))),
    )
}


def update_steps(rule: str, weight: str, at: str, number: int, shape: Shape) -> Iterator[Step]:
    """The steps of update `number` (from 1) of a parameter: its state, then `W_1_new`.

    `weight` is its name before any update (`W_1`), `at` the suffix of what the gradient was taken with.
    """
    before = {letter: suffix(number - 2) if number > 1 else None for letter, _ in RULES[rule].lines}
    names = {"w": f"{weight}{at}", "g": f"d{weight}{at}", **CONSTANT_NAMES}
    names |= {letter: f"{letter}_{weight}{old}" for letter, old in before.items() if old is not None}
    for letter, text in RULES[rule].lines:
        made = f"{weight}{suffix(number)}" if letter == NEW else f"{letter}_{weight}{at}"
        zero = frozenset(name for name, old in before.items() if old is None and name not in names)
        formula = _at(text, number, zero)
        arguments = symbols(formula)
        inputs = tuple(names.get(argument, argument) for argument in arguments)
        function = Function(f"{rule}.{letter}", arguments, formula)
        yield Step(made, "update", inputs, shape, "update", function, f"rule_update_{letter}")
        names[letter] = made


@cache
def _at(text: str, number: int, zero: frozenset[str]) -> Formula:
    """A formula of update `number`, in which some quantities of the update before are still 0."""
    known: Mapping[str, Formula] = {"t": Number(Fraction(number)), **dict.fromkeys(zero, ZERO)}

    def put(part: Formula) -> Formula:
        if isinstance(part, Symbol):
            return known.get(part.name, part)
        found = rebuild(part, tuple(map(put, children(part)))) if children(part) else part
        # A dot keeps the number 0 apart from the letter before it.
        return replace(found, sign="dot") if isinstance(found, Product) and ZERO in found.factors else found

    return put(read(text))
