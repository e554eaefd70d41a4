"""What `symback check` does: one paper, or a class; to files, to a folder, or to standard output."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from symback.document.engines import require
from symback.document.files import check_targets, write_all, write_stdout
from symback.errors import Fault, InputError, OutputError
from symback.exercise.builtin import load
from symback.exercise.faults import FaultList
from symback.exercise.fields import choice
from symback.exercise.model import Exercise
from symback.exercise.names import DECIMALS, LANGUAGES
from symback.exercise.nodes import Scalar, shown
from symback.exercise.numerals import read_numeral
from symback.exercise.scanner import Refusal
from symback.marking.answers import AnswerEntry, ClassAnswers, read_answers
from symback.marking.check import check, check_class
from symback.marking.class_report import Student, class_json, folder_files, students, summary_csv
from symback.marking.marks import Marking
from symback.marking.own import aim_of
from symback.marking.points import Points, points_from, read_points
from symback.marking.report import (
    ReportOptions,
    known_format,
    render_marking,
    report_environment,
    report_format,
)
from symback.solution.solution import solve

#: What a class as a whole can be written as.
CLASS_FORMATS = ("text", "csv", "json")
CLASS_SUFFIXES = {"csv": "csv", "json": "json", "txt": "text"}


@dataclass(frozen=True)
class Variants:
    """A class in which each student has numbers of their own: the exercise they were made of, and each student's.

    `own` also gives the answers back with what is known of the students; it raises InputError with all who are unknown.
    """

    original: Exercise
    own: Callable[[ClassAnswers], tuple[ClassAnswers, Sequence[Exercise]]]


@dataclass(frozen=True)
class Request:
    """One call of `symback check`."""

    exercise: str
    answers: Path
    outputs: Sequence[Path] = ()
    to: str | None = None
    tolerance: str | None = None
    points: Path | None = None
    language: str | None = None
    decimal: str | None = None
    templates: Path | None = None
    engine: str = "typst"
    variants: Variants | None = None


def run(request: Request) -> int:
    """Mark and write; the exit code is 1 where something could not be read.

    Raises InputError, TemplateError, OutputError and EngineError, with nothing written.
    """
    _check_choices(request)
    tolerance = read_tolerance(request.tolerance)
    report_environment(request.templates)
    exercise = request.variants.original if request.variants else load(request.exercise)
    options = ReportOptions(_points(request, exercise), request.engine, request.templates)
    found = _table(request, exercise)
    if isinstance(found, ClassAnswers):
        return _class(request, exercise, found, options, tolerance)
    if request.variants is not None:
        message = "holds the homework of a class: its answers are a CSV file with a column id, a row for each student"
        raise InputError(Fault(message, request.exercise))
    return _paper(request, exercise, options, tolerance)


def _table(request: Request, exercise: Exercise) -> tuple[AnswerEntry, ...] | ClassAnswers | None:
    """What a CSV file holds, which may be a class; None for another file."""
    is_csv = request.answers.suffix.lower() == ".csv"
    return read_answers(request.answers, aim_of(exercise.network)) if is_csv else None


def _check_choices(request: Request) -> None:
    faults = FaultList(None)
    for field, value, known in (("--language", request.language, LANGUAGES), ("--decimal", request.decimal, DECIMALS)):
        if value is not None:
            choice(Scalar(value, 0), field, faults, known)
    if faults.found:
        raise InputError(replace(fault, line=None) for fault in faults.found)


def read_tolerance(text: str | None) -> Fraction | None:
    """A relative tolerance, `1%` or `0.01`; raises InputError for what is neither or not below 1."""
    if text is None:
        return None
    percent = text.strip().endswith("%")
    read = read_numeral(text.strip().removesuffix("%").replace(",", ".", 1))
    if isinstance(read, Refusal):
        raise InputError(Fault(f"is not a number or a percentage: {shown(text)} ({read})", field="--tolerance"))
    value = read.value / 100 if percent else read.value
    if not 0 <= value < 1:
        raise InputError(Fault(f"must be from 0% to below 100%, got {shown(text)}", field="--tolerance"))
    return value


def _points(request: Request, exercise: Exercise) -> Points | None:
    """The points of the call, else those that stand in the exercise file."""
    if request.points is not None:
        return read_points(request.points, solve(exercise))
    inside = exercise.extra.get("points")
    return None if inside is None else points_from(inside, solve(exercise), exercise.source)


def _paper(request: Request, exercise: Exercise, options: ReportOptions, tolerance: Fraction | None) -> int:
    """Mark one paper."""
    to = known_format(request.to) if request.to else None
    # A file without a suffix takes its format from --to.
    targets = [(path, report_format(path) if path.suffix or to is None else to) for path in request.outputs]
    check_targets([path for path, _ in targets])
    if "pdf" in (to if not targets else None, *(name for _, name in targets)):
        require(request.engine)
    marking = check(exercise, request.answers, tolerance=tolerance, decimal=request.decimal, language=request.language)
    made = {path: render_marking(marking, name, options) for path, name in targets}
    write_all(made)
    if not targets:
        write_stdout(render_marking(marking, to or "text", terminal(options)))
    return unread_code([marking])


def _class(
    request: Request, exercise: Exercise, answers: ClassAnswers, options: ReportOptions, tolerance: Fraction | None
) -> int:
    """Mark a class."""
    folders = [path for path in request.outputs if is_folder(path)]
    files = [(path, class_format(path)) for path in request.outputs if path not in folders]
    to = _class_choice(request, folders)
    check_targets([path for path, _ in files])
    for folder in folders:
        check_folder(folder)
    if folders and to == "pdf":
        require(request.engine)
    own = None
    if request.variants is not None:
        answers, own = request.variants.own(answers)
    marked = check_class(
        exercise, answers, tolerance=tolerance, decimal=request.decimal, language=request.language, own=own
    )
    people = [(student.id, student.name) for student in answers.students]
    found = list(students(people, progress(marked, len(people)), options.points))
    made = {path: class_bytes(found, name, options, mark=True) for path, name in files}
    for folder in folders:
        made |= folder_files(found, folder, to or "md", options)
    for folder in folders:
        make_folder(folder)
    write_all(made)
    if not request.outputs:
        to = to or ("text" if sys.stdout is not None and sys.stdout.isatty() else "csv")
        write_stdout(class_bytes(found, to, terminal(options)))
    return unread_code([student.marking for student in found])


def _class_choice(request: Request, folders: Sequence[Path]) -> str | None:
    """The format that `--to` asks for: of the reports in a folder, else of the class as a whole."""
    if request.to is None:
        return None
    if folders:
        return known_format(request.to)
    if request.to not in CLASS_FORMATS:
        known = ", ".join(CLASS_FORMATS)
        raise InputError(f"{request.to!r} is not a format of a class; choose one of {known}, or -o FOLDER for reports")
    return request.to


def class_bytes(marked: Sequence[Student], to: str, options: ReportOptions, *, mark: bool = False) -> bytes:
    """A class as a whole in a format."""
    if to == "json":
        return class_json(marked, options.points)
    if to == "csv":
        return summary_csv(marked, mark=mark)
    from symback.marking.class_table import class_table

    return class_table(marked, options.width, options.colour).encode("utf-8", "replace")


def class_format(path: Path) -> str:
    """The format of a class in a file; raises InputError for a suffix that stands for none."""
    suffix = path.suffix.removeprefix(".").lower()
    if suffix not in CLASS_SUFFIXES:
        known = ", ".join(f".{name}" for name in CLASS_SUFFIXES)
        raise InputError(Fault(f"a class goes to a folder or to one of {known}", str(path)))
    return CLASS_SUFFIXES[suffix]


def is_folder(path: Path) -> bool:
    """Whether an output is a folder: one that is there, or a name without a suffix."""
    return path.is_dir() or not path.suffix


def check_folder(folder: Path) -> None:
    """Find out, before any work is done, whether files can be written into a folder that may still have to be made.

    Raises OutputError, also for a folder that is a link.
    """
    if folder.is_symlink() or folder.exists():
        check_targets([folder / "summary.csv"])
    else:
        check_targets([folder])


def make_folder(folder: Path) -> None:
    """Make a folder that is not there; raises OutputError."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as fault:
        raise OutputError(f"{folder}: {os.strerror(fault.errno or 0)}") from fault


def terminal(options: ReportOptions) -> ReportOptions:
    """The options for standard output: as wide as the terminal, in colour where it is one and wants it."""
    colour = sys.stdout is not None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return replace(options, width=shutil.get_terminal_size((80, 24)).columns, colour=colour)


def progress(marked: Iterator[Marking], total: int) -> Iterator[Marking]:
    """Marked papers as they come, with a bar on a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield from marked
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(marked, total=total, description="", console=Console(stderr=True), transient=True)


def unread_code(markings: Sequence[Marking]) -> int:
    """The exit code, with a line on standard error where something could not be read."""
    count = sum(marking.counts["unread"] for marking in markings)
    papers = sum(marking.counts["unread"] > 0 for marking in markings)
    if not count:
        return 0
    where = f" in {papers} of {len(markings)} papers" if len(markings) > 1 else ""
    items = "item" if count == 1 else "items"
    print(f"symback: {count} {items}{where} could not be read; listed as unread", file=sys.stderr)
    return 1
