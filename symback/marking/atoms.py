r"""The atoms of expressions: numerals, names, functions, brackets, and what stands above and below them.

    factor = atom { "^" value | transpose | index }

What a bracket holds is read by the grammar that these atoms belong to (`value`, `signed`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace

from symback.exercise.model import Numeral
from symback.exercise.numerals import Refusal
from symback.marking import symbols
from symback.marking.expressions import (
    Call,
    Expression,
    Name,
    Number,
    Power,
    Quotient,
    Stack,
    Transpose,
    Unread,
)
from symback.marking.literals import numeral, ratio
from symback.marking.names import BARE, FAMILIES, FUNCTIONS, Sense, entry, sense, slope
from symback.marking.naming import Found, find, find_derivative
from symback.marking.tokens import NOTHING, Block, DoubtError, Phrase, Token, unexpected

OPERANDS = (
    "number",
    "letters",
    "derive",
    "bracket",
    "group",
    "fraction",
    "root",
    "accent",
    "env",
    "bad",
    "words",
    "operator",
)


class Atoms(ABC):
    """Reads the atoms of one block; `covered` collects the places whose digits are in a leaf."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.covered: list[tuple[int, int]] = []

    @abstractmethod
    def value(self, tokens: list[Token], spaces: str = "none") -> Expression:
        """What stands between brackets, with what parts numerals there (see `cells.split`)."""

    @abstractmethod
    def signed(self, phrase: Phrase) -> Expression:
        """A factor with its sign."""

    @abstractmethod
    def environment(self, phrase: Phrase) -> Expression:
        """A matrix or a stack."""

    @abstractmethod
    def stack(self, token: Token, operator: str) -> Stack:
        """The lines of an array."""

    def line(self, at: int) -> int:
        """The line of a place in the block."""
        return self.block.place(at)[0] if self.block.breaks else self.block.line

    def source(self, tokens: list[Token]) -> str:
        """What was typed from the first of some tokens to the last."""
        return self.block.text[tokens[0].start : tokens[-1].end] if tokens else ""

    def unread(self, start: int, end: int, doubt: DoubtError) -> Unread:
        """A piece of the block that stays unread."""
        self.covered.append((start, end))
        return Unread(self.block.text[start:end], doubt.reason, doubt.kind, *self.block.place(doubt.at))

    def attempt(self, tokens: list[Token], read: Callable[[list[Token]], Expression]) -> Expression:
        """An expression, or the whole of its text unread."""
        try:
            return read(tokens)
        except DoubtError as doubt:
            return self.unread(tokens[0].start, tokens[-1].end, doubt)

    def factor(self, phrase: Phrase) -> Expression:
        """An atom with what stands above and below it."""
        if not phrase.kind():
            raise DoubtError(NOTHING, "syntax", phrase.here())
        start = phrase.here()
        atom = self.atom(phrase)
        while (kind := phrase.kind()) in ("sup", "raised", "sub", "lowered"):
            atom = self.below(atom, phrase, start) if kind in ("sub", "lowered") else self.above(atom, phrase, start)
        return atom

    def above(self, atom: Expression, phrase: Phrase, start: int) -> Expression:
        """A transpose or a power."""
        line = self.line(start)
        mark = phrase.take()
        if mark.kind == "raised":
            return Transpose(atom, line) if mark.text == "T" else Power(atom, self.raised(mark), line)
        if not phrase.kind():
            raise DoubtError(NOTHING, "syntax", mark.end)
        inside = (
            phrase.tokens[phrase.at].parts if phrase.kind() == "group" else phrase.tokens[phrase.at : phrase.at + 1]
        )
        if len(inside) == 1 and inside[0].kind == "letters" and inside[0].text in symbols.TRANSPOSES:
            phrase.at += 1
            return Transpose(atom, line)
        return Power(atom, self.exponent(phrase), line)

    def exponent(self, phrase: Phrase) -> Expression:
        """What stands above: a group, or one thing with its sign."""
        if phrase.kind() == "sign":
            return self.signed(Phrase(self.cut(phrase, 2)))
        if phrase.kind() in ("group", "number", "letters", "bracket"):
            token = phrase.take()
            return self.value(token.parts if token.kind == "group" else [token])
        raise DoubtError("no exponent", "syntax", phrase.here())

    def cut(self, phrase: Phrase, count: int) -> list[Token]:
        """The next tokens, taken."""
        phrase.at += count
        return phrase.tokens[phrase.at - count : phrase.at]

    def raised(self, mark: Token) -> Number:
        """A number in superscript digits."""
        typed = self.block.text[mark.start : mark.end]
        read = numeral(mark.text, "", False, self.block.decimal)
        if isinstance(read, Refusal):
            raise DoubtError(read.reason, "numeral", mark.start)
        return Number(replace(read[0], text=typed), "", typed, self.line(mark.start))

    def below(self, atom: Expression, phrase: Phrase, start: int) -> Expression:
        """The index of an entry, after a bracket: `(W_1)_{23}`."""
        mark = phrase.take()
        below = mark if mark.kind == "lowered" else (phrase.take() if phrase.kind() else mark)
        digits = mark.text if mark.kind == "lowered" else self.block.text[below.start : below.end].strip("{ }")
        found = None
        if isinstance(atom, Name):
            found = entry(Sense(atom.symbol, atom.quantity, atom.index), digits.replace(" ", ""))
        if found is None:
            raise DoubtError("an index of what?", "grammar", mark.start)
        return self.name(found, start, below.end)

    def atom(self, phrase: Phrase) -> Expression:
        """What cannot be taken apart."""
        kind = phrase.kind()
        if kind in ("letters", "accent", "derive", "fraction"):
            found = find_derivative(phrase.tokens, phrase.at, self.block.text)
            if found is not None:
                start, phrase.at = phrase.here(), found[1]
                return self.name(found[0], start, phrase.tokens[phrase.at - 1].end)
        read = _ATOMS.get(kind)
        if read is None:
            raise unexpected(phrase.take())
        return read(self, phrase)

    def name(self, found: Sense, start: int, end: int) -> Name:
        """A name as a leaf."""
        self.covered.append((start, end))
        return Name(self.block.text[start:end], found.symbol, found.quantity, found.index, self.line(start))

    def number(self, phrase: Phrase) -> Expression:
        """A numeral as a leaf."""
        token = phrase.take()
        assert isinstance(token.numeral, Numeral)
        self.covered.append((token.start, token.end))
        typed = self.block.text[token.start : token.end]
        return Number(token.numeral, token.reading, typed, self.line(token.start))

    def bracket(self, phrase: Phrase) -> Expression:
        """What stands in brackets: a value, an absolute value, or a stack."""
        token = phrase.take()
        if token.text == "||":
            return Call("abs", self.value(token.parts), self.line(token.start))
        inside = [part for part in token.parts if part.kind != "wide" or len(token.parts) > 1]
        if token.text in ("((", "[[", "{{") and inside:
            return self.value(inside, "all" if token.text == "[[" else "between")
        if token.text in (".{", "{.") and len(inside) == 1 and inside[0].kind == "env":
            return self.stack(inside[0], "")
        raise DoubtError("brackets without a reading", "grammar", token.start)

    def group(self, phrase: Phrase) -> Expression:
        """What stands in braces."""
        token = phrase.take()
        if not token.parts:
            raise DoubtError(NOTHING, "syntax", token.start)
        return self.value(token.parts)

    def fraction(self, over: Expression, under: Expression, start: int, end: int) -> Expression:
        """A quotient; of whole numbers it is a numeral."""
        line = self.line(start)
        if isinstance(over, Number) and isinstance(under, Number):
            typed = self.block.text[start:end]
            exact = ratio(typed, over.numeral, under.numeral)
            if exact is not None:
                self.covered.append((start, end))
                return Number(exact, "", typed, line)
        return Quotient(over, under, line)

    def quotient_of_parts(self, phrase: Phrase) -> Expression:
        """`\\frac{...}{...}`."""
        token = phrase.take()
        over, under = token.parts
        if not over or not under:
            raise DoubtError(NOTHING, "syntax", token.start)
        read = self.fraction(self.value(over), self.value(under), token.start, token.end)
        if isinstance(read, Quotient) and over[-1].end == under[0].start:
            raise DoubtError("a fraction without braces", "doubtful", token.start)
        return read

    def root(self, phrase: Phrase) -> Expression:
        """A square root."""
        token = phrase.take()
        degree, inside = token.parts
        if degree or not inside:
            raise DoubtError("a root that is not square", "grammar", token.start)
        return Call("sqrt", self.value(inside), self.line(token.start))

    def letters(self, phrase: Phrase) -> Expression:
        """A name, a function with its argument, or the exponential."""
        start = phrase.here()
        if phrase.tokens[phrase.at].text == "e" and phrase.kind(1) in ("sup", "raised"):
            return self.exponential(phrase)
        found = find(phrase.tokens, phrase.at, self.block.text)
        if found is None:
            raise unexpected(phrase.take())
        phrase.at = found.after
        parts = found.parts
        loss = FAMILIES.get(parts.base) == "L" and parts.primes == 1
        if (parts.base in FUNCTIONS or loss) and not parts.differential:
            called = self.call(phrase, found, start)
            if called is not None:
                return called
        name = self.name(sense(found.parts), start, phrase.tokens[phrase.at - 1].end)
        return Transpose(name, name.line) if found.transposed else name

    def exponential(self, phrase: Phrase) -> Expression:
        """`e^{...}`."""
        token, mark = phrase.take(), phrase.take()
        before = phrase.tokens[phrase.at - 3] if phrase.at > 2 else None
        exponent = self.raised(mark) if mark.kind == "raised" else self.exponent(phrase)
        whole = isinstance(exponent, Number) and exponent.numeral.value.denominator == 1
        if whole and before is not None and before.kind == "number":
            raise DoubtError("e^ may be a power of ten or of e", "doubtful", token.start)
        return Call("exp", exponent, self.line(token.start))

    def call(self, phrase: Phrase, found: Found, start: int) -> Expression | None:
        """A function with its argument; None where it stands alone, as a name."""
        parts = found.parts
        function = (
            FUNCTIONS.get(parts.base, "L") + (f"_{parts.subscript}" if parts.subscript else "") + "'" * parts.primes
        )
        power = None
        if phrase.kind() == "sup" and phrase.kind(1) in ("number", "group") and phrase.kind(2) == "bracket":
            phrase.take()
            power = self.exponent(phrase)
        if phrase.kind() == "bracket" and phrase.tokens[phrase.at].text in ("((", "[[", "{{"):
            argument = self.bracket(phrase)
        elif function in BARE and power is None and phrase.kind() in ("letters", "number", "fraction", "group"):
            argument = self.factor(phrase)
            if phrase.kind() in OPERANDS:
                raise DoubtError("where does the argument end?", "doubtful", phrase.here())
        else:
            return None
        if isinstance(argument, Name) and parts.primes == 1 and (argument.quantity or "").startswith("Z"):
            symbol = f"{function}({argument.symbol})"
            return self.name(slope(argument.quantity or "", argument.index, symbol), start, self.end(phrase))
        if isinstance(power, Number) and power.numeral.value < 0:
            raise DoubtError("an inverse, or a power?", "doubtful", start)
        called = Call(function, argument, self.line(start))
        return called if power is None else Power(called, power, called.line)

    def operator(self, phrase: Phrase) -> Expression:
        """A function that the answer grammar has no rule for, with its argument; it has no value here."""
        token = phrase.take()
        if phrase.kind() != "bracket":
            raise DoubtError("a function without its argument", "grammar", token.start)
        return Call(token.text, self.bracket(phrase), self.line(token.start))

    def end(self, phrase: Phrase) -> int:
        """The place after the last token that was taken."""
        return phrase.tokens[phrase.at - 1].end


_ATOMS: dict[str, Callable[[Atoms, Phrase], Expression]] = {
    "number": Atoms.number,
    "letters": Atoms.letters,
    "accent": Atoms.letters,
    "derive": Atoms.letters,
    "bracket": Atoms.bracket,
    "group": Atoms.group,
    "fraction": Atoms.quotient_of_parts,
    "root": Atoms.root,
    "operator": Atoms.operator,
    "env": lambda self, phrase: self.environment(phrase),  # the grammar has it
}
