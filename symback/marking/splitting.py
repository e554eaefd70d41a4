r"""A paper as it was typed, parted into mathematics and prose.

Mathematics stands in `$$...$$`, `$...$`, `\[...\]`, `\(...\)`, in environments such as `align`, or on a
line of its own that looks like mathematics (`dW_2 = [-1,42e-6  -4,5e-6]`). Everything else is prose. One
pass, in linear time: a delimiter that is never closed ends at the next empty line and makes a broken piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from symback.marking.names import FAMILIES, FUNCTIONS
from symback.marking.names import pieces as pieces_of
from symback.marking.symbols import ALIGNMENTS, RELATIONS, WORDS


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a paper: "math" inside delimiters, "plain" on a typed line, "prose", or "broken"; and
    where it begins.
    """

    kind: str
    text: str
    start: int


_ENVIRONMENT = "|".join(re.escape(name) for name in ALIGNMENTS if name not in ("aligned", "gathered", "split"))
_DELIMITER = re.compile(
    rf"\\\\|\\[$%]|\$\$|\$|\\\[|\\\]|\\\(|\\\)|\\(?:begin|end)\{{(?:{_ENVIRONMENT})\}}|\n[ \t]*(?=\n)"
)
_SECOND_DOLLAR = re.compile(r"\$")
_CLOSING = {"$$": "$$", "$": "$", "\\[": "\\]", "\\(": "\\)"}

# What makes a typed line mathematics: a relation or an operator; and what makes it prose: a word of no
# known meaning.
_MARKS = sorted((mark for mark in RELATIONS if not mark.startswith("\\") and mark not in "<>"), key=len, reverse=True)
_MACROS = "|".join(mark[1:] for mark in RELATIONS if mark.startswith("\\"))
_RELATION = re.compile(rf"{'|'.join(map(re.escape, _MARKS))}|\\(?:{_MACROS})(?![A-Za-z])")
_OPERATOR = re.compile(r"[-+−*/·×⋅^!]|\\[A-Za-z]+")
_WORD = re.compile(r"(?<![A-Za-z\\])(?:(?![⁰-ₜ¹²³])[^\W\d_]){2,}")
_MACRO_WORDS = re.compile(
    rf"(?:{'|'.join(map(re.escape, WORDS))})\s*\{{[^{{}}]*\}}|\\(?:begin|end)\{{[A-Za-z]*\*?\}}|\\[A-Za-z]+"
)
_LABEL = re.compile(
    r"\s*(?:[-*+•>]\s+(?=[^\d\s])|\(?[0-9]{1,2}[.)]\s+(?=\S)|\\item\s+|[^\W\d_]+(?: [^\W\d_]+){0,5} ?:(?!=)\s*"
    r"|(?:(?:we (?:get|have)|so|then|thus|hence|therefore|and|also|da|dann|somit|тогда|значит|итак)[ ,]+)+)",
    re.IGNORECASE,
)
_REMARK = re.compile(r"\([^\W\d_]{2,}[^()\d=%]*\)[ .]*")
# Macros that begin a line of a document, not of a calculation.
_STRUCTURE = re.compile(
    r"\s*\\(?:documentclass|usepackage|(?:begin|end)\{(?:document|enumerate|itemize|center|figure|table|tabular)\}"
    r"|(?:sub){0,2}section|chapter|(?:sub)?paragraph|title|author|date|maketitle|(?:re)?newcommand|def|let|input|include"
    r"|includegraphics|caption|bibliography|newpage|clearpage|pagestyle|geometry|setlength)(?![A-Za-z])"
)
_JOINED_LINES = 12


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a paper, in order, without the delimiters."""
    at = 0
    opened: re.Match[str] | None = None
    for mark in _DELIMITER.finditer(text):
        found = mark[0]
        if opened is None:
            if found in _CLOSING or found.startswith("\\begin"):
                yield from _typed(text, at, mark.start())
                opened = mark
            continue
        if found == "$$" and opened[0] == "$":
            yield Piece("math", text[opened.end() : mark.start()], opened.end())
            at, opened = mark.end(), _SECOND_DOLLAR.match(text, mark.start() + 1)
        elif found == _closing(opened[0]):
            inside = opened.start() if opened[0].startswith("\\begin") else opened.end()
            end = mark.end() if opened[0].startswith("\\begin") else mark.start()
            yield Piece("math", text[inside:end], inside)
            at, opened = mark.end(), None
        elif found.startswith("\n"):
            yield Piece("broken", text[opened.start() : mark.start()], opened.start())
            at, opened = mark.start(), None
    if opened is None:
        yield from _typed(text, at, len(text))
    else:
        yield Piece("broken", text[opened.start() :], opened.start())


def _closing(opening: str) -> str:
    return _CLOSING.get(opening) or opening.replace("begin", "end")


def _typed(text: str, start: int, end: int) -> Iterator[Piece]:
    """The lines between delimiters: those that look like mathematics, and prose."""
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        alone = (at == 0 or text[at - 1] == "\n") and (stop == len(text) or text[stop] == "\n")
        line = text[at:stop]
        if alone and line.strip():
            label = _LABEL.match(line)
            inside = label.end() if label else 0
            outside = max(inside, _before_remark(line))
            if looks_mathematical(line[inside:outside]):
                last = _bracket_end(text, at, stop, end) if outside == len(line) else at + outside
                if line[:inside].strip():
                    yield Piece("prose", line[:inside], at)
                yield Piece("plain", text[at + inside : last], at + inside)
                at = max(stop, last) + 1
                continue
        if line.strip():
            yield Piece("prose", line, at)
        at = stop + 1


def _before_remark(line: str) -> int:
    """Where a line ends, but for words in brackets at its end."""
    start = line.rfind("(")
    return start if start > 0 and _REMARK.fullmatch(line, start) else len(line)


def looks_mathematical(line: str) -> bool:
    """Whether a line without delimiters is a piece of mathematics rather than a sentence."""
    if _STRUCTURE.match(line):
        return False
    bare = _MACRO_WORDS.sub(" ", line)
    words = sum(1 for word in _WORD.findall(bare) if not _is_name(word))
    if _RELATION.search(line):
        return not words
    starts = line.lstrip()[:1]
    calculates = _OPERATOR.search(line) is not None and (starts.isdigit() or starts in tuple("([+-−\\"))
    return calculates and words <= 1 and not _DATE.fullmatch(line.strip())


_DATE = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}")


def _is_name(word: str) -> bool:
    if word in FAMILIES or word in FUNCTIONS or word in ("new", "neu") or (word[0] == "d" and word[1:] in FAMILIES):
        return True
    return len(pieces_of(word) or ()) > 1


def _bracket_end(text: str, start: int, stop: int, end: int) -> int:
    """The end of a line, or of a later one where an open square bracket is closed."""
    depth = text.count("[", start, stop) - text.count("]", start, stop)
    last = stop
    for _ in range(_JOINED_LINES):
        if depth <= 0 or last >= end:
            return last if depth <= 0 else stop
        after = text.find("\n", last + 1, end)
        after = end if after < 0 else after
        if not text[last + 1 : after].strip():
            return stop
        depth += text.count("[", last, after) - text.count("]", last, after)
        last = after
    return stop
