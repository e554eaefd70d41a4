r"""Answers as CSV: rows `quantity,value`, or a class with an `id` column and a column for each entry.

The rows are parted by `csv`, line by line, so that a quote which is never closed cannot swallow the rows
after it; every row must be as long as the header, because a decimal comma in a comma file would shift all
columns after it.
"""

from __future__ import annotations

import csv
import re

from symback.exercise.faults import FaultList
from symback.exercise.nodes import shown
from symback.marking.answers import AnswerEntry, ClassAnswers, StudentAnswers, Target, is_blank, refuse_doubles, target

LONGEST_FIELD = 100_000
_LINE_ENDS = re.compile("\r\n|\r|\n")
_QUOTED = re.compile(r'"[^"]*"')
_PERSON = ("id", "name", "code")
_COLUMNS = {"quantity", "value"}
_HINT = "hint: use ; or quotes where numbers have a comma"

Row = tuple[int, list[str]]


def parse_csv(text: str, file: str | None, aim: Target | None = None) -> tuple[AnswerEntry, ...] | ClassAnswers:
    """The answers in the text of a CSV file; `;`, tab or `,` between fields, whichever the header has first.

    `aim` says what the names of quantities mean.

    Raises:
        InputError: with all faults: quotes, ragged rows, columns or ids that stand twice, an empty id.
    """
    faults = FaultList(file)
    rows = csv_rows(text, faults)
    faults.stop_if_any()
    if not rows:
        faults.add("", 1, "file holds no answers")
    faults.stop_if_any()
    (line, header), *body = rows
    columns = [name.strip() for name in _mended(header)]
    aim = aim or target
    _check_header(line, columns, faults, aim)
    for number, row in body:
        if len(row) != len(columns):
            faults.add("", number, f"row {number} has {len(row)} fields, the header has {len(columns)}; {_HINT}")
    faults.stop_if_any()
    found = (_class if "id" in columns else _single)(columns, body, faults, aim)
    faults.stop_if_any()
    return found


def csv_rows(text: str, faults: FaultList) -> list[Row]:
    """The rows that are not empty, with their lines."""
    lines = _LINE_ENDS.split(text)
    header = next((line for line in lines if line.strip()), "")
    bare = _QUOTED.sub("", header)
    delimiter = next((mark for mark in ";\t" if mark in bare), ",")
    found: list[Row] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if len(line) > LONGEST_FIELD and max(map(len, line.split(delimiter))) > LONGEST_FIELD:
            faults.add("", number, f"field longer than {LONGEST_FIELD}, line {number}")
            continue
        try:
            found.append((number, next(csv.reader([line], delimiter=delimiter, strict=True))))
        except csv.Error as error:
            unclosed = "end of data" in str(error)
            message = f"quote opened on line {number} never closed" if unclosed else f"broken quotes: {error}"
            faults.add("", number, message)
    return found


def _mended(header: list[str]) -> list[str]:
    """The names of the columns; `dW_1[2,3]` without quotes in a comma file is put together again."""
    names: list[str] = []
    for name in header:
        if names and re.fullmatch(r"[^\[\]]*\[\s*\d+", names[-1]) and re.fullmatch(r"\s*\d+\s*\]", name):
            names[-1] += f",{name}"
        else:
            names.append(name)
    return names


def _check_header(line: int, columns: list[str], faults: FaultList, aim: Target) -> None:
    seen: dict[object, str] = {}
    for column in columns:
        key = column if column in _PERSON else aim(column)
        if not column:
            faults.add("", line, "a column without a name")
        elif key in seen:
            faults.add("", line, f"duplicate column {shown(column)}")
        seen[key] = column
    if "id" not in columns and not set(columns) >= _COLUMNS:
        faults.add("", line, "columns quantity and value were expected, or a column id and a column for each entry")


def _single(columns: list[str], body: list[Row], faults: FaultList, aim: Target) -> tuple[AnswerEntry, ...]:
    """One student: a quantity a row."""
    quantity, value = columns.index("quantity"), columns.index("value")
    found: list[AnswerEntry] = []
    for line, row in body:
        if not row[quantity].strip():
            faults.add("", line, f"empty quantity on line {line}")
        elif not is_blank(row[value]):
            found.append(AnswerEntry(*aim(row[quantity]), row[value].strip(), line))
    refuse_doubles(found, faults)
    return tuple(found)


def _class(columns: list[str], body: list[Row], faults: FaultList, aim: Target) -> ClassAnswers:
    """A class: a student a row."""
    targets = {place: aim(name) for place, name in enumerate(columns) if name not in _PERSON}
    ids: dict[str, int] = {}
    students = []
    for line, row in body:
        person = {name: row[columns.index(name)].strip() for name in _PERSON if name in columns}
        first = ids.setdefault(person["id"], line)
        if not person["id"]:
            faults.add("", line, f"empty id on line {line}")
        elif first != line:
            faults.add("", line, f"two rows for id {shown(person['id'])}, lines {first} and {line}")
        entries = tuple(
            AnswerEntry(*one, row[place].strip(), line) for place, one in targets.items() if not is_blank(row[place])
        )
        students.append(StudentAnswers(person["id"], person.get("name", ""), person.get("code", ""), line, entries))
    return ClassAnswers(tuple(students))
