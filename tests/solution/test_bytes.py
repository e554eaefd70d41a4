"""The same input gives the same bytes: again, in another process, in another time zone and language."""

import hashlib
import json
import os
import subprocess
import sys

import pytest

import symback
from tests.solution.exercises import exercise

FORMATS = ("md", "tex", "typ", "json", "pdf")

PROGRAM = """
import json, sys
from tests.solution.test_bytes import digests
print(json.dumps(digests()))
"""


def made():
    """Several outputs, several functions, a cross entropy: more than one name that could change its place."""
    layers = [
        ([["0.5", "-0.25"], ["0.75", "1"], ["-1", "0.1"]], ["0.1", "0.2", "0.3"], "gelu"),
        ([["0.2", "0.4", "-0.6"], ["0.3", "-0.1", "0.9"]], None, "sigmoid"),
    ]
    return exercise(["0.3", "-0.7"], ["1", "0.25"], layers, "binary_cross_entropy")


def digests():
    """A checksum of each sheet in each format."""
    solutions = {"paper": symback.solve(symback.load("paper")), "made": symback.solve(made())}
    return {
        f"{name}.{suffix}": hashlib.sha256(symback.render(solution, suffix)).hexdigest()
        for name, solution in solutions.items()
        for suffix in FORMATS
    }


@pytest.fixture(scope="module")
def here():
    return digests()


def test_again(here):
    assert digests() == here


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "2", "TZ": "Asia/Almaty", "LC_ALL": "ru_RU.UTF-8", "SYMPY_GROUND_TYPES": "python"},
    ],
    ids=["seed 1", "seed 2"],
)
def test_in_another_process(here, environment):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == here


def test_after_other_work(here):
    """What was asked in between leaves no trace: more digits, other exercises, another order."""
    solution = symback.solve(symback.load("paper"))
    solution["dW_1"].decimal(120)
    symback.render(symback.solve(made()), "pdf")
    assert hashlib.sha256(symback.render(solution, "md")).hexdigest() == here["paper.md"]
