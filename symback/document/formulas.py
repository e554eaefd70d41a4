"""A derivation in formulas, without numbers: every step in matrix form and entry by entry."""

from __future__ import annotations

from collections.abc import Iterator

from symback.derivation.formula import Symbol
from symback.derivation.operations import OPERATIONS
from symback.derivation.steps import Derivation, Step, entry
from symback.document.dialects import DIALECTS
from symback.document.naming import told_marks
from symback.document.printer import Printer, Slots


def derivation_latex(derivation: Derivation) -> str:
    """The steps in LaTeX mathematics, a block of aligned lines for each."""
    printer = Printer(told_marks(DIALECTS["tex"].marks, derivation), Slots())
    return "\n\n".join(_block(step, derivation, printer) for step in derivation.steps)


def derivation_markdown(derivation: Derivation) -> str:
    """The steps as displayed mathematics, as a notebook shows them."""
    return "\n\n".join(f"$$\n{block}\n$$" for block in derivation_latex(derivation).split("\n\n")) + "\n"


def _block(step: Step, derivation: Derivation, printer: Printer) -> str:
    lines = " \\\\\n".join(dict.fromkeys(_lines(step, derivation, printer)))
    return f"\\begin{{aligned}}\n{lines}\n\\end{{aligned}}"


def _lines(step: Step, derivation: Derivation, printer: Printer) -> Iterator[str]:
    """The matrix form, then each entry; for a single number both may be the same line."""
    operation = OPERATIONS[step.operation]
    yield f"{printer.code(Symbol(step.name))} &= {printer.code(operation.form(step))}"
    rows, columns = step.shape
    for i in range(rows):
        for j in range(columns):
            left = printer.code(Symbol(entry(step.name, i, j, step.shape)))
            yield f"{left} &= {printer.code(operation.entry(step, i, j, derivation.shapes))}"
