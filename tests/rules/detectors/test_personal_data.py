"""What the annotated sentences cannot say of personal data: kinds of numbers, any text at all, time."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.enums import PiiKind
from moderation.detectors.evidence import Finding, Subject
from moderation.detectors.folding import LONGEST
from moderation.detectors.personal_data.detector import PersonalDataDetector


def found(text: str) -> list[Finding]:
    return list(PersonalDataDetector().detect(Subject(text)).findings)


@pytest.mark.parametrize(
    "number",
    [
        "06 39 98 00 11", "0639980011", "06.39.98.00.11", "06-39-98-00-11", "+33 6 39 98 00 11", "0033 6 39 98 00 11",
        "+32 470 12 34 56", "0470/12.34.56", "+41 79 555 01 02", "079 555 01 02", "+1 514 555 0123", "(514) 555-0123",
        "07700 900123", "020 7946 0000", "+44 7700 900 123", "(01584) 496 220", "+353 86 555 0170", "086 555 0170",
        "614-555-0137", "+91 98200 55512", "98200 55512", "9820055512", "+229 97 40 12 66",
    ],
)  # fmt: skip
def test_telephones_of_the_countries_where_we_are_read(number: str) -> None:
    [finding] = found(f"appelez le {number}, merci")
    assert (finding.label, finding.start, finding.end) == (PiiKind.PHONE, 11, 11 + len(number))


@pytest.mark.parametrize(
    "text",
    [
        "né le 03/06/1997", "le 14.02.2026 à 18 h 30", "lot 4471-22, exp 03/27", "tension 12/8, poids 71,5",
        "123456789", "1 000 000 de boîtes", "code 44 100", "2026-11-22", "40 boîtes à 2,50 et 15 à 5",
    ],
)  # fmt: skip
def test_dates_batches_and_sums_are_no_numbers_of_a_person(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("2 84 05 88 123 456 75", PiiKind.NIR),
        ("284058812345675", PiiKind.NIR),
        ("my NHS number 943 476 5919", PiiKind.NIR),
        ("FR76 3000 6000 0112 3456 7890 189", PiiKind.IBAN),
        ("rose@courriel.example", PiiKind.EMAIL),
        ("rose (at) courriel (dot) example", PiiKind.EMAIL),
    ],
)
def test_other_identifiers(text: str, kind: PiiKind) -> None:
    assert [f.label for f in found(text)] == [kind]


PIECES = st.sampled_from(
    ["Mme", "Dr ", "Jean", "Dupont", "DUPONT", "12 rue", "des Lilas", "06 39", "98 00 11", "@", ".example", " at ", "zéro ",
     "six", "Flat 2,", "Road", "SW1A 1AA", "e\u0301", "\u200b", "œ", "\n"]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(st.characters(), max_size=10)), max_size=16)


@settings(deadline=None)
@given(text=TEXTS.map(" ".join) | TEXTS.map("".join))
def test_spans_are_inside_any_text_in_order_and_apart(text: str) -> None:
    last: int | None = 0
    for finding in found(text):
        assert last <= finding.start < finding.end <= len(text)
        last = finding.end


@pytest.mark.parametrize(
    "unit",
    [
        "A-",
        "Aa ",
        "A. ",
        "rue ",
        "3 rue de la ",
        "0 ",
        "0.",
        "zero un ",
        "oh one ",
        "a.",
        " at a",
        "Flat 1, Aa Street, ",
    ],
)
def test_no_text_takes_long(unit: str) -> None:
    started = time.process_time()
    found("3 rue " + unit * (LONGEST // len(unit)))
    assert time.process_time() - started < 8
