"""Our verdict by digits beside those of STACK and WeBWorK, and where it differs, and why.

They ask for a number of digits; the verdict table asks whether the digits that are there are right. A row of theirs
that only faults the count of digits says nothing here.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import flint
import pytest

from symback.exercise.model import Numeral
from symback.exercise.numerals import read_numeral
from symback.marking.judge import at_places, is_close, rational, reading_of

TABLE = Path(__file__).parents[1] / "data" / "number_cases.csv"

KINDS = ("NumSigFigs", "tolType=digits", "SigFigsStrict")

LENIENT = "they ask for fewer right digits than are written (or for the size alone); each written digit is judged here"
COUNT = "right as far as it goes: they fault that it has too few digits, or not the place they want"
TIE = "half-way between two numbers both are right roundings; theirs goes through binary floating point"
TOLERATED = "their extra digits may be anything; here they are wrong digits"
SIZE = "0 against a rounded 0: a written number that is not 0 is no rounding of 0"
TEN = "two digits of 10 are 10, and 9.8 is no rounding of it; theirs compares at the place of the first digit"
OPTION = "a fault in their option, not in the number"
CUT = "cut off and not rounded: their option allows it, here it is `close`, with the remark"

#: By (student's number, reference): our verdict, and why it is not theirs.
DIFFERENT = {
    ("9.8", "10"): ("wrong", TEN),
    ("6.0221409e23", "6.02214086e23"): ("exact", COUNT),
    ("5.391063e-44", "5.3910632e-44"): ("exact", COUNT),
    ("1.6162294e-35", "1.61622938e-35"): ("exact", COUNT),
    ("33", "33.1558"): ("exact", COUNT),
    ("0.143", "1/7"): ("exact", COUNT),
    ("180", "178.35"): ("exact", "two of its digits may be meant: 180 is 178.35 to tens"),
    ("0.0498", "0.04985"): ("exact", TIE),
    ("0.0497", "0.04975"): ("exact", TIE),
    ("3.143", "3.1415927"): ("wrong", LENIENT),
    ("0.1666", "0.1667"): ("wrong", LENIENT),
    ("12300.0", "12345.654321"): ("wrong", LENIENT),
    ("12000.0", "12345.654321"): ("wrong", LENIENT),
    ("0.0010", "0"): ("wrong", SIZE),
    ("0.001", "0"): ("wrong", SIZE),
    ("100", "0"): ("wrong", SIZE),
    ("10.0", "0"): ("wrong", SIZE),
    ("8.250434", "8.250"): ("wrong", TOLERATED),
    ("82.4", "82"): ("wrong", TOLERATED),
    ("0.14285", "1/7"): ("close", CUT),
    ("0.142", "1/7"): ("close", CUT),
    ("0.14291", "1/7"): ("wrong", TOLERATED),
    ("0.14294", "1/7"): ("wrong", TOLERATED),
    ("0.14290907676", "1/7"): ("wrong", TOLERATED),
    ("0.1433333", "1/7"): ("wrong", TOLERATED),
    ("0.144", "1/7"): ("wrong", TOLERATED),
    ("0.145", "1/7"): ("wrong", TOLERATED),
    ("3.141", "pi"): ("close", CUT),
    ("3.1415888", "pi"): ("wrong", TOLERATED),
}


@cache
def _rows():
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["kind"] in KINDS]


def truth(text):
    if text == "pi":
        with flint.ctx.workprec(200):
            return flint.arb.pi()
    found = read_numeral(text)
    return rational(found.value) if isinstance(found, Numeral) else None


def verdict(student, reference):
    """Our verdict; None where one of the two is an expression, or none at all."""
    number, true = read_numeral(student), truth(reference)
    if not isinstance(number, Numeral) or true is None:
        return None
    reading = reading_of(number)
    return "exact" if at_places(reading, true) else "close" if is_close(reading, true) else "wrong"


def judged():
    """Rows with a number, a reference, and a verdict on its digits."""
    for row in _rows():
        if row["kind"] != "SigFigsStrict" and "score=-1" not in row["expected"]:
            ours = verdict(row["input"], row["reference"])
            only_count = "WrongDigits" in row["expected"] and "ccurate" not in row["expected"]
            if ours is not None and not only_count:
                yield row["input"], row["reference"], "score=1" in row["expected"], ours


def test_the_verdict_is_theirs_or_the_table_says_why_not():
    rows = list(judged())
    assert len(rows) > 100
    differing = {(student, reference): ours for student, reference, right, ours in rows if right != (ours == "exact")}
    assert differing == {pair: ours for pair, (ours, _) in DIFFERENT.items()}


STRICT = [row for row in _rows() if row["kind"] == "SigFigsStrict" and "score=-1" not in row["expected"]]


@pytest.mark.parametrize("row", STRICT, ids=[f"{row['input']}-{row['option']}" for row in STRICT])
def test_the_digits_that_a_number_may_have(row):
    number = read_numeral(row["input"])
    if not isinstance(number, Numeral):
        pytest.skip("with a unit: the scanner reads bare numbers")
    asked, strict = int(row["option"]), "score=1" in row["expected"]
    # Strictly `100` has one digit; within the range one to three, and a verdict believes any of them.
    within = strict or "WithinRange" in row["expected"]
    assert within == (number.least <= asked <= number.most)
    places = reading_of(number).places
    assert len(places) == number.most - number.least + 1
