"""What one would write with SymPy: the loss in all its parameters, `diff` for each, `latex` of each."""

import sympy

from tests.bench.networks import network

ACTIVATIONS = {"identity": lambda z: z, "sigmoid": lambda z: 1 / (1 + sympy.exp(-z))}


def matrix(name, rows, columns):
    return sympy.Matrix(rows, columns, lambda i, j: sympy.Symbol(f"{name}_{i + 1}{j + 1}"))


def symbolic(shape):
    """The loss of a network as one expression, its parameters, and its givens as matrices of symbols."""
    made = network(shape)
    givens = {"X": matrix("x", made.inputs, 1), "y": matrix("y", made.layers[-1].units, 1)}
    values, width = givens["X"], made.inputs
    for number, layer in enumerate(made.layers, 1):
        givens[f"W_{number}"] = matrix(f"w{number}", layer.units, width)
        givens[f"b_{number}"] = matrix(f"b{number}", layer.units, 1)
        values = (givens[f"W_{number}"] * values + givens[f"b_{number}"]).applyfunc(ACTIVATIONS[layer.activation])
        width = layer.units
    loss = sum((a - y) ** 2 for a, y in zip(values, givens["y"], strict=True))
    return loss, [symbol for name in givens if name not in ("X", "y") for symbol in givens[name]], givens


def partials(shape):
    """Every partial derivative, one `diff` each."""
    loss, parameters, _ = symbolic(shape)
    return [sympy.diff(loss, parameter) for parameter in parameters]


def latex(shape):
    """Every partial derivative as LaTeX."""
    return "\n".join(map(sympy.latex, partials(shape)))


def numbers(expressions, givens, exercise):
    """All values at 50 digits."""
    values = {
        symbol: sympy.Rational(cell.value.numerator, cell.value.denominator)
        for name, symbols in givens.items()
        for symbol, cell in zip(symbols, (c for row in exercise.givens[name].rows for c in row), strict=True)
    }
    return [expression.subs(values).evalf(50) for expression in expressions]
