"""Updates on a student's paper: right numbers, numbers that follow, and the slips of an update."""

import pytest

import symback
from symback.document.write import render
from symback.marking.check import check


def marks(tmp_path, exercise, text, suffix=".yaml"):
    path = tmp_path / f"answers{suffix}"
    path.write_text(text, encoding="utf-8")
    found = check(exercise, path).marks
    return [mark for mark in found if mark.verdict != "missing"]


def only(tmp_path, exercise, text):
    (mark,) = marks(tmp_path, exercise, text)
    return mark.verdict, mark.slip


def only_wrong(tmp_path, exercise, text):
    return [(mark.quantity, mark.slip) for mark in marks(tmp_path, exercise, text) if mark.verdict in ("slip", "wrong")]


@pytest.fixture(name="mazur")
def _mazur():
    return symback.load("mazur")


def answers(solution, names):
    lines = []
    for name in names:
        rows, columns = solution.shape(name)
        for i, row in enumerate(solution[name].decimal(6)):
            for j, number in enumerate(row):
                index = "" if (rows, columns) == (1, 1) else f"[{i + 1}]" if columns == 1 else f"[{i + 1},{j + 1}]"
                lines.append(f'"{name}{index}": {number}')
    return "\n".join(lines)


@pytest.mark.parametrize("name", ["mazur", "adam", "momentum", "huber", "hinge", "logits"])
def test_right_numbers_are_exact(tmp_path, name):
    exercise = symback.load(name)
    solution = symback.solve(exercise)
    names = [each for each in solution.names if each not in solution.givens]
    found = marks(tmp_path, exercise, answers(solution, names))
    assert {mark.verdict for mark in found} == {"exact"}
    assert len(found) >= len(names)


def test_a_wrong_gradient_is_carried_into_the_update(tmp_path, mazur):
    text = '"dW_2[1,1]": 0.0923\n"W_2_new[1,1]": 0.35385'
    assert [(mark.verdict, mark.quantity) for mark in marks(tmp_path, mazur, text)] == [
        ("wrong", "dW_2"),
        ("carried", "W_2_new"),
    ]


def test_a_wrong_weight_is_carried_into_the_second_forward_pass(tmp_path, mazur):
    solution = symback.solve(mazur)
    wrong = 0.1432
    z = wrong * 0.05 + float(solution["W_1_new"].decimal()[0][1]) * 0.1 + 0.35
    found = marks(tmp_path, mazur, f'"W_1_new[1,1]": {wrong}\n"Z_1_new[1]": {z:.6f}')
    assert [mark.verdict for mark in found] == ["wrong", "carried"]


def test_the_updated_weights_used_too_early(tmp_path, mazur):
    solution = symback.solve(mazur)
    new = [[float(cell) for cell in row] for row in solution["W_2_new"].decimal()]
    dz = [float(row[0]) for row in solution["dZ_2"].decimal()]
    early = new[0][0] * dz[0] + new[1][0] * dz[1]
    assert only(tmp_path, mazur, f'"dA_1[1]": {early:.7f}') == ("slip", "updated_early")


def test_the_updated_weights_used_too_early_in_all_that_follows(tmp_path, mazur):
    # As a program does that updates one layer after the other; every weight on the way is written as it should be.
    right = answers(symback.solve(mazur), ["dW_2", "dA_1", "dW_1", "W_1_new", "W_2_new"])
    assert only_wrong(tmp_path, mazur, f"{right}\nL_new: 0.291027924") == [("L_new", "updated_early")]
    assert only_wrong(tmp_path, mazur, f"{right}\nL_new: 0.291027774") == []


def test_the_weights_before_the_update_used_after_it(tmp_path, mazur):
    solution = symback.solve(mazur)
    a = [float(row[0]) for row in solution["A_1_new"].decimal()]
    stale = 0.40 * a[0] + 0.45 * a[1] + 0.60
    assert only(tmp_path, mazur, f'"Z_2_new[1]": {stale:.7f}') == ("slip", "stale")


def test_the_momentum_of_the_step_before(tmp_path):
    exercise = symback.load("adam")
    solution = symback.solve(exercise)
    m, g = (float(solution[name].decimal()[0][0]) for name in ("m_W_1", "dW_1"))
    wrong = 0.9 * m + 0.1 * g
    mark = only(tmp_path, exercise, f'"m_W_1_new[1,1]": {wrong:.9f}')
    assert mark == ("slip", "stale")


@pytest.mark.parametrize(
    ("change", "slip"),
    [(lambda w, g: w + 0.5 * g, "gradient_added"), (lambda w, g: w - g, "rate_forgotten")],
)
def test_slips_of_an_update(tmp_path, mazur, change, slip):
    w, g = 0.4, float(symback.solve(mazur)["dW_2"].decimal()[0][0])
    assert only(tmp_path, mazur, f'"W_2_new[1,1]": {change(w, g):.8f}') == ("slip", slip)


def test_the_bias_correction_forgotten(tmp_path):
    exercise = symback.load("adam")
    solution = symback.solve(exercise)
    m, v = (float(solution[name].decimal()[0][0]) for name in ("m_W_1", "v_W_1"))
    wrong = 0.3 - 0.001 * m / (v**0.5 + 1e-8)
    assert only(tmp_path, exercise, f'"W_1_new[1,1]": {wrong:.10f}') == ("slip", "bias_uncorrected")


def test_the_notations_of_a_transcript(tmp_path, mazur):
    text = r"""
$$\eta = 0.5$$
$$W_{2,new} = \begin{bmatrix} 0.3589 & 0.4087 \\ 0.5113 & 0.5614 \end{bmatrix}$$
$$W_1^{new} = \begin{bmatrix} 0.1498 & 0.1996 \\ 0.2498 & 0.2995 \end{bmatrix}$$
$$A_{1,\mathrm{new}} = \begin{bmatrix} 0.5933 \\ 0.5969 \end{bmatrix}$$
$$L_{new} = 0.291$$
"""
    found = marks(tmp_path, mazur, text, ".md")
    assert {mark.quantity for mark in found} == {"eta", "W_2_new", "W_1_new", "A_1_new", "L_new"}
    assert {mark.verdict for mark in found} == {"exact"}


@pytest.mark.parametrize("name", ["mazur", "momentum"])
def test_the_sheet_is_a_paper_without_a_fault(tmp_path, name):
    exercise = symback.load(name)
    text = render(symback.solve(exercise), "md").decode().split("## Closed forms")[0].split("## Exact")[0]
    found = marks(tmp_path, exercise, text, ".md")
    assert {mark.verdict for mark in found} == {"exact", "unread"}
    read = {mark.quantity for mark in found if mark.verdict == "exact"}
    assert {"eta", "W_1_new", "A_1_new", "L_new"} <= read
