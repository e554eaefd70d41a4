"""Jacobians and Hessians on a marked paper: by name in a table, in fractions on a transcript, with follow-through."""

import pytest

import symback
from symback.exercise.builtin import load
from symback.exercise.tree import parse_tree
from symback.marking.answers import target, tree_answers
from symback.marking.check import mark, table_answers, transcript_answers
from symback.marking.own import aim_of


def marked(name, text, *, table=False):
    solution = symback.solve(load(name))
    if table:
        tree = parse_tree(text.encode(), "a.yaml")
        answers = table_answers(tree_answers(tree, "a.yaml", aim_of(solution.exercise.network)), solution, None)
    else:
        answers = transcript_answers(text, solution, None)
    marks = mark(solution, answers).marks
    return {(each.quantity, each.index): each for each in marks if each.verdict != "missing"}


@pytest.mark.parametrize(
    ("key", "named"),
    [
        ("d2L/dw2[9,9]", ("d2L/dw2", (9, 9))),
        ("DA_2/DX[1,2]", ("DA_2/DX", (1, 2))),
        ("D(u,v)/D(x,y)[2,1]", ("D(u,v)/D(x,y)", (2, 1))),
    ],
)
def test_keys_of_a_table(key, named):
    assert target(key) == named


def test_a_table_of_a_network():
    text = "DA_2/DA_1: [[0.173, -0.0742, 0.0989], [-0.0475, 0.143, 0.119]]\ndA_1/dX[1,1]: 0.2795\n"
    found = marked("jacobian", text, table=True)
    assert len(found) == 7
    assert {each.verdict for each in found.values()} <= {"exact", "close"}
    assert found["DA_1/DX", (1, 1)].verdict == "exact"
    assert marked("hessian", "d2L/dw2[7,7]: 0.25\nd2L/dw2[1,2]: 0.0596\n", table=True).keys() == {
        ("d2L/dw2", (7, 7)),
        ("d2L/dw2", (1, 2)),
    }


def test_a_table_of_a_graph():
    found = marked("rosenbrock", "d2f/dw2: [[1330, 480], [480, 200]]\nD(r,s)/D(x,y): [[24, 10], [1, 0]]\n", table=True)
    assert [each.verdict for (name, _), each in found.items() if name == "d2f/dw2"] == ["exact"] * 4
    verdicts = {index: each.verdict for (name, index), each in found.items() if name != "d2f/dw2"}
    assert verdicts[1, 1] == verdicts[1, 2] == verdicts[2, 2] == "exact"
    assert verdicts[2, 1] in ("slip", "wrong")


def test_a_transcript_with_follow_through():
    """A wrong slope in the full diagonal matrix; the product with it follows, and is carried."""
    text = r"""
$$\frac{\partial A_2}{\partial Z_2} = \begin{bmatrix} 0.2473 & 0 \\ 0 & 0.3377 \end{bmatrix}$$

$$\frac{\partial A_2}{\partial A_1} = \sigma'(Z_2) W_2
= \begin{bmatrix} 0.2473 & 0 \\ 0 & 0.3377 \end{bmatrix}
\begin{bmatrix} 0.7 & -0.3 & 0.4 \\ -0.2 & 0.6 & 0.5 \end{bmatrix}
= \begin{bmatrix} 0.1731 & -0.0742 & 0.0989 \\ -0.0675 & 0.2026 & 0.1689 \end{bmatrix}$$
"""
    found = marked("jacobian", text)
    diagonal = {index: each.verdict for (name, index), each in found.items() if name == "DA_2/DZ_2"}
    assert [diagonal[key] for key in ((1, 1), (1, 2), (2, 1))] == ["exact"] * 3
    assert diagonal[2, 2] in ("slip", "wrong")
    product = {index: each.verdict for (name, index), each in found.items() if name == "DA_2/DA_1"}
    assert {product[1, k] for k in (1, 2, 3)} <= {"exact", "close"}
    assert {product[2, k] for k in (1, 2, 3)} == {"carried"}


def test_slopes_as_a_column_are_still_slopes():
    text = r"$$\frac{\partial A_2}{\partial Z_2} = \begin{bmatrix} 0.2473 \\ 0.2377 \end{bmatrix}$$"
    assert {name for name, _ in marked("jacobian", text)} == {"dA_2/dZ_2"}


@pytest.mark.parametrize("name", ["jacobian", "hessian", "rosenbrock"])
def test_the_own_sheet_is_right(name):
    """No number of the matrices, as the sheet sets them, is marked as wrong."""
    sheet = symback.render(symback.solve(load(name)), "md").decode()
    part = sheet.partition("## Closed")[0].partition("## Gradient check")[0]
    start = min(part.find(title) for title in ("## Jacobian", "## Hessian") if title in part)
    found = marked(name, part[start:])
    assert found or name == "hessian"  # a table of Markdown is prose to the reader of papers
    assert not [each for each in found.values() if each.verdict in ("wrong", "slip", "carried")]
