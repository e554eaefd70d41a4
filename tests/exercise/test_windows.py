"""Convolution, pooling and flattening in the exercise file: what is read, and every fault with both its ends."""

import pytest

from symback.errors import InputError
from symback.exercise.layers import KINDS
from symback.exercise.schema import exercise_from
from symback.exercise.tree import parse_tree

IMAGE = "x: [[1, 2, 0, 1], [0, 1, 3, 1], [2, 1, 0, 0], [1, 0, 1, 2]]"
SIGNAL = "x: [2, -1, 0, 3, 1]"


def read(layers, x=IMAGE, y="1"):
    lines = "\n".join(f"  - {layer}" for layer in layers)
    text = f"{x}\ny: {y}\nlayers:\n{lines}\nloss: squared_error\n"
    return exercise_from(parse_tree(text.encode(), "made.yaml"), "made.yaml", "made")


def faults(*layers, **options):
    with pytest.raises(InputError) as caught:
        read(layers, **options)
    return [str(fault).removeprefix("made.yaml:") for fault in caught.value.faults]


def values(exercise, name):
    return [[cell.text for cell in row] for row in exercise.givens[name].rows]


CONV = "{type: conv, K: [[1, 0], [0, -1]], b: 0.5}"
FLAT = "{type: flatten}"


def test_an_image_its_kernel_and_a_dense_layer():
    exercise = read([CONV, "{type: max_pool, size: 2}", FLAT, "{W: [[2]]}"])
    assert values(exercise, "K_1") == [["1", "0"], ["0", "-1"]]
    assert values(exercise, "b_1") == [["0.5"]]
    assert [layer.kind for layer in exercise.network.layers] == ["conv", "max_pool", "flatten", "dense"]
    assert [layer.option("stride") for layer in exercise.network.layers] == [(1, 1), (2, 2), None, None]


def test_a_signal_has_a_list_for_a_kernel():
    exercise = read(["{type: conv, K: [1, 0.5], stride: 2, padding: 1}", "{W: [[1, 2, 3]]}"], SIGNAL)
    assert values(exercise, "K_1") == [["1"], ["0.5"]]
    assert exercise.network.layers[0].option("padding") == (1, 0)


def test_maps_stand_one_under_the_other():
    layers = ["{type: conv, K: [[[1, 2]], [[3, 4]]], b: [1, 2]}", "{type: conv, K: [[[5, 6]], [[7, 8]]]}"]
    exercise = read(layers, y="[[0, 0], [0, 0], [0, 0], [0, 0]]")
    assert values(exercise, "K_1") == [["1", "2"], ["3", "4"]]
    assert values(exercise, "K_2") == [["5", "6"], ["7", "8"]]
    assert [layer.option("maps") for layer in exercise.network.layers] == [(2, 1), (1, 2)]
    assert [layer.units for layer in exercise.network.layers] == [8, 4]


FAULTS = (
    (["{type: conv, b: 1}"], ["4: layers[0].K is missing: the rows of the kernel"]),
    (["{type: conv, K: 1}"], ["4: layers[0].K must be a list of rows, or a list of such kernels, one for each map"]),
    (["{type: conv, K: [[1, 0], [1]]}"], ["4: layers[0].K[1] has 1 value, but the first row has 2"]),
    (
        ["{type: conv, K: [[1, 2, 3, 4, 5]]}"],
        ["4: layers[0].K has 1 x 5 weights, but x has 4 x 4 values: it has no place there"],
    ),
    (
        [CONV, "{type: conv, K: [[1, 2], [3, 4], [5, 6], [7, 8]]}"],
        ["5: layers[1].K has 4 x 2 weights, but layer 1 gives 3 x 3 values: it has no place there"],
    ),
    (
        [CONV, "{type: max_pool, size: 4}"],
        ["5: layers[1].size is 4 x 4, but layer 1 gives 3 x 3 values: it has no place there"],
    ),
    (
        ["{type: conv, K: [[1, 2]], padding: 2}"],
        ["4: layers[0].padding must be smaller than K, which has 1 x 2 weights"],
    ),
    (["{type: conv, K: [[1]], stride: 0}"], ['4: layers[0].stride must be a whole number from 1 to 64, got "0"']),
    (
        ["{type: conv, K: [[1]], stride: [1, 2, 3]}"],
        ["4: layers[0].stride must be a whole number or two of them (down, across), got 3 values"],
    ),
    (["{type: conv, K: [[1]], b: [1, 2]}"], ["4: layers[0].b has 2 values, but K has 1 kernel"]),
    (["{type: max_pool}"], ["4: layers[0].size is missing: rows and columns of the window, a whole number or a pair"]),
    (["{type: max_pool, size: 2, padding: 1}"], ["4: layers[0].padding is not known; known here: type, size, stride"]),
    (
        [CONV, "{W: [[1, 2, 3]]}"],
        ["5: layers[1] takes a vector, but layer 1 gives 3 x 3 values; put {type: flatten} before it"],
    ),
    ([CONV, FLAT, "{W: [[1, 2]]}"], ["6: layers[2].W has 2 columns, but layer 2 gives 9 values"]),
    (
        ["{type: conv, K: [[[1]], [[2]]]}", "{type: conv, K: [[[[1]]], [[[2]]]]}"],
        ["5: layers[1].K[0] has 1 kernel, but layer 1 gives 2 maps of 4 x 4 values"],
    ),
    (
        ["{type: conv, K: [[[[1]], [[2]]]]}"],
        ["4: layers[0].K[0] has 2 kernels, but one image comes in"],
    ),
    (
        ["{type: conv, K: [[[1, 2]], [[3]]]}"],
        ["4: layers[0].K[1] has 1 x 1 weights, but K[0] has 1 x 2"],
    ),
    (
        ["{type: conv, K: [[1, 2]], activation: softmax}"],
        ["4: layers[0].activation is softmax, which goes over a vector, but this layer gives an image"],
    ),
    (
        ["{type: convolution, K: [[1]]}"],
        ['4: layers[0].type is "convolution", which is not known; did you mean conv? known here: ' + ", ".join(KINDS)],
    ),
)


@pytest.mark.parametrize(("layers", "expected"), FAULTS)
def test_each_fault_names_both_ends(layers, expected):
    found = [fault for fault in faults(*layers) if not fault.startswith("2: y")]
    assert found == expected


def test_a_signal_too_short():
    found = faults("{type: conv, K: [1, 2, 3, 4, 5, 6]}", x=SIGNAL)
    assert found == ["4: layers[0].K has 6 weights, but x has 5 values: it has no place there"]


def test_the_target_of_an_image():
    assert faults(CONV) == ["2: y has 1 x 1 values, but layer 1 gives 3 x 3"]


def test_windows_that_take_too_long_are_refused():
    rows = ", ".join("[" + ", ".join(["1"] * 64) + "]" for _ in range(64))
    kernel = ", ".join(["[" + ", ".join(["1"] * 16) + "]"] * 16)
    (fault,) = faults(f"{{type: conv, K: [{kernel}]}}", x=f"x: [{rows}]")
    assert fault == "4: layers[0].K takes 614656 products, and at most 100000 are worked out"


def test_samples_do_not_slide():
    x = "samples: [{x: [1, 2], y: 1}, {x: [3, 4], y: 1}]"
    text = f"{x}\nlayers:\n  - {{W: [[1, 2], [3, 4]]}}\n  - {{type: conv, K: [1, 2]}}\nloss: squared_error\n"
    with pytest.raises(InputError, match=r"layers\[1\] takes one image or one signal, but 2 columns of values come in"):
        exercise_from(parse_tree(text.encode(), "made.yaml"), "made.yaml", "made")
