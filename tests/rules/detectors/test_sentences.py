"""The annotated sentences beside each detector are its specification."""

import re
from pathlib import Path

import pytest

import moderation.detectors
from moderation.detectors.catalogue import Catalogue
from moderation.detectors.evidence import Finding, FindingKind
from moderation.screening import Analysis, Subject, conclude, detectors_for, gather

DETECTORS = Path(moderation.detectors.__file__).parent
TAG = re.compile(r"<([^<>/]+)>(.*?)</\1>")
Sentence = tuple[str, ...]


def sentences(folder: str) -> list[Sentence]:
    """Return the lines of a detector's sentences, split into fields."""
    lines = (DETECTORS / folder / "sentences.txt").read_text("utf-8").splitlines()
    return [
        tuple(f.strip() for f in re.split(r"\s*\|\s?", line)) for line in lines if line and not line.startswith("#")
    ]


def marked(text: str) -> tuple[str, list[tuple[str, int, int]]]:
    """Return the plain text and its annotations (label, start, end)."""
    plain, labels, position = "", [], 0
    for match in TAG.finditer(text):
        plain += text[position : match.start()]
        labels.append((match.group(1), len(plain), len(plain) + len(match.group(2))))
        plain += match.group(2)
        position = match.end()
    return plain + text[position:], labels


def split(folder: str, sign: str) -> list[Sentence]:
    """Return the sentences of one sign, without it."""
    signed = [(first, rest) for first, *rest in sentences(folder) if first.startswith(sign)]
    return [(first.removeprefix(sign).strip(), *rest) for first, rest in signed]


def analysed(text: str, catalogue: Catalogue) -> Analysis:
    """Return what the rules say without the model: the sentences specify the terms beside them."""
    return conclude(Subject(text), gather(Subject(text), detectors_for(catalogue)))


def spans(findings: list[Finding]) -> list[tuple[str, int | None, int | None]]:
    return [(f.label, f.start, f.end) for f in findings]


def overlaps(finding: Finding, start: int, end: int) -> bool:
    return finding.start is not None and finding.end is not None and finding.start < end and finding.end > start


@pytest.mark.parametrize(("lang", "text"), sentences("language"))
def test_language_is_told_or_left_open(lang: str, text: str, catalogue: Catalogue) -> None:
    assert analysed(text, catalogue).lang == lang


@pytest.mark.parametrize(("_lang", "text"), split("products", "+"))
def test_products_are_found_as_they_are_typed(_lang: str, text: str, catalogue: Catalogue) -> None:
    plain, labels = marked(text)
    assert spans(analysed(plain, catalogue).products) == labels


@pytest.mark.parametrize(("_lang", "text"), split("products", "-"))
def test_products_are_not_seen_in_common_words(_lang: str, text: str, catalogue: Catalogue) -> None:
    assert spans(analysed(text, catalogue).products) == []


@pytest.mark.parametrize(("_lang", "text"), split("adverse_event", "+"))
def test_reactions_are_found(_lang: str, text: str, catalogue: Catalogue) -> None:
    plain, labels = marked(text)
    found = analysed(plain, catalogue).evidence.findings(FindingKind.REACTION)
    assert labels
    for _label, start, end in labels:
        assert any(overlaps(f, start, end) for f in found)


@pytest.mark.parametrize(("_lang", "text"), split("adverse_event", "-"))
def test_reactions_are_not_seen_in_plain_talk(_lang: str, text: str, catalogue: Catalogue) -> None:
    assert spans(analysed(text, catalogue).evidence.findings(FindingKind.REACTION)) == []


LABELLED = [("situations", FindingKind.SITUATION), ("seriousness", FindingKind.SERIOUSNESS)]


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for folder, kind in LABELLED for _lang, text in split(folder, "+")]
)
def test_cues_carry_their_label(kind: FindingKind, text: str, catalogue: Catalogue) -> None:
    plain, labels = marked(text)
    found = analysed(plain, catalogue).evidence.findings(kind)
    assert labels
    for label, start, end in labels:
        assert any(f.label == label and overlaps(f, start, end) for f in found)


@pytest.mark.parametrize(
    ("kind", "label", "text"),
    [(kind, label, text) for folder, kind in LABELLED for label, _lang, text in split(folder, "-")],
)
def test_cues_do_not_fire_on_other_things(kind: FindingKind, label: str, text: str, catalogue: Catalogue) -> None:
    assert label not in {f.label for f in analysed(text, catalogue).evidence.findings(kind)}


@pytest.mark.parametrize(("_lang", "text"), split("emergency", "!"))
def test_danger_now_is_an_emergency(_lang: str, text: str, catalogue: Catalogue) -> None:
    assert analysed(text, catalogue).emergency


@pytest.mark.parametrize(("_lang", "text"), split("emergency", "."))
def test_what_is_past_or_mild_is_no_emergency(_lang: str, text: str, catalogue: Catalogue) -> None:
    assert not analysed(text, catalogue).emergency


@pytest.mark.parametrize(("_lang", "text"), split("personal_data", "+"))
def test_personal_data_are_found_exactly(_lang: str, text: str, catalogue: Catalogue) -> None:
    plain, labels = marked(text)
    assert spans(analysed(plain, catalogue).pii) == labels


@pytest.mark.parametrize(("_lang", "text"), split("personal_data", "-"))
def test_numbers_and_greetings_are_no_personal_data(_lang: str, text: str, catalogue: Catalogue) -> None:
    assert spans(analysed(text, catalogue).pii) == []


@pytest.mark.parametrize(("intent", "_lang", "text"), sentences("intent"))
def test_intent_is_the_main_one(intent: str, _lang: str, text: str, catalogue: Catalogue) -> None:
    assert analysed(text, catalogue).intent == intent
