"""How other systems read one number and count its digits, and where symback differs, and why.

The rows come from the tests of STACK, Numbas, PrairieLearn and Moodle (`source_path` says where).
"""

from __future__ import annotations

import csv
import re
from fractions import Fraction
from pathlib import Path

import pytest

from symback.exercise.model import Numeral
from symback.exercise.numerals import Refusal, read_numeral

TABLE = Path(__file__).parents[1] / "data" / "number_cases.csv"

EXPRESSION = "an expression, and symback's scanner reads one number"
UNIT = "a unit or another word after the number: which of its digits count is not for the scanner to say"
THOUSANDS = "a comma, point, apostrophe or plain space between thousands may as well separate two numbers"
DIFFERENT = {
    # STACK counts digits in whole expressions.
    "(-12.00)": EXPRESSION,
    "--(-12.00)": EXPRESSION,
    "(00.00)": EXPRESSION,
    "-(12.000)": EXPRESSION,
    "1/-12.00": EXPRESSION,
    "e+4.3^k": EXPRESSION,
    "e+4.3e21^k": EXPRESSION,
    "52435*mg": UNIT,
    "-12.00*m": UNIT,
    "-(12.00*m)": UNIT,
    "1030*m/s": UNIT,
    "1.23*4": EXPRESSION,
    "4*3.21": EXPRESSION,
    "50*3.21": EXPRESSION,
    "3434...34*34": EXPRESSION,
}
GROUPED = {",": "en in", ".": "eu", " ": "si-en si-fr scientific", "'": "ch"}


def rows(*kinds):
    with TABLE.open(encoding="utf-8", newline="") as stream:
        found = [row for row in csv.DictReader(stream) if row["kind"] in kinds]
    assert found
    return [pytest.param(row, id=f"{row['kind']}-{row['option']}-{row['input']}") for row in found]


def expected(row):
    return dict(part.split("=", 1) for part in row["expected"].split("; "))


@pytest.mark.parametrize("row", rows("sigfig_range", "sigfig_range_utils"))
def test_stack_counts_the_same_digits(row):
    found, wanted = read_numeral(row["input"], fractions=False), expected(row)
    if row["input"] in DIFFERENT:
        assert isinstance(found, Refusal), DIFFERENT[row["input"]]
        return
    assert isinstance(found, Numeral)
    assert (found.least, found.most) == (int(wanted["lower"]), int(wanted["upper"]))
    # STACK's dp are the decimals of the mantissa; the place takes the exponent in.
    exponent = int(re.split("[eE]", row["input"])[1]) if re.search("[eE]", row["input"]) else 0
    assert found.place == exponent - int(wanted["dp"])


@pytest.mark.parametrize("row", rows("countSigFigs"))
def test_numbas_counts_the_same_digits(row):
    found = read_numeral(row["input"])
    if row["expected"] == "0":
        assert isinstance(found, Refusal)
    elif row["option"] == "max=5":
        # The option lets Numbas count more than are certain; none of its rows needs that.
        assert isinstance(found, Numeral)
        assert found.least <= int(row["expected"]) <= found.most
    else:
        assert isinstance(found, Numeral)
        assert (found.least, found.most) == (int(row["expected"]),) * 2


@pytest.mark.parametrize("row", rows("string_precision"))
def test_prairielearn_finds_the_same_last_place(row):
    found = read_numeral(row["input"])
    assert isinstance(found, Numeral)
    wanted = Fraction(row["expected"])
    if wanted == 0:
        assert found.place is None  # both call a fraction exact
    elif row["input"] in ("420", "1.0e2"):
        # PrairieLearn takes trailing zeros for places not written. Here `420` is ambiguous (two or three
        # digits, its place is where the writing ends), and the zero of `1.0e2` counts: it follows a mark.
        assert (wanted, found.place) in [(10, 0), (100, 1)]
    else:
        assert Fraction(10) ** found.place == wanted


@pytest.mark.parametrize("row", rows("number_notation"))
def test_numbas_reads_the_same_value(row):
    style = row["option"].removeprefix("style=")
    found = read_numeral(row["input"], decimal="," if style in ("eu", "si-fr") else ".")
    value, text = expected(row)["value"], row["input"].strip()
    body = text.lstrip("- ")
    separators = {mark for mark, styles in GROUPED.items() if mark in body and style in styles.split()}
    if value == "NaN" or separators:
        assert isinstance(found, Refusal), THOUSANDS
        if value != "NaN" and separators == {" "}:
            narrow = read_numeral(text.replace(" ", "\u202f"), decimal="," if style == "si-fr" else ".")
            check_grouped(narrow, value)
        return
    assert isinstance(found, Numeral)
    assert found.value == Fraction(value)


def check_grouped(found, value):
    """With the space that typography asks for, groups of three are read; Numbas allows a shorter last one."""
    if isinstance(found, Refusal):
        assert found.reason == "digits are grouped by three"
    else:
        assert found.value == Fraction(value)


# Moodle takes what follows a number for its unit; symback refuses the text.
@pytest.mark.parametrize("row", rows("parse_response"))
def test_moodle_finds_the_same_parts(row):
    found = read_numeral(row["input"])
    parts = row["expected"].split("]=")[1]
    if parts.startswith("null"):
        assert isinstance(found, Refusal)
        return
    before, after, exponent, unit = (part.strip("'") for part in parts.split(", "))
    if unit or "," in row["input"]:
        assert isinstance(found, Refusal)
        return
    assert isinstance(found, Numeral)
    exact = Fraction(f"{before or '0'}.{after or '0'}") * Fraction(10) ** int(exponent or "0")
    assert found.value == exact


@pytest.mark.parametrize("row", rows("student_input_decimals"))
def test_stack_refuses_the_other_mark_too(row):
    decimal = row["option"].removeprefix("decimals=").strip("'")
    found = read_numeral(row["input"], decimal=decimal)
    several = any(mark in row["input"] for mark in "{;*")
    if several or row["expected"].startswith("invalid"):
        assert isinstance(found, Refusal)
    else:
        assert isinstance(found, Numeral)
        assert found.value == Fraction(row["input"].replace(",", "."))
