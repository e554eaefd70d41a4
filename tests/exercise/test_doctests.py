from __future__ import annotations

import doctest

import pytest

from symback.exercise import names, nodes, numerals


@pytest.mark.parametrize("module", [names, nodes, numerals], ids=lambda module: module.__name__)
def test_doctests(module):
    tried = doctest.testmod(module)
    assert tried.attempted
    assert not tried.failed
