"""The index of a run, and the rule by which no two students get the same numbers.

A draw hangs on nobody else. So two students can draw the same numbers (or the same code), where a recipe allows few.
No rule that knows one student alone can rule that out: there are more ids than numbers. It is settled like this: in the
order of their ids (those who were there before first) each student keeps the first of his own draws 0, 1, 2, ... whose
numbers and code nobody before him has. So variant 17 of a numbered run hangs on nothing behind it, a student who is
added later changes nobody, and the draw that was taken, if it was not 0, is kept in `homework.json` and in the index:
with it the variant can be made again by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from symback.document.csv_text import csv_bytes
from symback.errors import Fault, InputError
from symback.homework.making import Job, Made
from symback.homework.roster import Student
from symback.homework.sampling import givens_digest
from symback.homework.variant import Variant

#: Draws that a student may need where a recipe allows few numbers.
MOST_DRAWS = 5_000
HEADER = ("id", "name", "code", "digest", "draw", "tries", "terms", "digits", "files")

_NUMBERS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Row:
    """What the index says of a student."""

    id: str
    name: str
    code: str
    digest: str
    draw: int
    tries: int
    terms: int
    digits: int


def row_of(made: Made) -> Row:
    """The row of a variant that was made."""
    student = made.task.student
    return Row(student.id, student.name, made.code, made.digest, made.task.draw, made.tries, made.terms, made.digits)


class Taken:
    """The numbers and the codes that students have already; `students` are all who need some."""

    def __init__(self, job: Job, students: int) -> None:
        self._job, self._students = job, students
        self._numbers, self._codes = set[str](), set[str]()

    def settle(self, student: Student, draw: int, code: str, digest: str) -> tuple[int, Variant | None]:
        """The draw that a student keeps, and its variant if that is another draw than the one that is told.

        Raises InputError where the recipe allows too few numbers for so many students.
        """
        found = None
        for later in range(draw + 1, draw + MOST_DRAWS):
            if digest not in self._numbers and code not in self._codes:
                self._numbers.add(digest)
                self._codes.add(code)
                return later - 1, found
            found = self._job.sampler.variant(student.id, student.name, later)
            code, digest = found.code, givens_digest(found.exercise)
        message = (
            f"vary: only {len(self._numbers)} different sets of numbers were found that meet the recipe, "
            f"but {self._students} students need one each; let more numbers vary, or by more"
        )
        raise InputError(Fault(message, self._job.sampler.exercise.source))


def settle(job: Job, rows: Mapping[str, Row], earlier: Iterable[str]) -> list[Row]:
    """Rows that had to take another draw, because somebody before them has the same numbers or code.

    Raises InputError where the recipe allows too few numbers for so many students.
    """
    old, taken, changed = set(earlier), Taken(job, len(rows)), []
    for row in sorted(rows.values(), key=lambda row: (row.id not in old, natural(row.id))):
        draw, found = taken.settle(Student(row.id, row.name), row.draw, row.code, row.digest)
        if found is not None:
            digest = givens_digest(found.exercise)
            changed.append(replace(row, code=found.code, digest=digest, draw=draw, tries=found.tries))
    return changed


def natural(text: str) -> list[tuple[int, str]]:
    """Numbers inside a text in the order of numbers: 2 before 17, s2 before s17."""
    return [(int(part), part) if part.isdecimal() else (-1, part) for part in _NUMBERS.split(text)]


def index_csv(job: Job, rows: Sequence[Row]) -> bytes:
    """The index: a row for each student, text that a spreadsheet would run guarded."""
    table = (
        (
            row.id,
            row.name,
            row.code,
            row.digest,
            row.draw,
            row.tries,
            row.terms,
            row.digits,
            " ".join(job.files(row.id)),
        )
        for row in rows
    )
    return csv_bytes(HEADER, table)
