"""`symback check` from end to end: what it prints and writes, its exit codes, its messages."""

import csv
import io
import json
import sys

import pytest

from symback import cli
from tests.marking.hand_marked import LINES

ANSWERS = "Z_2: '18,3'\nA_2: '0,9999999887'\ndA_2: 34\n"
CLASS = "id;name;Z_2;A_2;dA_2\ns1;Anna;18,3;0,9999999887;-34\n=1+1;@Bob;17,8;0,99999998;34\nCON;;;;\n"


@pytest.fixture
def check(tmp_path, monkeypatch, capsysbinary):
    """Run the verb in a folder of its own; gives the exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    files = {"a.yaml": ANSWERS, "paper.md": "\n\n".join(LINES), "class.csv": CLASS, "points.yaml": "Z_2: 2\nA_2: 1\n"}
    files["bad.yaml"] = "Q: 1\n"
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["symback", "check", *arguments])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        out, err = capsysbinary.readouterr()
        return int(stopped.value.code or 0), out.decode(), err.decode()

    return run


def test_answers_are_marked_on_standard_output(check):
    code, out, err = check("paper", "a.yaml")
    assert (code, err) == (0, "")
    assert "Проверено" not in out
    assert "≠ slip" in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_transcript_has_unread_items_and_the_exit_code_says_so(check):
    code, out, err = check("paper", "paper.md")
    assert code == 1
    assert err == "symback: 1 item could not be read; listed as unread\n"
    assert "1039" in out.split("── Not read")[1]


def test_files_take_their_format_from_their_suffix(check, tmp_path):
    names = ["m.md", "m.tex", "m.typ", "m.pdf", "m.json", "m.txt"]
    code, out, _ = check("paper", "a.yaml", *(part for name in names for part in ("-o", name)))
    assert (code, out) == (0, "")
    assert all((tmp_path / name).stat().st_size > 500 for name in names)
    assert json.loads((tmp_path / "m.json").read_text())["summary"]["counts"]["exact"] == 2


def test_options_reach_the_report(check):
    _, out, _ = check("paper", "a.yaml", "--language", "ru", "--points", "points.yaml", "--to", "md")
    assert "Баллы: $3$ из $3$" in out
    _, out, _ = check("paper", "a.yaml", "--tolerance", "1%", "--to", "json")
    assert json.loads(out)["summary"]["points"] is None


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["a.yaml", "--to", "docx"], 2, "'docx' is not a format"),
        (["a.yaml", "-o", "m.docx"], 2, "m.docx: the suffix tells the format"),
        (["a.yaml", "--tolerance", "lots"], 2, '--tolerance: is not a number or a percentage: "lots"'),
        (["a.yaml", "--tolerance", "100%"], 2, "--tolerance: must be from 0% to below 100%"),
        (["a.yaml", "--language", "fr"], 2, '--language is "fr", which is not known'),
        (["a.yaml", "--decimal", "x"], 2, '--decimal is "x", which is not known'),
        (["a.yaml", "--points", "bad.yaml"], 2, 'bad.yaml:1: "Q" is not a quantity of this exercise'),
        (["a.yaml", "--points", "none.yaml"], 2, "none.yaml: file not found"),
        (["a.yaml", "--templates", "none"], 2, "none: there is no such folder"),
        (["a.yaml", "--engine", "word", "--to", "pdf"], 2, "there is no engine 'word'"),
        (["none.yaml"], 2, "none.yaml: file not found"),
        (["a.yaml", "-o", "none/m.md"], 3, "the folder none does not exist"),
        (["class.csv", "-o", "m.pdf"], 2, "a class goes to a folder or to one of .csv, .json, .txt"),
        (["class.csv", "--to", "pdf"], 2, "'pdf' is not a format of a class"),
        (["class.csv", "-o", "none/reports"], 3, "the folder none does not exist"),
    ],
)
def test_a_fault_has_a_message_and_nothing_is_written(check, tmp_path, arguments, code, message):
    before = sorted(path.name for path in tmp_path.iterdir())
    found, out, err = check("paper", *arguments)
    assert (found, out) == (code, "")
    assert message in err
    assert "Traceback" not in err
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_class_is_a_table_of_numbers_when_piped(check):
    code, out, err = check("paper", "class.csv", "--points", "points.yaml")
    assert (code, err) == (0, "")
    found = list(csv.DictReader(io.StringIO(out)))
    assert [row["id"] for row in found] == ["s1", "'=1+1", "CON"]
    assert [row["earned"] for row in found] == ["3", "1", "0"]
    assert found[1]["first_wrong"] == "Z_2"


def test_a_class_goes_to_a_folder(check, tmp_path):
    code, out, _ = check("paper", "class.csv", "-o", "reports", "-o", "all.csv", "-o", "all.json", "--to", "text")
    assert (code, out) == (0, "")
    names = sorted(path.name for path in (tmp_path / "reports").iterdir())
    assert names == ["1-1.txt", "CON-.txt", "index.json", "s1.txt", "summary.csv"]
    assert check("paper", "class.csv", "-o", "reports")[0] == 0
    assert (tmp_path / "reports" / "s1.md").exists()
    assert len(json.loads((tmp_path / "all.json").read_text())["students"]) == 3


def test_a_folder_that_is_a_link_is_refused(check, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    code, _, err = check("paper", "class.csv", "-o", "link")
    assert code == 3
    assert "symlink" in err
    assert not list((tmp_path / "real").iterdir())


def test_points_may_stand_in_the_exercise(check, tmp_path):
    exercise = (
        "x: [1]\ny: 2\nlayers:\n  - {W: [[3]], b: [1], activation: identity}\nloss: squared_error\npoints: {Z_1: 2}\n"
    )
    (tmp_path / "small.yaml").write_text(exercise)
    (tmp_path / "z.yaml").write_text("Z_1: 4\n")
    assert "Points: 2 of 2" in check("small.yaml", "z.yaml")[1]
