"""Who gets a variant: the students of a roster, or the numbers 1 to N.

    id,name
    s1742,"Müller, Änne"
    s1743,Иванов Пётр

Names may hold anything and may repeat; ids tell students apart, so whatever makes two of them hard to tell apart is
refused (two equal ones, two that differ by case alone) or at least pointed out (7 and 07).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from symback.errors import Fault, InputError
from symback.exercise.faults import FaultList
from symback.exercise.nodes import shown
from symback.exercise.source import file_name, read_source
from symback.marking.answers_csv import Row, csv_rows

MOST_STUDENTS = 100_000
LONGEST_ID = 100
LONGEST_NAME = 1000
LARGEST_FILE = 32 * 2**20

#: `1.0E+05`: a spreadsheet was here, and nobody knows any more what stood there.
_REWRITTEN = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Student:
    """One who gets a variant: an id that nobody else has, and a name to be printed."""

    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """Students in the order of their file, and what a person should look at."""

    students: tuple[Student, ...]
    warnings: tuple[str, ...] = ()


def numbered(count: int) -> Roster:
    """The students 1 to `count`; raises InputError where that is no sensible number."""
    if not 1 <= count <= MOST_STUDENTS:
        raise InputError(Fault(f"must be a whole number from 1 to {MOST_STUDENTS:,}, got {count}", field="-n"))
    return Roster(tuple(Student(str(number)) for number in range(1, count + 1)))


def read_roster(path: str | Path) -> Roster:
    """The students in a CSV file with the columns `id` and, if wanted, `name`; other columns are left alone.

    Raises InputError with all faults at once: no column `id`, ids that are empty, stand twice, differ only by case or
    were rewritten by a spreadsheet, a file that is not UTF-8.
    """
    text, faults = read_source(path, largest=LARGEST_FILE), FaultList(file_name(path))
    rows = csv_rows(text, faults)
    faults.stop_if_any()
    if not rows:
        faults.add("", 1, "file holds no students: expected the columns id and name")
        faults.stop_if_any()
    (line, header), *body = rows
    columns = [column.strip().lower() for column in header]
    for column in ("id", "name"):
        if columns.count(column) > 1:
            faults.add("", line, f"has the column {column} twice")
    if "id" not in columns:
        faults.add("", line, f"has no column id: expected the columns id and name, got {shown(', '.join(header))}")
    faults.stop_if_any()
    students = _students(columns, body, faults)
    if not body:
        faults.add("", line, "file holds no students, only a header")
    if len(body) > MOST_STUDENTS:
        faults.add("", body[MOST_STUDENTS][0], f"has more than {MOST_STUDENTS:,} students")
    faults.stop_if_any()
    return Roster(tuple(students), tuple(_look_alikes(students, file_name(path))))


def _students(columns: Sequence[str], body: Sequence[Row], faults: FaultList) -> list[Student]:
    at, named = columns.index("id"), columns.index("name") if "name" in columns else None
    students, lines = [], dict[str, tuple[int, str]]()
    for line, row in body:
        if len(row) != len(columns):
            hint = "put names with a comma in quotes"
            faults.add("", line, f"has {len(row)} fields, the header has {len(columns)}; {hint}")
            continue
        student = Student(row[at].strip(), row[named].strip() if named is not None else "")
        if (wrong := _wrong(student)) is not None:
            faults.add("id", line, wrong)
            continue
        first, known = lines.setdefault(_folded(student.id), (line, student.id))
        if first != line:
            same = "stands twice" if known == student.id else f"and {shown(known)} differ only by case"
            faults.add("id", line, f"{shown(student.id)} {same}, lines {first} and {line}")
        students.append(student)
    return students


def _wrong(student: Student) -> str | None:
    """What is wrong with an id by itself."""
    if not student.id:
        return "is empty: each student needs one"
    if len(student.id) > LONGEST_ID:
        return f"is longer than {LONGEST_ID} characters: {shown(student.id)}"
    if len(student.name) > LONGEST_NAME:
        return f"{shown(student.id)} has a name of more than {LONGEST_NAME} characters"
    if _REWRITTEN.fullmatch(student.id):
        return f"{shown(student.id)} looks rewritten by a spreadsheet; export the column as text"
    return None


def _folded(text: str) -> str:
    """What file systems that fold case, or take accents apart, make of an id."""
    return unicodedata.normalize("NFKC", text).casefold()


def _look_alikes(students: Sequence[Student], file: str) -> list[str]:
    """Ids that differ only by leading zeros, which spreadsheets drop."""
    found, seen = [], dict[str, str]()
    for student in students:
        if student.id.isascii() and student.id.isdecimal():
            first = seen.setdefault(student.id.lstrip("0"), student.id)
            if first != student.id:
                found.append(f"{file}: ids {first} and {student.id} differ only by leading zeros")
    return found
