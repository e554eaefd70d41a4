"""Text from files in XML: nothing in it is markup, and nothing in it is a character that XML has no place for."""

from __future__ import annotations

import html
import re

from symback.document.escapes import visible

#: What is not allowed in XML at all, and not caught by `visible`.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """A text on one line, with everything shown that XML has no place for."""
    return _ILLEGAL.sub(lambda found: f"[U+{ord(found[0]):04X}]", visible(text))


def xml(text: str) -> str:
    """Plain text inside an element or an attribute.

    >>> print(xml('<b a="1">'))
    &lt;b a=&quot;1&quot;&gt;
    """
    return html.escape(legal(text), quote=True)
