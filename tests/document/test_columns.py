"""Tables of numbers in Typst: plain text, column by column, with the numbers that Markdown has in its rows."""

import re
from typing import NamedTuple

import pytest

import symback
from symback.document.engines import typst_pdf
from symback.document.write import Options
from symback.errors import EngineError
from symback.exercise.builtin import builtin_names
from tests.document.sheets import EXERCISES, made, solved

SHEETS = sorted({*builtin_names(), *EXERCISES})
GRID = re.compile(r"(?P<rules>#\[#set text\(size[^\n]*\n#set par[^\n]*\n)#grid\(\n(?P<grid>.*?)\n\)\]", re.DOTALL)
COLUMN = re.compile(
    r'^  (?:(?P<names>par\[.*?\])|(?P<digits>digits\(".*?"\))|(?P<powers>powers\(".*?"\))),$', re.MULTILINE | re.DOTALL
)
# A context measures with the rules of the place where it stands.
MEASURED = "{rules}#context for (width, column, lines) in ({columns}) {{\n{test}\n}}]\n"
SAME_HEIGHT = """\
  let height = measure(block(width: 99cm, column)).height
  let usual = measure(digits("1" + "\\n1" * (lines - 1))).height
  assert(calc.abs(height - usual) < 0.01pt, message: repr(column) + repr((height, usual)))"""
WIDE_ENOUGH = """\
  let needed = measure(column).width
  assert(needed <= width.to-absolute() + 0.01pt, message: repr(column) + repr((needed, width.to-absolute())))"""


class Column(NamedTuple):
    kind: str
    width: str
    code: str

    @property
    def lines(self):
        if self.kind == "names":
            return re.split(r" \\\s+", self.code[len("par[") : -len("]")])
        return self.code.partition('"')[2].rpartition('"')[0].split("\\n")


def tables(sheet):
    """The rules for the text of each table, and its columns."""
    for found in GRID.finditer(sheet):
        widths = re.search(r"columns: \((.*?), \)", found["grid"])[1].split(", ")
        columns = [(each.lastgroup, each[each.lastgroup]) for each in COLUMN.finditer(found["grid"])]
        yield found["rules"], [Column(kind, width, code) for width, (kind, code) in zip(widths, columns, strict=True)]


def measured(sheet, test):
    """Typst source that fails where a column does not pass a test."""
    source = sheet[: sheet.index("#heading")]
    for rules, columns in tables(sheet):
        # An empty line at the end is none.
        rows = "".join(f"\n({each.width}, {each.code}, {len(each.lines) - (not each.lines[-1])})," for each in columns)
        source += MEASURED.format(rules=rules, columns=rows, test=test)
    return source


@pytest.mark.parametrize("name", SHEETS)
def test_every_line_of_a_table_is_as_high_as_any_other(name):
    sheet = made(name, "typ")
    assert sheet.count("#grid(") == len(list(tables(sheet))) > 0
    for _, columns in tables(sheet):
        assert len({len(each.lines) for each in columns}) == 1
    typst_pdf(measured(sheet, SAME_HEIGHT))


@pytest.mark.parametrize("name", SHEETS)
def test_no_column_is_wider_than_its_place(name):
    typst_pdf(measured(made(name, "typ"), WIDE_ENOUGH))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_headings_stay_on_one_line(language):
    sheet = made("paper", "typ", language=language)
    header = re.search(r"grid\.header\((.*)\),\n", sheet)[1]
    ((_, columns),) = tables(sheet)
    widths = iter([float(each.width.removesuffix("em")) for each in columns])
    for cell in re.finditer(r"(grid\.cell\(colspan: 2, align: right\))?(\[.*?\]), ", header):
        width = next(widths) + (next(widths) if cell[1] else 0)
        test = f"#context assert(measure({cell[2]}).width <= {width}em.to-absolute(), message: repr({cell[2]}))\n"
        typst_pdf(sheet[: sheet.index("#heading")] + test)


def test_a_wrong_height_and_a_wrong_width_are_noticed():
    sheet = made("paper", "typ")
    with pytest.raises(EngineError, match="assertion"):
        typst_pdf(measured(sheet.replace("$Z_2$", "$frac(frac(Z, 2), 3)$"), SAME_HEIGHT))
    with pytest.raises(EngineError, match="assertion"):
        typst_pdf(measured(sheet.replace("18,3\\n", "18,30000000000000000\\n"), WIDE_ENOUGH))


def in_markdown(sheet):
    """The cells of the tables of numbers as plain text, without the names."""
    for table in re.findall(r"^\| entry \| certified \|.*\n\| :---.*\n((?:\|.*\n)+)", sheet, re.MULTILINE):
        for line in table.splitlines():
            yield [plain(cell) for cell in line[2:-2].split(" | ")[1:]]


def plain(cell):
    cell = re.sub(r"\\frac\{(\d+)\}\{(\d+)\}", r"\1/\2", cell.strip().replace("$", ""))
    written = {"{,}": ",", " \\times 10^": "×10^", "\\vdots": "⋮", " %": "%", "{": "", "}": "", "-": "−"}
    for code, text in written.items():
        cell = cell.replace(code, text)
    return cell


def in_typst(sheet):
    for _, columns in tables(sheet):
        numbers = []
        for each in columns[1:]:
            lines = [line.replace("\u202f", "") for line in each.lines]
            if each.kind == "powers":
                pairs = zip(numbers[-1], lines, strict=True)
                numbers[-1] = [f"{line}^{power}" if power else line for line, power in pairs]
            else:
                numbers.append(lines)
        yield from map(list, zip(*numbers, strict=True))


@pytest.mark.parametrize("name", SHEETS)
def test_the_columns_have_the_numbers_of_the_rows(name, monkeypatch):
    # Otherwise a number may have fewer digits where the type of a format is wider.
    monkeypatch.setattr("symback.document.tables.FEWER_DIGITS", (15,))
    markdown, typst = (symback.render(solved(name), to, Options(language="en")).decode() for to in ("md", "typ"))
    assert list(in_typst(typst)) == list(in_markdown(markdown))
