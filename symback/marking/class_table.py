"""A marked class in the terminal: a table with a row per student."""

from __future__ import annotations

import io
from collections.abc import Sequence

from symback.document.escapes import visible
from symback.marking.class_report import Student
from symback.marking.marks import VERDICTS
from symback.marking.report_content import hundredths
from symback.marking.report_text import COLOURS, SIGNS, WIDEST
from symback.marking.report_words import WORDS
from symback.marking.scribe import text_scribe


def class_table(marked: Sequence[Student], width: int = 80, colour: bool = False) -> str:
    """The class as text: who, how often each verdict was given, points, the first wrong entry and its slip."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not marked:
        return ""
    words = WORDS[marked[0].marking.language]
    pointed = any(student.score for student in marked)
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold" if colour else "")
    table.add_column(words["student"], overflow="fold", min_width=8)
    for verdict in VERDICTS:
        table.add_column(Text(SIGNS[verdict]), justify="right", style=COLOURS[verdict], no_wrap=True)
    if pointed:
        table.add_column(words["earned"], justify="right", no_wrap=True)
    table.add_column(words["first_step"], overflow="fold", min_width=10)
    for student in marked:
        table.add_row(*map(Text, _cells(student, pointed)))
    legend = "  ".join(f"{SIGNS[verdict]} {words[verdict]}" for verdict in VERDICTS)
    unread = sum(student.marking.counts["unread"] > 0 for student in marked)
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=max(60, min(width, WIDEST)),
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    console.print(table)
    console.print(Text(f"\n{legend}\n{words['class_counts'].format(count=len(marked), unread=unread)}"))
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _cells(student: Student, pointed: bool) -> list[str]:
    counts = student.marking.counts
    who = visible(f"{student.id} {student.name}".strip())
    cells = [who, *(str(counts[verdict]) for verdict in VERDICTS)]
    if pointed and student.score:
        scribe = text_scribe(student.marking)
        cells.append("/".join(scribe.number(hundredths(part)) for part in (student.score.earned, student.score.total)))
    first = student.first_entry
    return [*cells, f"{first}: {student.slip_said}" if student.slip else first]
