"""symback: small neural networks worked by hand, exactly.

    import symback

    exercise = symback.load("paper")          # a built-in exercise or a YAML file
    solution = symback.solve(exercise)
    solution["dW_1"].decimal(30)              # certified digits
    symback.write(solution, "paper.pdf")      # .md .tex .typ .pdf .json

What is heavy (SymPy, the PDF engine) is loaded when it is first needed, not by `import symback`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symback.derivation.derive import derive as derive
    from symback.document.write import Options as Options
    from symback.document.write import render as render
    from symback.document.write import write as write
    from symback.errors import InputError as InputError
    from symback.errors import MachineError as MachineError
    from symback.errors import SymbackError as SymbackError
    from symback.exercise.builtin import load as load
    from symback.exercise.model import Exercise as Exercise
    from symback.homework.run import variants as variants
    from symback.homework.run import vary as vary
    from symback.homework.variant import Variant as Variant
    from symback.solution.solution import Solution as Solution
    from symback.solution.solution import solve as solve

__version__ = "0.1.0"

_HOMES = {
    "load": "symback.exercise.builtin",
    "Exercise": "symback.exercise.model",
    "derive": "symback.derivation.derive",
    "solve": "symback.solution.solution",
    "Solution": "symback.solution.solution",
    "render": "symback.document.write",
    "write": "symback.document.write",
    "Options": "symback.document.write",
    "vary": "symback.homework.run",
    "variants": "symback.homework.run",
    "Variant": "symback.homework.variant",
    "SymbackError": "symback.errors",
    "InputError": "symback.errors",
    "MachineError": "symback.errors",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'symback' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
