"""From the names and indices that people write to a place of a quantity of the exercise."""

from __future__ import annotations

from symback.derivation.steps import Shape
from symback.exercise.names import nearest
from symback.marking.graph import Graph
from symback.solution.solution import Solution

#: What the loss and the output are called elsewhere.
LOSS_NAMES = frozenset({"L", "E", "J", "Loss", "loss", "cost", "C", "Err", "lambda", "ell"})
OUTPUT_NAMES = frozenset({"yhat", "y_hat", "out", "output"})


def resolve(name: str, solution: Solution, graph: Graph) -> str | None:
    """The quantity that a name stands for in this exercise, None where it has none."""
    if name in graph.shapes:
        return name
    if name in OUTPUT_NAMES:
        return solution.derivation.output or None
    if name in LOSS_NAMES:
        return solution.derivation.target or None
    lower = {known.lower(): known for known in graph.shapes}
    return lower.get(name.lower()) if name.lower() not in ("y", "x") or name not in graph.shapes else name


def of_an_update(symbol: str, graph: Graph) -> str | None:
    """The state or the constant of an update (or of a loss) that a name stands for: `mhat_W_1`, `eta`, `delta`.

    It is asked for by its normal form, for these letters mean something else where there is no such quantity.
    """
    name = symbol.replace(",new", "_new").replace(";new", "_new")
    return name if name in graph.shapes else None


def place_of(index: tuple[int, ...] | None, shape: Shape) -> int | None:
    """The place of an index that counts from one, None where there is no such place.

    A row or a column may be counted with one number; a scalar needs none. In a small matrix `(Z_1)_{21}` is row 2.
    """
    rows, columns = shape
    match index:
        case None:
            return 0 if rows * columns == 1 else None
        case (k,) if 1 in shape:
            return k - 1 if 1 <= k <= rows * columns else None
        case (k,) if k > 10 and max(shape) < 10 and 1 not in shape:
            return place_of(divmod(k, 10), shape)
        case (i, j) if 1 <= i <= rows and 1 <= j <= columns:
            return (i - 1) * columns + j - 1
        case _:
            return None


def not_there(name: str, graph: Graph) -> str:
    """A name that has no place, with the nearest one that has."""
    near = nearest(name, graph.shapes)
    return f"{name} ({near}?)" if near else name
