"""How quantities are called: each convention is a row of names, chosen by `names:` in an exercise file.

Most books write a network in matrices; others give each number of it a name of its own. There a row says what the
numbers are called, and the network is worked as a graph of single numbers.
Sources: Ng, Deep Learning Specialization, standard notation (superscripts); Mazur, A Step by Step Backpropagation
Example, 2015 (net/out); Mitchell, Machine Learning, 1997, 4.5 (delta); Han, Kamber, Pei, Data Mining, 2012, 9.2
(I/O/Err).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from itertools import accumulate, chain, count

from symback.exercise.model import Given, Network, Numeral, Update

#: More weights and biases than these nobody calls by names of their own.
MOST_SINGLE = 150
#: With as many units as this their numbers have two digits, and those of a weight are parted: w1_10.
PARTED = 10


@dataclass(frozen=True)
class Single:
    """What single numbers are called.

    In a name stand {k}, the number of the input or output; {n}, the running number of the weight or bias; {u}, the
    unit; {s}, the source of a weight; {c}, what parts two numbers. `numbered` says that the units are numbered through
    the network, inputs first; else hidden ones are h1, h2, ... through all layers, outputs o1, o2, ....
    `delta` is the negative derivative of the error by a net input, where a text works with that; `change` is what is
    added to a weight, where that has a name. `also` lists further names by the field they stand for.
    """

    input: str
    weight: str
    bias: str
    net: str
    out: str
    target: str
    loss: str
    total: str
    w0: str = "w0{n}"
    numbered: bool = False
    delta: str = ""
    change: str = ""
    rules: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_TOTALS = ("E_total", "E_tot")
_ETA = ("lr", "alpha")

#: What of a network can be stated in single numbers; whatever else it may have is refused.
STATED = ("inputs", "layers", "loss", "update", "columns", "batch", "vectors", "names", "show")
#: What is taken where an exercise names no convention.
USUAL = "paper"
#: Activations that take the units of a layer together.
TOGETHER = ("softmax",)

#: The conventions; None where quantities are matrices.
CONVENTIONS: Mapping[str, Single | None] = {
    "paper": None,
    "superscripts": None,
    "net_out": Single(
        input="i{k}", weight="w{n}", bias="b{n}", net="net_{u}", out="out_{u}", target="t{k}", loss="E_{u}",
        total="E_total",
        also={
            "input": ("x{k}",),
            "target": ("target_{u}", "target{k}", "t_{u}", "y{k}"),
            "total": _TOTALS,
            "eta": _ETA,
            "dnet": ("delta_{u}",),
        },
    ),
    "delta": Single(
        input="x{k}", weight="w{n}", bias="b{n}", net="net_{u}", out="o_{u}", target="t{k}", loss="E_{u}", total="E",
        delta="delta_{u}", change="Delta_{w}", rules=("sgd", "momentum"),
        also={
            "input": ("i{k}",),
            "out": ("out_{u}",),
            "target": ("target_{u}", "target{k}", "t_{u}", "y{k}"),
            "weight": ("w_{u}{s}",),
            "total": _TOTALS,
            "eta": ("lr",),
        },
    ),
    "io_err": Single(
        input="x{k}", weight="w{s}{c}{u}", bias="theta_{u}", w0="w0{c}{u}", net="I_{u}", out="O_{u}",
        target="T_{u}", loss="E_{u}", total="E", numbered=True, delta="Err_{u}", rules=("sgd",),
        constants={"eta": "l"},
        also={
            "input": ("O_{k}", "I_{k}"),
            "target": ("t_{u}", "T{k}", "t{k}", "target_{u}"),
            "bias": ("w0{c}{u}", "b_{u}"),
            "w0": ("theta_{u}", "b_{u}"),
            "delta": ("delta_{u}",),
            "total": _TOTALS,
            "eta": ("eta", *_ETA),
        },
    ),
}  # fmt: skip


Cells = tuple[tuple[Numeral, ...], ...]


def _one(name: str | tuple[str, ...]) -> tuple[str, ...]:
    """A name as a list of one; nothing stays nothing."""
    return (name,) if isinstance(name, str) else name


@dataclass(frozen=True)
class Names:
    """The names of all numbers of one network; those of units by layer, those of weights by layer, unit and source.

    `biases` has a name for each unit, the same one where a layer shares it, none where it has no bias; `first` tells
    for each layer whether the biases stand in the first place of the weights. `also` maps further names to these.
    """

    inputs: tuple[str, ...]
    weights: tuple[tuple[tuple[str, ...], ...], ...]
    biases: tuple[tuple[str, ...], ...]
    first: tuple[bool, ...]
    nets: tuple[tuple[str, ...], ...]
    outs: tuple[tuple[str, ...], ...]
    targets: tuple[str, ...]
    losses: tuple[str, ...]
    total: str
    deltas: tuple[tuple[str, ...], ...]
    constants: Mapping[str, str]
    also: Mapping[str, str]

    def sources(self, layer: int) -> tuple[str, ...]:
        """What goes into a layer, counted from 0."""
        return self.outs[layer - 1] if layer else self.inputs

    def after(self, ending: str, learned: Collection[str]) -> Names:
        """The names after an update: all end so, but for what is never updated."""

        def new(name: str) -> str:
            return name + ending

        def kept(name: str) -> str:
            return name + ending if name in learned else name

        return replace(
            self,
            weights=tuple(tuple(tuple(map(kept, row)) for row in layer) for layer in self.weights),
            biases=tuple(tuple(map(kept, layer)) for layer in self.biases),
            nets=tuple(tuple(map(new, layer)) for layer in self.nets),
            outs=tuple(tuple(map(new, layer)) for layer in self.outs),
            losses=tuple(map(new, self.losses)),
            total=new(self.total),
            deltas=tuple(tuple(map(new, layer)) for layer in self.deltas),
        )

    @property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """The names of matrices (`W_1`, `Z_2`) with those of their numbers, row by row."""
        found = {"X": self.inputs, "y": self.targets}
        for at, rows in enumerate(self.weights):
            grid = zip(self.biases[at], rows, strict=True) if self.first[at] else (((), row) for row in rows)
            found[f"W_{at + 1}"] = tuple(chain.from_iterable((*_one(bias), *row) for bias, row in grid))
            if self.biases[at] and not self.first[at]:
                found[f"b_{at + 1}"] = tuple(dict.fromkeys(self.biases[at]))
            found[f"Z_{at + 1}"], found[f"A_{at + 1}"] = self.nets[at], self.outs[at]
        return found

    @property
    def parameters(self) -> tuple[str, ...]:
        """Weights and biases, layer by layer."""
        groups = self.groups
        names = (f"{letter}_{at}" for at in range(1, len(self.weights) + 1) for letter in "Wb")
        return tuple(chain.from_iterable(groups.get(name, ()) for name in names))

    @property
    def learned(self) -> frozenset[str]:
        """The weights, a bias among them where it is one."""
        weights = (name for name, group in self.groups.items() if name.startswith("W_") for name in group)
        return frozenset(weights)


def single_row(network: Network) -> Single | None:
    """The row of a network whose numbers have names of their own; None where quantities are matrices."""
    return CONVENTIONS[network.names]


@lru_cache(maxsize=64)
def names_of(network: Network) -> Names | None:
    """The names of the numbers of a network; None where its quantities are matrices."""
    row = single_row(network)
    return None if row is None else _Namer(row, network).names()


class _Namer:
    """Gives the numbers of one network their names."""

    def __init__(self, row: Single, network: Network) -> None:
        self.row, self.network = row, network
        self.also: dict[str, str] = {}
        self.units = _labels(row, network)
        many = network.inputs + sum(len(layer) for layer in self.units) >= PARTED
        self.part = "_" if many else ""

    def name(self, kind: str, **places: object) -> str:
        """A name by its template; the further ones are noted down."""
        places["c"] = self.part
        name = str(getattr(self.row, kind)).format_map(places)
        for other in self.row.also.get(kind, ()):
            self.also.setdefault(other.format_map(places), name)
        return name

    def names(self) -> Names:
        """All of them."""
        units, weights = self.units, self._weights()
        outputs = list(enumerate(units[-1], 1))
        total = self.name("total")
        losses = tuple(self.name("loss", u=u) for _, u in outputs)
        if len(losses) == 1:  # the only contribution is the error itself
            self.also.setdefault(losses[0], total)
            losses = (total,)
        found = Names(
            inputs=tuple(self.name("input", k=k) for k in range(1, self.network.inputs + 1)),
            weights=weights,
            biases=self._biases(),
            first=tuple(layer.biases == "w_0" for layer in self.network.layers),
            nets=self._of_units("net"),
            outs=self._of_units("out"),
            targets=tuple(self.name("target", k=k, u=u) for k, u in outputs),
            losses=losses,
            total=total,
            deltas=self._of_units("delta") if self.row.delta else (),
            constants=self.row.constants,
            also=self.also,
        )
        rate = self.row.constants.get("eta", "eta")
        self.also.update({other: rate for other in self.row.also.get("eta", ()) if other != rate})
        own = {*found.parameters, *found.inputs, *chain(*found.nets, *found.outs), *found.targets, *losses, total}
        for taken in own & self.also.keys():
            del self.also[taken]
        return found

    def _of_units(self, kind: str) -> tuple[tuple[str, ...], ...]:
        found = tuple(tuple(self.name(kind, u=u) for u in layer) for layer in self.units)
        # Some texts have a name for the derivative by such a quantity, too.
        for layer, names in zip(self.units, found, strict=True):
            for other in self.row.also.get(f"d{kind}", ()):
                self.also.update((other.format_map({"u": u}), f"d{name}") for u, name in zip(layer, names, strict=True))
        return found

    def _weights(self) -> tuple[tuple[tuple[str, ...], ...], ...]:
        numbers = count(1)
        inputs = tuple(str(k) if self.row.numbered else f"x{k}" for k in range(1, self.network.inputs + 1))
        sources = (inputs, *self.units)
        return tuple(
            tuple(tuple(self.name("weight", n=next(numbers), s=s, u=u) for s in before) for u in layer)
            for before, layer in zip(sources, self.units, strict=False)
        )

    def _biases(self) -> tuple[tuple[str, ...], ...]:
        numbers, found = count(1), []
        for layer, units in zip(self.network.layers, self.units, strict=True):
            if layer.biases == "w_0":
                found.append(tuple(self.name("w0", n=next(numbers), u=u) for u in units))
            elif not layer.bias:
                found.append(())
            elif layer.biases == "shared":
                shared = self.name("bias", n=next(numbers), u=units[0] if len(units) == 1 else "".join(units))
                found.append((shared,) * len(units))
            else:
                found.append(tuple(self.name("bias", n=next(numbers), u=u) for u in units))
        return tuple(found)


def _labels(row: Single, network: Network) -> tuple[tuple[str, ...], ...]:
    """The labels of the units, layer by layer."""
    widths = [layer.units for layer in network.layers]
    first = network.inputs if row.numbered else 0
    starts = list(accumulate(widths, initial=first))
    labels = [[str(start + k) for k in range(1, width + 1)] for start, width in zip(starts, widths, strict=False)]
    if row.numbered:
        return tuple(map(tuple, labels))
    hidden = [tuple(f"h{label}" for label in layer) for layer in labels[:-1]]
    return (*hidden, tuple(f"o{k}" for k in range(1, widths[-1] + 1)))


def single_givens(network: Network, givens: Mapping[str, Given]) -> dict[str, Given]:
    """The givens as the network calls them: single numbers instead of matrices where its convention has those."""
    names = names_of(network)
    if names is None:
        return dict(givens)
    found: dict[str, Given] = {}
    groups = names.groups
    order = ("X", *(name for name in givens if name in groups and name not in ("X", "y")), "y")
    for name in order:
        cells = [cell for row in _upright(network, name, givens[name].rows) for cell in row]
        found |= {own: Given(own, ((cell,),)) for own, cell in zip(groups[name], cells, strict=True)}
    for name, given in givens.items():
        if name not in groups:
            own = names.constants.get(name, name)
            found[own] = Given(own, given.rows)
    return found


def matrix_givens(network: Network, givens: Mapping[str, Given]) -> dict[str, Given]:
    """The givens as matrices again, as an exercise file has them: the opposite of `single_givens`."""
    names = names_of(network)
    if names is None:
        return dict(givens)
    found: dict[str, Given] = {}
    for name, group in names.groups.items():
        if group[0] in givens:
            cells = [givens[own].rows[0][0] for own in group]
            width = len(cells) // network.layers[int(name[2:]) - 1].units if name.startswith("W_") else 1
            rows = tuple(tuple(cells[at : at + width]) for at in range(0, len(cells), width))
            found[name] = Given(name, _upright(network, name, rows))
    own = {name for group in names.groups.values() for name in group}
    back = {name: usual for usual, name in names.constants.items()}
    constants = (name for name in givens if name not in own)
    return found | {back.get(name, name): Given(back.get(name, name), givens[name].rows) for name in constants}


def _upright(network: Network, name: str, rows: Cells) -> Cells:
    """A matrix with a row for each unit, as it is named; where vectors are rows, the file has it on its side."""
    lies = network.vectors == "rows" and (name.startswith("W_") or len(rows) == 1 or len(rows[0]) == 1)
    return tuple(zip(*rows, strict=True)) if lies else rows


def matrix_name(network: Network, name: str) -> str:
    """The matrix that a number belongs to (`W_1` for `w3`); any other name stays as it is."""
    names = names_of(network)
    groups = {} if names is None else names.groups
    return next((matrix for matrix, group in groups.items() if name in group), name)


def misfits(names: str, network: Network) -> Iterator[str]:
    """What a convention cannot state of a network, each in words."""
    row = CONVENTIONS[names]
    if row is None:
        return
    kinds = dict.fromkeys(layer.kind for layer in network.layers if layer.kind != "dense")
    if kinds:
        yield f"names the numbers of dense layers only, but the exercise has {', '.join(kinds)}"
    if any(layer.activation in TOGETHER for layer in network.layers):
        yield "names units one by one, but softmax takes the units of a layer together"
    if network.batch.samples > 1 or (network.update is not None and network.update.single):
        yield "names the numbers of one sample, but the exercise has several"
    more = [each.name for each in fields(network) if each.name not in STATED and getattr(network, each.name)]
    if more:
        yield f"has no way to write {', '.join(more)}"
    sizes = [network.inputs, *(layer.units for layer in network.layers)]
    count = sum((before + layer.bias) * layer.units for before, layer in zip(sizes, network.layers, strict=False))
    if count > MOST_SINGLE:
        yield f"would name {count} weights and biases one by one; {MOST_SINGLE} is the most"
    yield from _misfit_update(row, network.update)


def _misfit_update(row: Single, update: Update | None) -> Iterator[str]:
    if update is not None and row.rules and update.rule not in row.rules:
        yield f"has no way to write {update.rule}; it knows {', '.join(row.rules)}, other rules need names: net_out"
