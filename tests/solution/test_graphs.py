"""Graphs and own activations against independent computations: Python's own reading of the steps, mpmath's slopes."""

import mpmath
import pytest
import yaml

from symback.document.write import render
from symback.exercise.builtin import _gallery, builtin_names, load
from symback.exercise.model import Program
from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree
from symback.solution.solution import solve

GRAPHS = [name for name in builtin_names() if isinstance(load(name).network, Program)]
FUNCTIONS = {
    "exp": mpmath.exp, "log": mpmath.log, "sqrt": mpmath.sqrt, "tanh": mpmath.tanh, "erf": mpmath.erf, "abs": abs,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)), "relu": lambda x: max(x, 0), "max": max, "min": min,
}  # fmt: skip


def steps_of(name):
    """The file of an exercise as plain text, for a reading of its own."""
    return yaml.load(_gallery().joinpath(f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def worked(steps, numbers):
    """All steps with Python's arithmetic on mpmath numbers; the texts are our own."""
    values = dict(numbers)
    for name, text in steps.items():
        values[name] = eval(text.replace("^", "**"), FUNCTIONS, values)
    return values


@pytest.mark.parametrize("name", GRAPHS)
def test_values_and_derivatives(name):
    file, solution = steps_of(name), solve(load(name), 20)
    program = solution.exercise.network
    with mpmath.workdps(50):
        numbers = {given: mpmath.mpf(text) for given, text in file["given"].items()}
        expected = worked(file["steps"], numbers)
        for by in program.by:

            def target(value, by=by):
                return worked(file["steps"], {**numbers, by: value})[program.target]

            expected[f"d{by}"] = mpmath.diff(target, numbers[by])
        expected = worked(file.get("then", {}), expected)
        for step in (*file["steps"], *(f"d{by}" for by in program.by), *file.get("then", {})):
            ((found,),) = solution[step].decimal(15)
            assert mpmath.almosteq(mpmath.mpf(found), expected[step], rel_eps=1e-13, abs_eps=1e-25), step


def test_the_well_known_numbers():
    solution = solve(load("mazur_graph"))
    assert solution["E_total"].decimal(9) == [["0.298371109"]]
    assert solution["w5_new"].decimal(8) == [["0.35891648"]]
    assert solution["w1_new"].decimal(9) == [["0.149780716"]]


def read(text):
    return exercise_from(parse_tree(text.encode(), "a.yaml"), "a.yaml", "a")


@pytest.mark.parametrize(
    "formula",
    ["z/(1+exp(-2*z))", "z^3 - 2*z", "z*sigmoid(z)", "max(0, z)*z", "log(1 + exp(3*z))/3", "abs(z) + z/8", "tanh(z)^2"],
)
@pytest.mark.parametrize("at", ["0.7", "-1.3"])
def test_own_activations(formula, at):
    layer = f'{{W: [[1]], activation: {{name: own, of: "{formula}"}}}}'
    solution = solve(read(f"x: {at}\ny: 0\nloss: half_squared_error\nlayers: [{layer}]\n"), 20)
    with mpmath.workdps(40):

        def value(z):
            return eval(formula.replace("^", "**"), FUNCTIONS, {"z": z})

        z = mpmath.mpf(at)
        slope = mpmath.diff(value, z)
        assert mpmath.almosteq(mpmath.mpf(solution["A_1"].decimal(20)[0][0]), value(z), rel_eps=1e-18)
        assert mpmath.almosteq(mpmath.mpf(solution["dA_1/dZ_1"].decimal(15)[0][0]), slope, rel_eps=1e-13)
    for to in ("md", "tex", "typ", "json"):
        assert b"own" in render(solution, to)


def test_a_name_used_twice_adds_up():
    solution = solve(read("given: {x: 3}\nsteps: {a: x^2, b: 2*x, f: a*b}\nderive: f\n"))
    assert solution["dx.1"].decimal(3) != solution["dx.2"].decimal(3)
    assert solution["dx"].decimal(3) == [["54"]]


def test_what_vanishes_is_zero():
    solution = solve(read("given: {x: 3, y: 2}\nsteps: {f: y + x - x}\nderive: f\nthen: {u: x - dx}\n"))
    assert (solution["dx"].exact, solution["u"].exact) == ([["0"]], [["3"]])


def test_the_kink_is_told():
    text = "given: {x: 2, y: 2}\nsteps: {f: 'max(x, y)'}\nderive: f\n"
    solution = solve(read(text))
    assert (solution["dx"].exact, solution["dy"].exact) == ([["0"]], [["1"]])
    assert "At a kink" in render(solution, "md").decode()


@pytest.mark.parametrize("name", builtin_names())
@pytest.mark.parametrize("to", ["md", "tex", "typ", "json", "pdf"])
def test_the_gallery_in_every_format(name, to):
    assert len(render(solve(load(name)), to)) > 500


def test_the_sheet_of_a_small_graph():
    sheet = render(solve(load("graph")), "md").decode()
    for line in (
        r"$$q = x + y = -2 + 5 = 3$$",
        r"$$f = q z = 3(-4) = -12$$",
        r"$dQ$ stands for $\frac{\partial f}{\partial Q}$.",
        r"$$\frac{\partial f}{\partial q} = dq = z = -4$$",
        r"$$\frac{\partial f}{\partial x} = dx = dq = -4$$",
    ):
        assert line in sheet
    assert "## Loss" not in sheet


def test_names_in_print():
    sheets = {to: render(solve(load("mazur_graph")), to).decode() for to in ("md", "typ")}
    assert r"w_{5,\mathrm{new}} = w_5 - \eta dw_5" in sheets["md"]
    assert r"\mathrm{net}_{h1} = w_1 i_1 + w_2 i_2 + b_1" in sheets["md"]
    assert '"net"_("h1") = w_1 i_1 + w_2 i_2 + b_1' in sheets["typ"]
