"""Tables for spreadsheets: no cell of text runs as a formula, and numbers stay numbers."""

import csv
import io

import pytest

from symback.document.csv_text import csv_bytes, guarded, is_figure
from tests.hostile import cases

TEXTS = [case for case in cases("gradebook_csv") if case.required.startswith("cell written as text")]
NUMBERS = [case for case in cases("gradebook_csv") if case.required.startswith("numeric columns stay")]


def test_the_table_of_hostile_cells_is_known():
    assert len(TEXTS) + len(NUMBERS) == len(cases("gradebook_csv"))
    assert TEXTS
    assert NUMBERS


@pytest.mark.parametrize("case", TEXTS, ids=repr)
def test_a_formula_becomes_text(case):
    assert guarded(str(case.input)) == f"'{case.input}"


@pytest.mark.parametrize("case", NUMBERS, ids=repr)
def test_a_number_stays_a_number_where_numbers_are_expected(case):
    assert csv_bytes(["value"], [[str(case.input)]], numeric=["value"]) == f"value\n{case.input}\n".encode()
    assert csv_bytes(["name"], [[str(case.input)]]) == f"name\n'{case.input}\n".encode()


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@A1", "\t=1", "\r1", "\n=1", " =1", "\u00a0=1", "\ufeff=1"])
def test_whatever_a_spreadsheet_may_run_is_guarded(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["﹦1", "＋1", "－1", "＠x"])
def test_full_width_and_small_forms_are_guarded(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Anna", "1", "0,5", "a=b", "'=1", "−1", "—", "Иванов", "💥"])
def test_other_text_stays_as_it_is(text):
    assert guarded(text) == text


def test_a_formula_in_a_column_of_numbers_is_guarded_as_well():
    rows = [["-1.42"], ["=1+1"], ["-1+cmd|x"], ["1e5"], ["-3,8"], [""]]
    shown = csv_bytes(["value"], rows, numeric=["value"]).decode().split("\n")
    assert shown[1:-1] == ["-1.42", "'=1+1", "'-1+cmd|x", "1e5", '"-3,8"', '""']
    assert not is_figure("1 2")
    assert not is_figure("-")


def test_what_was_written_is_read_back():
    rows = [["a,b", 'say "x"'], ["two\nlines", "ü"]]
    data = csv_bytes(["id", "name"], rows, mark=True)
    assert data.startswith(b"\xef\xbb\xbfid,name\n")
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1:] == rows


def test_a_header_is_guarded_and_a_lone_surrogate_does_not_stop_the_file():
    assert csv_bytes(["=id"], [["\ud800"]]) == b"'=id\n?\n"
