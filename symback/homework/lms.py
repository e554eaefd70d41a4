"""Variants into learning platforms: one file of questions that Moodle or any QTI 2.1 platform imports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symback.homework.variant import Variant


@dataclass(frozen=True)
class LmsOptions:
    """What can be asked of an export; None means: as the exercise says.

    `digits` significant digits are asked of each answer and `quantities` names the quantities that are asked.
    """

    digits: int = 3
    decimal: str | None = None
    language: str | None = None
    quantities: tuple[str, ...] | None = None
    templates: Path | None = None


def write_moodle(path: Path, variants: Iterable[Variant], options: LmsOptions = LmsOptions()) -> int:
    """Write one cloze question for each variant as Moodle XML, whole or not at all; give the number of questions.

    Raises InputError for a quantity that the exercise does not have, OutputError where the file cannot be written.
    """
    raise NotImplementedError


def write_qti(path: Path, variants: Iterable[Variant], options: LmsOptions = LmsOptions()) -> int:
    """Write a QTI 2.1 content package with one item for each variant, whole or not at all; give the number of items.

    Raises InputError for a quantity that the exercise does not have, OutputError where the file cannot be written.
    """
    raise NotImplementedError
