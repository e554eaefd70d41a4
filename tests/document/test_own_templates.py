"""A teacher's folder of templates: one file overrides its shipped namesake, faults have their place."""

import pytest

import symback
from symback.document.environment import shipped
from symback.document.write import Options
from tests.document.sheets import made, solved


@pytest.fixture
def folder(tmp_path):
    def write(name, change):
        text = (shipped() / name).read_text()
        changed = change(text)
        assert changed != text
        (tmp_path / name).write_text(changed)
        return Options(templates=tmp_path)

    return write


def test_one_dialect_file_is_enough(folder):
    options = folder("markdown.j2", lambda text: text.replace("## {{ text }}", "### {{ text }} *"))
    sheet = symback.render(solved("paper"), "md", options).decode()
    assert sheet == made("paper", "md").replace("\n## ", "\n### ").replace("### Given", "### Given *").replace(
        "### Forward pass", "### Forward pass *"
    ).replace("### Loss", "### Loss *").replace("### Backpropagation", "### Backpropagation *").replace(
        "### Closed forms", "### Closed forms *"
    ).replace("### Exact versus approximate", "### Exact versus approximate *")
    assert symback.render(solved("paper"), "tex", options).decode() == made("paper", "tex")


def test_the_order_of_the_sheet_is_the_teachers(folder):
    options = folder("solution.j2", lambda text: text[: text.index("{% for section in closing %}")] + "{{ d.end() }}")
    sheet = symback.render(solved("paper"), "md", options).decode()
    assert "## Closed forms" not in sheet
    assert made("paper", "md").startswith(sheet.rstrip())


def test_a_pdf_comes_from_the_teachers_template(folder):
    options = folder("typst.j2", lambda text: text.replace("margin: 22mm", "margin: 30mm"))
    assert symback.render(solved("output_relu"), "pdf", options) != symback.render(solved("output_relu"), "pdf")


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("markdown.j2", "{{ block.text }}", "{{ block.txt }}", r"markdown\.j2:\d+: .*no attribute 'txt'"),
        ("solution.j2", "{{ d.begin", "{{ d.begn", r"solution\.j2:\d+: .*begn"),
        ("markdown.j2", "{% macro end() %}", "{% macro end( %}", r"markdown\.j2:\d+: "),
    ],
)
def test_a_fault_names_the_template_and_the_line(folder, name, old, new, message):
    options = folder(name, lambda text: text.replace(old, new, 1))
    with pytest.raises(symback.InputError, match=message):
        symback.render(solved("paper"), "md", options)


def test_a_fault_that_typst_finds_names_the_template(folder):
    options = folder("typst.j2", lambda text: text.replace("#set par(justify: false)", "#set par(justify: #)"))
    with pytest.raises(symback.InputError, match=r"typst\.j2"):
        symback.render(solved("paper"), "pdf", options)
