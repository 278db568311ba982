"""Five wrong passwords at a signature: nothing is signed, the administrators know, one of them unlocks with a reason."""

import pytest
from sqlmodel import select

from compliance import alerts, clock, lockouts, mails, outbox, people, signatures
from compliance.permissions import SYSTEM
from connectors.mail import Mailer
from errors import NotPermitted, RuleViolated
from models.compliance import AuditEvent
from models.engine_room import OutboxEffect
from models.enums import EffectKind, EffectStatus, Role
from models.session import get, reading, transaction
from models.user import User
from tests.factories import person, proven_nonce

SHA = "a" * 64


@pytest.fixture
def claire(db):
    return person(Role.REGULATORY, login="claire", name="Claire Duval")


@pytest.fixture
def admin(db):
    return person(Role.ADMINISTRATOR, login="julie")


@pytest.fixture
def sent(monkeypatch):
    left = []
    monkeypatch.setattr(Mailer, "send", lambda _self, message, key: left.append((message, key)) or "<id>")
    return left


def lock(actor):
    with transaction() as session:
        nonce_id = signatures.open_signing(session, actor, subject_id="step1", content_sha256=SHA)
    for _ in range(5):
        with transaction() as session:
            refusal = signatures.prove(session, actor, nonce_id=nonce_id, password="wrong")
    return str(refusal)


def work():
    handlers = {EffectKind.MAIL: mails.by_subject(alerts.HANDLERS, outbox.Handler(None, None, None, None))}
    while outbox.run_one("test", handlers):
        pass


def unlock(actor, user_id, reason="Claire a changé de clavier."):
    with transaction() as session:
        lockouts.unlock(session, actor, user_id=user_id, reason=reason)


def listed(actor):
    with reading() as session:
        return lockouts.lockouts(session, actor)


def test_a_lockout_at_signing_is_said_listed_and_mailed_once(claire, admin, sent):
    said = lock(claire)
    assert "Rien n'a été signé" in said
    assert "administrateur" in said
    (row,) = listed(admin)
    assert (row.login, row.locked, row.signing) == ("claire", True, True)
    work()
    work()
    ((message, _key),) = sent
    assert message["To"] == "julie@helior.example"
    assert "claire" in message["Subject"]
    assert "au moment de signer" in message.get_content()


def test_without_an_administrator_there_is_no_mail_and_no_error(claire, sent):
    lock(claire)
    work()
    assert sent == []
    with reading() as session:
        assert session.exec(select(OutboxEffect)).one().status is EffectStatus.CANCELLED


def test_an_administrator_unlocks_with_a_reason_and_the_person_signs_again(claire, admin):
    lock(claire)
    with pytest.raises(RuleViolated, match="raison"):
        unlock(admin, claire.id, " ")
    unlock(admin, claire.id)
    assert listed(admin) == ()
    assert proven_nonce(claire, subject_id="step1", content_sha256=SHA)
    with reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "user:unlock")).one()
    assert (event.actor_login, event.entity_id, event.reason) == ("julie", claire.id, "Claire a changé de clavier.")


def test_nobody_unlocks_themselves_or_without_the_right(claire, admin):
    lock(claire)
    with pytest.raises(NotPermitted):
        unlock(claire, claire.id)
    with pytest.raises(RuleViolated, match="autre administrateur"):
        unlock(admin, admin.id)
    with pytest.raises(NotPermitted):
        listed(claire)
    with reading() as session:
        assert get(session, User, claire.id).locked_until > clock.now()


def test_a_lockout_that_ended_is_still_told_for_a_day(claire, admin):
    lock(claire)
    now = clock.now()
    for after, rows in ((lockouts.SHOWN_FOR / 2, [False]), (lockouts.SHOWN_FOR * 2, [])):
        with clock.at(now + after):
            assert [row.locked for row in listed(admin)] == rows


def test_every_other_mail_goes_to_its_own_handler(db):
    calls = []
    other = outbox.Handler(lambda *_: calls.append("case"), None, None, None)
    with transaction() as session:
        people.create_user(session, SYSTEM, login="x", printed_name="X", email="", password="correct horse battery")
        outbox.enqueue(
            session, kind=EffectKind.MAIL, subject_id="case", key="k", payload={"case_id": "c"}, not_before=clock.now()
        )
    outbox.run_one("test", {EffectKind.MAIL: mails.by_subject(alerts.HANDLERS, other)})
    assert calls == ["case"]
