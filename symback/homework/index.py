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
from symback.homework.sampling import givens_digest

#: Draws that a student may need where a recipe allows few numbers.
MOST_DRAWS = 5_000
HEADER = ("id", "name", "code", "digest", "draw", "tries", "terms", "digits", "files")
NUMERIC = ("draw", "tries", "terms", "digits")

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


def settle(job: Job, rows: Mapping[str, Row], earlier: Iterable[str]) -> list[Row]:
    """Rows that had to take another draw, because somebody before them has the same numbers or code.

    Raises InputError where the recipe allows too few numbers for so many students.
    """
    old = set(earlier)
    numbers, codes = set[str](), set[str]()
    changed = []
    for row in sorted(rows.values(), key=lambda row: (row.id not in old, _natural(row.id))):
        taken = row
        for draw in range(row.draw + 1, row.draw + MOST_DRAWS):
            if taken.digest not in numbers and taken.code not in codes:
                break
            taken = _redrawn(job, row, draw)
        else:
            message = (
                f"vary: only {len(numbers)} different sets of numbers were found that meet the recipe, "
                f"but {len(rows)} students need one each; let more numbers vary, or by more"
            )
            raise InputError(Fault(message, job.sampler.exercise.source))
        numbers.add(taken.digest)
        codes.add(taken.code)
        if taken is not row:
            changed.append(taken)
    return changed


def _redrawn(job: Job, row: Row, draw: int) -> Row:
    found = job.sampler.variant(row.id, row.name, draw)
    return replace(row, code=found.code, digest=givens_digest(found.exercise), draw=draw, tries=found.tries)


def _natural(text: str) -> list[tuple[int, str]]:
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
            str(row.draw),
            str(row.tries),
            str(row.terms),
            str(row.digits),
            " ".join(job.files(row.id)),
        )
        for row in rows
    )
    return csv_bytes(HEADER, table, numeric=NUMERIC)
