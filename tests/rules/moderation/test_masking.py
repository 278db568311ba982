"""What is quoted names nobody: personal data gives way to a word of the same meaning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import PiiKind, Screening
from moderation import masking
from moderation.decision import Verdict
from moderation.detectors.evidence import Evidence, Evidences, Finding, FindingKind, Subject
from moderation.detectors.personal_data.detector import PersonalDataDetector
from moderation.explanation import explain
from moderation.masking import masked, personal_in


def span(start: int | None, end: int | None, label: str = PiiKind.PHONE, kind=FindingKind.PII) -> Finding:
    return Finding("test", "1", kind, label, start, end, "test.rule")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Rappelez-moi au 06 39 98 00 11 svp", "Rappelez-moi au [téléphone] svp"),
        ("écrire à rose.bleue@courriel.example, merci", "écrire à [adresse électronique], merci"),
        ("sécu 2 84 05 88 123 456 75", "sécu [numéro de sécurité sociale]"),
        ("IBAN FR76 3000 6000 0112 3456 7890 189", "IBAN [IBAN]"),
        ("j'habite 4 rue des Lilas, au fond", "j'habite [adresse], au fond"),
        ("la patiente est Mireille Tournebise", "la patiente est [nom]"),
        ("Lot G2207, péremption 03/2027", "Lot G2207, péremption 03/2027"),
    ],
)
def test_each_kind_is_replaced_by_what_it_is(text, shown):
    assert masked(text, personal_in(text)) == shown


def test_an_unknown_kind_is_covered_all_the_same():
    assert masked("code 1234", [span(5, 9, "passport")]) == "code [donnée personnelle]"


def test_a_part_that_cuts_a_number_shows_none_of_its_digits():
    text = "tension. Appelez-moi au 06 39 98 00 11"
    assert masked(text, personal_in(text), 0, 26) == "tension. Appelez-moi au [téléphone]"
    assert masked(text, personal_in(text), 27, 29) == "[téléphone]"


def test_a_finding_without_a_place_covers_nothing():
    assert masked("bonjour", [span(None, None)]) == "bonjour"


PLACES = st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=6)


@given(PLACES, st.integers(0, 60), st.integers(0, 70))
def test_no_covered_character_is_shown_and_every_other_one_is(places, start, end):
    text = "".join(chr(0x4E00 + n) for n in range(60))
    shown = masked(text, [span(a, b) for a, b in places], start, end)
    covered = {n for a, b in places for n in range(max(a, 0), min(b, 60))}
    assert [c for c in shown if c >= "\u4e00"] == [
        c for n, c in enumerate(text) if start <= n < end and n not in covered
    ]


def test_a_detector_that_fails_leaves_nothing_to_read(monkeypatch):
    def fail(_self, _subject):
        raise RecursionError

    monkeypatch.setattr(PersonalDataDetector, "detect", fail)
    assert masked("06 39 98 00 11", masking.personal_in("06 39 98 00 11")) == "[donnée personnelle]"


def explained(text: str, *findings: Finding, emergency: bool = False) -> str:
    verdict = Verdict(Screening.FLAGGED, 0.9, ("score",), (), False, emergency, ())
    pii = PersonalDataDetector().detect(Subject(text))
    return " · ".join(explain(text, verdict, Evidences((Evidence("test", "1", findings), pii))))


def test_a_quote_in_a_reason_names_nobody():
    text = "vertiges chez Mireille Tournebise au 06 39 98 00 11"
    said = explained(text, span(0, len(text) - 6, "skin", FindingKind.REACTION))
    assert "« vertiges chez [nom] au [téléphone] »" in said


def test_a_reason_never_quotes_the_mere_now():
    text = "je veux mourir maintenant"
    findings = [span(8, 14, "suicide", FindingKind.EMERGENCY), span(15, 25, "now", FindingKind.EMERGENCY)]
    said = explained(text, *findings, emergency=True)
    assert "« mourir » : danger possible maintenant (idées suicidaires)" in said
    assert "« maintenant »" not in said
