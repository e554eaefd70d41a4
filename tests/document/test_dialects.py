"""The dialect files of the templates are interchangeable."""

import pytest
from jinja2 import nodes

from symback.document.dialects import DIALECTS
from symback.document.environment import environment, shipped

FILES = sorted({dialect.template for dialect in DIALECTS.values()})
#: What the templates call; other macros are the dialect's own business.
HELPERS = {"sized", "aligned", "aligned_column", "by_columns", "length"}


def macros(name: str) -> dict[str, tuple[list[str], int]]:
    """The macros of a template with their arguments and how many of these have defaults."""
    tree = environment().jinja.parse((shipped() / name).read_text())
    found = (each for each in tree.find_all(nodes.Macro) if each.name not in HELPERS)
    return {each.name: ([arg.name for arg in each.args], len(each.defaults)) for each in found}


def test_there_are_dialects():
    assert len(FILES) >= 3


@pytest.mark.parametrize("name", FILES[1:])
def test_all_dialects_export_the_same_macros_with_the_same_arguments(name):
    assert macros(name) == macros(FILES[0])


@pytest.mark.parametrize("name", FILES)
def test_the_module_of_a_dialect_has_what_the_sheet_calls(name):
    module = environment().jinja.get_template(name).module
    for macro in ("begin", "end", "heading", "note", "equation", "rows", "brace", "table"):
        assert callable(getattr(module, macro))


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_sizes_are_known_to_the_dialect_and_shrink(dialect):
    widths = list(dialect.sizes.values())
    assert widths == sorted(widths, reverse=True)
    assert widths[0] == 100
