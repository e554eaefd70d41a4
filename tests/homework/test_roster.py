"""Rosters and the file names made of their ids."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symback.errors import InputError
from symback.homework.making import check_stems, stem_of
from symback.homework.roster import Roster, Student, numbered, read_roster
from tests.hostile import Case, cases


def roster(folder: Path, text: str | bytes) -> Roster:
    path = folder / "class.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_roster(path)


def faults(folder: Path, text: str | bytes) -> str:
    with pytest.raises(InputError) as caught:
        roster(folder, text)
    return str(caught.value).replace(f"{folder}/", "")


@pytest.mark.parametrize("case", cases("roster"), ids=lambda case: case.required[:30])
def test_hostile_rosters(tmp_path: Path, case: Case) -> None:
    if case.required.startswith("exit 2"):
        assert "class.csv:" in faults(tmp_path, case.input)
        return
    found = roster(tmp_path, case.input)
    check_stems(found.students)
    assert len(found.students) == 2
    assert bool(found.warnings) == case.required.startswith("flagged")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,name\n7,Ann\n7,Bob\n", 'class.csv:3: id "7" stands twice, lines 2 and 3'),
        ("id,name\nA1,Ann\na1,Bob\n", 'class.csv:3: id "a1" and "A1" differ only by case, lines 2 and 3'),
        ("id,name\nö,Ann\no\u0308,Bob\n", "differ only by case"),
        ("id,name\n1.0E+05,Ann\n", 'class.csv:2: id "1.0E+05" looks rewritten by a spreadsheet'),
        ("name\nAnn\n", "class.csv:1: has no column id"),
        ("Ann,Bob\n", "class.csv:1: has no column id"),
        ("id,name\n,Ann\n", "class.csv:2: id is empty"),
        ("id,name\n7,Ann,B\n", "class.csv:2: has 3 fields, the header has 2; put names with a comma in quotes"),
        ("id,name\n", "class.csv:1: file holds no students, only a header"),
        ("", "class.csv:1: file holds no students"),
        ("id,id\n1,2\n", "class.csv:1: has the column id twice"),
        ("id,name\n" + "7" * 101 + ",Ann\n", "class.csv:2: id is longer than 100 characters"),
        ('id,name\n7,"Ann\n', "class.csv:2: quote opened on line 2 never closed"),
        ("id,name\n7,Ann\n".encode("utf-16"), "class.csv: not UTF-8 (looks like UTF-16)"),
        ("id,name\n7,Müller\n".encode("latin-1"), "class.csv:2: not UTF-8"),
        ("id,name\n7,A\0nn\n", "class.csv:2: control character U+0000"),
        ("id\n" + "\n".join(map(str, range(100_001))), "class.csv:100002: has more than 100,000 students"),
    ],
)
def test_faults_name_their_line(tmp_path: Path, text: str | bytes, message: str) -> None:
    assert faults(tmp_path, text).startswith(message) or message in faults(tmp_path, text)


def test_all_faults_at_once(tmp_path: Path) -> None:
    assert len(faults(tmp_path, "id,name\n,A\n1,B\n1,C\n2E+03,D\n").splitlines()) == 3


def test_names_of_any_kind(tmp_path: Path) -> None:
    names = ["Иванов Пётр", "../../etc/passwd", "=cmd|' /C calc'!A0", "김", "é" * 300, "", "$x_1$ \\input{x} #read"]
    rows = "".join(f'{number},"{name}"\r\n' for number, name in enumerate(names))
    found = roster(tmp_path, f"\ufeffid,name\r\n{rows}")
    assert [student.name for student in found.students] == names


def test_other_columns_and_marks_are_understood(tmp_path: Path) -> None:
    found = roster(tmp_path, "Email;ID;Name\na@b;s1;Müller, Ann\n")
    assert found.students == (Student("s1", "Müller, Ann"),)


@pytest.mark.parametrize("count", [0, -1, 10**9])
def test_counts_have_limits(count: int) -> None:
    with pytest.raises(InputError, match="must be a whole number from 1 to 100,000"):
        numbered(count)


@pytest.mark.parametrize("case", cases("file_name"), ids=lambda case: case.why[:30])
def test_hostile_ids_make_safe_names(case: Case) -> None:
    text = case.input if isinstance(case.input, str) else case.input.decode("latin-1")
    _check(stem_of(text))


@given(st.text(max_size=200))
def test_any_id_makes_a_safe_name(text: str) -> None:
    _check(stem_of(text))


def _check(stem: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,75}", stem)
    assert not re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", stem)


@given(st.lists(st.text(max_size=12), unique_by=str.casefold, max_size=20))
def test_different_ids_have_different_names(ids: list[str]) -> None:
    stems = [stem_of(text).lower() for text in ids]
    assert len(set(stems)) == len(stems)


def test_a_plain_id_is_its_own_name() -> None:
    assert [stem_of(text) for text in ("7", "s-17", "A_b")] == ["7", "s-17", "A_b"]


def test_names_that_clash_are_refused() -> None:
    with pytest.raises(InputError, match="the same file names"):
        check_stems([Student("a/b"), Student(stem_of("a/b"))])
