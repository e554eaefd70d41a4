"""The folder of a run: one run at a time, whole files only, and enough kept to go on and to make every variant again.

    homework.json    the exercise with its recipe, the seed, how it was asked for, the students: written first
    problems/        a problem sheet for each student and format
    solutions/       a worked solution
    keys/            an answer key
    problems.pdf     all problem sheets, solutions.pdf all solutions: with --combined
    index.csv        who has which files: written last, so that it tells of a complete run

A file is written under a temporary name and then moved, so that a file that is there is whole. For speed it is not
forced to the disk one by one: after a power cut a file may be empty, and one that is empty is made again.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from symback.document.files import PREFIX, check_targets, write_atomically
from symback.errors import Fault, InputError, OutputError
from symback.homework.making import Job
from symback.homework.roster import Student
from symback.homework.sheets import SHEETS, Setting

MANIFEST, INDEX, LOCK = "homework.json", "index.csv", ".symback-lock"
FOLDERS = (*(f"{kind}s" for kind in SHEETS), "keys")
#: The form of the manifest; another one is refused.
VERSION = 1

try:
    import fcntl
except ImportError:  # Windows has no such locks: there nothing keeps a second run out
    fcntl = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Manifest:
    """What a folder was made with: the job, its students, and the draws of those who could not take their first."""

    job: Job
    students: tuple[Student, ...]
    draws: dict[str, int]

    def text(self) -> bytes:
        """The manifest as JSON."""
        job = self.job
        data = {
            "version": VERSION,
            "seed": job.seed,
            "formats": list(job.formats),
            "setting": _plain(job.setting),
            "engine": job.engine,
            "exercise": json.loads(job.exercise),
            "draws": self.draws,
            "students": [[student.id, student.name] for student in self.students],
        }
        return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "surrogatepass")


def _plain(setting: Setting) -> dict[str, Any]:
    return {**vars(setting), "templates": None if setting.templates is None else str(setting.templates)}


def read_manifest(folder: Path) -> Manifest | None:
    """What a folder was made with, None where it has no manifest; raises InputError for one that cannot be read."""
    path = folder / MANIFEST
    try:
        data = json.loads(path.read_bytes())
        setting = Setting(**{**data["setting"], "templates": _path(data["setting"]["templates"])})
        exercise = json.dumps(data["exercise"], ensure_ascii=False, indent=1)
        job = Job(exercise, int(data["seed"]), tuple(data["formats"]), setting, data["engine"])
        students = tuple(Student(*each) for each in data["students"])
        draws = {str(key): int(draw) for key, draw in data["draws"].items()}
        known = data["version"] == VERSION
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise OutputError(f"{path}: {os.strerror(fault.errno or 0)}") from fault
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise InputError(Fault("is not the manifest of a homework folder", str(path))) from fault
    if not known:
        raise InputError(Fault("was written by another version of symback", str(path)))
    return Manifest(job, students, draws)


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)


def reconciled(new: Manifest, old: Manifest | None, folder: Path) -> Manifest:
    """The manifest of a run that goes on in a folder: the same job, the same students or more of them.

    Raises InputError where the folder was made with other parameters.
    """
    if old is None:
        return new
    differing = [words for words, same in _compared(new.job, old.job) if not same]
    if differing:
        message = f"holds homework made with {' and '.join(differing)}; name another folder"
        raise InputError(Fault(message, str(folder)))
    here = {student.id for student in new.students}
    gone = [student.id for student in old.students if student.id not in here]
    if gone:
        more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
        message = f"holds homework for other students: {gone[0]}{more} would be left out; name another folder"
        raise InputError(Fault(message, str(folder)))
    return replace(new, draws=old.draws)


def _compared(new: Job, old: Job) -> list[tuple[str, bool]]:
    return [
        (f"seed {old.seed}, not {new.seed}", old.seed == new.seed),
        ("another exercise or recipe", old.exercise == new.exercise),
        (f"the formats {', '.join(old.formats)}", old.formats == new.formats),
        ("other choices for the sheets", (old.setting, old.engine) == (new.setting, new.engine)),
    ]


def check_folder(folder: Path) -> None:
    """Find out, before any work is done, whether a folder can hold homework.

    Raises OutputError where it is a file or a link or cannot be written, InputError where it holds something else.
    """
    if folder.is_symlink() or not folder.exists():
        check_targets([folder])
        return
    if not folder.is_dir():
        raise OutputError(f"{folder}: is a file, not a folder")
    check_targets([folder / INDEX, folder / MANIFEST])
    strangers = [entry.name for entry in folder.iterdir() if not entry.name.startswith((PREFIX, LOCK))]
    if strangers and not (folder / MANIFEST).is_file():
        what = f"is not empty and holds no homework ({min(strangers)}); name a new folder"
        raise InputError(Fault(what, str(folder)))


class HomeworkFolder:
    """A folder that this process alone writes to."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def has(self, name: str) -> bool:
        """Whether a file is there, and whole."""
        try:
            return os.stat(f"{self.path}/{name}").st_size > 0
        except FileNotFoundError:
            return False

    def write(self, name: str, data: bytes) -> None:
        """Write one of many files, whole or not at all; raises OutputError."""
        temporary, target = f"{self.path}/{PREFIX}{os.getpid()}-{secrets.token_hex(4)}", f"{self.path}/{name}"
        try:
            try:
                with open(temporary, "xb") as stream:
                    stream.write(data)
                os.replace(temporary, target)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)
                raise
        except OSError as fault:
            raise OutputError(f"{target}: {os.strerror(fault.errno or 0)}") from fault

    def write_last(self, name: str, data: bytes) -> None:
        """Write a file that other files hang on: forced to the disk; raises OutputError."""
        write_atomically(self.path / name, data)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[HomeworkFolder]:
    """A folder for this run alone, made if need be, without what killed runs left in it.

    Raises OutputError at once where another run has it.
    """
    with _named(path):
        path.mkdir(exist_ok=True)
        handle = _lock(path / LOCK)
    try:
        check_targets([path / INDEX])
        for name in FOLDERS:
            with _named(path / name):
                (path / name).mkdir(exist_ok=True)
            check_targets([path / name / INDEX])
        yield HomeworkFolder(path)
    finally:
        with contextlib.suppress(OutputError):
            check_targets([path / INDEX])  # takes away what workers that were stopped have left
        if handle is not None:
            with contextlib.suppress(OSError):
                (path / LOCK).unlink()
            os.close(handle)


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise OutputError(f"{path}: {os.strerror(fault.errno or 0)}") from fault


def _lock(lock: Path) -> int | None:
    """A lock that ends with the process, however that ends: the handle that holds it."""
    if fcntl is None:
        return None
    while True:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(handle, 20).decode("ascii", "replace").strip()
            os.close(handle)
            raise OutputError(f"{lock.parent}: in use by pid {owner or 'unknown'}") from None
        # The run before may have removed the file after we opened it: then the lock is on nothing.
        with contextlib.suppress(FileNotFoundError):
            if os.fstat(handle).st_ino == os.stat(lock).st_ino:
                os.ftruncate(handle, 0)
                os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
                return handle
        os.close(handle)
