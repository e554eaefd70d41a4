"""Homework: variants a second, from the draw to whole files on the disk."""

import resource
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

import symback
from symback.homework.folder import HomeworkFolder
from symback.homework.making import Task
from symback.homework.making import make as make_some
from symback.homework.roster import Student
from symback.homework.run import order
from tests.bench import pdf
from tests.bench.timing import clock, run

#: What R/exams needs for the text of a comparable exercise, in seconds (quoted, not measured).
R_EXAMS = 0.05


def make(count, to):
    """Seconds for the homework of the paper for so many students; the first sheets of a process are not counted."""
    with tempfile.TemporaryDirectory() as folder:
        symback.vary("paper", 8, 2, Path(folder, "first"), to=to)
        return clock(lambda: symback.vary("paper", count, 1, Path(folder, "out"), to=to))


def keys(count):
    """Seconds for answer keys, from the draw to the bytes: what is left is the disk's."""
    job = order("paper", count, 1, to="json").job
    tasks = [Task(Student(str(number)), 0, tuple(job.files(str(number)))) for number in range(1, count + 1)]
    make_some(job, tasks[:8])
    return clock(lambda: [make_some(job, (task,)) for task in tasks])


def files(count, size=6000):
    """Seconds for so many files of the size of a key, each written whole under another name and renamed."""
    with tempfile.TemporaryDirectory() as folder:
        room, data = HomeworkFolder(Path(folder)), b"x" * size
        return clock(lambda: [room.write(f"{number}.json", data) for number in range(count)])


def commands(count):
    """Seconds for the homework as PDF by one process and by two, as whole commands, their start included."""
    program = str(Path(sys.executable).with_name("symback"))
    with tempfile.TemporaryDirectory() as folder:
        out = (str(Path(folder, str(number))) for number in range(99))
        vary = [program, "vary", "paper", "-n", str(count), "--seed", "1", "--to", "pdf"]
        # A new folder each time: one that is there would be found complete.
        return [
            median([clock(lambda jobs=jobs: run([*vary, "-o", next(out), "--jobs", jobs])) for _ in range(2)])
            for jobs in ("1", "2")
        ]


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
    mine, disk = keys(count) / count, files(count) / count
    yield row("answer keys, from the draw to the bytes, a second", seconds(mine), "no peer", 1 / mine, 3000, unit="/s")
    mine = make(count, "json") / count
    yield row("the same, as files", seconds(mine), f"the disk alone {seconds(disk)}", 1 / mine, 3000, unit="/s")
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
    count = 1000
    whole, both = (each / count for each in commands(count))
    against = "pdflatex, not installed" if theirs is None else f"pdflatex, one pass {seconds(theirs)}"
    for what, mine, wanted in (("one process", one, 10), ("two processes", both, 18)):
        ratio = None if theirs is None else 2 * theirs / mine
        yield row(f"a sheet of homework as PDF, {what}", seconds(mine / 2), against, ratio, wanted)
    what = f"symback vary -n {count} --jobs 2, the command"
    yield row(what, seconds(count * both), f"by one {seconds(count * whole)}", whole / both, 1.7)


if __name__ == "__main__":
    print(memory(int(sys.argv[1])))
