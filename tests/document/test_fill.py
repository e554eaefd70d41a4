"""Numbers on a sheet: their digits, signs, brackets and relations."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symback.document.dialects import DIALECTS
from symback.document.fill import FORMS, LONGEST_LINE, Numbers, widest_number
from symback.exercise.numerals import read_numeral
from symback.solution.rounding import round_rational
from tests.document.sheets import solved

rationals = st.builds(
    lambda over, under, power: Fraction(over, under) * Fraction(10) ** power,
    st.integers(-(10**12), 10**12),
    st.integers(1, 10**6),
    st.integers(-30, 30),
)


def numbers(dialect="tex", decimal=".", digits=10):
    return Numbers(solved("paper"), DIALECTS[dialect].numbers, digits, decimal)


def read(code):
    """A number in LaTeX as a reader takes it."""
    mantissa, _, power = code.replace("{,}", ".").partition(" \\times 10^{")
    return Fraction(mantissa) * Fraction(10) ** int(power.removesuffix("}") or 0)


@given(rationals, st.integers(1, 20), st.sampled_from(".,"))
def test_the_code_is_the_rounded_number(value, digits, decimal):
    rounded = round_rational(value, digits)
    shown = numbers(decimal=decimal, digits=digits).decimal_shown(rounded)
    assert read(("-" if shown.negative else "") + shown.code) == rounded.value
    assert shown.exact == (rounded.value == value)
    assert shown.width <= widest_number(digits)


@given(rationals)
def test_a_number_is_the_same_in_every_dialect(value):
    rounded = round_rational(value, 8)
    latex, typst = (numbers(dialect, ",").decimal_shown(rounded) for dialect in ("tex", "typ"))
    # In Typst the digits stand in a box of text.
    digits = re.sub(r'num\("([^"]*)"\)', r"\1", typst.code)
    plain = re.sub(r'sci\("(.*)", "(.*)"\)', r"\1 \\times 10^{\2}", digits).replace("−", "-")
    assert latex.code.replace("{,}", ",") == plain


@given(rationals)
def test_what_a_student_copies_from_a_sheet_is_read_again(value):
    rounded = round_rational(value, 6)
    shown = numbers(decimal=",").decimal_shown(rounded)
    text = shown.code.replace("{,}", ",").replace(" \\times 10^{", "e").replace("}", "")
    assert read_numeral(text, decimal=",").value == abs(rounded.value)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("0", "0"),
        ("12.1", "12.1"),
        ("-0.0001", "0.0001"),
        ("0.00001", "1 \\times 10^{-5}"),
        ("-0.000012", "1.2 \\times 10^{-5}"),
        ("1234567890", "1234567890"),
        ("12345678901", "1.2345678901 \\times 10^{10}"),
        ("100", "100"),
        ("1/3", "0.3333333333"),
        ("200/3", "66.66666667"),
    ],
)
def test_forms_of_numbers(value, code):
    rounded = round_rational(Fraction(value), 10, limit=15)
    assert numbers().decimal_shown(rounded).code == code


def test_very_many_digits_stand_in_lines():
    shown = numbers(digits=100).decimal_shown(round_rational(Fraction(1, 3), 100))
    lines = shown.code.removeprefix("\\begin{array}{@{}l@{}} ").removesuffix(" \\end{array}").split(" \\\\ ")
    assert "".join(lines) == "0." + "3" * 100
    assert {len(line) for line in lines[:-1]} == {LONGEST_LINE}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("value", ["-2", "2", "0", "-1e-9", "1e-9"])
def test_no_form_makes_two_signs_meet(form, value):
    table = numbers()
    rounded = round_rational(read_numeral(value).value, 10)
    code = FORMS[form](table.decimal_shown(rounded), table.marks)
    assert "--" not in code.replace(" ", "")
    expected = -rounded.value if form == "negated" else rounded.value
    plain = code.strip().removeprefix("+ ").replace("- ", "-").replace("(", "", 1 if code.strip()[0] in "(-+" else 0)
    assert read(plain.strip("()").replace("(", "").replace(")", "")) == expected


def test_a_given_fraction_stays_a_fraction():
    table = Numbers(solved("fractions"), DIALECTS["tex"].numbers, 10, ".")
    shown = table.shown("X", 1)
    assert (shown.negative, shown.code, shown.exact) == (True, "\\frac{2}{7}", True)


def test_entries_of_a_copy_are_formatted_once():
    table = Numbers(solved("paper"), DIALECTS["tex"].numbers, 10, ".")
    assert table.shown("dZ_2", 0) is table.shown("db_2", 0)
