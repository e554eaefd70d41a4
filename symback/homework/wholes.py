"""The givens as a recipe may name them: a matrix as a whole, also where its numbers have names of their own."""

from __future__ import annotations

from collections.abc import Mapping

from symback.exercise.conventions import Names, matrix_name, names_of
from symback.exercise.model import Exercise, Given, Network


def names_in(exercise: Exercise) -> Names | None:
    """The names of the numbers of an exercise; None where its quantities are matrices or the steps of a graph."""
    return names_of(exercise.network) if isinstance(exercise.network, Network) else None


def wholes(exercise: Exercise) -> dict[str, Given]:
    """All that varies together: the givens, single numbers collected under the names of their matrices."""
    names = names_in(exercise)
    if names is None:
        return dict(exercise.givens)
    found = {
        matrix: Given(matrix, tuple(exercise.givens[own].rows[0] for own in group))
        for matrix, group in names.groups.items()
        if group[0] in exercise.givens
    }
    return found | {name: given for name, given in exercise.givens.items() if whole_of(name, exercise) == name}


def whole_of(name: str, exercise: Exercise) -> str:
    """The matrix that a single number belongs to; any other given is whole."""
    return matrix_name(exercise.network, name) if isinstance(exercise.network, Network) else name


def members(name: str, exercise: Exercise) -> tuple[str, ...]:
    """The single numbers of a quantity that is named as a matrix; the quantity itself where it is one."""
    names = names_in(exercise)
    groups: Mapping[str, tuple[str, ...]] = {} if names is None else names.groups
    return groups.get(name, (name,))
