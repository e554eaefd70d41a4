"""Closed forms: the derivation run on rational functions of what is transcendental.

Every `exp(-183/10)` that turns up is an atom, a generator of a field of rational functions over the rationals.
The field cancels by itself, so that a sum which vanishes identically is recognised as 0 where balls never could.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add, mul
from typing import Any

from flint import fmpq

from symback.derivation.formula import CALLS, Call, Formula, Number, Symbol, children, to_sympy
from symback.derivation.operations import OPERATIONS
from symback.derivation.steps import Derivation, Shape, Step, base
from symback.derivation.values import Arithmetic, Entries
from symback.solution.arithmetics import (
    BALLS,
    LONGEST_RATIONAL,
    OutsideDomain,
    Undecided,
    ball_positive,
    precision,
    to_fmpq,
)
from symback.solution.factored import factored_formula
from symback.solution.field import generators
from symback.solution.run import Known

#: More atoms or longer polynomials than this are of no use to a reader, and slow.
MOST_ATOMS = 8
MOST_TERMS = 40
MOST_BITS = 1000


#: Functions with f(-x) = -f(x): one atom for both.
_ODD = ("tanh", "erf")


class TooLong(ArithmeticError):
    """The closed form has outgrown what anybody would read."""


class Atoms:
    """The transcendental values of one solution, in the order of their appearance: a function and its argument."""

    def __init__(self) -> None:
        self.generators = generators(MOST_ATOMS)
        self.known: dict[tuple[str, Any], int] = {}

    def value(self, function: str, argument: Any) -> Any:
        """The field element of f(argument): a new generator where that is not known yet."""
        argument = None if argument is None else _bounded(argument)
        if isinstance(argument, fmpq):
            exact = BALLS.functions[function](argument)
            if isinstance(exact, fmpq):
                return exact
        if function == "exp" and _leading_sign(argument) > 0:
            return 1 / self.value("exp", -argument)  # e^x is 1 / e^-x: one atom for both
        if function in _ODD and _leading_sign(argument) < 0:
            return -self.value(function, -argument)
        if (function, argument) not in self.known:
            if len(self.known) == MOST_ATOMS:
                raise TooLong
            self.known[function, argument] = len(self.known)
        return self.generators[self.known[function, argument]]

    def ball(self, element: Any) -> Any:
        """The value of an element, as an exact rational or a ball at the present precision."""
        values: list[Any] = []
        # An atom may hold the ones before it, never a later one.
        for function, argument in self.known:
            values.append(BALLS.functions[function](None if argument is None else _value(argument, values)))
        return _value(element, values)

    def positive(self, element: Any) -> bool:
        """Whether an element is > 0: the field tells 0, a ball at growing precision the rest."""
        if element == 0:
            return False
        for bits in (256, 1024, 4096):
            with precision(bits):
                try:
                    return ball_positive(self.ball(element))
                except Undecided:
                    continue
        raise TooLong

    def sign(self, element: Any) -> Any:
        """The sign of an element, 0 at exactly 0."""
        return fmpq(0) if element == 0 else fmpq(1 if self.positive(element) else -1)

    def arithmetic(self) -> Arithmetic:
        """The field as numbers to run a derivation on."""

        def call(name: str) -> Any:
            return lambda argument: self.value(name, argument)

        functions = {name: call(name) for name in CALLS if name not in ("abs", "sign")}
        functions["pi"] = lambda _: self.value("pi", None)
        functions["sign"] = self.sign
        functions["abs"] = lambda element: element * self.sign(element)
        return Arithmetic("closed", to_fmpq, functions, self.positive, _bounded)


def _leading_sign(element: Any) -> int:
    if isinstance(element, fmpq):
        return 1 if element > 0 else -1
    return 1 if element.leads_positive else -1


def _value(element: Any, values: Sequence[Any]) -> Any:
    """An element where the atoms known so far have these values."""
    if isinstance(element, fmpq):
        return element
    return _evaluate(element.numer, values) / _evaluate(element.denom, values)


def _evaluate(polynomial: Any, values: Sequence[Any]) -> Any:
    terms = [
        reduce(mul, (value**power for value, power in zip(values, powers, strict=False)), fmpq(coefficient))
        for powers, coefficient in polynomial.terms()
    ]
    return reduce(add, terms, fmpq(0))


def _readable(element: Any) -> bool:
    """Whether no coefficient has more digits than anybody would read (or Python would write)."""
    whole = (int(element.p), int(element.q)) if isinstance(element, fmpq) else element.coefficients()
    return all(part.bit_length() <= MOST_BITS for part in whole)


def _bounded(element: Any) -> Any:
    """The element, unless it is too long; one without atoms becomes rational again."""
    if isinstance(element, fmpq):
        if element.height_bits() > LONGEST_RATIONAL:
            raise TooLong
        return element
    constant = element.constant
    if constant is None and element.terms > MOST_TERMS:
        raise TooLong
    return element if constant is None else constant


class ClosedForms:
    """The closed form of every quantity of a solution, in the given numbers; None where it is too long."""

    def __init__(self, derivation: Derivation, givens: Mapping[str, Entries]) -> None:
        self.atoms = Atoms()
        self._derivation, self._on = derivation, self.atoms.arithmetic()
        self._values: dict[str, Entries | None] = dict(givens)
        self._lengths: dict[str, int] = {}
        self._formulas: dict[tuple[str, int], Formula | None] = {}
        for step in derivation.steps:
            self._values[step.name] = self._run(step)

    def _run(self, step: Step, shapes: Mapping[str, Shape] | None = None) -> Entries | None:
        inputs = [self._oriented(name, self._derivation) for name in step.inputs]
        if any(entries is None for entries in inputs):
            return None
        value = OPERATIONS[step.operation].value(step, shapes or self._derivation.shapes, self._on)
        try:
            return [_bounded(entry) for entry in value(*inputs)]
        except (TooLong, OutsideDomain, ZeroDivisionError):
            return None

    def _oriented(self, reference: str, derivation: Derivation) -> Entries | None:
        name = base(reference)
        entries = self._values[name] if name in self._values else self._of_part(name)
        if entries is None or not reference.endswith("^T"):
            return entries
        rows, columns = derivation.shapes[base(reference)]
        return [entries[i * columns + j] for j in range(columns) for i in range(rows)]

    def _of_part(self, name: str) -> Entries | None:
        """The entries of a part of a step, which other parts may be made of."""
        self._values[name] = self._run(self._derivation.parts[name], self._derivation.every_shape)
        return self._values[name]

    def element(self, name: str, place: int) -> Any | None:
        """The field element (or rational) of an entry, None where it is too long to be read."""
        entries = self._values[name]
        return None if entries is None or not _readable(entries[place]) else entries[place]

    def rationals(self) -> Known:
        """The entries that are rational, 0 most of all, whatever they are made of."""
        return {
            name: {place: element for place, element in enumerate(entries) if isinstance(element, fmpq)}
            for name, entries in self._values.items()
            if entries is not None
        }

    def rationals_of(self, part: Step) -> Mapping[int, fmpq]:
        """The entries of a part of a step that are rational, by place."""
        entries = self._run(part, self._derivation.every_shape) or []
        return {place: element for place, element in enumerate(entries) if isinstance(element, fmpq)}

    def expression(self, name: str, place: int) -> Any | None:
        """The SymPy expression of an entry, factored, with its atoms written out; None where it is too long."""
        element = self.element(name, place)
        return None if element is None else self._sympy(element)

    def length(self, name: str, place: int) -> int:
        """About how many characters an entry has with its atoms written out, at least; 0 where it is too long to read.

        SymPy needs minutes to write what nobody reads: six sigmoids in a row are nested in each other.
        """
        formula = self.formula(name, place)
        if formula is None:
            return 0
        for function, argument in list(self.atoms.known)[len(self._lengths) :]:
            inside = 0 if argument is None else _length(factored_formula(argument), self._lengths) + 2
            self._lengths[f"q_{len(self._lengths) + 1}"] = len(function) + inside
        return _length(formula, self._lengths)

    def formula(self, name: str, place: int) -> Formula | None:
        """The formula of an entry for printing, factored, its atoms as symbols `q_1`, `q_2`, ...; None if too long."""
        key = name, place
        if key not in self._formulas:
            element = self.element(name, place)
            self._formulas[key] = None if element is None else factored_formula(element)
        return self._formulas[key]

    def atom_formulas(self) -> tuple[Formula, ...]:
        """What the symbols `q_1`, `q_2`, ... stand for, each in the ones before it."""
        return tuple(
            Symbol("pi") if function == "pi" else Call(function, factored_formula(argument))
            for function, argument in self.atoms.known
        )

    def _sympy(self, element: Any) -> Any:
        import sympy

        expression = to_sympy(factored_formula(element))
        # The atoms may hold earlier atoms: the last is replaced first.
        for function, argument in reversed(self.atoms.known):
            symbol = to_sympy(Symbol(f"q_{self.atoms.known[function, argument] + 1}"))
            if expression.has(symbol):
                value = sympy.pi if function == "pi" else _called(function, argument)
                expression = expression.xreplace({symbol: value})
        return expression


def _length(formula: Formula, names: Mapping[str, int]) -> int:
    """The characters of a formula without its brackets, names being as long as that."""
    match formula:
        case Number(value):
            return len(str(value))
        case Symbol(name):
            return names.get(name, len(name))
    parts = children(formula)
    return sum(_length(part, names) for part in parts) + max(1, len(parts) - 1)


def _called(function: str, argument: Any) -> Any:
    """The SymPy expression of a function of an element; SymPy takes the sign out of tanh(-1/20)."""
    return to_sympy(Call(function, factored_formula(argument)))
