"""The machine formats and the calculation by hand, against Python's floats, NumPy and plain fractions."""

import math
import operator
import struct
from fractions import Fraction

import ml_dtypes
import mpmath
import numpy
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import symback
from symback.derivation.derive import derive
from symback.solution.arithmetics import hand, machine
from symback.solution.compare import MACHINE_FORMATS, compare
from symback.solution.floats import FORMATS, Float
from symback.solution.run import numbers, plan
from tests.solution.exercises import TAME, exercise, exercises, one

SCALARS = {"float64": numpy.float64, "float32": numpy.float32, "bfloat16": ml_dtypes.bfloat16}
FUNCTIONS = {"exp": mpmath.exp, "log": mpmath.log, "tanh": mpmath.tanh, "erf": mpmath.erf, "sqrt": mpmath.sqrt}


def through(made, on):
    derivation = derive(made.network)
    return plan(derivation.steps, derivation.shapes, on).run(numbers(made.givens, on))


@settings(max_examples=300, deadline=None)
@given(st.fractions(max_denominator=10**12) | st.floats(allow_nan=False, allow_infinity=False).map(Fraction))
@example(Fraction(0))
@example(Fraction(1, 3))
@example(Fraction(2) ** -1074)
@example(Fraction(2) ** -1075)
@example(Fraction(2) ** -1075 + Fraction(2) ** -1200)
@example(Fraction(3, 2) * Fraction(2) ** -1074)
@example(Fraction(2) ** 1024 - Fraction(2) ** 971)
def test_float64_is_nearest_as_in_python(value):
    assert FORMATS["float64"].nearest(value).value == float(value)


@pytest.mark.parametrize("name", ["float64", "float32"])
def test_beyond_the_largest_number_is_infinity(name):
    form = FORMATS[name]
    largest = int(numpy.finfo(SCALARS[name]).max)
    half = Fraction(2) ** (form.highest - form.bits - 1)
    assert form.nearest(largest + half - 1).value == largest
    assert form.nearest(largest + half).value == math.inf
    assert form.nearest(-largest - half).value == -math.inf
    assert form.nearest(Fraction(10**400)).value == math.inf


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**31 - 2**23 - 2), st.integers(-2, 2))
def test_float32_is_rounded_once(bits, side):
    """Beside the middle of two neighbours a way through float64 would round a second time, to the wrong one."""
    low, high = (Fraction(struct.unpack("<f", struct.pack("<I", pattern))[0]) for pattern in (bits, bits + 1))
    middle = (low + high) / 2 + side * (high - low) / 2**60
    even = low if bits % 2 == 0 else high
    expected = {-1: low, 0: even, 1: high}[(side > 0) - (side < 0)]
    assert FORMATS["float32"].nearest(middle).value == expected
    assert FORMATS["float32"].nearest(-middle).value == -expected


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 0x7F7F - 1), st.integers(-2, 2))
def test_bfloat16_is_rounded_once(bits, side):
    low, high = (Fraction(float(numpy.uint16(p).view(ml_dtypes.bfloat16))) for p in (bits, bits + 1))
    middle = (low + high) / 2 + side * (high - low) / 2**60
    even = low if bits % 2 == 0 else high
    assert FORMATS["bfloat16"].nearest(middle).value == {-1: low, 0: even, 1: high}[(side > 0) - (side < 0)]


operands = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(-4, 4, width=16),
    st.integers(-(2**60), 2**60).map(float),
    # About the smallest and the largest numbers of the formats.
    st.tuples(st.floats(0.5, 2), st.sampled_from([-1074, -1022, -149, -133, -126, 127, 1023])).map(
        lambda pair: math.ldexp(pair[0] * 0.99, pair[1])
    ),
)


@pytest.mark.parametrize("name", MACHINE_FORMATS)
@settings(max_examples=300, deadline=None)
@given(left=operands, right=operands)
@example(left=1.79e308, right=3.4028235677973366e38)
@example(left=-3.4028235677973366e38, right=1e-45)
def test_operations_are_those_of_the_machine(name, left, right):
    """NumPy's float64 and float32, ml_dtypes' bfloat16, bit for bit."""
    form, scalar = FORMATS[name], SCALARS[name]
    with numpy.errstate(all="ignore"):
        if name == "float32":  # the one conversion that NumPy rounds once
            assert same(form.rounded(left).value, float(scalar(left)))
        a, b = (scalar(form.rounded(value).value) for value in (left, right))
        ours = [Float(float(value), form) for value in (a, b)]
        for operation in (operator.add, operator.sub, operator.mul, operator.truediv):
            assert same(operation(*ours).value, float(operation(a, b))), operation
        assert same((-ours[0]).value, float(-a))


def same(left, right):
    """The same number: NaN is one, and the two zeros are not."""
    return struct.pack("<d", left) == struct.pack("<d", right) or (math.isnan(left) and math.isnan(right))


@pytest.mark.parametrize("name", MACHINE_FORMATS)
@pytest.mark.parametrize("function", FUNCTIONS)
@settings(max_examples=40, deadline=None)
@given(value=st.floats(-30, 30, allow_subnormal=False))
def test_elementary_functions_are_correctly_rounded(name, function, value):
    form = FORMATS[name]
    x = form.rounded(abs(value) if function in ("log", "sqrt") else value)
    if function == "log" and x.value == 0:
        return
    result = machine(name).functions[function](x)
    with mpmath.workprec(400):
        mantissa, exponent = mpmath.frexp(FUNCTIONS[function](mpmath.mpf(x.value)))
        exact = Fraction(int(mpmath.ldexp(mantissa, 390))) * Fraction(2) ** (int(exponent) - 390)
    assert result == form.nearest(exact)


@pytest.mark.parametrize("name", MACHINE_FORMATS)
@pytest.mark.parametrize(
    ("function", "x", "expected"),
    [
        ("exp", math.inf, math.inf),
        ("exp", -math.inf, 0.0),
        ("exp", 1e38, math.inf),
        ("exp", -1e38, 0.0),
        ("exp", 1000.0, math.inf),
        ("log", math.inf, math.inf),
        ("log", 0.0, -math.inf),
        ("log", -1.0, math.nan),
        ("log", -math.inf, math.nan),
        ("tanh", math.inf, 1.0),
        ("tanh", -1e38, -1.0),
        ("erf", -math.inf, -1.0),
        ("sqrt", -1.0, math.nan),
        ("abs", -math.inf, math.inf),
        ("sign", 0.0, 0.0),
        ("sign", -2.0, -1.0),
        *((function, math.nan, math.nan) for function in ("exp", "log", "tanh", "erf", "sqrt", "abs", "sign")),
    ],
)
def test_special_values_are_those_of_ieee_754(name, function, x, expected):
    result = machine(name).functions[function](Float(x, FORMATS[name])).value
    assert result == expected or (math.isnan(result) and math.isnan(expected))


def correctly_rounded_exp(x):
    with mpmath.workprec(300):
        return float(mpmath.exp(x))


def test_the_paper_in_float64_is_plain_python():
    """The same lines with Python's floats, in the same order; only exp has to be correctly rounded."""
    result = through(symback.load("paper"), machine("float64"))
    x, w2 = [20.0, 3.0, 4.0], [0.2, 0.4, 0.6]
    w1 = [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]]
    hidden = [a * x[0] + b * x[1] + c * x[2] + bias for (a, b, c), bias in zip(w1, [0.1, 0.2, 0.3], strict=True)]
    z = w2[0] * hidden[0] + w2[1] * hidden[1] + w2[2] * hidden[2] + 0.5
    output = 1 / (1 + correctly_rounded_exp(-z))
    difference = output - 18.0
    delta = 2.0 * difference * (output * (1 - output))
    inner = [w * delta for w in w2]
    expected = {
        "Z_1": hidden,
        "Z_2": [z],
        "A_2": [output],
        "L": [difference * difference],
        "dZ_2": [delta],
        "dW_2": [delta * a for a in hidden],
        "dW_1": [d * value for d in inner for value in x],
    }
    for name, entries in expected.items():
        assert [float(entry) for entry in result[name]] == entries, name


def test_the_paper_in_float32_is_numpy():
    result = through(symback.load("paper"), machine("float32"))
    f = numpy.float32
    hidden = []
    for row, bias in (((0.1, 0.2, 0.3), 0.1), ((0.4, 0.5, 0.6), 0.2), ((0.7, 0.8, 0.9), 0.3)):
        products = [f(w) * f(x) for w, x in zip(row, (20, 3, 4), strict=True)]
        hidden.append(products[0] + products[1] + products[2] + f(bias))
    products = [f(w) * a for w, a in zip((0.2, 0.4, 0.6), hidden, strict=True)]
    z = products[0] + products[1] + products[2] + f(0.5)
    output = f(1) / (f(1) + f(correctly_rounded_exp(-float(z))))
    found = [float(entry) for name in ("Z_1", "Z_2", "A_2") for entry in result[name]]
    assert found == [*map(float, hidden), float(z), float(output)]
    # The story of the paper: 1 - A_2 is nothing in this format, and so are all its gradients.
    assert output == 1
    assert {float(entry) for name in ("dZ_2", "dW_1", "dW_2") for entry in result[name]} == {0}


@settings(max_examples=25, deadline=None)
@given(exercises(TAME))
def test_float64_is_close_to_the_truth(made):
    """Without saturation float64 keeps most of its digits; what is measured is the whole program."""
    solution = symback.solve(made, 20)
    result = through(made, machine("float64"))
    for name in solution.derivation.partials:
        certified = [float(text) for row in solution[name].decimal() for text in row]
        scale = max(1e-3, *(abs(value) for value in certified))
        found = [float(entry) for entry in result[name]]
        assert found == pytest.approx(certified, rel=1e-9, abs=1e-12 * scale), name


@pytest.mark.parametrize(("name", "size"), [("float64", 2**-52), ("float32", 2**-23), ("bfloat16", 2**-7)])
def test_each_format_is_as_coarse_as_it_is(name, size):
    """The worst entry of a tame forward pass is off by a few units of the format, and by some."""
    made = exercise(["0.3", "-0.7"], ["1", "0"], [([["0.2", "0.3"], ["-0.1", "0.7"]], ["0.1", "0.3"], "tanh")] * 2)
    solution = symback.solve(made, 30)
    result = through(made, machine(name))
    errors = [
        abs(float(entry) - float(text)) / abs(float(text))
        for step in ("Z_1", "A_1", "Z_2", "A_2")
        for entry, row in zip(result[step], solution[step].decimal(), strict=True)
        for text in row
    ]
    assert size / 64 < max(errors) < 16 * size


@settings(max_examples=25, deadline=None)
@given(exercises(TAME))
def test_by_hand_every_entry_has_so_many_digits(made):
    result = through(made, hand(3))
    for step in derive(made.network).steps:
        for entry in result[step.name]:
            mantissa = Fraction(int(entry.numerator), int(entry.denominator))
            while mantissa and mantissa.denominator != 1:
                mantissa *= 10
            assert len(str(abs(mantissa.numerator)).rstrip("0")) <= 3


def test_by_hand_the_paper_loses_its_gradient():
    """Three digits make A_2 = 1.00, and the slope A_2 (1 - A_2) vanishes."""
    result = through(symback.load("paper"), hand(3))
    assert [str(entry) for entry in result["Z_1"]] == ["39/10", "121/10", "203/10"]
    assert result["A_2"] == [1]
    assert result["dZ_2"] == [0]


@pytest.mark.parametrize(
    "made",
    [
        one("18.3", "sigmoid", "1/2", "binary_cross_entropy"),
        one("300", "silu"),
        one("-800", "sigmoid", "0"),
        one("1e300", y="1e300"),
        one("1e-300", y="0"),
        exercise(["1e39"], ["-1e39"], [([["1e-39"]], None, "tanh")]),
    ],
    ids=["log of 0", "overflow", "underflow", "huge", "tiny", "float32 only"],
)
def test_a_comparison_at_the_edges_warns_of_nothing(made):
    """Warnings are errors here: a column may hold inf and nan, or end, and the table stands."""
    table = compare(symback.solve(made), 3)
    assert table.columns == ("hand3", *MACHINE_FORMATS)
    assert {row.name for row in table.rows} == {step.name for step in derive(made.network).steps}
