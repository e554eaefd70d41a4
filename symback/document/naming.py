"""Names in print as the convention of an exercise has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symback.derivation.steps import Derivation
from symback.document.printer import Marks
from symback.document.symbols import SymbolMarks, print_symbol

#: How a style changes the marks of a dialect.
STYLES: dict[str, Callable[[SymbolMarks], SymbolMarks]] = {
    "superscripts": lambda marks: replace(marks, levels=True),
}


def told_marks(marks: Marks, derivation: Derivation) -> Marks:
    """The marks of a dialect with the names of a derivation as it tells them."""
    style, printed = STYLES.get(derivation.telling.style), derivation.telling.printed
    if not (style or printed) or marks.names is None:
        return marks
    names = style(marks.names) if style else marks.names
    return replace(marks, symbol=lambda name: print_symbol(printed.get(name, name), names))
