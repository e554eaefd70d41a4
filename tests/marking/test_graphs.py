"""Papers about computation graphs: own names in tables and transcripts, follow-through, slips."""

import pytest

from symback.exercise.builtin import load
from symback.marking.check import check
from symback.marking.own import own_names, spelling


def marks(tmp_path, text, name="a.yaml", exercise="mazur_graph"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return [mark for mark in check(load(exercise), path).marks if mark.verdict != "missing"]


@pytest.mark.parametrize(
    ("key", "quantity"),
    [
        ("net_h1", "net_h1"), ("net_{h1}", "net_h1"), (r"\mathrm{net}_{h1}", "net_h1"), ("w5", "w5"), ("w_5", "w5"),
        ("dw5", "dw5"), ("dE_total/dw5", "dw5"), (r"\partial E_{total}/\partial w_5", "dw5"), ("w5_new", "w5_new"),
        ("dout_o1/dnet_o1", "dout_o1/dnet_o1"), ("dE_total/dout_o1", "dout_o1"), ("out_h1.exp", "out_h1.exp"),
        ("E_total", "E_total"),
    ],
)  # fmt: skip
def test_keys(key, quantity):
    assert own_names(load("mazur_graph").network).aim(key) == (quantity, None)


def test_networks_bring_no_names():
    assert own_names(load("paper").network) is None
    assert spelling(r"\mathrm{out}_{h1}") == "outh1"


def test_names_that_differ_in_case_only(tmp_path):
    path = tmp_path / "e.yaml"
    path.write_text("given: {x: 2, X: 3}\nsteps: {a: x*X, A: x + X, e: a + A}\nderive: e\n")
    (tmp_path / "a.yaml").write_text("x: 2\nX: 3\na: 6\nA: 5\ne: 11\ndx: 4\ndX: 3\n")
    from symback.exercise.schema import read_exercise

    found = check(read_exercise(path), tmp_path / "a.yaml").marks
    assert [mark.verdict for mark in found if mark.verdict != "missing"] == ["exact"] * 7


TRANSCRIPT = r"""
$$net_{h1} = w_1 i_1 + w_2 i_2 + b_1 = 0.15 \cdot 0.05 + 0.2 \cdot 0.1 + 0.35 = 0.3775$$
$$\mathrm{out}_{h1} = \frac{1}{1+e^{-net_{h1}}} = \frac{1}{1+e^{-0.3775}} = 0.593269992$$
$$\frac{\partial E_{total}}{\partial out_{o1}} = 0.74136507$$
$$\frac{\partial out_{o1}}{\partial net_{o1}} = out_{o1}(1 - out_{o1}) = 0.75136507(1-0.75136507) = 0.186815602$$
$$\frac{\partial E_{total}}{\partial w_5} = 0.74136507 * 0.186815602 * 0.593269992 = 0.082167041$$
$$w_5^+ = w_5 - \eta * \frac{\partial E_{total}}{\partial w_5} = 0.4 - 0.5*0.082167041 = 0.35891648$$
"""


def test_a_transcript(tmp_path):
    found = marks(tmp_path, TRANSCRIPT, "paper.md")
    assert {mark.verdict for mark in found} == {"exact"}
    wanted = {"net_h1", "out_h1", "dout_o1", "dout_o1/dnet_o1", "dw5", "w5_new", "w1", "i1", "eta"}
    assert wanted <= {mark.quantity for mark in found}


def test_a_run_of_letters(tmp_path):
    text = "$$q = x + y = -2 + 5 = 3$$\n$$f = qz = 3 \\cdot (-4) = -12$$\n$$\\frac{\\partial f}{\\partial x} = -4$$\n"
    found = marks(tmp_path, text, "paper.md", "graph")
    assert {mark.verdict for mark in found} == {"exact"}
    assert {mark.quantity for mark in found} >= {"q", "f", "dx"}


def test_layers_of_others_are_not_taken_for_own_names(tmp_path):
    (found,) = marks(tmp_path, "$$Z_2 = 0.3775$$\n", "paper.md")
    assert (found.quantity, found.verdict) == (None, "unread")


def test_follow_through(tmp_path):
    first, second = marks(tmp_path, "out_h1: 0.6932\nnet_o1: 1.14588\n")
    assert first.verdict in ("wrong", "slip")
    assert (second.quantity, second.verdict) == ("net_o1", "carried")


def graph(tmp_path, given, steps, answers):
    from symback.exercise.schema import read_exercise

    path, paper = tmp_path / "e.yaml", tmp_path / "a.yaml"
    path.write_text(f"given: {{{given}}}\nsteps: {{{steps}}}\n", encoding="utf-8")
    paper.write_text(answers, encoding="utf-8")
    return {mark.quantity: mark for mark in check(read_exercise(path), paper).marks if mark.verdict != "missing"}


def test_a_part_taken_from_a_line_that_is_wrong(tmp_path):
    given, steps = "a: 1.37, b: 2.11, c: 0.53, k: 3.29", "m: a*b, s: c*k + b*a"
    right = {"m": "2.8907", "s": "4.6344"}
    assert {mark.verdict for mark in graph(tmp_path, given, steps, "m: 2.8907\ns: 4.6344\n").values()} == {"exact"}
    # 28.907 + 1.7437, though the formula of s does not name m.
    found = graph(tmp_path, given, steps, "m: 28.907\ns: 30.6507\n")
    assert [(mark.verdict, mark.slip) for mark in found.values()] == [("slip", "comma_shifted"), ("slip", "wrong_part")]
    assert found["s"].expected == right["s"]
    # Where the formula names it, it follows.
    assert graph(tmp_path, given, "m: a*b, s: c*k + m", "m: 28.907\ns: 30.6507\n")["s"].verdict == "carried"


def test_the_prediction_fed_back_for_the_target(tmp_path):
    given = "w: 0.5, v: 1, u: 0.5, h: 0.5, y: -1.25"
    steps = "p: u*h, e: (p - y)^2, z: w*h + v*y"
    found = graph(tmp_path, given, steps, "p: 0.25\ne: 2.25\nz: 0.50\n")
    assert [mark.verdict for mark in found.values()] == ["exact", "exact", "slip"]
    assert found["z"].slip == "prediction_for_target"


@pytest.mark.parametrize(
    ("answer", "slip"),
    [
        (0.31 * 0.23 + 0.1559 * 0.61 + 0.0974, "terms_crossed"),
        (0.31 * 0.23 + 0.0974, "terms_merged"),
        (0.1559 * 0.61 + 0.0974, "terms_merged"),
    ],
)
def test_a_weight_with_the_input_of_another(tmp_path, answer, slip):
    given = "w: 0.31, a: 0.61, v: 0.1559, b: 0.23, c: 0.0974"
    found = graph(tmp_path, given, "z: w*a + v*b + c", f"z: {answer:.6f}\n")
    assert (found["z"].verdict, found["z"].slip) == ("slip", slip)


def test_what_is_missing_comes_before_what_is_saturated(tmp_path):
    # Without the way over s, which would vanish were s saturated.
    steps = "s: sigmoid(x), f: s*a + x*b"
    found = graph(tmp_path, "x: 0.4, a: 1.7, b: 2.3", steps + "}\nderive: {f: [x]", "dx: 2.3\n")
    assert (found["dx"].verdict, found["dx"].slip) == ("slip", "term_dropped")
    assert "saturated" in found["dx"].also


@pytest.mark.parametrize(
    ("line", "slip"),
    [
        ("net_h1: 0.0275", "term_dropped"),
        ("dw6: -0.08266762785", "sign"),
        ("E_o1: 0.549622166", "factor_two"),
        ("E_o1: -0.370682535", "square_forgotten"),
        ("dnet_o1: 0.741365070", "slope_forgotten"),
        ("dnet_o1: 0.186815602", "upstream_forgotten"),
        ("w5_new: 0.441083520", "sign_inside"),
        ("w5_new: 0.317832959", "factor_dropped"),
        ("net_o1: 1.165232966", "name_confused"),
        ("dout_h1: 0.03022974", "updated_early"),  # through w5_new and w7_new
    ],
)
def test_slips(tmp_path, line, slip):
    (found,) = marks(tmp_path, line + "\n")
    assert found.verdict == "slip"
    named = [found.slip, *found.also]
    assert slip in named, named
