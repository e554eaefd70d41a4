"""PDF sheets: Typst kept in one process and in two, against one pass of pdflatex; all in turn, round after round."""

import multiprocessing
import shutil
import tempfile
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from operator import truediv
from pathlib import Path
from statistics import median

import symback
from tests.bench.networks import variants
from tests.bench.ours import compile_all, sources
from tests.bench.timing import clock, run, typical

#: So often each is measured; so many sheets by one process in a round, and by two.
ROUNDS, ALONE, SHARED = 9, 4, 16


def measured():
    """Seconds for a sheet from the second of a process on, and how many times sooner than pdflatex: medians of rounds.

    `latex` is one pass of pdflatex; `alone` is Typst in one process, `shared` in two; `whole` is one process from the
    numbers on: solved, laid out, printed, compiled. What is compared is of the same round, for machines change speed.
    """
    times = {"latex": [], "alone": [], "shared": [], "whole": []}
    sheets, exercises = iter(sources(2 + ROUNDS * (ALONE + SHARED), seed=2)), variants(seed=3)
    # The compiler's threads do not survive a fork.
    with latex_pass() as latex, ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        first = list(islice(sheets, 2))
        compile_all(first)
        whole([next(exercises)])
        share(pool, first)
        for _ in range(ROUNDS):
            few, many = list(islice(sheets, ALONE)), list(islice(sheets, SHARED))
            numbers = list(islice(exercises, ALONE))
            times["latex"].append(clock(latex))
            times["alone"].append(clock(lambda few=few: compile_all(few)) / ALONE)
            times["shared"].append(clock(lambda many=many: share(pool, many)) / SHARED)
            times["whole"].append(clock(lambda numbers=numbers: whole(numbers)) / ALONE)
    sooner = {name: median(map(truediv, times["latex"], each)) for name, each in times.items()}
    return {name: (median(each), sooner[name]) for name, each in times.items()}


def latex():
    """Seconds for a pass of pdflatex; None without pdflatex."""
    if shutil.which("pdflatex") is None:
        return None
    with latex_pass() as work:
        return typical(work, 7)


def share(pool, sheets):
    """Compile sheets with two processes."""
    list(pool.map(compile_all, [sheets[0::2], sheets[1::2]]))


def whole(exercises):
    """Sheets from the numbers to the PDF."""
    for exercise in exercises:
        symback.render(symback.solve(exercise), "pdf")


@contextmanager
def latex_pass():
    """One pass over the paper's sheet, the first of which is over; nothing is done where pdflatex is not installed."""
    program = shutil.which("pdflatex")
    if program is None:
        yield lambda: None
        return
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder, "sheet.tex")
        symback.write(symback.solve(symback.load("paper")), sheet)
        command = [program, "-interaction=batchmode", f"-output-directory={folder}", str(sheet)]
        run(command)
        yield lambda: run(command)
