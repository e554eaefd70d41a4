"""Papers about layers that go through time: their names, follow-through, and their slips."""

import time
from fractions import Fraction

import pytest

from symback.exercise.builtin import load
from symback.marking.check import check
from symback.marking.own import own_names
from symback.solution.solution import solve
from tests.exercise.test_schema import read
from tests.solution.sequences import exercise

#: One unit, three times, an output at the end.
SCALAR = read(
    "x: [1, 2, 3]\ny: 0.5\nloss: squared_error\n"
    "layers: [{type: rnn, W: [[0.8]], U: [[-0.5]], b: 0.1, h_0: 0.4}, {W: [[0.7]], b: 0.2}]\n"
)
RNN, LSTM, GRU = (load(f"{kind}_layer") for kind in ("rnn", "lstm", "gru"))


def marks(tmp_path, text, made, name="a.yaml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return [mark for mark in check(made, path).marks if mark.verdict != "missing"]


@pytest.mark.parametrize(
    ("made", "key", "quantity", "index"),
    [
        (SCALAR, "h_1", "h_1", None), (SCALAR, "h1", "h_1", None), (SCALAR, "a_{2}", "a_2", None),
        (SCALAR, "dh_2", "dh_2", None), (SCALAR, "dL/dh_2", "dh_2", None), (SCALAR, "dW", "dW", None),
        (SCALAR, "dL/dW", "dW", None), (SCALAR, "dW^{(2)}", "dW.2", None), (SCALAR, "dW.2", "dW.2", None),
        (SCALAR, "dh_2/da_2", "dh_2/da_2", None), (SCALAR, "A_2", "A_2", None), (SCALAR, "W_2", "W_2", None),
        (RNN, "h_1[2]", "h_1", (2,)), (RNN, "dU[1,2]", "dU", (1, 2)), (RNN, "H[1,3]", "H", (1, 3)),
        (LSTM, "a_f_2", "a_f_2", None), (LSTM, "a_{f,2}", "a_f_2", None), (LSTM, "dW_f^{(1)}", "dW_f.1", None),
        (LSTM, "c_2[1]", "c_2", (1,)), (GRU, r"\tilde{h}_1", "htilde_1", None), (GRU, "dz_1", "dz_1", None),
    ],
)  # fmt: skip
def test_keys(made, key, quantity, index):
    assert own_names(made.network).aim(key) == (quantity, index)


TRANSCRIPT = r"""
$$x_1 = \begin{pmatrix} 1 \\ 0 \end{pmatrix}$$
$$a_1 = W h_0 + U x_1 + b = \begin{pmatrix} 0.5 \\ 0.2 \end{pmatrix}$$
$$h_1 = \tanh(a_1) = \begin{pmatrix} 0.4621 \\ 0.1974 \end{pmatrix}$$
$$a_2 = W h_1 + U x_2 + b = \begin{pmatrix} 0.8508 \\ -0.0332 \end{pmatrix}$$
$$(h_2)_1 = 0.6915$$
$$da_3 = dh_3 \odot \frac{\partial h_3}{\partial a_3}$$
$$dW^{(1)} = da_1 h_0^T = \begin{pmatrix} 0 & 0 \\ 0 & 0 \end{pmatrix}$$
$$\frac{\partial L}{\partial b_2} = DB2$$
$$\frac{\partial L}{\partial W} = dW^{(3)} + dW^{(2)} + dW^{(1)} = DW$$
"""


def test_a_transcript(tmp_path):
    solution = solve(RNN)
    rows = solution["dW"].decimal(5)
    text = TRANSCRIPT.replace("DB2", solution["db_2"].decimal(5)[0][0])
    text = text.replace("DW", r"\begin{pmatrix}" + r" \\ ".join(" & ".join(row) for row in rows) + r"\end{pmatrix}")
    found = marks(tmp_path, text, RNN, "paper.md")
    assert {mark.verdict for mark in found} == {"exact"}
    assert {"x_1", "a_1", "h_1", "a_2", "h_2", "dW.1", "db_2", "dW"} <= {mark.quantity for mark in found}


def test_the_sheet_itself_is_right(tmp_path):
    """What symback prints is read by symback: no number of it is wrong."""
    import symback

    for made in (SCALAR, exercise("rnn", gives="last")):
        text = symback.render(solve(made), "md").decode().partition("## Closed")[0]
        found = marks(tmp_path, text, made, "paper.md")
        assert {mark.verdict for mark in found} <= {"exact", "close", "unread"}
        assert sum(mark.verdict == "exact" for mark in found) > 0.9 * len(found)


def test_names_of_others_are_not_taken_for_own_ones(tmp_path):
    for text in ("$$Z_9 = 4$$\n", "$$Z_{99} = 4$$\n", "$$A^{(98)} = 4$$\n", "$$b_{97} = 4$$\n", "$$h_9 = 4$$\n"):
        assert {mark.verdict for mark in marks(tmp_path, text, LSTM, "paper.md")} == {"unread"}


def test_follow_through(tmp_path):
    """h_1 is wrong; what follows from it is carried, through time and back."""
    values = {"h": Fraction("0.5")}
    solution = solve(SCALAR)
    a_2 = Fraction("0.8") * values["h"] - Fraction("0.5") * 2 + Fraction("0.1")
    text = f"a_1: {solution['a_1'].decimal(6)[0][0]}\nh_1: 0.5\na_2: {float(a_2)}\n"
    found = {mark.quantity: mark.verdict for mark in marks(tmp_path, text, SCALAR)}
    assert found["a_1"] == "exact"
    assert found["h_1"] in ("wrong", "slip")
    assert found["a_2"] == "carried"


def digits(solution, name, place=0):
    return Fraction(solution[name].decimal(30)[place][0])


def wrongs():
    """A slip, the exercise, the quantity, and the number that comes of it, worked out here."""
    scalar = solve(SCALAR)
    w, u, b = Fraction("0.8"), Fraction("-0.5"), Fraction("0.1")
    h = [Fraction("0.4"), *(digits(scalar, f"h_{t}") for t in (1, 2, 3))]
    da = [None, *(digits(scalar, f"da_{t}") for t in (1, 2, 3))]
    yield "bptt_truncated", SCALAR, "dW", da[3] * h[2]
    yield "bptt_truncated", SCALAR, "dU", da[3] * 3
    yield "bptt_truncated", SCALAR, "db", da[3] + da[2]
    yield "wrong_time", SCALAR, "a_3", w * h[1] + u * 3 + b
    yield "wrong_time", SCALAR, "a_2", w * h[1] + u * 3 + b
    yield "wrong_time", SCALAR, "dW.3", da[3] * h[3]
    yield "product_left_out", SCALAR, "a_2", u * 2 + b
    yield "product_left_out", SCALAR, "a_2", w * h[1] + b
    yield "bias_left_out", SCALAR, "a_2", w * h[1] + u * 2
    yield "slope_forgotten", SCALAR, "da_2", digits(scalar, "dh_2")
    lstm = solve(LSTM)
    f, c, i, g, o, m = (digits(lstm, name) for name in ("f_2", "c_1", "i_2", "g_2", "o_2", "m_2"))
    yield "gate_forgotten", LSTM, "c_2[1]", c + i * g
    yield "gate_forgotten", LSTM, "c_2[1]", f * c + g
    yield "gate_forgotten", LSTM, "h_2[1]", m
    yield "gate_forgotten", LSTM, "dm_2[1]", digits(lstm, "dh_2")
    assert o * m == pytest.approx(float(digits(lstm, "h_2")))
    gru = solve(GRU)
    z, h1, fresh, r = (digits(gru, name) for name in ("z_2", "h_1", "htilde_2", "r_2"))
    yield "gate_forgotten", GRU, "h_2[1]", h1 + z * fresh
    yield "gate_forgotten", GRU, "s_2[1]", h1
    yield "wrong_time", GRU, "s_2[1]", r * Fraction("0.5")


WRONGS = list(wrongs())


@pytest.mark.parametrize(
    ("slip", "made", "key", "number"), WRONGS, ids=[f"{slip}-{key}-{k}" for k, (slip, _, key, _) in enumerate(WRONGS)]
)
def test_slips(tmp_path, slip, made, key, number):
    (found,) = marks(tmp_path, f'"{key}": "{float(number):.8f}"\n', made)
    assert found.verdict == "slip"
    assert slip in (found.slip, *found.also), (found.slip, found.also)


def test_a_wrong_number_at_the_end_of_a_long_sequence_is_marked_in_time(tmp_path):
    """A wrong number with nothing written before it: many slips in many steps could explain it."""
    begun = time.process_time()
    (found,) = marks(tmp_path, '"dW[1,1]": 12345\n', exercise("rnn", times=20))
    assert found.verdict in ("wrong", "slip")
    assert time.process_time() - begun < 30
