"""The dossier holds all that proves the publication, and stays what it was."""

import hashlib
import io
import json
from datetime import timedelta

import docx
import pytest
from sqlmodel import select

from compliance import clock
from compliance import people as staff
from compliance.permissions import SYSTEM
from errors import NotPermitted
from models.compliance import AuditEvent
from models.enums import PostStatus, Qualification, Role
from models.publication import ArchiveRecord
from models.session import reading, transaction
from tests.post_factories import HEALTH_TEXT, post_at, sha_of
from workflow import archiving, notes


def words_of(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def published(people, work):
    post = post_at(PostStatus.SCHEDULED, people, HEALTH_TEXT, qualification=Qualification.DISEASE)
    with clock.at(clock.now() + timedelta(hours=24, minutes=1)):
        work()
    return post


def dossier_of(actor, post_id):
    with transaction() as session:
        return archiving.read_dossier(session, actor, post_id=post_id)


def test_the_dossier_tells_content_signatures_publication_and_trail(people_on_both, network, work):
    post = published(people_on_both, work)
    file = dossier_of(people_on_both[Role.AUDITOR], post.id)
    words = words_of(file.content)
    for told in (
        HEALTH_TEXT,
        "Communications",
        "Regulatory",
        "Legal",
        sha_of(post.id),
        "helior_labo",
        "Information sur une maladie",
        "Santé",
    ):
        assert told in words, told
    with reading() as session:
        record = session.exec(select(ArchiveRecord)).one()
    assert hashlib.sha256(record.dossier).hexdigest() == record.dossier_sha256
    facts = json.loads(record.facts_json)
    assert len(facts["signatures"]) == 3
    assert facts["publications"][0]["signed_sha256"] == facts["publications"][0]["readback_sha256"]
    assert facts["status"] == "Publiée"


def test_a_departed_signer_stays_in_the_dossier_as_they_signed(people, network, work):
    """Appendix C 22."""
    post = published(people, work)
    before = dossier_of(people[Role.QUALITY], post.id)
    with transaction() as session:
        staff.revoke_role(session, SYSTEM, user_id=people[Role.LEGAL].id, role=Role.LEGAL, reason="Départ.")
        staff.deactivate_user(session, SYSTEM, user_id=people[Role.LEGAL].id, reason="Départ.")
    after = dossier_of(people[Role.QUALITY], post.id)
    assert after == before
    assert "Juridique" in words_of(after.content)


def test_before_publication_the_dossier_is_provisional_and_reading_it_is_written_down(people):
    post = post_at(PostStatus.IN_REVIEW, people)
    with transaction() as session:
        notes.add_note(session, people[Role.LEGAL], post_id=post.id, text="Vérifier la date.")
    file = dossier_of(people[Role.LEGAL], post.id)
    assert file.provisional
    assert "Vérifier la date." in words_of(file.content)
    with reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "dossier:export")).one()
    assert (event.actor_login, event.entity_id) == ("legal", post.id)


def test_an_administrator_reads_no_dossier(people):
    post = post_at(PostStatus.DRAFT, people)
    with pytest.raises(NotPermitted):
        dossier_of(people[Role.ADMINISTRATOR], post.id)
