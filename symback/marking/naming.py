r"""Names among tokens: where one begins and ends, with its subscript, layer, primes, index; derivatives of
names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from symback.marking.names import FAMILIES, FUNCTIONS, LAYERED, Parts, Sense, derivative, entry, sense
from symback.marking.tokens import Token

_LAYER = re.compile(r"[(\[](\d{1,2})[)\]](T|\\top|\\intercal)?")
_INDEX = re.compile(r"\[\s*(\d{1,2})\s*(?:[,;]\s*(\d{1,2})\s*)?\]")
_DECORATION = re.compile(r"\\(?:text|textrm|mathrm|mathit|,|;| )|[{}\s]")
_WHOLE = re.compile(r"[0-9]{1,3}")


@dataclass(slots=True)
class Found:
    """A name among tokens: its parts, if it is transposed by its superscript, and the token after it."""

    parts: Parts
    transposed: bool
    after: int


@dataclass(slots=True)
class _Scripts:
    """What hangs on a letter, as far as it was read."""

    after: int
    subscript: str = ""
    layer: int | None = None
    primes: int = 0
    bracket: str = ""
    transposed: bool = False
    taken: set[str] = field(default_factory=set)


def find(tokens: list[Token], at: int, text: str) -> Found | None:
    """The name that begins at a token, if one does; `text` is the block that the tokens were cut from."""
    differential, at = _differential(tokens, at)
    if at >= len(tokens):
        return None
    base = _base(tokens[at])
    if not base:
        return None
    if not differential and base[0] == "d" and len(base) > 1 and base not in _KNOWN:
        differential, base = True, base[1:]
    scripts = _Scripts(at + 1)
    while scripts.after < len(tokens) and _script(tokens, scripts, base, text):
        pass
    parts = Parts(differential, base, scripts.subscript, scripts.layer, scripts.primes, scripts.bracket)
    return Found(parts, scripts.transposed, scripts.after)


def find_derivative(tokens: list[Token], at: int, text: str) -> tuple[Sense, int] | None:
    r"""A derivative that begins at a token: `\frac{dL}{dW_2}`, `dL/dW_2`, `\nabla_{W_2} L`; and the token
    after it.
    """
    first = tokens[at]
    if first.kind == "fraction":
        over, under = first.parts
        found = _of_by(over, under, text) or _of_entry(over, under, text)
        return (found, at + 1) if found else None
    if first.kind == "derive" and first.text == "nabla":
        return _gradient(tokens, at, text)
    over_name = find(tokens, at, text)
    if over_name is None or not over_name.parts.differential:
        return None
    after = over_name.after
    if after + 1 >= len(tokens) or tokens[after].kind != "over":
        return None
    under_name = find(tokens, after + 1, text)
    if under_name is None or not under_name.parts.differential:
        return None
    return derivative(over_name.parts, under_name.parts), under_name.after


def _of_by(over: list[Token], under: list[Token], text: str) -> Sense | None:
    """The derivative that a fraction is, if its numerator and denominator are differentials."""
    name = find(over, 0, text) if over else None
    bare = len(over) == 1 and _is_d(over[0])
    if not under or not (bare or (name and name.parts.differential and name.after == len(over))):
        return None
    by = find(under, 0, text)
    if by is not None and by.parts.differential and by.after == len(under):
        return derivative(name.parts, by.parts) if name and not bare else Sense(f"d/{sense(by.parts).symbol}", None)
    if _is_d(under[0]) and len(under) == 2 and under[1].kind == "bracket":
        symbol = text[under[0].start : under[1].end]
        return Sense(f"{sense(name.parts).symbol if name else 'd'}/{symbol}", None)
    return None


def _of_entry(over: list[Token], under: list[Token], text: str) -> Sense | None:
    r"""One entry of a derivative: `\frac{\partial (A_2)_1}{\partial (Z_2)_1}`, also with L above."""
    by = _entry(under, text)
    of = _entry(over, text) or _whole(over, text)
    if by is None or of is None or of[1] not in ("", by[1]):
        return None
    return entry(derivative(of[0], by[0]), by[1])


def _whole(tokens: list[Token], text: str) -> tuple[Parts, str] | None:
    """The differential that tokens are, without an index."""
    name = find(tokens, 0, text) if tokens else None
    return (name.parts, "") if name is not None and name.parts.differential and name.after == len(tokens) else None


def _entry(tokens: list[Token], text: str) -> tuple[Parts, str] | None:
    r"""The name and the index in `\partial (A_2)_{1,2}`."""
    match [token.kind for token in tokens]:
        case [_, "bracket", "lowered"] | [_, "bracket", "sub", _] if _is_d(tokens[0]) and tokens[1].parts:
            name, below = find(tokens[1].parts, 0, text), tokens[-1]
        case _:
            return None
    if name is None or name.after != len(tokens[1].parts):
        return None
    typed = below.text if below.kind == "lowered" else text[below.start : below.end]
    return name.parts, typed.strip("{ }").replace(" ", "")


def _gradient(tokens: list[Token], at: int, text: str) -> tuple[Sense, int] | None:
    """`\\nabla_{W_2} L` or `\\nabla W_2`: the derivative of the loss."""
    after = at + 1
    below = after + 1 < len(tokens) and tokens[after].kind == "sub"
    if below:
        inside = tokens[after + 1].parts or [tokens[after + 1]]
        by = find(inside, 0, text)
        complete = by is not None and by.after == len(inside)
        after += 2
    else:
        by = find(tokens, after, text) if after < len(tokens) else None
        complete, after = by is not None, by.after if by else after
    if by is None or not complete or FAMILIES.get(by.parts.base) == "L":
        return None
    if below and after < len(tokens):
        loss = find(tokens, after, text)
        if loss is not None and FAMILIES.get(loss.parts.base) == "L":
            after = loss.after
    return derivative(Parts(True, "L"), by.parts), after


_KNOWN = {*FAMILIES, *FUNCTIONS}


def _is_d(token: Token) -> bool:
    return (token.kind in ("derive", "letters")) and token.text == "d"


def _differential(tokens: list[Token], at: int) -> tuple[bool, int]:
    """Whether a `d` or a `\\partial` stands before a letter here, and the place after it."""
    if not _is_d(tokens[at]):
        return False, at
    follows = at + 1 < len(tokens) and tokens[at + 1].kind in ("letters", "accent")
    return (True, at + 1) if follows or tokens[at].kind == "derive" else (False, at)


def _base(token: Token) -> str:
    """The letter of a name; accents become part of it."""
    if token.kind == "letters":
        return token.text
    if token.kind == "accent" and len(token.parts[0]) == 1 and token.parts[0][0].kind == "letters":
        return f"{token.parts[0][0].text}hat"
    return ""


def _script(tokens: list[Token], scripts: _Scripts, base: str, text: str) -> bool:
    """Take one thing that hangs on the letter; False where none is left. Each kind is taken once, primes
    twice.
    """
    token = tokens[scripts.after]
    take = _SCRIPTS.get(token.kind)
    if take is None or token.kind in scripts.taken:
        return False
    if not take(tokens, scripts, base, text):
        return False
    if token.kind != "prime":
        scripts.taken.add(token.kind)
    return True


def _sub(tokens: list[Token], scripts: _Scripts, _: str, text: str) -> bool:
    if scripts.subscript or scripts.after + 1 >= len(tokens):
        return False
    below = tokens[scripts.after + 1]
    if below.kind not in ("group", "number", "letters", "words"):
        return False
    scripts.subscript = _DECORATION.sub("", text[below.start : below.end])
    scripts.after += 2
    return True


def _lowered(tokens: list[Token], scripts: _Scripts, _: str, __: str) -> bool:
    if scripts.subscript:
        return False
    scripts.subscript = tokens[scripts.after].text
    scripts.after += 1
    return True


def _digits(tokens: list[Token], scripts: _Scripts, base: str, __: str) -> bool:
    token = tokens[scripts.after]
    after_letter = tokens[scripts.after - 1].kind in ("letters", "accent")
    if token.gap or not after_letter or not _WHOLE.fullmatch(token.text) or (base in FUNCTIONS and len(base) > 1):
        return False
    return _lowered(tokens, scripts, base, __)


def _sup(tokens: list[Token], scripts: _Scripts, base: str, text: str) -> bool:
    if scripts.after + 1 >= len(tokens):
        return False
    above = tokens[scripts.after + 1]
    if above.kind not in ("group", "bracket", "prime", "words"):
        return False
    return _above(_DECORATION.sub("", text[above.start : above.end]), scripts, base, 2)


def _raised(tokens: list[Token], scripts: _Scripts, base: str, _: str) -> bool:
    return _above(tokens[scripts.after].text, scripts, base, 1)


def _above(content: str, scripts: _Scripts, base: str, length: int) -> bool:
    """A superscript that is a layer, a prime or a word; a power is left to the grammar."""
    layer = _LAYER.fullmatch(content)
    if layer and scripts.layer is None and FAMILIES.get(base) in LAYERED:
        scripts.layer, scripts.transposed = int(layer[1]), bool(layer[2])
    elif content in ("\\prime", "'", "new", "neu"):
        scripts.primes += 1
    else:
        return False
    scripts.after += length
    return True


def _prime(_: list[Token], scripts: _Scripts, __: str, ___: str) -> bool:
    scripts.primes += 1
    scripts.after += 1
    return True


def _bracket(tokens: list[Token], scripts: _Scripts, base: str, text: str) -> bool:
    token = tokens[scripts.after]
    index = _INDEX.fullmatch(text, token.start, token.end)
    if token.gap or index is None or base not in FAMILIES or base in FUNCTIONS:
        return False
    scripts.bracket = ",".join(number for number in index.groups() if number)
    scripts.after += 1
    return True


_SCRIPTS = {
    "sub": _sub,
    "lowered": _lowered,
    "number": _digits,
    "sup": _sup,
    "raised": _raised,
    "prime": _prime,
    "bracket": _bracket,
}
