"""Variants of networks whose numbers have names of their own: recipes by matrix or by number, sheets, exports."""

import pytest

from symback.errors import InputError
from symback.exercise.builtin import load
from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree
from symback.homework.defaults import recipe_of
from symback.homework.keep import exercise_of, exercise_text
from symback.homework.lms import write_moodle, write_qti
from symback.homework.recipe import read_recipe
from symback.homework.sampling import Sampler
from symback.homework.sheets import Setting, sheet_text
from symback.marking.check import check

CONVENTIONS = ("net_out", "delta_rule", "io_err", "superscripts", "fractions")
IO_ERR = """
x: [1, 0, 1]
y: 1
layers:
  - {W: [[0.2, 0.4, -0.5], [-0.3, 0.1, 0.2]], b: [-0.4, 0.2], activation: sigmoid}
  - {W: [[-0.3, -0.2]], b: 0.1, activation: sigmoid}
loss: binary_cross_entropy
names: io_err
"""


def read(recipe):
    return exercise_from(parse_tree((IO_ERR + recipe).encode(), "e.yaml"), "e.yaml", "e")


def drawn(recipe, student="a"):
    exercise = read(recipe)
    variant = Sampler(exercise, recipe_of(exercise), 1).variant(student)
    return {name: given.rows[0][0].value for name, given in variant.exercise.givens.items()}


@pytest.mark.parametrize("name", CONVENTIONS)
def test_kept_and_read_again(name):
    exercise = load(name)
    again = exercise_of(exercise_text(exercise))
    assert (again.network, dict(again.givens), again.sheet) == (exercise.network, dict(exercise.givens), exercise.sheet)


@pytest.mark.parametrize("name", CONVENTIONS)
def test_variants(name):
    exercise = load(name)
    sampler = Sampler(exercise, recipe_of(exercise), 1)
    one, two = sampler.variant("a"), sampler.variant("b")
    assert one.exercise.network == exercise.network
    assert dict(one.exercise.givens) != dict(two.exercise.givens)
    assert one.solution.names == two.solution.names


def test_rates_stay_and_inputs_that_are_0_or_1_stay_so():
    for student in "abcdefgh":
        found = drawn("update: {rule: sgd, rate: 0.9}\n", student)
        assert found["l"] == read("update: {rule: sgd, rate: 0.9}\n").givens["l"].rows[0][0].value
        assert {found["x1"], found["x2"], found["x3"], found["T_6"]} <= {0, 1}


def test_a_matrix_varies_as_a_whole_and_a_number_by_itself():
    recipe = "vary: {W_1: {integers: [5, 9]}, w34: {choices: [-7]}, b_2: {integers: [20, 20]}}\n"
    for student in "abcd":
        found = drawn(recipe, student)
        assert all(5 <= found[name] <= 9 for name in ("w14", "w24", "w15", "w25", "w35"))
        assert found["w34"] == -7
        assert found["theta_6"] == 20
        assert (found["x1"], found["w46"]) == (1, read("").givens["w46"].rows[0][0].value)


def test_requirements_by_matrix_or_by_number():
    recipe = "require: {Z_1: {between: [0, 2]}, Err_6: {between: [0.1, 1]}}\n"
    exercise = read(recipe)
    recipe = read_recipe(exercise)
    assert [requirement.quantity for requirement in recipe.requirements] == ["I_4", "I_5", "Err_6"]
    solution = Sampler(exercise, recipe, 1).variant("a").solution
    assert all(0 <= float(solution.values(name)[0]) <= 2 for name in ("I_4", "I_5"))


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ("vary: {W_3: {integers: [1, 2]}}\n", "vary.W_3 is not a given of this exercise; did you mean W_"),
        ("vary: {y: {integers: [1, 5]}}\n", "vary.y has numbers such as 2 that are no targets of binary_cross_entropy"),
        ("vary: {T_6: {integers: [1, 5]}}\n", "vary.T_6 has numbers such as 2 that are no targets"),
        ("require: {Z_3: {between: [0, 2]}}\n", "require.Z_3 is not a quantity of this exercise"),
    ],
)
def test_faults(recipe, words):
    with pytest.raises(InputError) as found:
        read_recipe(read(recipe))
    assert words in str(found.value)


@pytest.mark.parametrize("name", CONVENTIONS)
@pytest.mark.parametrize("kind", ["problem", "solution"])
def test_sheets(name, kind):
    exercise = load(name)
    variant = Sampler(exercise, recipe_of(exercise), 1).variant("a")
    for dialect in ("md", "tex", "typ"):
        text = sheet_text(variant, kind, dialect, Setting())
        assert "\ue000" not in text
    problem = sheet_text(variant, "problem", "md", Setting())
    definitions = [line for line in problem.splitlines() if line.startswith(r"$$\sigma(z)")]
    assert len(definitions) == len(set(definitions))


@pytest.mark.parametrize("name", CONVENTIONS)
def test_exports(name, tmp_path):
    exercise = load(name)
    sampler = Sampler(exercise, recipe_of(exercise), 1)
    variants = [sampler.variant(student) for student in "ab"]
    assert write_moodle(tmp_path / "quiz.xml", variants) == 2
    assert write_qti(tmp_path / "quiz.zip", variants) == 2


@pytest.mark.parametrize("name", ["net_out", "delta_rule", "io_err"])
def test_a_right_class_is_marked_right(name, tmp_path):
    """The keys of the variants, handed in as answers."""
    exercise = load(name)
    sampler = Sampler(exercise, recipe_of(exercise), 1)
    for student in "ab":
        variant = sampler.variant(student)
        lines = [f"{quantity}: {variant.solution[quantity].decimal(8)[0][0]}" for quantity in variant.solution]
        (tmp_path / "a.yaml").write_text("\n".join(lines) + "\n")
        assert {mark.verdict for mark in check(variant.exercise, tmp_path / "a.yaml").marks} == {"exact"}
