"""Formulas as plain text, in the names of the contract: `W_2 A_1 + b_2`, `2 (A_2 - y)`."""

from __future__ import annotations

from symback.derivation.formula import Formula
from symback.document.printer import Marks, Printer, Slots

PLAIN = Marks(
    fraction=lambda over, under: f"({over})/({under})",
    power=lambda base, exponent: f"{base}^({exponent})" if len(exponent) > 1 else f"{base}^{exponent}",
    brackets=lambda code: f"({code})",
    matrix=lambda rows: "[" + "; ".join(", ".join(row) for row in rows) + "]",
    cases=lambda test, yes, no: f"({yes} if {test} > 0 else {no})",
    function=lambda name, argument: f"{name}({argument})",
    root=lambda code: f"sqrt({code})",
    absolute=lambda code: f"|{code}|",
    symbol=str,
    signs={
        "": " ", "dot": " * ", "odot": " * ", "times": " x ", "where": ", ",
        "ast": " ast ", "full": " ast_full ", "list": ", ",
    },
    dots={"across": "...", "down": "...", "diagonal": "..."},
)


def plain_form(formula: Formula) -> str:
    """A formula as one line of text."""
    return Printer(PLAIN, Slots()).code(formula)
