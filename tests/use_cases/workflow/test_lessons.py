"""What other products got wrong, as acceptance tests by their number: planning, publishing, circuits.

Each reads alone, whole, from the first draft on; the cases around it stand in the files of their subject.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from compliance import clock, outbox
from compliance.canonical import sha256_text
from errors import AppError, InvalidInput, RuleViolated, TransitionNotAllowed
from models.engine_room import OutboxEffect
from models.enums import (
    DecisionKind,
    EffectKind,
    PostStatus,
    PublicationStatus,
    Qualification,
    Role,
    Severity,
    VisaAction,
    VisaKind,
)
from models.post import Post
from models.publication import Publication
from models.review import Signature
from models.session import get, reading, transaction
from tests.post_factories import (
    CLEAN_TEXT,
    HEALTH_TEXT,
    approve,
    approve_all,
    draft,
    edit,
    load,
    open_steps,
    post_at,
    product,
    schedule,
    send_back,
    sha_of,
    slot,
    submit,
)
from workflow import approvals, checks, publishing, recycling, visas
from workflow.checks import Bilingual, RuleFinding
from workflow.expiry import Expiry
from workflow.proof import content_holds, unsigned_roles
from workflow.rounds import current_version

CM = Role.COMMUNITY_MANAGER

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


def published_texts(network):
    return [text for _id, text, _answered in network.posts]


def versions(post_id):
    with reading() as session:
        post = get(session, Post, post_id)
        return post.version_n, unsigned_roles(session, post, current_version(session, post))


def test_1_a_text_edited_between_two_stages_is_published_as_it_was_signed(people_on_both, network, work):
    people = people_on_both
    post = draft(people[CM], HEALTH_TEXT, qualification=Qualification.DISEASE)
    submit(people[CM], post.id)
    approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    steps, read = open_steps(post.id), sha_of(post.id)
    edited = HEALTH_TEXT + " Et une sieste, si le corps la demande."
    edit(people[CM], post.id, edited, qualification=Qualification.DISEASE)
    for step in steps:
        with pytest.raises(AppError):
            approve(people[step.role], step, read)
    submit(people[CM], post.id)
    approve_all(post.id, people)
    schedule(people[CM], post.id)
    with clock.at(slot(25)):
        work()
    assert published_texts(network) == [edited]
    with reading() as session:
        out = session.exec(select(Publication)).one()
        signed = session.exec(select(Signature.content_sha256).where(Signature.subject_kind == "review_step")).all()
        assert content_holds(session, current_version(session, get(session, Post, post.id)))
    assert out.readback_sha256 == sha256_text(edited)
    assert signed.count(sha_of(post.id)) == 3


def test_2_saving_without_a_change_keeps_the_approvals(people_on_both):
    people = people_on_both
    post = post_at(PostStatus.APPROVED, people)
    edit(people[CM], post.id, CLEAN_TEXT)
    assert load(post.id).status is PostStatus.APPROVED
    assert versions(post.id) == (1, ())


def test_4_a_rejection_tells_who_asked_and_who_approved_before(people):
    post = draft(people[CM], HEALTH_TEXT, qualification=Qualification.DISEASE)
    submit(people[CM], post.id)
    approve(people[Role.COMMUNICATIONS], open_steps(post.id)[0], sha_of(post.id))
    legal = next(step for step in open_steps(post.id) if step.role is Role.LEGAL)
    send_back(people[Role.LEGAL], legal, sha_of(post.id), DecisionKind.REJECT, comment="Source absente.")
    with reading() as session:
        mails = session.exec(select(OutboxEffect).where(OutboxEffect.kind == EffectKind.MAIL)).all()
    assert {mail.payload["user_id"] for mail in mails} == {people[CM].id, people[Role.COMMUNICATIONS].id}
    assert {mail.payload["told"] for mail in mails} == {"rejected"}
    assert all("Source absente." in mail.payload["reason"] for mail in mails)


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


def test_9_what_is_stuck_in_publishing_is_taken_over_and_never_sent_twice(people_on_both, network, work):
    """The process dies after the network's answer: its lease runs out, the next one looks before it sends."""
    post = post_at(PostStatus.SCHEDULED, people_on_both)

    def die(*_args):
        raise KeyboardInterrupt

    victim = replace(publishing.PUBLISH_HANDLER, conclude=die)
    with clock.at(slot(25)):
        with pytest.raises(KeyboardInterrupt):
            outbox.run_one("victim", {EffectKind.PUBLISH: victim})
        assert status(post.id) == [PublicationStatus.PUBLISHING]
        assert work() == 0
    with clock.at(slot(25) + timedelta(minutes=10)):
        work()
    assert len(network.posts) == 1
    assert status(post.id) == [PublicationStatus.PUBLISHED]


def test_10_a_text_over_the_limit_is_stopped_by_the_use_cases(people):
    post = draft(people[CM], "a" * 281)
    with pytest.raises(RuleViolated, match="281/280"):
        submit(people[CM], post.id)
    with pytest.raises(TransitionNotAllowed):
        schedule(people[CM], post.id)
    assert load(post.id).status is PostStatus.DRAFT


@pytest.mark.parametrize(
    "standing",
    [
        PostStatus.DRAFT,
        PostStatus.IN_REVIEW,
        PostStatus.CHANGES_REQUESTED,
        PostStatus.REJECTED,
        PostStatus.WITHDRAWN,
    ],
)
def test_13_what_is_not_approved_is_refused_by_the_state_machine(people, standing):
    post = post_at(standing, people)
    with pytest.raises(TransitionNotAllowed):
        schedule(people[CM], post.id)
    with reading() as session:
        assert session.exec(select(OutboxEffect).where(OutboxEffect.kind == EffectKind.PUBLISH)).first() is None


def test_18_approved_after_its_slot_it_is_an_expired_approval_and_leaves_at_a_new_slot_only(
    people_on_both, network, work
):
    people = people_on_both
    post, chosen = draft(people[CM], planned_at=slot(24)), slot(48)
    submit(people[CM], post.id)
    with clock.at(slot(30)):
        approve_all(post.id, people)
        work()
        assert network.posts == []
        with reading() as session:
            assert approvals.expiries(session, [load(post.id)]) == {post.id: Expiry.SLOT_PASSED}
        with pytest.raises(RuleViolated, match="Approbation périmée"), transaction() as session:
            publishing.schedule(session, people[CM], post_id=post.id, row_version=None)
        schedule(people[CM], post.id, chosen)
        work()
        assert network.posts == []
    with clock.at(chosen + timedelta(minutes=1)):
        work()
    assert len(network.posts) == 1


def test_24_the_hour_that_comes_twice_in_october_is_one_moment(people_on_both, network, work):
    people = people_on_both
    first = clock.from_paris(datetime(2040, 10, 28, 2, 30))
    assert first == datetime(2040, 10, 28, 0, 30, tzinfo=UTC)
    assert f"{clock.paris(first):%H:%M}" == "02:30"
    with clock.at(first - timedelta(days=1)):
        post = post_at(PostStatus.APPROVED, people)
        with pytest.raises(InvalidInput, match="fuseau"):
            schedule(people[CM], post.id, datetime(2040, 10, 28, 2, 30))
        schedule(people[CM], post.id, first)
    sent = []
    for minutes in (-1, 1, 61):
        with clock.at(first + timedelta(minutes=minutes)):
            work()
            sent.append(len(network.posts))
    assert sent == [0, 1, 1]


LAST_DAY = date(2028, 4, 27)


@pytest.fixture
def visa(people, monkeypatch):
    """A visa until 27 April 2028, and the rule of visas asked as of an advertisement for the product.

    Alone: an advertisement to the public cannot be scheduled on X, whose sharing cannot be closed (SOC-01).
    """
    real = checks.check_post

    def only_the_visa(post, register, *, today, pack=None):
        asked = replace(post, qualification=Qualification.PROMO_GP, products=("Rinozel",))
        return [each for each in real(asked, register, today=today, pack=pack) if each.rule == "GP-04"]

    monkeypatch.setattr(checks, "check_post", only_the_visa)
    with clock.at(datetime(2028, 4, 3, 8, tzinfo=UTC)), transaction() as session:
        filed = visas.file_visa(session, people[Role.REGULATORY], number="GP-1", kind=VisaKind.GP, product_id=product())
        visas.change_visa(
            session,
            people[Role.REGULATORY],
            visa_id=filed.id,
            row_version=None,
            action=VisaAction.GRANT,
            on=date(2026, 4, 28),
        )
    return "GP-1"


def paris(day: date, hour: int, minute: int) -> datetime:
    return clock.from_paris(datetime(day.year, day.month, day.day, hour, minute))


def test_26_a_visa_ends_at_the_last_minute_of_its_last_day_in_paris(people, visa):
    with clock.at(datetime(2028, 4, 10, 8, tzinfo=UTC)):
        post = post_at(PostStatus.APPROVED, people, visa=visa)
        with pytest.raises(RuleViolated, match="visa GP-1 n'est plus valable"):
            schedule(people[CM], post.id, paris(LAST_DAY + timedelta(days=1), 0, 5))
        schedule(people[CM], post.id, paris(LAST_DAY, 23, 59))
    assert load(post.id).status is PostStatus.SCHEDULED


def test_26_what_comes_back_every_week_stops_before_the_visa_ends(people, visa, network, work):
    first = paris(date(2028, 4, 14), 0, 5)
    with clock.at(first - timedelta(days=1)):
        post = post_at(PostStatus.APPROVED, people, visa=visa)
        schedule(people[CM], post.id, first)
    with clock.at(first + timedelta(minutes=1)):
        work()
        slots = recycling.weekly(first + timedelta(days=7), 1, date(2028, 5, 31))
        with transaction() as session:
            recycling.repeat_post(session, people[CM], post_id=post.id, row_version=None, slots=slots, every_weeks=1)
    with reading() as session:
        (row,) = recycling.series_of(session, people[CM], post_id=post.id)
    assert row.to_come == (paris(date(2028, 4, 21), 0, 5),)
    assert "visa GP-1 n'est plus valable" in row.cut_short
    with clock.at(paris(date(2028, 6, 1), 9, 0)):
        work()
    assert len(network.posts) == 1, "nothing leaves late either"


def test_26_what_lapses_between_approval_and_publication_does_not_leave(people, lapses, network, work):
    post = post_at(PostStatus.SCHEDULED, people)
    lapses(slot(1))
    with clock.at(slot(25)):
        work()
    assert network.posts == []
    assert status(post.id) == [PublicationStatus.HELD]
