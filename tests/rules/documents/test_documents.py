"""The documents that leave the house: opened again, they say what they were given, whole and reproducible."""

import io
import time
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.documents import printable, shown
from moderation.cioms import CiomsReport, build_cioms
from tests.rules.documents.samples import NOON, PAYLOAD, SIGNED, TEXT, VARIANT, comment, dossier, report
from workflow.dossier import build_dossier

HOSTILE = "a\x00b\x0bc\x1f \x7f\x85 \u202egnihsif\u202c \ud800 \ufffe 👩‍⚕️ <w:t>&amp;</w:t> ]]> {x} %s עברית 漢字\r\nligne\tdeux"


def read(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def words(content: bytes) -> str:
    document = read(content)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def cells(content: bytes) -> dict[str, str]:
    return {row.cells[0].text: row.cells[1].text for table in read(content).tables for row in table.rows}


def test_dossier_holds_the_text_and_payload_exactly_as_signed() -> None:
    said = words(build_dossier(dossier()))
    assert TEXT in said
    assert PAYLOAD in said
    assert VARIANT in said


def test_dossier_shows_each_signature_as_signed() -> None:
    said = words(build_dossier(dossier()))
    for expected in (
        "Claire Morel",
        "claire.morel",
        "Affaires réglementaires",
        "conforme à la réglementation",
        "k-2026-01",
    ):
        assert expected in said
    assert "20/11/2026 12:05:03 (Paris)\n2026-11-20 11:05:03 UTC" in said
    assert SIGNED in said
    assert "signatures électroniques simples au sens du règlement (UE) n° 910/2014 (eIDAS)" in said


def test_dossier_shows_findings_decisions_notes_receipt_and_events() -> None:
    said = words(build_dossier(dossier()))
    for expected in ("PRO-02b", "sans objet", "Citation d'une idée reçue", "modifications demandées", "Source ?"):
        assert expected in said
    for expected in ("1859000000000000001", "☒ identique au contenu signé", "☐ ÉCART CONSTATÉ", "approve_step"):
        assert expected in said


def test_dossier_says_when_what_was_read_back_differs() -> None:
    sound = dossier()
    changed = replace(sound, publications=(replace(sound.publications[0], readback_sha256=SIGNED),))
    said = words(build_dossier(changed))
    assert "☒ ÉCART CONSTATÉ" in said
    assert "☐ identique au contenu signé" in said


def test_dossier_does_not_call_identical_what_was_not_read_back() -> None:
    sound = dossier()
    unread = replace(sound.publications[0], readback_sha256="", readback_at=None)
    said = words(build_dossier(replace(sound, publications=(unread,))))
    assert "☐ relu chez le réseau" in said
    assert "☐ identique au contenu signé" in said


def test_dossier_without_anything_says_so() -> None:
    empty = replace(
        dossier(0), versions=(), variants=(), decisions=(), signatures=(), notes=(), publications=(), events=()
    )
    said = words(build_dossier(empty))
    for expected in (
        "Aucune signature.",
        "Aucune décision.",
        "Rien n'a été publié.",
        "Aucun constat",
        "Aucun événement.",
    ):
        assert expected in said


def test_dossier_holds_200_findings_with_repeated_titles() -> None:
    begun = time.perf_counter()
    content = build_dossier(dossier(200))
    assert time.perf_counter() - begun < 10
    table = next(table for table in read(content).tables if table.rows[0].cells[0].text == "Règle")
    assert len(table.rows) == 201
    assert "« sans risque 200 » (texte)" in table.rows[200].cells[2].text
    assert "w:tblHeader" in table.rows[0]._tr.xml
    assert "w:cantSplit" in table.rows[200]._tr.xml


def test_every_page_carries_reference_and_number() -> None:
    section = read(build_dossier(dossier())).sections[0]
    footer = "".join(paragraph._p.xml for paragraph in section.footer.paragraphs)
    assert SIGNED in footer
    assert "NUMPAGES" in footer
    assert "covigie" in section.header.paragraphs[0].text


def test_properties_come_from_the_input() -> None:
    properties = read(build_dossier(dossier())).core_properties
    assert properties.created == properties.modified == datetime(2026, 11, 20, 14, 0, 3, tzinfo=UTC)
    assert properties.author == "covigie"
    assert "Saison des pollens" in properties.title


@pytest.mark.parametrize("build", [lambda: build_dossier(dossier()), lambda: build_cioms(report())])
def test_same_input_gives_the_same_bytes(build: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build()
    later = time.localtime(time.time() + 86_400)
    monkeypatch.setattr(time, "localtime", lambda *_: later)
    assert build() == first
    assert zipfile.ZipFile(io.BytesIO(first)).testzip() is None


def test_report_holds_the_comment_word_for_word_with_its_context() -> None:
    content = build_cioms(report())
    said = words(content)
    for expected in (
        comment().text,
        "Faites mesurer votre tension.",
        "Et vous, comment ça se passe ?",
        comment().text_sha256,
    ):
        assert expected in said
    held = cells(content)
    assert held["Lien permanent"] == comment().permalink
    assert held["Publié le"].startswith("20/11/2026 09:00:03 (Paris)")
    assert held["Reçu le"].startswith("20/11/2026 09:02:03 (Paris)")


def test_report_shows_clocks_criteria_and_seriousness() -> None:
    content = build_cioms(report())
    held = cells(content)
    assert held["Jour zéro"] == "20/11/2026"
    assert held["À déclarer à l'autorité avant le"] == "05/12/2026"
    assert held["Preuve de la prise de connaissance"] == "reçu par le système, événement brut 01HRAW"
    assert held["Cas grave"] == "oui"
    assert held["Patient identifiable"] == "oui"
    said = words(content)
    assert "☒ hospitalisation ou prolongation" in said
    assert "☐ décès" in said
    assert "Brouillon : non codé en MedDRA" in said


def test_report_shows_what_is_missing_as_not_given() -> None:
    bare = CiomsReport("2026-0001", "pharmacovigilance", NOON, NOON, "relevé", NOON + timedelta(days=1))
    content = build_cioms(bare)
    held = cells(content)
    for label in ("Jour zéro", "À déclarer à l'autorité avant le", "Âge (2a)", "Sexe (3)", "Cas grave", "Pays (1a)"):
        assert held[label] == "non renseigné"
    assert "Produits suspects : non renseigné" in words(content)
    assert "Réactions : non renseigné" in words(content)


def test_report_holds_several_comments_and_products() -> None:
    other = comment("Et moi j'ai eu des vertiges.")
    said = words(build_cioms(report(comments=(comment(), other))))
    assert "Commentaire 2 · Facebook" in said
    assert other.text in said


def test_hostile_text_is_shown_and_never_fails() -> None:
    sound = dossier()
    content = build_dossier(replace(sound, title=HOSTILE, variants=(replace(sound.variants[0], text=HOSTILE),)))
    said = words(content)
    for expected in (
        "a␀b␋c␟",
        "␡",
        "⟨U+202E⟩gnihsif",
        "⟨U+D800⟩",
        "⟨U+FFFE⟩",
        "<w:t>&amp;</w:t>",
        "漢字",
        "ligne\tdeux",
    ):
        assert expected in said
    assert "⟨U+202E⟩gnihsif" in words(build_cioms(report(comments=(comment(HOSTILE),), number=HOSTILE)))


@settings(max_examples=10, deadline=None)
@given(st.text(st.characters(codec=None)))
def test_any_unicode_can_be_printed(text: str) -> None:
    said = words(build_cioms(report(comments=(comment(text),), questions=(text,), officer_narrative=text)))
    assert printable(text) in said


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "non renseigné"),
        ("", "non renseigné"),
        ((), "non renseigné"),
        (False, "non"),
        (True, "oui"),
        (0, "0"),
        (("a", "b"), "a, b"),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "02/07/2026 00:30:00 (Paris)\n2026-07-01 22:30:00 UTC"),
    ],
)
def test_shows_a_value_or_that_it_is_missing(value: object, expected: str) -> None:
    assert shown(value) == expected


def test_names_of_the_archive_are_those_of_a_word_document() -> None:
    names = zipfile.ZipFile(io.BytesIO(build_dossier(dossier()))).namelist()
    assert {"[Content_Types].xml", "word/document.xml", "docProps/core.xml"} <= set(names)
    assert not any(Path(name).is_absolute() for name in names)
