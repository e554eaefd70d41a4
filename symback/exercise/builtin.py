"""The exercises that come with symback, and finding one by name or by file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from symback.errors import Fault, InputError
from symback.exercise.model import Exercise
from symback.exercise.names import nearest
from symback.exercise.nodes import shown
from symback.exercise.schema import exercise_from, read_exercise
from symback.exercise.source import file_name
from symback.exercise.tree import parse_tree

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_SEPARATORS = tuple({"/", "\\", os.sep})


def builtin_names() -> tuple[str, ...]:
    """The names of the built-in exercises, in alphabetical order."""
    names = (entry.name for entry in _gallery().iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def gallery() -> tuple[tuple[str, str, str], ...]:
    """Each built-in exercise: its name, its title, and what it shows (the comment that its file begins with)."""
    return tuple((name, _from_gallery(name).title, _shows(name)) for name in builtin_names())


def _shows(name: str) -> str:
    first = _gallery().joinpath(f"{name}.yaml").read_text(encoding="utf-8").partition("\n")[0]
    return first.removeprefix("#").strip() if first.startswith("#") else ""


def load(path_or_name: str | Path) -> Exercise:
    """The exercise in a file, or the built-in one of that name.

    A text with a suffix or a separator (`paper.yaml`, `./paper`) is a file, and so is a Path; any other text
    is a built-in name first. A name hides no exercise: an exercise file has a suffix.

    Raises InputError, with the nearest name suggested, where it is neither, and as `read_exercise` does.
    """
    if isinstance(path_or_name, Path) or _is_path(path_or_name):
        return _from_file(path_or_name)
    if path_or_name in builtin_names():
        return _from_gallery(path_or_name)
    if os.path.exists(path_or_name):
        return read_exercise(path_or_name)
    message = f"{shown(path_or_name)} is neither a file nor a built-in exercise"
    raise InputError(f"{message}{_suggested(path_or_name)}")


def _gallery() -> Traversable:
    # Imported where it is needed: it takes longer than everything else here, and a file needs none of it.
    from importlib.resources import files

    return files("symback.exercise").joinpath("gallery")


def _is_path(text: str) -> bool:
    return bool(Path(text).suffix) or any(separator in text for separator in _SEPARATORS)


def _from_file(path: str | Path) -> Exercise:
    if not os.path.exists(path):
        raise InputError(Fault(f"file not found{_suggested(Path(path).stem)}", file=file_name(path)))
    return read_exercise(path)


def _from_gallery(name: str) -> Exercise:
    text = _gallery().joinpath(f"{name}.yaml").read_bytes()
    return exercise_from(parse_tree(text, f"{name}.yaml"), name, name)


def _suggested(name: str) -> str:
    near = nearest(name, builtin_names())
    return (f"; did you mean {near}?" if near else ";") + f" built-in: {', '.join(builtin_names())}"
