"""I20: an approval is good for the days of its circuit, and until its slot; nothing leaves on one that is over."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from compliance import clock, mails, outbox
from compliance.permissions import SYSTEM
from connectors.mail import Mailer
from errors import InvalidInput, RuleViolated
from models.enums import EffectKind, PostAction, PostStatus, PublicationStatus, Role
from models.publication import Publication
from models.session import reading, transaction
from tests.post_factories import (
    approve_all,
    draft,
    edit,
    forge_approval_days,
    load,
    open_steps,
    post_at,
    schedule,
    submit,
)
from workflow import circuits, lapsing, planning, publishing, reminding, views
from workflow.expiry import Approval, Expiry, expiry_of

CM = Role.COMMUNITY_MANAGER
MONDAY = datetime(2040, 3, 5, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def approval(**fields):
    return Approval(**({"round_id": "r", "since": MONDAY, "approved_at": MONDAY, "days": 90} | fields))


@pytest.mark.parametrize(
    ("after", "fields", "expected"),
    [
        (DAY, {}, Expiry.GOOD),
        (76 * DAY, {}, Expiry.LAPSING),
        (90 * DAY, {}, Expiry.EXPIRED),
        (DAY, {"slot": MONDAY}, Expiry.SLOT_PASSED),
        (91 * DAY, {"slot": MONDAY}, Expiry.EXPIRED),
        (5 * DAY, {"days": 9}, Expiry.GOOD),
        (6 * DAY, {"days": 9}, Expiry.LAPSING),
    ],
)
def test_where_an_approval_stands(after, fields, expected):
    assert expiry_of(approval(**fields), MONDAY + after) is expected


@pytest.fixture
def approved(people_on_both):
    with clock.at(MONDAY):
        return people_on_both, post_at(PostStatus.APPROVED, people_on_both)


def actions(people, post):
    with reading() as session:
        return views.post_view(session, people[CM], post_id=post.id).actions


def test_past_its_days_it_is_refused_unscheduled_and_signed_again(approved):
    people, post = approved
    with clock.at(MONDAY + DAY):
        with pytest.raises(RuleViolated, match="valable que jusqu'au 03/06/2040"):
            schedule(people[CM], post.id, MONDAY + 91 * DAY)
        assert PostAction.SUBMIT not in actions(people, post)
        with pytest.raises(RuleViolated, match="encore valable"):
            submit(people[CM], post.id)
    with clock.at(MONDAY + 90 * DAY):
        with pytest.raises(RuleViolated, match="Approbation périmée"):
            schedule(people[CM], post.id, MONDAY + 91 * DAY)
        assert PostAction.SUBMIT in actions(people, post)
        submit(people[CM], post.id)
        assert open_steps(post.id), "nobody's old signature is carried over"
        approve_all(post.id, people)
        schedule(people[CM], post.id, MONDAY + 91 * DAY)
    assert load(post.id).status is PostStatus.SCHEDULED


def test_it_is_asked_again_when_the_post_leaves(people, network, work):
    """The days were changed behind the application: the publication's own gate holds it."""
    with clock.at(MONDAY):
        post = post_at(PostStatus.APPROVED, people)
        schedule(people[CM], post.id, MONDAY + 60 * DAY)
    forge_approval_days(30)
    with clock.at(MONDAY + 60 * DAY):
        work()
    assert network.posts == []
    with reading() as session:
        held = session.exec(select(Publication)).one()
    assert held.status is PublicationStatus.HELD
    assert "périmée" in held.last_error


def test_signed_after_its_slot_it_needs_a_new_one_and_nothing_leaves(people, network, work):
    with clock.at(MONDAY):
        post = draft(people[CM], planned_at=MONDAY + DAY)
        submit(people[CM], post.id)
    with clock.at(MONDAY + 2 * DAY):
        approve_all(post.id, people)
        assert load(post.id).status is PostStatus.APPROVED
        with pytest.raises(RuleViolated, match="Approbation périmée"), transaction() as session:
            publishing.schedule(session, people[CM], post_id=post.id, row_version=None)
        work()
        assert network.posts == []
        schedule(people[CM], post.id, MONDAY + 3 * DAY)
    with clock.at(MONDAY + 3 * DAY):
        work()
    assert len(network.posts) == 1


def test_an_approval_is_as_old_as_its_oldest_signature(people):
    with clock.at(MONDAY):
        post = draft(people[CM])
        submit(people[CM], post.id)
        approve_all(post.id, people)
    with clock.at(MONDAY + 80 * DAY):
        edit(people[CM], post.id, "Un autre texte.")
        edit(people[CM], post.id, load(post.id).title)
        submit(people[CM], post.id)
        assert {step.role for step in open_steps(post.id)} == {Role.COMMUNICATIONS}


def test_the_days_are_a_setting_of_the_circuit(people):
    spec = circuits.DEFAULT_CIRCUITS[0]
    fields = {"key": spec.key, "name": spec.name, "steps": spec.steps, "conditions": spec.conditions}
    with pytest.raises(InvalidInput, match="1 à 365"), transaction() as session:
        circuits.create_circuit(session, SYSTEM, approval_days=0, **fields)
    with clock.at(MONDAY):
        before = post_at(PostStatus.APPROVED, people)
        with transaction() as session:
            circuits.create_circuit(session, SYSTEM, approval_days=10, **fields)
        after = post_at(PostStatus.APPROVED, people)
    with clock.at(MONDAY + 11 * DAY):
        schedule(people[CM], before.id, MONDAY + 12 * DAY)
        with pytest.raises(RuleViolated, match="périmée"):
            schedule(people[CM], after.id, MONDAY + 12 * DAY)


def test_a_lapsing_approval_is_in_the_calendar_and_told_once(approved, monkeypatch):
    people, post = approved
    sent = []
    monkeypatch.setattr(Mailer, "send", lambda _self, message, _key: sent.append(message) or "<id>")
    handler = mails.by_subject(reminding.HANDLERS, otherwise=reminding.HANDLERS[reminding.STEP])
    for after in (10, 77, 77, 90):
        with clock.at(MONDAY + after * DAY):
            with transaction() as session:
                lapsing.queue_lapses(session)
            while outbox.run_one("test", {EffectKind.MAIL: handler}):
                pass
    assert [(message["To"], message["Subject"].split(" : ")[0]) for message in sent] == [
        ("community_manager@helior.example", "Approbation bientôt périmée"),
        ("community_manager@helior.example", "Approbation périmée"),
    ]
    assert f"/relecture?post={post.id}&v=1" in sent[0].get_content()
    with reading() as session:
        (day,) = planning.calendar_view(session, people[CM], days=[(MONDAY + 90 * DAY).date()])
    assert [each.post_id for each in day.lapses] == [post.id]
