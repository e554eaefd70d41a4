"""Synthetic papers: random exercises, students who round in their own ways, slips that are known.

`make(seed)` gives a paper with its text, and for each number on it what a fair marker may say. The arithmetic here is
mpmath's and written anew, so that it shares nothing with what it tests.
"""

from __future__ import annotations

from tests.marking.papers.paper import Number, SynthPaper, make

__all__ = ["Number", "SynthPaper", "make"]
