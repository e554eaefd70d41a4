"""Answers files: trees of values, single CSV, a class; and the hostile ones."""

from __future__ import annotations

import pytest

from symback.errors import InputError
from symback.exercise.tree import parse_tree
from symback.marking.answers import AnswerEntry, ClassAnswers, read_answers, target, tree_answers
from symback.marking.answers_csv import parse_csv
from tests.hostile import cases

TARGETS = [
    ("dW_2", ("dW_2", None)),
    ("dW2", ("dW_2", None)),
    (" dL/dW_2 ", ("dW_2", None)),
    ("∂L/∂W₂", ("dW_2", None)),
    ("dW_1[2,3]", ("dW_1", (2, 3))),
    ("Z_1[2]", ("Z_1", (2,))),
    ("dA_2/dZ_2", ("dA_2/dZ_2", None)),
    ("dA_1/dZ_1[2]", ("dA_1/dZ_1", (2,))),
    ("W_1_new", ("W_1_new", None)),
    ("W_1_new[1,2]", ("W_1_new", (1, 2))),
    ("Z_2.sum", ("Z_2.sum", None)),
    ("A_2.exp", ("A_2.exp", None)),
    ("foo", ("foo", None)),
    ("5", ("5", None)),
    ("x" * 100, ("x" * 100, None)),
]


@pytest.mark.parametrize(("key", "wanted"), TARGETS)
def test_target(key, wanted):
    assert target(key) == wanted


def entries(text, suffix=".yaml"):
    return [
        (entry.quantity, entry.index, entry.text, entry.line)
        for entry in tree_answers(parse_tree(text, "a", suffix, "answers"), "a")
    ]


def test_yaml():
    text = "L: 289\nZ_1: [3.9, '12,1', 20.3]\ndW_1:\n  - [1e-6, 2e-7]\n  - [3, null]\ndW_2[1,3]: -7.59e-6\nb_2:\n"
    assert entries(text) == [
        ("L", None, "289", 1),
        ("Z_1", (1,), "3.9", 2),
        ("Z_1", (2,), "12,1", 2),
        ("Z_1", (3,), "20.3", 2),
        ("dW_1", (1, 1), "1e-6", 4),
        ("dW_1", (1, 2), "2e-7", 4),
        ("dW_1", (2, 1), "3", 5),
        ("dW_2", (1, 3), "-7.59e-6", 6),
    ]


def test_json():
    assert entries('{"dW2": [[1, "-1,42"]],\n "L": 1e-6}', ".json") == [
        ("dW_2", (1, 1), "1", 1),
        ("dW_2", (1, 2), "-1,42", 1),
        ("L", None, "1e-6", 2),
    ]


TREES = [
    ("[1, 2]", "a mapping from quantities to values was expected, not a list"),
    ("L: {a: 1}", "L must be a number or a list, not a mapping"),
    ("dW_1[1,2]: [1]", "dW_1[1,2] must be a number, not a list"),
    ("Z_1: []", "Z_1 is an empty list"),
    ("W_1: [[1, 2], [3]]", "W_1 has rows of different lengths"),
    ("W_1: [[], []]", "W_1 has an empty row"),
    ("W_1: [[1, 2], [3, [4]]]", "W_1[1][1] must be a number, not a list"),
    ("Z_1: [1, [2]]", "Z_1[1] must be a number, not a list"),
    ("dW2: 1\nL: 2\ndW_2: 1", 'two values for "dW_2", lines 1 and 3'),
    ("dW_2: [[1, 2]]\ndW_2[1,2]: 3", 'two values for "dW_2[1,2]", lines 1 and 2'),
]


@pytest.mark.parametrize(("text", "message"), TREES)
def test_trees_refused(text, message):
    assert messages(lambda: entries(text)) == [message]


def messages(read):
    with pytest.raises(InputError) as caught:
        read()
    return [str(fault).removeprefix("a:").lstrip("0123456789: ") for fault in caught.value.faults]


def test_all_faults_at_once():
    assert len(messages(lambda: entries("Z_1: []\nL: {}\nW_1: [[1], [2, 3]]"))) == 3


@pytest.mark.parametrize(
    "text", ["quantity,value\ndW2,-1.5\nL,\n", 'value;"quantity"\n-1.5;dW_2\n\n', "quantity\tvalue\rdW_2\t -1.5"]
)
def test_csv_of_one_student(text):
    (entry,) = parse_csv(text, None)
    assert (entry.quantity, entry.index, entry.text) == ("dW_2", None, "-1.5")


CLASS = 'id,name,Z_1[1],dW_1[2,3],"b_1[2]",code\n7,Ann,"3,9",1e-6,,x1\n8,Bob,4,-,5,x2\n'


def test_csv_of_a_class():
    found = parse_csv(CLASS, None)
    assert isinstance(found, ClassAnswers)
    ann, bob = found.students
    assert (ann.id, ann.name, ann.code, ann.line) == ("7", "Ann", "x1", 2)
    assert ann.entries == (AnswerEntry("Z_1", (1,), "3,9", 2), AnswerEntry("dW_1", (2, 3), "1e-6", 2))
    assert bob.entries == (AnswerEntry("Z_1", (1,), "4", 3), AnswerEntry("b_1", (2,), "5", 3))


CSV_REFUSED = [
    ("", ["file holds no answers"]),
    ("a,b\n1,2", ["columns quantity and value were expected, or a column id and a column for each entry"]),
    ("id,,L\n1,2,3", ["a column without a name"]),
    ("id,dW2,dW_2\n1,2,3", ['duplicate column "dW_2"']),
    ("id,L\n1,2\n1,3", ['two rows for id "1", lines 2 and 3']),
    ("id,L\n1", ["row 2 has 1 fields, the header has 2; hint: use ; or quotes where numbers have a comma"]),
    ("quantity,value\n,2", ["empty quantity on line 2"]),
    ("quantity,value\nL,2\nL,3", ['two values for "L", lines 2 and 3']),
    ('id,L\n1,"2"x\n2,"', ["broken quotes: ',' expected after '\"'", "quote opened on line 3 never closed"]),
]


@pytest.mark.parametrize(("text", "wanted"), CSV_REFUSED)
def test_csv_refused(text, wanted):
    assert messages(lambda: parse_csv(text, None)) == wanted


@pytest.mark.parametrize("case", cases("answer_csv"), ids=lambda case: case.required)
def test_hostile_csv(tmp_path, case):
    path = tmp_path / "answers.csv"
    path.write_bytes(case.input if isinstance(case.input, bytes) else case.input.encode())
    if case.required == "accepted":
        assert isinstance(read_answers(path), ClassAnswers)
        return
    said = messages(lambda: read_answers(path))
    wanted = {
        "exit 2; row 2 has more fields than the header": "row 2 has 3 fields, the header has 2",
        "exit 2; row 2 has 3 fields, header has 2; hint: use ; or quotes": "row 2 has 3 fields, the header has 2; hint",
        "exit 2; field longer than 100000, line 2; no traceback": "field longer than 100000, line 2",
    }.get(case.required, case.required.removeprefix("exit 2; "))
    assert any(wanted in message for message in said)


@pytest.mark.parametrize("case", cases("answer_json"), ids=lambda case: case.required)
def test_hostile_json(tmp_path, case):
    path = tmp_path / "answers.json"
    path.write_bytes(case.input if isinstance(case.input, bytes) else case.input.encode())
    if case.required == "accepted":
        assert read_answers(path) == ()
    elif "exponent" in case.required:
        (entry,) = read_answers(path)  # numbers stay text; whoever marks them reads and refuses them
        assert entry.text == "1e999"
    else:
        assert messages(lambda: read_answers(path))


@pytest.mark.parametrize(
    ("data", "message"), [("id,L\n1,2".encode("utf-16"), "UTF-16"), (b"id,L\n1,\xe9", "not UTF-8")]
)
def test_csv_that_is_not_utf8(tmp_path, data, message):
    path = tmp_path / "answers.csv"
    path.write_bytes(data)
    with pytest.raises(InputError, match=message):
        read_answers(path)


def test_byte_order_mark_and_line_ends(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_bytes(b"\xef\xbb\xbfid;L\r\n1;2,5\r\n")
    found = read_answers(path)
    assert isinstance(found, ClassAnswers)
    assert found.students[0].entries == (AnswerEntry("L", None, "2,5", 2),)
