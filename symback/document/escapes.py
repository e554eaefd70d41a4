"""Text from files, made harmless: it is printed as it stands and never read as markup.

Each dialect has one function from any text to source that shows this text. They accept every string: titles
and names come from exercises, but reports also quote what students wrote. What has no shape of its own
(control characters, marks that turn the writing direction) is shown by its number, as `[U+202E]`; line breaks
and tabs become spaces, since all of these texts stand inside a line.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping

_SPACES = ("Zl", "Zp")
# A private character has no shape, and could look like a slot of the printer.
_SHAPELESS = ("Cc", "Cf", "Cs", "Co")
_JOINERS = "\u200c\u200d"  # they shape Persian words and emoji


def visible(text: str) -> str:
    """Put text on one line and show the characters by number that would not be seen or would hide others."""
    return text if text.isascii() and text.isprintable() else "".join(map(_visible, text))


def _visible(char: str) -> str:
    kind = unicodedata.category(char)
    if char in "\t\n\r\v\f\x85" or kind in _SPACES:
        return " "
    return _numbered(char) if kind in _SHAPELESS and char not in _JOINERS else char


def _numbered(char: str) -> str:
    return f"[U+{ord(char):04X}]"


def typst_string(text: str) -> str:
    r"""Write text as a Typst string, for places where Typst reads code.

    >>> print(typst_string('say "#read"'))
    "say \"#read\""
    """
    escaped = visible(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def escape_typst(text: str) -> str:
    """Write text for places where Typst reads markup or mathematics.

    The semicolon ends the expression: without it, a bracket or a dot that follows would belong to the string.

    >>> print(escape_typst("a_b *c"))
    #"a_b *c";
    """
    return f"#{typst_string(text)};"


_LATEX_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    # These would come out as other characters, or end an optional argument.
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
}


def _pairs(words: str) -> dict[str, str]:
    """Read a table that is written as words: what to look for, what stands for it, and so on."""
    row = words.split()
    return dict(zip(row[::2], row[1::2], strict=True))


_MATHEMATICS = _pairs(
    r"""
    α \alpha β \beta γ \gamma δ \delta ε \varepsilon ζ \zeta η \eta θ \theta ι \iota κ \kappa λ \lambda μ \mu
    ν \nu ξ \xi π \pi ρ \rho σ \sigma τ \tau υ \upsilon φ \varphi χ \chi ψ \psi ω \omega Γ \Gamma Δ \Delta
    Θ \Theta Λ \Lambda Ξ \Xi Π \Pi Σ \Sigma Υ \Upsilon Φ \Phi Ψ \Psi Ω \Omega ο o
    − - ∂ \partial ∇ \nabla ∞ \infty √ \surd ∑ \sum ∏ \prod ∫ \int ∈ \in ∉ \notin ∅ \emptyset ∀ \forall
    ∃ \exists ≤ \leq ≥ \geq ≠ \neq ≈ \approx ≡ \equiv ∼ \sim ∝ \propto · \cdot ⋅ \cdot ∘ \circ ⊙ \odot
    ⊗ \otimes ⊕ \oplus ∪ \cup ∩ \cap ⊂ \subset ⊆ \subseteq ⇒ \Rightarrow ⇔ \Leftrightarrow
    ↔ \leftrightarrow ↦ \mapsto ′ {}' ℓ \ell ∥ \parallel
    """
)
_RAISED = _pairs("⁰ 0 ⁴ 4 ⁵ 5 ⁶ 6 ⁷ 7 ⁸ 8 ⁹ 9 ⁺ + ⁻ - ⁿ n ᵀ T")
_LOWERED = _pairs("₀ 0 ₁ 1 ₂ 2 ₃ 3 ₄ 4 ₅ 5 ₆ 6 ₇ 7 ₈ 8 ₉ 9 ₊ + ₋ -")

# One table for everything that LaTeX needs in other words.
_LATEX: Mapping[str, str] = {
    **_LATEX_SPECIAL,
    **{char: rf"\ensuremath{{{sign}}}" for char, sign in _MATHEMATICS.items()},
    **{char: rf"\textsuperscript{{{digit}}}" for char, digit in _RAISED.items()},
    **{char: rf"\textsubscript{{{digit}}}" for char, digit in _LOWERED.items()},
}

_CYRILLIC = "Ѐ-џҐ-ғҖ-ҝҠ-ҥҪҫҮ-ҳҶ-һӀ-ӂӐ-ӟӢ-өӬ-ӵӸӹ"
# What pdflatex prints with the encodings T1 and T2A (found by compiling each); LuaLaTeX prints more.
_LATEX_KNOWS = re.compile(
    f"[ -~\u00a0-¬®-ĥĨ-ķĹ-ľŁ-ňŊ-ťŨ-žƒǍ-ǔǦ-ǫȘ-ț‐-―‘-‚“-„†-•…‰‹›€№™←-↓{_CYRILLIC}]"
)
# TeX joins these into dashes and quotation marks; LuaTeX does so across an empty group, too.
_LIGATURE = re.compile(r"(-|,|\\textless{}|\\textgreater{})(?=\1)")


def escape_latex(text: str) -> str:
    r"""Write text for LaTeX, under pdflatex with T1 (and T2A, see `has_cyrillic`) and under LuaLaTeX.

    Letters (Greek and Cyrillic ones too) and the usual signs are printed; whatever pdflatex has no glyph for
    is shown by its number instead of stopping the run.

    >>> print(escape_latex(r"100% \input{x}"))
    100\% \textbackslash{}input\{x\}
    """
    # pdflatex knows é as one character, but not e with an accent after it.
    composed = unicodedata.normalize("NFC", visible(text))
    return _LIGATURE.sub(r"\1\\kern0pt ", "".join(map(_latex, composed)))


def _latex(char: str) -> str:
    if char in _LATEX:
        return _LATEX[char]
    return char if _LATEX_KNOWS.match(char) else "{[}" + _numbered(char)[1:-1] + "{]}"


def has_cyrillic(text: str) -> bool:
    """Say whether a LaTeX source needs fonts with Cyrillic letters (the encoding T2A under pdflatex)."""
    return re.search(f"[{_CYRILLIC}]", text) is not None


_MARKDOWN = str.maketrans(
    {
        # Jupyter looks for $...$ and \(...\) in the finished page, but not across the border of a span.
        "$": "<span>&#36;</span>",
        "\\": "<span>&#92;</span>",
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "|": "&#124;",  # a backslash before it would still split a table's cell in some readers
        "`": "&#96;",  # Jupyter counts bare backticks before it looks for mathematics
        "*": r"\*",
        "_": r"\_",
        "[": r"\[",
        "]": r"\]",
        "#": r"\#",
        "~": r"\~",
    }
)
_MARKER = re.compile(r"^([0-9]{0,9})([-+=.)])")


def escape_markdown(text: str) -> str:
    r"""Write text for Markdown as GitHub and Jupyter read it: no HTML, links, emphasis, lists or mathematics.

    >>> print(escape_markdown("1. a_b | <b>"))
    1\. a\_b &#124; &lt;b&gt;
    """
    line = visible(text).strip()
    return _MARKER.sub(r"\1\\\2", line.translate(_MARKDOWN))


def escape_html(text: str) -> str:
    """Write text for HTML, inside an element or a quoted attribute.

    >>> print(escape_html('<b a="1">'))
    &lt;b a=&quot;1&quot;&gt;
    """
    return html.escape(visible(text), quote=True)
