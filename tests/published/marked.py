"""Worked examples that people have published, marked as if they were papers: `make published` prints the table.

Each file states the source's own chain of formulas as a computation graph, or its network by the source's convention,
with the numbers that are given and those that are printed there (facts and figures only), and the verdict of an
independent computation on each of them.
"""

import sys
import tempfile
from pathlib import Path

import yaml

from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree
from symback.marking.check import check

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.yaml"))
#: The verdicts of symback that agree with one of the files.
AGREES = {
    "correct": ("exact",),
    "last_digit": ("close",),
    "carried": ("carried", "close", "exact"),
    "wrong": ("slip", "wrong"),
}


def read(path):
    """The exercise of a file, and its printed numbers as (name, value, verdict)."""
    tree = parse_tree(path.read_bytes(), path.name)
    exercise = exercise_from(tree.entries["exercise"], path.name, path.stem)
    rows = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return exercise, rows["printed"], rows.get("left_out", [])


def marked(path):
    """Each printed number with its verdict in the file and the mark that symback gives it."""
    exercise, printed, _ = read(path)
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder) / "printed.yaml"
        answers.write_text("".join(f'{name}: "{value}"\n' for name, value, _ in printed), encoding="utf-8")
        marks = {mark.quantity: mark for mark in check(exercise, answers).marks if mark.verdict != "missing"}
    return [(name, value, verdict, marks.get(name)) for name, value, verdict in printed]


def agrees(verdict, mark):
    """Whether a mark is what the verdict of the file asks for."""
    return mark is not None and mark.verdict in AGREES[verdict]


def main():
    total = agreed = 0
    for path in FILES:
        rows = marked(path)
        odd = [name for name, _, verdict, mark in rows if not agrees(verdict, mark)]
        total, agreed = total + len(rows), agreed + len(rows) - len(odd)
        left = read(path)[2]
        unstated = f"  not stated: {', '.join(left)}" if left else ""
        print(f"{path.stem:32} {len(rows) - len(odd):3} of {len(rows):3}{unstated}")
        for name, value, verdict, mark in rows:
            if name in odd or verdict == "wrong":
                got = f"{mark.verdict} {mark.slip or ''}" if mark else "no mark"
                print(f"  {'!' if name in odd else ' '} {name:12} {value:>16}  {verdict:10} -> {got}")
    print(f"{'all':32} {agreed:3} of {total:3}")


if __name__ == "__main__":
    sys.exit(main())
