"""The archive: what was published is found again, and taken out with what checks it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from app_pages import _archive
from compliance import accounts, clock, outbox, verify_dossier
from compliance.keys import installation_key
from models.compliance import AuditEvent
from models.enums import EffectKind, PostStatus, Qualification, Role
from models.session import reading
from tests.pages.conftest import session_token, text_of
from tests.post_factories import HEALTH_TEXT, post_at, schedule
from tests.use_cases.workflow.fake_network import FakeChannel
from workflow.archives import Period
from workflow.publishing import PUBLISH_HANDLER


@pytest.fixture
def post(people, monkeypatch):
    """A post on health that went out a minute ago."""
    channel = FakeChannel()
    monkeypatch.setattr(accounts, "open_channel", lambda _account: channel)
    now = clock.now()
    with clock.at(now - timedelta(days=1)):
        made = post_at(PostStatus.APPROVED, people, HEALTH_TEXT, qualification=Qualification.DISEASE)
        schedule(people[Role.COMMUNITY_MANAGER], made.id, now - timedelta(minutes=1))
    while outbox.run_one("test", {EffectKind.PUBLISH: PUBLISH_HANDLER}):
        pass
    return made


def exported(at):
    return [each for each in at.get("download_button") if each.key == "inspection_file"]


def test_a_published_text_is_found_by_its_words_and_opened(open_page, people, post):
    at = open_page("archive.py", people[Role.AUDITOR])
    assert not at.exception
    assert HEALTH_TEXT in text_of(at)
    assert "Legal (Juridique)" in text_of(at)
    at.text_input(key="mots").set_value("introuvable").run()
    assert "Rien de publié ne répond" in text_of(at)
    at.text_input(key="mots").set_value(["sommeil", "horaires"][1]).run()
    assert HEALTH_TEXT in text_of(at)


def test_an_inspection_is_exported_in_one_click_and_holds(open_page, people, post):
    at = open_page("archive.py", people[Role.QUALITY])
    assert not exported(at)
    at.button(key="inspection").click().run()
    assert not at.exception
    assert "vérificateur" in text_of(at)
    made = at.session_state["_visit"][1][_archive.MADE][1]
    trusted = verify_dossier.read_key(installation_key().public_pem.encode())
    assert verify_dossier.verify(made.content, [trusted]).broken == []
    with reading() as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.action == "inspection:export")).all()
    assert [event.actor_login for event in events] == ["quality"], "once, whatever the page draws again"


def test_without_the_right_there_is_no_export_and_an_empty_archive_says_what_comes(open_page, people):
    at = open_page("archive.py", people[Role.COMMUNITY_MANAGER])
    assert not at.exception
    assert "été publié dans cette période" in text_of(at)
    assert not [each for each in at.button if each.key == "inspection"]


def test_nothing_to_export_is_said_where_it_was_asked_for(open_page, people):
    at = open_page("archive.py", people[Role.AUDITOR])
    at.button(key="inspection").click().run()
    assert "rien à exporter" in at.error[0].value


def test_the_register_is_taken_out_under_the_persons_own_session(people):
    day = clock.paris(clock.now()).date()
    token = session_token(people[Role.LEGAL])
    assert _archive.register(token, Period(day, day), docx=True)[:2] == b"PK"
    with reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "register:export")).one()
    assert event.actor_login == "legal"
