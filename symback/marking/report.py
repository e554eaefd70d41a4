"""A marked paper in any format: what `symback check` hands out.

The same content goes through one template in three dialects, to a terminal as tables, and to programs as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from symback.derivation.formula import Symbol
from symback.derivation.steps import Step
from symback.document.dialects import DIALECTS
from symback.document.engines import require
from symback.document.environment import Environment, environment, render
from symback.document.escapes import has_cyrillic
from symback.document.fill import skeleton
from symback.document.layouts import lay_out
from symback.document.nodes import Equation
from symback.document.sheet import Sheet
from symback.errors import Fault, InputError
from symback.exercise.names import nearest
from symback.marking.marks import Marking
from symback.marking.points import Points, Score, score
from symback.marking.report_content import content
from symback.marking.report_parts import worked_step
from symback.marking.report_words import WORDS
from symback.marking.scribe import dialect_scribe
from symback.solution.plain import plain
from symback.solution.rounding import round_rational

#: Digits of points in JSON, where a share may not terminate.
POINT_DIGITS = 12

_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class ReportOptions:
    """What can be asked of a report; `width` and `colour` are for text alone."""

    points: Points | None = None
    engine: str = "typst"
    templates: Path | None = None
    width: int = 80
    colour: bool = False


def render_marking(marking: Marking, to: str, options: ReportOptions = ReportOptions()) -> bytes:
    """A marked paper in a format: `text`, `md`, `tex`, `typ`, `pdf` or `json`.

    Raises InputError for a format that is not known, TemplateError and EngineError from what makes it.
    """
    return FORMATS[known_format(to)](marking, options)


def known_format(name: str) -> str:
    """A format of reports; raises InputError with a suggestion for any other name."""
    if name in FORMATS:
        return name
    near = nearest(name, FORMATS)
    hint = f"; did you mean {near}?" if near else ""
    raise InputError(Fault(f"{name!r} is not a format; choose one of {', '.join(FORMATS)}{hint}"))


def summary(marking: Marking, points: Points | None = None) -> dict[str, Any]:
    """The summary of the JSON contract: counts by verdict, the first wrong entry, points where there are any."""
    first = marking.first_wrong
    found = score(marking, points) if points else None
    return {
        "name": marking.name,
        "counts": marking.counts,
        "first_wrong": None
        if first is None
        else {
            "line": first.line,
            "quantity": first.quantity,
            "index": list(first.index) if first.index else None,
            "verdict": first.verdict,
            "slip": first.slip,
        },
        "points": None if found is None else points_json(found),
    }


def points_json(found: Score) -> dict[str, Any]:
    """A score in plain text; a share that does not terminate is rounded to twelve digits."""
    return {
        "earned": points_text(found.earned),
        "total": points_text(found.total),
        "flagged": found.flagged,
        "quantities": {
            name: {"earned": points_text(each.earned), "total": points_text(each.total)}
            for name, each in found.quantities.items()
        },
    }


def points_text(value: Fraction) -> str:
    """Points as a plain decimal."""
    return plain(round_rational(value, POINT_DIGITS))


def marking_data(marking: Marking, points: Points | None = None) -> dict[str, Any]:
    """The JSON contract: every entry, and the summary."""
    return {"entries": [mark.as_json() for mark in marking.marks], "summary": summary(marking, points)}


def _json(marking: Marking, options: ReportOptions) -> bytes:
    data = marking_data(marking, options.points)
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


@lru_cache(maxsize=8)
def report_environment(templates: Path | None) -> Environment:
    """The templates of reports; raises TemplateError where the folder is not there."""
    return environment(templates)


def _source(marking: Marking, dialect: str, options: ReportOptions) -> str:
    """The report in a dialect; the worked step is laid out as on the solution sheet, with the true numbers."""
    solution = marking.solution
    sheet = Sheet(
        solution,
        DIALECTS[dialect],
        digits=solution.digits,
        hand=solution.exercise.sheet.hand,
        decimal=marking.decimal,
        language=marking.language,
    )
    scribe = dialect_scribe(sheet)
    context = content(marking, scribe, score(marking, options.points) if options.points else None)
    context |= {"dialect": sheet.dialect.template, "worked": _worked(marking, sheet)}
    context["cyrillic"] = marking.language == "ru" or has_cyrillic(str(context))
    text = render(report_environment(options.templates), "report.j2", context)
    return skeleton(_BLANK_LINES.sub("\n\n", text), sheet.slots.slots).fill(sheet.numbers)


def _worked(marking: Marking, sheet: Sheet) -> dict[str, Any] | None:
    """The step of the first wrong entry, worked out; a given as it is given."""
    step = worked_step(marking)
    if step is None:
        return None
    words = {key: sheet.dialect.escape(WORDS[marking.language][key]) for key in ("worked", "worked_given")}
    if isinstance(step, Step):
        return {"text": words["worked"], "blocks": sheet.set(*lay_out(step, sheet.board))}
    given = Equation((Symbol(step), sheet.board.matrix(step)))
    return {"text": words["worked_given"], "blocks": sheet.set(given)}


def _dialect(name: str) -> Callable[[Marking, ReportOptions], bytes]:
    return lambda marking, options: _source(marking, name, options).encode()


def _pdf(marking: Marking, options: ReportOptions) -> bytes:
    engine = require(options.engine)
    source = _source(marking, engine.dialect, options)
    template = None if options.templates is None else "report.j2"
    return engine.compile(source, template=template)


def _text(marking: Marking, options: ReportOptions) -> bytes:
    from symback.marking.report_text import text_report

    found = score(marking, options.points) if options.points else None
    return text_report(marking, found, options.width, options.colour).encode("utf-8", "replace")


#: The formats of a report: from a marking and options to bytes.
FORMATS: Mapping[str, Callable[[Marking, ReportOptions], bytes]] = {
    "text": _text,
    **{name: _dialect(name) for name in DIALECTS},
    "pdf": _pdf,
    "json": _json,
}

#: The suffixes of files and the formats they stand for.
SUFFIXES: Mapping[str, str] = {"txt": "text", **{name: name for name in FORMATS if name != "text"}}


def report_format(path: Path) -> str:
    """The format that a file's suffix stands for; raises InputError for a suffix that stands for none."""
    suffix = path.suffix.removeprefix(".").lower()
    if suffix not in SUFFIXES:
        known = ", ".join(f".{name}" for name in SUFFIXES)
        raise InputError(Fault(f"the suffix tells the format: one of {known}", str(path)))
    return SUFFIXES[suffix]
