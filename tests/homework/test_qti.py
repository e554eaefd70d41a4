"""QTI packages: read back, scored by the standard's rules, hostile texts, held to the schemas where they are at hand.

The schemas of the standard are in no package of a registry. Where a folder has them (`imsqti_v2p1.xsd`,
`imscp_v1p1.xsd` and what they import), `SYMBACK_QTI_SCHEMAS` names it, and lxml is installed, the files are validated.
"""

import io
import os
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symback.errors import InputError, TemplateError
from symback.homework.lms import LmsOptions, write_qti
from symback.homework.lms_export import Export
from symback.homework.qti import QTI, identifier_of, qti_zip
from symback.homework.qti_check import ITEM, MATH, read_float, read_item, read_package
from symback.homework.run import variants
from symback.homework.variant import Variant
from tests.homework.lms_cases import PAPER, VARIANTS, typed
from tests.hostile import cases
from tests.solution.exercises import exercises

SCHEMAS = os.environ.get("SYMBACK_QTI_SCHEMAS", "")


def made(*variants, **options):
    return read_package(qti_zip(variants, **options))


def files(data):
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def asked(variant, digits):
    return Export(QTI, variant.exercise, digits).ask(variant)


def answers(variant, digits):
    return [
        typed(variant.solution, blank.quantity, blank.place, digits, quantity.scale)
        for quantity in asked(variant, digits)
        for blank in quantity.blanks
    ]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.code)
@pytest.mark.parametrize("digits", [1, 3, 7])
def test_the_truth_rounded_to_the_asked_digits_scores_in_full(variant, digits):
    (item,) = made(variant, digits=digits)
    scored = item.score(answers(variant, digits))
    assert scored.score == item.most == len(item.responses)
    assert set(scored.found) == {"Right."}
    assert item.score([""] * len(item.responses)).score == 0
    assert item.score(["12,5"] * len(item.responses)).score == 0


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.code)
def test_each_slip_scores_its_part_and_is_named(variant):
    (item,) = made(variant, digits=3)
    blanks = [blank for quantity in asked(variant, 3) for blank in quantity.blanks]
    for k in range(max(len(blank.choices) for blank in blanks)):
        chosen = [blank.choices[min(k, len(blank.choices) - 1)] for blank in blanks]
        scored = item.score([choice.value for choice in chosen])
        assert scored.score == pytest.approx(sum(choice.credit for choice in chosen) / 100)
        assert scored.found == tuple(choice.words for choice in chosen)


@given(exercises(), st.integers(1, 8))
@settings(max_examples=25, deadline=None)
def test_any_network_is_scored_fairly(exercise, digits):
    variant = Variant("1", "ANY", exercise)
    (item,) = made(variant, digits=digits)
    assert item.score(answers(variant, digits)).score == item.most


def test_the_package_holds_together():
    variants = [replace(VARIANTS[0], code=code) for code in ("B2", "A1", "C3")]
    data = qti_zip(variants, quantities=("L",))
    assert [item.identifier for item in read_package(data)] == ["V-B2", "V-A1", "V-C3"]
    assert [*files(data)] == ["items/V-B2.xml", "items/V-A1.xml", "items/V-C3.xml", "test.xml", "imsmanifest.xml"]


def test_every_date_is_fixed(monkeypatch):
    plain = qti_zip(VARIANTS[:1], quantities=("L",))
    for moment, year in (("0", 1980), ("1700000000", 2023), ("99999999999", 2107)):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", moment)
        data = qti_zip(VARIANTS[:1], quantities=("L",))
        assert data == qti_zip(VARIANTS[:1], quantities=("L",))
        assert {info.date_time[0] for info in zipfile.ZipFile(io.BytesIO(data)).infolist()} == {year}
        assert (data == plain) == (year == 1980)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "today")
    with pytest.raises(InputError, match="SOURCE_DATE_EPOCH"):
        qti_zip(VARIANTS[:1])


TEXTS = [
    *(case.input for case in cases("moodle_xml") if not str(case.input).startswith("<!DOCTYPE")),
    "&#125; &lt;",
    "Проверка \U0001f600 \u202e \x00 \ufffe",
    "'\"",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_title_reads_back_unchanged(text):
    variant = Variant("1", "CODE", replace(PAPER, title=text))
    (item,) = made(variant, quantities=("L",))
    shown = text.replace("\x00", "[U+0000]").replace("\u202e", "[U+202E]").replace("\ufffe", "[U+FFFE]")
    assert item.root.get("title") == f"{shown} (CODE)"
    assert item.root.find(f".//{ITEM}strong").text == shown


@given(st.lists(st.text(min_size=1, max_size=8), min_size=2, max_size=2, unique=True))
@settings(max_examples=200, deadline=None)
def test_every_code_has_its_own_identifier(codes):
    first, second = map(identifier_of, codes)
    assert first != second
    assert first.isascii()
    assert not set(first) & set("/\\: \x00")


def test_a_code_that_stands_twice_is_refused(tmp_path):
    with pytest.raises(InputError, match="'CODE1' stands twice"):
        write_qti(tmp_path / "a.zip", [VARIANTS[0], VARIANTS[0]])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("variants", "options", "fault"),
    [
        ([], {}, "no variant"),
        (VARIANTS[:1], {"quantities": ("dW3",)}, "not computed"),
        (VARIANTS[:1], {"digits": 0}, "digits cannot be asked"),
        (VARIANTS[:2], {}, "not one of this exercise"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path, variants, options, fault):
    with pytest.raises(InputError, match=fault):
        write_qti(tmp_path / "a.zip", variants, LmsOptions(**options))
    assert list(tmp_path.iterdir()) == []


def test_the_count_is_given(tmp_path):
    path = tmp_path / "a.zip"
    assert write_qti(path, VARIANTS[:1], LmsOptions(quantities=("L",))) == 1
    assert len(read_package(path.read_bytes())) == 1


def test_the_sheet_asks_for_a_point():
    (item,) = made(VARIANTS[0], quantities=("L",))
    assert "not a comma" in "".join(item.root.find(ITEM + "itemBody").itertext())


def test_the_solution_is_modal_feedback():
    (item,) = made(VARIANTS[0], quantities=("L", "dZ_2"))
    (feedback,) = item.root.iter(ITEM + "modalFeedback")
    assert "−3,836099724×10−7" in "".join(feedback.itertext())
    assert len(list(feedback.iter(MATH + "math"))) > 10
    assert "in units of 10−7" in "".join(item.root.find(ITEM + "itemBody").itertext())


@pytest.mark.parametrize(
    ("text", "number"), [("12.1", 12.1), (" -3.84E-7 ", -3.84e-7), ("12,1", None), ("nan", None), ("1e5x", None)]
)
def test_floats_are_read_as_the_standard_says(text, number):
    assert read_float(text) == number


ITEM_XML = files(qti_zip(VARIANTS[:1], quantities=("Z_2", "L")))["items/V-CODE1.xml"].decode()


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("<h4>", "<h4><script/>", "element .*script is not known"),
        (' responseIdentifier="RESPONSE1"', ' responseIdentifier="R"', "the blanks"),
        ('<variable identifier="RESPONSE2"', '<variable identifier="SCORE"', "RESPONSE2 is not scored"),
        ('outcomeIdentifier="FOUND1"', 'outcomeIdentifier="FOUND9"', "FOUND9 is not declared"),
        (">A0</baseValue>", ">A9</baseValue>", "A0 is never shown"),
        ('tolerance="0.051 0.051"', 'tolerance="0.051"', "a tolerance is missing"),
        ('tolerance="0.051 0.051"', 'tolerance="0.00051 0.00001"', "take it for 0"),
        ("<value>18.3</value>", "<value>eighteen</value>", "is not a number"),
        ('identifier="V-CODE1"', 'identifier="1 2"', "is not an identifier"),
        ('identifier="RESPONSE2" card', 'identifier="RESPONSE1" card', "declared twice"),
        ("<mfrac>", "<mfrac><mi>x</mi>", "mfrac has 3 parts"),
        ("<assessmentItem", "<!DOCTYPE a><assessmentItem", "document type"),
        ("</assessmentItem>", "", "is not XML"),
    ],
)
def test_what_does_not_hang_together_is_found(before, after, fault):
    assert before in ITEM_XML
    with pytest.raises(InputError, match=fault):
        read_item(ITEM_XML.replace(before, after).encode())


@pytest.mark.parametrize("missing", ["imsmanifest.xml", "test.xml", "items/V-CODE1.xml"])
def test_a_package_without_a_file_is_refused(missing):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, data in files(qti_zip(VARIANTS[:1], quantities=("L",))).items():
            if name != missing:
                package.writestr(name, data)
    with pytest.raises(InputError):
        read_package(stream.getvalue())


def test_what_is_no_package_is_refused():
    with pytest.raises(InputError, match="not a package"):
        read_package(b"PK")


def test_a_template_that_spoils_an_item_is_named(tmp_path):
    (tmp_path / "qti_item.j2").write_text("<assessmentItem/>")
    with pytest.raises(TemplateError, match=r"qti_item\.j2: this would not be an item"):
        made(VARIANTS[0], templates=tmp_path)


@pytest.mark.skipif(not SCHEMAS, reason="SYMBACK_QTI_SCHEMAS names no folder with the schemas of the standard")
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.code)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_schemas_hold(variant, language):
    etree = pytest.importorskip("lxml.etree")

    def schema(name):
        (path,) = Path(SCHEMAS).rglob(name)
        return etree.XMLSchema(etree.parse(str(path)))

    item, package = schema("imsqti_v2p1.xsd"), schema("imscp_v1p1.xsd")
    for name, data in files(qti_zip([variant], language=language)).items():
        (package if name == "imsmanifest.xml" else item).assertValid(etree.fromstring(data))


def test_numbers_stand_in_elements_of_their_own():
    for name, data in files(qti_zip(VARIANTS[2:3])).items():
        for math in fromstring(data).iter(MATH + "math"):
            for element in math.iter():
                leaf = element.tag.removeprefix(MATH) in ("mi", "mn", "mo", "mtext")
                assert leaf == bool((element.text or "").strip()), name
                assert all(not (part.tail or "").strip() for part in element), name


def test_names_with_an_accent_are_known_to_the_reader(tmp_path):
    """A hat or a tilde over a letter is mathematics like any other."""
    write_qti(tmp_path / "quiz.zip", variants("rows", 1, 3), LmsOptions())
    assert (tmp_path / "quiz.zip").exists()
