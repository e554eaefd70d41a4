"""The table of operations: the value of each row against the formula of an entry, its shape, its derivative."""

from dataclasses import replace
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symback.derivation.backward import sweep
from symback.derivation.derive import derive
from symback.derivation.formula import read, symbols
from symback.derivation.functions import Function
from symback.derivation.joins import TIMES
from symback.derivation.normalise import CENTRED, SCALED, mean, mean_square
from symback.derivation.operations import OPERATIONS
from symback.derivation.parts import routes_of
from symback.derivation.steps import Step, base, entry, shape_of, transposed
from symback.derivation.sums import PENALTIES
from symback.exercise.builtin import load
from symback.exercise.model import Batch, Layer, Network, Update
from symback.exercise.names import ACTIVATIONS, LOSSES, UPDATE_RULES
from symback.solution.run import plan
from tests.derivation.evaluate import DIGITS, FRACTIONS, MPMATH, evaluate, real
from tests.solution import sequences

#: A function whose arguments go with several entries each.
SPREAD = Function("spread", ("a", "u", "s"), read("a * u + s"))
#: What a gate lets through.
MIXTURE = Function("mixture", ("f", "c", "i", "g"), read("f * c + i * g"))
BLEND = Function("blend", ("z", "h", "c"), read("(1 - z) * h + z * c"))
#: Steps over matrices, columns, a row and a number, and their shapes.
SHAPES = {
    "A": (2, 3), "B": (3, 2), "C": (2, 3), "D": (3, 3), "E": (2, 2), "v": (3, 1), "u": (2, 1), "t": (2, 1), "w": (2, 1),
    "r": (1, 2), "s": (1, 1),
}  # fmt: skip
# An image, one of two maps, kernels for it, for each of two maps of two, and what they give; a signal and its kernel.
SHAPES |= {"I": (4, 3), "J": (6, 3), "k": (2, 2), "K": (8, 2), "G": (3, 2), "H": (4, 2), "q": (5, 1), "c": (2, 1)}


def sliding(inputs, shape, roles="image kernel result", stride=(1, 1), padding=(0, 0), maps=(1, 1)):
    """A step of the sliding products."""
    options = {"pattern": "slide", "roles": tuple(roles.split()), "stride": stride, "padding": padding, "maps": maps}
    return Step("R", "bilinear", inputs, shape, "forward", options=tuple(options.items()))


def windows(operation, inputs, shape, back=False, **options):
    """A step of windows of a size with a stride."""
    chosen = {"pattern": "windows", "size": (2, 2), "stride": (1, 1), **options, **({"back": True} if back else {})}
    return Step("R", operation, inputs, shape, "forward", options=tuple(chosen.items()))


STEPS = (
    # Windows that slide: with a bias, with strides and padding, in other roles, over several maps, along a signal.
    sliding(("I", "k"), (3, 2)),
    sliding(("I", "k", "s"), (3, 2)),
    sliding(("I", "k"), (2, 3), stride=(3, 1), padding=(1, 1)),
    sliding(("I", "k"), (3, 2), stride=(2, 2), padding=(1, 0)),
    sliding(("I", "G"), (2, 2), "image result kernel"),
    sliding(("G", "k"), (4, 3), "result kernel image"),
    sliding(("k", "G"), (4, 3), "kernel result image"),
    sliding(("J", "K", "c"), (4, 2), maps=(2, 2)),
    sliding(("J", "H"), (8, 2), "image result kernel", maps=(2, 2)),
    sliding(("H", "K"), (6, 3), "result kernel image", maps=(2, 2)),
    sliding(("q", "c"), (2, 1), stride=(2, 1)),
    windows("gather", ("I",), (3, 2), over=4),
    windows("gather", ("G",), (4, 3), back=True, over=4),
    windows("gather", ("J",), (4, 2), maps=2),
    windows("gather", ("I",), (2, 1), size=(2, 2), stride=(2, 2)),
    Step("R", "gather", ("c",), (4, 2), "forward", options=(("pattern", "maps"),)),
    Step("R", "gather", ("H",), (2, 1), "forward", options=(("pattern", "maps"), ("back", True))),
    windows("pick", ("I", "I"), (3, 2)),
    windows("pick", ("J", "J"), (4, 2), maps=2),
    windows("pick", ("A", "C"), (1, 2)),
    windows("pick", ("G", "I"), (4, 3), back=True),
    windows("pick", ("q", "q"), (5, 1), size=(1, 1)),
    Step("R", "copy", ("A",), (2, 3), "forward"),
    Step("R", "affine", ("A", "v"), (2, 1), "forward"),
    Step("R", "affine", ("A", "v", "u"), (2, 1), "forward"),
    Step("R", "matmul", ("A", "B"), (2, 2), "forward"),
    Step("R", "matmul", ("A^T", "C"), (3, 3), "forward"),
    Step("R", "matmul", ("A", "C^T"), (2, 2), "forward"),
    Step("R", "matmul", ("B^T", "A^T"), (2, 2), "forward"),
    Step("R", "matmul", ("u", "v^T"), (2, 3), "forward"),
    Step("R", "matmul", ("s", "v^T"), (1, 3), "forward"),
    Step("R", "hadamard", ("A", "C"), (2, 3), "forward"),
    Step("R", "hadamard", ("A", "A"), (2, 3), "forward"),
    Step("R", "hadamard", ("s", "s"), (1, 1), "forward"),
    Step("R", "add", ("A", "C"), (2, 3), "forward"),
    Step("R", "add", ("A", "C", "A"), (2, 3), "forward"),
    # Several samples: a bias goes with each of them, its derivative adds up over them.
    Step("R", "affine", ("A", "B", "u"), (2, 2), "forward"),
    Step("R", "affine", ("A", "B", "s"), (2, 2), "forward"),
    Step("R", "affine_rows", ("C", "B", "r"), (2, 2), "forward"),
    Step("R", "affine_rows", ("v^T", "B"), (1, 2), "forward"),
    Step("R", "add", ("A", "u", "s"), (2, 3), "forward"),
    Step("R", "copy", ("u",), (2, 3), "forward"),
    Step("R", "sum", ("A",), (2, 1), "forward"),
    Step("R", "sum", ("A",), (1, 3), "forward"),
    Step("R", "sum", ("A",), (1, 1), "forward"),
    Step("R", "elementwise", ("A", "u", "s"), (2, 3), "forward", SPREAD),
    # Sums of a function over what it goes with; means; functions that say their gradients themselves.
    Step("R", "sum_of", ("A",), (1, 3), "forward", mean(2)),
    Step("R", "sum_of", ("A",), (2, 1), "forward", mean_square(3)),
    Step("R", "sum_of", ("A", "u", "s"), (1, 3), "forward", SPREAD),
    Step("R", "elementwise", ("A", "u"), (2, 3), "forward", CENTRED),
    Step("R", "elementwise", ("A", "u", "u"), (2, 3), "forward", SCALED["gb"]),
    Step("R", "elementwise", ("A", "C"), (2, 3), "forward", TIMES),
    Step("R", "penalty", ("s", "A", "B"), (1, 1), "forward", PENALTIES["l2"].whole, options=(("kind", "l2"),)),
    Step("R", "penalty", ("s", "A", "v"), (1, 1), "forward", PENALTIES["l1"].whole, options=(("kind", "l1"),)),
    # Entries that only move.
    Step("R", "gather", ("D",), (3, 1), "forward", options=(("pattern", "diagonal"),)),
    Step("R", "gather", ("v",), (3, 3), "forward", options=(("pattern", "diagonal"), ("back", True))),
    Step("R", "gather", ("A",), (6, 1), "forward", options=(("pattern", "flatten"),)),
    Step("R", "gather", ("A",), (1, 3), "forward", options=(("pattern", "without_first"),)),
    Step("R", "extend", ("A",), (3, 3), "forward", options=(("vectors", "columns"),)),
    Step("R", "extend", ("A",), (2, 4), "forward", options=(("vectors", "rows"),)),
    Step("R", "gather", ("A",), (2, 1), "forward", options=(("pattern", "column"), ("at", 1))),
    # What goes through time.
    Step("R", "recurrent", ("E", "u", "A", "v", "t"), (2, 1), "forward"),
    Step("R", "recurrent", ("E", "u", "A", "v"), (2, 1), "forward"),
    Step("R", "gate", ("u", "t", "u", "t"), (2, 1), "forward", MIXTURE),
    Step("R", "gate", ("u", "t", "w"), (2, 1), "forward", BLEND),
    Step("R", "beside", ("u", "t", "u"), (2, 3), "forward"),
    Step("R", "softmax_slope", ("v",), (3, 3), "forward"),
    Step("R", "softmax_slope", ("r",), (2, 2), "forward"),
)


def names_of(step):
    return f"{step.operation}({', '.join(step.inputs)})"


def network_steps():
    """Every step, part and route of small networks with all functions, with the shapes that it lives among."""
    for outputs in (1, 2):
        for activation in ACTIVATIONS:
            for loss in LOSSES:
                layers = (Layer(2, activation), Layer(outputs, "sigmoid", bias=False))
                derivation = derive(Network(3, layers, loss))
                parts = derivation.parts.values()
                shapes = {**derivation.shapes, **{part.name: part.shape for part in parts}}
                for step in (*derivation.steps, *parts):
                    for route in routes_of(step, shapes):
                        yield route, shapes
    layers = (Layer(2, "tanh"), Layer(1, "identity"))
    others = [Network(3, layers, "squared_error", Update(rule, 2)) for rule in UPDATE_RULES]
    for vectors in ("columns", "rows"):
        for shortcut in (("shortcut", "no"),), ():
            for samples in (1, 2):
                pair = (Layer(2, "sigmoid", biases="w_0", bias=False), Layer(3, "softmax"))
                batch = Batch(samples)
                others.append(Network(2, pair, "cross_entropy", None, samples, batch, vectors, shortcut))
    others += [sequences.exercise(kind, times=2).network for kind in sequences.GATES]
    others += [sequences.exercise("gru", extra="    reset: after\n    keeps: z\n").network]
    others += [load(name).network for name in ("weight_decay", "dropout", "layer_norm", "batch_norm", "attention")]
    (attention,) = others[-1].layers
    others.append(replace(others[-1], layers=(replace(attention, options=(("causal", "yes"),)),)))
    for network in others:
        derivation = derive(network)
        shapes = {**derivation.shapes, **{name: part.shape for name, part in derivation.parts.items()}}
        for step in (*derivation.steps, *derivation.parts.values()):
            yield from ((route, shapes) for route in routes_of(step, shapes))


def matrices(step, shapes, draw):
    """Numbers for the inputs of a step, by name, row by row; positive, so that logarithms have a value."""
    return {
        name: [draw(name, place) for place in range(shapes[name][0] * shapes[name][1])]
        for name in dict.fromkeys(map(base, step.inputs))
    }


def scope(values, shapes):
    """The entries by the names that formulas give them."""
    return {
        entry(name, place // shapes[name][1], place % shapes[name][1], shapes[name]): value
        for name, entries in values.items()
        for place, value in enumerate(entries)
    }


def run(step, shapes, values, on):
    """The entries of a step in an arithmetic."""
    return plan([step], {**shapes, step.name: step.shape}, on).run(dict(values))[step.name]


def fresh(name, place):
    """A number between 0 and 1 that is another for each entry."""
    code = sum(ord(letter) * 31**k for k, letter in enumerate(name)) * 100 + place
    return Fraction(code % 9973 + 1, 9975)


#: Matrices of derivatives have sweeps of their own inside; `test_nested` is about them.
MATRICES = {"derivatives"}


def test_the_steps_of_this_test_use_every_operation():
    used = {step.operation for step in STEPS} | {step.operation for step, _ in network_steps()}
    assert used == set(OPERATIONS) - MATRICES


@settings(max_examples=20, deadline=None)
@pytest.mark.parametrize("step", STEPS, ids=names_of)
@given(data=st.data())
def test_entry_formula_is_the_value(step, data):
    """Exactly, on random fractions."""
    numbers = st.fractions(min_value=-9, max_value=9, max_denominator=12)
    values = matrices(step, SHAPES, lambda _name, _place: data.draw(numbers))
    result, (rows, columns) = run(step, SHAPES, values, FRACTIONS), step.shape
    known = scope(values, SHAPES)
    formulas = [OPERATIONS[step.operation].entry(step, i, j, SHAPES) for i in range(rows) for j in range(columns)]
    assert result == [evaluate(formula, known, number=lambda value: value) for formula in formulas]


def test_entry_formula_is_the_value_in_whole_networks():
    """Forward and backward steps, parts and routes, with every activation and loss."""
    checked = set()
    with mpmath.workdps(DIGITS):
        for step, shapes in network_steps():
            if step in checked:
                continue
            checked.add(step)
            values = matrices(step, shapes, lambda name, place: real(fresh(name, place)))
            result, (rows, columns) = run(step, shapes, values, MPMATH), step.shape
            assert len(result) == rows * columns, step
            for place, found in enumerate(result):
                formula = OPERATIONS[step.operation].entry(step, place // columns, place % columns, shapes)
                expected = evaluate(formula, scope(values, shapes))
                assert mpmath.almosteq(found, expected, rel_eps=mpmath.mpf(10) ** -70), step
    assert len(checked) > 100


@pytest.mark.parametrize("step", STEPS, ids=names_of)
def test_backward_steps_are_the_derivative(step):
    """For f = sum of seed * R: each df/dinput against differences, which are exact up to the square of h here."""
    variables = tuple(dict.fromkeys(map(base, step.inputs)))
    shapes = {**SHAPES, "R": step.shape, "seed": step.shape}
    backward = sweep([step], shapes, "R", variables, seed="seed")
    given_values = matrices(step, SHAPES, fresh)
    seed = [fresh("seed", place) for place in range(step.shape[0] * step.shape[1])]
    known = {**shapes, **{each.name: each.shape for each in backward}}
    found = plan([step, *backward], known, FRACTIONS).run({**given_values, "seed": seed})

    def target(values):
        return sum(a * b for a, b in zip(seed, run(step, SHAPES, values, FRACTIONS), strict=True))

    # So small that no other entry of a window becomes the greatest.
    h = Fraction(1, 100_000)
    for name in variables:
        assert known.get(f"d{name}", shapes[name]) == shapes[name]
        # What is left out is 0, as the derivative by what only decides which entry is picked.
        for place, slope in enumerate(found.get(f"d{name}", [0] * len(given_values[name]))):
            moved = [[*given_values[name]] for _ in range(2)]
            moved[0][place] += h
            moved[1][place] -= h
            ahead, behind = (target({**given_values, name: entries}) for entries in moved)
            # All these operations are at most quadratic in an entry: the central difference is exact.
            assert slope == (ahead - behind) / (2 * h), (name, place)


@pytest.mark.parametrize("step", STEPS, ids=names_of)
def test_form_names_the_inputs(step):
    # A column of a quantity is called by its place: X[:,2].
    names = {name.partition("[:")[0] for name in symbols(OPERATIONS[step.operation].form(step))}
    assert names >= set(step.inputs)
    # A form may hold an input turned over as well: diag(a) - a a^T.
    assert {*map(base, names)} == {*map(base, step.inputs)}


def test_transposes():
    assert transposed("A") == "A^T"
    assert transposed("A^T") == "A"
    assert (base("A^T"), base("A")) == ("A", "A")
    assert (shape_of("A", SHAPES), shape_of("A^T", SHAPES)) == ((2, 3), (3, 2))


@pytest.mark.parametrize(
    ("reference", "row", "column", "shape", "name"),
    [
        ("W_1", 1, 2, (3, 3), "W_1[2,3]"),
        ("W_1^T", 1, 2, (3, 3), "W_1[3,2]"),
        ("Z_1", 1, 0, (3, 1), "Z_1[2]"),
        ("Z_1^T", 0, 1, (1, 3), "Z_1[2]"),
        ("W_2", 0, 1, (1, 3), "W_2[1,2]"),
        ("A_2", 0, 0, (1, 1), "A_2"),
    ],
)
def test_name_of_an_entry(reference, row, column, shape, name):
    assert entry(reference, row, column, shape) == name


def test_a_step_that_only_stands_in_parts_has_no_derivative():
    parts_only = {name for name, row in OPERATIONS.items() if row.backward is None} - MATRICES
    assert {step.operation for step, _ in network_steps()} >= parts_only
    derivation = derive(Network(3, (Layer(2, "tanh"), Layer(1, "identity")), "squared_error"))
    assert not parts_only & {step.operation for step in derivation.steps}
    # Each of those that are in a derivation is laid out by name.
    assert all(OPERATIONS[step.operation].layout for step in derivation.steps)


def test_a_step_is_a_value():
    step = STEPS[0]
    assert replace(step) == step
    assert hash(replace(step)) == hash(step)
