"""Scalar formulas in the order a teacher writes them.

SymPy sorts the factors of a product; on paper `a (1 - a)` and `1 / (1 + e^-z)` have an order that readers expect.
So a formula is a small tree of our own, which is printed as it stands and handed to SymPy to be differentiated.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from typing import Any

from symback.exercise.model import Term


@dataclass(frozen=True, slots=True)
class Number:
    """An exact rational constant."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Symbol:
    """A variable: an argument of a function, a quantity (`dW_1`) or an entry of one (`dW_1[2,3]`)."""

    name: str


@dataclass(frozen=True, slots=True)
class Neg:
    """The negative of a formula."""

    of: Formula


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum; a difference is a sum with a `Neg` term."""

    terms: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """A product, its factors in written order; `sign` is what stands between them (`""`, `"dot"`, `"odot"`)."""

    factors: tuple[Formula, ...]
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Quotient:
    """A fraction."""

    over: Formula
    under: Formula


@dataclass(frozen=True, slots=True)
class Power:
    """A base with an exponent."""

    base: Formula
    exponent: Formula


@dataclass(frozen=True, slots=True)
class Call:
    """A named function of one argument: a row of `CALLS`."""

    function: str
    argument: Formula


@dataclass(frozen=True, slots=True)
class Apply:
    """A named function of several arguments: `max`, which has a value, or one that only stands in a matrix formula."""

    function: str
    arguments: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """`positive` where `test` > 0, `otherwise` elsewhere: the textbook's convention at a kink is the second branch."""

    test: Formula
    positive: Formula
    otherwise: Formula


Formula = Number | Symbol | Neg | Sum | Product | Quotient | Power | Call | Apply | Cases

ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))

#: The functions a formula may call, each by SymPy's name for it.
CALLS = {
    "exp": "exp",
    "log": "log",
    "tanh": "tanh",
    "erf": "erf",
    "sqrt": "sqrt",
    "abs": "Abs",
    "sign": "sign",
}


def children(formula: Formula) -> tuple[Formula, ...]:
    """The direct parts of a formula, in written order."""
    match formula:
        case Neg(of):
            return (of,)
        case Sum(terms=parts) | Product(factors=parts) | Apply(arguments=parts):
            return parts
        case Quotient(a, b) | Power(a, b):
            return a, b
        case Call(_, a):
            return (a,)
        case Cases(a, b, c):
            return a, b, c
        case _:
            return ()


def walk(formula: Formula) -> Iterator[Formula]:
    """The formula and all its parts, parts first."""
    for part in children(formula):
        yield from walk(part)
    yield formula


def rebuild(formula: Formula, parts: tuple[Formula, ...]) -> Formula:
    """The same kind of formula with other parts."""
    match formula:
        case Sum():
            return Sum(parts)
        case Product(sign=sign):
            return Product(parts, sign)
        case Call(function, _):
            return Call(function, *parts)
        case Apply(function=function):
            return Apply(function, parts)
        case Number() | Symbol():
            return formula
        case _:
            return type(formula)(*parts)


def substitute(formula: Formula, replace: Callable[[Formula], Formula | None]) -> Formula:
    """Replace every part for which `replace` answers, outermost first."""
    found = replace(formula)
    if found is not None:
        return found
    parts = children(formula)
    return rebuild(formula, tuple(substitute(part, replace) for part in parts)) if parts else formula


def in_numbers(formula: Formula) -> Formula:
    """The same formula for single numbers: what is a product entry by entry of matrices has a dot."""
    if not isinstance(formula, Product) or formula.sign != "odot":
        parts = children(formula)
        return rebuild(formula, tuple(map(in_numbers, parts))) if parts else formula
    return Product(tuple(map(in_numbers, formula.factors)), "dot")


def symbols(formula: Formula) -> tuple[str, ...]:
    """The names in a formula, each once, in the order of their first appearance."""
    return tuple(dict.fromkeys(part.name for part in walk(formula) if isinstance(part, Symbol)))


@cache
def read(text: str) -> Formula:
    """Read one of our own table rows, such as `1 / (1 + exp(-z))` or `z if z > 0 else 0`.

    `x @ y` is a product of matrices entry by entry.
    """
    return _from_ast(ast.parse(text, mode="eval").body)


_BINARY: dict[type[ast.operator], Callable[[Formula, Formula], Formula]] = {
    ast.Add: lambda a, b: Sum((*_terms(a), b)),
    ast.Sub: lambda a, b: Sum((*_terms(a), Neg(b))),
    ast.Mult: lambda a, b: Product((*_factors(a), b)),
    ast.MatMult: lambda a, b: Product((a, b), "odot"),
    ast.Div: Quotient,
    ast.Pow: Power,
}


def _terms(formula: Formula) -> tuple[Formula, ...]:
    return formula.terms if isinstance(formula, Sum) else (formula,)


def _factors(formula: Formula) -> tuple[Formula, ...]:
    return formula.factors if isinstance(formula, Product) else (formula,)


def _from_ast(node: ast.expr) -> Formula:
    match node:
        case ast.Constant(value=int(value)):
            return Number(Fraction(value))
        case ast.Name(id="pi"):
            return Symbol("pi")
        case ast.Name(id=name):
            return Symbol(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Neg(_from_ast(operand))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)](_from_ast(left), _from_ast(right))
        case ast.Call(func=ast.Name(id=name), args=[argument]) if name in CALLS:
            return Call(name, _from_ast(argument))
        case ast.IfExp(test=ast.Compare(left=left, ops=[ast.Gt()], comparators=[ast.Constant(value=0)])):
            return Cases(_from_ast(left), _from_ast(node.body), _from_ast(node.orelse))
        case _:
            raise ValueError(f"not a formula: {ast.unparse(node)}")


def greater(left: Formula, right: Formula, *, swap: bool = False) -> Formula:
    """The larger of two (the smaller with `swap`); a kink at x > 0 is written so where one side is 0."""
    first, last = (right, left) if swap else (left, right)
    if left == ZERO and not swap:
        return Cases(right, right, ZERO)
    test = first if last == ZERO else Neg(last) if first == ZERO else Sum((first, Neg(last)))
    return Cases(test, left, right)


def _sign_first(first: Formula, make: Callable[[Formula], Formula]) -> Formula:
    """`-2 z` with its sign in front of the whole, as it is written."""
    return Neg(make(first.of)) if isinstance(first, Neg) else make(first)


_SIGMOID = read("1 / (1 + exp(-z))")

#: What the operations and functions of an exercise's own formulas stand for.
_BUILD: dict[str, Callable[..., Formula]] = {
    "neg": Neg,
    "add": lambda a, b: Sum((*_terms(a), b)),
    "sub": lambda a, b: Sum((*_terms(a), Neg(b))),
    "mul": lambda a, b: _sign_first(a, lambda a: Product((*_factors(a), b))),
    "div": lambda a, b: _sign_first(a, lambda a: Quotient(a, b)),
    "pow": Power,
    "sigmoid": lambda a: substitute(_SIGMOID, lambda part: a if part == Symbol("z") else None),
    "relu": lambda a: Cases(a, a, ZERO),
    "step": lambda a: Cases(a, ONE, ZERO),
    "max": greater,
    "min": lambda a, b: greater(a, b, swap=True),
    **{name: partial(Call, name) for name in ("exp", "log", "tanh", "erf", "sqrt", "abs")},
}


def formula_of(term: Term) -> Formula:
    """The formula that an exercise file states."""
    match term:
        case Term("number", text):
            value = Fraction(text)
            return Number(value) if value >= 0 else Neg(Number(-value))
        case Term("name", text):
            return Symbol(text)
        case Term(kind, text, parts):
            return _BUILD[text if kind == "call" else kind](*map(formula_of, parts))


def to_sympy(formula: Formula) -> Any:
    """The SymPy expression of a formula; its symbols are real, and made from names that never are evaluated."""
    import sympy

    def go(part: Formula) -> Any:
        match part:
            case Number(value):
                return sympy.Rational(value.numerator, value.denominator)
            case Symbol("pi"):
                return sympy.pi
            case Symbol(name):
                return sympy.Symbol(name, real=True)
            case Neg(of):
                return -go(of)
            case Sum(terms):
                return sympy.Add(*map(go, terms))
            case Product(factors=factors):
                return sympy.Mul(*map(go, factors))
            case Quotient(over, under):
                return go(over) / go(under)
            case Power(base, exponent):
                return go(base) ** go(exponent)
            case Call(function, argument):
                return getattr(sympy, CALLS[function])(go(argument))
            case Apply("max", arguments):
                return sympy.Max(*map(go, arguments))
            case Apply(function):
                raise ValueError(f"no expression for {function}")
            case Cases(test, positive, otherwise):
                return sympy.Piecewise((go(positive), go(test) > 0), (go(otherwise), True))

    return go(formula)


def from_sympy(expression: Any) -> Formula:
    """Back from SymPy, in SymPy's printing order.

    Raises ValueError for a node that has no counterpart here.
    """
    import sympy

    called = {getattr(sympy, name): ours for ours, name in CALLS.items() if ours != "sqrt"}
    match expression:
        case sympy.Rational():
            value = Fraction(int(expression.p), int(expression.q))
            return Number(value) if value >= 0 else Neg(Number(-value))
        case sympy.Symbol():
            return Symbol(expression.name)
        case sympy.pi:
            return Symbol("pi")
        case sympy.Add():
            return Sum(tuple(map(from_sympy, expression.as_ordered_terms())))
        case sympy.Mul():
            return _from_product(expression)
        case sympy.Pow():
            return _from_power(expression)
        case sympy.E:
            return Call("exp", ONE)
        case sympy.Piecewise():
            return _from_piecewise(expression)
        case _ if expression.func in called:
            return Call(called[expression.func], from_sympy(expression.args[0]))
        case _:
            raise ValueError(f"no formula for {expression.func.__name__}")


def _from_piecewise(expression: Any) -> Formula:
    """The branches, each on the side of its test that SymPy chose: it may have turned `1 - x > 0` into `x < 1`."""
    import sympy

    (positive, condition), *rest = expression.args
    if not rest:
        return from_sympy(positive)
    otherwise = from_sympy(sympy.Piecewise(*rest))
    match condition:
        case sympy.StrictGreaterThan() | sympy.StrictLessThan():
            return Cases(from_sympy(condition.gts - condition.lts), from_sympy(positive), otherwise)
        case sympy.GreaterThan() | sympy.LessThan():
            return Cases(from_sympy(condition.lts - condition.gts), otherwise, from_sympy(positive))
        case _:
            raise ValueError(f"no formula for the condition {condition.func.__name__}")


def _from_product(expression: Any) -> Formula:
    """A product with its sign in front and its denominators below one line."""
    import sympy

    over, under = sympy.fraction(expression)
    if under != 1:
        return _signed(over, lambda top: Quotient(top, from_sympy(under)))
    return _signed(expression, lambda product: product)


def _signed(expression: Any, finish: Callable[[Formula], Formula]) -> Formula:
    import sympy

    coefficient, _ = expression.as_coeff_Mul()
    negative = bool(coefficient.is_negative)
    factors = sympy.Mul.make_args(-expression if negative else expression)
    if len(factors) > 1:
        factors = sympy.Mul(*factors).as_ordered_factors()
    parts = tuple(map(from_sympy, factors))
    body = finish(parts[0] if len(parts) == 1 else Product(parts))
    return Neg(body) if negative else body


def _from_power(expression: Any) -> Formula:
    import sympy

    base, exponent = expression.base, expression.exp
    if exponent == sympy.Rational(1, 2):
        return Call("sqrt", from_sympy(base))
    if exponent.is_negative:
        return Quotient(ONE, from_sympy(base**-exponent))
    return Power(from_sympy(base), from_sympy(exponent))


@cache
def derivative(formula: Formula, argument: str) -> Formula:
    """The partial derivative, by SymPy; at a kink by the textbook's convention (0 for |x|, else the lower branch)."""
    import sympy

    variable = sympy.Symbol(argument, real=True)
    # SymPy leaves sign'(x) as a Dirac pulse; away from the kink it is 0, and at the kink the convention says so too.
    slope = sympy.diff(to_sympy(formula), variable).replace(sympy.DiracDelta, lambda *_: sympy.S.Zero)
    return from_sympy(slope)
