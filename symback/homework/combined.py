"""All sheets in one PDF, each on a page of its own: for printing a class's homework in one go."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from symback.document.engines import require
from symback.document.escapes import has_cyrillic
from symback.errors import Fault, InputError
from symback.homework.making import Job, compiled
from symback.homework.sheets import sheet_text
from symback.homework.variant import Variant

#: A sheet takes about 1.3 MB while a PDF is made; 500 sheets stay below a gigabyte.
MOST_COMBINED = 500


@dataclass(frozen=True)
class Seam:
    """Where a source is cut: its body lies after `begin` and before `end`; `between` begins a new page.

    What a teacher's template has without these marks is set whole, one after the other.
    """

    begin: re.Pattern[str]
    end: str
    between: str


SEAMS = {
    "typ": Seam(re.compile(r"(?m)^(?=#heading\(level: 1\))"), "", "\n#pagebreak(weak: true)\n"),
    "tex": Seam(re.compile(r"\\begin\{document\}"), "\\end{document}", "\n\\clearpage\\setcounter{page}{1}\n"),
}


def check_count(count: int) -> None:
    """Refuse more sheets than fit in memory, before anything is made; raises InputError."""
    if count > MOST_COMBINED:
        message = f"puts at most {MOST_COMBINED} sheets into one PDF, got {count:,}; make the class in parts"
        raise InputError(Fault(message, field="--combined"))


def combined(job: Job, variants: Sequence[Variant], kind: str) -> bytes:
    """One PDF of all sheets of a kind; raises EngineError and TemplateError as the single sheets do."""
    dialect = require(job.engine).dialect
    cyrillic = any(has_cyrillic(variant.name + variant.id) for variant in variants)
    sources = [sheet_text(variant, kind, dialect, job.setting, cyrillic=cyrillic) for variant in variants]
    return compiled(job, joined(sources, SEAMS[dialect]), kind)


def joined(sources: Sequence[str], seam: Seam) -> str:
    """Sources with the same beginning and end as one."""
    start, end = _begin(sources[0], seam), _end(sources[0], seam)
    bodies = [source[_begin(source, seam) : _end(source, seam)] for source in sources]
    return sources[0][:start] + seam.between.join(bodies) + sources[0][end:]


def _begin(source: str, seam: Seam) -> int:
    found = seam.begin.search(source)
    return found.end() if found else 0


def _end(source: str, seam: Seam) -> int:
    return source.rfind(seam.end) if seam.end and seam.end in source else len(source)
