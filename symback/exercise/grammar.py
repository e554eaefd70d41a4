"""Formulas in an exercise file: `z/(1+exp(-2*z))`, `w1*i1 + w2*i2 + b1`.

Python's parser takes the text apart (it evaluates nothing), and a tree of our own is built bottom up from what is on
a short list: numbers, known names, + - * / ^ and a few functions. Length, depth, size, degree and constants have
limits, so that a formula costs no more to work with than a person would spend on it.
"""

from __future__ import annotations

import ast
import keyword
import re
import warnings
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from symback.exercise.model import Numeral, Term
from symback.exercise.names import nearest
from symback.exercise.numerals import read_numeral
from symback.exercise.scanner import Refusal, RefusedError

LONGEST, MOST_TERMS, DEEPEST, HIGHEST, MOST_BITS = 500, 200, 40, 64, 400

#: The functions of the grammar with the number of their arguments, and what else they may be called.
ARITY = {
    "exp": 1, "log": 1, "sqrt": 1, "tanh": 1, "sigmoid": 1, "erf": 1, "abs": 1, "relu": 1, "step": 1,
    "max": 2, "min": 2,
}  # fmt: skip
ALIASES = {"ln": "log", "Abs": "abs", "Max": "max", "Min": "min"}
FUNCTIONS = (*ARITY, *ALIASES)
CONSTANTS = ("pi",)

_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_PIECE = re.compile(
    rf"(?P<number>{_NUMBER.pattern})|(?P<word>[A-Za-z_][A-Za-z_0-9]*)|(?P<sign>\*\*|[-+*/^(),])|[ \t\n]+"
)
_STRANGE = re.compile(r"[^\x20-\x7e\t\n]")
_ATTRIBUTE = re.compile(r"[A-Za-z_][A-Za-z_0-9]*\s*\.|[)]\s*\.")
_HINTS = {"²": "write x^2", "³": "write x^3", "·": "write *", "×": "write *", "−": "write - instead"}


@dataclass(frozen=True, slots=True)
class _Built:
    """A part that has been checked: its tree, its value where it is a rational constant, its degree in the names."""

    term: Term
    value: Fraction | None
    degree: int = 0


def read_formula(text: str, known: Collection[str]) -> Term | Refusal:
    """The tree of a formula in the known names, or why it is none.

    >>> read_formula("2*z", ["z"])
    Term(kind='mul', text='', parts=(Term(kind='number', text='2', parts=()), Term(kind='name', text='z', parts=())))
    >>> print(read_formula("0,5*z", ["z"]), read_formula("Z", ["z"]), sep="; ")
    decimal comma, hint: write 0.5, column 2; unknown name Z, did you mean z?, column 1
    """
    try:
        source = _checked(text, known)
        return _Reader(known, source).read(_parsed(source), 0).term
    except RefusedError as refused:
        return refused.refusal


def names_in(term: Term) -> set[str]:
    """The names in a formula."""
    return {term.text} if term.kind == "name" else set().union(*map(names_in, term.parts))


def renamed(term: Term, names: Mapping[str, str]) -> Term:
    """The same formula with some names replaced."""
    if term.kind == "name":
        return replace(term, text=names.get(term.text, term.text))
    return replace(term, parts=tuple(renamed(part, names) for part in term.parts))


def _checked(text: str, known: Collection[str]) -> str:
    """The text, when every piece of it is one that the grammar has; powers as Python writes them."""
    if len(text) > LONGEST:
        raise RefusedError(f"longer than {LONGEST} characters")
    if not text.strip():
        raise RefusedError("expression is empty")
    if found := _STRANGE.search(text):
        raise RefusedError(_strange(text, found.start()), found.start() + 1)
    if found := _ATTRIBUTE.search(text):
        raise RefusedError("attribute access not allowed", found.start() + 1)
    at, pieces = 0, []
    while at < len(text):
        found = _PIECE.match(text, at)
        if found is None:
            raise RefusedError(_strange(text, at), at + 1)
        _check_piece(text, found, known)
        pieces.append("**" if found[0] == "^" else " " if not found[0].strip() else found[0])
        at = found.end()
    return "".join(pieces).strip()


def _check_piece(text: str, found: re.Match[str], known: Collection[str]) -> None:
    at, after = found.start(), text[found.end() : found.end() + 1]
    if found["word"]:
        called = text[found.end() :].lstrip().startswith("(")
        _check_word(found["word"], called, known, at + 1)
    elif found["number"]:
        if after.isalpha() or after in ("_", "."):
            raise RefusedError(f"a number goes on with {after}; write * between factors", found.end() + 1)
        number = read_numeral(found["number"], calculator=False)
        if isinstance(number, Refusal):
            raise RefusedError(f"{found['number'][:40]} is not a number: {number.reason}", at + 1)
    elif found[0] == "," and text[at - 1 : at].isdigit() and after.isdigit() and _depth(text, at) == 0:
        raise RefusedError(f"decimal comma, hint: write {_around(text, at)}", at + 1)


def _depth(text: str, at: int) -> int:
    return text.count("(", 0, at) - text.count(")", 0, at)


def _around(text: str, at: int) -> str:
    """The number with a comma at a place, with a point."""
    before, after = re.search(r"[0-9]*$", text[:at]), re.match(r"[0-9]*", text[at + 1 :])
    return f"{before[0] if before else ''}.{after[0] if after else ''}"


def _check_word(word: str, called: bool, known: Collection[str], column: int) -> None:
    if keyword.iskeyword(word):
        raise RefusedError(f'"{word}" cannot be a name', column)
    if called and word not in FUNCTIONS:
        what = f"{word[:40]} is not a function" if word in known else f"unknown function {word[:40]}"
        near = nearest(word, FUNCTIONS)
        raise RefusedError(f"{what}{f', did you mean {near}?' if near else ''}; known: {', '.join(ARITY)}", column)
    if called or word in known or word in CONSTANTS:
        return
    if word in FUNCTIONS:
        raise RefusedError(f"{word} is a function: write {word}(...)", column)
    near = nearest(word, known)
    listed = f"only {next(iter(known))} is known" if len(known) == 1 else "it is not given and not an earlier step"
    raise RefusedError(f"unknown name {word[:40]}, {f'did you mean {near}?' if near else listed}", column)


def _strange(text: str, at: int) -> str:
    character = text[at]
    if ord(character) < 32 or ord(character) == 127:
        return f"control character U+{ord(character):04X}"
    hint = f", hint: {_HINTS[character]}" if character in _HINTS else ""
    return f"{'' if character.isascii() else 'non-ASCII '}character U+{ord(character):04X} not allowed{hint}"


def _parsed(text: str) -> ast.expr:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise RefusedError("not a formula", error.offset) from None
    except (RecursionError, MemoryError, ValueError):
        raise RefusedError("nested too deep") from None


class _Reader:
    """Builds the tree of a formula bottom up, from the source that Python's parser has taken apart."""

    def __init__(self, known: Collection[str], source: str) -> None:
        self.known, self.source = known, source
        self.size = 0

    def read(self, node: ast.expr, depth: int) -> _Built:
        """A node whose parts have been read, within all limits."""
        self.size += 1
        if depth > DEEPEST:
            raise RefusedError("nested too deep")
        if self.size > MOST_TERMS:
            raise RefusedError(f"more than {MOST_TERMS} numbers, names and operations")
        built = self._read(node, depth + 1)
        if built.degree > HIGHEST:
            raise RefusedError(f"a power of degree {built.degree}; {HIGHEST} is the highest")
        if built.value is not None and _bits(built.value) > MOST_BITS:
            raise RefusedError("a constant that is too large")
        return built

    def _read(self, node: ast.expr, depth: int) -> _Built:
        match node:
            case ast.Constant():
                return self._number(node)
            case ast.Name(id=name):
                return _Built(Term("name", name), None, int(name in self.known))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self.read(operand, depth)
                value = None if inner.value is None else -inner.value
                return _Built(Term("neg", "", (inner.term,)), value, inner.degree)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand, depth)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                # A long row of terms is no nest: what stands on the left is as deep as the whole.
                return _OPERATORS[type(op)](self.read(left, depth - 1), self.read(right, depth))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
                return _call(ALIASES.get(name, name), [self.read(argument, depth) for argument in arguments])
            case _:
                raise RefusedError("not a formula", getattr(node, "col_offset", 0) + 1)

    def _number(self, node: ast.Constant) -> _Built:
        """A number by its digits in the source: Python's own may be a binary float."""
        text = self.source[node.col_offset : node.end_col_offset]
        read = read_numeral(text, calculator=False)
        if not isinstance(read, Numeral):
            raise RefusedError(f"{text[:40]} is not a number", node.col_offset + 1)
        return _Built(Term("number", str(read.value)), read.value)


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _sum(kind: str) -> Callable[[_Built, _Built], _Built]:
    def build(left: _Built, right: _Built) -> _Built:
        value = None
        if left.value is not None and right.value is not None:
            value = left.value + (right.value if kind == "add" else -right.value)
        return _Built(Term(kind, "", (left.term, right.term)), value, max(left.degree, right.degree))

    return build


def _product(left: _Built, right: _Built) -> _Built:
    value = None if left.value is None or right.value is None else left.value * right.value
    return _Built(Term("mul", "", (left.term, right.term)), value, left.degree + right.degree)


def _quotient(left: _Built, right: _Built) -> _Built:
    if right.value == 0:
        raise RefusedError("division by zero")
    value = None if left.value is None or right.value is None else left.value / right.value
    return _Built(Term("div", "", (left.term, right.term)), value, left.degree + right.degree)


def _power(base: _Built, exponent: _Built) -> _Built:
    """A power with a whole number above; a root is `sqrt`, and e^x is `exp(x)`."""
    above = exponent.value
    if above is None or above.denominator != 1:
        raise RefusedError("an exponent must be a whole number (write sqrt(x) for a root, exp(x) for e^x)")
    if abs(above) > HIGHEST:
        raise RefusedError(f"an exponent must lie between -{HIGHEST} and {HIGHEST}")
    if base.value == 0 and above <= 0:
        raise RefusedError("division by zero" if above else "0^0 is not defined")
    if base.value is not None and _bits(base.value) * abs(above) > MOST_BITS * 2:
        raise RefusedError("a constant that is too large")
    value = None if base.value is None else base.value ** int(above)
    whole = Term("number", str(above))
    return _Built(Term("pow", "", (base.term, whole)), value, base.degree * abs(int(above)))


def _call(name: str, arguments: list[_Built]) -> _Built:
    if len(arguments) != ARITY[name]:
        raise RefusedError(f"{name} takes {ARITY[name]} argument{'s' * (ARITY[name] > 1)}, not {len(arguments)}")
    value = arguments[0].value
    if value is not None and ((name == "sqrt" and value < 0) or (name == "log" and value <= 0)):
        raise RefusedError(f"{name}({value}) is not a real number")
    degree = max(argument.degree for argument in arguments)
    return _Built(Term("call", name, tuple(argument.term for argument in arguments)), None, degree)


_OPERATORS: dict[type[ast.operator], Callable[[_Built, _Built], _Built]] = {
    ast.Add: _sum("add"),
    ast.Sub: _sum("sub"),
    ast.Mult: _product,
    ast.Div: _quotient,
    ast.Pow: _power,
}
