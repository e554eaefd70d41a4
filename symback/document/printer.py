"""The printer: nodes to the code of a dialect, with brackets where they are needed.

One algorithm over a record of marks for each dialect. A node that it does not know raises, because a plausible
string would put a silent error on a paper. Numbers are printed as slots, which `fill.py` fills in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from symback.derivation.formula import Apply, Call, Cases, Neg, Number, Power, Product, Quotient, Sum, Symbol
from symback.document.nodes import Dots, Matrix, Node, Paren, Value
from symback.document.symbols import SymbolMarks

#: How tightly a printed piece holds together.
SUM, SLASH, PRODUCT, POWER, ATOM = 1, 2, 3, 4, 5

#: A slot in printed text: a number of the private use area, so that no text of a user can look like one.
SLOT = re.compile("\ue000(\\d+)\ue001")


class UnknownNode(TypeError):
    """A node for which the printer has no rule."""


@dataclass(frozen=True, slots=True)
class Printed:
    """Code and how tightly it holds together."""

    code: str
    level: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a number: which one, how it stands there (a row of `fill.FORMS`), and whether on one line."""

    name: str
    place: int
    form: str
    flat: bool = False


@dataclass(frozen=True, slots=True)
class Brief:
    """A place for a number in a table, where it has no more digits than stand on a line."""

    name: str
    place: int


@dataclass(frozen=True, slots=True)
class Relation:
    """A place for `=` or, where one of these numbers is rounded, for the sign of approximation."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Hole:
    """The place for a text that is no number, known by its name: a title, a student's name."""

    name: str


#: Anything that is filled in later.
Open = Slot | Brief | Relation | Hole


class Slots:
    """The slots of one sheet, in the order in which they were printed."""

    def __init__(self) -> None:
        self.slots: list[Open] = []

    def add(self, slot: Open) -> str:
        """Note a slot down and give the mark that stands for it."""
        self.slots.append(slot)
        return f"\ue000{len(self.slots) - 1}\ue001"


@dataclass(frozen=True)
class Marks:
    """The code of a dialect for everything that has a shape of its own."""

    fraction: Callable[[str, str], str]
    power: Callable[[str, str], str]
    brackets: Callable[[str], str]
    matrix: Callable[[list[list[str]]], str]
    cases: Callable[[str, str, str], str]
    function: Callable[[str, str], str]
    root: Callable[[str], str]
    absolute: Callable[[str], str]
    symbol: Callable[[str], str]
    signs: Mapping[str, str]
    dots: Mapping[str, str]
    minus: str = "-"
    slash: str = "/"
    digits: Callable[[str], str] = str
    #: The pieces of names, where names are more than plain text; what shows that something stands above a name.
    names: SymbolMarks | None = None
    above: str = "^"


@dataclass(frozen=True)
class Printer:
    """Prints nodes with the marks of a dialect, noting numbers down in `slots`."""

    marks: Marks
    slots: Slots
    #: Whether fractions are written with a slash, as in an exponent.
    flat: bool = False

    def code(self, node: Node) -> str:
        """The code of a whole node."""
        return self._print(node).code

    def inside(self, node: Node, level: int) -> str:
        """The code of a node, in brackets where it holds less tightly than `level`."""
        printed = self._print(node)
        return printed.code if printed.level >= level else self.marks.brackets(printed.code)

    def sum_pieces(self, node: Sum) -> list[str]:
        """The code of a sum, term by term, each after the first with its sign."""
        first, *rest = node.terms
        return [self.inside(first, SUM), *(_term(self, term) for term in rest)]

    def exponent(self, node: Node) -> str:
        """The code of an exponent, its fractions on one line."""
        return replace(self, flat=True).code(node)

    def slot(self, value: Value, form: str) -> str:
        """A slot for a number in the given form."""
        return self.slots.add(Slot(value.name, value.place, form, self.flat))

    def _print(self, node: Node) -> Printed:
        rule = _RULES.get(type(node))
        if rule is None:
            raise UnknownNode(f"no rule to print {type(node).__name__}")
        return rule(self, node)


def _sum(printer: Printer, node: Sum) -> Printed:
    return Printed("".join(printer.sum_pieces(node)), SUM)


def _term(printer: Printer, term: Node) -> str:
    """A term after the first, with its sign in front; the sign of a number goes into it."""
    match term:
        case Neg(of):
            return f" - {_negated(printer, of)}"
        case Value():
            return printer.slot(term, "term")
        case Product(factors=factors, sign=sign) if isinstance(factors[0], Value):
            return printer.slot(factors[0], "term_factor") + _factors(printer, factors[1:], sign, follow=True)
        case _:
            return f" + {printer.inside(term, SLASH)}"


def _negated(printer: Printer, node: Node) -> str:
    """What stands behind a minus; a number there is in brackets if it is negative itself."""
    match node:
        case Value():
            return printer.slot(node, "factor")
        case Product(factors=factors, sign=sign) if isinstance(factors[0], Value):
            return printer.slot(factors[0], "factor") + _factors(printer, factors[1:], sign, follow=True)
        case _:
            return printer.inside(node, SLASH)


def _product(printer: Printer, node: Product) -> Printed:
    return Printed(_factors(printer, node.factors, node.sign, follow=False), PRODUCT)


def _factors(printer: Printer, factors: tuple[Node, ...], sign: str, *, follow: bool) -> str:
    """The factors with their sign between them; `follow` when one stands in front already."""
    mark = printer.marks.signs[sign]
    code = ""
    for factor in factors:
        if isinstance(factor, Value) and (sign or not follow):
            piece = printer.slot(factor, "factor" if follow else "lead")
        else:
            piece = printer.inside(_bracketed(factor) if follow and not sign else factor, POWER if follow else PRODUCT)
        # A bracket stands close to what it multiplies: `0.1(20)`, `2(a - y)`.
        close = not sign and isinstance(factor, Value | Paren | Sum | Number)
        code += mark + piece if follow and not close else piece
        follow = True
    return code


def _bracketed(factor: Node) -> Node:
    """A number side by side with another factor stands in brackets."""
    match factor:
        case Value() | Number():
            return Paren(factor)
        case Power(Value() | Number() as base, exponent):
            return Power(Paren(base), exponent)  # type: ignore[arg-type]
        case _:
            return factor


def _number(printer: Printer, node: Number) -> Printed:
    value, digits = node.value, printer.marks.digits
    over, under = digits(str(abs(value.numerator))), digits(str(value.denominator))
    if value.denominator == 1:
        return Printed(over if value >= 0 else f"-{over}", ATOM if value >= 0 else SUM)
    code = f"{over} {printer.marks.slash} {under}" if printer.flat else printer.marks.fraction(over, under)
    level = SLASH if printer.flat else POWER
    return Printed(code if value >= 0 else printer.marks.minus + code, level if value >= 0 else SUM)


def _quotient(printer: Printer, node: Quotient) -> Printed:
    if printer.flat and isinstance(node.over, Neg):
        return _neg(printer, Neg(Quotient(node.over.of, node.under)))
    if printer.flat:
        over, under = printer.inside(node.over, PRODUCT), printer.inside(node.under, POWER)
        return Printed(f"{over} {printer.marks.slash} {under}", SLASH)
    return Printed(printer.marks.fraction(printer.code(node.over), printer.code(node.under)), POWER)


def _neg(printer: Printer, node: Neg) -> Printed:
    if isinstance(node.of, Value):
        return Printed(printer.slot(node.of, "negated"), SUM)
    return Printed(printer.marks.minus + _negated(printer, node.of), SUM)


def _power(printer: Printer, node: Power) -> Printed:
    match node.base:
        case Value() as value:
            base = printer.slot(value, "base")
        case other:
            base = printer.inside(other, ATOM)
    return Printed(printer.marks.power(base, printer.exponent(node.exponent)), POWER)


def _call(printer: Printer, node: Call) -> Printed:
    if node.function == "exp":
        return Printed(printer.marks.power("e", printer.exponent(node.argument)), POWER)
    argument = printer.code(node.argument)
    match node.function:
        case "sqrt":
            return Printed(printer.marks.root(argument), ATOM)
        case "abs":
            return Printed(printer.marks.absolute(argument), ATOM)
        case name:
            return Printed(printer.marks.function(name, argument), POWER)


def _apply(printer: Printer, node: Apply) -> Printed:
    arguments = printer.marks.signs["list"].join(map(printer.code, node.arguments))
    return Printed(printer.marks.function(node.function, arguments), POWER)


def _matrix(printer: Printer, node: Matrix) -> Printed:
    return Printed(printer.marks.matrix([[printer.code(cell) for cell in row] for row in node.rows]), ATOM)


def _cases(printer: Printer, node: Cases) -> Printed:
    test, yes, no = (printer.code(part) for part in (node.test, node.positive, node.otherwise))
    return Printed(printer.marks.cases(test, yes, no), ATOM)


def _symbol(printer: Printer, node: Symbol) -> Printed:
    """A name; one with something above it takes no power without brackets."""
    code = printer.marks.symbol(node.name)
    return Printed(code, POWER if printer.marks.above in code else ATOM)


def _paren(printer: Printer, node: Paren) -> Printed:
    if isinstance(node.of, Value):
        return Printed(printer.slot(node.of, "bracketed"), ATOM)
    return Printed(printer.marks.brackets(printer.code(node.of)), ATOM)


_RULES: dict[type, Callable[[Printer, Any], Printed]] = {
    Sum: _sum,
    Product: _product,
    Number: _number,
    Neg: _neg,
    Power: _power,
    Call: _call,
    Apply: _apply,
    Matrix: _matrix,
    Cases: _cases,
    Symbol: _symbol,
    Value: lambda printer, node: Printed(printer.slot(node, "plain"), ATOM),
    Paren: _paren,
    Dots: lambda printer, node: Printed(printer.marks.dots[node.direction], ATOM),
    Quotient: _quotient,
}

