"""A marked paper for a terminal: tables by step, the first wrong line on top; it reads as well without colour."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from symback.document.plain_form import plain_form
from symback.marking.marks import Marking
from symback.marking.points import Score
from symback.marking.report_content import content
from symback.marking.scribe import text_scribe

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

SIGNS = {"exact": "✓", "close": "≈", "carried": "→", "slip": "≠", "wrong": "✗", "unread": "?", "missing": "∅"}
COLOURS = {
    "exact": "green",
    "close": "green",
    "carried": "blue",
    "slip": "bold yellow",
    "wrong": "bold red",
    "unread": "magenta",
    "missing": "magenta",
}
NARROWEST, WIDEST = 60, 120
#: Columns: the line, the name of the entry, what should be there, the verdict; what is left is for the writing.
LINE, NAME, EXPECTED, VERDICT = 4, 15, 21, 11
GAP = 2

Row = dict[str, Any]


def text_report(marking: Marking, score: Score | None = None, width: int = 80, colour: bool = False) -> str:
    """The report as text, at most `width` characters wide; with the colours of a terminal when asked for."""
    page = Page(max(NARROWEST, min(width, WIDEST)), colour)
    data = content(marking, text_scribe(marking), score)
    page.title(data)
    page.first(data, _worked(marking))
    page.rows("", data["lines"])
    page.rows(data["words"]["unread_items"], data["unread"], data["words"]["unread_intro"])
    page.rows(data["words"]["missing_items"], data["missing"], data["words"]["missing_intro"])
    page.points(data["points"])
    page.legend(data["legend"])
    return page.text()


def _worked(marking: Marking) -> str:
    """The formula of the step that went wrong first."""
    from symback.derivation.operations import OPERATIONS
    from symback.derivation.steps import Step
    from symback.marking.report_parts import worked_step

    step = worked_step(marking)
    if not isinstance(step, Step) or "/" in step.name:
        return ""
    return f"{step.name} = {plain_form(OPERATIONS[step.operation].form(step))}"


class Page:
    """A page of text being written with rich."""

    def __init__(self, width: int, colour: bool) -> None:
        from rich.console import Console

        self.width, self.stream, self.headed = width, io.StringIO(), False
        self.console: Console = Console(
            file=self.stream,
            width=width,
            force_terminal=colour,
            color_system="standard" if colour else None,
            no_color=not colour,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
            force_interactive=False,
        )

    def text(self) -> str:
        """What was written, without spaces at the ends of lines."""
        return "\n".join(line.rstrip() for line in self.stream.getvalue().splitlines()).rstrip() + "\n"

    def title(self, data: Row) -> None:
        """The title, the name of the paper, the counts."""
        self.line(data["title"], "bold")
        if data["name"]:
            self.line(data["name"], "dim")
        self.line("")
        counts = self.joined(
            [self.badge(item["verdict"], f"{item['word']} {item['count']}") for item in data["summary"]["items"]],
        )
        self.console.print(counts)
        for note in [*data["summary"]["notes"], *([data["nothing"]] if data["nothing"] else [])]:
            self.line(note, "bold")

    def first(self, data: Row, formula: str) -> None:
        """The first wrong line, with the formula of its step."""
        if data["first"]:
            self.rows(data["words"]["first_wrong"], data["first"])
            if formula:
                self.indented(formula)
        elif not data["nothing"]:
            self.line("")
            self.line(data["words"]["none_wrong"])

    def rows(self, title: str, block: Row, intro: str = "") -> None:
        """A table, perhaps under a title; nothing where it has no rows."""
        if not block["rows"]:
            return
        if title:
            self.heading(title)
        if intro:
            self.line(intro, "dim")
        if not self.headed:
            self.cells([self.styled(name, "dim") for name in block["header"][:5]], self.widths)
            self.headed = True
        for row in block["rows"]:
            ROWS[row["kind"]](self, row)

    def step_row(self, row: Row) -> None:
        """The name of a step, over its lines."""
        self.heading(row["title"])

    def line_row(self, row: Row) -> None:
        """A line of the paper as it stands there, with what is right in it."""
        line, *_, verdict = self.widths
        widths = (line, self.width - line - verdict - 2 * GAP, verdict)
        badge = self.badge(row["verdict"], row["word"]) if row["verdict"] else self.styled("")
        self.cells([self.styled(row["line"]), self.styled(row["written"], "dim"), badge], widths)

    def entry_row(self, row: Row) -> None:
        """What was found about an entry, with its notes."""
        texts = [self.styled(row[key]) for key in ("line", "name", "written", "expected")]
        self.cells([*texts, self.badge(row["verdict"], row["word"])], self.widths)
        for note in row["notes"]:
            self.indented(note, "italic")

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths of the five columns."""
        written = self.width - LINE - NAME - EXPECTED - VERDICT - 4 * GAP
        return LINE, NAME, written, EXPECTED, VERDICT

    def cells(self, cells: Sequence[Text], widths: Sequence[int], first: Any = "right") -> None:
        """One row of a table; long words are folded, nothing is cut off."""
        from rich.table import Table

        table: Table = Table.grid(padding=(0, GAP, 0, 0), pad_edge=False)
        for place, width in enumerate(widths):
            table.add_column(width=width, overflow="fold", justify="left" if place else first)
        table.add_row(*cells)
        self.console.print(table)

    def points(self, points: Row | None) -> None:
        """The points by quantity."""
        if points is None:
            return
        self.heading(points["title"])
        block = points["block"]
        for row in [block["header"], *block["rows"]]:
            self.cells([self.styled(cell) for cell in ("", *row)], (LINE, NAME + 12, 10, 10))

    def legend(self, legend: Row) -> None:
        """What the verdicts mean."""
        if not legend["items"]:
            return
        self.heading(legend["title"])
        for item in legend["items"]:
            cells = [self.badge(item["verdict"], item["word"]), self.styled(item["text"])]
            self.cells(cells, (VERDICT, self.width - VERDICT - GAP), "left")

    def heading(self, title: str) -> None:
        """A title with a rule."""
        self.line("")
        rule = "─" * max(0, self.width - len(title) - 4)
        self.line(f"── {title} {rule}"[: self.width], "bold")

    def indented(self, words: str, style: str = "") -> None:
        """A remark under a row."""
        self.cells([self.styled(""), self.styled(words, style)], (LINE, self.width - LINE - GAP))

    def line(self, words: str, style: str = "") -> None:
        """A line of words."""
        self.console.print(self.styled(words, style))

    def badge(self, verdict: str, word: str) -> Text:
        """A verdict: a sign and a word, and a colour where there are colours."""
        return self.styled(f"{SIGNS[verdict]} {word}", COLOURS[verdict])

    def joined(self, parts: Sequence[Text]) -> Text:
        """Badges in a line; none is broken in two."""
        lines: list[Text] = [self.styled("")]
        for part in parts:
            if lines[-1].cell_len and lines[-1].cell_len + part.cell_len + 3 > self.width:
                lines.append(self.styled(""))
            lines[-1] = lines[-1] + (" · " if lines[-1].cell_len else "") + part
        return self.styled("\n").join(lines)

    @property
    def styled(self) -> Callable[..., Text]:
        """Makes text of words and a style; nothing in the words is read as markup."""
        from rich.text import Text

        return Text


#: How the kinds of rows are written.
ROWS: dict[str, Callable[[Page, Row], None]] = {
    "step": Page.step_row,
    "line": Page.line_row,
    "entry": Page.entry_row,
}
