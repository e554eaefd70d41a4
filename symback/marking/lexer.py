r"""From LaTeX to a tree of tokens: pylatexenc reads the syntax, numerals and marks are told apart here.

Groups, macros with their arguments and environments come from pylatexenc's walker; the characters between
them are cut by one regular expression. A numeral is cut out of the text as it was typed, across the nodes
that it is made of; one that is refused stays among the tokens as a "bad" one, for the grammar to report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from pylatexenc import macrospec
from pylatexenc.latexwalker import (
    LatexCharsNode,
    LatexCommentNode,
    LatexEnvironmentNode,
    LatexGroupNode,
    LatexMacroNode,
    LatexToken,
    LatexWalker,
    LatexWalkerParseError,
)

from symback.exercise.numerals import Refusal
from symback.marking import symbols
from symback.marking.expressions import DIGIT_RUN
from symback.marking.literals import cut, numeral, shield_percent
from symback.marking.names import FAMILIES, FUNCTIONS, GREEK, GREEK_MACROS, pieces
from symback.marking.tokens import Block, DoubtError, Token, check, nest

_MARK = re.compile(
    r"(?P<space>[ \t\n\u00a0\u2009\u202f]+)|(?P<letters>[A-Za-z]+)|(?P<words>[\u0400-\u04ff]{2,})|(?P<number>\.?[0-9])"
    r"|(?P<raised>[⁰¹²³⁴-⁹⁺⁻⁽⁾ᵀ]+)|(?P<lowered>[₀-₉]+)|(?P<relation>[-=]+>|<=>|[<>:!]?=+)|(?P<power>\*\*)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_ORDINARY = re.compile(r"[^\\{}%$\s]+(?: +[^\\{}%$\s]+)*")
_SHORT = re.compile(r"[0-9]+")
#: What follows a function: its primes, and a bracket.
_APPLIED = re.compile(r"('*)\s*(?=[(\[]|\\left|\\[bB]ig)")
_ROW_SPACE = re.compile(rf"\s*\[\s*-?[0-9.]+\s*{symbols.UNITS}\s*\]")


@lru_cache(maxsize=1)
def _syntax() -> Any:
    """What pylatexenc has to know: which macros take arguments; all others take none."""
    one = (*symbols.TRANSPARENT, *symbols.WORDS, *symbols.ACCENTS, *symbols.LAYOUT)
    specs = [macrospec.MacroSpec(name[1:], "{") for name in one]
    specs += [macrospec.MacroSpec(name[1:], "{{") for name in symbols.FRACTIONS]
    specs.append(macrospec.MacroSpec("sqrt", "[{"))
    syntax = macrospec.LatexContextDb()
    environments = [macrospec.EnvironmentSpec("array", "{"), macrospec.EnvironmentSpec("alignat", "{")]
    syntax.add_context_category("marking", macros=specs, environments=environments)
    syntax.set_unknown_macro_spec(macrospec.MacroSpec("", ""))
    syntax.set_unknown_environment_spec(macrospec.EnvironmentSpec("", ""))
    return syntax


class _Walker(LatexWalker):  # type: ignore[misc]  # pylatexenc has no types
    """The walker, taking a run of ordinary characters at once where it asks for one: twice as fast."""

    def get_token(
        self, pos: int, include_brace_chars: Any = None, environments: bool = True, **more: Any
    ) -> LatexToken:
        """The next token; arguments of macros (`environments` false) still are single characters."""
        if environments and not include_brace_chars and more.get("parsing_state") is not None:
            run = _ORDINARY.match(self.s, pos)
            if run is not None:
                return LatexToken(tok="char", arg=run[0], pos=pos, len=run.end() - pos, pre_space="")
        return super().get_token(pos, include_brace_chars, environments, **more)


def tokenize(block: Block) -> tuple[list[Token], list[tuple[int, int]]]:
    """The tokens of a block, brackets nested, and the places of digits that only the typesetter needs.

    Raises:
        DoubtError: where the block as a whole cannot be read.
    """
    check(block.text)
    shielded = shield_percent(block.text)
    walker = _Walker(shielded, latex_context=_syntax(), tolerant_parsing=False)
    try:
        nodes, _, _ = walker.get_latex_nodes()
    except LatexWalkerParseError as error:
        at = min(error.pos or 0, len(block.text))
        raise DoubtError(str(error.msg).split(":")[0], "syntax", at) from None
    lexer = _Lexer(block, shielded)
    tokens = lexer.tokens(nodes, len(shielded))
    return tokens, lexer.layout


class _Lexer:
    """Goes through the nodes from left to right; `at` is how far the text is read, which nodes may lag
    behind.
    """

    def __init__(self, block: Block, text: str) -> None:
        self.block, self.text = block, text
        self.at, self.depth, self.limit = 0, 0, len(text)
        self.gap = False
        self.side = ""
        self.layout: list[tuple[int, int]] = []

    def tokens(self, nodes: Sequence[Any], limit: int) -> list[Token]:
        """The tokens of some nodes, none of which may reach over the limit; brackets are nested."""
        found: list[Token] = []
        outside, self.limit = self.limit, limit
        for node in nodes:
            end = node.pos + node.len
            if end > self.at:
                _HANDLERS.get(type(node), _Lexer.strange)(self, node, found)
                self.at = max(self.at, end)
        self.limit = outside
        return nest(found)

    def add(self, found: list[Token], kind: str, text: str, start: int, end: int, **more: Any) -> Token:
        token = Token(kind, text, start, end, self.gap, **more)
        found.append(token)
        self.gap, self.at = False, end
        return token

    def characters(self, node: LatexCharsNode, found: list[Token]) -> None:
        end = node.pos + node.len
        self.at = max(self.at, node.pos)
        while self.at < end:
            match = _MARK.match(self.text, self.at, end)
            assert match is not None
            kind = match.lastgroup or ""
            if kind == "space" and self.block.plain and self.depth and "\n" in match[0]:
                self.add(found, "break", "", match.start(), match.end())
            elif kind == "space":
                self.gap, self.at = True, match.end()
            elif kind == "number" and not self.side and self.number(found):
                continue
            elif kind == "letters":
                self.letters(match[0], found)
            elif kind == "words":
                self.add(found, kind, match[0], match.start(), match.end())
            elif kind in _SHIFTED:
                self.add(found, kind, match[0].translate(_SHIFTED[kind]), match.start(), match.end())
            else:
                self.mark(match[0] if kind in ("relation", "power") else self.text[self.at], found, self.at)

    def letters(self, run: str, found: list[Token]) -> None:
        """The names that a run of letters is made of, or words."""
        start = self.at
        names = pieces(run)
        if names is None:
            self.add(found, "words", run, start, start + len(run))
        for name in names or ():
            self.add(found, "letters", name, start, start + len(name))
            start += len(name)

    def number(self, found: list[Token]) -> bool:
        """Take a numeral here; False where the point before a digit is no part of one."""
        start = self.at
        if _is_short(found, self.gap):
            return self.short(found)
        match = cut(self.text, start, self.limit, self.block.decimal, self.depth > 0)
        if match is None:
            return False
        read = numeral(match["body"], match["percent"] or "", match["caret"] is not None, self.block.decimal)
        if isinstance(read, Refusal):
            self.add(found, "bad", read.reason, start, match.end(), reading="numeral")
        else:
            typed = self.block.text[start : match.end()]
            self.add(found, "number", typed, start, match.end(), numeral=read[0], reading=read[1])
        return True

    def short(self, found: list[Token]) -> bool:
        """Digits that are a subscript, an exponent or the number of a name: whole numbers only."""
        match = _SHORT.match(self.text, self.at)
        if match is None:
            return False
        marks = ".," if self.block.decimal == "," else "."
        after = self.text[match.end() : match.end() + 2]
        read = numeral(match[0], "", False, self.block.decimal)
        if (after[:1] in marks and after[1:].isdecimal()) or isinstance(read, Refusal):
            self.add(found, "bad", "where does the index or exponent end?", *match.span(), reading="doubtful")
        else:
            self.add(found, "number", match[0], *match.span(), numeral=read[0])
        return True

    def mark(self, text: str, found: list[Token], start: int, end: int | None = None) -> None:
        """A mark of the tables, or one that is in none of them."""
        end = start + len(text) if end is None else end
        if self.side:
            self.delimiter(text, found, start, end)
            return
        if text == "~":
            kind, meaning = ("relation", "≈") if self.block.plain else ("space", "")
        elif text in GREEK or text[1:] in GREEK_MACROS:
            kind, meaning = "letters", GREEK.get(text, text[1:])
        else:
            kind, meaning = symbols.MARKS.get(text, ("bad", f"{text} is not in the answer grammar"))
        if text in symbols.DERIVATIVE:
            kind, meaning = "derive", symbols.DERIVATIVE[text]
        if kind == "space":
            self.gap, self.at = True, end
            return
        self.depth = max(0, self.depth + (kind == "open") - (kind == "close"))
        self.add(found, kind, meaning, start, end, reading="grammar" if kind == "bad" else "")

    def delimiter(self, text: str, found: list[Token], start: int, end: int) -> None:
        """What follows `\\left` or `\\right`."""
        kind, self.side = self.side, ""
        self.depth = max(0, self.depth + (1 if kind == "open" else -1))
        meaning = symbols.MARKS.get(text, ("", text))[1]
        self.add(found, kind, meaning, start, end, reading="sided")

    def macro(self, node: LatexMacroNode, found: list[Token]) -> None:
        name = "\\" + node.macroname
        end = node.pos + node.len - len(node.macro_post_space)
        after = bool(node.macro_post_space)
        if name in ("\\left", "\\right"):
            self.side = "open" if name == "\\left" else "close"
        elif name in _MACROS and (broken := _broken_digits(self.text, node)):
            self.add(found, "bad", "where does the argument end?", node.pos, broken, reading="doubtful")
        elif name in _MACROS:
            _MACROS[name](self, node, found)
        elif name[1:] in FUNCTIONS:
            self.add(found, "letters", name[1:], node.pos, end)
        else:
            self.mark(name, found, node.pos, end)
            if symbols.MARKS.get(name, ("",))[0] == "break" and (skip := _ROW_SPACE.match(self.text, end, self.limit)):
                self.layout.append(skip.span())
                self.at = skip.end()
        self.gap = self.gap or after

    def argument(self, node: Any) -> list[Token]:
        """The tokens of one argument of a macro."""
        if node is None:
            return []
        gap, depth = self.gap, self.depth
        self.gap = False
        if isinstance(node, LatexGroupNode):
            self.at = node.nodelist[0].pos if node.nodelist else node.pos + node.len
            inside = self.tokens(node.nodelist, node.pos + node.len - len(node.delimiters[1]))
        else:
            self.at = node.pos
            inside = self.tokens([node], node.pos + node.len)
        self.at, self.gap, self.depth = node.pos + node.len, gap, depth
        return inside

    def group(self, node: LatexGroupNode, found: list[Token]) -> None:
        parts = self.argument(node)
        self.add(found, "group", "", node.pos, node.pos + node.len, parts=parts)

    def structure(self, node: LatexMacroNode, found: list[Token]) -> None:
        """A fraction, a root or an accent: its arguments become the parts of the token."""
        kind = _STRUCTURES["\\" + node.macroname]
        arguments = []
        for argument in _arguments(node, 1 if kind == "accent" else 2):
            arguments.append(self.argument(argument))
        self.add(found, kind, node.macroname, node.pos, node.pos + node.len, parts=arguments)

    def transparent(self, node: LatexMacroNode, found: list[Token]) -> None:
        gap, inside = self.gap, self.argument(*_arguments(node, 1))
        if inside:
            inside[0].gap = gap
        found.extend(inside)
        self.gap, self.at = False, node.pos + node.len

    def words(self, node: LatexMacroNode, found: list[Token]) -> None:
        (argument,) = _arguments(node, 1)
        inner = ""
        if argument is not None:
            inner = self.block.text[argument.pos : argument.pos + argument.len].strip("{} ")
        if node.macroname == "operatorname":
            inner = _OPERATORS.get(inner, inner)
        named = inner.isascii() and inner.isalpha() and (len(inner) == 1 or inner in _KNOWN)
        end = node.pos + node.len
        applied = node.macroname == "operatorname" and not named and _APPLIED.match(self.text, end, self.limit)
        if applied:
            self.add(found, "operator", inner + applied[1], node.pos, end + len(applied[1]))
        else:
            self.add(found, "letters" if named else "words", inner, node.pos, end)

    def skipped(self, node: LatexMacroNode, _: list[Token]) -> None:
        self.layout.append((node.pos, node.pos + node.len))
        self.gap, self.at = True, node.pos + node.len

    def environment(self, node: LatexEnvironmentNode, found: list[Token]) -> None:
        end = node.pos + node.len
        body = node.nodelist[0].pos if node.nodelist else end
        self.layout.append((node.pos, body))
        aligned = node.environmentname in symbols.ALIGNMENTS
        known = node.environmentname in symbols.MATRICES or (aligned and self.depth > 0)  # beside a brace
        depth, self.depth = self.depth, self.depth + known
        start_gap, self.gap, self.at = self.gap, False, body
        inside = self.tokens(node.nodelist, end - len(rf"\end{{{node.environmentname}}}"))
        self.depth, self.gap = depth, start_gap
        if aligned and not known:
            found.extend(inside)
            self.at = end
            return
        kind = "env" if known else "bad"
        reason = node.environmentname if known else f"{node.environmentname} is not in the answer grammar"
        self.add(found, kind, reason, node.pos, end, parts=inside, reading="" if known else "grammar")

    def strange(self, node: Any, found: list[Token]) -> None:
        reason = "LaTeX that is not in the answer grammar"
        self.add(found, "bad", reason, node.pos, node.pos + node.len, reading="grammar")

    def comment(self, node: LatexCommentNode, found: list[Token]) -> None:
        start = max(self.at, node.pos)
        if found and found[-1].kind == "number" and not self.text[found[-1].end : start].strip():
            reason = "percent, or the beginning of a comment?"
            self.add(found, "bad", reason, start, start + 1, reading="doubtful")
            start += 1
        self.layout.append((start, node.pos + node.len))
        self.gap = True


def _arguments(node: LatexMacroNode, count: int) -> list[Any]:
    """The arguments of a macro; None for each that is missing (one that is an argument itself has none)."""
    return list(node.nodeargd.argnlist) if node.nodeargd is not None else [None] * count


def _broken_digits(text: str, node: LatexMacroNode) -> int:
    """Where digits end of which a macro without braces would take only the first, which nobody means; else 0."""
    end: int = node.pos + node.len
    digits = DIGIT_RUN.match(text, end - 1)
    return digits.end() if digits and digits.end() > end else 0


def _is_short(found: list[Token], gap: bool) -> bool:
    """Whether digits here are a subscript, an exponent or part of a name, and so cannot have decimals."""
    if not found:
        return False
    last = found[-1].kind
    if last == "sign" and len(found) > 1:
        return found[-2].kind == "sup"
    return last in ("sub", "sup") or (last == "letters" and not gap)


_KNOWN = {*FAMILIES, *FUNCTIONS}
#: The sums and means of the sheets, by names that no paper has for anything else.
_OPERATORS = {"sum": "sumof", "mean": "meanof"}
_SHIFTED = {"raised": str.maketrans(symbols.RAISED), "lowered": str.maketrans(symbols.LOWERED)}
_STRUCTURES = {
    **dict.fromkeys(symbols.FRACTIONS, "fraction"),
    **dict.fromkeys(symbols.ACCENTS, "accent"),
    "\\sqrt": "root",
}
_MACROS: dict[str, Callable[[_Lexer, Any, list[Token]], None]] = {
    **dict.fromkeys(_STRUCTURES, _Lexer.structure),
    **dict.fromkeys(symbols.TRANSPARENT, _Lexer.transparent),
    **dict.fromkeys(symbols.WORDS, _Lexer.words),
    **dict.fromkeys(symbols.LAYOUT, _Lexer.skipped),
}
_HANDLERS: dict[type, Callable[[_Lexer, Any, list[Token]], None]] = {
    LatexCharsNode: _Lexer.characters,
    LatexCommentNode: _Lexer.comment,
    LatexEnvironmentNode: _Lexer.environment,
    LatexGroupNode: _Lexer.group,
    LatexMacroNode: _Lexer.macro,
}
