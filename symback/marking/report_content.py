"""What stands in a report, as plain data: strings of a dialect, lists and dictionaries, the same for all formats."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from symback.marking.marks import VERDICTS, Mark, Marking
from symback.marking.points import Score
from symback.marking.report_parts import GIVEN, LISTED, OTHER, Group, Line, Run, groups, runs, same, text_of, whole
from symback.marking.scribe import Scribe
from symback.marking.words import say

Row = dict[str, Any]
#: A paper's name is cut where it would leave the page.
LONGEST_NAME = 72
HEADINGS = ("first_wrong", "none_wrong", "lines", "unread_items", "unread_intro", "missing_items", "missing_intro")
COLUMNS = ("line", "entry", "written", "expected", "verdict", "remark")


def content(marking: Marking, scribe: Scribe, score: Score | None = None) -> dict[str, Any]:
    """A report: its summary, the first wrong line, the marks by step, what is unread and missing, points, legend."""
    author = Author(marking, scribe)
    listed = {verdict: [mark for mark in marking.marks if mark.verdict == verdict] for verdict in LISTED}
    return {
        "language": marking.language,
        "title": scribe.word("title", title=scribe.text(marking.solution.exercise.title)),
        "name": scribe.word("paper", name=scribe.text(shortened(marking.name))) if marking.name else "",
        "words": {key: scribe.word(key) for key in HEADINGS},
        "summary": author.summary(score),
        "first": author.first(),
        "nothing": "" if any(mark.verdict not in LISTED for mark in marking.marks) else scribe.word("nothing"),
        "lines": author.block([row for group in groups(marking) for row in author.group(group)]),
        "unread": author.block([author.row(Run((mark,)), line=True) for mark in listed["unread"]]),
        "missing": author.block([author.row(run) for run in runs(listed["missing"])]),
        "points": author.points(score),
        "legend": author.legend(),
    }


class Author:
    """Writes the parts of one report."""

    def __init__(self, marking: Marking, scribe: Scribe) -> None:
        self.marking, self.scribe = marking, scribe
        self.told: dict[tuple[object, ...], int] = {}

    def summary(self, score: Score | None) -> Row:
        """How often each verdict was given, and the points."""
        counts = self.marking.counts
        items = [
            {"verdict": verdict, "word": self.scribe.word(verdict), "count": counts[verdict]} for verdict in VERDICTS
        ]
        return {"macro": "summary", "items": items, "notes": [self._points_line(score)] if score else []}

    def _points_line(self, score: Score) -> str:
        return self.scribe.word("points", earned=self.amount(score.earned), total=self.amount(score.total))

    def amount(self, value: Fraction) -> str:
        """Points, to two places."""
        return self.scribe.number(hundredths(value))

    def first(self) -> Row | None:
        """The first wrong line, as a table of its own."""
        mark = self.marking.first_wrong
        if mark is None:
            return None
        return self.block(list(self._line(mark.line, text_of(mark.line, self.marking), [Run((mark,))])))

    def group(self, group: Group) -> list[Row]:
        """The lines of one step under its name."""
        named = group.step in (GIVEN, OTHER)
        title = self.scribe.word(group.step) if named else self.scribe.name(group.step)
        return [{"kind": "step", "title": title}, *(row for line in group.lines for row in self._of_line(line))]

    def block(self, rows: list[Row]) -> Row:
        """Rows as a table."""
        return {"macro": "marked", "header": [self.scribe.word(key) for key in COLUMNS], "rows": rows}

    def _of_line(self, line: Line) -> list[Row]:
        if not line.text:
            return [self.row(run, line=True) for run in line.runs]
        return self._line(line.number, line.text, line.runs, line.exact)

    def _line(self, number: int | None, text: str, found: Any, exact: int = 0) -> list[Row]:
        """A line as it was written, then what there is to say about its numbers."""
        if not text:
            return [self.row(run, line=True) for run in found]
        word = self.scribe.word("exact") if not found else self.scribe.word("some_exact", count=str(exact))
        head = {
            "kind": "line",
            "line": str(number),
            "written": self.scribe.typed(text),
            "verdict": "exact" if exact else "",
            "word": word if exact else "",
        }
        return [head, *(self.row(run) for run in found)]

    def row(self, run: Run, *, line: bool = False) -> Row:
        """What was found about one entry, or about several at once."""
        mark = run.mark
        written = [mark.written for mark in run.marks if mark.written]
        return {
            "kind": "entry",
            "line": str(mark.line) if line and mark.line is not None else "",
            "name": self._names(run),
            "written": self.scribe.typed("   ".join(written)) if written else "",
            "expected": self._expected(run),
            "verdict": mark.verdict,
            "word": self.scribe.word(mark.verdict),
            "notes": self._notes(mark),
        }

    def _names(self, run: Run) -> str:
        quantity = run.mark.quantity
        if quantity is None:
            return ""
        indices = [] if whole(run, self.marking) else [mark.index for mark in run.marks]
        return self.scribe.name(quantity, *indices)

    def _expected(self, run: Run) -> str:
        """What should stand there: for a missing entry the true value, else what follows from the lines before."""
        if run.mark.verdict in ("exact", "unread"):
            return ""
        pairs = [(m.exact if m.verdict == "missing" else m.expected or m.exact, m.read_as) for m in run.marks]
        return "  ".join(self.scribe.number(value, beside=read) for value, read in pairs if value is not None)

    def _notes(self, mark: Mark) -> list[str]:
        """Why; of what an earlier line has as well, only where."""
        if mark.verdict in ("slip", "wrong") and mark.line is not None:
            before = self.told.setdefault(same(mark), mark.line)
            if before != mark.line:
                return [self.scribe.word("as_before", line=str(before))]
        return self._why(mark)

    def _why(self, mark: Mark) -> list[str]:
        """The marker's words, other slips, where it comes from, the true value."""
        scribe, notes = self.scribe, []
        if mark.message and mark.verdict != "missing":
            notes.append(scribe.prose(mark.message))
        if mark.also:
            slips = "; ".join(slip_words(name, self.marking.language) for name in mark.also)
            notes.append(scribe.word("also", slips=scribe.text(slips)))
        if mark.carried_from and not mark.message:
            key = "follows" if len(mark.carried_from) == 1 else "follows_many"
            notes.append(scribe.word(key, lines=", ".join(map(str, mark.carried_from))))
        true, expected = (scribe.number(value, beside=mark.read_as) for value in (mark.exact, mark.expected))
        if mark.verdict not in ("exact", "missing", "unread") and true and expected and true != expected:
            notes.append(scribe.word("true_value", value=true))
        if mark.flagged:
            notes.append(scribe.word("flagged"))
        return notes

    def points(self, score: Score | None) -> Row | None:
        """The points by quantity, as a table."""
        if score is None:
            return None
        header = [self.scribe.word(key) for key in ("quantity", "earned", "total")]
        rows = [
            [self.scribe.name(name), self.amount(each.earned), self.amount(each.total)]
            for name, each in score.quantities.items()
        ]
        block = {"macro": "table", "size": "small", "header": header, "rows": rows}
        return {"title": self.scribe.word("points_table"), "block": block}

    def legend(self) -> Row:
        """What the verdicts mean that were given."""
        counts = self.marking.counts
        items = [
            {"verdict": verdict, "word": self.scribe.word(verdict), "text": self.scribe.word(f"means_{verdict}")}
            for verdict in VERDICTS
            if counts[verdict]
        ]
        return {"macro": "legend", "title": self.scribe.word("legend"), "items": items}


def shortened(text: str, most: int = LONGEST_NAME) -> str:
    """A text that fits into a line."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def slip_words(name: str, language: str) -> str:
    """A slip in the marker's words; a name that no table has is shown as it is."""
    try:
        return say(language, name)
    except KeyError:
        return name.replace("_", " ")


def hundredths(value: Fraction) -> Fraction:
    """A number rounded to two decimal places, half to even."""
    return Fraction(round(value * 100), 100)
