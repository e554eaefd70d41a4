r"""Text as somebody typed it, in the letters of a typewriter: shown, never read as markup, broken where it is long."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from symback.document.escapes import escape_latex, escape_markdown, typst_string, visible

#: A word longer than this is cut into pieces of this length, between which a line may end.
LONGEST_WORD = 24

_WORD = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")
_BREAK = "\u200b"


def _pieces(text: str) -> list[str]:
    """A text cut inside its long words; no text can hold the mark itself, for `visible` shows it by its number."""
    return _WORD.sub(lambda word: word[0] + _BREAK, visible(text).strip()).split(_BREAK)


def typed_markdown(text: str) -> str:
    """Typed text for Markdown; a code span could not hold a bar inside a table, so it is an element of HTML."""
    return f"<code>{escape_markdown(text)}</code>"


def typed_latex(text: str) -> str:
    """Typed text for LaTeX."""
    return "\\texttt{" + "\\allowbreak{}".join(map(escape_latex, _pieces(text))) + "}"


def typed_typst(text: str) -> str:
    """Typed text for Typst."""
    return '#raw("' + "\\u{200b}".join(typst_string(piece)[1:-1] for piece in _pieces(text)) + '");'


#: Typed text in each dialect.
TYPED: Mapping[str, Callable[[str], str]] = {"md": typed_markdown, "tex": typed_latex, "typ": typed_typst}
