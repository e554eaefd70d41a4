"""The same with symback."""

from dataclasses import replace

from symback.derivation import bilinear, gather
from symback.derivation.derive import derive
from symback.document.formulas import derivation_latex
from symback.document.write import render
from symback.exercise.builtin import load
from symback.exercise.model import Given, Update
from symback.exercise.numerals import read_numeral
from symback.solution import solution
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


def updates(steps):
    """So many updates of the paper's network by Adam: derived, bound and worked out to 30 certified digits."""
    paper = load("paper")
    network = replace(paper.network, update=Update("adam", steps))
    constants = {"eta": "0.001", "beta_1": "0.9", "beta_2": "0.999", "epsilon": "1e-8"}
    givens = {name: Given(name, ((read_numeral(text),),)) for name, text in constants.items()}
    derive.cache_clear()
    solution.exact_plan.cache_clear()
    return solve(replace(paper, network=network, givens={**paper.givens, **givens}), 30)


def solved(exercise):
    """An exercise derived, bound and worked out to 30 certified digits; index patterns are found anew as well."""
    bilinear._pairs.cache_clear()
    gather._places.cache_clear()
    derive.cache_clear()
    solution.exact_plan.cache_clear()
    return solve(exercise, 30)
