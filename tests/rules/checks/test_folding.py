"""Folding keeps every folded character's place in the source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.checks.folding import fold


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        ("Élégant", "elegant"),
        ("E\u0301le\u0301gant", "elegant"),
        ("l’œuvre «\u00a0n°\u202f1\u00a0»", 'l\'oeuvre " n° 1 "'),
        ("𝗴𝗮𝗿𝗮𝗻𝘁𝗶 ﬁn", "garanti fin"),
        ("sans\u00addanger, Rino\u200bzel®", "sansdanger, rinozel"),
        ("1️⃣", "1"),
    ],
)
def test_folds_accents_case_and_typography(source: str, folded: str) -> None:
    assert fold(source).text == folded


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        ("#SansRisque", "#sans risque"),
        ("#ANSMRegles", "#ansm regles"),
        ("#Numero1France", "#numero 1 france"),
        ("@sans_risque", "@sans risque"),
        ("EasyDose #Écoute", "easydose #ecoute"),
    ],
)
def test_splits_hashtags_and_handles_alone(source: str, folded: str) -> None:
    assert fold(source, split_tags=True).text == folded


@given(st.text(), st.booleans())
def test_maps_every_folded_span_back(source: str, tags: bool) -> None:
    folded = fold(source, split_tags=tags, all_tags=tags)
    assert len(folded.index) == len(folded.text)
    assert list(folded.index) == sorted(folded.index)
    for position in range(len(folded.text)):
        start, end = folded.span(position, position + 1)
        assert 0 <= start < end <= len(source)
