"""What other products got wrong: the acceptance tests that no other file of this folder holds, by their number.

1, 5, 14, 15, 16, 22: test_review · 2, 3, 7, 10, 13: test_drafting · 12, 18: test_publishing · 6: test_review.
"""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text as sql
from sqlmodel import col, select

from compliance import audit, clock, signatures
from compliance.audit import AuditAction
from compliance.permissions import SYSTEM
from errors import RuleViolated
from models.compliance import AuditEvent
from models.enums import PostStatus, PublicationStatus, Role, Severity
from models.publication import Publication
from models.session import reading, transaction
from models.user import User
from tests.factories import PASSWORD
from tests.post_factories import load, open_steps, post_at, schedule, sha_of, slot
from workflow import checks
from workflow.checks import Bilingual, RuleFinding

LAPSE = RuleFinding(
    rule="GP-04",
    pack_version="1",
    severity=Severity.BLOCK,
    field="visa",
    start=None,
    end=None,
    excerpt="",
    message=Bilingual("Le visa est expiré.", "The visa has expired."),
    fix=Bilingual("", ""),
    references=("L. 5122-8 CSP",),
    confidence="H",
)


@pytest.fixture
def lapses(monkeypatch):
    """A rule that blocks from a moment on, as a visa's end does."""

    def from_moment(moment: datetime):
        def rule(post, _register, *, today, pack=None):
            return [LAPSE] if post.planned_at and post.planned_at >= moment else []

        monkeypatch.setattr(checks, "check_post", rule)

    return from_moment


def status(post_id):
    with reading() as session:
        return session.exec(select(Publication.status).where(Publication.post_id == post_id)).all()


def test_8_scheduling_judges_the_new_date(people_on_both, lapses):
    post = post_at(PostStatus.APPROVED, people_on_both, planned_at=slot(24))
    lapses(slot(72))
    with pytest.raises(RuleViolated, match="bloquants"):
        schedule(people_on_both[Role.COMMUNITY_MANAGER], post.id, slot(96))
    assert load(post.id).status is PostStatus.APPROVED
    schedule(people_on_both[Role.COMMUNITY_MANAGER], post.id, slot(48))
    assert load(post.id).status is PostStatus.SCHEDULED
    with pytest.raises(RuleViolated, match="bloquants"):
        schedule(people_on_both[Role.COMMUNITY_MANAGER], post.id, slot(96))
    assert status(post.id) == [PublicationStatus.SCHEDULED]


def test_26_what_lapses_between_approval_and_publication_does_not_leave(people, lapses, network, work):
    post = post_at(PostStatus.SCHEDULED, people)
    lapses(slot(1))
    with clock.at(slot(25)):
        work()
    assert network.posts == []
    assert status(post.id) == [PublicationStatus.HELD]


def test_20_a_hundred_events_in_one_second_keep_their_order(db):
    with clock.at(clock.now()):
        for n in range(100):
            with transaction() as session:
                audit.record(session, SYSTEM, AuditAction.POST_NOTE, "post", f"p{n}")
    with reading() as session:
        events = session.exec(select(AuditEvent).order_by(col(AuditEvent.seq))).all()
        assert [event.entity_id for event in events] == [f"p{n}" for n in range(100)]
        assert audit.verify_chain(session).problem is None


def test_21_a_clock_set_back_changes_no_order(people):
    post = post_at(PostStatus.IN_REVIEW, people)
    with clock.at(clock.now() - timedelta(hours=1)), transaction() as session:
        audit.record(session, SYSTEM, AuditAction.POST_NOTE, "post", post.id)
    with reading() as session:
        events = session.exec(select(AuditEvent).order_by(col(AuditEvent.seq))).all()
        assert events[-1].at < events[-2].at
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert audit.verify_chain(session).problem is None


def test_23_guessing_a_password_at_signing_locks_and_is_written_down(people):
    post = post_at(PostStatus.IN_REVIEW, people)
    actor = people[Role.COMMUNICATIONS]
    with transaction() as session:
        nonce = signatures.open_signing(
            session, actor, subject_id=open_steps(post.id)[0].id, content_sha256=sha_of(post.id)
        )
    refusals = []
    for guess in ["1", "2", "3", "4", "5", PASSWORD]:
        with transaction() as session:
            refusals.append(signatures.prove(session, actor, nonce_id=nonce, password=guess))
    assert all(refusals)
    assert "verrouillé" in str(refusals[-1])
    with reading() as session:
        assert session.get(User, actor.id).locked_until
        actions = [event.action for event in session.exec(select(AuditEvent))]
        assert actions.count("signature:refused") == 5
        assert actions.count("user:locked") == 1


@pytest.mark.parametrize("column", ["action", "entity_id", "actor_login", "reason", "prev_hash"])
def test_25_one_changed_value_in_a_post_s_trail_is_found(people_on_both, column):
    post_at(PostStatus.APPROVED, people_on_both)
    with transaction() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(sql("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
        else:
            session.execute(sql("DROP TRIGGER audit_event_refuses_update"))
        session.execute(sql(f"UPDATE audit_event SET {column} = 'x' WHERE seq = 30"))
    with reading() as session:
        assert audit.verify_chain(session).problem.seq == 30
