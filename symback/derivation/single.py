"""A network of single numbers: every weight, net input and output is a quantity with a name of its own.

The steps are those of a computation graph; what they are called, and how the derivatives are told, is a matter of the
convention (`exercise/conventions.py`, `retold.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symback.derivation.backward import sweep
from symback.derivation.formula import ONE, ZERO, Formula, Neg, Number, Product, Sum, Symbol, read, substitute
from symback.derivation.functions import LINE, Function, activation_of
from symback.derivation.losses import LOSSES, Loss
from symback.derivation.retold import ONE_NUMBER, Pass, Told, line, renamed_shares, tell, telling_of
from symback.derivation.steps import Derivation, Step, suffix
from symback.derivation.tidy import opposite, tidy
from symback.derivation.updates import update_steps
from symback.exercise.conventions import Names, names_of, single_row
from symback.exercise.model import Network

#: The losses in the form target minus output, which these texts have.
TARGET_FIRST: Mapping[str, Loss] = {
    row.name: row
    for row in (
        Loss("squared_error", "(y - a)**2", "-(2 * (y - a))"),
        Loss("half_squared_error", "(y - a)**2 / 2", "-(y - a)"),
        Loss("mean_squared_error", "(y - a)**2 / n", "-(2 / n * (y - a))"),
        Loss("half_mean_squared_error", "(y - a)**2 / (2 * n)", "-((y - a) / n)"),
    )
}


#: The half of a loss in front, as some write it.
HALF_IN_FRONT = {"half_squared_error": "half * (y - a)**2"}
HALF = Number(Fraction(1, 2))


@dataclass(frozen=True)
class Change:
    """How a rule changes a weight by its delta: lines of a quantity and its formula, the last one the new weight.

    They are written in the weight w, the direction of descent g (delta times input), the change of this update and
    the one of the update before (`before`, 0 at first), and the constants of the rule.
    """

    change: str
    new: str = "w + change"


#: Mitchell 1997, 4.5.2 and 4.5.2.1 (momentum).
CHANGES: Mapping[str, Change] = {"sgd": Change("eta * g"), "momentum": Change("eta * g + beta * before")}


def derive_single(network: Network, constants: tuple[str, ...]) -> Derivation:
    """The program of a network whose numbers have names of their own; `constants` as they are called on paper."""
    return _Single(network, constants).derivation()


class _Single:
    """One network being derived."""

    def __init__(self, network: Network, constants: tuple[str, ...]) -> None:
        row, names = single_row(network), names_of(network)
        assert row is not None
        assert names is not None
        self.network, self.row, self.names = network, row, names
        self.called = {name: names.constants.get(name, name) for name in constants}
        self.learned = tuple(name for name in names.parameters if network.update is None or self._is_learned(name))
        self.steps: list[Step] = []
        self.told = Told()

    def _is_learned(self, name: str) -> bool:
        assert self.network.update is not None
        return self.network.update.biases or name in self.names.learned

    def derivation(self) -> Derivation:
        """All of its passes and updates."""
        names, update = self.names, self.network.update
        times = 0 if update is None else update.steps
        for number in range(times + 1):
            self._pass(number, back=number < times or not times)
            if number < times:
                self._update(number + 1)
        groups = names.groups
        order = ("X", *(name for name in groups if name[0] in "Wb"), "y")
        givens = dict.fromkeys((own for group in order for own in groups[group]), ONE_NUMBER)
        givens |= dict.fromkeys(self.called.values(), ONE_NUMBER)
        output = names.outs[-1][0] if len(names.outs[-1]) == 1 else ""
        telling = telling_of(self.told, names, self.row)
        return Derivation(
            self.network, givens, tuple(self.steps), names.total, self.learned, output, scalar=True, telling=telling
        )

    def _pass(self, number: int, *, back: bool) -> None:
        """One way through the network, and back where derivatives are wanted."""
        at = suffix(number)
        names = self.names.after(at, self.learned) if number else self.names
        layers = [list(self._layer(layer, names)) for layer in range(len(names.nets))]
        losses = list(self._losses(names))
        self.steps += [step for layer in layers for unit in layer for step in unit] + losses
        self._other_forms(names)
        if not back:
            return
        # Within a layer the sweep comes to the first unit first, as the paper does.
        forward = [step for layer in layers for unit in reversed(layer) for step in unit]
        forward += [*reversed(losses[:-1]), losses[-1]]
        wanted = tuple(name + (at if number else "") for name in self.learned)
        shapes = dict.fromkeys((each for step in forward for each in (step.name, *step.inputs)), ONE_NUMBER)
        swept = renamed_shares(sweep(forward, shapes, names.total, wanted), names)
        changes = {name: self._first_change(name, number) for name in wanted} if self.network.update else {}
        told = tell(Pass(self.row, names, swept, wanted, changes))
        self.steps += told.steps
        self.told.merge(told)

    def _other_forms(self, names: Names) -> None:
        """Formulas that texts have for the same numbers: b times 1, a half in front."""
        units = [(layer, k, net) for layer, nets in enumerate(names.nets) for k, net in enumerate(nets)]
        for layer, k, net in units:
            formula = self._net(layer, k, names)
            if isinstance(formula, Sum) and names.biases[layer]:
                terms = (Product((term, ONE), "dot") if isinstance(term, Symbol) else term for term in formula.terms)
                self.told.add_way(line(net, Sum(tuple(terms)), "forward"), formula)
        text = HALF_IN_FRONT.get(self.network.loss)
        if text is not None:
            for name, out, target in zip(names.losses, names.outs[-1], names.targets, strict=True):
                halved = _put(read(text), {"a": Symbol(out), "y": Symbol(target), "half": HALF})
                self.told.add_way(line(name, halved, "loss"), ZERO)

    def _net(self, layer: int, k: int, names: Names) -> Formula:
        """The net input of a unit: w i + ... + b, or w_0 + w i + ...."""
        pairs = zip(names.weights[layer][k], names.sources(layer), strict=True)
        terms: list[Formula] = [Product((Symbol(weight), Symbol(source))) for weight, source in pairs]
        bias = [Symbol(name) for name in names.biases[layer][k : k + 1]]
        terms = [*bias, *terms] if names.first[layer] else [*terms, *bias]
        return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def _layer(self, layer: int, names: Names) -> Iterator[tuple[Step, Step]]:
        """Net input and output of each unit: net = w i + ... + b, out = f(net)."""
        function = activation_of(self.network.layers[layer])
        for k, (net, out) in enumerate(zip(names.nets[layer], names.outs[layer], strict=True)):
            operation = "copy" if function.is_identity else "elementwise"
            made = Step(out, operation, (net,), ONE_NUMBER, "forward", None if function.is_identity else function)
            yield line(net, self._net(layer, k, names), "forward"), made

    def _losses(self, names: Names) -> Iterator[Step]:
        """The error of each output, then the whole."""
        row = TARGET_FIRST.get(self.network.loss) or LOSSES[self.network.loss]
        function = row.function(len(names.losses))
        for name, out, target in zip(names.losses, names.outs[-1], names.targets, strict=True):
            inputs = (out, target, *(self.called[each] for each in row.constants))
            yield Step(name, "elementwise", inputs, ONE_NUMBER, "loss", _named(function, inputs))
        if len(names.losses) > 1:
            yield line(names.total, Sum(tuple(map(Symbol, names.losses))), "loss")

    def _update(self, number: int) -> None:
        """The new weights of one update."""
        assert self.network.update is not None
        rule, at = self.network.update.rule, suffix(number - 1)
        for name in self.learned:
            if self.row.delta:
                self.steps += self._change(name, CHANGES[rule], number)
            else:
                self.steps += update_steps(rule, name, at, number, ONE_NUMBER)

    def _changed(self, name: str, number: int) -> str:
        """What is added to a weight in update `number`, where that has a name."""
        return self.row.change.format(w=name) + suffix(number - 1)

    def _first_change(self, weight: str, number: int) -> str:
        """The first step of the next update of a weight."""
        name = weight.removesuffix(suffix(number)) if number else weight
        return self._changed(name, number + 1) if self.row.change else name + suffix(number + 1)

    def _change(self, name: str, row: Change, number: int) -> Iterator[Step]:
        """A weight changed by its delta: delta w = eta delta x, w_new = w + delta w, or both in one line."""
        weight, gradient = name + suffix(number - 1), self.told.gradients[name + suffix(number - 1)]
        known: dict[str, Formula] = {name: Symbol(called) for name, called in self.called.items()}
        known |= {"before": Symbol(self._changed(name, number - 1)) if number > 1 else ZERO, "w": Symbol(weight)}
        lines = ((self._changed(name, number), row.change, "rule_change"),) if self.row.change else ()
        new = row.new if self.row.change else row.new.replace("change", row.change)
        for made, text, rule in (*lines, (name + suffix(number), new, "rule_delta_new")):
            known["change"] = Symbol(self._changed(name, number)) if self.row.change else ZERO
            told = _put(read(text), known | {"g": opposite(gradient)})
            plain = _put(read(text), known | {"g": Neg(Symbol(f"d{weight}"))})
            self.told.add_way(line(made, plain, "update", rule), told)
            yield line(made, told, "update", rule)


def _put(formula: Formula, known: Mapping[str, Formula]) -> Formula:
    return tidy(substitute(formula, lambda part: known.get(part.name) if isinstance(part, Symbol) else None), "")


def _named(function: Function, inputs: tuple[str, ...]) -> Function:
    """A function of the table as a line in the names of its inputs, with the slope that the table has for it."""
    names = dict(zip(function.arguments, map(Symbol, inputs), strict=True))

    def put(formula: Formula) -> Formula:
        return substitute(formula, lambda part: names.get(part.name) if isinstance(part, Symbol) else None)

    slope = None if function.slope is None else put(function.slope)
    return Function(LINE, inputs, put(function.formula), slope, kink=function.kink)
