"""Papers written by a convention: names, follow-through, slips; the sheet itself as a paper."""

import pytest

import symback
from symback.exercise.builtin import load
from symback.marking.check import check
from symback.marking.own import own_names

CONVENTIONS = ("net_out", "delta_rule", "io_err", "superscripts")


def marks(tmp_path, text, exercise, name="paper.md"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return [mark for mark in check(load(exercise), path).marks if mark.verdict != "missing"]


@pytest.mark.parametrize(
    ("exercise", "key", "quantity"),
    [
        ("net_out", r"\mathrm{net}_{h1}", "net_h1"),
        ("net_out", "target_o1", "t1"),
        ("net_out", "x_1", "i1"),
        ("net_out", "w_5", "w5"),
        ("net_out", r"\partial E_{total}/\partial w_5", "dw5"),
        ("net_out", "dE_o1/dw5", "dw5"),
        ("net_out", "dE_o1/dout_o1", "dout_o1"),
        ("net_out", "dE_o1/dnet_o1", "dnet_o1"),
        ("net_out", "dE_total/dnet_h1", "dnet_h1"),
        ("net_out", r"\delta_{o1}", "dnet_o1"),
        ("net_out", "dE_o2/dout_h1", "dE_o2/dout_h1"),
        ("net_out", "target_o1_new", "target_o1_new"),
        ("delta_rule", r"\Delta w_{01}", "Delta_w01"),
        ("delta_rule", "Delta_w01", "Delta_w01"),
        ("delta_rule", "out_h1", "o_h1"),
        ("delta_rule", "out_h1_new", "o_h1_new"),
        ("delta_rule", "w_{h1,x1}", "w1"),
        ("delta_rule", "w_{o1,h1}", "w3"),
        ("delta_rule", "dE/dnet_o1", "dnet_o1"),
        ("delta_rule", "dE/dw_3", "dw3"),
        ("io_err", "w_{14}", "w14"),
        ("io_err", "w_{1,4}", "w14"),
        ("io_err", "w04", "theta_4"),
        ("io_err", r"\theta_4", "theta_4"),
        ("io_err", r"\delta_6", "Err_6"),
        ("io_err", "O_2", "x2"),
        ("io_err", "T", "T"),
        ("io_err", "eta", "l"),
        ("io_err", "dE/dI_6", "dI_6"),
    ],
)
def test_keys(exercise, key, quantity):
    assert own_names(load(exercise).network).aim(key) == (quantity, None)


def test_superscripts_bring_no_names_of_their_own():
    assert own_names(load("superscripts").network) is None


@pytest.mark.parametrize("exercise", CONVENTIONS)
def test_the_sheet_is_a_right_paper(tmp_path, exercise):
    sheet = symback.render(symback.solve(load(exercise)), "md").decode()
    (tmp_path / "sheet.md").write_text(sheet[: sheet.index("## Closed")] if "## Closed" in sheet else sheet)
    text = (tmp_path / "sheet.md").read_text().partition("## Exact")[0]
    (tmp_path / "sheet.md").write_text(text)
    found = check(load(exercise), tmp_path / "sheet.md").marks
    assert {mark.verdict for mark in found if mark.verdict != "unread"} == {"exact"}
    # What is not read: numbers in prose, the sentence about the short form, definitions for any z.
    unread = [mark.written for mark in found if mark.verdict == "unread"]
    assert len([text for text in unread if any(sign in text for sign in "._=")]) <= 2, unread


@pytest.mark.parametrize("exercise", CONVENTIONS)
def test_answers_by_the_names_of_the_contract(tmp_path, exercise):
    solution = symback.solve(load(exercise))
    lines = [
        f"{name}: {rows[0][0] if solution.shape(name) == (1, 1) else rows}".replace("'", "")
        for name in solution
        if (rows := solution[name].decimal(9))
    ]
    found = marks(tmp_path, "\n".join(lines) + "\n", exercise, "answers.yaml")
    assert {mark.verdict for mark in found} == {"exact"}


NET_OUT = r"""
$$net_{h1} = w_1 * i_1 + w_2 * i_2 + b_1 * 1 = 0.15 * 0.05 + 0.2 * 0.1 + 0.35 * 1 = 0.3775$$
$$out_{h1} = \frac{1}{1+e^{-net_{h1}}} = \frac{1}{1+e^{-0.3775}} = 0.593269992$$
$$net_{o1} = w_5 * out_{h1} + w_6 * out_{h2} + b_2 * 1 = 0.4 * 0.593269992 + 0.45 * 0.596884378 + 0.6 * 1 = 1.105905967$$
$$E_{o1} = \frac{1}{2}(target_{o1} - out_{o1})^{2} = \frac{1}{2}(0.01 - 0.75136507)^{2} = 0.274811083$$
$$\frac{\partial E_{total}}{\partial out_{o1}} = -(target_{o1} - out_{o1}) = -(0.01 - 0.75136507) = 0.74136507$$
$$\frac{\partial out_{o1}}{\partial net_{o1}} = out_{o1}(1 - out_{o1}) = 0.75136507(1 - 0.75136507) = 0.186815602$$
$$\frac{\partial E_{total}}{\partial w_5} = \frac{\partial E_{total}}{\partial out_{o1}} * \frac{\partial out_{o1}}{\partial net_{o1}} * \frac{\partial net_{o1}}{\partial w_5} = 0.74136507 * 0.186815602 * 0.593269992 = 0.082167041$$
$$\delta_{o1} = 0.138498562$$
$$\frac{\partial E_{total}}{\partial w_5} = \delta_{o1} out_{h1} = 0.138498562 \cdot 0.593269992 = 0.082167041$$
$$w_5^{+} = w_5 - \eta * \frac{\partial E_{total}}{\partial w_5} = 0.4 - 0.5 * 0.082167041 = 0.35891648$$
$$\frac{\partial E_{o1}}{\partial out_{h1}} = \frac{\partial E_{o1}}{\partial net_{o1}} * \frac{\partial net_{o1}}{\partial out_{h1}} = 0.138498562 * 0.40 = 0.055399425$$
$$\frac{\partial E_{total}}{\partial out_{h1}} = \frac{\partial E_{o1}}{\partial out_{h1}} + \frac{\partial E_{o2}}{\partial out_{h1}} = 0.055399425 + -0.019049118 = 0.036350306$$
$$\frac{\partial E_{total}}{\partial w_1} = 0.036350306 * 0.241300709 * 0.05 = 0.000438568$$
"""  # noqa: E501

DELTA = r"""
$$net_{h1} = w_{01} + w_1 x_1 + w_2 x_2 = 0.1 + 0.1 \cdot 1 + 0.1 \cdot 0 = 0.2$$
$$\delta_{o1} = o_{o1}(1 - o_{o1})(t_1 - o_{o1}) = 0.538668(1 - 0.538668)(1 - 0.538668) = 0.114643$$
$$\delta_{h1} = o_{h1}(1-o_{h1}) w_3 \delta_{o1} = 0.549834 \cdot 0.450166 \cdot 0.1 \cdot 0.114643 = 0.0028376$$
$$\Delta w_{01} = \eta\delta_{h1} = 0.3 \cdot 0.0028376 = 0.00085128$$
$$\Delta w_3 = \eta \delta_{o1} o_{h1} = 0.3 \cdot 0.114643 \cdot 0.549834 = 0.0189104$$
$$w_3^{new} = w_3 + \Delta w_3 = 0.1 + 0.0189104 = 0.1189104$$
$$\frac{\partial E}{\partial w_3} = -0.063035$$
$$\frac{\partial E}{\partial net_{o1}} = -0.114643$$
"""

IO_ERR = r"""
$$I_4 = 0.2 + 0 - 0.5 - 0.4 = -0.7$$
$$O_4 = \frac{1}{1+e^{0.7}} = 0.332$$
$$Err_6 = (0.474)(1 - 0.474)(1 - 0.474) = 0.1311$$
$$Err_5 = (0.525)(1 - 0.525)(0.1311)(-0.2) = -0.0065$$
$$Err_4 = (0.332)(1 - 0.332)(0.1311)(-0.3) = -0.0087$$
$$w_{46} = -0.3$$
$$w_{46}^{new} = -0.3 + (0.9)(0.1311)(0.332) = -0.261$$
$$w_{14}^{new} = 0.2 + (0.9)(-0.0087)(1) = 0.192$$
$$\theta_6^{new} = 0.1 + (0.9)(0.1311) = 0.218$$
"""

SUPERSCRIPTS = r"""
$$Z^{[1]} = W^{[1]} X + b^{[1]} = \begin{bmatrix} 1 \\ -0.4 \\ 0.3 \end{bmatrix}$$
$$a^{[1]}_1 = \tanh(1) = 0.761594$$
$$a_2^{[1]} = -0.379949$$
$$z^{[2]} = 0.79633$$
$$dz^{[2]} = a^{[2]} - y = -0.310811$$
$$dW^{[2]} = dZ^{[2]} A^{[1]T} = [-0.236712 \quad 0.118092 \quad -0.090543]$$
$$\frac{\partial L}{\partial W^{[1]}_{11}} = -0.07832$$
$$W^{[1]}_{12} = -0.2$$
"""


def verdicts(found):
    return {(mark.quantity, mark.verdict) for mark in found if mark.verdict != "exact"}


def test_a_paper_in_net_and_out(tmp_path):
    found = marks(tmp_path, NET_OUT, "net_out")
    assert verdicts(found) == set()
    assert {"dw5", "w5_new", "dnet_o1", "dE_o1/dout_h1", "dE_o2/dout_h1", "dout_h1", "dw1", "t1", "b1", "b2"} <= {
        mark.quantity for mark in found
    }


def test_a_paper_with_deltas(tmp_path):
    found = marks(tmp_path, DELTA, "delta_rule")
    assert verdicts(found) == set()
    assert {"delta_o1", "delta_h1", "Delta_w3", "w3_new", "dw3", "dnet_o1"} <= {mark.quantity for mark in found}


def test_a_paper_with_errors_of_units(tmp_path):
    """The example as it is printed: Err_6 is cut off, and nothing else is to be said against it."""
    found = marks(tmp_path, IO_ERR, "io_err")
    assert {quantity for quantity, _ in verdicts(found)} == {"Err_6"}
    assert {mark.verdict for mark in found} == {"exact", "close"}


def test_a_paper_with_superscripts(tmp_path):
    found = marks(tmp_path, SUPERSCRIPTS, "superscripts")
    assert verdicts(found) == set(), [(mark.quantity, mark.written, mark.expected) for mark in found]
    assert ("dW_1", (1, 1)) in {(mark.quantity, mark.index) for mark in found}


def test_the_other_sign_of_delta(tmp_path):
    """dE/dnet for delta: that is said once; what is made of it follows, and the new weight is right again."""
    text = r"""
$$\delta_{o1} = (0.538668 - 1) \cdot 0.538668 (1 - 0.538668) = -0.114643$$
$$\Delta w_3 = 0.3 \cdot (-0.114643) \cdot 0.549834 = -0.0189104$$
$$w_3^{new} = 0.1 + 0.0189104 = 0.1189104$$
"""
    found = marks(tmp_path, text, "delta_rule")
    named = {(mark.quantity, mark.verdict, mark.slip) for mark in found if mark.verdict != "exact"}
    assert named == {
        ("delta_o1", "slip", "delta_sign"), ("delta_o1", "carried", None), ("Delta_w3", "carried", None)
    }  # fmt: skip
    assert found[-1].quantity == "w3_new"
    assert found[-1].verdict == "exact"


@pytest.mark.parametrize(
    ("exercise", "line", "slip"),
    [
        ("delta_rule", "delta_o1: -0.1146430734", "delta_sign"),
        ("delta_rule", "delta_h1: -0.002837606062", "delta_sign"),
        ("delta_rule", "delta_o1: 0.46133152", "slope_forgotten"),
        ("delta_rule", "delta_o1: 0.2485047487", "upstream_forgotten"),
        ("delta_rule", "Delta_w3: -0.0189103978", "step_sign"),
        ("delta_rule", "Delta_w3: 0.06303465933", "rate_forgotten"),
        ("delta_rule", "w3_new: 0.0810896022", "step_sign"),
        ("io_err", "Err_6: -0.1311690782", "delta_sign"),
        ("io_err", "Err_5: -0.02623381564", "slope_forgotten"),
        ("io_err", "w46_new: -0.3391711537", "step_sign"),
        ("io_err", "w46_new: -0.2564764959", "rate_forgotten"),
        ("io_err", "theta_6_new: -0.0180521704", "step_sign"),
        ("io_err", "I_4: -0.3", "term_dropped"),
        ("net_out", "dout_o1: -0.7413650696", "target_reversed"),
        ("net_out", "dnet_o1: 0.7413650696", "slope_forgotten"),
        ("net_out", "dnet_o1: 0.1868156018", "upstream_forgotten"),
        ("net_out", "dw5: 0.4398296490", "slope_forgotten"),
        ("net_out", "dw5: 0.1384985616", "factor_dropped"),
        ("net_out", "dE_o1/dout_h1: 0.04970941619", "updated_early"),
        ("net_out", "w5_new: 0.4410835203", "gradient_added"),
        ("net_out", "w5_new: 0.3178329594", "rate_forgotten"),
        ("net_out", "net_o1: 0.8559059671", "name_confused"),
    ],
)
def test_slips(tmp_path, exercise, line, slip):
    (found,) = marks(tmp_path, line + "\n", exercise, "a.yaml")
    assert found.verdict == "slip", found
    assert slip in (found.slip, *found.also), (found.slip, found.also)


@pytest.mark.parametrize(
    ("exercise", "lines"),
    [
        # By what is told, and by what is not: a wrong dE/dnet, and what follows from it.
        ("net_out", "dnet_o1: 0.2345\ndw5: 0.1391218"),
        ("net_out", "dout_h1: 0.0512\ndnet_h1: 0.01235"),
        ("net_out", "dnet_h1: 0.01234\ndw1: 0.000617"),
        ("delta_rule", "dnet_o1: -0.2345\ndelta_o1: 0.2345"),
        ("delta_rule", "delta_o1: 0.2345\nDelta_w3: 0.0386808"),
        ("delta_rule", "dw3: -0.1234\nDelta_w3: 0.03702"),
        ("io_err", "dw46: -0.1234\nw46_new: -0.18894"),
    ],
)
def test_follow_through(tmp_path, exercise, lines):
    first, second = marks(tmp_path, lines + "\n", exercise, "a.yaml")
    assert first.verdict in ("wrong", "slip")
    assert second.verdict == "carried", second


def test_what_stays_unread_is_shown_as_it_was_written(tmp_path):
    (found,) = [mark for mark in marks(tmp_path, r"$$\sum_j w_5 out_{h1} = 3$$", "net_out") if "sum" in mark.written]
    assert "Z^" not in found.written


def test_asides_are_listed_under_the_step_they_belong_to(tmp_path):
    (tmp_path / "a.yaml").write_text("dnet_h1: 0.01\n")
    marking = check(load("net_out"), tmp_path / "a.yaml")
    from symback.marking.report_parts import groups

    assert [group.step for group in groups(marking)] == ["dw1"]
