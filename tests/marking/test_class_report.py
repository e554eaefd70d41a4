"""A marked class: rows for a spreadsheet, a table for the terminal, a folder of reports."""

import csv
import io
import json

from symback.exercise.tree import parse_tree
from symback.marking.class_report import Student, class_json, folder_files, students, summary_csv
from symback.marking.class_table import class_table
from symback.marking.marks import VERDICTS
from symback.marking.points import points_from, score
from symback.marking.report import ReportOptions
from tests.hostile import cases
from tests.marking.hand_marked import MARKS, paper, paper_solution, table

POINTS = points_from(parse_tree("A_2: 1\ndZ_2: 1\ndW_2: 1\n", None), paper_solution(), None)
RIGHT = tuple(mark for mark in MARKS if mark.right)
CLASS = [
    Student("s1", "Anna", table(), score(table(), POINTS)),
    Student("=1+1", "@Иванов", table(marks=RIGHT), score(table(marks=RIGHT), POINTS)),
    Student("S1", "", paper(marks=()), score(paper(marks=()), POINTS)),
]


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_a_student_is_a_row():
    first, second, third = rows(summary_csv(CLASS))
    assert [int(first[verdict]) for verdict in VERDICTS] == [7, 1, 3, 2, 2, 1, 4]
    assert (first["earned"], first["total"], first["percent"], first["flagged"]) == ("0.666666666667", "3", "22", "1")
    assert (first["first_wrong"], first["first_wrong_step"], first["first_wrong_slip"]) == ("A_2", "A_2", "digit_run")
    assert (second["id"], second["name"], second["first_wrong"]) == ("'=1+1", "'@Иванов", "")
    assert third["exact"] == "0"


def test_without_points_there_are_no_columns_for_them():
    bare = [Student(student.id, student.name, student.marking) for student in CLASS]
    assert "earned" not in rows(summary_csv(bare))[0]
    assert "earned" not in class_table(bare)


def test_the_roster_and_the_papers_go_together():
    found = list(students([("a", "A"), ("b", "")], iter([table(), paper()]), POINTS))
    assert [(student.id, student.score is not None) for student in found] == [("a", True), ("b", True)]
    assert next(students([("a", "A")], iter([table()]), None)).score is None


def test_the_table_fits_the_terminal():
    shown = class_table(CLASS, 80)
    assert max(map(len, shown.splitlines())) <= 80
    assert "s1 Anna" in shown
    assert "0,67/3" in shown
    assert "3 papers, 1 with something unread" in shown
    assert "\x1b[" in class_table(CLASS, 80, colour=True)
    assert class_table([]) == ""


def test_the_table_holds_nothing_that_a_terminal_would_act_on():
    shown = class_table([Student("\x1b[31m", "[bold]x[/bold]", table())])
    assert "\x1b" not in shown
    assert "[bold]x" in shown


def test_json_holds_every_paper_by_the_contract():
    data = json.loads(class_json(CLASS, POINTS))
    assert [each["id"] for each in data["students"]] == ["s1", "=1+1", "S1"]
    assert set(data["students"][0]) == {"id", "name", "entries", "summary"}


def test_a_folder_has_a_report_for_each_student_a_summary_and_an_index(tmp_path):
    files = folder_files(CLASS, tmp_path, "text", ReportOptions(points=POINTS))
    assert [path.name for path in files] == ["s1.txt", "1-1.txt", "S1-2.txt", "summary.csv", "index.json"]
    index = json.loads(files[tmp_path / "index.json"])
    assert index["students"][1] == {"id": "=1+1", "name": "@Иванов", "file": "1-1.txt"}
    assert [row["report"] for row in rows(files[tmp_path / "summary.csv"])] == ["s1.txt", "1-1.txt", "S1-2.txt"]


def test_no_name_leaves_the_folder(tmp_path):
    names = [case.input if isinstance(case.input, str) else "b" for case in cases("file_name")]
    hostile = [Student(name, name, paper(marks=RIGHT[:1])) for name in (*names, "summary", "index", "..")]
    files = folder_files(hostile, tmp_path, "json", ReportOptions())
    assert len(files) == len(hostile) + 2
    assert len({path.name.lower() for path in files}) == len(files)
    assert {path.parent for path in files} == {tmp_path}
    for path, data in files.items():
        path.write_bytes(data)
    assert len(list(tmp_path.iterdir())) == len(files)
