from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symback.exercise.model import Numeral
from symback.exercise.numerals import Refusal, read_numeral
from tests.hostile import cases
from tests.patience import within

# text, decimal mark, value, least, most, place
READ = [
    ("1.42", ".", "1.42", 3, 3, -2),
    ("1,42", ",", "1.42", 3, 3, -2),
    ("1{,}42", ",", "1.42", 3, 3, -2),
    ("1{.}42", ".", "1.42", 3, 3, -2),
    ("+1.5e-3", ".", "0.0015", 2, 2, -4),
    ("-1,42e-6", ",", "-0.00000142", 3, 3, -8),
    ("−1,42E-6", ",", "-0.00000142", 3, 3, -8),
    ("-1,42e^{-6}", ",", "-0.00000142", 3, 3, -8),
    ("-1,42e^-6", ",", "-0.00000142", 3, 3, -8),
    ("-1,42e⁻⁶", ",", "-0.00000142", 3, 3, -8),
    (r"1,12 \times 10^{-8}", ",", "0.0000000112", 3, 3, -10),
    (r"1,42\cdot 10^{-6}", ",", "0.00000142", 3, 3, -8),
    (r"1,42\,\cdot\,10^{ - 6 }", ",", "0.00000142", 3, 3, -8),
    ("1.12·10⁻⁸", ".", "0.0000000112", 3, 3, -10),
    ("1.12×10^-8", ".", "0.0000000112", 3, 3, -10),
    ("1.12 ⋅ 10^−8", ".", "0.0000000112", 3, 3, -10),
    ("1.12*10^8", ".", "112000000", 3, 3, 6),
    ("3.00x10**-8", ".", "0.00000003", 3, 3, -10),
    ("10^{-6}", ".", "0.000001", 1, 1, -6),
    ("-10⁻⁶", ".", "-0.000001", 1, 1, -6),
    ("10 \\cdot 10^{2}", ".", "1000", 1, 2, 2),
    ("100", ".", "100", 1, 3, 0),
    ("100.", ".", "100", 3, 3, 0),
    ("120e2", ".", "12000", 2, 3, 2),
    ("00120", ".", "120", 2, 3, 0),
    ("0.0010", ".", "0.001", 2, 2, -4),
    (".5", ".", "0.5", 1, 1, -1),
    (",5", ",", "0.5", 1, 1, -1),
    ("5.", ".", "5", 1, 1, 0),
    ("- 5", ".", "-5", 1, 1, 0),
    (" 5\t", ".", "5", 1, 1, 0),
    ("0", ".", "0", 1, 1, 0),
    ("-0.0", ".", "0", 1, 1, -1),
    ("0.00", ".", "0", 2, 2, -2),
    ("0e5", ".", "0", 1, 1, 5),
    ("1\u202f000", ".", "1000", 1, 4, 0),
    ("12\u00a0345\u2009678,5", ",", "12345678.5", 9, 9, -1),
    (r"1\,000", ",", "1000", 1, 4, 0),
    ("0.123\u2009456", ".", "0.123456", 6, 6, -6),
    ("1e400", ".", "1e400", 1, 1, 400),
    ("1e-400", ".", "1e-400", 1, 1, -400),
    ("1e0000000000400", ".", "1e400", 1, 1, 400),
    ("9" * 60, ".", "9" * 60, 60, 60, 0),
    ("1/3", ".", "1/3", 0, 0, None),
    ("-2/7", ",", "-2/7", 0, 0, None),
    ("6 / 4", ".", "3/2", 0, 0, None),
    (r"\frac{1}{3}", ".", "1/3", 0, 0, None),
    (r"-\dfrac{2}{7}", ".", "-2/7", 0, 0, None),
]

# text, decimal mark, reason, column
REFUSED = [
    ("", ".", "no answer", None),
    (" \t", ".", "no answer", None),
    ("-", ".", "no digits", None),
    (".", ".", "no digits", None),
    ("e5", ".", "no digits", 1),
    ("+-1", ".", "two signs", 2),
    ("--1", ".", "two signs", 2),
    ("1,42", ".", "comma, but the decimal mark is a point", 2),
    ("1{,}42", ".", "comma, but the decimal mark is a point", 2),
    ("1.42", ",", "point, but the decimal mark is a comma", 2),
    ("1.000,5", ",", "both marks in one number", 2),
    ("1,000.5", ",", "both marks in one number", 6),
    ("1,000.5", ".", "both marks in one number", 2),
    ("1.2.3", ".", "two decimal marks", 4),
    ("1,42 %", ",", "text after the number", 6),
    ("1 000", ".", "text after the number", 3),
    ("1_000", ".", "text after the number", 2),
    ("1:30", ".", "text after the number", 2),
    ("1 1/3", ".", "text after the number", 3),
    ("1/2/3", ".", "text after the number", 4),
    ("1j", ".", "text after the number", 2),
    ("1²", ".", "character U+00B2", 2),
    ("1\x00", ".", "character U+0000", 2),
    ("１", ".", "character U+FF11", 1),
    ("O,5", ",", "letter O", 1),
    ("1O", ".", "letter O", 2),
    ("l.5", ".", "letter l", 1),
    (r"12\,34", ".", "digits are grouped by three", 3),
    (r"1234\,567", ".", "digits are grouped by three", 10),
    ("0.12\u2009345", ".", "digits are grouped by three", 9),
    ("1e", ".", "no digits in the exponent", None),
    ("1e 5", ".", "no digits in the exponent", 3),
    ("10⁻", ".", "no digits in the exponent", 3),
    ("1.5·10⁻⁸⁻", ".", "no digits in the exponent", 7),
    ("1.5e^{-6", ".", "} expected", None),
    ("1.5 × 10", ".", "no exponent after 10", 9),
    ("1.5 × 3", ".", "only a power of ten can follow here", 7),
    ("1e401", ".", "exponent outside +-400", None),
    ("1e-401", ".", "exponent outside +-400", None),
    ("1·10⁴⁰¹", ".", "exponent outside +-400", None),
    ("9" * 61, ".", "more than 60 digits", None),
    ("1." + "3" * 60, ".", "more than 60 digits", None),
    ("1/" + "3" * 61, ".", "more than 60 digits", None),
    ("1/0", ".", "division by zero", 4),
    ("1/-2", ".", "a fraction has whole numbers", 3),
    ("1.5/2", ".", "a fraction has whole numbers", 5),
    ("1/2.5", ".", "a fraction has whole numbers", 4),
    (r"\frac{1}3", ".", "{ expected", 9),
    ("-inf", ".", "infinity is not allowed", 2),
    ("∞", ".", "infinity is not allowed", 1),
    ("NaN", ".", "NaN is not allowed", 1),
]


@pytest.mark.parametrize(("text", "decimal", "value", "least", "most", "place"), READ)
def test_read(text, decimal, value, least, most, place):
    found = read_numeral(text, decimal=decimal)
    assert found == Numeral(text.strip(), Fraction(value), least, most, place)


@pytest.mark.parametrize(("text", "decimal", "reason", "column"), REFUSED)
def test_refused(text, decimal, reason, column):
    assert read_numeral(text, decimal=decimal) == Refusal(reason, column)


def test_what_a_caller_may_forbid():
    assert read_numeral("1/3", fractions=False) == Refusal("a fraction is not allowed here", 2)
    assert read_numeral(r"\frac{1}{3}", fractions=False) == Refusal("a fraction is not allowed here", 1)
    assert read_numeral("2e^{-6}", calculator=False) == Refusal("e^ may be a power of ten or of e", 2)
    assert isinstance(read_numeral("2e-6", calculator=False), Numeral)
    with pytest.raises(ValueError, match="decimal mark"):
        read_numeral("1", decimal=";")


# What the table of hostile inputs asks of each text: a value, or the words of the refusal, per decimal mark.
HOSTILE = {
    "1{,}42": {",": "1.42"},
    "١٢": {".": "character U+0661, column 1"},
    "−1,42": {",": "-1.42"},
    "1/3": {".": "1/3"},
    "+-1": {".": "two signs, column 2"},
    "1.42e-3": {".": "0.00142"},
    "0x1F": {".": "only a power of ten can follow here, column 3"},
    "O,5": {",": "letter O, column 1"},
    "1.000,5": {",": "both marks in one number, column 2", ".": "both marks in one number, column 6"},
    "1e-999999999": {".": "exponent outside +-400"},
    "1j": {".": "text after the number, column 2"},
    "oo": {".": "infinity is not allowed, column 1"},
    "-1,42e^{-6}": {",": "-1.42e-6"},
    "1e999999999": {".": "exponent outside +-400"},
    r"1,42\cdot 10^{-6}": {",": "1.42e-6"},
    "": {".": "no answer"},
    "-1,42e-6": {",": "-1.42e-6"},
    "1." + "3" * 100000: {".": "longer than 100 characters"},
    "9" * 5000: {".": "longer than 100 characters"},
    "1" * 30 + "x": {".": "only a power of ten can follow here, column 32"},
    "1,42 %": {",": "text after the number, column 6"},
    "nan": {".": "NaN is not allowed, column 1"},
    "-": {".": "no digits"},
    "1,42": {",": "1.42", ".": "comma, but the decimal mark is a point, column 2"},
    "\u200b1,42": {",": "character U+200B, column 1"},
}


@pytest.mark.parametrize("case", cases("number"), ids=lambda case: str(case.input)[:20])
def test_hostile_numbers(case):
    for decimal, wanted in HOSTILE[case.input].items():
        with within(0.05):  # a millisecond in truth; slow machines are given time
            found = read_numeral(case.input, decimal=decimal)
        if isinstance(found, Refusal):
            assert str(found) == wanted
        else:
            assert found.value == Fraction(wanted)


def test_exponents_are_told_apart():
    small, smaller = read_numeral("1.42e-3"), read_numeral("1.42e-6")
    assert isinstance(small, Numeral)
    assert isinstance(smaller, Numeral)
    assert small.value != smaller.value


digits = st.text("0123456789", max_size=29)


@given(
    st.sampled_from(["", "-", "+", "−"]),
    st.text("0123456789", min_size=1, max_size=29),
    st.none() | digits,
    st.none() | st.integers(-400, 400),
    st.sampled_from(".,"),
    st.sampled_from(["{e}e{x}", "{e}E{x}", r"{e} \times 10^{{{x}}}", "{e}·10^{x}", "{e}e^{{{x}}}"]),
)
def test_a_decimal_survives_being_written_and_read(sign, before, after, exponent, mark, form):
    mantissa = before if after is None else f"{before}{mark}{after}"
    text = sign + (mantissa if exponent is None else form.format(e=mantissa, x=exponent))
    found = read_numeral(text, decimal=mark)
    assert isinstance(found, Numeral)
    scale = Fraction(10) ** ((exponent or 0) - len(after or ""))
    assert found.value == (-1 if sign in "-−" and sign else 1) * int(before + (after or "")) * scale
    assert found.place == (exponent or 0) - len(after or "")
    assert 1 <= found.least <= found.most <= max(1, len(before + (after or "")))
    assert found.text == text


@given(st.text() | st.text("0123456789.,eE+-−^{}/ \\frac×·10⁻⁶x\u2009", max_size=120), st.sampled_from(".,"))
def test_any_text_is_read_or_refused(text, mark):
    found = read_numeral(text, decimal=mark)
    assert isinstance(found, Numeral | Refusal)
    if isinstance(found, Refusal) and found.column is not None:
        assert 1 <= found.column <= len(text) + 1
