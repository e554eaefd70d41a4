"""Run the benchmark: `python -m tests.bench [part ...]`, parts being those of PARTS."""

import shutil
import sys
import tempfile
from compileall import compile_dir
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from symback.solution.solution import solve
from tests.bench import batches, homework, lms, marking, naive, ours, pdf, torch_eager, windows
from tests.bench.networks import LARGE, PAPER, SMALL, label, parameters, variants
from tests.bench.timing import ROOT, clock, first, processes, run, typical, worked
from tests.solution import sequences


@dataclass(frozen=True)
class Row:
    """One line of the table: `reached` is to be at least (or, with `most`, at most) `wanted`."""

    what: str
    ours: str
    against: str
    reached: float | None
    wanted: float
    most: bool = False
    unit: str = "x"

    def __str__(self):
        if self.reached is None:
            return f"{self.what:58} {self.ours:>10}  {self.against:34} skipped"
        met = self.reached <= self.wanted if self.most else self.reached >= self.wanted
        bound = f"at most {self.wanted:g}" if self.most else f"{self.wanted:g}"
        reached = f"reached {self.reached:.3g}{self.unit} (wanted {bound}{self.unit})"
        return f"{self.what:58} {self.ours:>10}  {self.against:34} {reached}{'' if met else '  MISSED'}"


def seconds(value):
    """A time that can be read."""
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "us")):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def latex():
    """All partials derived and printed; cold: the first time in a process that has imported everything."""
    for shape, cold, warm in ((SMALL, 150, 250), (PAPER, 3, 12)):
        what, runs = f"partials as LaTeX, {label(shape)}", 3 if shape == SMALL else 7
        theirs = first("tests.bench.naive", "latex", shape, times=runs)
        mine = first("tests.bench.ours", "latex", shape, times=7)
        yield Row(f"{what}, cold", seconds(mine), f"SymPy, cold {seconds(theirs)}", theirs / mine, cold)
        # Warm: both have done another network before; ours forgets its derivation, not the slopes of functions.
        ours.latex((2, 3, 1))
        naive.latex((2, 3, 1))
        theirs = typical(lambda shape=shape: naive.latex(shape), runs)
        mine = typical(lambda shape=shape: ours.latex(shape), 51)
        yield Row(f"{what}, warm", seconds(mine), f"SymPy, warm {seconds(theirs)}", theirs / mine, warm)
    long, short = len(naive.latex(SMALL)), len(ours.latex(SMALL))
    yield Row(f"length of that LaTeX, {label(SMALL)}", f"{short}", f"SymPy {long}", long / short, 200)


def growth():
    """Networks that SymPy does not finish in two minutes: seconds, and what a parameter costs."""
    each = []
    for shape in LARGE:
        mine, count = first("tests.bench.ours", "latex", shape), parameters(shape)
        each.append(mine / count)
        yield Row(f"partials as LaTeX, {label(shape)}, cold", seconds(mine), f"{count} parameters", mine, 1, True, " s")
    what = "time for a parameter, the largest of these to the smallest"
    yield Row(what, seconds(each[-1]), f"{label(LARGE[0])} {seconds(each[0])}", each[-1] / each[0], 2, True)
    one, ten = (typical(lambda steps=steps: ours.updates(steps), 9) for steps in (1, 10))
    yield Row("ten updates by Adam, 30 digits, the paper", seconds(ten), f"one {seconds(one)}", ten / one, 12, True)
    for kind in sequences.GATES:
        yield _through_time(kind)
    yield _sliding()
    yield _in_proportion("a batch of 100 samples, 30 digits, for a product", ((3, 4, 2), 10), ((3, 4, 2), 100))
    yield _in_proportion("64-64-64-10, 30 digits, for a product", ((16, 16, 16, 10), 1), ((64, 64, 64, 10), 1))


def _in_proportion(what, few, many):
    """A large batch or network against a small one, both given as widths and samples, for each product."""
    small, large = (batches.exercise(*each) for each in (few, many))
    ours.solved(large)
    pairs = [(worked(lambda: ours.solved(small)), worked(lambda: ours.solved(large))) for _ in range(9)]
    best = map(min, zip(*pairs, strict=True))
    each = [time / batches.products(*size) for time, size in zip(best, (few, many), strict=True)]
    against = f"of {few[1]} samples, {'-'.join(map(str, few[0]))} {seconds(each[0])}"
    return Row(what, seconds(each[1]), against, each[1] / each[0], 2, True)


def _sliding():
    """A 12 x 12 image against a 6 x 6 one, for each product of the sliding windows."""
    sizes = 6, 12
    small, large = map(windows.exercise, sizes)
    ours.solved(large)
    pairs = [(worked(lambda: ours.solved(small)), worked(lambda: ours.solved(large))) for _ in range(9)]
    best = map(min, zip(*pairs, strict=True))
    each = [time / windows.products(size) for time, size in zip(best, sizes, strict=True)]
    what = "two convolutions of 12 x 12, 30 digits, for a product"
    return Row(what, seconds(each[1]), f"of 6 x 6 {seconds(each[0])}", each[1] / each[0], 2, True)


def _through_time(kind):
    """Fifty times against ten, 4 units: all is multiplied once a time, so five times as long would be in proportion."""
    few, many = (sequences.exercise(kind, times=times, units=4, width=3) for times in (10, 50))
    ours.solved(many)
    pairs = [(clock(lambda: ours.solved(few)), clock(lambda: ours.solved(many))) for _ in range(9)]
    ten, fifty = (sorted(each)[4] for each in zip(*pairs, strict=True))
    what = f"{kind} over 50 times, 30 digits, for a multiplication"
    return Row(what, seconds(fifty), f"over 10 times {seconds(ten)}", fifty / ten / 5, 2, True)


def values():
    """All values of the paper with new givens each time, the derivation at hand."""
    made, what = variants(), "50 certified digits, new givens each time"
    solve(next(made), 50)
    mine = typical(lambda exercise: solve(exercise, 50), 301, prepare=lambda: next(made))
    loss, _, givens = naive.symbolic(PAPER)
    expressions = [loss, *naive.partials(PAPER)]
    theirs = typical(lambda exercise: naive.numbers(expressions, givens, exercise), 5, prepare=lambda: next(made))
    yield Row(what, seconds(mine), f"SymPy subs, evalf {seconds(theirs)}", theirs / mine, 1000)
    eager = torch_eager.run(islice(made, 302))
    if eager is None:
        yield Row(what, seconds(mine), "PyTorch float64, not installed", None, 1, True)
        return
    call, given = eager
    call(given.pop())
    theirs = typical(call, len(given), prepare=iter(given).__next__)
    yield Row(what, seconds(mine), f"PyTorch float64 {seconds(theirs)}", mine / theirs, 1, True)


def sheets():
    """A PDF from the second on against one pass of pdflatex."""
    times, installed = pdf.measured(), shutil.which("pdflatex")
    against = f"pdflatex, one pass {seconds(times['latex'][0])}" if installed else "pdflatex, not installed"
    for what, name, wanted in (
        ("a PDF sheet from the second on", "alone", 10),
        ("the same sheets by two processes", "shared", 20),
        ("a PDF sheet from the numbers on: solved, laid out, set", "whole", 4),
    ):
        mine, sooner = times[name]
        yield Row(what, seconds(mine), against, sooner if installed else None, wanted)


def whole():
    """The command line as a whole."""
    program = str(Path(sys.executable).with_name("symback"))
    with tempfile.TemporaryDirectory() as folder:
        solve = [program, "solve", "paper", "-o", str(Path(folder, "paper.md"))]
        theirs, mine, shown = processes([sys.executable, "-c", "import sympy"], solve, [program, "--help"])
    what = "symback solve paper -o x.md, the process"
    yield Row(what, seconds(mine), f"import sympy {seconds(theirs)}", mine / theirs, 2, True)
    code = "import sys; sys.argv = ['symback', '--help']\ntry:\n from symback.cli import main; main()\n"
    code += "except SystemExit: print('sympy' in sys.modules)"
    loaded = run([sys.executable, "-c", code]).stdout.splitlines()[-1] == "True"
    yield Row("symback --help imports SymPy", seconds(shown), "times it does", float(loaded), 0, True, "")


def loop():
    """What the times of two machines can be compared by."""
    total = 0
    for number in range(10**6):
        total += number * number % 7
    return total


PARTS = {
    "latex": latex,
    "growth": growth,
    "values": values,
    "pdf": sheets,
    "process": whole,
    "homework": lambda: homework.rows(Row, seconds),
    "lms": lambda: lms.rows(Row, seconds),
    "marking": lambda: marking.rows(Row, seconds),
}


def main(names):
    """Print the table, each row as soon as it is known."""
    compile_dir(ROOT / "symback", quiet=1)  # as an installed package is
    print(f"{'this machine: a loop of a million steps':58} {seconds(typical(loop, 5)):>10}", flush=True)
    for name in names or PARTS:
        for row in PARTS[name]():
            print(row, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
