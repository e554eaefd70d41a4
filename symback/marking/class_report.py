"""A marked class: one row per student for a spreadsheet and for the terminal, and a report per student in a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from symback.document.csv_text import csv_bytes
from symback.document.slugs import Slugs
from symback.marking.marks import VERDICTS, Marking
from symback.marking.points import Points, Score, score
from symback.marking.report import ReportOptions, marking_data, points_text, render_marking
from symback.marking.report_content import slip_words
from symback.marking.report_parts import step_of

SUMMARY, INDEX = "summary.csv", "index.json"
PERSON = ("id", "name")
FIRST = ("first_wrong", "first_wrong_step", "first_wrong_slip", "in_words")
POINTS = ("flagged", "earned", "total", "percent")
NUMERIC = (*VERDICTS, *POINTS)


@dataclass(frozen=True)
class Student:
    """One student of a class: as in the roster, and the paper as it was marked."""

    id: str
    name: str
    marking: Marking
    score: Score | None = None

    @property
    def first_entry(self) -> str:
        """The first wrong entry as the contract names it, empty where there is none."""
        first = self.marking.first_wrong
        if first is None or first.quantity is None:
            return ""
        return first.quantity + (f"[{','.join(map(str, first.index))}]" if first.index else "")

    @property
    def first_step(self) -> str:
        """The step of the derivation in which it lies."""
        first = self.marking.first_wrong
        return "" if first is None else step_of(first, self.marking)

    @property
    def slip(self) -> str:
        """The slip of the first wrong entry."""
        first = self.marking.first_wrong
        return (first.slip or "") if first else ""

    @property
    def slip_said(self) -> str:
        """The slip in the marker's words."""
        return slip_words(self.slip, self.marking.language) if self.slip else ""

    @property
    def percent(self) -> str:
        """The share of the points, rounded to a whole."""
        if self.score is None or not self.score.total:
            return ""
        return str(round(100 * self.score.earned / self.score.total))


def students(people: Sequence[tuple[str, str]], marked: Iterator[Marking], points: Points | None) -> Iterator[Student]:
    """The marked papers with who wrote them (id and name), in the order of the roster."""
    for (key, name), marking in zip(people, marked, strict=True):
        yield Student(key, name, marking, score(marking, points) if points else None)


def summary_csv(marked: Sequence[Student], files: Sequence[str] = (), *, mark: bool = False) -> bytes:
    """A row per student: who, counts by verdict, points where there are any, the first wrong step and its slip.

    `files` adds the names of the reports; `mark` is that of `csv_bytes`.
    """
    pointed = any(student.score for student in marked)
    points, report = (POINTS if pointed else ()), (("report",) if files else ())
    header = [*PERSON, *VERDICTS, *points, *FIRST, *report]
    rows = (_row(student, pointed, files[place : place + 1]) for place, student in enumerate(marked))
    return csv_bytes(header, rows, numeric=NUMERIC, mark=mark)


def _row(student: Student, pointed: bool, file: Sequence[str]) -> list[str | int]:
    counts, found = student.marking.counts, student.score
    earned: list[str | int] = []
    if pointed and found:
        earned = [found.flagged, points_text(found.earned), points_text(found.total), student.percent]
    first = (student.first_entry, student.first_step, student.slip, student.slip_said)
    return [student.id, student.name, *(counts[verdict] for verdict in VERDICTS), *earned, *first, *file]


def class_json(marked: Sequence[Student], points: Points | None) -> bytes:
    """All papers by the JSON contract, each with who wrote it."""
    papers = [{"id": student.id, "name": student.name, **marking_data(student.marking, points)} for student in marked]
    return (json.dumps({"students": papers}, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


def folder_files(marked: Sequence[Student], folder: Path, to: str, options: ReportOptions) -> dict[Path, bytes]:
    """What goes into a folder: a report per student, `summary.csv`, and `index.json` with the file of each id.

    The names of files come from a safe alphabet; the index has the ids and names as they stand in the roster.
    """
    slugs = Slugs((SUMMARY.partition(".")[0], INDEX.partition(".")[0]))
    suffix = "txt" if to == "text" else to
    named = {f"{slugs.new(student.id)}.{suffix}": student for student in marked}
    files = {folder / name: render_marking(student.marking, to, options) for name, student in named.items()}
    files[folder / SUMMARY] = summary_csv(marked, list(named), mark=True)
    people = [{"id": student.id, "name": student.name, "file": name} for name, student in named.items()]
    files[folder / INDEX] = (json.dumps({"students": people}, ensure_ascii=False, indent=1) + "\n").encode()
    return files
