"""File names from names in a roster: ASCII letters, digits, `-` and `_`, unique, safe on every system."""

from __future__ import annotations

import re
import unicodedata

#: With a suffix and a number it stays below the 80 bytes that every system and archive can hold.
LONGEST = 60

_RESERVED = re.compile(r"(?i)con|prn|aux|nul|com[0-9]|lpt[0-9]")
_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_SPELLED = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch ' y ' e yu ya"
_LATIN = {char: spelled.strip("'") for char, spelled in zip(_RUSSIAN, _SPELLED.split(), strict=True)}


def slug(text: str, otherwise: str = "student") -> str:
    """A part of a file name that reminds of a text; `otherwise` where nothing of it is left.

    >>> slug("Иванов, Пётр"), slug("../a:b"), slug("CON"), slug("💥")
    ('Ivanov-Petr', 'a-b', 'CON-', 'student')
    """
    spelled = "".join(map(_spelled, text[: 4 * LONGEST]))
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    short = re.sub(r"[^A-Za-z0-9_]+", "-", plain)[:LONGEST].strip("-") or otherwise
    return f"{short}-" if is_reserved(short) else short


def is_reserved(name: str) -> bool:
    """Whether Windows keeps a name for itself."""
    return _RESERVED.fullmatch(name) is not None


def _spelled(char: str) -> str:
    """A Cyrillic letter in Latin ones; a letter with accents as it is, to be taken apart later."""
    known = _LATIN.get(char.lower())
    if known is None:
        return char if char.isalnum() or unicodedata.category(char) == "Mn" else "-"
    return known.capitalize() if char.isupper() else known


class Slugs:
    """Gives each text a slug of its own; not all systems tell two apart that differ in the case of letters."""

    def __init__(self, taken: tuple[str, ...] = ()) -> None:
        self._taken = {name.lower() for name in taken}

    def new(self, text: str, otherwise: str = "student") -> str:
        """A slug that was not given before."""
        first = candidate = slug(text, otherwise)
        number = 1
        while candidate.lower() in self._taken:
            number += 1
            candidate = f"{first}-{number}"
        self._taken.add(candidate.lower())
        return candidate
