from __future__ import annotations

import json
import os

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from symback.errors import InputError
from symback.exercise import yaml_tree
from symback.exercise.json_tree import parse_json
from symback.exercise.nodes import Mapping, Scalar, Sequence, shown
from symback.exercise.source import read_source
from symback.exercise.tree import parse_tree, read_tree
from symback.exercise.yaml_tree import parse_yaml
from tests.hostile import cases
from tests.patience import within

DEEP = 65


def faults(read, *args):
    with pytest.raises(InputError) as caught:
        read(*args)
    return [str(fault) for fault in caught.value.faults]


def test_yaml_is_text_with_lines():
    tree = parse_yaml("a: 1e-6\nb: [no, '010',\n  1:30]\nc:\n  date: 2024-13-45\n  ~: null\n")
    assert tree == Mapping(
        {
            "a": Scalar("1e-6", 1),
            "b": Sequence((Scalar("no", 2), Scalar("010", 2, quoted=True), Scalar("1:30", 3)), 2),
            "c": Mapping({"date": Scalar("2024-13-45", 5), "~": Scalar("null", 6)}, {"date": 5, "~": 6}, 5),
        },
        {"a": 1, "b": 2, "c": 4},
        1,
    )


def test_json_is_text_with_lines():
    tree = parse_json('{"a": 1e-6,\r\n "b": [true, "1,42",\n\n null], "c": {}, "d": []}\n')
    assert tree == Mapping(
        {
            "a": Scalar("1e-6", 1),
            "b": Sequence((Scalar("true", 2), Scalar("1,42", 2, quoted=True), Scalar("null", 4)), 2),
            "c": Mapping({}, {}, 4),
            "d": Sequence((), 4),
        },
        {"a": 1, "b": 2, "c": 4, "d": 4},
        1,
    )


YAML_REFUSED = [
    ("a: 1\nb: &x 2", "f:2: b: anchors and aliases are not allowed"),
    ("a: *x", "f:1: a: anchors and aliases are not allowed"),
    ("a: {b: [1, !!float 2]}", 'f:1: a.b[1]: tags are not allowed: "tag:yaml.org,2002:float"'),
    ("? {a: 1}\n: 2", "f:1: keys must be plain text"),
    ("a: 1\n\nb: {a: 1, a: 2}", 'f:3: duplicate key "a", lines 3 and 3'),
    ("a: 1\nb: 2\n'a': 3", 'f:3: duplicate key "a", lines 1 and 3'),
    ("a: 1\n---\nb: 2", "f:2: more than one document"),
    ("[" * DEEP + "]" * DEEP, "f:1: nested deeper than 64"),
    ("[" * 2**19, "f:1: nested deeper than 64"),
    ("{a: " * 200000, "f:1: nested deeper than 64"),
    ("[" + "1," * 400000 + "]", "f:1: holds more than 100000 values"),
    ('"\\uD800": 1', "f:1: is not valid YAML"),
    ("a: 1\nb: [1", "f:3: is not valid YAML: while parsing a flow sequence (line 2), did not find expected"),
    ("a: 1\n\tb: 2", "f:2: is not valid YAML"),
    ("%YAML 9.9\n---\na: 1", "f:1: is not valid YAML"),
]


@pytest.mark.parametrize(("text", "message"), YAML_REFUSED, ids=lambda text: text[:20])
def test_yaml_refused(text, message):
    with within(5):
        (found,) = faults(parse_yaml, text, "f")
    assert found.startswith(message)
    assert "\n" not in found


@pytest.mark.parametrize(("text", "message"), YAML_REFUSED, ids=lambda text: text[:20])
def test_yaml_is_refused_without_libyaml_too(text, message, monkeypatch):
    monkeypatch.setattr(yaml_tree, "_LOADER", yaml.BaseLoader)
    (found,) = faults(parse_yaml, text, "f")
    assert "\n" not in found
    assert found.startswith(message) or "not valid" in message


JSON_REFUSED = [
    ('{"a": 1, "a": 2}', 'f:1: duplicate key "a", lines 1 and 1'),
    ('{"a": 1,\n "a": 2}', 'f:2: duplicate key "a", lines 1 and 2'),
    ('{"a": 1,42}', "f:1: a key was expected; hint: numbers with a comma need quotes (column 8)"),
    ('{"a": [1, -Infinity]}', "f:1: a[1]: infinity is not allowed (column 11)"),
    ('{"a": 01}', "f:1: a comma or } was expected (column 8)"),
    ('{"a": +1}', "f:1: a: a value was expected (column 7)"),
    ('{"a": True}', "f:1: a: a value was expected (column 7)"),
    ('{"a": "b}', "f:1: a: text in quotes was expected, closed on its line (column 7)"),
    ('{"a": "\\x"}', "f:1: a: a broken escape in a text (column 7)"),
    ('{"a": "\\u0007"}', "f:1: a: control character U+0007 (column 7)"),
    ("{'a': 1}", "f:1: a key in double quotes was expected (column 2)"),
    ('{"a" 1}', "f:1: a colon was expected after the key (column 6)"),
    ('{"a":\n [1, 2,]}', "f:2: nothing between the comma and ] (column 7)"),
    ("[1 2]", "f:1: a comma or ] was expected (column 4)"),
    ("{} {}", "f:1: text after the end (column 4)"),
    ("[", "f:1: [0]: a value was expected (column 2)"),
    ("[" * DEEP + "]" * DEEP, "f:1: nested deeper than 64 (column 65)"),
    ("[" + "1," * 400000 + "1]", "f:1: holds more than 100000 values (column 200000)"),
]


@pytest.mark.parametrize(("text", "message"), JSON_REFUSED, ids=lambda text: text[:20])
def test_json_refused(text, message):
    assert faults(parse_json, text, "f") == [message]


def test_both_nest_to_the_limit():
    for parse in (parse_yaml, parse_json):
        assert isinstance(parse("[" * 64 + "]" * 64), Sequence)


BYTES_REFUSED = [
    (b"a: 1\nb: \xe9", "f:2: not UTF-8 at byte 8"),
    ("a: 1".encode("utf-16"), "f: not UTF-8 (looks like UTF-16)"),
    ("a: 1".encode("utf-16-le"), "f: not UTF-8 (looks like UTF-16)"),
    ("a: 1".encode("utf-16-be"), "f: not UTF-8 (looks like UTF-16)"),
    (b"a: 1\r\nb: \x1b[2J", "f:2: control character U+001B"),
    (b"a\rb\r\nc\n\x00", "f:4: control character U+0000"),
    (b"# " + b"a" * 2**20, "f: is larger than 1048576 bytes"),
    (b"", "f: file holds no exercise"),
    (b"# only a comment\n", "f: file holds no exercise"),
    (b"---\n", "f: file holds no exercise"),
]


@pytest.mark.parametrize(("data", "message"), BYTES_REFUSED, ids=lambda data: repr(data)[:20])
def test_bytes_refused(data, message):
    assert faults(parse_tree, data, "f") == [message]


def test_byte_order_mark():
    assert parse_tree(b"\xef\xbb\xbfa: 1", "f") == parse_tree(b"a: 1", "f")
    assert parse_tree(b"\xef\xbb\xbf{}", "f", ".json") == Mapping({}, {}, 1)


def test_files(tmp_path):
    big, pipe = tmp_path / "big.yaml", tmp_path / "pipe.yaml"
    big.write_bytes(b"x" * (2**20 + 1))
    os.mkfifo(pipe)
    assert faults(read_tree, tmp_path) == [f"{tmp_path}: is a folder"]
    assert faults(read_tree, tmp_path / "no.yaml") == [f"{tmp_path / 'no.yaml'}: file not found"]
    assert faults(read_tree, big) == [f"{big}: is larger than 1048576 bytes"]
    assert faults(read_tree, pipe) == [f"{pipe}: is not a regular file"]
    assert faults(read_tree, "/dev/zero") == ["/dev/zero: is not a regular file"]
    assert faults(read_tree, "a\0b.yaml") == ['"a\\x00b.yaml": cannot be read: embedded null byte']
    assert "cannot be read" in faults(read_source, "x" * 5000)[0]
    text = tmp_path / "a.txt"
    text.write_text("a: 1")
    assert faults(read_tree, text) == [f"{text}: must end in .yaml, .yml or .json"]
    empty = tmp_path / "a.json"
    empty.write_text(" \n")
    assert faults(read_tree, empty, "answers") == [f"{empty}: file holds no answers"]


# What the table of hostile inputs asks of a JSON file, by a part of the input.
HOSTILE_JSON = {
    '{"name": "\\ud800"}': "f:1: name: lone surrogate U+D800 (column 10)",
    '{"W1": NaN}': "f:1: W1: NaN is not allowed (column 8)",
    "\ufeff{}": None,
    '{"W1": 1e999}': None,  # the tree keeps the text; the number is refused where numbers are read
    "[" * 100000 + "]" * 100000: "nested deeper than 64 (column 65)",
    '{"W1": 1,42}': "f:1: a key was expected; hint: numbers with a comma need quotes (column 9)",
}


@pytest.mark.parametrize("case", cases("answer_json"), ids=lambda case: str(case.input)[:20])
def test_hostile_json(case):
    message = HOSTILE_JSON[case.input]
    if message is None:
        assert isinstance(parse_tree(case.input.encode(), "f", ".json"), Mapping)
    else:
        (found,) = faults(parse_tree, case.input.encode(), "f", ".json")
        assert message in found


leaves = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"))
trees = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(leaves, inner), max_leaves=20)


def plain(node):
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.entries.items()}


@given(trees, st.booleans(), st.sampled_from([None, 0, 2]))
def test_json_survives_being_written_and_read(tree, ascii_only, indent):
    assert plain(parse_json(json.dumps(tree, ensure_ascii=ascii_only, indent=indent))) == tree


@given(st.text() | st.text('{}[]:,"\\-#&*!|>%@ \n1aé'), st.sampled_from([".yaml", ".json"]))
def test_any_text_is_read_or_refused(text, suffix):
    check_read_or_refused(text.encode("utf-8", "surrogatepass"), suffix)


@given(st.binary())
def test_any_bytes_are_read_or_refused(data):
    check_read_or_refused(data, ".yaml")


def check_read_or_refused(data, suffix):
    found = []
    try:
        tree = parse_tree(data, "f", suffix)
    except InputError as refused:
        found = refused.faults
        tree = None
    assert (tree is None) == bool(found)
    assert all("\n" not in str(fault) for fault in found)


def test_shown_text_is_short_and_inert():
    assert shown("a\x1b[2J\u202e\n") == '"a\\x1b[2J\\u202e\\n"'
    assert shown("a" * 100) == '"' + "a" * 37 + '..."'
