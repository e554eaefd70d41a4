"""Making variants: a pure function from a job and some students to the bytes of their files.

It touches no disk, so it runs anywhere: in this process, in others, or on a cluster that shares no folder with us.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

from symback.document.engines import require
from symback.document.slugs import is_reserved, slug
from symback.errors import InputError, MachineError
from symback.homework.defaults import recipe_of
from symback.homework.keep import exercise_of
from symback.homework.key import KeyForm
from symback.homework.roster import Student
from symback.homework.sampling import Sampler, givens_digest
from symback.homework.sheets import SHEETS, Setting, sheet_text
from symback.homework.variant import Variant

#: The precision of balls belongs to the process: with two threads at once, one could decide on the other's.
_one_thread = threading.Lock()
#: What the sheets of a variant can be written as; its key is always written, and with `json` alone nothing else.
FORMATS = ("pdf", "md", "tex", "typ", "json")


@dataclass(frozen=True)
class Job:
    """All that the variants of a run have in common; it is small, and the same job is the same text."""

    exercise: str
    seed: int
    formats: tuple[str, ...] = ("pdf",)
    setting: Setting = field(default_factory=Setting)
    engine: str = "typst"

    @property
    def sampler(self) -> Sampler:
        """What draws the numbers; made once in a process."""
        return _sampler(self.exercise, self.seed)

    def files(self, student: str) -> dict[str, tuple[str, str]]:
        """The files of a student: names inside the folder, each with what it is and its format."""
        stem = stem_of(student)
        return {f"{kind}s/{stem}.{to}": (kind, to) for kind, to in _kinds(self.formats)}


@lru_cache(maxsize=32)
def _kinds(formats: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """What is made for each student, and in which format."""
    return (*((kind, to) for kind in SHEETS for to in formats if to != "json"), ("key", "json"))


@lru_cache(maxsize=8)
def _sampler(text: str, seed: int) -> Sampler:
    exercise = exercise_of(text)
    return Sampler(exercise, recipe_of(exercise), seed)


@dataclass(frozen=True)
class Task:
    """One variant to be made: for whom, by which draw, and which of its files."""

    student: Student
    draw: int = 0
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Made:
    """A variant that was made: what the index says of it, and the bytes of its files; or why it could not be made."""

    task: Task
    code: str = ""
    digest: str = ""
    tries: int = 0
    terms: int = 0
    digits: int = 0
    files: Mapping[str, bytes] = field(default_factory=dict)
    fault: str | None = None


def make(job: Job, tasks: Sequence[Task]) -> list[Made]:
    """Make some variants.

    Raises InputError where the recipe cannot be met; what goes wrong with one variant alone is told in its `fault`.
    """
    with _one_thread:
        return [_made(job, task) for task in tasks]


def _made(job: Job, task: Task) -> Made:
    variant = job.sampler.variant(task.student.id, task.student.name, task.draw)
    files: dict[str, bytes] = {}
    kinds = job.files(task.student.id)
    fault = None
    try:
        for name in task.files:
            kind, to = kinds[name]
            files[name] = _MAKERS[kind](job, variant, to)
    except MachineError as error:
        fault = str(error)
    return Made(
        task,
        variant.code,
        givens_digest(variant.exercise),
        variant.tries,
        terms_of(variant),
        digits_of(variant),
        files,
        fault,
    )


def _key(job: Job, variant: Variant, _to: str) -> bytes:
    return _form(job).fill(variant)


@lru_cache(maxsize=8)
def _form(job: Job) -> KeyForm:
    exercise = job.sampler.exercise
    return KeyForm(exercise, job.setting.digits or exercise.sheet.digits)


def _sheet(kind: str) -> Callable[[Job, Variant, str], bytes]:
    def make(job: Job, variant: Variant, to: str) -> bytes:
        if to != "pdf":
            return sheet_text(variant, kind, to, job.setting).encode()
        return compiled(job, sheet_text(variant, kind, require(job.engine).dialect, job.setting), kind)

    return make


def compiled(job: Job, source: str, kind: str) -> bytes:
    """The PDF of a sheet's source; a source from a teacher's own template is compiled with limits."""
    template = None if job.setting.templates is None else SHEETS[kind]
    return require(job.engine).compile(source, template=template)


#: Ids that are file names as they stand.
_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,58}[A-Za-z0-9])?")

_Maker = Callable[[Job, Variant, str], bytes]
_MAKERS: dict[str, _Maker] = {"key": _key, **{kind: _sheet(kind) for kind in SHEETS}}


@lru_cache(maxsize=1024)
def stem_of(student: str) -> str:
    """The name of a student's files: the id where that is safe everywhere, else what is left of it and a hash.

    It hangs on the id alone, so that nobody's files are renamed when others join.

    >>> stem_of("s-17"), stem_of("a/b")
    ('s-17', 'a-b-82badf67')
    """
    if _PLAIN.fullmatch(student) and not is_reserved(student):
        return student
    return f"{slug(student).rstrip('-')}-{blake2b(student.encode('utf-8', 'surrogatepass'), digest_size=4).hexdigest()}"


def check_stems(students: Iterable[Student]) -> None:
    """Make sure that no two students have the same file names; raises InputError."""
    known: dict[str, str] = {}
    for student in students:
        other = known.setdefault(stem_of(student.id).lower(), student.id)
        if other != student.id:
            raise InputError(f"ids {other!r} and {student.id!r} would have the same file names; change one of them")


def terms_of(variant: Variant) -> int:
    """How many terms there are to add up in the forward pass: weights and biases that are not 0."""
    parameters = [given for name, given in variant.exercise.givens.items() if name not in ("X", "y")]
    return sum([bool(cell.value) for given in parameters for row in given.rows for cell in row])


def digits_of(variant: Variant) -> int:
    """How many significant digits the given numbers have together, zeros at the end of whole numbers left out."""
    return sum([cell.least for given in variant.exercise.givens.values() for row in given.rows for cell in row])
