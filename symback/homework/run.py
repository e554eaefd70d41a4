"""A run: from an exercise and students to a folder of homework.

`symback.vary` is the whole of it; `symback.variants` gives the variants themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from symback.document.engines import require
from symback.document.environment import environment
from symback.errors import Fault, InputError
from symback.exercise.builtin import load
from symback.exercise.model import Exercise
from symback.exercise.names import nearest
from symback.homework.bulk import Crew, processes, processors, serially
from symback.homework.combined import check_count, combined
from symback.homework.defaults import recipe_of
from symback.homework.folder import (
    INDEX,
    MANIFEST,
    HomeworkFolder,
    Manifest,
    check_folder,
    opened,
    read_manifest,
    reconciled,
)
from symback.homework.index import Row, Taken, index_csv, natural, row_of, settle
from symback.homework.keep import exercise_text
from symback.homework.making import FORMATS, Job, Made, Task, check_stems, make
from symback.homework.roster import Roster, Student, numbered, read_roster
from symback.homework.sampling import Sampler, givens_digest
from symback.homework.sheets import SHEETS, Setting
from symback.homework.variant import Variant

#: Told of each variant that is done.
Tick = Callable[[], None]


@dataclass(frozen=True)
class Order:
    """What is asked for: a job, who gets a variant, and what is made besides the single files."""

    job: Job
    roster: Roster
    combined: bool = False


@dataclass(frozen=True)
class Report:
    """What a run came to: a row for each student, how many were made now, what failed, what to look at."""

    rows: tuple[Row, ...]
    made: int
    faults: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def accepted(self) -> Fraction:
        """The part of the draws that met the recipe."""
        tries = sum(row.tries for row in self.rows)
        return Fraction(len(self.rows), tries) if tries else Fraction(0)


def order(
    exercise: Exercise | str | Path,
    n: int | None = None,
    seed: int = 0,
    *,
    roster: Roster | str | Path | None = None,
    to: str | Sequence[str] = ("pdf",),
    combined: bool = False,
    setting: Setting | None = None,
    engine: str = "typst",
) -> Order:
    """Look at everything that is asked for before any work is done.

    Raises InputError, TemplateError and EngineError, with all the faults of the recipe or the roster at once.
    """
    formats = _formats(to)
    setting = setting or Setting()
    if "pdf" in formats or combined:
        require(engine)
    environment(setting.templates)
    students = _students(n, roster)
    if combined:
        check_count(len(students.students))
    loaded = exercise if isinstance(exercise, Exercise) else load(exercise)
    try:
        job = Job(exercise_text(loaded), seed, formats, setting, engine)
    except ValueError as fault:
        raise InputError(str(fault)) from None
    _check_recipe(loaded, job, students.students)
    return Order(job, students, combined)


def _formats(to: str | Sequence[str]) -> tuple[str, ...]:
    """The formats in their own order, each once."""
    asked = [to] if isinstance(to, str) else list(to)
    for name in asked:
        if name not in FORMATS:
            near = nearest(name, FORMATS)
            hint = f"; did you mean {near}?" if near else ""
            raise InputError(Fault(f"{name!r} is not a format; choose of {', '.join(FORMATS)}{hint}", field="--to"))
    return tuple(name for name in FORMATS if name in asked)


def _students(n: int | None, roster: Roster | str | Path | None) -> Roster:
    if roster is None:
        if n is None:
            raise InputError(Fault("say how many variants there are to be, or name a roster", field="-n"))
        return numbered(n)
    found = roster if isinstance(roster, Roster) else read_roster(roster)
    check_stems(found.students)
    if n in (None, len(found.students)):
        return found
    warning = f"-n {n} is left aside: the roster has {len(found.students)}"
    return replace(found, warnings=(*found.warnings, warning))


def _check_recipe(exercise: Exercise, job: Job, students: Sequence[Student]) -> None:
    """Read the recipe where its lines are still known, count its numbers, and draw for the first student."""
    sampler = Sampler(exercise, recipe_of(exercise), job.seed)
    if sampler.space < len(students):
        sets = "one set" if sampler.space == 1 else f"{sampler.space:,} different sets"
        message = f"vary: allows only {sets} of numbers, but {len(students):,} students need one each"
        raise InputError(Fault(message, exercise.source))
    sampler.variant(students[0].id)


def fulfil(wanted: Order, out: str | Path, crew: Crew | None = None, tick: Tick | None = None) -> Report:
    """Make what is missing in a folder.

    Raises InputError where the folder holds other homework, OutputError where it is in use or cannot be written.
    """
    path = Path(out)
    check_folder(path)
    with opened(path) as folder:
        old = read_manifest(path)
        manifest = reconciled(Manifest(wanted.job, wanted.roster.students, {}), old, path)
        if manifest != old:
            folder.write_last(MANIFEST, manifest.text())
        return _Run(wanted, folder, manifest, old, tick or _nothing).fulfil(crew)


def _nothing() -> None:
    """No bar to move."""


@dataclass
class _Run:
    """One run in its folder."""

    wanted: Order
    folder: HomeworkFolder
    manifest: Manifest
    old: Manifest | None
    tick: Tick
    rows: dict[str, Row] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    made: int = 0

    def fulfil(self, crew: Crew | None) -> Report:
        job, students = self.wanted.job, self.wanted.roster.students
        tasks = [self.task(student) for student in students]
        if crew is None:
            serially(job, tasks, self.take)
        else:
            crew.run(job, tasks, self.take, self.folder.path)
            crew.dismiss()
        self.settle()
        rows = tuple(self.rows[student.id] for student in students if student.id in self.rows)
        if self.wanted.combined and not self.faults:
            self.combine(rows)
        self.folder.write_last(INDEX, index_csv(job, rows))
        return Report(rows, self.made, self.faults, self.wanted.roster.warnings)

    def task(self, student: Student) -> Task:
        """What is still to be made for a student."""
        missing = tuple(name for name in self.wanted.job.files(student.id) if not self.folder.has(name))
        return Task(student, self.manifest.draws.get(student.id, 0), missing)

    def take(self, made: Made) -> None:
        """Write the files of a variant, whole, and note it down."""
        for name, data in made.files.items():
            self.folder.write(name, data)
        if made.fault is not None:
            self.faults[made.task.student.id] = made.fault
        else:
            self.rows[made.task.student.id] = row_of(made)
            self.made += bool(made.task.files)
        self.tick()

    def settle(self) -> None:
        """Give other numbers to whoever has the same as somebody before them (see `index.settle`)."""
        job = self.wanted.job
        earlier = [student.id for student in self.old.students] if self.old else []
        changed = settle(job, self.rows, earlier)
        for row in changed:
            student = Student(row.id, row.name)
            for made in make(job, [Task(student, row.draw, tuple(job.files(row.id)))]):
                self.made -= 1
                self.take(made)
        if changed:
            draws = {**self.manifest.draws, **{row.id: row.draw for row in changed}}
            self.folder.write_last(MANIFEST, replace(self.manifest, draws=dict(sorted(draws.items()))).text())

    def combine(self, rows: Sequence[Row]) -> None:
        """Put all sheets of a kind into one PDF."""
        job = self.wanted.job
        variants = [job.sampler.variant(row.id, row.name, row.draw) for row in rows]
        for kind in SHEETS:
            name = f"{kind}s.pdf"
            if self.made or not self.folder.has(name):
                self.folder.write(name, combined(job, variants, kind))


def vary(
    exercise: Exercise | str | Path,
    n: int | None = None,
    seed: int = 0,
    out: str | Path = "homework",
    *,
    roster: Roster | str | Path | None = None,
    to: str | Sequence[str] = ("pdf",),
    combined: bool = False,
    digits: int | None = None,
    decimal: str | None = None,
    language: str | None = None,
    engine: str = "typst",
    templates: Path | None = None,
    jobs: int = 1,
    executor: Executor | None = None,
) -> Report:
    """Make homework: a problem sheet, a worked solution and an answer key for each student, and an index.

    Students are the numbers 1 to `n`, or a `roster`. `to` names formats (`pdf`, `md`, `tex`, `typ`, or `json` for keys
    alone). The work is done by this process, by `jobs` processes of its own, or by any `executor`, which is left open.
    A folder of a run that was stopped is completed; one that is complete is left as it is.

    Raises InputError, TemplateError, OutputError and EngineError; what fails for one student alone is in the report.
    """
    setting = Setting(digits, decimal, language, templates)
    wanted = order(exercise, n, seed, roster=roster, to=to, combined=combined, setting=setting, engine=engine)
    return fulfil(wanted, out, crew_of(jobs, executor))


def crew_of(jobs: int, executor: Executor | None = None, workers: int | None = None) -> Crew | None:
    """Who does the work; None is this process."""
    if jobs < 1:
        raise InputError(Fault(f"must be 1 or more, got {jobs}", field="jobs"))
    if executor is not None:
        return Crew(lambda: executor, workers or processors(), own=False)
    return None if jobs == 1 else processes(jobs)


def variants(
    exercise: Exercise | str | Path,
    n: int | None = None,
    seed: int = 0,
    *,
    roster: Roster | str | Path | None = None,
    draws: dict[str, int] | None = None,
) -> Iterator[Variant]:
    """The variants of a class, one at a time, no two with the same numbers; `draws` as a folder has kept them.

    Raises InputError where the recipe or the roster is at fault.
    """
    wanted = order(exercise, n, seed, roster=roster, to="json")
    return settled(wanted.job, wanted.roster.students, draws)


def settled(job: Job, students: Sequence[Student], draws: dict[str, int] | None = None) -> Iterator[Variant]:
    """The variants of students, in their order, no two with the same numbers."""
    if draws is not None or sorted(students, key=_order) != list(students):
        known = _draws(job, students) if draws is None else draws
        for student in students:
            yield job.sampler.variant(student.id, student.name, known.get(student.id, 0))
        return
    taken = Taken(job, len(students))
    for student in students:
        variant = job.sampler.variant(student.id, student.name)
        _, other = taken.settle(student, 0, variant.code, givens_digest(variant.exercise))
        yield other or variant


def _order(student: Student) -> list[tuple[int, str]]:
    """The order in which draws are settled."""
    return natural(student.id)


def _draws(job: Job, students: Iterable[Student]) -> dict[str, int]:
    """The draws of those who cannot take their first."""
    rows = {student.id: row_of(made) for student in students for made in make(job, [Task(student)])}
    return {row.id: row.draw for row in settle(job, rows, ())}
