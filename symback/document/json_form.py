"""The JSON of a solution, by the contract of the command line."""

from __future__ import annotations

import json
from typing import Any

from symback.derivation.formula import Symbol
from symback.derivation.operations import OPERATIONS
from symback.derivation.steps import Derivation, Step
from symback.document.dialects import DIALECTS
from symback.document.naming import told_marks
from symback.document.nodes import Node
from symback.document.plain_form import plain_form
from symback.document.printer import Printer, Slots
from symback.solution.solution import Solution


def solution_json(solution: Solution, digits: int | None = None) -> bytes:
    """The solution as JSON: its quantities in the order of the sheet, givens first."""
    wanted = digits or solution.digits
    data = {
        "title": solution.exercise.title,
        "digits": wanted,
        "quantities": [_quantity(solution, name, wanted) for name in solution],
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _quantity(solution: Solution, name: str, digits: int) -> dict[str, Any]:
    quantity = solution[name]
    head = quantity_head(solution.derivation, name)
    return {**head, "exact": quantity.exact, "decimal": quantity.decimal(digits)}


def quantity_head(derivation: Derivation, name: str) -> dict[str, Any]:
    """What the JSON says of a quantity before its numbers: the same for all numbers."""
    step = derivation.by_name.get(name)
    return {
        "name": name,
        "phase": step.phase if step else "given",
        "shape": list(derivation.shapes[name]),
        "latex": _latex(name, step, derivation),
        "formula": plain_form(OPERATIONS[step.operation].form(step)) if step else name,
    }


def _latex(name: str, step: Step | None, derivation: Derivation) -> str:
    """The formula of a step in LaTeX, with its name: `dW_1 = dZ_1 X^{\\top}`."""
    sides: list[Node] = [Symbol(name)]
    if step:
        sides.append(OPERATIONS[step.operation].form(step))
    printer = Printer(told_marks(DIALECTS["tex"].marks, derivation), Slots())
    return " = ".join(map(printer.code, sides))
