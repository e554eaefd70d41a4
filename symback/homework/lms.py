"""Variants into learning platforms: one file of questions that Moodle or any QTI 2.1 platform imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symback.document.files import written_atomically

if TYPE_CHECKING:
    from symback.homework.variant import Variant


@dataclass(frozen=True)
class LmsOptions:
    """What can be asked of an export; None means: as the exercise says.

    `digits` significant digits are asked of each answer, by default as many as in a calculation by hand;
    `quantities` names what is asked.
    """

    digits: int | None = None
    decimal: str | None = None
    language: str | None = None
    quantities: tuple[str, ...] | None = None
    templates: Path | None = None


def write_moodle(path: Path, variants: Iterable[Variant], options: LmsOptions = LmsOptions()) -> int:
    """Write one cloze question for each variant as Moodle XML, whole or not at all; give the number of questions.

    Raises InputError for a quantity that the exercise does not have, OutputError where the file cannot be written.
    """
    from symback.homework.moodle import moodle_xml

    counted = _Counted(variants)
    with written_atomically(path) as stream:
        for piece in moodle_xml(counted, **_chosen(options)):
            stream.write(piece)
    return counted.count


def write_qti(path: Path, variants: Iterable[Variant], options: LmsOptions = LmsOptions()) -> int:
    """Write a QTI 2.1 content package with one item for each variant, whole or not at all; give the number of items.

    Raises InputError for a quantity that the exercise does not have, OutputError where the file cannot be written.
    """
    from symback.homework.qti import write_package

    counted = _Counted(variants)
    with written_atomically(path) as stream:
        write_package(stream, counted, **_chosen(options))
    return counted.count


def _chosen(options: LmsOptions) -> dict[str, Any]:
    return {each.name: getattr(options, each.name) for each in fields(options)}


class _Counted:
    """Variants on their way, counted."""

    def __init__(self, variants: Iterable[Variant]) -> None:
        self.variants, self.count = variants, 0

    def __iter__(self) -> Iterator[Variant]:
        for variant in self.variants:
            self.count += 1
            yield variant
