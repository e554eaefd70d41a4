from __future__ import annotations

import pickle
import subprocess
import sys
from fractions import Fraction

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from symback.errors import InputError
from symback.exercise import schema
from symback.exercise.builtin import builtin_names, load
from symback.exercise.model import Layer, Network, Numeral, Sheet
from symback.exercise.names import ACTIVATIONS, LOSSES, WHOLE_ACTIVATIONS
from symback.exercise.nodes import Mapping, Scalar
from symback.exercise.schema import exercise_from, read_exercise
from symback.exercise.tree import parse_tree
from tests.hostile import cases
from tests.patience import within

GOOD = """\
x: [20, 3, 4]
y: 18
layers:
  - {W: [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]], b: [0.1, 0.2, 0.3]}
  - {W: [[0.2, 0.4, 0.6]], b: 0.5, activation: sigmoid}
loss: squared_error
"""
SMALL = "x: 1\ny: 1\nloss: squared_error\nlayers: [{W: [[1]], b: 1}]\n"


def read(text, name="paper.yaml", suffix=".yaml"):
    data = text if isinstance(text, bytes) else text.encode()
    return exercise_from(parse_tree(data, name, suffix), name, "paper")


def faults(text, **options):
    with pytest.raises(InputError) as caught:
        read(text, **options)
    assert caught.value.exit_code == 2
    return [str(fault) for fault in caught.value.faults]


def values(exercise, name):
    return [[cell.value for cell in row] for row in exercise.givens[name].rows]


def test_the_built_in_paper():
    paper = load("paper")
    assert (paper.title, paper.source) == ("B. Paper", "paper")
    assert paper.network == Network(3, (Layer(3, "identity"), Layer(1, "sigmoid")), "squared_error")
    assert paper.sheet == Sheet(decimal=",")
    assert list(paper.givens) == ["X", "y", "W_1", "b_1", "W_2", "b_2"]
    assert [given.shape for given in paper.givens.values()] == [
        (3, 1),
        (1, 1),
        (3, 3),
        (3, 1),
        (1, 3),
        (1, 1),
    ]
    assert values(paper, "X") == [[20], [3], [4]]
    assert values(paper, "W_1")[2] == [Fraction(7, 10), Fraction(8, 10), Fraction(9, 10)]
    assert values(paper, "b_2") == [[Fraction(1, 2)]]
    assert paper.givens["b_2"].rows[0][0] == Numeral("0.5", Fraction(1, 2), 1, 1, -1)
    assert pickle.loads(pickle.dumps(paper)) == paper
    assert hash(paper) == hash(load("paper"))


def test_defaults_and_short_forms():
    exercise = read("x: 1/3\ny: [1e-6, -2]\nloss: absolute_error\nlayers:\n- W: [[010], ['.5']]\n")
    assert exercise.title == "paper"
    assert exercise.sheet == Sheet()
    assert exercise.network == Network(1, (Layer(2, "identity", bias=False),), "absolute_error")
    assert list(exercise.givens) == ["X", "y", "W_1"]
    assert values(exercise, "X") == [[Fraction(1, 3)]]
    assert values(exercise, "y") == [[Fraction(1, 10**6)], [-2]]
    assert values(exercise, "W_1") == [[10], [Fraction(1, 2)]]


def test_every_field_of_the_sheet():
    text = 'title: 3 < 4\ndecimal: ","\nlanguage: ru\ndigits: 30\nhand: 4\nelide: 12\n' + GOOD
    exercise = read(text)
    assert exercise.title == "3 < 4"
    assert exercise.sheet == Sheet(",", "ru", 30, 4, 12)


def test_a_comma_needs_quotes_or_its_own_line():
    text = "decimal: ','\nx: ['0,1', 0.2]\ny: 0,5\nloss: squared_error\nlayers: [{W: [['1,5e-3', 1]]}]\n"
    exercise = read(text)
    assert values(exercise, "X") == [[Fraction(1, 10)], [Fraction(2, 10)]]
    assert values(exercise, "y") == [[Fraction(1, 2)]]
    assert values(exercise, "W_1") == [[Fraction(15, 10**4), 1]]


def test_json_exercise():
    text = '{"x": [1], "y": 1e-6, "layers": [{"W": [[0.5]]}], "loss": "squared_error"}'
    assert values(read(text, suffix=".json"), "y") == [[Fraction(1, 10**6)]]


def test_reserved_keys_are_kept_as_trees():
    exercise = read(SMALL + "points: 3\nvary: {x: 1..9}\n")
    assert exercise.extra == {
        "points": Scalar("3", 5),
        "vary": Mapping({"x": Scalar("1..9", 6)}, {"x": 6}, 6),
    }
    assert read(SMALL).extra == {}


ACTIVATION_LIST = ", ".join((*ACTIVATIONS, *WHOLE_ACTIVATIONS))
LOSS_LIST = ", ".join(LOSSES)
HINT = '; hint: write 0.1 or "0,1": a bare comma separates list items'
NUMBERS = "must be a number or a list of numbers"

# What is changed in the good file, and all the faults it has then.
FAULTS = [
    ("[[0.2, 0.4, 0.6]]", "[[0.2, 0.4]]", ["5: layers[1].W has 2 columns, but layer 1 gives 3 values"]),
    ("x: [20, 3, 4]", "x: 20", ["4: layers[0].W has 3 columns, but x has 1 value"]),
    ("y: 18", "y: [1, 8]", ["2: y has 2 values, but layer 2 gives 1"]),
    ("b: 0.5", "b: [1, 2]", ["5: layers[1].b has 2 values, but W has 1 row"]),
    ("b: [0.1, 0.2, 0.3]", "b: 0.1", ["4: layers[0].b has 1 value, but W has 3 rows"]),
    ("0.5, 0.6]", "0.5]", ["4: layers[0].W[1] has 2 values, but the first row has 3"]),
    ("[[0.2, 0.4, 0.6]]", "[0.2, 4]", ["5: layers[1].W must be a list of rows: write [[0.2, 4]]"]),
    ("[[0.2, 0.4, 0.6]]", "2", ["5: layers[1].W must be a list of rows: write [[2]]"]),
    ("[[0.2, 0.4, 0.6]]", "{a: 1}", ["5: layers[1].W must be a list of rows: write [[...]]"]),
    ("[[0.2, 0.4, 0.6]]", "[]", ["5: layers[1].W must have 1 to 64 rows, got 0"]),
    ("[[0.2, 0.4, 0.6]]", "[[]]", ["5: layers[1].W[0] must have 1 to 64 values, got 0"]),
    ("W: [[0.2, 0.4, 0.6]], ", "", ["5: layers[1].W is missing: the rows of the weight matrix"]),
    ("y: 18", "y: .nan", ['2: y is not a number: ".nan" (NaN is not allowed, column 1)']),
    ("y: 18", "y: -.inf", ['2: y is not a number: "-.inf" (infinity is not allowed, column 2)']),
    ("y: 18", "y: '1,8'", ['2: y is not a number: "1,8" (comma, but the decimal mark is a point, column 2)']),
    ("y: 18", "y: 2e^{-6}", ['2: y is not a number: "2e^{-6}" (e^ may be a power of ten or of e, column 2)']),
    ("y: 18", "y: " + "9" * 61, [f'2: y is not a number: "{"9" * 37}..." (more than 60 digits)']),
    ("y: 18", "y: 1e999999999", ['2: y is not a number: "1e999999999" (exponent outside +-400)']),
    ("y: 18", "y:", ["2: y must be a number, got nothing"]),
    ("y: 18", "y: {a: 1}", [f"2: y {NUMBERS}, got a mapping"]),
    ("y: 18", "y: [[18]]", ["2: y[0] must be a number, got a list"]),
    ("[20, 3, 4]", "[20, no, 4]", ['1: x[1] is not a number: "no" (no digits, column 1)']),
    ("[20, 3, 4]", "[" + "1, " * 65 + "]", ["1: x must have 1 to 64 values, got 65"]),
    ("y: 18\n", "", ["1: y is missing: the target, a number or a list of numbers"]),
    ("loss: squared_error", "loss:", ["6: loss must be text, got nothing"]),
    ("squared_error", "squard_error", [
        f'6: loss is "squard_error", which is not known; did you mean squared_error? known here: {LOSS_LIST}'
    ]),
    ("sigmoid", "Sigmod", [
        '5: layers[1].activation is "Sigmod", which is not known; '
        f"did you mean sigmoid? known here: {ACTIVATION_LIST}"
    ]),
    ("sigmoid", "[tanh]", ["5: layers[1].activation must be text, got a list"]),
    ("activation:", "activaton:", [
        "5: layers[1].activaton is not known; did you mean activation? known here: W, b, activation, biases, type"
    ]),
    ("loss: squared_error", "loss: binary_cross_entropy", [
        '2: y must lie between 0 and 1 for binary_cross_entropy, got "18"'
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), FAULTS, ids=lambda text: str(text)[:25])
def test_one_fault(old, new, expected):
    assert old in GOOD
    assert faults(GOOD.replace(old, new, 1)) == [f"paper.yaml:{fault}" for fault in expected]


SHEET_FAULTS = [
    ("decimal: ;", 'decimal is ";", which is not known; known here: ".", ","'),
    ("language: no", 'language is "no", which is not known; known here: en, ru'),
    ("digits: 0", 'digits must be a whole number from 1 to 1000, got "0"'),
    ("digits: 1e3", 'digits must be a whole number from 1 to 1000, got "1e3"'),
    ("digits: ٣", 'digits must be a whole number from 1 to 1000, got "٣"'),
    ("hand: 16", 'hand must be a whole number from 1 to 15, got "16"'),
    ("elide: [3]", "elide must be a whole number from 3 to 64, got a list"),
    ("title:", "title must be text, got nothing"),
    ("title: " + "x" * 301, "title is longer than 300 characters"),
    ('title: "a\\nb"', "title must be one line of visible text, but has U+000A"),
    ("title: a\u202eb", "title must be one line of visible text, but has U+202E"),
]


@pytest.mark.parametrize(("line", "message"), SHEET_FAULTS, ids=lambda text: text[:25])
def test_sheet_faults(line, message):
    assert faults(SMALL + line) == [f"paper.yaml:5: {message}"]


@pytest.mark.parametrize(
    "title",
    [r"\input{/etc/passwd}", '#read("/etc/passwd")', "{{ 7*7 }}", "<script>", "|$", "Übung ☕ 1", "-"],
)
def test_markup_in_a_title_is_text(title):
    assert read(SMALL + f"title: '{title}'").title == title


def test_all_faults_at_once():
    text = (
        'title: ""\ndecimal: ","\nlangauge: ru\nx: [20, 3, 4]\ny: [1,8]\nlayers:\n'
        "  - W: [[0,1, 0.2, 0.3], [0.4, 0.5]]\n    b: [0.1]\n    activation: relux\n"
        "  - {W: [[0.2, .nan]], bias: 1}\n  - 7\n"
    )
    assert faults(text) == [
        "paper.yaml:1: loss is missing: one of " + LOSS_LIST,
        "paper.yaml:1: title must be text, got nothing",
        "paper.yaml:3: langauge is not known; did you mean language? known here: " + ", ".join(schema.KEYS),
        "paper.yaml:7: layers[0].W[1] has 2 values, but the first row has 4" + HINT,
        "paper.yaml:8: layers[0].b has 1 value, but W has 2 rows" + HINT,
        'paper.yaml:9: layers[0].activation is "relux", which is not known; did you mean relu? '
        "known here: " + ACTIVATION_LIST,
        "paper.yaml:10: layers[1].bias is not known; did you mean b? known here: W, b, activation, biases, type",
        'paper.yaml:10: layers[1].W[0][1] is not a number: ".nan" (NaN is not allowed, column 1)',
        'paper.yaml:11: layers[2] must be a mapping with W, b, activation, got "7"',
    ]


def test_the_bare_comma_is_hinted_at():
    text = "decimal: ','\nx: [0,1]\ny: 1\nloss: squared_error\nlayers: [{W: [[0.1]]}]\n"
    fault = "paper.yaml:5: layers[0].W has 1 column, but x has 2 values"
    assert faults(text) == [fault + HINT]
    assert faults(text.replace("','", "'.'")) == [fault]


def test_many_faults_are_counted():
    rows = ", ".join(["[" + "q, " * 20 + "]"] * 20)
    found = faults(SMALL.replace("[[1]]", f"[{rows}]"))
    assert len(found) == 101
    assert found[-1] == "paper.yaml: and 303 more faults"


def test_not_an_exercise():
    assert faults("[1, 2]") == [
        "paper.yaml:1: file holds no exercise: expected keys like x, y, layers, loss, got a list"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("layers: [" + "{}," * 21 + "]", "layers must have 1 to 20 layers, got 21"),
        ("layers: []", "layers must have 1 to 20 layers, got 0"),
        ("layers: 1000000", 'layers must be a list of layers, got "1000000"'),
        ("layers: [1000000, 1]", 'layers[0] must be a mapping with W, b, activation, got "1000000"'),
        ("layers: [{W: [" + "[1], " * 65 + "]}]", "layers[0].W must have 1 to 64 rows, got 65"),
        ("layers: [{W: [[" + "1, " * 90000 + "]]}]", "layers[0].W[0] must have 1 to 64 values, got 90000"),
    ],
    ids=lambda text: text[:20],
)
def test_sizes_are_limited_and_quick_to_refuse(text, message):
    with within(2):
        found = faults(text + "\nx: 1\ny: 1\nloss: squared_error")
    assert any(message in fault for fault in found)


def layered(layer):
    return SMALL.replace("{W: [[1]], b: 1}", layer)


ELSEWHERE = "a field that exercise files do not have (yet)"
# What the table of hostile inputs asks of an exercise file: the beginning of one of the faults. Most of its
# fields are not of our files, so what it wants of their values is tested further down, in their place.
HOSTILE = {
    "? [1, 2]\n: 3": "f:1: keys must be plain text",
    "a: 1\n---\nb: 2": "f:2: more than one document",
    "name: a\0b": "f:1: control character U+0000",
    "layers: [100000, 100000]": "f:1: layers[0] must be a mapping",
    "date: 2024-13-45": "f:1: date is not known",
    "activation: [tanh]": "f:1: activation is not known",
    b"name: caf\xe9": "f:1: not UTF-8 at byte 9",
    "seed: " + "9" * 5000: "f:1: seed is not known",
    "w: !!python/object/apply:os.getpid []": "f:1: w: tags are not allowed",
    'w: !!int "9x"': "f:1: w: tags are not allowed",
    "# only a comment": "f: file holds no exercise",
    "layers: [2, 3, 1]\nlayers: [2, 2, 1]": 'f:2: duplicate key "layers", lines 1 and 2',
    b"\xff\xfel\x00": "f: not UTF-8 (looks like UTF-16)",
    "- " * 5000 + "a": "f:1: nested deeper than 64",
    "time_limit: 1:30": "f:1: time_limit is not known",
    "language: no": 'f:1: language is "no"',
    "layers: [2, 0, 1]": "f:1: layers[1] must be a mapping",
    "layers: [64, 64, 64]": "f:1: layers[0] must be a mapping",
    "a0: &a0 [lol]": "f:1: a0: anchors and aliases are not allowed",
    "bias: .nan": "f:1: bias is not known",
    "\ufefflayers: [2, 2]": "f:1: layers[0] must be a mapping",
    "bias: .inf": "f:1: bias is not known",
    'name: "a\\x0bb"': "f:1: name: control character U+000B",
    "learning_rate: 1e-6": "f:1: learning_rate is not known",
}
SKIPPED = ("image: file:///etc/passwd", "variants: ", "template: ../../etc/passwd")


@pytest.mark.parametrize("case", cases("exercise_yaml"), ids=lambda case: str(case.input)[:25])
def test_hostile_exercises(case):
    if str(case.input).startswith(SKIPPED):
        pytest.skip(ELSEWHERE)
    with within(1):
        found = faults(case.input, name="f")
    key = case.input if case.input in HOSTILE else case.input.split("\n")[0]
    assert any(fault.startswith(HOSTILE[key]) for fault in found), found


# The same demands, where the field has another name here.
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (layered("{W: [[1]], activation: [tanh]}"), "layers[0].activation must be text, got a list"),
        (layered("{W: [[1]], b: .nan}"), "NaN is not allowed"),
        (layered("{W: [[1]], b: -.Inf}"), "infinity is not allowed"),
        (layered("{W: [[" + "9" * 90 + "]]}"), "more than 60 digits"),
        (layered("{W: [[1:30]]}"), "text after the number"),
        (layered("{W: [[]]}"), "must have 1 to 64 values, got 0"),
    ],
)
def test_hostile_values_in_their_place(text, message):
    (found,) = faults(text)
    assert found.startswith("paper.yaml:4: layers[0].")
    assert message in found


def test_yaml_1_1_traps_are_numbers_as_written():
    exercise = read(SMALL.replace("x: 1", "x: 1e-6").replace("y: 1", "y: 010"))
    assert values(exercise, "X") == [[Fraction(1, 10**6)]]
    assert values(exercise, "y") == [[10]]


@given(st.recursive(
    st.text(max_size=5) | st.integers() | st.floats() | st.none(),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from([*schema.KEYS, "W", "b", "activation", "q"]), inner, max_size=6),
    max_leaves=25,
))  # fmt: skip
def test_any_tree_is_an_exercise_or_faulty(data):
    text = yaml.dump(data, Dumper=PlainDumper, allow_unicode=True)
    found = []
    try:
        read(text)
    except InputError as refused:
        found = refused.faults
    assert found  # none of these is whole


class PlainDumper(yaml.SafeDumper):
    def ignore_aliases(self, _):
        return True


def test_built_in_names():
    assert "paper" in builtin_names()
    for name in builtin_names():
        assert load(name).source == name


def test_load_tells_files_from_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(SMALL)
    (tmp_path / "bare").write_text(SMALL)
    (tmp_path / "paper").mkdir()
    assert load("mine.yaml").title == "mine"
    assert load(tmp_path / "mine.yaml").source == str(tmp_path / "mine.yaml")
    assert read_exercise("mine.yaml") == load("mine.yaml")
    assert load("paper").title == "B. Paper"
    assert message(load, "./paper") == "./paper: is a folder"
    assert message(load, ".") == ".: is a folder"
    assert message(load, "bare") == "bare: must end in .yaml, .yml or .json"
    assert message(load, "paper.yaml").startswith("paper.yaml: file not found; did you mean paper? built-in: ")
    assert message(load, "papr").startswith(
        '"papr" is neither a file nor a built-in exercise; did you mean paper? built-in: '
    )
    assert message(load, "").startswith('"" is neither')


def message(call, *args):
    with pytest.raises(InputError) as caught:
        call(*args)
    return str(caught.value)


def test_reading_loads_nothing_heavy():
    code = (
        "import sys, symback.exercise.builtin as b; b.load('paper');"
        "print([m for m in ('sympy', 'numpy', 'flint', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
