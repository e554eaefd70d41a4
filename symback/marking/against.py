"""Somebody's numbers for the comparison on a worked sheet: an answers file, matched to the exercise in full.

Unlike the marker, which lists what it cannot read, this refuses a file with a fault in it: a number that were
silently left out of the table would look as if it had not been given.
"""

from __future__ import annotations

from pathlib import Path

from symback.errors import Fault, InputError
from symback.exercise.faults import FaultList
from symback.exercise.model import Exercise, Numeral
from symback.exercise.names import suggestion
from symback.exercise.nodes import shown
from symback.marking.answers import AnswerEntry, is_blank, joined_index, read_answers
from symback.marking.graph import Graph, graph_of
from symback.marking.literals import answer
from symback.marking.own import aim_of
from symback.marking.places import place_of, resolve
from symback.solution.compare import Answers
from symback.solution.solution import Solution

#: The files that hold one person's numbers.
SUFFIXES = (".yaml", ".yml", ".json")


def read_against(path: Path, solution: Solution) -> Answers:
    """The numbers in a YAML or JSON file, each at its place in a quantity or a part of a step.

    Raises InputError with all faults: names that the exercise does not have, entries that are not there, texts that
    are no numbers.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(Fault(f"answers to compare are a file {', '.join(SUFFIXES)}", str(path)))
    faults, graph = FaultList(str(path)), graph_of(solution.exercise.network)
    found: dict[tuple[str, int], Numeral] = {}
    entries = read_answers(path, aim_of(solution.exercise.network))
    assert isinstance(entries, tuple)
    for item in entries:
        place = _place(item, solution, graph, faults)
        numeral = _numeral(item, solution.exercise, faults)
        if place in found:
            faults.add(joined_index(item), item.line, "is answered twice, under two names")
        if place is not None and numeral is not None:
            found[place] = numeral
    faults.stop_if_any()
    return found


def _place(item: AnswerEntry, solution: Solution, graph: Graph, faults: FaultList) -> tuple[str, int] | None:
    quantity = resolve(item.quantity, solution, graph)
    if quantity is None:
        hint = suggestion(item.quantity, solution.derivation.shapes)
        faults.add(shown(item.quantity), item.line, f"is no quantity of this exercise; {hint}")
        return None
    rows, columns = graph.shapes[quantity]
    place = place_of(item.index, (rows, columns))
    if place is None:
        faults.add(joined_index(item), item.line, f"names no entry of {quantity}, a {rows} x {columns} matrix")
        return None
    return quantity, place


def _numeral(item: AnswerEntry, exercise: Exercise, faults: FaultList) -> Numeral | None:
    """The number; as in the exercise file, a point is always understood, its decimal comma as well."""
    if is_blank(item.text):
        return None
    read = answer(item.text, ".")
    if not isinstance(read, Numeral):
        read = answer(item.text, exercise.sheet.decimal)
    if isinstance(read, Numeral):
        return read
    faults.add(joined_index(item), item.line, f"is not a number: {shown(item.text)} ({read})")
    return None
