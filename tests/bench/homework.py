"""Homework: variants a second, from the draw to whole files on the disk."""

import resource
import shutil
import sys
import tempfile
from pathlib import Path

import symback
from tests.bench import pdf
from tests.bench.timing import clock

#: What R/exams needs for the text of a comparable exercise, in seconds (quoted, not measured).
R_EXAMS = 0.05


def make(count, to, jobs=1):
    """Seconds for the homework of the paper for so many students; the first sheets of a process are not counted."""
    with tempfile.TemporaryDirectory() as folder:
        symback.vary("paper", 8, 2, Path(folder, "first"), to=to)
        return clock(lambda: symback.vary("paper", count, 1, Path(folder, "out"), to=to, jobs=jobs))


def solutions(count):
    """Seconds for worked solutions as Markdown, from the draw to the text."""
    from symback.homework.sheets import Setting, sheet_text

    def work():
        for variant in symback.variants("paper", count, 1):
            sheet_text(variant, "solution", "md", Setting())

    symback.vary("paper", 8, 2, folder := tempfile.mkdtemp(), to="md")
    shutil.rmtree(folder)
    return clock(work)


def memory(count):
    """The most memory in MiB that a process has used after making so many variants."""
    make(count, "md")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def rows(row, seconds):
    """The lines of the table, `row` and `seconds` being those of the benchmark."""
    count = 3000
    mine = make(count, "json") / count
    yield row("answer keys alone, a second", seconds(mine), "no peer", 1 / mine, 3000, unit="/s")
    mine = solutions(2000) / 2000
    against = f"R/exams, text alone {seconds(R_EXAMS)}"
    yield row("variants with worked solution as Markdown, a second", seconds(mine), against, 1 / mine, 1000, unit="/s")
    mine = make(2000, "md") / 2000
    what = "the same with problem sheet, key and files, a second"
    yield row(what, seconds(mine), against, R_EXAMS / mine, 20)
    count = 300
    one = make(count, "pdf") / count
    yield row("variants as two PDFs, pairs a second", seconds(one), "no peer", 1 / one, 30, unit="/s")
    theirs = pdf.latex()
    both = make(2 * count, "pdf", jobs=2) / (2 * count)
    against = "pdflatex, not installed" if theirs is None else f"pdflatex, one pass {seconds(theirs)}"
    for what, mine, wanted in (("one process", one, 10), ("two processes", both, 18)):
        ratio = None if theirs is None else 2 * theirs / mine
        yield row(f"a sheet of homework as PDF, {what}", seconds(mine / 2), against, ratio, wanted)
    yield row("homework as PDF by two processes", seconds(both), f"by one {seconds(one)}", one / both, 1.7)


if __name__ == "__main__":
    print(memory(int(sys.argv[1])))
