"""The exercises that the sheets are tested on, and how they are made."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import symback
from symback.document.write import Options
from symback.solution.solution import Solution

FOLDER = Path(__file__).parent / "exercises"
EXERCISES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def solved(name: str) -> Solution:
    path = FOLDER / f"{name}.yaml"
    return symback.solve(symback.load(path if path.exists() else name))


@cache
def made(name: str, to: str, **options: object) -> str:
    return symback.render(solved(name), to, Options(**options)).decode()  # type: ignore[arg-type]
