"""The table of readings: what each way of writing is taken for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from symback.marking.expressions import account, digit_runs
from symback.marking.show import show, show_chain
from symback.marking.transcript import read_transcript

TABLE = Path(__file__).parent / "readings.txt"


def cases() -> list[tuple[str, str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [(line[0], line[2:]) for line in lines if line[:2] in (", ", ". ")]


def reading(decimal: str, text: str) -> str:
    paper = read_transcript(text.replace("⏎", "\n"), decimal=decimal)
    lines = [f"{decimal} {text}"]
    lines += [f"    {show_chain(chain)}" for chain in paper.chains]
    lines += [f"    {show(item)}" for item in paper.unread]
    return "\n".join(lines) + "\n"


def refreshed() -> str:
    kept = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("    ")]
    return "".join(reading(line[0], line[2:]) if line[:2] in (", ", ". ") else line + "\n" for line in kept)


if os.environ.get("SYMBACK_REFRESH"):
    TABLE.write_text(refreshed(), encoding="utf-8")


@pytest.mark.parametrize(("decimal", "text"), cases())
def test_reading(decimal, text):
    assert reading(decimal, text) in TABLE.read_text(encoding="utf-8")


@pytest.mark.parametrize(("decimal", "text"), cases())
def test_every_digit_is_accounted_for(decimal, text):
    typed = text.replace("⏎", "\n")
    assert account(read_transcript(typed, decimal=decimal)) == digit_runs(typed)
