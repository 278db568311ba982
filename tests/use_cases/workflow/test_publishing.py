"""What is published is what was signed, once, and read back; whatever else happens, nothing more leaves."""

from datetime import timedelta

import pytest
from sqlalchemy import text as sql
from sqlmodel import select

from compliance import audit, clock, outbox
from errors import DeliveryUnknown, Rejected, RuleViolated, Unavailable
from models.account import Account
from models.compliance import AuditEvent
from models.engine_room import OutboxEffect
from models.enums import AccountStatus, EffectStatus, PostStatus, PublicationStatus, Role
from models.post import Variant
from models.publication import ArchiveRecord, Publication
from models.session import get, reading, transaction
from tests.post_factories import CLEAN_TEXT, account, edit, load, post_at, schedule, slot
from workflow import archiving, drafting, publishing


@pytest.fixture
def people(people_on_both):
    return people_on_both


def publications(post_id):
    with reading() as session:
        return session.exec(
            select(Publication).where(Publication.post_id == post_id).order_by(Publication.due_at)
        ).all()


def at_slot(post_id, after=timedelta(minutes=1)):
    return clock.at(publications(post_id)[-1].due_at + after)


def actions():
    with reading() as session:
        return [event.action for event in session.exec(select(AuditEvent).order_by(AuditEvent.seq))]


def test_nothing_leaves_before_its_slot(people, network, work):
    post_at(PostStatus.SCHEDULED, people)
    assert work() == 0
    assert network.posts == []


def test_what_leaves_is_what_was_signed_and_is_read_back_and_archived(people, network, work):
    post = post_at(PostStatus.SCHEDULED, people)
    with at_slot(post.id):
        work()
    (publication,) = publications(post.id)
    assert network.posts == [("1", CLEAN_TEXT, None)]
    assert publication.status is PublicationStatus.PUBLISHED
    assert publication.remote_id == "1"
    assert publication.readback_sha256 is not None
    assert load(post.id).status is PostStatus.PUBLISHED
    with transaction() as session:
        record = session.exec(select(ArchiveRecord)).one()
        assert record.dossier[:2] == b"PK"
        file = archiving.read_dossier(session, people[Role.AUDITOR], post_id=post.id)
        assert (file.sha256, file.provisional) == (record.dossier_sha256, False)
        assert audit.verify_chain(session).problem is None
    assert "dossier:export" in actions()


def test_a_lost_answer_is_looked_up_and_never_sent_twice(people, network, work):
    post = post_at(PostStatus.SCHEDULED, people)
    network.loses_answer = True
    with at_slot(post.id):
        work()
        assert publications(post.id)[0].status is PublicationStatus.UNCONFIRMED
    with at_slot(post.id, timedelta(hours=1)):
        work()
    assert [words for _id, words, _a in network.posts] == [CLEAN_TEXT]
    assert network.calls.count("publish") == 1
    assert publications(post.id)[0].status is PublicationStatus.PUBLISHED


def test_a_doubt_that_finds_nothing_sends_again_only_when_all_still_holds(people, network, work):
    post = post_at(PostStatus.SCHEDULED, people)
    network.fail["publish"] = [DeliveryUnknown("no answer")]
    with at_slot(post.id):
        work()
    with transaction() as session:
        row = session.exec(select(Account)).one()
        row.status = AccountStatus.PAUSED
    with at_slot(post.id, timedelta(hours=1)):
        work()
    assert network.posts == []
    assert publications(post.id)[0].status is PublicationStatus.FAILED


def test_a_network_that_is_down_is_tried_again(people, network, work):
    post = post_at(PostStatus.SCHEDULED, people)
    network.fail["publish"] = [Unavailable("down")]
    with at_slot(post.id):
        work()
        assert publications(post.id)[0].status is PublicationStatus.SCHEDULED
        assert publications(post.id)[0].last_error == "down"
    with at_slot(post.id, timedelta(hours=1)):
        work()
    assert load(post.id).status is PostStatus.PUBLISHED


def test_a_network_that_refuses_is_a_visible_failure_and_can_be_scheduled_again(people, network, work):
    post = post_at(PostStatus.SCHEDULED, people)
    network.fail["publish"] = [Rejected("duplicate content")]
    with at_slot(post.id):
        work()
        assert publications(post.id)[0].status is PublicationStatus.FAILED
        assert load(post.id).status is PostStatus.SCHEDULED
        schedule(people[Role.COMMUNITY_MANAGER], post.id)
    with at_slot(post.id):
        work()
    assert [each.status for each in publications(post.id)] == [PublicationStatus.CANCELLED, PublicationStatus.PUBLISHED]
    assert len(network.posts) == 1


def test_a_read_back_that_differs_is_an_incident(people, network, work):
    post = post_at(PostStatus.SCHEDULED, people)
    network.shows = lambda words: words[:20]
    with at_slot(post.id):
        work()
    (publication,) = publications(post.id)
    assert publication.status is PublicationStatus.HELD
    assert publication.last_error
    assert "publication:mismatch" in actions()
    assert load(post.id).status is PostStatus.SCHEDULED
    with reading() as session:
        assert session.exec(select(ArchiveRecord)).all() == []


def test_a_read_back_that_fails_is_done_later_and_sends_nothing(people, network, work):
    post = post_at(PostStatus.SCHEDULED, people)
    network.fail["read_back"] = [Unavailable("slow")]
    with at_slot(post.id):
        work()
        assert publications(post.id)[0].status is PublicationStatus.UNCONFIRMED
    with at_slot(post.id, timedelta(minutes=5)):
        work()
    assert network.calls == ["publish", "read_back", "read_back"]
    assert publications(post.id)[0].status is PublicationStatus.PUBLISHED


def test_a_post_that_the_network_never_shows_is_held(people, network, work):
    post = post_at(PostStatus.SCHEDULED, people)
    network.fail["read_back"] = [Unavailable("slow")] * 3
    with at_slot(post.id):
        work()
    with at_slot(post.id, timedelta(hours=8)):
        work()
    assert publications(post.id)[0].status is PublicationStatus.HELD
    assert network.calls.count("publish") == 1


def test_a_first_comment_follows_its_post_and_is_part_of_what_is_proven(people, network, work):
    post = post_at(PostStatus.SCHEDULED, people, variant={"first_comment": "Merci à tous les coureurs."})
    with at_slot(post.id):
        work()
    assert network.posts == [("1", CLEAN_TEXT, None), ("2", "Merci à tous les coureurs.", "1")]
    assert load(post.id).status is PostStatus.PUBLISHED


def test_closed_comments_are_published_closed(people, network, work):
    from workflow.content import VariantSettings

    post = post_at(PostStatus.SCHEDULED, people, variant={"settings": VariantSettings(comments_open=False)})
    with at_slot(post.id):
        work()
    assert network.settings == [{"reply_settings": "mentionedUsers"}]


def test_a_setting_that_the_network_lacks_is_refused_never_left_out(people, network, monkeypatch):
    from workflow.content import VariantSettings

    closed = {"settings": VariantSettings(share_open=False)}
    with pytest.raises(RuleViolated, match="partage"):
        post_at(PostStatus.APPROVED, people, variant=closed)
    with monkeypatch.context() as unseen:
        unseen.setattr(drafting, "problems", lambda _variant: ())
        post = post_at(PostStatus.APPROVED, people, variant=closed)
    with pytest.raises(RuleViolated):
        schedule(people[Role.COMMUNITY_MANAGER], post.id)


def test_a_payload_changed_behind_our_back_is_held(people, network, work):
    post = post_at(PostStatus.SCHEDULED, people)
    with transaction() as session:
        for statement in drop_guard(session, "variant"):
            session.execute(sql(statement))
        session.execute(sql("UPDATE variant SET payload_json = replace(payload_json, 'dix', 'onze')"))
    with at_slot(post.id):
        work()
    assert network.posts == []
    assert publications(post.id)[0].status is PublicationStatus.HELD


def test_a_signature_changed_behind_our_back_is_held(people, network, work):
    post = post_at(PostStatus.SCHEDULED, people)
    with transaction() as session:
        for statement in drop_guard(session, "signature"):
            session.execute(sql(statement))
        session.execute(sql("UPDATE signature SET printed_name = 'Quelqu''un d''autre'"))
    with at_slot(post.id):
        work()
    assert network.posts == []
    assert publications(post.id)[0].status is PublicationStatus.HELD


def drop_guard(session, table):
    if session.get_bind().dialect.name == "postgresql":
        return [f"ALTER TABLE {table} DISABLE TRIGGER ALL"]
    return [f"DROP TRIGGER {table}_refuses_update"]


def test_a_slot_that_lapsed_is_held_for_somebody_to_choose_a_new_one(people, network, work):
    post = post_at(PostStatus.SCHEDULED, people)
    with at_slot(post.id, timedelta(hours=7)):
        work()
    assert network.posts == []
    assert publications(post.id)[0].status is PublicationStatus.HELD


def test_approval_after_the_planned_date_needs_a_new_slot(people):
    """Late approval never means instant publication (appendix C 18)."""
    post = post_at(PostStatus.APPROVED, people, planned_at=slot(1))
    with clock.at(slot(2)), pytest.raises(RuleViolated, match="passé"), transaction() as session:
        publishing.schedule(session, people[Role.COMMUNITY_MANAGER], post_id=post.id, row_version=None)


def test_scheduling_twice_for_one_slot_is_one_effect(people, network, work):
    post = post_at(PostStatus.APPROVED, people)
    due = slot()
    schedule(people[Role.COMMUNITY_MANAGER], post.id, due)
    schedule(people[Role.COMMUNITY_MANAGER], post.id, due)
    with clock.at(due + timedelta(minutes=1)):
        work()
    assert len(network.posts) == 1
    assert [each.status for each in publications(post.id)] == [PublicationStatus.PUBLISHED]


def test_taken_out_of_the_queue_it_does_not_leave_and_can_come_back(people, network, work):
    author = people[Role.COMMUNITY_MANAGER]
    post = post_at(PostStatus.SCHEDULED, people)
    due = publications(post.id)[0].due_at
    with transaction() as session:
        publishing.unschedule(session, author, post_id=post.id, row_version=None)
    assert load(post.id).status is PostStatus.APPROVED
    with clock.at(due + timedelta(minutes=1)):
        assert work() == 0
    schedule(author, post.id, due)
    with clock.at(due + timedelta(minutes=1)):
        work()
    assert len(network.posts) == 1


def test_editing_what_is_scheduled_forks_and_cancels(people, network, work):
    """Appendix C 12: the frozen version does not change, and does not leave."""
    post = post_at(PostStatus.SCHEDULED, people)
    edit(people[Role.COMMUNITY_MANAGER], post.id, "Un autre texte.")
    assert load(post.id).status is PostStatus.DRAFT
    assert publications(post.id)[0].status is PublicationStatus.CANCELLED
    with at_slot(post.id):
        work()
    assert network.posts == []
    with reading() as session:
        assert [e.status for e in session.exec(select(OutboxEffect))] == [EffectStatus.CANCELLED]


def test_what_is_leaving_or_live_is_not_edited(people, network, work):
    author = people[Role.COMMUNITY_MANAGER]
    post = post_at(PostStatus.SCHEDULED, people)
    network.loses_answer = True
    with at_slot(post.id):
        work()
        with pytest.raises(RuleViolated, match="déjà publiée"):
            edit(author, post.id, "Un autre texte.")
        with pytest.raises(RuleViolated), transaction() as session:
            drafting.withdraw(session, author, post_id=post.id, row_version=None, reason="Non.")


def test_one_variant_out_and_one_given_up_is_published(people, network, work):
    author = people[Role.COMMUNITY_MANAGER]
    second = account(handle="helior_recherche")
    from tests.post_factories import content
    from workflow.content import VariantContent

    both = (*content().variants, VariantContent(account_id=second.id, network=second.network, text=CLEAN_TEXT))
    post = post_at(PostStatus.SCHEDULED, people, variants=both)
    network.fail["publish"] = [Rejected("no")]
    with at_slot(post.id):
        work()
        assert load(post.id).status is PostStatus.SCHEDULED
        with transaction() as session:
            publishing.unschedule(session, author, post_id=post.id, row_version=None, reason="Un compte suffit.")
    assert load(post.id).status is PostStatus.PUBLISHED


def test_a_crash_after_the_call_is_looked_up(people, network, work, monkeypatch):
    """The process dies between the network's answer and our row: the lease runs out, somebody looks first."""
    post = post_at(PostStatus.SCHEDULED, people)

    def die(*_args):
        raise KeyboardInterrupt

    broken = outbox.Handler(**(publishing.PUBLISH_HANDLER.__dict__ | {"conclude": die}))
    from models.enums import EffectKind

    with at_slot(post.id), pytest.raises(KeyboardInterrupt):
        outbox.run_one("victim", {EffectKind.PUBLISH: broken})
    assert len(network.posts) == 1
    with at_slot(post.id, timedelta(minutes=10)):
        work()
    assert len(network.posts) == 1
    assert load(post.id).status is PostStatus.PUBLISHED
    with reading() as session:
        assert get(session, Variant, publications(post.id)[0].variant_id)
