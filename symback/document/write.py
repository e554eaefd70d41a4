"""A solution in any format: what `symback solve` and `symback.write` do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from symback.document.dialects import DIALECTS
from symback.document.environment import Environment, environment
from symback.document.files import check_targets, write_all, write_atomically, write_stdout
from symback.document.sheet import Sheet
from symback.errors import Fault, InputError
from symback.exercise.names import DECIMALS, LANGUAGES, nearest, suggestion
from symback.solution.compare import Answers
from symback.solution.solution import Solution


@dataclass(frozen=True)
class Options:
    """What can be asked of a sheet; None means: as the exercise says."""

    digits: int | None = None
    hand: int | None = None
    decimal: str | None = None
    language: str | None = None
    engine: str = "typst"
    templates: Path | None = None
    against: Answers | None = None

    def __post_init__(self) -> None:
        """Refuse what the command line cannot refuse by itself, and what a program may get wrong.

        Raises InputError.
        """
        faults = [
            Fault(f"the {name} is {value!r}; {suggestion(str(value), known)}")
            for name, value, known in (("decimal sign", self.decimal, DECIMALS), ("language", self.language, LANGUAGES))
            if value is not None and value not in known
        ]
        if faults:
            raise InputError(faults)


def render(solution: Solution, to: str, options: Options = Options()) -> bytes:
    """A solution in a format: `md`, `tex`, `typ`, `pdf` or `json`.

    Raises InputError for a format that is not known, TemplateError and EngineError from what makes it.
    """
    return FORMATS[_known(to)](solution, options)


def _known(to: str) -> str:
    if to not in FORMATS:
        near = nearest(to, FORMATS)
        hint = f"; did you mean {near}?" if near else ""
        raise InputError(Fault(f"{to!r} is not a format; choose one of {', '.join(FORMATS)}{hint}"))
    return to


def write(solution: Solution, path: str | Path, options: Options = Options()) -> None:
    """Write a solution to a file, its format told by the suffix, whole or not at all.

    Raises InputError for an unknown suffix, OutputError where the file cannot be written.
    """
    write_atomically(path, render(solution, format_of(path), options))


def format_of(path: str | Path) -> str:
    """The format that a file's suffix stands for."""
    suffix = Path(path).suffix.removeprefix(".").lower()
    if suffix not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise InputError(Fault(f"the suffix tells the format: one of {known}", str(path)))
    return suffix


#: Where a sheet goes: a file, or None for standard output; and its format.
Target = tuple[Path | None, str]


def prepare(outputs: Sequence[Path], to: str | None, options: Options) -> list[Target]:
    """Look at everything a call asks for before any work is done: formats, files, the PDF engine.

    Raises InputError, OutputError or EngineError.
    """
    if to is not None:
        _known(to)
    targets: list[Target] = [(path, format_of(path) if to is None or path.suffix else to) for path in outputs]
    if not outputs:
        targets = [(None, to or "md")]
    check_targets([path for path, _ in targets if path is not None])
    if any(name == "pdf" for _, name in targets):
        from symback.document.engines import require

        require(options.engine)
    templates_of(options)
    return targets


def produce(solution: Solution, targets: Sequence[Target], options: Options) -> None:
    """Make every sheet, then write them all: either all files are there in the end, or none was touched."""
    made = [(path, render(solution, name, options)) for path, name in targets]
    write_all({path: data for path, data in made if path is not None})
    for path, data in made:
        if path is None:
            write_stdout(data)


def sheet(solution: Solution, dialect: str, options: Options, *, closing: bool = True) -> Sheet:
    """The sheet of a solution in a dialect, with the exercise's own choices where the options say nothing."""
    chosen = solution.exercise.sheet
    return Sheet(
        solution,
        DIALECTS[dialect],
        digits=options.digits or solution.digits,
        hand=options.hand or chosen.hand,
        decimal=options.decimal or chosen.decimal,
        language=options.language or chosen.language,
        against=options.against,
        closing=closing,
    )


def templates_of(options: Options) -> Environment:
    """The templates that the options name."""
    return _environment(options.templates)


@lru_cache(maxsize=8)
def _environment(templates: Path | None) -> Environment:
    return environment(templates)


def _text(dialect: str) -> Callable[[Solution, Options], bytes]:
    def make(solution: Solution, options: Options) -> bytes:
        return sheet(solution, dialect, options).text(templates_of(options)).encode()

    return make


def _pdf(solution: Solution, options: Options) -> bytes:
    from symback.document.engines import require

    engine = require(options.engine)
    source = _text(engine.dialect)(solution, options).decode()
    template = None if options.templates is None else DIALECTS[engine.dialect].template
    return engine.compile(source, template=template)


def _json(solution: Solution, options: Options) -> bytes:
    from symback.document.json_form import solution_json

    return solution_json(solution, options.digits)


#: The formats of a sheet: from a solution and options to bytes.
FORMATS: Mapping[str, Callable[[Solution, Options], bytes]] = {
    **{name: _text(name) for name in DIALECTS},
    "pdf": _pdf,
    "json": _json,
}
