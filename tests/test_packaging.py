"""What a user installs: the wheel has the templates and the built-in exercises, and nothing of this machine."""

import importlib.util
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HERE = [str(ROOT), str(Path.home())]

pytestmark = [
    pytest.mark.skipif(not importlib.util.find_spec("hatchling"), reason="hatchling is not installed"),
    pytest.mark.skipif(not importlib.util.find_spec("pip"), reason="pip is not installed"),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel as pip would, from what lies in the project's folder."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    run = subprocess.run([*command, "--wheel-dir", folder, ROOT], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def shipped(folder: str, under: str) -> set[str]:
    """Name the files of a folder as they are called in the wheel."""
    return {
        f"{under}/{path.relative_to(ROOT / folder).as_posix()}"
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


def test_the_wheel_has_every_file_of_the_package_and_every_template(wheel):
    expected = shipped("symback", "symback") | shipped("templates", "symback/templates")
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert packed == expected
    assert "symback/templates/solution.j2" in packed
    assert "symback/exercise/gallery/paper.yaml" in packed


def test_the_wheel_has_its_command_and_its_licence(wheel):
    names = wheel.namelist()
    (entry,) = [name for name in names if name.endswith("entry_points.txt")]
    assert "symback = symback.cli:main" in wheel.read(entry).decode()
    assert any(name.endswith("LICENSE") for name in names)


def test_the_wheel_names_no_place_on_this_machine(wheel):
    for name in wheel.namelist():
        content = wheel.read(name).decode("utf-8", "replace")
        assert not any(re.search(re.escape(place) + r"\b", content) for place in HERE if len(place) > 1), name


def test_the_unpacked_wheel_finds_its_templates_inside_itself(wheel, tmp_path):
    wheel.extractall(tmp_path)
    code = "from symback.document.environment import environment, shipped; print(shipped());"
    code += "print(*environment().jinja.list_templates())"
    command = [sys.executable, "-P", "-c", code]
    environment = {"PYTHONPATH": str(tmp_path), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert run.returncode == 0, run.stderr
    place, templates = run.stdout.splitlines()
    assert Path(place) == (tmp_path / "symback" / "templates").resolve()
    assert "solution.j2" in templates.split()


def test_the_constraints_pin_every_requirement_and_name_no_place():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9][\w.]*", pin) for pin in pins)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = [project["project"]["dependencies"], project["build-system"]["requires"]]
    groups += project["project"]["optional-dependencies"].values()
    wanted = [re.split(r"[^\w-]", requirement)[0] for group in groups for requirement in group]
    names = {name.replace("_", "-").lower() for name in wanted}
    assert names <= {pin.partition("==")[0] for pin in pins}
