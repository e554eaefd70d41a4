"""Marking a paper from end to end: read the answers, match them to the exercise, judge them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from symback.derivation.formula import Neg, Number, Symbol
from symback.derivation.steps import Step
from symback.exercise.model import Exercise, Numeral
from symback.marking.align import align
from symback.marking.answers import AnswerEntry, ClassAnswers, is_blank, joined_index, read_answers
from symback.marking.engine import Marker
from symback.marking.graph import Graph, graph_of
from symback.marking.judge import Reading, reading_of
from symback.marking.literals import answer
from symback.marking.marks import Mark, Marking
from symback.marking.own import aim_of, own_names
from symback.marking.places import not_there, place_of, resolve
from symback.marking.readings import plain_reading
from symback.marking.transcript import read_transcript
from symback.marking.words import say
from symback.marking.written import Answers, Leftover, Written
from symback.solution.solution import Solution, solve

#: Suffixes of answers that are texts with mathematics in them.
TRANSCRIPTS = frozenset({".md", ".tex", ".txt", ".markdown"})


def check(
    exercise: Exercise,
    answers: str | Path,
    *,
    tolerance: Fraction | None = None,
    decimal: str | None = None,
    language: str | None = None,
) -> Marking:
    """Mark one paper: a transcript (`.md`, `.tex`, `.txt`) or a table of answers (YAML, JSON, CSV).

    `tolerance` widens `close`; `decimal` is the paper's decimal sign, else its own usage, else the exercise's.
    Raises InputError where the file cannot be read, or holds a whole class.
    """
    from symback.errors import Fault, InputError
    from symback.exercise.source import read_source

    solution = _solved(exercise)
    if Path(answers).suffix.lower() in TRANSCRIPTS:
        found = transcript_answers(read_source(answers), solution, decimal or _told(exercise))
    else:
        table = read_answers(answers, aim_of(exercise.network))
        if isinstance(table, ClassAnswers):
            raise InputError(Fault("holds a class: a row for each student", str(answers)))
        found = table_answers(table, solution, decimal)
    return mark(solution, found, tolerance=tolerance, language=language, name=Path(answers).name)


def check_class(
    exercise: Exercise,
    answers: ClassAnswers,
    *,
    tolerance: Fraction | None = None,
    decimal: str | None = None,
    language: str | None = None,
    own: Sequence[Exercise] | None = None,
) -> Iterator[Marking]:
    """Mark a class, a student at a time; an exercise that all have is solved once, `own` has one for each student."""
    for place, student in enumerate(answers.students):
        solution = _solved(exercise) if own is None else solve(own[place])
        found = table_answers(student.entries, solution, decimal)
        yield mark(solution, found, tolerance=tolerance, language=language, name=student.id)


@lru_cache(maxsize=8)
def _solved(exercise: Exercise) -> Solution:
    """One solution for all papers of an exercise, with what the marker has worked out of it."""
    return solve(exercise)


def _told(exercise: Exercise) -> str | None:
    """The decimal sign that the exercise asks for; a point is the default and so tells nothing about a paper."""
    return exercise.sheet.decimal if exercise.sheet.decimal != "." else None


def transcript_answers(text: str, solution: Solution, decimal: str | None) -> Answers:
    """The numbers of a transcript, matched to the exercise."""
    own = own_names(solution.exercise.network)
    paper = read_transcript(own.disguised(text) if own else text, decimal=decimal)
    paper = own.revealed(paper) if own else paper
    return align(paper, solution, tuple(text.splitlines()))


def _usage(entries: Sequence[AnswerEntry], told: str) -> str:
    """The decimal sign of a table: the only one that stands in its numbers, else the one that the exercise has."""
    used = {sign for sign in ".," if any(sign in item.text for item in entries)}
    return used.pop() if len(used) == 1 else told


def table_answers(entries: Sequence[AnswerEntry], solution: Solution, decimal: str | None) -> Answers:
    """The numbers of a table, in the order of the derivation, whatever the order of the file."""
    graph = graph_of(solution.exercise.network)
    decimal = decimal or _usage(entries, solution.exercise.sheet.decimal)
    found = [_table_entry(item, solution, graph, decimal) for item in entries if not is_blank(item.text)]
    written = [item for item in found if isinstance(item, Written)]
    leftovers = [item for item in found if isinstance(item, Leftover)]
    rank = {name: number for number, name in enumerate((*solution.givens, *graph.order))}
    written.sort(key=lambda item: (rank[item.quantity], item.place))
    return Answers(tuple(written), tuple(leftovers), decimal=decimal)


def _table_entry(item: AnswerEntry, solution: Solution, graph: Graph, decimal: str) -> Written | Leftover:
    quantity = resolve(item.quantity, solution, graph)
    shown = joined_index(item)
    if quantity is None:
        return Leftover(f"{shown} = {item.text}", not_there(item.quantity, graph), item.line, "unknown")
    place = place_of(item.index, graph.shapes[quantity])
    if place is None:
        return Leftover(f"{shown} = {item.text}", shown, item.line, "no_entry")
    read = _cell(item.text, decimal)
    if isinstance(read, str):
        return Leftover(f"{shown} = {item.text}", read, item.line)
    return Written(quantity, place, item.text, *read, item.line)


@lru_cache(maxsize=1 << 14)
def _cell(text: str, decimal: str) -> tuple[str, Reading] | str:
    """A number of a table as it was taken, and what it is worth; a class writes most of them again and again."""
    numeral = answer(text, decimal)
    return (plain_reading(numeral), reading_of(numeral)) if isinstance(numeral, Numeral) else str(numeral)


def mark(
    solution: Solution,
    answers: Answers,
    *,
    tolerance: Fraction | None = None,
    language: str | None = None,
    name: str = "",
) -> Marking:
    """Judge matched answers in their order; what was left over is listed as unread, what is not there as missing."""
    language = language or solution.exercise.sheet.language
    marker = Marker(solution, tolerance=tolerance, language=language, sign=answers.decimal)
    marks = marker.mark_all(answers.written)
    unread = [_unread(item, language) for item in answers.leftovers]
    by_line = sorted([*marks, *unread], key=lambda each: each.line or 0) if answers.lines else [*marks, *unread]
    missing = list(_missing(marker, solution, language))
    return Marking(solution, (*by_line, *missing), name, answers.lines, answers.decimal, language)


def _unread(item: Leftover, language: str) -> Mark:
    message = say(language, item.key, reason=item.reason) if item.reason else say(language, item.key)
    return Mark(item.line, None, None, item.text, None, None, None, None, "unread", message=message)


def _missing(marker: Marker, solution: Solution, language: str) -> Iterator[Mark]:
    """The entries of the steps that stand nowhere on the paper; a plain copy (A_1 = Z_1) may be left out."""
    for step in solution.derivation.steps:
        copied = step.operation == "copy" and marker.book.is_written(step.inputs[0])
        copied = copied or (solution.derivation.scalar and _is_read_off(step)) or _is_taken_out(step, solution)
        rows, columns = step.shape
        for place in range(rows * columns):
            if marker.book.latest(step.name, place) is None and not copied:
                yield _missing_mark(marker, step.name, place, language)


def _is_read_off(step: Step) -> bool:
    """Whether a slope is another number of the paper, or a constant, and nobody would write it down."""
    formula = step.function.formula if step.function and step.phase == "backward" else None
    return isinstance(formula.of if isinstance(formula, Neg) else formula, Symbol | Number)


def _is_taken_out(step: Step, solution: Solution) -> bool:
    """Whether a step is a column of a given, as the input of one time is."""
    return step.operation == "gather" and step.inputs[0] in solution.givens


def _missing_mark(marker: Marker, name: str, place: int, language: str) -> Mark:
    exact, index = marker.truth.decimal(name, place), marker.truth.index(name, place)
    return Mark(None, name, index, "", None, exact, exact, None, "missing", message=say(language, "missing"), step=name)
