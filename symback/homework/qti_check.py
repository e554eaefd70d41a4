"""Reading a QTI 2.1 package back: what is in it, whether it hangs together, and how it would score answers.

The schemas of the standard are in no package that could be installed, so this holds the files to a closed list of
elements and to what the schemas cannot say: every blank is declared and scored, every feedback can be reached. The
scoring is interpreted as the standard has it, for the few expressions that our items use.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element

from symback.errors import InputError
from symback.homework.lms_text import xml_root
from symback.homework.moodle_check import LEAST

ITEM = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
MATH = "{http://www.w3.org/1998/Math/MathML}"
PACKAGE = "{http://www.imsglobal.org/xsd/imscp_v1p1}"

_SCORING = (
    "responseDeclaration outcomeDeclaration correctResponse defaultValue value responseProcessing responseCondition "
    "responseIf responseElseIf equal variable correct baseValue setOutcomeValue sum"
)
_BODY = "itemBody modalFeedback feedbackInline textEntryInteraction p strong h4 h5 table tbody tr td"
_MATHEMATICS = "math mrow mi mn mo mtext mspace mfrac msup msub mover msqrt mtable mtr mtd"
_KNOWN = {ITEM + name for name in f"assessmentItem {_SCORING} {_BODY}".split()}
_KNOWN |= {MATH + name for name in _MATHEMATICS.split()}
_PARTS = {MATH + name: 2 for name in ("mfrac", "msup", "msub", "mover")}
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Scored:
    """The outcome of an attempt: the score and, for each blank, what was found (None where nothing was)."""

    score: float
    found: tuple[str | None, ...]


@dataclass(frozen=True)
class Item:
    """An item as a platform would take it."""

    root: Element

    @property
    def identifier(self) -> str:
        """Its identifier."""
        return self.root.get("identifier", "")

    @property
    def responses(self) -> tuple[str, ...]:
        """The identifiers of the blanks, in the order of the page."""
        return tuple(each.get("responseIdentifier", "") for each in self.root.iter(ITEM + "textEntryInteraction"))

    @property
    def most(self) -> float:
        """The highest score."""
        (score,) = [each for each in self.root.iter(ITEM + "outcomeDeclaration") if each.get("identifier") == "SCORE"]
        return float(score.get("normalMaximum", "nan"))

    def score(self, typed: Sequence[str]) -> Scored:
        """The outcome for what was typed into the blanks, one text for each."""
        run = _Run(self.root, dict(zip(self.responses, map(read_float, typed), strict=True)))
        run.all(self.root.find(ITEM + "responseProcessing"))
        found = tuple(self._said(f"FOUND{k}", run.values) for k in range(1, len(self.responses) + 1))
        return Scored(run.values["SCORE"], found)

    def _said(self, outcome: str, values: Mapping[str, Any]) -> str | None:
        for each in self.root.iter(ITEM + "feedbackInline"):
            if each.get("outcomeIdentifier") == outcome and each.get("identifier") == values.get(outcome):
                return "".join(each.itertext()).strip()
        return None


def read_float(text: str) -> float | None:
    """A typed number as the type float reads it (a decimal point, `E` for a power of ten), None for anything else."""
    found = re.fullmatch(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", text.strip())
    return float(found[0]) if found else None


class _Run:
    """The response processing of one attempt."""

    def __init__(self, root: Element, responses: Mapping[str, float | None]) -> None:
        self.values: dict[str, Any] = {
            each.get("identifier", ""): _default(each) for each in root.iter(ITEM + "outcomeDeclaration")
        } | dict(responses)
        self.right = {
            each.get("identifier", ""): float(each.findtext(f"{ITEM}correctResponse/{ITEM}value", "nan"))
            for each in root.iter(ITEM + "responseDeclaration")
        }

    def all(self, rules: Element | None) -> None:
        """Carry out rules in their order."""
        for rule in rules if rules is not None else ():
            if rule.tag == ITEM + "responseCondition":
                self._condition(rule)
            else:
                self._set(rule)

    def _condition(self, rule: Element) -> None:
        for branch in rule:
            test, *actions = branch
            if self.value(test) is True:
                for action in actions:
                    self._set(action)
                return

    def _set(self, rule: Element) -> None:
        if rule.tag != ITEM + "setOutcomeValue":
            raise InputError(f"there is no rule {rule.tag}")
        self.values[rule.get("identifier", "")] = self.value(rule[0])

    def value(self, expression: Element) -> Any:
        """The value of an expression; what holds NULL is NULL."""
        return _EXPRESSIONS[expression.tag.removeprefix(ITEM)](self, expression)

    def equal(self, expression: Element) -> bool | None:
        """Whether two numbers are as near as the tolerances say: from value - t0 to value + t1."""
        first, second = (self.value(part) for part in expression)
        if first is None or second is None:
            return None
        below, above = map(float, expression.get("tolerance", "").split())
        return bool(second - below <= first <= second + above)


def _default(declaration: Element) -> Any:
    text = declaration.findtext(f"{ITEM}defaultValue/{ITEM}value")
    return None if text is None else float(text)


_EXPRESSIONS: dict[str, Callable[[_Run, Element], Any]] = {
    "equal": _Run.equal,
    "variable": lambda run, each: run.values[each.get("identifier", "")],
    "correct": lambda run, each: run.right[each.get("identifier", "")],
    "baseValue": lambda _, each: float(each.text or "") if each.get("baseType") == "float" else each.text,
    "sum": lambda run, each: sum(run.value(part) for part in each),
}


def read_item(data: bytes) -> Item:
    """An item that hangs together.

    Raises InputError with everything that is wrong with it.
    """
    root = xml_root(data, "the item")
    faults = dict.fromkeys(_faults(root))
    if faults:
        raise InputError("\n".join(faults))
    return Item(root)


def _faults(root: Element) -> Iterator[str]:
    if root.tag != ITEM + "assessmentItem":
        yield f"{root.tag} is not an item"
        return
    for each in root.iter():
        if each.tag not in _KNOWN:
            yield f"the element {each.tag} is not known"
        elif len(each) != _PARTS.get(each.tag, len(each)):
            yield f"{each.tag} has {len(each)} parts"
    if not _IDENTIFIER.fullmatch(root.get("identifier", "")):
        yield f"{root.get('identifier')!r} is not an identifier"
    yield from _undeclared(root)
    yield from _unscored(root)
    yield from _lost(root)


def _named(root: Element, tag: str, attribute: str) -> list[str]:
    return [each.get(attribute, "") for each in root.iter(ITEM + tag)]


def _undeclared(root: Element) -> Iterator[str]:
    responses, outcomes = (_named(root, tag, "identifier") for tag in ("responseDeclaration", "outcomeDeclaration"))
    blanks = _named(root, "textEntryInteraction", "responseIdentifier")
    names = responses + outcomes
    yield from (f"{name} is declared twice" for name in dict.fromkeys(names) if names.count(name) > 1)
    if sorted(blanks) != sorted(responses) or not blanks:
        yield "the blanks are not those that are declared"
    used = {
        *_named(root, "setOutcomeValue", "identifier"),
        *_named(root, "feedbackInline", "outcomeIdentifier"),
        *_named(root, "modalFeedback", "outcomeIdentifier"),
    }
    yield from (f"the outcome {name} is not declared" for name in sorted(used - {*outcomes}))


def _unscored(root: Element) -> Iterator[str]:
    scored = {each.get("identifier") for test in root.iter(ITEM + "equal") for each in test.iter(ITEM + "variable")}
    responses = _named(root, "responseDeclaration", "identifier")
    yield from (f"{name} is not scored" for name in responses if name not in scored)
    reached = {
        (rule.get("identifier"), value.text)
        for rule in root.iter(ITEM + "setOutcomeValue")
        for value in rule.iter(ITEM + "baseValue")
    }
    for tag in ("feedbackInline", "modalFeedback"):
        for each in root.iter(ITEM + tag):
            if (each.get("outcomeIdentifier"), each.get("identifier")) not in reached:
                yield f"the feedback {each.get('outcomeIdentifier')} {each.get('identifier')} is never shown"


def _lost(root: Element) -> Iterator[str]:
    """Numbers that are none, and numbers so small that a platform may take them for 0."""
    numbers = [each.text or "" for each in root.iter(ITEM + "value")]
    numbers += [each.text or "" for each in root.iter(ITEM + "baseValue") if each.get("baseType") == "float"]
    tolerances = [text for each in root.iter(ITEM + "equal") for text in each.get("tolerance", "").split()]
    for text in numbers + tolerances:
        number = read_float(text)
        if number is None or not math.isfinite(number):
            yield f"{text[:40]!r} is not a number"
        elif 0 < abs(number) < LEAST:
            yield f"{text} is so small that a platform may take it for 0"
    if len(tolerances) != 2 * len(list(root.iter(ITEM + "equal"))):
        yield "a tolerance is missing"


def read_package(data: bytes) -> list[Item]:
    """The items of a package, in the order of its test.

    Raises InputError where it is no content package, where its manifest, its test and its files do not agree, and
    with what is wrong with its items.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            files = {name: package.read(name) for name in package.namelist()}
    except (zipfile.BadZipFile, OSError) as fault:
        raise InputError(f"this is not a package: {fault}") from None
    manifest = xml_root(files.pop("imsmanifest.xml", b""), "imsmanifest.xml")
    listed = [each.get("href", "") for each in manifest.iter(PACKAGE + "file")]
    if sorted(listed) != sorted(files):
        raise InputError("the manifest does not list the files of the package")
    resources = {each.get("identifier") for each in manifest.iter(PACKAGE + "resource")}
    hanging = {each.get("identifierref") for each in manifest.iter(PACKAGE + "dependency")}
    if not hanging <= resources or len(resources) != len(listed):
        raise InputError("the resources of the manifest do not agree")
    test = xml_root(files["test.xml"], "test.xml")
    references = [(each.get("identifier"), each.get("href", "")) for each in test.iter(ITEM + "assessmentItemRef")]
    if sorted(name for _, name in references) != sorted(set(files) - {"test.xml"}):
        raise InputError("the test does not have the items of the package")
    items = [read_item(files[name]) for _, name in references]
    if [item.identifier for item in items] != [identifier for identifier, _ in references]:
        raise InputError("the items are not called as in the test")
    return items
