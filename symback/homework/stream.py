"""Chance that can be repeated: a keyed hash of who asks, and nothing else.

A variant hangs on the exercise with its recipe, the seed, and the student's id: not on the order of students, the
process, the machine, the version of Python, or on who else is in the class. BLAKE2b (RFC 7693) is the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

#: No vowels and no E (so that no code is a word, or a number with a power of ten to a spreadsheet), and none of the
#: signs that are taken for each other in handwriting: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
ALPHABET = "34679CDFHJKMNPQRTWXY"
CODE_LENGTH = 6

_BLOCK = 512
#: So many bits more than the space has make every variant equally likely but for one part in 2^128.
_SPARE = 128
#: Changed when the way from a hash to numbers changes.
_METHOD = b"symback variant1"


@dataclass(frozen=True)
class Stream:
    """The chance of one run: a key made of the exercise's text, and the seed."""

    key: bytes
    seed: int

    def whole(self, below: int, *asked: str | int) -> int:
        """A whole number from 0 to `below` - 1, each as likely as the other, for whoever asks."""
        blocks = -(-(below.bit_length() + _SPARE) // _BLOCK)
        question = _told(self.seed, *asked)
        data = [blake2b(question + _told(block), key=self.key).digest() for block in range(blocks)]
        return int.from_bytes(b"".join(data), "big") % below

    def code(self, *asked: str | int) -> str:
        """A short code in letters and digits that are told apart in handwriting."""
        number = self.whole(len(ALPHABET) ** CODE_LENGTH, "code", *asked)
        letters = []
        for _ in range(CODE_LENGTH):
            number, place = divmod(number, len(ALPHABET))
            letters.append(ALPHABET[place])
        return "".join(letters)


def _told(*parts: str | int) -> bytes:
    """Parts as one text; their lengths stand before them, so that no two questions are the same."""
    texts = [str(part).encode("utf-8", "surrogatepass") for part in parts]
    return b"".join([b"%d:%s" % (len(text), text) for text in texts])


def key_of(text: str) -> bytes:
    """The key that stands for an exercise with its recipe."""
    return blake2b(text.encode(), digest_size=32, person=_METHOD).digest()


def digest_of(text: str) -> str:
    """A digest to compare numbers by."""
    return blake2b(text.encode(), digest_size=16).hexdigest()
