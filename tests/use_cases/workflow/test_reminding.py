"""Reminders, escalation and the digest: each mail once, to the right people; nothing is ever approved by time."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlmodel import col, select

from compliance import clock, mails, outbox
from connectors.mail import Mailer
from models.compliance import AuditEvent
from models.engine_room import OutboxEffect
from models.enums import EffectKind, EffectStatus, PostStatus, Role
from models.session import reading, transaction
from tests.factories import person
from tests.post_factories import approve, load, open_steps, post_at, sha_of
from workflow import delegations, reminding, step_claims

MONDAY = datetime(2040, 3, 5, 8, tzinfo=UTC)
DAYS = [MONDAY + timedelta(hours=4), MONDAY + timedelta(days=1), MONDAY + timedelta(days=1, hours=3)]


@pytest.fixture
def box(monkeypatch) -> list[EmailMessage]:
    sent: list[EmailMessage] = []

    def send(_self, message, key):
        sent.append(message)
        return f"<{key}>"

    monkeypatch.setattr(Mailer, "send", send)
    return sent


def waiting_post(people):
    with clock.at(MONDAY):
        return post_at(PostStatus.IN_REVIEW, people)


def mail_at(moment, box) -> list[EmailMessage]:
    before = len(box)
    handler = mails.by_subject(reminding.HANDLERS, otherwise=reminding.HANDLERS[reminding.STEP])
    with clock.at(moment):
        with transaction() as session:
            reminding.queue_reminders(session)
        while outbox.run_one("test", {EffectKind.MAIL: handler}):
            pass
    return box[before:]


def to(message):
    return message["To"].partition("@")[0]


def test_a_step_is_recalled_at_half_time_at_its_deadline_then_to_the_administrators(people_on_both, box):
    """I18: and it still waits for a signature."""
    post = waiting_post(people_on_both)
    assert mail_at(MONDAY + timedelta(hours=3, minutes=59), box) == []
    for moment, told in zip(DAYS, (["communications"], ["communications"], ["administrator"]), strict=True):
        assert [to(message) for message in mail_at(moment, box)] == told
        assert mail_at(moment, box) == []
    assert mail_at(MONDAY + timedelta(days=400), box) == []
    assert load(post.id).status is PostStatus.IN_REVIEW
    assert len(open_steps(post.id)) == 1
    with reading() as session:
        escalated = select(AuditEvent).where(col(AuditEvent.action) == "step:escalate")
        assert [event.actor_login for event in session.exec(escalated)] == ["covigie"]


def test_a_reminder_leads_to_the_exact_version_and_signs_nothing(people, box):
    post = waiting_post(people)
    (message,) = mail_at(DAYS[0], box)
    body = message.get_content()
    (step,) = open_steps(post.id)
    assert f"/relecture?post={post.id}&v=1&etape={step.id}" in body
    assert "Rien n'est signé sans votre mot de passe" in body
    assert "Course solidaire" in message["Subject"]
    assert load(post.id).status is PostStatus.IN_REVIEW


def test_a_title_writes_no_header(people, box):
    with clock.at(MONDAY):
        post_at(PostStatus.IN_REVIEW, people, title="Course\r\nBcc: x@y.example")
    (message,) = mail_at(DAYS[0], box)
    assert "Bcc" not in message


def test_who_took_the_step_on_is_recalled_alone_at_first_and_a_stand_in_too(people, box):
    second = person(Role.COMMUNICATIONS, login="second")
    with clock.at(MONDAY), transaction() as session:
        delegations.delegate_role(
            session, second, delegate_id=people[Role.MEDICAL].id, role=Role.COMMUNICATIONS,
            first_day=MONDAY.date(), last_day=MONDAY.date() + timedelta(days=9),
        )  # fmt: skip
    post = waiting_post(people)
    with clock.at(MONDAY), transaction() as session:
        step_claims.claim_step(session, second, step_id=open_steps(post.id)[0].id)
    assert [to(message) for message in mail_at(DAYS[0], box)] == ["second"]
    assert {to(message) for message in mail_at(DAYS[1], box)} == {"second", "communications", "medical"}


def test_a_step_signed_meanwhile_sends_nothing(people, box):
    post = waiting_post(people)
    with clock.at(DAYS[0]):
        with transaction() as session:
            assert reminding.queue_reminders(session) == 1
        approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    assert mail_at(DAYS[0], box) == []
    with reading() as session:
        mails_of = select(OutboxEffect).where(col(OutboxEffect.kind) == EffectKind.MAIL)
        assert [each.status for each in session.exec(mails_of)] == [EffectStatus.CANCELLED]


def test_the_digest_of_the_morning_comes_once_to_those_for_whom_something_waits(people_on_both, box):
    waiting_post(people_on_both)
    opens = datetime(2040, 3, 6, 7, tzinfo=UTC)
    for moment, queued in ((opens - timedelta(minutes=1), 0), (opens, 1), (opens + timedelta(hours=2), 0)):
        with clock.at(moment), transaction() as session:
            assert reminding.queue_digests(session) == queued
    with clock.at(opens):
        while outbox.run_one("test", {EffectKind.MAIL: reminding.HANDLERS[reminding.DIGEST]}):
            pass
    (message,) = box
    assert to(message) == "communications"
    assert "À signer aujourd'hui : 1" in message["Subject"]
    assert "Course solidaire" in message.get_content()


def test_my_calendar_holds_my_deadlines_alone(people):
    waiting_post(people)
    with clock.at(MONDAY), reading() as session:
        mine = reminding.my_calendar(session, people[Role.COMMUNICATIONS]).decode()
        others = reminding.my_calendar(session, people[Role.LEGAL]).decode()
    assert "DTSTART:20400305T160000Z" in mine
    assert "BEGIN:VEVENT" not in others
