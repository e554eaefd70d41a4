"""The house: imports go down the pipeline, and what is heavy is loaded when it is needed."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import symback

ROOT = Path(symback.__file__).parent
#: Each room may import the ones before it.
PIPELINE = ("errors", "exercise", "derivation", "solution", "document", "marking", "homework", "cli", "__main__")
HEAVY = ("sympy", "numpy", "typst", "jinja2", "flint", "ml_dtypes", "pylatexenc", "autograd", "mpmath")

MODULES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py"))


def room(module):
    """The rank of a module in the pipeline: `exercise/model.py` and `symback.exercise.model` alike."""
    name = module.removesuffix(".py").replace("/", ".").removeprefix("symback.").split(".")[0]
    return PIPELINE.index(name)


class Imports(ast.NodeVisitor):
    """The modules of symback that a source imports, but for what a notebook shows: (line, module)."""

    def __init__(self):
        self.found = []

    def visit_FunctionDef(self, node):
        # A quantity that shows itself is a courtesy to notebooks: loaded there, and nowhere else.
        if node.name != "_repr_markdown_":
            self.generic_visit(node)

    def visit_Import(self, node):
        self.found += [(node.lineno, alias.name) for alias in node.names]

    def visit_ImportFrom(self, node):
        assert node.level == 0, "imports are written in full"
        names = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "symback" else [node.module]
        self.found += [(node.lineno, name) for name in names]

    def own(self):
        return [(line, name) for line, name in self.found if name.split(".")[0] == "symback"]


def imports_of(module):
    visitor = Imports()
    visitor.visit(ast.parse((ROOT / module).read_text(encoding="utf-8")))
    return visitor.own()


@pytest.mark.parametrize("module", [module for module in MODULES if module != "__init__.py"])
def test_imports_go_down_the_pipeline(module):
    upwards = [f"{module}:{line} imports {name}" for line, name in imports_of(module) if room(name) > room(module)]
    assert not upwards


def test_every_room_is_in_the_pipeline():
    assert {module.removesuffix(".py").split("/")[0] for module in MODULES} - {"__init__"} == set(PIPELINE)


def test_the_front_door_imports_nothing_but_for_the_type_checker():
    tree = ast.parse((ROOT / "__init__.py").read_text(encoding="utf-8"))
    visitor = Imports()
    for node in tree.body:
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            visitor.visit(node)
    assert visitor.own() == []


def loaded_by(program):
    """The heavy packages that a program has loaded when it ends."""
    code = f"""
import json, sys
try:
    {program}
except SystemExit:
    pass
print("\\n" + json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    "program",
    [
        "import symback",
        "import symback.cli",
        "import symback; dir(symback); symback.__version__",
        "from symback.errors import SymbackError",
        "from symback import load; load('paper')",
        "import sys; sys.argv = ['symback', '--help']; from symback.cli import main; main()",
        "import sys; sys.argv = ['symback', 'solve', '--help']; from symback.cli import main; main()",
    ],
)
def test_what_does_not_need_it_loads_nothing_heavy(program):
    assert loaded_by(program) == []


def test_an_unknown_exercise_is_told_before_sympy_is_loaded():
    loaded = loaded_by("import sys; sys.argv = ['symback', 'solve', 'papper']; from symback.cli import main; main()")
    assert not {"sympy", "typst", "numpy"} & set(loaded)


def test_solving_loads_sympy_only_for_what_is_asked():
    """The PDF engine and NumPy are for those who want a sheet; symbolic algebra is for the derivation."""
    loaded = loaded_by("import symback; symback.solve(symback.load('paper'))['dW_1'].decimal()")
    assert "flint" in loaded
    assert not {"typst", "jinja2", "numpy"} & set(loaded)
