r"""The alphabet of the marks: what each LaTeX macro and each character means to the reader of expressions.

A table a kind of token; what stands in none of them is not in the answer grammar and is left unread.
"""

from __future__ import annotations

# Relations, by what they say: the words of `Link.relation`.
RELATIONS = {
    "=": "=", ":=": "=", "==": "=", "≔": "=", "≡": "=", "\\equiv": "=", "\\coloneqq": "=", "\\doteq": "=",
    "≈": "≈", "≃": "≈", "≅": "≈", "∼": "≈", "\\approx": "≈", "\\simeq": "≈", "\\cong": "≈", "\\sim": "≈",
    "\\approxeq": "≈", "\\thickapprox": "≈",
    "⇒": "⇒", "=>": "⇒", "==>": "⇒", "⟹": "⇒", "∴": "⇒", "\\Rightarrow": "⇒", "\\implies": "⇒",
    "\\Longrightarrow": "⇒", "\\therefore": "⇒",
    "→": "→", "->": "→", "-->": "→", "⟶": "→", "↦": "→", "\\to": "→", "\\rightarrow": "→",
    "\\longrightarrow": "→", "\\mapsto": "→",
    "←": "←", "\\leftarrow": "←", "\\gets": "←", "\\longleftarrow": "←",
    "⇔": "⇔", "<=>": "⇔", "\\Leftrightarrow": "⇔", "\\iff": "⇔", "\\Longleftrightarrow": "⇔",
    "<": "<", ">": ">", "\\lt": "<", "\\gt": ">", "\\ll": "<", "\\gg": ">",
    "<=": "≤", "≤": "≤", "\\leq": "≤", "\\le": "≤", "\\leqslant": "≤",
    ">=": "≥", "≥": "≥", "\\geq": "≥", "\\ge": "≥", "\\geqslant": "≥",
    "≠": "≠", "!=": "≠", "\\neq": "≠", "\\ne": "≠",
}  # fmt: skip

SIGNS = {"+": "+", "-": "-", "−": "-"}

TIMES = {
    "*": "·", "·": "·", "⋅": "·", "∙": "·", "\\cdot": "·", "\\ast": "·", "×": "×", "\\times": "×",
    "⊙": "⊙", "∘": "⊙", "\\odot": "⊙", "\\circ": "⊙", "⊗": "⊗", "\\otimes": "⊗",
}  # fmt: skip

OVER = {"/": "/", "÷": "/", "\\div": "/"}

# Spaces: those that part the members of a row, and those that only look better.
WIDE = ("\\quad", "\\qquad", "\\enspace", "\\hfill")
NARROW = ("\\,", "\\;", "\\:", "\\!", "\\ ", "\\thinspace", "\\medspace", "\\thickspace", "\\negthinspace")

# Macros without meaning for the reading.
SILENT = (
    "\\displaystyle", "\\textstyle", "\\scriptstyle", "\\limits", "\\nolimits", "\\nonumber", "\\notag",
    "\\hline", "\\big", "\\Big", "\\bigg", "\\Bigg", "\\bigl", "\\bigr", "\\Bigl", "\\Bigr", "\\biggl",
    "\\biggr", "\\Biggl", "\\Biggr", "\\normalsize", "\\small", "\\large", "\\centering", "\\noindent",
    "\\relax", "\\strut", "\\mathstrut", )  # fmt: skip

# Macros whose argument is read as if they were not there, and those whose argument is words.
TRANSPARENT = (
    "\\mathrm", "\\mathbf", "\\mathit", "\\mathcal", "\\mathsf", "\\mathbb", "\\mathscr", "\\mathfrak",
    "\\mathnormal", "\\boldsymbol", "\\bm", "\\vec", "\\overline", "\\underline", "\\boxed", "\\ensuremath",
    "\\mathop", "\\mathord", "\\mathbin", "\\mathrel",
)  # fmt: skip
WORDS = (
    "\\text", "\\textrm", "\\textbf", "\\textit", "\\texttt", "\\textsf", "\\mbox", "\\hbox",
    "\\operatorname",
)  # fmt: skip
ACCENTS = ("\\hat", "\\widehat")

# Macros that carry numbers for the typesetter, not for the marker.
LAYOUT = (
    "\\label", "\\tag", "\\ref", "\\eqref", "\\cite", "\\hspace", "\\vspace", "\\color", "\\vphantom",
    "\\hphantom", "\\phantom", "\\intertext", "\\shortintertext",
)  # fmt: skip

FRACTIONS = ("\\frac", "\\dfrac", "\\tfrac", "\\cfrac")

DERIVATIVE = {"\\partial": "d", "\\nabla": "nabla", "∂": "d", "∇": "nabla"}
PRIMES = ("'", "′", "\\prime")
TRANSPOSES = ("T", "t", "\\top", "\\intercal", "⊤", "ᵀ")

# Brackets, by the mark that opens the pair.
OPENING = {"(": "(", "[": "[", "\\{": "{", "\\lbrace": "{", "\\lbrack": "["}
CLOSING = {")": "(", "]": "[", "\\}": "{", "\\rbrace": "{", "\\rbrack": "["}

MATRICES = ("matrix", "bmatrix", "pmatrix", "Bmatrix", "smallmatrix", "array")
ALIGNMENTS = (
    "align", "align*", "aligned", "alignat", "alignat*", "gather", "gather*", "gathered", "split", "multline",
    "multline*", "eqnarray", "eqnarray*", "equation", "equation*", "displaymath", "math", "flalign",
    "flalign*", )  # fmt: skip

RAISED = {**dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾", "0123456789+-()", strict=True)), "ᵀ": "T"}
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))

UNITS = r"(?:pt|em|ex|mm|cm|mu|\\baselineskip)"

_KINDS: dict[str, dict[str, str]] = {
    "relation": RELATIONS,
    "sign": SIGNS,
    "times": {**TIMES, "\\*": "·"},
    "over": OVER,
    "wide": dict.fromkeys(WIDE, "wide"),
    "space": dict.fromkeys((*NARROW, *SILENT, "\n"), ""),
    "derive": DERIVATIVE,
    "prime": dict.fromkeys(PRIMES, "'"),
    "letters": {"\\top": "T", "\\intercal": "T", "⊤": "T", "\\ell": "ell"},
    "open": OPENING,
    "close": CLOSING,
    "separator": {",": ",", ";": ";"},
    "sub": {"_": "_", "\\_": "_"},
    "sup": {"^": "^", "**": "^"},
    "align": {"&": "&"},
    "break": {"\\\\": "", "\\newline": "", "\\cr": ""},
    "bar": {"|": "|", "\\lvert": "|", "\\rvert": "|", "\\vert": "|"},
    "dot": {".": "."},
}

# Each mark, as typed: the kind of its token and its canonical text.
MARKS = {mark: (kind, text) for kind, marks in _KINDS.items() for mark, text in marks.items()}
