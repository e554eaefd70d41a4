"""The same with symback."""

from symback.derivation.derive import derive
from symback.document.formulas import derivation_latex
from symback.document.write import render
from symback.solution.solution import solve
from tests.bench.networks import network, variants


def latex(shape):
    """Every step and every partial derivative as LaTeX, in matrices and entry by entry."""
    derive.cache_clear()
    return derivation_latex(derive(network(shape)))


def sources(count, seed):
    """Typst sheets of the paper with other numbers: no compiler has seen any of them."""
    made = variants(seed)
    return [render(solve(next(made)), "typ").decode() for _ in range(count)]


def compile_all(sheets):
    """Compile sheets with the one compiler that a process keeps."""
    from symback.document.engines import typst_pdf

    for sheet in sheets:
        typst_pdf(sheet)
