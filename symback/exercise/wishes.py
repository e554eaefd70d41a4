"""What is to be shown besides the gradient: a numerical check of it, Jacobians, the Hessian.

    show:
      gradient_check: 1e-4           # h of the differences; true: 1e-5; or {step: 1e-4, of: [W_2, b_2]}
      jacobian: [A_1, A_2]           # of each layer, by its Z and by its input; or {of: A_2, by: X}; true: of all
      hessian: true                  # by all weights and biases; or [W_2, b_2]

In a graph `jacobian: [u, v]` is one matrix: of these steps, by what is derived by (or by the givens in them).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, cast

from symback.exercise.conventions import Names, names_of, single_row
from symback.exercise.faults import FaultList
from symback.exercise.fields import number, plain_text
from symback.exercise.graph import upon
from symback.exercise.model import Check, Exercise, Given, Jacobian, Network, Numeral, Program, Show
from symback.exercise.names import LEARNED, suggestion
from symback.exercise.nodes import Mapping as MappingNode
from symback.exercise.nodes import Node, Scalar, Sequence, described, joined, shown
from symback.exercise.numerals import read_numeral
from symback.exercise.slot import unknown_keys

#: The key of a file, and what may stand under it.
SHOW = "show"
KEYS = ("gradient_check", "jacobian", "hessian")
#: The step of the differences where the file names none: near the best one for float64.
USUAL_STEP = "1e-5"
#: A Hessian has at most so many rows, a Jacobian so many rows and columns; so many entries are moved in a check.
MOST_ROWS, MOST_SIDE, MOST_MOVED = 12, 64, 500
#: Layers that go through time: they have a state h_1, h_2, ... for each.
UNROLLED = ("rnn", "lstm", "gru")

_EXAMPLE = "{gradient_check: true, jacobian: [A_1], hessian: true}"


@dataclass(frozen=True, slots=True)
class Scope:
    """What an exercise has to be asked about, every name with the number of its entries.

    `under` holds, for each name that may be derived, the names on which it hangs; `learned` what the target is derived
    by, and `missing` what to say where that is nothing; `layers` the outputs of layers. Where these are none, names are
    numbers: several of them make one matrix, and are derived by the `preferred` ones where nothing is said.
    """

    sizes: Mapping[str, int]
    under: Mapping[str, tuple[str, ...]]
    learned: tuple[str, ...]
    missing: str = ""
    layers: tuple[str, ...] = ()
    preferred: tuple[str, ...] = ()

    def count(self, names: Iterable[str]) -> int:
        """How many entries some quantities have together."""
        return sum(self.sizes[name] for name in names)

    def by(self, of: Iterable[str]) -> tuple[str, ...]:
        """What numbers are derived by where the file does not say it."""
        reached = {name for each in of for name in self.under[each]}
        return tuple(name for name in self.preferred if name in reached)


def scope_of(exercise: Exercise) -> Scope:
    """What an exercise has to be asked about."""
    work = exercise.network
    if isinstance(work, Program):
        return graph_scope(work)
    names = names_of(work)
    return network_scope(work, exercise.givens) if names is None else single_scope(work, names)


def network_scope(network: Network, givens: Mapping[str, Given]) -> Scope:
    """Layer by layer: what it is given, then its Z and A, or its states; the input is that of the first pass."""
    source = next(name for name in givens if name == "X" or name.startswith("X_"))
    sizes = {source: _size(givens[source])}
    under: dict[str, tuple[str, ...]] = {}
    for layer, each in enumerate(network.layers, 1):
        own = (*dict(each.givens), f"W_{layer}", f"b_{layer}")
        sizes |= {name: _size(givens[name]) for name in own if name in givens}
        for name, size in _results(network, layer):
            under[name] = tuple(sizes)
            sizes[name] = size
    learned = tuple(name for name in givens if name.partition("_")[0] in LEARNED)
    layers = tuple(name for name in under if name.startswith(("A_", "h_")))
    return Scope(sizes, under, learned, "needs weights or biases, and this network has none", layers)


def _results(network: Network, number: int) -> Iterator[tuple[str, int]]:
    """What a layer works out, as far as it may be asked for."""
    layer = network.layers[number - 1]
    if layer.kind in UNROLLED:
        yield from ((f"h_{time}", layer.units) for time in range(1, network.columns + 1))
        return
    if layer.kind == "dense":
        yield f"Z_{number}", layer.units * network.columns
    yield f"A_{number}", layer.units * network.columns


def single_scope(network: Network, names: Names) -> Scope:
    """The numbers of a network that have names of their own: inputs, weights, net inputs and outputs of units."""
    known = list(names.inputs)
    under: dict[str, tuple[str, ...]] = {}
    for layer, units in enumerate(zip(names.nets, names.outs, strict=True)):
        known += dict.fromkeys((*names.biases[layer], *chain.from_iterable(names.weights[layer])))
        for group in units:
            under |= dict.fromkeys(group, tuple(known))
            known += group
    update, row = network.update, single_row(network)
    learned = tuple(name for name in names.parameters if not update or update.biases or name in names.learned)
    if row is not None and row.delta:
        learned = ()
    missing = f"needs the derivatives by the weights, and names: {network.names} works with deltas instead"
    return Scope(dict.fromkeys(known, 1), under, learned, missing, (), names.inputs)


def graph_scope(program: Program) -> Scope:
    """Every name is one number."""
    names = (*program.givens, *(line.name for line in program.steps))
    under = {
        line.name: tuple(name for name in upon(program.steps, line.name, names) if name != line.name)
        for line in program.steps
    }
    learned = tuple(name for name in program.by if name in program.givens)
    missing = "needs a derivative by a given number: derive says what is derived by what"
    return Scope(dict.fromkeys(names, 1), under, learned, missing, (), program.by or program.givens)


def _size(given: Given) -> int:
    rows, columns = given.shape
    return rows * columns


def finished(make: Callable[[], Exercise], tree: MappingNode, decimal: str, faults: FaultList) -> Exercise:
    """The exercise of a file with what it asks to be shown; `make` makes it where the rest of the file is sound.

    Raises InputError with all faults of the file; names under `show` have a meaning only where the rest is sound.
    """
    node = tree.entries.get(SHOW)
    form = None if node is None else _read_form(node, decimal, faults)
    faults.stop_if_any()
    exercise = make()
    if form is None:
        return exercise
    faults.stop_if_any()
    wishes = _Wishes(scope_of(exercise), faults)
    show, check = wishes.show(form.entries), wishes.check(form)
    faults.stop_if_any()
    return replace(exercise, network=replace(exercise.network, show=show), sheet=replace(exercise.sheet, check=check))


def wishes_text(exercise: Exercise) -> dict[str, Any]:
    """What stands under `show` in a file that asks for the same."""
    show, check = exercise.network.show, exercise.sheet.check
    text: dict[str, Any] = {}
    if check is not None:
        text["gradient_check"] = {"step": check.step.text, "of": list(check.of)}
    if show.jacobians:
        wishes = show.jacobians
        text["jacobian"] = [{"of": list(each.of), "by": list(each.by)} if each.by else each.of[0] for each in wishes]
    if show.hessian:
        text["hessian"] = list(show.hessian)
    return text


@dataclass(frozen=True, slots=True)
class _Form:
    """What stands under `show`, before its names are looked up: what is asked for, and the step of the check."""

    entries: Mapping[str, Node]
    step: Numeral | None


def _read_form(node: Node, decimal: str, faults: FaultList) -> _Form | None:
    """The keys and the step of the check: all that can be told without the rest of the file."""
    if not isinstance(node, MappingNode):
        faults.add(SHOW, node.line, f"must be a mapping like {_EXAMPLE}, got {described(node)}")
        return None
    unknown_keys(node, SHOW, KEYS, faults)
    entries = {key: entry for key, entry in node.entries.items() if key in KEYS and _text(entry) != "false"}
    return _Form(entries, _step(entries["gradient_check"], decimal, faults) if "gradient_check" in entries else None)


def _step(node: Node, decimal: str, faults: FaultList) -> Numeral | None:
    field = f"{SHOW}.gradient_check"
    told: Node | None = node
    if isinstance(node, MappingNode):
        unknown_keys(node, field, ("step", "of"), faults)
        told, field = node.entries.get("step"), f"{field}.step"
    if told is None or _text(told) == "true":
        return cast(Numeral, read_numeral(USUAL_STEP))
    step = number(told, field, faults, decimal)
    if step is not None and not 0 < step.value <= 1:
        faults.add(field, told.line, f"must be more than 0 and at most 1, got {shown(step.text)}")
    return step


@dataclass(frozen=True, slots=True)
class _Wishes:
    """Looks up the names that stand under `show`, noting faults down."""

    scope: Scope
    faults: FaultList

    def show(self, entries: Mapping[str, Node]) -> Show:
        """The Jacobians and the Hessian."""
        jacobians = self._jacobians(entries["jacobian"]) if "jacobian" in entries else ()
        return Show(jacobians, self._hessian(entries["hessian"]) if "hessian" in entries else ())

    def check(self, form: _Form) -> Check | None:
        """The check of the gradient, of all that is derived by where nothing is named."""
        node = form.entries.get("gradient_check")
        if node is None or form.step is None:
            return None
        field, of = f"{SHOW}.gradient_check", self.scope.learned
        if not of:
            self.faults.add(field, node.line, self.scope.missing)
        elif isinstance(node, MappingNode) and "of" in node.entries:
            of = self._learned(node.entries["of"], f"{field}.of")
        moved = self.scope.count(of)
        if moved > MOST_MOVED:
            what = f"moves {moved} numbers, at most {MOST_MOVED} can be; name some: {{step: 1e-5, of: [{of[-1]}]}}"
            self.faults.add(field, node.line, what)
        return Check(form.step, of)

    # Jacobians

    def _jacobians(self, node: Node) -> tuple[Jacobian, ...]:
        field = f"{SHOW}.jacobian"
        if _text(node) == "true":
            if not self.scope.layers:
                known = suggestion("", self.scope.under)
                self.faults.add(field, node.line, f"must name the numbers that are to be derived; {known}")
            found = [Jacobian((name,)) for name in self.scope.layers]
        else:
            items = node.items if isinstance(node, Sequence) else (node,)
            names = [item for item in items if not isinstance(item, MappingNode)]
            found = self._named(self._names(names, field, self._outputs)) if names else []
            for item in items:
                found += self._of_by(item, field) if isinstance(item, MappingNode) else []
            if not items:
                self.faults.add(field, node.line, "is empty: name what to derive")
        for each in found:
            self._check_sides(each, field, node.line)
        return tuple(dict.fromkeys(found))

    @property
    def _outputs(self) -> tuple[str, ...]:
        return self.scope.layers or tuple(self.scope.under)

    def _named(self, names: tuple[str, ...]) -> list[Jacobian]:
        if self.scope.layers or not names:
            return [Jacobian((name,)) for name in names]
        return [Jacobian(names, self.scope.by(names))]

    def _of_by(self, node: MappingNode, field: str) -> list[Jacobian]:
        """{of: A_2, by: X}: of each by each, or in a graph of all by all."""
        unknown_keys(node, field, ("of", "by"), self.faults)
        for key in ("of", "by"):
            if key not in node.entries:
                self.faults.add(joined(field, key), node.line, "is missing: name what to derive, and by what")
        if not {"of", "by"} <= node.entries.keys():
            return []
        of = self._names(_items(node.entries["of"]), joined(field, "of"), tuple(self.scope.under))
        by = self._names(_items(node.entries["by"]), joined(field, "by"), tuple(self.scope.sizes))
        for name in by:
            idle = [each for each in of if name not in self.scope.under[each]]
            if idle and (self.scope.layers or len(idle) == len(of)):
                line = node.entries["by"].line
                self.faults.add(joined(field, "by"), line, f"has {name}, on which {idle[0]} does not depend")
        if self.scope.layers:
            return [Jacobian((each,), (name,)) for each in of for name in by]
        return [Jacobian(of, by)] if of and by else []

    def _check_sides(self, wish: Jacobian, field: str, line: int) -> None:
        for names in (wish.of, wish.by):
            count = self.scope.count(names)
            if count > MOST_SIDE:
                what = f"has {count} entries of {', '.join(names)} on one side; a matrix has at most {MOST_SIDE}"
                self.faults.add(field, line, what)

    # The Hessian

    def _hessian(self, node: Node) -> tuple[str, ...]:
        field = f"{SHOW}.hessian"
        if not self.scope.learned:
            self.faults.add(field, node.line, self.scope.missing)
            return ()
        of = self.scope.learned if _text(node) == "true" else self._learned(node, field)
        rows = self.scope.count(of)
        if rows > MOST_ROWS:
            counted = ", ".join(f"{name} has {self.scope.sizes[name]}" for name in of)
            what = f"would have {rows} rows ({counted}), at most {MOST_ROWS} can be shown; name some, as [{of[-1]}]"
            self.faults.add(field, node.line, what)
        return of

    # Names

    def _learned(self, node: Node, field: str) -> tuple[str, ...]:
        """Some of what the target is derived by, in the order of the exercise."""
        names = self._names(_items(node), field, self.scope.learned)
        if isinstance(node, Sequence) and not node.items:
            self.faults.add(field, node.line, f"is empty; {suggestion('', self.scope.learned)}")
        return tuple(name for name in self.scope.learned if name in names)

    def _names(self, items: Iterable[Node], field: str, known: tuple[str, ...]) -> tuple[str, ...]:
        found = []
        for item in items:
            name = plain_text(item, field, self.faults)
            if name is not None and name not in known:
                what = f"has {shown(name)}, which is not known; {suggestion(name, known)}"
                self.faults.add(field, item.line, what)
            elif name is not None:
                found.append(name)
        return tuple(dict.fromkeys(found))


def _items(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else (node,)


def _text(node: Node) -> str:
    return node.text if isinstance(node, Scalar) and not node.quoted else ""
