"""Files are written whole or not at all, and never through a link."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from symback.document import files
from symback.errors import OutputError
from tests.hostile import cases


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_and_nothing_else_is_left(tmp_path):
    files.write_atomically(tmp_path / "sheet.md", b"one\n")
    files.write_atomically(tmp_path / "sheet.md", b"two\n")
    assert (tmp_path / "sheet.md").read_bytes() == b"two\n"
    assert names(tmp_path) == ["sheet.md"]


def test_a_path_without_a_folder_is_meant_for_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files.write_atomically("sheet.md", b"x")
    assert names(tmp_path) == ["sheet.md"]


def test_the_permissions_of_a_replaced_file_stay_and_a_new_one_takes_the_umask(tmp_path):
    old, new = tmp_path / "old.md", tmp_path / "new.md"
    old.write_bytes(b"")
    old.chmod(0o640)
    mask = os.umask(0o022)
    try:
        files.write_all({old: b"x", new: b"x"})
    finally:
        os.umask(mask)
    assert [path.stat().st_mode & 0o777 for path in (old, new)] == [0o640, 0o644]


def test_one_bad_target_leaves_all_the_others_as_they_were(tmp_path):
    good = tmp_path / "good.md"
    good.write_bytes(b"old")
    with pytest.raises(OutputError, match=r"missing.*does not exist"):
        files.write_all({good: b"new", tmp_path / "missing" / "x.md": b"x"})
    assert good.read_bytes() == b"old"
    assert names(tmp_path) == ["good.md"]


def folder_link(at: Path) -> Path:
    (at / "real").mkdir()
    (at / "out").symlink_to(at / "real")
    return at / "out" / "x.md"


def file_link(at: Path) -> Path:
    (at / "real.md").write_bytes(b"kept")
    (at / "x.md").symlink_to(at / "real.md")
    return at / "x.md"


def dangling_link(at: Path) -> Path:
    (at / "x.md").symlink_to(at / "nowhere")
    return at / "x.md"


def folder(at: Path) -> Path:
    (at / "x.md").mkdir()
    return at / "x.md"


def below_a_file(at: Path) -> Path:
    (at / "file").write_bytes(b"")
    return at / "file" / "x.md"


def pipe(at: Path) -> Path:
    os.mkfifo(at / "x.md")
    return at / "x.md"


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (folder_link, "refuses to write through a symlink"),
        (file_link, "refuses to write through a symlink"),
        (dangling_link, "refuses to write through a symlink"),
        (folder, "is a folder"),
        (below_a_file, "is not a folder"),
        (pipe, "is not a regular file"),
        (lambda _: Path("/dev/null"), "is not a regular file"),
        (lambda at: at / "absent" / "x.md", "does not exist"),
        (lambda at: at / ("n" * 300), "File name too long"),
        (lambda at: at / "zero\0byte", "null"),
    ],
)
def test_targets_that_are_refused(tmp_path, prepare, words):
    path = prepare(tmp_path)
    before = names(tmp_path)
    with pytest.raises(OutputError, match=words) as caught:
        files.write_atomically(path, b"new")
    assert caught.value.exit_code == 3
    assert names(tmp_path) == before


def test_a_link_to_a_system_folder_is_refused_with_nothing_written(tmp_path):
    (tmp_path / "out").symlink_to("/etc")
    with pytest.raises(OutputError, match="symlink"):
        files.write_atomically(tmp_path / "out" / "symback-test.md", b"x")
    assert not Path("/etc/symback-test.md").exists()


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="no file system that refuses even root")
def test_a_folder_that_cannot_be_written_names_file_and_reason():
    with pytest.raises(OutputError, match=r"/sys/kernel/x\.md: (Permission denied|Read-only file system)"):
        files.write_atomically("/sys/kernel/x.md", b"x")


@pytest.mark.parametrize("call", ["fsync", "replace", "open"])
def test_a_full_disk_names_the_file_and_leaves_no_torn_one(tmp_path, monkeypatch, call):
    path = tmp_path / "sheet.md"
    path.write_bytes(b"old")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, full)
    with pytest.raises(OutputError, match=r"sheet\.md: No space left on device"):
        files.write_atomically(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["sheet.md"]


@pytest.mark.skipif(os.name != "posix", reason="no limit on the size of files")
def test_a_real_limit_on_the_disk_leaves_no_torn_file(tmp_path):
    code = (
        "import resource, pathlib\n"
        "from symback.document.files import write_all\n"
        "from symback.errors import OutputError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\n"
        "try: write_all({folder / 'small.md': b'x', folder / 'large.md': b'x' * 100000})\n"
        "except OutputError as fault: print(fault)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout == f"{tmp_path / 'large.md'}: File too large\n"
    assert run.stderr == ""
    assert names(tmp_path) == []


OUTPUT = {case.input: case for case in cases("output_folder")}


@pytest.mark.parametrize("situation", OUTPUT)
def test_every_hostile_output_folder_has_its_test(situation):
    """What concerns runs over many files waits for them; the others are tested above."""
    tested = ("out is a symlink", "out mounted read-only", ".sb-* leftovers", "out on a 256 KiB tmpfs")
    if not situation.startswith(tested):
        pytest.skip("concerns runs over many files, which do not exist yet")


def test_leftovers_of_dead_runs_are_cleared_and_those_of_live_ones_stay(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for name in (f".sb-{dead.pid}-aa", f".sb-{os.getpid()}-bb", ".sb-mine", ".sb-²-cc"):
        (tmp_path / name).write_bytes(b"")
    files.write_atomically(tmp_path / "x.md", b"x")
    assert names(tmp_path) == sorted([f".sb-{os.getpid()}-bb", ".sb-mine", ".sb-²-cc", "x.md"])


def stdout_run(redirection: str, size: int = 3) -> subprocess.CompletedProcess[str]:
    code = (
        "import sys\n"
        "from symback.document.files import write_stdout\n"
        "from symback.errors import OutputError\n"
        f"try: write_stdout(b'x' * {size})\n"
        "except OutputError as fault: print(fault, file=sys.stderr); sys.exit(fault.exit_code)\n"
    )
    shell = f'"$0" -c "$1" {redirection}'
    return subprocess.run(["sh", "-c", shell, sys.executable, code], capture_output=True, text=True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("size", [3, 10**6])
def test_a_full_standard_output_is_told_of_once(size):
    run = stdout_run("> /dev/full", size)
    assert (run.returncode, run.stderr) == (3, "standard output: No space left on device\n")


def test_a_closed_standard_output_is_told_of():
    run = stdout_run(">&-")
    assert (run.returncode, run.stderr) == (3, "standard output: it is closed\n")


def test_standard_output_gets_the_bytes():
    assert stdout_run("").stdout == "xxx"
