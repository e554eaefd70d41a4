"""The derivatives that the sweep has found, told as a convention tells them.

The sweep takes many small steps and names each. A text takes some of them together: one multiplies the whole chain
for each weight, another calls the negative derivative by a net input delta and works with that alone. So the steps of
the sweep are put into each other; what is left out by that may stand on a paper all the same, and becomes an aside.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from symback.derivation.formula import ZERO, Formula, Neg, Product, Quotient, Sum, Symbol, substitute, symbols
from symback.derivation.functions import LINE, Function, kink_of
from symback.derivation.operations import OPERATIONS
from symback.derivation.steps import Shape, Step, Telling
from symback.derivation.tidy import opposite, tidy
from symback.exercise.conventions import Names, Single

ONE_NUMBER: Shape = (1, 1)


def line(name: str, formula: Formula, phase: str, rule: str = "") -> Step:
    """A single number by its formula in names."""
    used = tuple(each for each in symbols(formula) if each != "pi")
    function = Function(LINE, used, formula, kink=kink_of(formula))
    return Step(name, "elementwise", used, ONE_NUMBER, phase, function, rule)


@dataclass(frozen=True)
class Pass:
    """One way back through the network: its names at that time, what the sweep found, and by what it was derived.

    `changes` has the first step of the update of each parameter, where one follows.
    """

    row: Single
    names: Names
    swept: tuple[Step, ...]
    wanted: tuple[str, ...]
    changes: Mapping[str, str]

    @cached_property
    def by_name(self) -> Mapping[str, Step]:
        """The steps of the sweep."""
        return {step.name: step for step in self.swept}

    @cached_property
    def _shapes(self) -> Mapping[str, Shape]:
        return dict.fromkeys((name for step in self.swept for name in (step.name, *step.inputs)), ONE_NUMBER)

    def formula(self, name: str) -> Formula:
        """What the sweep says of a quantity, in the quantities of the sweep; 0 where it never came to it."""
        step = self.by_name.get(name)
        return ZERO if step is None else OPERATIONS[step.operation].entry(step, 0, 0, self._shapes)

    def composed(self, name: str, hidden: Collection[str], said: Mapping[str, Formula]) -> Formula:
        """The same with all that is hidden put in, and with what is said for the rest."""

        def put(part: Formula) -> Formula | None:
            if not isinstance(part, Symbol):
                return None
            return self.composed(part.name, hidden, said) if part.name in hidden else said.get(part.name)

        return substitute(self.formula(name), put)

    @cached_property
    def dropped(self) -> frozenset[str]:
        """The derivatives by the errors of single outputs, and of these: 1, and those of the whole error again."""
        names = self.names
        by_output = (f"d{loss}/d{out}" for loss, out in zip(names.losses, names.outs[-1], strict=True))
        return frozenset((*(f"d{loss}" for loss in names.losses), *by_output))

    @cached_property
    def deltas(self) -> Mapping[str, str]:
        """The derivatives by net inputs whose negatives have a name, with that name."""
        pairs = zip(self.names.nets, self.names.deltas, strict=False)
        return {f"d{net}": delta for layer in pairs for net, delta in zip(*layer, strict=True)}

    def plain(self, name: str) -> Formula:
        """What the sweep says of a quantity, in quantities that have a name on paper."""
        return tidy(self.composed(name, self.dropped, {}))

    def units(self) -> Iterator[tuple[int, int, str, str]]:
        """The units from the last layer to the first: layer, place in it, net input, output."""
        for layer in reversed(range(len(self.names.nets))):
            for k, (net, out) in enumerate(zip(self.names.nets[layer], self.names.outs[layer], strict=True)):
                yield layer, k, net, out

    def parameters(self, layer: int, unit: int) -> tuple[str, ...]:
        """The weights of a unit and its bias, as far as they are derived by; a shared bias belongs to the last one."""
        biases = self.names.biases[layer]
        own = biases and (biases.count(biases[unit]) == 1 or unit == len(biases) - 1)
        found = (*self.names.weights[layer][unit], *((biases[unit],) if own else ()))
        return tuple(name for name in found if name in self.wanted)


@dataclass
class Told:
    """What is told of a pass: steps for the sheet, the derivatives by the parameters, and how they are called."""

    steps: list[Step] = field(default_factory=list)
    gradients: dict[str, Formula] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    means: dict[str, Formula] = field(default_factory=dict)
    also: dict[str, str] = field(default_factory=dict)
    asides: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    ways: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    mistaken: dict[str, Formula] = field(default_factory=dict)

    def add_way(self, way: Step, main: Formula) -> None:
        """Note another way to a quantity, unless it is the one that is told."""
        function = way.function
        if function is not None and function.formula not in (main, ZERO) and way not in self.ways.get(way.name, ()):
            self.ways[way.name] = (*self.ways.get(way.name, ()), way)

    def merge(self, other: Told) -> None:
        """Take what a later pass tells of its own quantities."""
        self.steps += other.steps
        for name in ("printed", "means", "also", "asides", "ways", "mistaken"):
            getattr(self, name).update(getattr(other, name))
        self.gradients = other.gradients


def renamed_shares(swept: Sequence[Step], names: Names) -> tuple[Step, ...]:
    """The contributions of several outputs to the output of a unit before them, as derivatives of each one's error."""
    last = len(names.outs) - 1
    if last == 0 or len(names.losses) == 1:
        return tuple(swept)
    called = {
        f"d{out}.{k}": f"d{loss}/d{out}" for out in names.outs[last - 1] for k, loss in enumerate(names.losses, 1)
    }

    def new(name: str) -> str:
        return called.get(name, name)

    return tuple(replace(step, name=new(step.name), inputs=tuple(map(new, step.inputs))) for step in swept)


def tell(way: Pass) -> Told:
    """A pass as its convention tells it."""
    told = _tell_deltas(way) if way.row.delta else _tell_chains(way)
    _name_losses(way, told)
    _set_aside(way, told)
    return told


# The chain for each weight: dE/dw5 = dE/dout_o1 * dout_o1/dnet_o1 * dnet_o1/dw5


def _tell_chains(way: Pass) -> Told:
    told, names = Told(), way.names
    nets = {f"d{net}" for layer in names.nets for net in layer}
    goals = {f"d{name}" for name in way.wanted}
    shares = {f"d{loss}/d{out}" for loss in names.losses for out in (names.outs[-2] if len(names.outs) > 1 else ())}
    outs = {f"d{out}" for layer in names.outs for out in layer}
    locals_ = {f"d{net}/d{name}" for layer in names.nets for net in layer for name in _all_before(names)}
    slopes = {f"d{out}/d{net}" for net, out in _pairs(names)}
    shown = nets | goals | shares | outs | locals_ | slopes
    hidden = {step.name for step in way.swept} - shown
    done: set[str] = set()

    def say(name: str) -> None:
        if name in done:
            return
        done.add(name)
        step = way.by_name.get(name)
        if step is not None and name in slopes | locals_:
            told.steps.append(replace(step, rule=_RULES["slope" if name in slopes else "local"]))
            return
        inner = hidden | nets if name in goals else hidden
        formula = tidy(way.composed(name, inner, {}))
        for each in symbols(formula):
            if each in way.by_name:
                say(each)
        told.steps.append(line(name, formula, "backward", _rule(name, goals, shares, outs, formula)))
        told.add_way(line(name, way.plain(name), "backward"), formula)
        if name in goals:
            told.gradients[name[1:]] = formula

    for layer, k, *_ in way.units():
        for name in way.parameters(layer, k):
            say(f"d{name}")
    _print_chains(way, told)
    return told


_RULES = {"slope": "rule_slope", "local": "rule_local"}


def _rule(name: str, goals: Collection[str], shares: Collection[str], outs: Collection[str], formula: Formula) -> str:
    """The key of the sentence that explains a step of a chain."""
    if name in goals:
        return "rule_weight_chain"
    if name in shares:
        return "rule_share"
    if name in outs:
        return "rule_add" if any(each in shares for each in symbols(formula)) else "rule_loss"
    return "rule_unit_chain"


def _pairs(names: Names) -> Iterator[tuple[str, str]]:
    for nets, outs in zip(names.nets, names.outs, strict=True):
        yield from zip(nets, outs, strict=True)


def _all_before(names: Names) -> Iterator[str]:
    """All that a net input is made of."""
    yield from names.parameters
    yield from (out for layer in names.outs for out in layer)


def _print_chains(way: Pass, told: Told) -> None:
    """Every derivative in full: of the error by the quantity."""
    total = way.names.total
    for step in told.steps:
        if "/" not in step.name and "." not in step.name:
            told.printed[step.name] = f"d{total}/{step.name}"
    for loss, net in zip(way.names.losses, way.names.nets[-1], strict=True):
        if f"d{net}" in told.printed:
            told.printed[f"d{net}"] = f"d{loss}/d{net}"


# Deltas: delta = -dE/dnet, and nothing else between the error and the weights


def _tell_deltas(way: Pass) -> Told:
    told = Told()
    said: dict[str, Formula] = {}
    hidden = {step.name for step in way.swept}
    for layer, k, net, _ in way.units():
        delta, name = way.names.deltas[layer][k], f"d{net}"
        formula = _delta(way, name, hidden, said)
        told.steps.append(line(delta, formula, "backward", "rule_delta"))
        match formula:
            case Product((*slope, Sum((target, Neg(output)))), sign):  # the difference turned round
                told.mistaken[delta] = Product((*slope, Sum((output, Neg(target)))), sign)
        told.means[delta] = Neg(Quotient(Symbol(f"∂{way.names.total}"), Symbol(f"∂{net}")))
        said[name] = Neg(Symbol(delta))
        hidden -= {name}
        if name in way.by_name:
            told.add_way(line(delta, Neg(Symbol(name)), "backward"), formula)
    for layer, k, *_ in way.units():
        for parameter in way.parameters(layer, k):
            told.gradients[parameter] = tidy(way.composed(f"d{parameter}", hidden, said), "")
    if not way.changes:
        for parameter, formula in told.gradients.items():
            told.steps.append(line(f"d{parameter}", formula, "backward", "rule_delta_weight"))
            told.printed[f"d{parameter}"] = f"d{way.names.total}/d{parameter}"
            told.add_way(line(f"d{parameter}", way.plain(f"d{parameter}"), "backward"), formula)
    return told


def _delta(way: Pass, name: str, hidden: Collection[str], said: Mapping[str, Formula]) -> Formula:
    """Slope times what comes back to the output: o (1 - o) (t - o), or o (1 - o) times the deltas behind."""
    step = way.by_name.get(name)
    if step is None or step.operation != "hadamard":
        return opposite(tidy(way.composed(name, hidden, said), ""))
    back, slope = (tidy(way.composed(each, hidden, said), "") for each in step.inputs)
    return tidy(Product((slope, opposite(back))), "")


# What both have in common


def _name_losses(way: Pass, told: Told) -> None:
    """The derivative of the error of one output is that of the whole error, for no other output hangs on it."""
    names = way.names
    for loss, net, out, weights in zip(
        names.losses, names.nets[-1], names.outs[-1], names.weights[-1], strict=True
    ):
        if loss != names.total:
            told.also |= {f"d{loss}/d{name}": f"d{name}" for name in (net, out, *weights)}


def _set_aside(way: Pass, told: Told) -> None:
    """What the sweep has and is not told becomes an aside of the first step that is made of it."""
    shown = {step.name for step in told.steps}
    deltas = way.deltas
    said: dict[str, Formula] = {net: Neg(Symbol(delta)) for net, delta in deltas.items()}
    owner = _owners(way, told)
    for step in way.swept:
        if step.name in shown or step.name in way.dropped or step.name not in owner:
            continue
        plain = way.plain(step.name)
        main = plain if step.name in deltas else tidy(substitute(plain, lambda part: _said(part, said)))
        aside = line(step.name, main, "backward")
        told.asides[owner[step.name]] = (*told.asides.get(owner[step.name], ()), aside)
        told.add_way(line(step.name, plain, "backward"), main)


def _said(part: Formula, said: Mapping[str, Formula]) -> Formula | None:
    return said.get(part.name) if isinstance(part, Symbol) else None


def _owners(way: Pass, told: Told) -> Mapping[str, str]:
    """The first step that is made of each quantity of the sweep, directly or through what is not told."""
    meant = {delta: net for net, delta in way.deltas.items()}
    found: dict[str, str] = {}
    own = [(step.name, meant.get(step.name, step.name)) for step in told.steps]
    own += [(change, f"d{parameter}") for parameter, change in way.changes.items()]
    for owner, name in own:
        waiting = [name]
        while waiting:
            current = waiting.pop()
            if current not in way.by_name or current in found:
                continue
            found[current] = owner
            waiting += way.by_name[current].inputs
    return found


def telling_of(told: Told, names: Names, row: Single) -> Telling:
    """How a whole derivation is told."""
    also = {other: name for other, name in {**names.also, **told.also}.items() if other != name}
    stands: tuple[Formula, ...] = ()
    if row.delta:
        places = {"u": "j"}
        net, delta = row.net.format_map(places), row.delta.format_map(places)
        stands = (Symbol(delta), Neg(Quotient(Symbol(f"∂{names.total}"), Symbol(f"∂{net}"))))
    note = "notation_delta" if row.delta else "notation_chain"
    return Telling(told.printed, told.means, also, note, "", told.asides, told.ways, told.mistaken, stands)
