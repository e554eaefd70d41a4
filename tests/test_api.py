"""What a script uses: load, solve, quantities, write, render; and the errors it can meet."""

import json

import pytest

import symback
from symback.errors import InputError, OutputError, SymbackError


@pytest.fixture(scope="module")
def solution():
    return symback.solve(symback.load("paper"))


def test_a_quantity(solution):
    quantity = solution["dW_1"]
    assert quantity.name == "dW_1"
    assert quantity.shape == (3, 3)
    assert quantity.step.operation == "matmul"
    assert quantity.decimal()[0] == ["-1.534439890e-6", "-2.301659835e-7", "-3.068879780e-7"]
    assert quantity.decimal(4)[2] == ["-4.603e-6", "-6.905e-7", "-9.207e-7"]
    assert len(quantity.exact) == 3
    assert all(len(row) == 3 for row in quantity.exact)


def test_a_given_is_a_quantity_too(solution):
    assert solution["X"].step is None
    assert solution["X"].decimal() == [["20"], ["3"], ["4"]]
    assert solution["W_1"].exact[0] == ["1/10", "1/5", "3/10"]


def test_a_part_is_a_quantity_too(solution):
    assert solution["Z_2.products"].decimal() == [["0.78", "4.84", "12.18"]]
    assert solution["A_2.exp"].shape == (1, 1)


def test_names_and_order(solution):
    assert list(solution) == list(solution.names)
    assert len(solution) == len(solution.names)
    assert solution.names[:3] == ("X", "y", "W_1")
    assert solution.names[-1] == "db_1"


def test_representations(solution):
    assert repr(solution["db_2"]) == "db_2 = [-3.836099724e-7]"
    assert repr(solution["Z_1"]) == "Z_1 = [3.9; 12.1; 20.3]"
    assert repr(solution["dW_2"]) == "dW_2 = [-1.496078893e-6, -4.641680667e-6, -7.787282441e-6]"
    assert repr(solution).startswith("<Solution of 'B. Paper': X, y, W_1")


def test_a_notebook_shows_the_sheet(solution):
    assert solution._repr_markdown_() == symback.render(solution, "md").decode()


def test_a_notebook_shows_the_derivation(solution):
    shown = solution.derivation._repr_markdown_()
    assert "dW_1 &= dZ_1 X^{\\top} \\\\\n" in shown
    assert "(dW_1)_{3,2} &= (dZ_1)_3 \\cdot X_2" in shown
    assert "&= \\sigma'(Z_2)" in shown
    assert shown.count("$$") == 2 * len(solution.derivation.steps)


@pytest.mark.parametrize("name", ["dW_3", "", "dw_1", "Z_2.nothing", "__class__", "dW_1[1,1]"])
def test_a_quantity_that_is_not_there(solution, name):
    with pytest.raises(InputError, match="there is no") as caught:
        solution[name]
    assert "dW_1" in str(caught.value)


def test_an_exercise_that_is_not_there():
    with pytest.raises(InputError, match="did you mean paper"):
        symback.load("papper")
    with pytest.raises(InputError, match="file not found"):
        symback.load("papper.yaml")


def test_a_format_that_is_not_there(solution, tmp_path):
    with pytest.raises(InputError, match="did you mean tex"):
        symback.render(solution, "latex")
    with pytest.raises(InputError, match="suffix"):
        symback.write(solution, tmp_path / "paper.docx")
    with pytest.raises(InputError, match="suffix"):
        symback.write(solution, tmp_path / "paper")
    assert list(tmp_path.iterdir()) == []


def test_write_and_render_give_the_same(solution, tmp_path):
    for suffix in ("md", "tex", "typ", "json", "pdf"):
        symback.write(solution, tmp_path / f"paper.{suffix}")
        assert (tmp_path / f"paper.{suffix}").read_bytes() == symback.render(solution, suffix)


def test_a_folder_that_is_not_there(solution, tmp_path):
    with pytest.raises(OutputError):
        symback.write(solution, tmp_path / "missing" / "paper.md")


def test_the_json_is_the_contracts(solution):
    data = json.loads(symback.render(solution, "json"))
    assert set(data) == {"title", "digits", "quantities"}
    assert [quantity["name"] for quantity in data["quantities"]] == list(solution)
    for quantity in data["quantities"]:
        assert set(quantity) == {"name", "phase", "shape", "latex", "formula", "exact", "decimal"}
        rows, columns = quantity["shape"]
        for matrix in (quantity["exact"], quantity["decimal"]):
            assert [len(row) for row in matrix] == [columns] * rows


def test_options(solution):
    russian = symback.render(solution, "md", symback.Options(language="ru", digits=5)).decode()
    assert "Обратное распространение" in russian
    assert symback.render(solution, "json", symback.Options(digits=3)) != symback.render(solution, "json")


def test_digits_of_a_solution():
    (text,) = symback.solve(symback.load("paper"), 25)["db_2"].decimal()[0]
    assert text.startswith("-3.836099724")
    assert len(text.removesuffix("e-7").removeprefix("-3.")) == 24


def test_all_names_are_there():
    assert set(symback.__all__) <= set(dir(symback))
    for name in symback.__all__:
        assert getattr(symback, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        symback.nothing  # noqa: B018
    assert issubclass(symback.InputError, SymbackError)
