"""Marking: how right it is on synthetic papers, and how many papers it marks a second."""

import time
from pathlib import Path

from symback.exercise.builtin import load
from symback.marking.check import mark, table_answers, transcript_answers
from symback.solution.solution import solve
from tests.marking.papers import make
from tests.marking.papers.classroom import classroom
from tests.marking.papers.score import score

TRANSCRIPT = Path(__file__).parents[1] / "data" / "paper-transcript.md"
#: What is counted, the words for it, and the part that is to be reached.
RATES = (
    ("read", "numbers matched to their place", 1.0),
    ("accepted", "honest lines accepted", 1.0),
    ("carried", "lines after a slip rightly carried", 0.99),
    ("first wrong", "first wrong step found", 0.99),
    ("named", "slip named, alone or among equals", 0.95),
    ("named first", "slip named first", 0.0),
)


def processor(work, times):
    """The least processor time that a call takes: others may be busy on this machine."""
    found = []
    for _ in range(times):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def tables(count=200):
    """Seconds for one table of answers of a class, from its cells to its marks."""
    solution, students = solve(load("paper")), classroom(count)

    def work():
        for entries in students:
            mark(solution, table_answers(entries, solution, ","))

    return processor(work, 5) / count


def transcripts():
    """Seconds for the transcript of the real paper, from its text to its marks."""
    solution, text = solve(load("paper")), TRANSCRIPT.read_text(encoding="utf-8")
    return processor(lambda: mark(solution, transcript_answers(text, solution, ",")), 25)


def rows(row, seconds, *, papers=1000):
    """The lines of the table, `row` and `seconds` being those of the benchmark."""
    # The clock first: the papers below leave much in memory.
    mine = tables()
    yield row("answers of a class marked, papers a second", seconds(mine), "no peer", 1 / mine, 300, unit="/s")
    mine = transcripts()
    yield row("transcripts of the paper marked a second", seconds(mine), "no peer", 1 / mine, 30, unit="/s")
    for what, table in (("transcripts", False), ("tables", True)):
        found = score((make(seed, table=table) for seed in range(10_000, 10_000 + papers)), table=table)
        for key, words, wanted in RATES:
            missed = found.total[key] - found.right[key]
            against = f"{missed} of {found.total[key]} missed"
            rate = 100 * found.rate(key)
            yield row(f"{papers} {what}: {words}", f"{rate:.2f} %", against, rate, 100 * wanted, unit=" %")
