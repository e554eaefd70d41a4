"""Clocks: medians in this process, and first times in processes of their own."""

import subprocess
import sys
import time
from compileall import compile_dir
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]


def clock(work):
    """The seconds that one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def worked(work):
    """The seconds of the processor that one call takes, whatever else the machine does."""
    start = time.process_time()
    work()
    return time.process_time() - start


def typical(work, times, prepare=None):
    """The median of several calls; `prepare` makes the argument of each, off the clock."""
    seconds = []
    for _ in range(times):
        given = () if prepare is None else (prepare(),)
        seconds.append(clock(lambda given=given: work(*given)))
    return median(seconds)


def first(module, function, *arguments, times=5):
    """The median of first calls, each in a fresh process that has imported all it needs before the clock starts."""
    code = (
        f"import sympy, {module}\n"
        "from tests.bench.timing import clock\n"
        f"print(clock(lambda: {module}.{function}(*{arguments!r})))"
    )
    return median(float(run([sys.executable, "-c", code]).stdout) for _ in range(times))


def processes(*commands, times=11):
    """The medians of the seconds that whole processes take, one after the other in turns.

    All of them are compiled, as an installed package is, and their files are in the machine's cache.
    """
    compile_dir(ROOT / "symback", quiet=1)
    for command in commands:
        run(command)
    rounds = [[clock(lambda command=command: run(command)) for command in commands] for _ in range(times)]
    return [median(each) for each in zip(*rounds, strict=True)]


def run(command):
    """A process from the project's root; anything but success stops the benchmark."""
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
