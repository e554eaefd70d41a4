"""A readable line for what was read: names by their canonical form, numbers by their value, every bracket
shown.
"""

from __future__ import annotations

from fractions import Fraction

from symback.marking.expressions import (
    Call,
    Chain,
    Expression,
    Matrix,
    Name,
    Negation,
    Number,
    Paper,
    Power,
    Product,
    Quotient,
    Stack,
    Sum,
    Text,
    Transpose,
    Unread,
    unread,
)

_LARGEST_PLAIN = 10**15
_SMALLEST_PLAIN = Fraction(1, 10**4)


def show(node: Expression) -> str:
    """One expression on one line."""
    match node:
        case Number(numeral, reading):
            return _value(numeral.value) + (f"⟨{reading}⟩" if reading else "")
        case Name(_, symbol, quantity, index):
            entry = f"[{','.join(map(str, index))}]" if index else ""
            return f"{quantity}{entry}" if quantity else f"‹{symbol}›"
        case Transpose(argument):
            return f"{show(argument)}ᵀ"
        case Negation(argument):
            return f"-{show(argument)}"
        case Sum(terms):
            return "(" + " + ".join(map(show, terms)).replace("+ -", "- ") + ")"
        case Product(factors, operators):
            marks = [f" {operator or '∘'} " for operator in operators]
            return "(" + "".join(map("".join, zip(map(show, factors), [*marks, ""], strict=True))) + ")"
        case Quotient(over, under):
            return f"({show(over)} / {show(under)})"
        case Power(base, exponent):
            base_shown = f"({show(base)})" if show(base).startswith("-") else show(base)
            return f"{base_shown}^{show(exponent)}"
        case Call(function, argument):
            return f"{function}({show(argument)})"
        case Matrix(rows, form, joined):
            inside = "; ".join(", ".join(map(show, row)) for row in rows)
            return f"{form}{' joined' if joined else ''}[{inside}]"
        case Stack(lines, operator):
            return f"stack{operator}{{" + " | ".join(map(show_chain, lines)) + "}"
        case Text(words):
            return repr(words)
        case Unread(text, reason, kind, line, column):
            return f"UNREAD({text!r}: {kind}: {reason}, line {line}, column {column})"


def show_chain(chain: Chain) -> str:
    """One statement on one line."""
    return " ".join(f"{link.relation} {show(link.expression)}".strip() for link in chain.links)


def show_paper(paper: Paper) -> str:
    """A whole paper: its statements under their headings with line numbers, then what was left unread."""
    lines = [f"decimal {paper.decimal} lines {paper.lines}"]
    section = None
    for chain in paper.chains:
        if chain.section != section:
            section = chain.section
            lines.append(f"# {section}")
        lines.append(f"{chain.line:3}  {show_chain(chain)}")
    lines += [f"unread {show(item)}" for item in unread(paper)]
    return "\n".join(lines) + "\n"


def _value(value: Fraction) -> str:
    """A decimal in full where it ends soon, with a power of ten where it is very large or small, else a
    fraction.
    """
    shift = 0
    size = abs(value)
    if size and not _SMALLEST_PLAIN < size < _LARGEST_PLAIN:
        shift = len(str(size.numerator)) - len(str(size.denominator))
        shift -= size < Fraction(10) ** shift
    scaled = value / Fraction(10) ** shift
    for places in range(25):
        whole = scaled * 10**places
        if whole.denominator == 1:
            digits = f"{abs(whole.numerator):0{places + 1}d}"
            point = f"{digits[: len(digits) - places]}.{digits[len(digits) - places :]}" if places else digits
            return ("-" if value < 0 else "") + point + (f"e{shift}" if shift else "")
    return str(value)
