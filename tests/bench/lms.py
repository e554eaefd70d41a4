"""Exports to learning platforms: a file with many variants of the paper, each with other givens."""

import resource
import sys
import tempfile
from itertools import islice
from pathlib import Path

from symback.homework.lms import write_moodle, write_qti
from symback.homework.variant import Variant
from tests.bench.networks import variants
from tests.bench.timing import clock

#: What R/exams (exams2moodle) needs for a thousand variants of a comparable exercise, in seconds.
R_EXAMS = 100


def made(count):
    """So many variants, one at a time."""
    return (Variant(str(k), f"C{k}", exercise) for k, exercise in enumerate(islice(variants(seed=5), count)))


def moodle(count=1000):
    """Seconds for a Moodle file, from the givens to the disk."""
    with tempfile.TemporaryDirectory() as folder:
        return clock(lambda: write_moodle(Path(folder, "quiz.xml"), made(count)))


def qti(count=1000):
    """Seconds for a QTI package."""
    with tempfile.TemporaryDirectory() as folder:
        return clock(lambda: write_qti(Path(folder, "quiz.zip"), made(count)))


def memory(count):
    """The most memory in MiB that a process has used after writing so many variants."""
    moodle(count)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def rows(row, seconds):
    """The lines of the table, `row` and `seconds` being those of the benchmark."""
    mine = moodle()
    yield row("Moodle XML, 1000 variants, one core", seconds(mine), f"R/exams about {R_EXAMS} s", mine, 5, True, " s")
    package = qti()
    yield row("QTI package, 1000 variants, one core", seconds(package), "no peer", package, 30, True, " s")


if __name__ == "__main__":
    print(memory(int(sys.argv[1])))
