"""What a reader of text is made of: a place in a text, what stands there, and a refusal that says so."""

from __future__ import annotations

from dataclasses import dataclass

DIGITS = "0123456789"
SIGNS = {"-": -1, "\N{MINUS SIGN}": -1, "+": 1}
LOOKALIKES = "OoIl"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a text is not read; `column` counts from 1, None where the whole text or its end is meant."""

    reason: str
    column: int | None = None

    def __str__(self) -> str:
        return self.reason if self.column is None else f"{self.reason}, column {self.column}"


class RefusedError(Exception):
    """Carries a refusal out of a scanner."""

    def __init__(self, reason: str, column: int | None = None) -> None:
        super().__init__(reason)
        self.refusal = Refusal(reason, column)


class Scanner:
    """A text and how far it is read; it never goes back further than one rule, so it takes linear time."""

    def __init__(self, text: str, blanks: tuple[str, ...]) -> None:
        self.text = text
        self.at = 0
        self.blanks = blanks

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        return self.at == len(self.text)

    def sees(self, *texts: str) -> bool:
        """Whether one of the texts stands here."""
        return self.text.startswith(texts, self.at)

    def take(self, *texts: str) -> bool:
        """Go past the first of the texts that stands here, if any."""
        if not self.text.startswith(texts, self.at):
            return False
        self.at += next(len(text) for text in texts if self.text.startswith(text, self.at))
        return True

    def expect(self, text: str) -> None:
        """Go past the text or refuse."""
        if not self.take(text):
            raise self.unexpected(f"{text} expected")

    def take_blanks(self) -> None:
        """Go past blanks."""
        while self.take(*self.blanks):
            pass

    def take_blanks_before(self, *texts: str) -> None:
        """Go past blanks where one of the texts follows them; else stay."""
        back = self.at
        self.take_blanks()
        if not self.sees(*texts):
            self.at = back

    def digits(self) -> str:
        """Go past ASCII digits and give them."""
        start = self.at
        while not self.ended and self.text[self.at] in DIGITS:
            self.at += 1
        return self.text[start : self.at]

    def refused(self, reason: str, at: int | None = None) -> RefusedError:
        """The refusal of what stands here, or at another place of the text."""
        return RefusedError(reason, (self.at if at is None else at) + 1)

    def unexpected(self, reason: str) -> RefusedError:
        """The refusal of what stands here, named where a reader could not see it or take it for a digit."""
        if self.ended:
            return RefusedError(reason)
        character = self.text[self.at]
        if character in LOOKALIKES:
            return self.refused(f"letter {character}")
        if not character.isascii() or not character.isprintable():
            return self.refused(f"character U+{ord(character):04X}")
        return self.refused(reason)
