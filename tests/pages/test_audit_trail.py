"""The audit trail on the screen: who did what, filtered; and the proof, as a sentence."""

import pytest
from sqlalchemy import text

from app_pages._audit_values import KEYS, VALUES, told
from models.enums import Role
from models.session import transaction
from settings import get_settings
from tests.factories import person
from tests.pages.conftest import text_of


def test_the_trail_says_who_did_what_newest_first(open_page, sqlite_db):
    shown = text_of(open_page("audit_trail.py", person(Role.QUALITY, login="quentin")))
    assert shown.index("s&#39;est connecté") < shown.index("a donné un rôle") < shown.index("a créé une personne")
    assert "quentin" in shown


def test_the_filter_keeps_what_was_asked_for(open_page, sqlite_db):
    at = open_page("audit_trail.py", person(Role.QUALITY, login="quentin"))
    at.text_input(key="qui").set_value("quentin").run()
    shown = text_of(at)
    assert "s&#39;est connecté" in shown
    assert "a créé une personne" not in shown


def test_a_filter_that_nothing_answers_says_so(open_page, sqlite_db):
    at = open_page("audit_trail.py", person(Role.QUALITY))
    at.text_input(key="element").set_value("<script>").run()
    assert not at.exception
    assert "Aucun événement ne répond" in text_of(at)


def test_older_events_are_one_click_away(open_page, sqlite_db):
    quality = person(Role.QUALITY)
    for n in range(13):
        person(login=f"p{n}")
    for n in range(13):
        person(Role.LEGAL, login=f"l{n}")
    at = open_page("audit_trail.py", quality)
    first = text_of(at)
    at.button(key="older").click().run()
    assert not at.exception
    assert "n° 1<" not in first
    assert "n° 1<" in text_of(at)


def test_a_trail_that_holds_is_said_in_one_sentence(open_page, sqlite_db):
    at = open_page("audit_trail.py", person(Role.QUALITY))
    at.button(key="verify").click().run()
    assert "La piste est intacte" in at.success[0].value


def test_a_changed_event_is_named(open_page, sqlite_db):
    quality = person(Role.QUALITY)
    with transaction() as session:
        session.execute(text("DROP TRIGGER IF EXISTS audit_event_no_update"))
        for (name,) in session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(text("UPDATE audit_event SET actor_login = 'autre' WHERE seq = 2"))
    at = open_page("audit_trail.py", quality)
    at.button(key="verify").click().run()
    assert "ne tient pas à l'événement 2" in at.error[0].value


def test_an_anchor_that_cannot_be_trusted_is_a_sentence(open_page, sqlite_db):
    quality = person(Role.QUALITY)
    get_settings().anchors.mkdir(parents=True)
    (get_settings().anchors / "2026-11-21.jsonl").write_text('{"seq": 1}\n')
    at = open_page("audit_trail.py", quality)
    at.button(key="verify").click().run()
    assert not at.exception
    assert "ne peut pas être vérifiée" in at.error[0].value


@pytest.mark.parametrize(("entity", "key"), [*VALUES, *(("", key) for key in KEYS)])
def test_every_value_of_the_trail_has_words(entity, key):
    kind = VALUES.get((entity, key), ())
    said = [told(entity, key, value.value) for value in kind] or [told(entity, key, None)]
    assert all(" : " in each and "_" not in each for each in said)


def test_an_event_names_its_element_and_keeps_its_proof_folded_away(open_page, sqlite_db):
    quality = person(Role.QUALITY, login="quentin", name="Quentin Vidal")
    shown = text_of(open_page("audit_trail.py", quality))
    assert "« Quentin Vidal »" in shown
    assert "rôle : Qualité" in shown
    assert "<summary>détail</summary>" in shown
    assert quality.id in shown
