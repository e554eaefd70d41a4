"""XML for learning platforms: text that is no markup in it, and reading it back without any document type."""

from __future__ import annotations

import html
import re
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from symback.document.escapes import visible
from symback.errors import InputError

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


class _Builder(TreeBuilder):
    def doctype(self, _name: str, _public: str, _system: str) -> None:
        raise InputError("a file with a document type is not read")


def xml_root(data: bytes, what: str) -> Element:
    """The root of an XML file, which may not define entities.

    Raises InputError for what is not XML, and for a document type.
    """
    parser = XMLParser(target=_Builder())
    try:
        parser.feed(data)
        root = parser.close()
    except (ParseError, ValueError, LookupError) as fault:
        raise InputError(f"{what} is not XML: {fault}") from None
    assert isinstance(root, Element)
    return root
