"""What `symback vary` does: homework into a folder, variants into files for learning platforms."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from symback.document.files import check_targets
from symback.errors import Fault, InputError
from symback.exercise.faults import FaultList
from symback.exercise.fields import choice, counted
from symback.exercise.names import DECIMALS, LANGUAGES
from symback.exercise.nodes import Scalar
from symback.homework.bulk import Crew, processes, processors
from symback.homework.folder import read_manifest
from symback.homework.lms import LmsOptions, write_moodle, write_qti
from symback.homework.run import Order, Report, Tick, fulfil, order, settled
from symback.homework.sheets import Setting

#: So many students that failed are named one by one.
MOST_NAMED = 20

EXPORTS = {"moodle": write_moodle, "qti": write_qti}


@dataclass(frozen=True)
class Request:
    """One call of `symback vary`."""

    exercise: str
    count: int | None = None
    seed: int = 0
    output: Path | None = None
    roster: Path | None = None
    to: Sequence[str] = ()
    combined: bool = False
    moodle: Path | None = None
    qti: Path | None = None
    jobs: int = 1
    dask: str | None = None
    setting: Setting = field(default_factory=Setting)
    engine: str = "typst"


def run(request: Request) -> int:
    """Make the homework; the exit code is 1 where something could not be made for some students.

    Raises InputError, TemplateError, OutputError and EngineError.
    """
    exports = {name: path for name in EXPORTS if (path := getattr(request, name)) is not None}
    _check(request, exports)
    formats = [name for each in request.to or ("pdf",) for name in each.split(",")]
    wanted = order(
        request.exercise,
        request.count,
        request.seed,
        roster=request.roster,
        to=formats if request.output else "json",
        combined=request.combined,
        setting=request.setting,
        engine=request.engine,
    )
    for warning in wanted.roster.warnings:
        _say(warning)
    code = 0
    if request.output is not None:
        with _crew(request) as crew, _bar(len(wanted.roster.students)) as tick:
            report = fulfil(wanted, request.output, crew, tick)
        code = _tell(report, request.output)
    _export(request, wanted, exports)
    return code


def _check(request: Request, exports: dict[str, Path]) -> None:
    """Refuse at once what can be refused without looking at the exercise."""
    faults = FaultList(None)
    setting = request.setting
    chosen = (("--language", setting.language, LANGUAGES), ("--decimal", setting.decimal, DECIMALS))
    for option, value, known in chosen:
        if value is not None:
            choice(Scalar(value, 0), option, faults, known)
    if faults.found:
        raise InputError(replace(fault, line=None) for fault in faults.found)
    if request.output is None and not exports:
        raise InputError(Fault("name the folder that the homework goes to", field="-o"))
    if request.output is None and (request.combined or request.to):
        option = "--to" if request.to else "--combined"
        raise InputError(Fault("sheets need a folder to go to: add -o DIR", field=option))
    check_targets(exports.values())


@contextlib.contextmanager
def _crew(request: Request) -> Iterator[Crew | None]:
    """Who does the work: this process, others beside it, or a cluster."""
    if request.dask is not None:
        from symback.homework.cluster import cluster

        with cluster(request.dask) as crew:
            yield crew
        return
    jobs, most = request.jobs, processors()
    if jobs > most:
        _say(f"--jobs {jobs}: this machine has {most} processors, so {most} are used")
        jobs = most
    if jobs == 1:
        yield None
        return
    crew = processes(jobs)
    try:
        yield crew
    finally:
        crew.dismiss()


@contextlib.contextmanager
def _bar(total: int) -> Iterator[Tick]:
    """A bar on a terminal, nothing anywhere else."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda: progress.advance(task)


def _tell(report: Report, output: Path) -> int:
    """Say what was done, and who has no homework."""
    rows, there = report.rows, len(report.rows) - report.made
    kept = f", {there} were there" if there else ""
    share = f"{100 * float(report.accepted):.3g} % of the draws met the recipe"
    count = counted(len(rows), "variant")
    _say(f"{output}: {count} ({report.made} made{kept}); {share}; {_difficulty(report)}")
    for student, fault in list(report.faults.items())[:MOST_NAMED]:
        _say(f"{student}: not made: {fault}")
    if len(report.faults) > MOST_NAMED:
        _say(f"and {len(report.faults) - MOST_NAMED} more were not made")
    return 1 if report.faults else 0


def _difficulty(report: Report) -> str:
    if not report.rows:
        return "nothing was made"
    terms, digits = [row.terms for row in report.rows], [row.digits for row in report.rows]
    return f"{_span(terms)} terms and {_span(digits)} given digits each"


def _span(values: Sequence[int]) -> str:
    low, high = min(values), max(values)
    return str(low) if low == high else f"{low} to {high}"


def _export(request: Request, wanted: Order, exports: dict[str, Path]) -> None:
    """Write the files for learning platforms, with the same numbers as the folder."""
    kept = read_manifest(request.output) if request.output is not None else None
    setting = request.setting
    for name, path in exports.items():
        variants = settled(wanted.job, wanted.roster.students, kept.draws if kept else None)
        options = LmsOptions(decimal=setting.decimal, language=setting.language, templates=setting.templates)
        count = EXPORTS[name](path, variants, options)
        _say(f"{path}: {counted(count, 'question')}")


def _say(message: str) -> None:
    print(f"symback: {message}", file=sys.stderr)
