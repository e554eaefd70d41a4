"""Points: read with all faults at once, shared by entries, earned by verdicts, never by copying a slip."""

from fractions import Fraction

import pytest

from symback.errors import InputError
from symback.exercise.tree import parse_tree
from symback.marking.points import Points, counting, places, points_from, read_points, score
from tests.marking.hand_marked import a_mark, paper, paper_solution


def points(text: str, suffix: str = ".yaml") -> Points:
    return points_from(parse_tree(text, "points.yaml", suffix, "points"), paper_solution(), "points.yaml")


def faults(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        points(text)
    return [str(fault) for fault in caught.value.faults]


def test_points_of_a_quantity_are_shared_equally_by_its_entries():
    found = points("dW_1: 3\nZ_2.sum: 1\ndW_2[1,3]: 0.5\nZ_1[2]: '1,5'\n")
    assert found.entries[("dW_1", (2, 3))] == Fraction(1, 3)
    assert found.entries[("Z_2.sum", ())] == 1
    assert found.entries[("dW_2", (1, 3))] == Fraction(1, 2)
    assert found.entries[("Z_1", (2,))] == Fraction(3, 2)
    assert len(found.entries) == 12


def test_json_holds_points_as_well():
    assert points('{"A_2": 2, "credit": {"slip": "1/2"}}', ".json").credit["slip"] == Fraction(1, 2)


def test_all_faults_are_told_at_once_with_their_lines():
    assert faults("dW1: 3\nZ_1[4]: 1\nA_2: x\nL: -1\ncredit: {slipp: 1/2, wrong: 2}\n") == [
        'points.yaml:1: "dW1" is not a quantity of this exercise; did you mean dW_1? ' + f"known here: {known_here()}",
        "points.yaml:2: Z_1[4] is not an entry of Z_1, which has 3",
        'points.yaml:3: A_2 is not a number: "x" (no digits, column 1)',
        'points.yaml:4: L must be a number from 0 to 1000000, got "-1"',
        "points.yaml:5: credit.slipp is not a verdict that can earn points; did you mean slip? "
        "known here: exact, close, carried, slip, wrong",
        'points.yaml:5: credit.wrong must be a number from 0 to 1, got "2"',
    ]


def known_here() -> str:
    solution = paper_solution()
    names = (*solution.names, *solution.derivation.parts)
    return ", ".join(name if name.isidentifier() else f'"{name}"' for name in names)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- 1\n", "points.yaml:1: a mapping from quantities to points was expected, not a list"),
        ("credit: 1\n", 'points.yaml:1: credit must be a mapping from verdicts to parts, got "1"'),
        ("credit: {slip: 0.5}\n", "points.yaml:1: no quantity is given points"),
        ("A_2: 1\nA_2[1]: 1\n", "points.yaml:2: A_2[1] is not an entry of A_2, which has 1"),
        ("dW_2: 1\ndW_2[1,2]: 1\n", "points.yaml:2: dW_2[1,2] is given points twice, lines 1 and 2"),
        ("A_2: [1]\n", "points.yaml:1: A_2 must be a number, got a list"),
    ],
)
def test_a_faulty_file_is_refused(text, expected):
    assert faults(text) == [expected]


def test_a_file_is_named(tmp_path):
    file = tmp_path / "points.yaml"
    file.write_text("Q: 1\n")
    with pytest.raises(InputError, match=r"points\.yaml:1: \"Q\" is not a quantity"):
        read_points(file, paper_solution())


def test_a_score_counts_by_verdict():
    found = score(paper(), points("Z_1.sum: 3\ndZ_2: 1\ndW_2: 3\ndb_1: 1\nA_2.exp: 1\ny: 2\n"))
    earned = {name: each.earned for name, each in found.quantities.items()}
    assert earned == {"Z_1.sum": 1, "dZ_2": 0, "dW_2": 2, "db_1": 0, "A_2.exp": 1, "y": 0}
    assert (found.earned, found.total, found.flagged) == (4, 11, 1)


def test_credit_changes_what_a_verdict_earns():
    found = score(paper(), points("dZ_2: 1\ndW_2: 3\ncredit: {slip: 1/3, carried: 1/2}\n"))
    assert found.earned == Fraction(1, 3) + 1


def marks(*rows):
    return paper(marks=tuple(a_mark(line, "dZ_2", None, "-", read, "1", "1", *rest) for line, read, *rest in rows))


@pytest.mark.parametrize(
    ("rows", "earned"),
    [
        ([(1, "2", "slip"), (2, "2", "carried", None, (1,))], 0),
        ([(1, "2", "slip"), (2, "2", "exact")], 0),
        ([(1, "2", "slip"), (2, "2.0", "carried", None, (1,))], 0),
        ([(1, "2", "slip"), (2, "3", "carried", None, (7,))], 1),
        ([(1, "2", "wrong"), (2, "1", "exact")], 1),
        ([(1, "1", "exact"), (2, "2", "wrong")], 1),
        ([(1, None, "unread"), (2, "2", "carried", None, (3,))], 1),
        ([], 0),
    ],
)
def test_of_several_writings_the_best_counts_and_a_copied_slip_earns_nothing(rows, earned):
    assert score(marks(*rows), points("dZ_2: 1\n")).earned == earned


def test_marks_without_a_quantity_count_for_nothing():
    assert list(counting([a_mark(1, None, None, "1", "1", None, None, "unread")])) == []


def test_places_are_counted_as_in_the_names_of_entries():
    assert places((1, 1)) == [()]
    assert places((2, 1)) == [(1,), (2,)]
    assert places((1, 2)) == [(1, 1), (1, 2)]
