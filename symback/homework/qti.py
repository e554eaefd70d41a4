"""Variants as QTI 2.1: an item each, a test that gives every student one of them, a content package around it all.

Each blank is a text entry of the type float. It is scored by `equal` with an absolute tolerance, the right answer
first and then each slip that can be told apart; what was found is said beside the blank, and the worked solution is
modal feedback. The mathematics is MathML. A float of QTI has a decimal point, so the sheet asks for one.
"""

from __future__ import annotations

import os
import re
import time
import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from symback.document.dialects import Dialect
from symback.document.environment import Plain, render
from symback.document.mathml import MATHML, MATHML_NUMBERS, row, signed, tokens
from symback.errors import Fault, InputError, TemplateError
from symback.homework.lms_blanks import Blank, Choice
from symback.homework.lms_export import Export, holes_of, no_variant
from symback.homework.lms_page import Layout
from symback.homework.lms_text import legal, xml
from symback.homework.qti_check import read_item
from symback.homework.variant import Variant

_MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML">{}</math>'
#: The characters that stand in identifiers and names of files as they are; any other is written by its number.
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")
#: The years that a zip file can hold, in seconds since 1970.
_EARLIEST, _LATEST = 315532800, 4354819198


def qti_prose(text: str) -> str:
    """A sentence of ours, in which dollars enclose mathematics, as XHTML with MathML."""
    pieces = text.split("$")
    return "".join(_MATH.format(row(tokens(piece))) if odd % 2 else xml(piece) for odd, piece in enumerate(pieces))


def _check(item: str) -> None:
    try:
        read_item(item.encode())
    except InputError as fault:
        raise TemplateError(Fault(f"this would not be an item of QTI: {fault}", file="qti_item.j2")) from fault


QTI = Layout(
    "qti_item.j2",
    Dialect("qti", "qti_mathml.j2", MATHML, MATHML_NUMBERS, xml),
    {"prose": qti_prose, "mathml": tokens},
    {".": "typing_point", ",": "typing_no_comma"},
    ("name", "code", "identifier", "declarations", "processing"),
    _check,
    signed,
)


def identifier_of(code: str) -> str:
    """A variant's code as an identifier, the same for no two codes."""
    return "V-" + _UNSAFE.sub(lambda found: f".{ord(found[0]):X}.", code)


def item(export: Export, variant: Variant) -> str:
    """The item of a variant."""
    questions = export.ask(variant)
    blanks = [blank for quantity in questions for blank in quantity.blanks]
    holes = holes_of(questions, lambda scale: f"({xml(export.words['unit'])} {_power(scale)})", _entry)
    code = legal(variant.code).strip()
    holes |= {
        "identifier": identifier_of(variant.code),
        "name": xml(f"{legal(export.exercise.title).strip()} ({code})"),
        "code": xml(code),
        "declarations": "\n".join(_declarations(blanks)),
        "processing": _processing(blanks),
    }
    return export.print(variant, holes)


def _power(exponent: int) -> str:
    return _MATH.format(f"<msup><mn>10</mn>{row(tokens(str(exponent)))}</msup>")


def _entry(number: int, blank: Blank) -> str:
    """The field of a blank, and what may be said beside it."""
    said = (
        f'<feedbackInline outcomeIdentifier="FOUND{number}" identifier="A{k}" showHide="show"> {xml(choice.words)}'
        "</feedbackInline>"
        for k, choice in enumerate(blank.choices)
    )
    return f'<textEntryInteraction responseIdentifier="RESPONSE{number}" expectedLength="12"/>{"".join(said)}'


def _declarations(blanks: Sequence[Blank]) -> list[str]:
    responses = [
        f'<responseDeclaration identifier="RESPONSE{number}" cardinality="single" baseType="float">'
        f"<correctResponse><value>{blank.choices[0].value}</value></correctResponse></responseDeclaration>"
        for number, blank in enumerate(blanks, 1)
    ]
    outcomes = [
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float" '
        f'normalMaximum="{len(blanks)}"><defaultValue><value>0</value></defaultValue></outcomeDeclaration>',
        '<outcomeDeclaration identifier="SOLUTION" cardinality="single" baseType="identifier"/>',
    ]
    found = [
        f'<outcomeDeclaration identifier="FOUND{number}" cardinality="single" baseType="identifier"/>'
        for number in range(1, len(blanks) + 1)
    ]
    return [*responses, *outcomes, *found]


def _processing(blanks: Sequence[Blank]) -> str:
    """The scoring: of each blank the first choice that takes the number counts; the solution is always shown."""
    conditions = "\n".join(_condition(number, blank) for number, blank in enumerate(blanks, 1))
    return f"<responseProcessing>\n{conditions}\n{_set('SOLUTION', 'SHOWN')}\n</responseProcessing>"


def _condition(number: int, blank: Blank) -> str:
    right, *wrong = (_branch(number, k, choice) for k, choice in enumerate(blank.choices))
    first = f"<responseIf>{right}</responseIf>"
    rest = "".join(f"<responseElseIf>{branch}</responseElseIf>" for branch in wrong)
    return f"<responseCondition>{first}{rest}</responseCondition>"


def _branch(number: int, k: int, choice: Choice) -> str:
    response = f"RESPONSE{number}"
    value = f'<baseValue baseType="float">{choice.value}</baseValue>' if k else f'<correct identifier="{response}"/>'
    test = (
        f'<equal toleranceMode="absolute" tolerance="{choice.tolerance} {choice.tolerance}">'
        f'<variable identifier="{response}"/>{value}</equal>'
    )
    earned = f'<baseValue baseType="float">{choice.credit / 100:g}</baseValue>'
    score = f'<setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/>{earned}</sum></setOutcomeValue>'
    return test + (score if choice.credit else "") + _set(f"FOUND{number}", f"A{k}")


def _set(outcome: str, identifier: str) -> str:
    value = f'<baseValue baseType="identifier">{identifier}</baseValue>'
    return f'<setOutcomeValue identifier="{outcome}">{value}</setOutcomeValue>'


def write_package(
    stream: BinaryIO,
    variants: Iterable[Variant],
    *,
    digits: int | None = None,
    decimal: str | None = None,
    language: str | None = None,
    quantities: tuple[str, ...] | None = None,
    templates: Path | None = None,
) -> None:
    """Write the content package to a stream, item by item; the test and the manifest come last.

    Raises InputError for a quantity that is not computed, for digits that cannot be asked, for a code that stands
    twice, and for no variant at all.
    """
    date = _date()
    items: list[Plain] = []
    known: set[str] = set()
    export: Export | None = None
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for variant in variants:
            export = export or Export(QTI, variant.exercise, digits, decimal, language, quantities, templates)
            identifier = identifier_of(variant.code)
            if identifier in known:
                raise InputError(f"the code {variant.code!r} stands twice")
            known.add(identifier)
            name = f"items/{identifier}.xml"
            items.append({"identifier": identifier, "file": name})
            _add(package, name, item(export, variant), date)
        if export is None:
            raise no_variant()
        context: dict[str, Plain] = {"items": items, "title": xml(legal(export.exercise.title).strip())}
        for template, name in (("qti_test.j2", "test.xml"), ("qti_manifest.j2", "imsmanifest.xml")):
            _add(package, name, render(export.press.templates, template, context), date)


def _add(package: zipfile.ZipFile, name: str, text: str, date: tuple[int, int, int, int, int, int]) -> None:
    entry = zipfile.ZipInfo(name, date)
    entry.compress_type = zipfile.ZIP_DEFLATED
    # Otherwise the system that writes it stands in the file.
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    package.writestr(entry, text.encode())


def _date() -> tuple[int, int, int, int, int, int]:
    """The date of every file in the package: fixed, or that of SOURCE_DATE_EPOCH in the years a zip file knows."""
    wanted = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if wanted and not re.fullmatch(r"[0-9]{1,11}", wanted):
        raise InputError(f"SOURCE_DATE_EPOCH is {wanted[:40]!r}; a number of seconds since 1970 is expected")
    moment = time.gmtime(min(max(int(wanted or 0), _EARLIEST), _LATEST))
    return moment.tm_year, moment.tm_mon, moment.tm_mday, moment.tm_hour, moment.tm_min, moment.tm_sec


def qti_zip(
    variants: Iterable[Variant],
    *,
    digits: int | None = None,
    decimal: str | None = None,
    language: str | None = None,
    quantities: tuple[str, ...] | None = None,
    templates: Path | None = None,
) -> bytes:
    """The content package as bytes; `write_package` streams it."""
    stream = BytesIO()
    write_package(
        stream,
        variants,
        digits=digits,
        decimal=decimal,
        language=language,
        quantities=quantities,
        templates=templates,
    )
    return stream.getvalue()
