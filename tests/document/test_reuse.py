"""Many sheets from one layout are what each sheet would be alone."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symback
from symback.document.reuse import solution_press
from symback.document.write import Options, sheet, templates_of
from symback.errors import SymbackError
from symback.exercise.model import Given
from symback.exercise.numerals import read_numeral
from tests.document.sheets import solved

PRESSES = {dialect: solution_press(dialect) for dialect in ("md", "tex", "typ")}


def alone(solution, dialect, options=Options()):  # noqa: B008
    return sheet(solution, dialect, options, closing=False).text(templates_of(options))


def with_numbers(exercise, texts, title=None):
    """The exercise with other numbers, taken from a list as often as it goes."""
    count = 0
    givens = {}
    for name, old in exercise.givens.items():
        rows = []
        for row in old.rows:
            rows.append(tuple(read_numeral(texts[(count + k) % len(texts)]) for k in range(len(row))))
            count += len(row)
        givens[name] = Given(name, tuple(rows))
    return replace(exercise, givens=givens, title=title or exercise.title)


texts = st.lists(
    st.one_of(
        st.integers(-30, 30).map(str),
        st.decimals(-9, 9, places=2).map(str),
        st.sampled_from(["1/3", "-2/7", "0", "1e-9", "12345678.25", "-1e12"]),
    ),
    min_size=1,
    max_size=14,
)


@pytest.mark.parametrize("name", ["paper", "hidden_relu", "hidden_leaky_relu", "outputs_absolute_error", "kinks"])
@given(texts=texts, dialect=st.sampled_from(sorted(PRESSES)))
@settings(max_examples=25, deadline=None)
def test_a_pressed_sheet_is_the_sheet(name, texts, dialect):
    exercise = with_numbers(solved(name).exercise, texts)
    try:
        solution = symback.solve(exercise)
    except SymbackError:  # these numbers leave the domain of a function, or all bounds
        return
    assert PRESSES[dialect].text(solution) == alone(solution, dialect)


def test_layouts_are_shared():
    press = solution_press("md")
    for k in range(1, 20):
        press.text(symback.solve(with_numbers(solved("paper").exercise, ["0.5", "0.25", f"0.{k}"])))
    assert press.layouts <= 6


def test_titles_are_shown_as_text_in_every_sheet():
    press = solution_press("md")
    for title in ("first", "a | b $x$ _c_", "\ue0003\ue001"):
        solution = symback.solve(replace(solved("paper").exercise, title=title))
        assert press.text(solution) == alone(solution, "md")


def test_options_and_exercises_are_kept_apart():
    press, comma = solution_press("md"), solution_press("md", Options(decimal=",", digits=5, language="ru"))
    for name in ("paper", "negative", "hidden_tanh", "deep"):
        assert press.text(solved(name)) == alone(solved(name), "md")
        assert comma.text(solved(name)) == alone(solved(name), "md", Options(decimal=",", digits=5, language="ru"))


def test_memory_has_an_end(monkeypatch):
    monkeypatch.setattr("symback.document.reuse.MOST_LAYOUTS", 2)
    press = solution_press("md")
    for name in ("paper", "negative", "hidden_tanh", "deep", "paper"):
        assert press.text(solved(name)) == alone(solved(name), "md")
    assert press.layouts <= 2
