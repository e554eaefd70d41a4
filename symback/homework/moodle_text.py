r"""Text for Moodle: what stands in a question, in a feedback inside cloze syntax, in a name, in a CDATA section.

Moodle finds a blank by regular expressions: `{1:NUMERICAL:=12.1:0.05#feedback~%50%...}`. Inside of it `}` and `~` end
a piece, a backslash before them keeps them, and entities in a feedback are decoded once. Around it the filters of the
platform look for `\(`, `$$` and `@@`. So every character that means something anywhere is written as an entity.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

from symback.homework.lms_text import legal

#: Older databases of Moodle cut a text at the first character beyond this one.
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_SPECIAL = re.compile(r"""[{}#~/"\\$@\[\]=%]""")
_BREAKING = "\\$"


def moodle_name(text: str) -> str:
    """A text for a name, which is plain text: characters that old databases cut at are shown by their numbers."""
    return _ASTRAL.sub(lambda found: f"[U+{ord(found[0]):X}]", legal(text)).strip()


def moodle_text(text: str) -> str:
    r"""A text as HTML in which neither cloze syntax nor a filter finds anything.

    >>> print(moodle_text("{1:NM:=1} <b>"))
    &#123;1:NM:&#61;1&#125; &lt;b&gt;
    """
    escaped = html.escape(legal(text), quote=False)
    return _ASTRAL.sub(_entity, _SPECIAL.sub(_special, escaped))


def _special(found: re.Match[str]) -> str:
    # A filter for mathematics looks at the text of the finished page, but not across the border of an element.
    entity = _entity(found)
    return f"<span>{entity}</span>" if found[0] in _BREAKING else entity


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


@lru_cache(maxsize=512)
def cloze_feedback(text: str) -> str:
    """A text as feedback inside a blank: Moodle decodes its entities once and shows the HTML that comes out."""
    return _SPECIAL.sub(_entity, moodle_text(text).replace("&", "&amp;"))


def moodle_prose(text: str) -> str:
    r"""A sentence of ours, in which dollars enclose mathematics, as HTML with `\(...\)`."""
    pieces = text.split("$")
    return "".join(f"\\({html.escape(piece)}\\)" if odd % 2 else moodle_text(piece) for odd, piece in enumerate(pieces))


def cdata(text: str) -> str:
    """A text as CDATA; its end mark inside the text is split over two sections, as Moodle itself does."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"
