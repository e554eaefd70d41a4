"""The JSON of a solution, by the contract of the command line."""

from __future__ import annotations

import json
from typing import Any

from symback.derivation.formula import Symbol
from symback.derivation.operations import OPERATIONS
from symback.derivation.steps import Derivation, Step, entry
from symback.document.dialects import DIALECTS
from symback.document.naming import told_marks
from symback.document.nodes import Node
from symback.document.plain_form import plain_form
from symback.document.printer import Printer, Slots
from symback.solution.gradient_check import Moved, gradient_check
from symback.solution.plain import plain
from symback.solution.rounding import round_ball, round_rational
from symback.solution.solution import Solution

#: The digits that tell any number of float64.
MACHINE_DIGITS = 17


def solution_json(solution: Solution, digits: int | None = None) -> bytes:
    """The solution as JSON: its quantities in the order of the sheet, givens first."""
    wanted = digits or solution.digits
    data = {
        "title": solution.exercise.title,
        "digits": wanted,
        "quantities": [_quantity(solution, name, wanted) for name in solution],
        **_check(solution, wanted),
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _check(solution: Solution, digits: int) -> dict[str, Any]:
    """The numerical check of the gradient, where the exercise asks for one."""
    check = gradient_check(solution)
    if check is None:
        return {}
    entries = [_moved(solution, row, digits) for row in check.rows]
    return {"gradient_check": {"step": str(check.step), "entries": entries}}


def _moved(solution: Solution, row: Moved, digits: int) -> dict[str, Any]:
    """The differences for one entry: each with its relative error, null where there is no number."""
    name, shape = f"d{row.name}", solution.shape(row.name)
    difference = None if row.difference is None else round_ball(row.difference, digits)
    found = {
        "entry": entry(name, *divmod(row.place, shape[1]), shape),
        "exact": plain(solution.rounded(name, row.place, digits)),
        "difference": difference and plain(difference),
        "error": row.error and plain(row.error),
    }
    for form, cell in row.cells.items():
        value = None if cell.value is None else round_rational(cell.value, MACHINE_DIGITS)
        found |= {form: value and plain(value), f"{form}_error": cell.error and plain(cell.error)}
    return found | {"kink": row.bent}


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
        **_sides(derivation, step),
    }


def _sides(derivation: Derivation, step: Step | None) -> dict[str, Any]:
    """What the rows and columns of a matrix of derivatives belong to."""
    if step is None or step.adjoint is None:
        return {}
    return dict(zip(("rows", "columns"), map(list, step.adjoint.sides(derivation.shapes)), strict=True))


def _latex(name: str, step: Step | None, derivation: Derivation) -> str:
    """The formula of a step in LaTeX, with its name: `dW_1 = dZ_1 X^{\\top}`."""
    sides: list[Node] = [Symbol(name)]
    if step:
        sides.append(OPERATIONS[step.operation].form(step))
    printer = Printer(told_marks(DIALECTS["tex"].marks, derivation), Slots())
    return " = ".join(map(printer.code, sides))
