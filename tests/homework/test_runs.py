"""Runs: what comes out, what is refused, and that a run which was stopped goes on where it stopped."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import symback
from symback.errors import InputError, OutputError
from symback.exercise.builtin import load
from symback.homework import bulk, run
from symback.homework.combined import MOST_COMBINED
from symback.homework.folder import LOCK
from symback.homework.making import Job, Made, Task
from symback.homework.marking_bridge import Homework, is_homework, variant_for
from symback.homework.roster import Roster, Student
from symback.homework.sampling import givens_digest
from tests.homework.test_recipe import BODY, exercise
from tests.hostile import Case, cases

ROSTER = Roster(
    (
        Student("7", "=cmd|' /C calc'!A0"),
        Student("a/../b", "Иванов #x \\y $z$ {q}"),
        Student("CON", "é" * 300),
        Student("💥", "Ann"),
        Student("=1+1", "Ann"),
    )
)


SYMBACK = (sys.executable, "-c", "from symback.cli import main; main()")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def index(folder: Path) -> list[dict[str, str]]:
    with (folder / "index.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def command(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SYMBACK, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        timeout=120,
    )


def test_what_comes_out(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    report = symback.vary("paper", 3, 1, folder, to="md")
    rows = index(folder)
    assert (report.made, [row["id"] for row in rows]) == (3, ["1", "2", "3"])
    files = [name for row in rows for name in row["files"].split(" ")]
    assert set(contents(folder)) == {*files, "index.csv", "homework.json"}
    assert len(files) == 9
    for row in rows:
        problem, solution, key = ((folder / name).read_text(encoding="utf-8") for name in row["files"].split(" "))
        assert row["code"] in problem
        assert row["code"] in solution
        assert "underline" in problem
        assert "underline" not in solution
        assert json.loads(key)["quantities"][0]["name"] == "X"
        assert givens_digest(variant_for(row["code"], folder)) == row["digest"]


def test_every_format_and_the_combined_pdfs(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    symback.vary("paper", to=["pdf", "tex", "typ", "md"], combined=True, roster=ROSTER, out=folder, seed=2)
    made = contents(folder)
    assert len(made) == 5 * 9 + 4
    assert all(data.startswith(b"%PDF") for name, data in made.items() if name.endswith(".pdf"))
    assert {len(name) < 90 and name.isascii() for name in made} == {True}
    assert not [path for path in tmp_path.iterdir() if path.name != "out"]


def test_names_are_guarded_in_the_index(tmp_path: Path) -> None:
    symback.vary("paper", to="json", roster=ROSTER, out=tmp_path / "out")
    rows = index(tmp_path / "out")
    assert [row["name"][:2] for row in rows] == ["'=", "Ив", "éé", "An", "An"]
    assert rows[4]["id"] == "'=1+1"


@pytest.mark.parametrize("case", cases("file_name"), ids=lambda case: case.why[:30])
def test_hostile_names_and_ids(tmp_path: Path, case: Case) -> None:
    text = case.input if isinstance(case.input, str) else case.input.decode("latin-1")
    folder = tmp_path / "out"
    symback.vary("paper", to=["md", "typ"], roster=Roster((Student(text, text), Student("1", text))), out=folder)
    assert len(contents(folder)) == 2 * 5 + 2
    assert Homework.read(folder).variant(text).id == text


def test_a_run_can_be_gone_on_with_and_grown(tmp_path: Path) -> None:
    symback.vary("paper", 6, 1, tmp_path / "whole", to="md")
    folder = tmp_path / "parts"
    symback.vary("paper", 4, 1, folder, to="md")
    (folder / "solutions" / "2.md").unlink()
    (folder / "keys" / "3.json").write_bytes(b"")
    (folder / "index.csv").unlink()
    leftover = folder / ".sb-999999999-abc"
    leftover.write_bytes(b"half")
    assert symback.vary("paper", 6, 1, folder, to="md").made == 4
    assert contents(folder) == contents(tmp_path / "whole")
    stamps = {path: path.stat().st_mtime_ns for path in (folder / "keys").iterdir()}
    assert symback.vary("paper", 6, 1, folder, to="md").made == 0
    assert stamps == {path: path.stat().st_mtime_ns for path in (folder / "keys").iterdir()}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": 2}, "holds homework made with seed 1, not 2"),
        ({"to": "json"}, "the formats md"),
        ({"n": 1}, "holds homework for other students: 2 would be left out"),
        ({"digits": 5}, "other choices for the sheets"),
        ({"exercise": "other"}, "another exercise or recipe"),
    ],
)
def test_other_parameters_are_refused(tmp_path: Path, change: dict[str, object], message: str) -> None:
    folder = tmp_path / "out"
    asked: dict[str, object] = {"exercise": "paper", "n": 2, "seed": 1, "out": folder, "to": "md"}
    run.vary(**asked)  # type: ignore[arg-type]
    before = contents(folder)
    if "exercise" in change:
        change = {"exercise": exercise(tmp_path, "")}
    with pytest.raises(InputError, match=message):
        run.vary(**{**asked, **change})  # type: ignore[arg-type]
    assert contents(folder) == before


def test_no_two_students_have_the_same_numbers(tmp_path: Path) -> None:
    small = exercise(tmp_path, "vary: {x: {integers: [1, 5]}}\n")
    folder = tmp_path / "out"
    symback.vary(small, 20, 1, folder, to="json")
    rows = index(folder)
    assert len({row["digest"] for row in rows}) == 20
    assert any(row["draw"] != "0" for row in rows)
    homework = Homework.read(folder)
    for row in rows:
        made = homework.variant(row["id"], row["code"]).exercise
        assert givens_digest(made) == row["digest"]
        key = json.loads((folder / row["files"]).read_text())["quantities"][0]["exact"]
        assert key == [[cell.text] for (cell,) in made.givens["X"].rows]
    # A run that begins with fewer has the same ones, and who comes later changes nobody.
    symback.vary(small, 9, 1, tmp_path / "few", to="json")
    symback.vary(small, 20, 1, tmp_path / "few", to="json")
    assert contents(tmp_path / "few") == contents(folder)
    settled = list(symback.variants(small, 20, 1))
    assert [givens_digest(variant.exercise) for variant in settled] == [row["digest"] for row in rows]


def test_too_many_students_for_a_recipe(tmp_path: Path) -> None:
    small = exercise(tmp_path, "vary: {y: {choices: [0, 1]}}\n")
    with pytest.raises(InputError, match="allows only 2 different sets of numbers, but 3 students need one each"):
        symback.vary(small, 3, 1, tmp_path / "out", to="json")
    small = exercise(tmp_path, "vary: {x: {integers: [1, 3]}}\nrequire: {X: {between: [1, 1]}}\n")
    with pytest.raises(InputError, match="only 1 different sets of numbers were found"):
        symback.vary(small, 2, 1, tmp_path / "out", to="json")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-n", "0"], "-n: must be a whole number from 1 to 100,000, got 0"),
        (["-n", "-1"], "got -1"),
        (["-n", "1000000000"], "got 1000000000"),
        (["-n", "2", "--seed", "1e3"], "--seed"),
        (["-n", "2", "--jobs", "0"], "--jobs"),
        (["-n", "2", "--to", "odt"], "--to: 'odt' is not a format"),
        (["-n", "2", "--language", "xx"], "--language"),
        ([], "say how many variants"),
        (["-n", "501", "--combined"], f"at most {MOST_COMBINED} sheets"),
        (["--roster", "missing.csv"], "missing.csv: file not found"),
    ],
)
def test_wrong_calls(tmp_path: Path, arguments: list[str], message: str) -> None:
    done = command("vary", "paper", "-o", tmp_path / "out", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_folders_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange" / "thesis.tex").write_text("x")
    for name, error, message in (
        ("file", OutputError, "is a file, not a folder"),
        ("link", OutputError, "symlink"),
        ("no/such", OutputError, "does not exist"),
        ("strange", InputError, "is not empty and holds no homework"),
    ):
        with pytest.raises(error, match=message):
            symback.vary("paper", 2, 1, tmp_path / name, to="json")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "link", "strange", "thesis.tex"]


def test_a_broken_manifest_is_named(tmp_path: Path) -> None:
    (tmp_path / "homework.json").write_text('{"version": 1}')
    assert is_homework(tmp_path)
    with pytest.raises(InputError, match="is not the manifest of a homework folder"):
        symback.vary("paper", 2, 1, tmp_path, to="json")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="flock and signals as on Linux")
class TestProcesses:
    """Real processes, killed for real."""

    def start(self, folder: Path, *arguments: object) -> subprocess.Popen[bytes]:
        asked = ("vary", "paper", "--seed", 1, "-o", folder, *arguments)
        return subprocess.Popen(
            [*SYMBACK, *map(str, asked)],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def wait_for(self, folder: Path, count: int, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end and process.poll() is None:
            if (folder / "keys").is_dir() and len(list((folder / "keys").iterdir())) >= count:
                return
            time.sleep(0.005)

    @pytest.mark.parametrize(("sent", "jobs"), [(signal.SIGKILL, 1), (signal.SIGKILL, 2), (signal.SIGINT, 2)])
    def test_killed_runs_go_on(self, tmp_path: Path, sent: signal.Signals, jobs: int) -> None:
        folder = tmp_path / "out"
        for count in (20, 60):
            process = self.start(folder, "-n", 3000, "--to", "json", "--jobs", jobs)
            self.wait_for(folder, count, process)
            process.send_signal(sent)
            process.wait(30)
            assert not (folder / "index.csv").exists()
            assert all(data for name, data in contents(folder).items() if not name.startswith("."))
        assert command("vary", "paper", "--seed", 1, "-o", folder, "-n", 3000, "--to", "json").returncode == 0
        symback.vary("paper", 3000, 1, tmp_path / "whole", to="json")
        assert contents(folder) == contents(tmp_path / "whole")

    def test_a_folder_in_use_is_refused_at_once(self, tmp_path: Path) -> None:
        folder = tmp_path / "out"
        process = self.start(folder, "-n", 2000, "--to", "md")
        try:
            self.wait_for(folder, 5, process)
            begun = time.monotonic()
            with pytest.raises(OutputError, match=f"in use by pid {process.pid}"):
                symback.vary("paper", 2000, 1, folder, to="md")
            assert time.monotonic() - begun < 5
            assert process.poll() is None
        finally:
            process.kill()
            process.wait()
        assert (folder / LOCK).exists()

    def test_a_full_disk_leaves_whole_files(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = tmp_path / "out"
        real, written = os.replace, []

        def full(source: object, target: object) -> None:
            written.append(target)
            if len(written) > 20:
                raise OSError(28, "No space left on device")
            real(source, target)  # type: ignore[call-overload]

        monkeypatch.setattr(os, "replace", full)
        with pytest.raises(OutputError, match="No space left on device"):
            symback.vary("paper", 30, 1, folder, to="json")
        monkeypatch.undo()
        assert not list(folder.rglob(".sb-*"))
        assert 0 < len(list((folder / "keys").iterdir())) < 30
        symback.vary("paper", 30, 1, folder, to="json")
        symback.vary("paper", 30, 1, tmp_path / "whole", to="json")
        assert contents(folder) == contents(tmp_path / "whole")


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"},
        {"TZ": "UTC", "PYTHONHASHSEED": "2", "LC_ALL": "de_DE.UTF-8"},
        {"PYTHONHASHSEED": "3", "LC_ALL": "C"},
    ],
)
def test_the_same_bytes_everywhere(tmp_path: Path, environment: dict[str, str]) -> None:
    folder = tmp_path / "out"
    asked = ["--seed", 1, "--to", "pdf,md,tex", "--combined", "-n", 2]
    assert command("vary", "paper", "-o", folder, *asked, **environment).returncode == 0
    symback.vary("paper", 2, 1, tmp_path / "here", to=["pdf", "md", "tex"], combined=True)
    assert contents(folder) == contents(tmp_path / "here")


def test_workers_make_the_same(tmp_path: Path) -> None:
    symback.vary("paper", 12, 1, tmp_path / "alone", to="md")
    symback.vary("paper", 12, 1, tmp_path / "two", to="md", jobs=2)
    with ThreadPoolExecutor(3) as threads:
        symback.vary("paper", 12, 1, tmp_path / "threads", to="md", executor=threads)
        assert threads.submit(int, "1").result() == 1  # it is left open
    assert contents(tmp_path / "alone") == contents(tmp_path / "two") == contents(tmp_path / "threads")


def deadly(folder: str, job: Job, tasks: tuple[Task, ...]) -> list[Made]:
    """As `make_into`, but student 7 brings the worker down."""
    if any(task.student.id == "7" for task in tasks):
        os.kill(os.getpid(), signal.SIGKILL)
    return bulk.make_into(folder, job, tasks)


def once(folder: str, job: Job, tasks: tuple[Task, ...]) -> list[Made]:
    """As `make_into`, but the first time a worker is killed."""
    mark = Path(os.environ["SYMBACK_TEST_MARK"])
    if not mark.exists():
        mark.write_text("x")
        os.kill(os.getpid(), signal.SIGKILL)
    return bulk.make_into(folder, job, tasks)


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_worker_that_dies_takes_nobody_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "make_into", deadly)
    report = symback.vary("paper", 40, 1, tmp_path / "out", to="json", jobs=2)
    assert list(report.faults) == ["7"]
    assert (len(report.rows), len(index(tmp_path / "out"))) == (39, 39)
    monkeypatch.undo()
    assert symback.vary("paper", 40, 1, tmp_path / "out", to="json").made == 1
    symback.vary("paper", 40, 1, tmp_path / "whole", to="json")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_worker_that_is_killed_once_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "make_into", once)
    monkeypatch.setenv("SYMBACK_TEST_MARK", str(tmp_path / "mark"))
    report = symback.vary("paper", 30, 1, tmp_path / "out", to="json", jobs=2)
    assert (len(report.rows), report.faults) == (30, {})


def test_what_fails_for_one_student_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from symback.errors import LimitError
    from symback.homework import making

    real = making.sheet_text

    def failing(variant: symback.Variant, *rest: object, **more: object) -> str:
        if variant.id == "2":
            raise LimitError("the digits of L cannot be certified")
        return real(variant, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "sheet_text", failing)
    report = symback.vary("paper", 3, 1, tmp_path / "out", to="md")
    assert report.faults == {"2": "the digits of L cannot be certified"}
    assert [row["id"] for row in index(tmp_path / "out")] == ["1", "3"]


def test_answers_find_their_own_variant(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    symback.vary("paper", 4, 1, folder, to="json")
    homework = Homework.read(folder)
    codes = {student.id: homework.variant(student.id).code for student in homework.students}
    assert homework.variant(code=f" {codes['3'][:3]}-{codes['3'][3:].lower()} ").id == "3"
    with pytest.raises(InputError, match='is that of "4", not of "3"'):
        homework.variant("3", codes["4"])
    with pytest.raises(InputError, match="has no variant"):
        homework.variant(code="ZZZZZZ")
    with pytest.raises(InputError, match="has no student"):
        variant_for("99", folder)
    (folder / "index.csv").unlink()
    with pytest.raises(InputError, match="not complete"):
        Homework.read(folder)
    with pytest.raises(InputError, match="holds no homework"):
        Homework.read(tmp_path)


def test_a_roster_says_how_many(tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_text("id,name\n7,Ann\n07,Bob\n")
    asked = ["--roster", tmp_path / "class.csv", "-n", 30, "--to", "json", "-o", tmp_path / "out"]
    done = command("vary", "paper", *asked)
    assert done.returncode == 0
    assert "ids 7 and 07 differ only by leading zeros" in done.stderr
    assert "-n 30 is left aside: the roster has 2" in done.stderr
    assert [row["id"] for row in index(tmp_path / "out")] == ["7", "07"]


def test_a_class_is_marked_each_against_their_own_variant(tmp_path: Path) -> None:
    folder, answers = tmp_path / "out", tmp_path / "answers.csv"
    symback.vary("paper", roster=Roster((Student("a", "Änne"), Student("b", "Bob"))), seed=1, out=folder, to="json")
    homework = Homework.read(folder)
    rows = [f"{name};;{homework.variant(name).solution['Z_2'].decimal()[0][0].replace('.', ',')}" for name in "ab"]
    answers.write_text("id;code;Z_2\n" + "\n".join(rows), encoding="utf-8")
    marked = json.loads(command("check", folder, answers, "--to", "json").stdout)["students"]
    assert [row["id"] for row in marked] == ["a", "b"]
    assert [row["summary"]["counts"]["exact"] for row in marked] == [1, 1]
    assert [row["name"] for row in marked] == ["Änne", "Bob"]
    # With the other's numbers they are wrong.
    answers.write_text("id;code;Z_2\n" + "\n".join("ba"[at] + row[1:] for at, row in enumerate(rows)))
    marked = json.loads(command("check", folder, answers, "--to", "json").stdout)["students"]
    assert [row["summary"]["counts"]["exact"] for row in marked] == [0, 0]
    answers.write_text("id;code;Z_2\nx;;1\na;ZZZZZZ;1\n")
    done = command("check", folder, answers)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 2)
    assert 'answers.csv:2: has no student "x"' in done.stderr


def test_a_teachers_templates_are_used(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    shipped = Path(symback.__file__).parents[1] / "templates" / "problem.j2"
    shutil.copy(shipped, own / "problem.j2")
    text = (own / "problem.j2").read_text().replace("{{ d.labels", "Room 12\n{{ d.labels")
    (own / "problem.j2").write_text(text)
    symback.vary("paper", 1, 1, tmp_path / "out", to="md", templates=own)
    assert "Room 12" in (tmp_path / "out" / "problems" / "1.md").read_text()


def test_digits_language_and_mark(tmp_path: Path) -> None:
    symback.vary("paper", 1, 1, tmp_path / "out", to="md", digits=4, decimal=".", language="ru")
    problem = (tmp_path / "out" / "problems" / "1.md").read_text(encoding="utf-8")
    assert "Вариант" in problem
    assert "0.6" in problem
    assert json.loads((tmp_path / "out" / "keys" / "1.json").read_text())["digits"] == 4


def test_the_body_of_the_tests_is_an_exercise(tmp_path: Path) -> None:
    assert exercise(tmp_path, "", BODY).title == "Small"
    assert load("paper").title == "B. Paper"


def test_a_large_problem_is_given_with_every_number(tmp_path: Path) -> None:
    """Dots are for solutions that are read; a problem has to be worked."""
    rows = ", ".join(f"[{', '.join(f'0.{(i + j) % 9 + 1}' for j in range(13))}]" for i in range(26))
    body = f"""title: Large
x: [{", ".join(str(j % 9 + 1) for j in range(13))}]
y: 1
layers:
  - {{W: [{rows}], activation: tanh}}
  - {{W: [[{", ".join("0.5" for _ in range(26))}]]}}
loss: squared_error
"""
    large = exercise(tmp_path, "vary: {y: {choices: [1, 2]}}\n", body)
    symback.vary(large, 1, 1, tmp_path / "out", to=["md", "pdf"])
    problem = (tmp_path / "out" / "problems" / "1.md").read_text(encoding="utf-8")
    assert "dots" not in problem
    assert sum(problem.count(f"0.{digit}") for digit in range(1, 10)) == 26 * 13 + 26
    assert "rows 25–26, columns 11–13" in problem


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_prints_names_of_any_kind(tmp_path: Path) -> None:
    symback.vary("paper", roster=ROSTER, seed=2, out=tmp_path / "out", combined=True, engine="latex")
    assert (tmp_path / "out" / "problems.pdf").read_bytes().startswith(b"%PDF")
