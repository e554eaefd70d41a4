"""The README's files, commands and shown outputs are as it says."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
FENCES = re.findall(r"^```(\w+) ?([\w.-]*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
#: What stands for lines that are not shown.
LEFT_OUT = "…"


def sessions():
    """Every command with what is shown below it."""
    for kind, _, text in FENCES:
        if kind == "console":
            for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                yield command, output


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the README's files, where its commands run one after the other."""
    made = tmp_path_factory.mktemp("readme")
    for _, name, text in FENCES:
        if name:
            (made / name).write_text(text)
    return made


def run(command, folder):
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "COLUMNS": "120"}
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


def agrees(shown, real):
    """Whether the shown lines are those of the real output, in order, with others only where dots stand."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == LEFT_OUT else re.escape(line) + r"\n" for line in shown.rstrip("\n").split("\n")
    )
    return re.fullmatch(pattern, real.rstrip("\n") + "\n") is not None


def test_the_commands_run_as_written_and_show_what_is_shown(folder):
    commands = [(command, output) for command, output in sessions() if not command.startswith("make ")]
    assert len(commands) >= 5
    for command, output in commands:
        done = run(command, folder)
        assert "Traceback" not in done.stderr, command
        assert agrees(output, done.stdout + done.stderr), (command, done.stdout + done.stderr)


def test_the_make_targets_are_there():
    for command, _ in sessions():
        if command.startswith("make "):
            assert re.search(rf"^{command.removeprefix('make ')}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_the_python_session(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = "".join(text for kind, _, text in FENCES if kind == "pycon")
    test = doctest.DocTestParser().get_doctest(text, {}, "README", "README.md", 0)
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(test)
    assert runner.summarize(verbose=False).failed == 0
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")


def test_what_the_readme_refers_to_is_there():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_activation_that_is_shown_can_be_added():
    from symback.derivation.functions import Activation

    row = re.search(r"^    (Activation\(.*\)),$", README, re.MULTILINE)[1]
    arguments = re.findall(r'"([^"]*)"', row)
    function = Activation(arguments[0], arguments[1], symbol=arguments[2]).function
    assert function.derivative("z").formula is not None
