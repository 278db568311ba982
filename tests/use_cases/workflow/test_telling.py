"""Whoever wrote, submitted or signed a text is told when it is sent back or taken back, with the reason."""

import pytest
from sqlmodel import select

from compliance import mails, outbox
from connectors.mail import Mailer
from models.engine_room import OutboxEffect
from models.enums import DecisionKind, EffectKind, PostStatus, Qualification, Role
from models.session import reading, transaction
from tests.factories import person
from tests.post_factories import HEALTH_TEXT, approve, draft, open_steps, post_at, send_back, sha_of, submit
from tests.use_cases.workflow.test_withdrawals import take_back
from workflow import drafting, reminding

CM = Role.COMMUNITY_MANAGER
HEALTH = {"text": HEALTH_TEXT, "qualification": Qualification.DISEASE}


@pytest.fixture
def told(monkeypatch):
    """Send what waits; return the mails by who gets them."""
    sent = []
    monkeypatch.setattr(Mailer, "send", lambda _self, message, _key: sent.append(message) or "<id>")
    handler = mails.by_subject(reminding.HANDLERS, otherwise=reminding.HANDLERS[reminding.STEP])

    def run():
        while outbox.run_one("test", {EffectKind.MAIL: handler}):
            pass
        return {message["To"].partition("@")[0]: message for message in sent}

    return run


def half_signed(people):
    post = draft(people[CM], **HEALTH)
    submit(people[CM], post.id)
    approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    return post, {step.role: step for step in open_steps(post.id)}


@pytest.mark.parametrize(
    ("kind", "subject"),
    [(DecisionKind.REJECT, "Publication rejetée"), (DecisionKind.REQUEST_CHANGES, "Modifications demandées")],
)
def test_what_is_sent_back_reaches_its_author_and_who_signed_before(people, told, kind, subject):
    post, steps = half_signed(people)
    send_back(people[Role.LEGAL], steps[Role.LEGAL], sha_of(post.id), kind, comment="La source manque.")
    found = told()
    assert set(found) == {"community_manager", "communications"}
    message = found["communications"]
    assert message["Subject"].startswith(subject)
    body = message.get_content()
    assert "La source manque." in body
    assert f"/relecture?post={post.id}&v=1" in body
    assert "mot de passe" in body


def test_an_approval_taken_back_is_told_to_all_but_who_took_it_back(people_on_both, told):
    people = people_on_both
    post = post_at(PostStatus.APPROVED, people, **HEALTH)
    take_back(people[Role.REGULATORY], post.id, Role.REGULATORY)
    found = told()
    assert set(found) == {"community_manager", "communications", "legal"}
    assert "La référence est retirée." in found["legal"].get_content()
    assert "Affaires réglementaires" in found["legal"].get_content()


def test_a_post_withdrawn_is_told_to_who_signed(people, told):
    post, _steps = half_signed(people)
    other = person(CM, login="second.author")
    with transaction() as session:
        drafting.withdraw(session, other, post_id=post.id, row_version=None, reason="Sujet abandonné.")
    found = told()
    assert set(found) == {"community_manager", "communications"}
    assert "Sujet abandonné." in found["communications"].get_content()


def test_whoever_sets_a_draft_of_their_own_aside_is_told_nothing(people, told):
    post_at(PostStatus.WITHDRAWN, people)
    assert told() == {}


def test_a_person_who_left_is_not_told(people, told):
    from compliance import people as staff
    from compliance.permissions import SYSTEM

    post, steps = half_signed(people)
    send_back(people[Role.LEGAL], steps[Role.LEGAL], sha_of(post.id))
    with transaction() as session:
        staff.deactivate_user(session, SYSTEM, user_id=people[Role.COMMUNICATIONS].id, reason="Départ.")
    assert set(told()) == {"community_manager"}
    with reading() as session:
        assert len(session.exec(select(OutboxEffect)).all()) == 2
