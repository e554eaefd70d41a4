"""Somebody's numbers beside the certified ones."""

import re
import subprocess
import sys

import pytest

import symback
from symback.document.write import Options
from symback.marking.against import read_against
from tests.document.sheets import solved

ANSWERS = """
Z_1: [3.9, 12.1, 20.3]
Z_2: "18,3"
Z_2.sum: 17.8
A_2: 0.9999999989
dA_2: -34.000000022
dZ_2: -374e-7
dW2: [[-1.42e-6, -4.5e-6, -7.59e-6]]
X: [20, 3, 4]
dL/dW_1[1,1]: -1.50e-6
"""


def compared(tmp_path, text, to="md", name="answers.yaml"):
    path = tmp_path / name
    path.write_text(text)
    solution = solved("paper")
    return symback.render(solution, to, Options(against=read_against(path, solution))).decode()


def rows(sheet):
    return [[cell.strip() for cell in line.split(" | ")] for line in sheet.splitlines() if line.startswith("| $")]


def test_the_columns_say_what_was_written_how_far_off_and_how_many_digits_are_right(tmp_path):
    found = {row[0]: row[2:] for row in rows(compared(tmp_path, ANSWERS)) if len(row) == 5}
    assert found["| $A_2$"] == [r"0\.9999999989", r"$1{,}0 \times 10^{-8}$", "7 |"]
    assert found["| $Z_2$"] == ["18,3", "$0$", "3 |"]
    assert found[r"| $Z_2^{\mathrm{sum}}$"] == [r"17\.8", "$0$", "3 |"]
    assert found["| $dZ_2$"] == [r"\-374e-7", "$9600$ %", "0 |"]
    assert found["| $(dW_2)_{1,3}$"] == [r"\-7.59e-6", "$2{,}5$ %", "1 |"]
    assert found["| $(dW_1)_{1,1}$"] == [r"\-1.50e-6", "$2{,}2$ %", "2 |"]
    assert found["| $X_1$"] == ["20", "$0$", "2 |"]
    assert found["| $L$"] == ["", "", "|"]


def test_the_table_of_approximations_is_what_it_is_without(tmp_path):
    sheet = compared(tmp_path, ANSWERS)
    assert [row for row in rows(sheet) if len(row) == 10] == rows(symback.render(solved("paper"), "md").decode())


def test_json_answers_and_every_format(tmp_path):
    for to in ("md", "tex", "typ"):
        assert "0{,}25" in compared(tmp_path, '{"A_2": 0.25}', to, "answers.json") or to == "typ"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Q_7: 3", r'answers.yaml:1: "Q_7" is no quantity of this exercise; known here: X, y, W_1'),
        ("dW_3: 3", r"did you mean dW_"),
        ("Z_1: [1, 2, 3, 4]", r"answers.yaml:1: Z_1\[4\] names no entry of Z_1, a 3 x 1 matrix"),
        ("dW_1: 4", "dW_1 names no entry of dW_1, a 3 x 3 matrix"),
        ("A_2: abc", 'A_2 is not a number: "abc"'),
        ("A_2: 1e999999", "A_2 is not a number"),
        ("dW2: [[1, 2, 3]]\ndW_2: [[1, 2, 3]]", "two values for|answered twice"),
        ("A_2: [", "answers.yaml:"),
        ("[1, 2]", "a mapping"),
    ],
)
def test_faults_of_the_file_are_told(tmp_path, text, message):
    with pytest.raises(symback.InputError, match=message):
        compared(tmp_path, text)


def test_all_faults_at_once_and_nothing_written(tmp_path):
    (tmp_path / "answers.yaml").write_text("Q: 1\nA_2: x\n")
    command = [sys.executable, "-c", "from symback.cli import main; main()"]
    command += ["solve", "paper", "--against", "answers.yaml", "-o", "sheet.md"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 2
    assert re.findall(r"answers\.yaml:(\d)", run.stderr) == ["1", "2"]
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "sheet.md").exists()


def test_a_class_is_no_answer(tmp_path):
    with pytest.raises(symback.InputError, match=r"\.yaml, \.yml, \.json"):
        compared(tmp_path, "id,A_2\n1,2\n", name="class.csv")
