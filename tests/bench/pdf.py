"""PDF sheets: Typst kept in one process and in two, against one pass of pdflatex."""

import multiprocessing
import shutil
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import symback
from tests.bench.ours import compile_all, sources
from tests.bench.timing import clock, run, typical

SHEETS = 24


def typst():
    """Seconds for a sheet from the second on, in this process."""
    sheets = sources(SHEETS + 1, seed=2)
    compile_all(sheets[:1])
    remaining = iter(sheets[1:])
    return typical(lambda sheet: compile_all([sheet]), SHEETS, prepare=lambda: next(remaining))


def typst_whole():
    """Seconds for a sheet from the numbers to the PDF: solved, laid out, printed, compiled."""
    from tests.bench.networks import variants

    made = variants(seed=3)
    symback.render(symback.solve(next(made)), "pdf")
    return typical(lambda exercise: symback.render(symback.solve(exercise), "pdf"), SHEETS, prepare=lambda: next(made))


def typst_by_two():
    """Seconds for a sheet when two processes share the work; both have made a first one."""
    sheets = sources(2 * SHEETS + 2, seed=4)
    halves = [sheets[2:][half::2] for half in (0, 1)]
    # The compiler's threads do not survive a fork.
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(compile_all, [[sheet] for sheet in sheets[:2]]))
        return clock(lambda: list(pool.map(compile_all, halves))) / (2 * SHEETS)


def pdflatex():
    """Seconds for one pass over the paper's sheet; None without pdflatex."""
    program = shutil.which("pdflatex")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder, "sheet.tex")
        symback.write(symback.solve(symback.load("paper")), sheet)
        command = [program, "-interaction=batchmode", f"-output-directory={folder}", str(sheet)]
        run(command)
        return typical(lambda: run(command), 7)
