"""What an exercise wants to be shown besides its gradient: Jacobians and the Hessian, as steps of the program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import prod

from symback.derivation.backward import sweep
from symback.derivation.formula import Call, Formula, Product, Symbol
from symback.derivation.nested import CALLED, SEED
from symback.derivation.operations import OPERATIONS
from symback.derivation.softmax import along
from symback.derivation.steps import Adjoint, Derivation, Shape, Step, base, is_parameter, transposed
from symback.errors import InputError

JACOBIAN, HESSIAN = "jacobian", "hessian"


def with_shown(derivation: Derivation) -> Derivation:
    """The derivation with the steps that its exercise wants besides; the same one where it wants none."""
    show = derivation.network.show
    wanted = [(of, by) for wish in show.jacobians for of, by in _sides(derivation, wish.of, wish.by)]
    steps = [
        _matrix(derivation, jacobian_name(of, by), of, by, JACOBIAN) for of, by in dict.fromkeys(wanted)
    ]
    if show.hessian:
        gradient = tuple(f"d{name}" for name in show.hessian)
        steps.append(_matrix(derivation, hessian_name(derivation.target), gradient, show.hessian, HESSIAN))
    # What a matrix of each kind is, is said once.
    first = {step.phase: step.name for step in reversed(steps)}
    told = (replace(step, rule=f"about_{step.phase}") if step.name in first.values() else step for step in steps)
    return replace(derivation, steps=(*derivation.steps, *told)) if steps else derivation


def jacobian_name(of: tuple[str, ...], by: tuple[str, ...]) -> str:
    """What a Jacobian is called: `DA_2/DA_1`, `D(u,v)/D(x,y)`."""
    return f"D{_group(of)}/D{_group(by)}"


def jacobian_of(slopes: str) -> str:
    """The Jacobian that slopes are the diagonal of: `DA_2/DZ_2` for `dA_2/dZ_2`."""
    return jacobian_name(*((side[1:],) for side in slopes.partition("/")[::2]))


def hessian_name(target: str) -> str:
    """What the Hessian of a target is called: `d2L/dw2`."""
    return f"d2{target}/dw2"


def _group(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"({','.join(names)})"


def _sides(
    derivation: Derivation, of: tuple[str, ...], by: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """What is derived by what; of a layer for which nothing is said, by its Z and by what goes into it."""
    if by:
        yield of, by
        return
    for name in of:
        for source in _into(derivation, name):
            yield (name,), (source,)


def _into(derivation: Derivation, output: str) -> list[str]:
    """The Z of a layer and its inputs: what its output is made of, back to the input or the output of a layer."""
    found: list[str] = []
    waiting = [output]
    while waiting:
        step = derivation.by_name.get(waiting.pop())
        for name in dict.fromkeys(map(base, step.inputs)) if step else ():
            given = name in derivation.givens
            if name.startswith(("A_", "Z_")) or (given and not is_parameter(name)):
                found.append(name)
            if not name.startswith("A_"):
                waiting.append(name)
    return list(dict.fromkeys(found))


def _matrix(derivation: Derivation, name: str, of: tuple[str, ...], by: tuple[str, ...], phase: str) -> Step:
    """The step that works a matrix of derivatives out.

    Raises InputError for a quantity that the exercise does not have.
    """
    shapes = derivation.shapes
    for each in (*of, *by):
        if each not in shapes:
            raise InputError(f"show asks for {each}, which is not worked out here; there are {', '.join(shapes)}")
    sweeps = tuple(
        sweep(derivation.steps, {**shapes, SEED: shapes[each]}, each, by, seed=SEED, called=CALLED) for each in of
    )
    factors = _factors(derivation, of[0], by[0]) if len(of) == len(by) == 1 else None
    if factors is None:
        target = derivation.target if phase == HESSIAN else _group(of)
        adjoint = Adjoint(of, by, sweeps, Call(phase, Symbol(target)))
    else:
        known = {**derivation.by_name, **{step.name: step for step in sweeps[0]}}
        told = all(base(each) in shapes for each in factors)
        adjoint = Adjoint(of, by, sweeps, _product(factors, known), True, tuple(factors) if told else ())
    shape = sum(prod(shapes[each]) for each in of), sum(prod(shapes[each]) for each in by)
    return Step(name, "derivatives", _inputs(sweeps), shape, phase, adjoint=adjoint)


def _inputs(sweeps: Sequence[tuple[Step, ...]]) -> tuple[str, ...]:
    """What the sweeps take from the program around them."""
    used = dict.fromkeys(base(name) for steps in sweeps for step in steps for name in step.inputs)
    own = {SEED, *(step.name for steps in sweeps for step in steps)}
    return tuple(name for name in used if name not in own)


def _factors(derivation: Derivation, of: str, by: str) -> list[str] | None:
    """The matrices whose product a Jacobian of vectors is, where one step leads to the next; None where the way forks.

    A slope (`dA_2/dZ_2`) stands for a diagonal matrix, or for the whole one of softmax; the identity is left out.
    """
    shapes = derivation.shapes
    if derivation.scalar or 1 not in shapes[of] or 1 not in shapes[by]:
        return None
    active, found = _depending(derivation, by), list[str]()
    while of != by:
        step = derivation.by_name[of]
        sources = [name for name in step.inputs if base(name) in active]
        local = _LOCAL.get(step.operation)
        factors = local(step, sources[0], shapes) if local and len(sources) == 1 else None
        if factors is None:
            return None
        found += factors
        of = base(sources[0])
    return found


def _depending(derivation: Derivation, by: str) -> set[str]:
    """All that hangs on a quantity, and itself."""
    active = {by}
    for step in derivation.steps:
        if any(base(name) in active for name in step.inputs):
            active.add(step.name)
    return active


def _affine(step: Step, source: str, shapes: Mapping[str, Shape]) -> list[str] | None:
    """Of Z = W X + b by X it is W, by b the identity."""
    weights, _, *bias = step.inputs
    return _through(step, source, weights, bias, shapes) if step.shape[1] == 1 else None


def _affine_rows(step: Step, source: str, shapes: Mapping[str, Shape]) -> list[str] | None:
    """Of Z = X W + b by X it is the transpose of W."""
    _, weights, *bias = step.inputs
    return _through(step, source, transposed(weights), bias, shapes) if step.shape[0] == 1 else None


def _recurrent(step: Step, source: str, shapes: Mapping[str, Shape]) -> list[str] | None:
    """Of A = W H + U X + B by H it is W, by X it is U, by b the identity."""
    left, state, inner, entering, *bias = step.inputs
    weights = {state: left, entering: inner}.get(source, left)
    return _through(step, source, weights, bias, shapes) if source not in (left, inner) and step.shape[1] == 1 else None


def _through(
    step: Step, source: str, weights: str, bias: list[str], shapes: Mapping[str, Shape]
) -> list[str] | None:
    if source in bias:
        return [] if shapes[source] == step.shape else None
    return None if source == base(weights) else [weights]


def _softmax(step: Step, source: str, _shapes: Mapping[str, Shape]) -> list[str] | None:
    """Of one vector; of several it has no matrix of its own."""
    return [f"d{step.name}/d{source}"] if step.shape[along(step) == "column"] == 1 else None


#: The derivative of a step of a layer by one of its inputs, as a product of matrices.
_LOCAL: dict[str, Callable[[Step, str, Mapping[str, Shape]], list[str] | None]] = {
    "copy": lambda _step, _source, _shapes: [],
    "elementwise": lambda step, source, _shapes: [f"d{step.name}/d{source}"],
    "softmax": _softmax,
    "affine": _affine,
    "affine_rows": _affine_rows,
    "recurrent": _recurrent,
}


def _product(factors: list[str], known: Mapping[str, Step]) -> Formula:
    """The product in letters: `diag(sigma'(Z_2)) W_2`, the identity `I` where nothing is left."""
    written = tuple(_written(known.get(name), name) for name in factors)
    return Symbol("I") if not written else written[0] if len(written) == 1 else Product(written)


def _written(slope: Step | None, name: str) -> Formula:
    """A slope with its formula, on a diagonal if there is one for each entry; a quantity by its name."""
    if slope is None or "/" not in name:
        return Symbol(name)
    form = OPERATIONS[slope.operation].form(slope)
    return Call("diag", form) if slope.operation == "elementwise" else form
