"""A student at work: goes through the steps, rounds, slips, and goes on with what is held to be right."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from mpmath import mp, mpf

from tests.marking.papers.mistakes import PEN_SLIPS, SLIPS, Scene
from tests.marking.papers.network import Net, Step, Values, steps
from tests.marking.papers.pencil import Hand, unit_of


@dataclass
class Made:
    """What one slip did: the places where it shows."""

    name: str
    quantity: str
    visible: tuple[int, ...]


@dataclass
class Work:
    """A finished piece of work: for each quantity what was written, what was meant by it, and what was held on."""

    net: Net
    hand: Hand
    written: dict[str, list[Decimal]] = field(default_factory=dict)
    meant: dict[str, list[Decimal]] = field(default_factory=dict)
    held: Values = field(default_factory=dict)
    true: Values = field(default_factory=dict)
    order: list[Step] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    unwritten: set[str] = field(default_factory=set)
    parts: dict[str, list[Decimal]] = field(default_factory=dict)


class Unfit(Exception):
    """These numbers leave a domain, or come to nothing worth writing."""


def work(net: Net, hand: Hand, slips: int, random: Random, *, omit: float = 0.0, detail: bool = False) -> Work:
    """All steps of a network, done by one student; with `detail` the parts of some steps are written too."""
    done = Work(net, hand)
    done.order = steps(net)
    done.held, done.true = net.values(), net.values()
    chosen = set(random.sample(range(len(done.order)), min(slips, len(done.order))))
    for number, step in enumerate(done.order):
        try:
            done.true[step.name] = step.run(done.true)
            right = step.run(done.held)
        except (ValueError, ZeroDivisionError, OverflowError):
            raise Unfit from None
        _refuse_wild([*right, *done.true[step.name]])
        wants_slip = number in chosen
        if not wants_slip and random.random() < omit and step.kind in ("slope", "copy", "activation"):
            done.unwritten.add(step.name)
            done.held[step.name] = right
        else:
            if detail and not wants_slip:
                right = with_parts(done, step, right)
            _do(done, step, right, wants_slip, random)
    return done


def with_parts(done: Work, step: Step, right: list) -> list:
    """Write down the parts of a step; what it comes to by them, where the student goes on with rounded numbers."""
    made: list[tuple[str, list]] = []

    def write(suffix: str, entries: list) -> list:
        _refuse_wild(entries)
        written = [done.hand.decimal(entry) for entry in entries]
        made.append((f"{step.name}.{suffix}", written))
        return entries if done.hand.keeps else [mpf(str(number)) for number in written]

    rule = PARTS.get(step.kind)
    result = rule(done, step, write) if rule else None
    if result is None:
        return right
    done.parts.update(made)
    return result


def _affine_parts(done: Work, step: Step, write):
    layer = done.net.layers[step.layer - 1]
    weights, source = (done.held[name] for name in step.inputs[:2])
    rows, inner = layer.rows, layer.columns
    if inner == 1:
        return None
    products = write("products", [weights[i * inner + k] * source[k] for i in range(rows) for k in range(inner)])
    sums = [mp.fsum(products[i * inner : (i + 1) * inner]) for i in range(rows)]
    if not layer.bias:
        return sums
    sums = write("sum", sums)
    return [total + b for total, b in zip(sums, done.held[step.inputs[2]], strict=True)]


def _sigmoid_parts(done: Work, step: Step, write):
    layer = done.net.layers[step.layer - 1]
    if layer.activation != "sigmoid" or layer.rows != 1:
        return None
    (z,) = done.held[step.inputs[0]]
    (power,) = write("exp", [mp.exp(-z)])
    return [1 / (1 + power)]


def _slope_parts(done: Work, step: Step, write):
    layer = done.net.layers[step.layer - 1]
    if layer.activation != "sigmoid" or layer.rows != 1:
        return None
    (a,) = done.held[step.inputs[0]]
    (rest,) = write("difference", [1 - a])
    return [a * rest]


def _difference_parts(done: Work, step: Step, write):
    if done.net.loss != "squared_error" or done.net.outputs != 1:
        return None
    (a,), (y,) = (done.held[name] for name in step.inputs)
    (difference,) = write("difference", [a - y])
    return [difference**2] if step.kind == "loss" else [2 * difference]


PARTS = {
    "affine": _affine_parts,
    "activation": _sigmoid_parts,
    "slope": _slope_parts,
    "loss": _difference_parts,
    "dloss": _difference_parts,
}


def _refuse_wild(entries) -> None:
    for entry in entries:
        if isinstance(entry, mp.mpc) or not mp.isfinite(entry):
            raise Unfit
        if entry and not mpf("1e-30") < abs(entry) < mpf("1e12"):
            raise Unfit


def _do(done: Work, step: Step, right: list, wants_slip: bool, random: Random) -> None:
    """One step: what is written, and what the student goes on with; a slip that would not show is not made."""
    name, result = None, right
    by_pen = random.random() < 0.5
    if wants_slip and not by_pen:
        name, result = _conceptual(done, step, right, random)
        by_pen = name is None
    written = [done.hand.decimal(entry) for entry in result]
    meant = list(written)
    if wants_slip and by_pen:
        name, written = _pen(written, random)
    visible = tuple(place for place in range(len(right)) if name and shows(done, step, written, place))
    if name and not visible:
        name, result = None, right
        meant = written = [done.hand.decimal(entry) for entry in right]
    done.written[step.name], done.meant[step.name] = written, meant
    held = [mpf(str(number)) for number in meant]
    done.held[step.name] = result if done.hand.keeps else held
    if name is not None:
        done.made.append(Made(name, step.name, visible))


def _conceptual(done: Work, step: Step, right: list, random: Random):
    scene = Scene(done.net, step, done.held, right, random)
    rows = list(SLIPS.items())
    random.shuffle(rows)
    for name, row in rows:
        result = row(scene)
        if result is not None:
            try:
                _refuse_wild(result)
            except Unfit:
                continue
            return name, result
    return None, right


def _pen(written: list[Decimal], random: Random):
    rows = list(PEN_SLIPS.items())
    random.shuffle(rows)
    place = random.randrange(len(written))
    for name, row in rows:
        slipped = row(written[place], random) if written[place] else None
        if slipped is not None and slipped != written[place]:
            return name, [*written[:place], slipped, *written[place + 1 :]]
    return None, written


def shows(done: Work, step: Step, written: list[Decimal], place: int) -> bool:
    """Whether a written number cannot be an honest one.

    Honest is what lies within one unit of the last written place, and within what half a unit in each earlier written
    number may change, of the right result: on the numbers held, on the numbers as they stand on the paper, or truly.
    What can be written in full has to be.
    """
    number = mpf(str(written[place]))
    unit = unit_of(written[place])
    on_paper = {**done.held, **{n: [mpf(str(e)) for e in found] for n, found in done.written.items()}}
    intended = {**done.held, **{n: [mpf(str(e)) for e in found] for n, found in done.meant.items()}}
    for values in (done.held, intended, on_paper, done.true):
        try:
            honest = step.run(values)[place]
            reach = _reach(honest, unit) if values is done.true else unit + spread(done, step, values, place)
        except (ValueError, ZeroDivisionError, OverflowError):
            continue
        if abs(number - honest) <= reach * mpf("1.000001"):
            return False
    return True


def _reach(honest: mpf, unit: mpf) -> mpf:
    """How far a number may be from the truth."""
    in_full = unit and abs(honest / unit - mp.nint(honest / unit)) < mpf("1e-20")
    return mpf(0) if in_full else unit


def spread(done: Work, step: Step, values: Values, place: int) -> mpf:
    """How far half a unit in each written input moves a result, but for those that are exact."""
    total = mpf(0)
    base = step.run(values)[place]
    for name in step.inputs:
        for k, number in enumerate(done.written.get(name, ())):
            if mpf(str(number)) == done.true[name][k]:
                continue
            moved = list(values[name])
            moved[k] += unit_of(number) / 2
            total += abs(step.run({**values, name: moved})[place] - base)
    return total
