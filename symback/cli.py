"""The command line: one function a verb.

Exit codes: 0 done; 1 done, but some items could not be read and are listed; 2 the call or an input was wrong;
3 the machine failed. Heavy modules are imported inside the verbs, so that `--help` answers at once.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Optional

import typer

from symback.errors import SymbackError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Small neural networks worked by hand: exact worked solutions, marking, homework variants.",
)


@app.callback()
def _root() -> None:
    """Small neural networks worked by hand: exact worked solutions, marking, homework variants."""


ExerciseArgument = Annotated[str, typer.Argument(help="An exercise file (YAML) or the name of a built-in exercise.")]
Output = Annotated[
    Optional[list[Path]],  # noqa: UP045 - typer reads this form at run time
    typer.Option("-o", "--output", help="Write to this file; the suffix tells the format. May be repeated."),
]


@app.command()
def solve(
    exercise: ExerciseArgument = "paper",
    output: Output = None,
    to: Annotated[Optional[str], typer.Option(help="The format on standard output: md, tex, typ, pdf or json.")] = None,  # noqa: UP045
    digits: Annotated[Optional[int], typer.Option(help="Significant digits on the sheet.", min=1, max=1000)] = None,  # noqa: UP045
    hand: Annotated[Optional[int], typer.Option(help="Digits of the hand calculation.", min=1, max=15)] = None,  # noqa: UP045
    against: Annotated[Optional[Path], typer.Option(help="Somebody's numbers (YAML, JSON) to compare.")] = None,  # noqa: UP045
    decimal: Annotated[Optional[str], typer.Option(help="The decimal sign: '.' or ','.")] = None,  # noqa: UP045
    language: Annotated[Optional[str], typer.Option(help="The language of the sheet: en or ru.")] = None,  # noqa: UP045
    engine: Annotated[str, typer.Option(help="What makes the PDF: typst, latex or lualatex.")] = "typst",
    templates: Annotated[Optional[Path], typer.Option(help="A folder of your own templates.")] = None,  # noqa: UP045
) -> None:
    """Write the worked solution of an exercise."""
    from symback.document.write import Options, prepare, produce
    from symback.exercise.builtin import load
    from symback.solution.solution import solve as solve_exercise

    options = Options(digits, hand, decimal, language, engine, templates)
    targets = prepare(output or [], to, options)
    solution = solve_exercise(load(exercise), digits)
    if against is not None:
        from symback.marking.against import read_against

        options = replace(options, against=read_against(against, solution))
    produce(solution, targets, options)


@app.command()
def check(
    exercise: ExerciseArgument,
    answers: Annotated[Path, typer.Argument(help="A paper (.md .tex .txt), answers (.yaml .json .csv), a class.")],
    output: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Option("-o", "--output", help="A file, by its suffix; for a class also a folder. May be repeated."),
    ] = None,
    to: Annotated[Optional[str], typer.Option(help="text, md, tex, typ, pdf or json; for a class also csv.")] = None,  # noqa: UP045
    tolerance: Annotated[Optional[str], typer.Option(help="A relative error that is still close, as 1%.")] = None,  # noqa: UP045
    points: Annotated[Optional[Path], typer.Option(help="What each quantity is worth (YAML, JSON).")] = None,  # noqa: UP045
    decimal: Annotated[Optional[str], typer.Option(help="The decimal sign of the paper: '.' or ','.")] = None,  # noqa: UP045
    language: Annotated[Optional[str], typer.Option(help="The language of the report: en or ru.")] = None,  # noqa: UP045
    engine: Annotated[str, typer.Option(help="What makes the PDF: typst, latex or lualatex.")] = "typst",
    templates: Annotated[Optional[Path], typer.Option(help="A folder of your own templates.")] = None,  # noqa: UP045
) -> int:
    """Mark a student's numbers, or a whole paper, or the papers of a class, also against homework (a folder)."""
    from symback.marking.command import Request, run

    variants = None
    if Path(exercise).is_dir():
        from symback.homework.marking_bridge import class_variants

        variants = class_variants(exercise, answers)
    return run(
        Request(exercise, answers, output or [], to, tolerance, points, language, decimal, templates, engine, variants)
    )


@app.command()
def vary(
    exercise: ExerciseArgument,
    count: Annotated[Optional[int], typer.Option("-n", help="How many variants, numbered from 1.")] = None,  # noqa: UP045
    seed: Annotated[int, typer.Option(help="A whole number; the same one gives the same variants.")] = 0,
    output: Annotated[Optional[Path], typer.Option("-o", "--output", help="The folder for the homework.")] = None,  # noqa: UP045
    roster: Annotated[Optional[Path], typer.Option(help="A CSV file of students: id, name.")] = None,  # noqa: UP045
    to: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help="pdf, md, tex, typ; json for answer keys alone. May be repeated."),
    ] = None,
    combined: Annotated[bool, typer.Option("--combined", help="Also all sheets of a kind as one PDF.")] = False,
    moodle: Annotated[Optional[Path], typer.Option(help="Write questions for Moodle to this file (.xml).")] = None,  # noqa: UP045
    qti: Annotated[Optional[Path], typer.Option(help="Write a QTI 2.1 package to this file (.zip).")] = None,  # noqa: UP045
    jobs: Annotated[int, typer.Option(help="Processes that work at the same time.", min=1)] = 1,
    dask: Annotated[Optional[str], typer.Option(help="The address of a Dask scheduler.")] = None,  # noqa: UP045
    digits: Annotated[Optional[int], typer.Option(help="Significant digits shown.", min=1, max=1000)] = None,  # noqa: UP045
    decimal: Annotated[Optional[str], typer.Option(help="The decimal sign: '.' or ','.")] = None,  # noqa: UP045
    language: Annotated[Optional[str], typer.Option(help="The language of the sheets: en or ru.")] = None,  # noqa: UP045
    engine: Annotated[str, typer.Option(help="What makes the PDF: typst, latex or lualatex.")] = "typst",
    templates: Annotated[Optional[Path], typer.Option(help="A folder of your own templates.")] = None,  # noqa: UP045
) -> int:
    """Make homework: a variant of an exercise for each student, with its solution and answer key."""
    from symback.homework.command import Request, run
    from symback.homework.sheets import Setting

    setting = Setting(digits, decimal, language, templates)
    return run(
        Request(exercise, count, seed, output, roster, to or (), combined, moodle, qti, jobs, dask, setting, engine)
    )


@app.command()
def gallery() -> None:
    """List the built-in exercises: name, title, what each shows."""
    from symback.exercise.builtin import gallery as rows

    found = rows()
    widths = [max(len(row[column]) for row in found) for column in (0, 1)]
    for name, title, shows in found:
        print(f"{name:{widths[0]}}  {title:{widths[1]}}  {shows}")


#: The root of typer's errors about a call, whichever way typer carries it.
_CallError: type[Exception] = typer.BadParameter.__mro__[2]


def main() -> None:
    """Run the command line; every error becomes a message and an exit code."""
    atexit.register(gc.freeze)  # SymPy leaves a hundred thousand objects; nobody waits until they are looked through
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except SymbackError as error:
        _fail(str(error), error.exit_code)
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        _fail("stopped", 130)
    except _CallError as error:
        _fail(error.format_message(), 2)  # type: ignore[attr-defined]
    except Exception as error:
        # A mistake of ours: a user gets a sentence all the same, and the details when asked for.
        if os.environ.get("SYMBACK_TRACEBACK"):
            raise
        _fail(f"a mistake in symback itself: {type(error).__name__}: {error}\n{_REPORT}", 3)


_REPORT = "with SYMBACK_TRACEBACK=1 the same call shows where; please report it with the exercise file"


def _fail(message: str, code: int) -> None:
    print("\n".join(f"symback: {line}" for line in message.splitlines()), file=sys.stderr)
    sys.exit(code)
