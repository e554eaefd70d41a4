"""Central differences: exact ones against mpmath, those of the machine against Python's own floats, their errors."""

import json
import math
import struct
from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy
import pytest
from hypothesis import HealthCheck, assume, given, settings

import symback
from symback.document.json_form import solution_json
from symback.exercise.builtin import load
from symback.exercise.model import Check
from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree
from symback.solution.gradient_check import CHECKED, gap, gradient_check
from tests.solution.exercises import exercises, numeral
from tests.solution.test_networks import loss, matrices, real, smooth

SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(text):
    return exercise_from(parse_tree(text.encode(), "a.yaml"), "a.yaml", "a")


def checked(exercise, step="1e-4"):
    names = tuple(name for name in exercise.givens if name.startswith(("W_", "b_")))
    sheet = replace(exercise.sheet, check=Check(numeral(step), names))
    return gradient_check(symback.solve(replace(exercise, sheet=sheet)))


def as_mpf(value):
    """The middle of a rational or a ball."""
    if hasattr(value, "mid"):
        mantissa, exponent = value.mid().man_exp()
        return mpmath.mpf(int(mantissa)) * mpmath.mpf(2) ** int(exponent)
    return mpmath.mpf(int(value.p)) / int(value.q)


@SETTINGS
@given(exercises())
def test_exact_differences_against_mpmath(exercise):
    network = exercise.network
    with mpmath.workdps(120):
        givens = matrices(exercise, real)
        assume(smooth(network, givens))
        h = mpmath.mpf(1) / 10**4
        for row in checked(exercise).rows[:12]:
            at = divmod(row.place, exercise.givens[row.name].shape[1])
            kept = givens[row.name][at[0]][at[1]]
            sides = []
            for step in (h, -h):
                givens[row.name][at[0]][at[1]] = kept + step
                sides.append(loss(network, givens))
            givens[row.name][at[0]][at[1]] = kept
            expected = (sides[0] - sides[1]) / (2 * h)
            # What vanishes comes out as 0 here, and as the rounding of 120 digits there.
            allowed = abs(expected) * mpmath.mpf(10) ** -38 + mpmath.mpf(10) ** -90
            assert abs(as_mpf(row.difference) - expected) <= allowed


RATIONAL = """
x: [1.3, -0.7]
y: [0.4]
layers:
- {W: [[0.3, 0.9], [1.1, -0.4]], b: [0.2, 0.1], activation: relu}
- {W: [[0.7, -1.2]], b: 0.05}
loss: squared_error
show: {gradient_check: 1e-3}
"""


def rounded(value, form):
    return struct.unpack("f", struct.pack("f", value))[0] if form == "float32" else value


def written_out(numbers, form):
    """The loss of the network above as a program has it: every operation rounded, in the order of the sheet."""

    def go(value):
        return rounded(value, form)

    def line(weights, inputs, bias):
        total = go(weights[0] * inputs[0])
        for w, x in zip(weights[1:], inputs[1:], strict=True):
            total = go(total + go(w * x))
        return go(total + bias)

    w1, b1, w2, b2 = numbers["W_1"], numbers["b_1"], numbers["W_2"], numbers["b_2"]
    hidden = [max(0.0, line(w1[2 * k : 2 * k + 2], numbers["X"], b1[k])) for k in range(2)]
    off = go(line(w2, hidden, b2[0]) - numbers["y"][0])
    return go(off * off)


@pytest.mark.parametrize("form", CHECKED)
def test_the_machine_does_what_a_program_does(form):
    """Bit by bit, where there are no elementary functions: float64 by Python, float32 by rounding each operation."""
    exercise = read(RATIONAL)
    numbers = {
        name: [rounded(float(cell.value), form) for row in given.rows for cell in row]
        for name, given in exercise.givens.items()
    }
    h = rounded(1e-3, form)
    check = gradient_check(symback.solve(exercise))
    assert len(check.rows) == 9
    for row in check.rows:
        sides = []
        for step in (h, -h):
            entries = list(numbers[row.name])
            entries[row.place] = rounded(entries[row.place] + step, form)
            sides.append(written_out({**numbers, row.name: entries}, form))
        expected = rounded(rounded(sides[0] - sides[1], form) / rounded(h + h, form), form)
        assert row.cells[form].value == Fraction(expected), (row.name, row.place)


def test_the_error_is_a_third_derivative():
    """f = exp(x): the difference is exp(x) sinh(h)/h, so its error is h^2/6 and a little more."""
    for step in ("0.1", "1e-2", "1e-6"):
        text = f"given: {{x: 2}}\nsteps: {{f: exp(x)}}\nderive: f\nshow: {{gradient_check: {step}}}\n"
        check = gradient_check(symback.solve(read(text)))
        (row,) = check.rows
        h = mpmath.mpf(step)
        with mpmath.workdps(40):
            assert float(row.error.value) == pytest.approx(float(mpmath.sinh(h) / h - 1), rel=0.03)
        found = check.truncation()
        with mpmath.workdps(40):
            assert float(as_mpf(found.third)) == pytest.approx(math.exp(2), rel=0.01)
            assert float(as_mpf(found.ratio)) == pytest.approx(4, rel=0.01)


def test_a_square_has_no_error():
    check = gradient_check(symback.solve(read(RATIONAL)))
    assert check.truncation() is None
    assert all(row.error.value == 0 for row in check.rows)


def test_the_paper_in_float32():
    """289 and its neighbour lie 3e-5 apart: a loss that moves by 1.6e-9 at most does not move at all."""
    check = gradient_check(symback.solve(load("gradient_check")))
    assert all(row.cells["float32"].value == 0 for row in check.rows)
    assert all(row.cells["float64"].error.value < Fraction(1, 1000) for row in check.rows)
    found = check.rounding("float32")
    assert len(found.lost) == len(check.rows) == 16
    assert found.gap == Fraction(float(numpy.spacing(numpy.float32(289))))
    steepest = max(abs(float(text)) for row in symback.solve(load("paper"))["dW_2"].decimal() for text in row)
    assert float(found.change) == pytest.approx(2e-4 * steepest, rel=0.01)
    assert not check.rounding("float64").lost
    assert check.rounding("float64").shift * Fraction(2, 10**4) == check.rounding("float64").gap


def test_a_zero_that_has_another_reason():
    """In float32 an entry may come out as 0 although its two losses lie many numbers apart: it counts as an error."""
    text = "given: {x: 1, y: 1000}\nsteps: {p: x*y, f: p - y}\nderive: {f: [x]}\nshow: {gradient_check: 1e-8}\n"
    found = gradient_check(symback.solve(read(text))).rounding("float32")
    assert not found.lost
    assert found.worst.cells["float32"].value == 0


@pytest.mark.parametrize("value", [289.0, 1.0, 0.999, 1e-30, 3e38])
def test_the_gap_between_neighbours(value):
    assert gap("float64", Fraction(value)) == Fraction(math.ulp(value))
    assert gap("float32", Fraction(value)) == Fraction(float(numpy.spacing(numpy.float32(value))))


def test_kinks_between_the_points():
    """The first unit lies exactly at its kink: what moves it has two slopes, what does not has none."""
    exercise = load("relu_kink")
    check = checked(exercise)
    bent = {(row.name, row.place) for row in check.rows if row.bent}
    assert bent == {("W_1", 0), ("W_1", 1), ("b_1", 0)}
    # The kink of |x| at 0, of relu within h, and none within h.
    for text, expected in (("abs(x)", True), ("relu(x - 0.00005)", True), ("relu(x - 0.001)", False)):
        graph = f"given: {{x: 0}}\nsteps: {{f: {text}}}\nderive: f\nshow: {{gradient_check: 1e-4}}\n"
        (row,) = gradient_check(symback.solve(read(graph))).rows
        assert row.bent is expected, text


def test_outside_the_domain():
    """ln(x) at 0.00005 has no value at x - h; the sheet says so, and the JSON has nothing in its place."""
    text = "given: {x: 0.00005, y: 1}\nsteps: {f: log(x) + y}\nderive: f\nshow: {gradient_check: 1e-4}\n"
    solution = symback.solve(read(text))
    first, second = gradient_check(solution).rows
    assert first.difference is None
    assert first.error is None
    assert float(as_mpf(second.difference)) == 1
    sheet = symback.render(solution, "md").decode()
    assert "For entries of $dx$ the program is not defined at one of the two points: h is too large." in sheet
    entry, _ = json.loads(solution_json(solution))["gradient_check"]["entries"]
    assert (entry["entry"], entry["difference"], entry["error"]) == ("dx", None, None)


@pytest.mark.parametrize("step", ["1e-300", "1"])
def test_steps_that_are_hardly_of_use(step):
    exercise = read(f"given: {{x: 2}}\nsteps: {{f: exp(-x)}}\nderive: f\nshow: {{gradient_check: {step}}}\n")
    (row,) = gradient_check(symback.solve(exercise)).rows
    expected = math.exp(-2) * (1 if step != "1" else math.sinh(1))
    assert float(as_mpf(row.difference)) == pytest.approx(-expected)
    symback.render(symback.solve(exercise), "typ")
    symback.render(symback.solve(exercise), "json")


def test_the_json():
    data = json.loads(solution_json(symback.solve(load("rosenbrock"))))["gradient_check"]
    assert data["step"] == "1/100000"
    first = data["entries"][0]
    assert (first["entry"], first["exact"], first["kink"]) == ("dx", "-215.6", False)
    # (f(x + h) - f(x - h)) / 2h of 100 (y - x^2)^2 + (1 - x)^2 is f' + 400 x h^2.
    assert first["difference"] == "-215.6000000"
    assert Fraction(first["error"]) == Fraction("2.2e-10")
    assert float(first["float64"]) == pytest.approx(-215.6, rel=1e-8)
    assert "gradient_check" not in json.loads(solution_json(symback.solve(load("graph"))))


def test_nothing_is_checked_unless_asked():
    assert gradient_check(symback.solve(load("paper"))) is None
