"""Comments come in once, whole and for good, whatever the network or the machine does."""

import json
import random
import threading
from datetime import UTC, timedelta

import pytest
from sqlmodel import select

from compliance import accounts, audit, clock
from errors import AuthExpired, InvalidInput, NotPermitted, RateLimited, Unavailable
from models import session as database
from models.account import Account, CoverageRecord, Cursor
from models.comment import Comment, CommentRevision, RawEvent, Tombstone
from models.compliance import AuditEvent
from models.enums import (
    AccountStatus,
    EventSource,
    PvFacet,
    ReplyFacet,
    Role,
    Screening,
    TriageOutcome,
    VisibilityFacet,
)
from models.session import get, reading, transaction
from moderation import analysing, intake, queries, receiving, triage
from tests.comment_factories import (
    ADVERSE,
    HARMLESS,
    NOON,
    bring,
    bring_text,
    comment,
    company_account,
    count,
    every_row,
    incoming,
    officer,
    page,
    products,
    revisions,
    sandbox_account,
)
from tests.factories import person
from tests.terms_factories import sign_terms


class Feed:
    """A channel that gives prepared pages, or raises what it is told to."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def fetch_comments(self, cursor, conversations=()):
        self.asked.append((cursor, tuple(conversations)))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def feed(monkeypatch):
    def open_feed(*answers):
        sign_terms()
        channel = Feed(*answers)
        monkeypatch.setattr(accounts, "open_channel", lambda _account: channel)
        return channel

    return open_feed


def test_a_comment_comes_in_with_its_payload_text_clocks_and_one_audit_event(db):
    account = company_account()
    with clock.at(NOON):
        (comment_id,) = bring(account, incoming(1, ADVERSE))
    stored = comment(comment_id)
    assert (stored.screening, stored.pv, stored.reply) == (Screening.UNSCREENED, PvFacet.NONE, ReplyFacet.OWED)
    assert stored.posted_at == stored.received_at == stored.awareness_at == NOON
    assert stored.reply_due_at == NOON + timedelta(hours=23), "six hours on Wednesday, two on Thursday"
    assert [revision.text for revision in revisions(comment_id)] == [ADVERSE]
    assert count(RawEvent) == 1
    with reading() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "comments:ingest")).one()
        assert event.new["count"] == 1


def test_the_same_pages_five_times_out_of_order_leave_the_same_database(db):
    account = company_account()
    pages = [
        [incoming(1, "J'adore"), incoming(2, ADVERSE)],
        [incoming(3, "😀"), incoming(1, "J'ai des vertiges depuis le traitement", edits=("11",))],
        [incoming(2, ADVERSE), incoming(4, "Où le trouver ?")],
    ]
    for one in pages:
        bring(account, *one)
    before = every_row()
    again = pages * 5
    random.Random(7).shuffle(again)
    for one in again:
        bring(account, *random.Random(len(one)).sample(one, len(one)))
    assert every_row() == before
    assert count(Comment) == 4
    assert count(CommentRevision) == 5


def test_a_late_old_version_is_kept_and_changes_nothing(db):
    account = company_account()
    bring(account, incoming(1, "La nouvelle version", edits=("11",)))
    (comment_id,) = bring(account, incoming(1, ADVERSE))
    assert comment(comment_id).revision_n == 1
    assert [revision.text for revision in revisions(comment_id)] == ["La nouvelle version", ADVERSE]
    analysing.analyse_pending()
    assert comment(comment_id).pv is PvFacet.POSSIBLE


def test_an_edit_back_to_the_old_words_is_an_edit_where_the_network_keeps_the_id(db):
    account = company_account()
    bring(account, incoming(1, "un", raw_json='{"v": 1}'))
    bring(account, incoming(1, "deux", raw_json='{"v": 2}'))
    (comment_id,) = bring(account, incoming(1, "un", raw_json='{"v": 3}'))
    assert [revision.text for revision in revisions(comment_id)] == ["un", "deux", "un"]
    assert comment(comment_id).revision_n == 3


def test_a_payload_that_differs_in_nothing_that_was_said_is_kept_and_makes_no_revision(db):
    account = company_account()
    (comment_id,) = bring(account, incoming(1, raw_json='{"likes": 1}'))
    bring(account, incoming(1, raw_json='{"likes": 2}'))
    assert count(RawEvent) == 2
    assert len(revisions(comment_id)) == 1


def test_our_own_posts_are_dropped_by_id_and_by_handle(db):
    account = company_account(handle="LabosHelior", external_id="1000")
    company_account(handle="DrHelior", external_id="1001")
    kept = bring(
        account,
        incoming(1, author="1000"),
        incoming(2, author="77", handle="labosHELIOR"),
        incoming(3, author="1001"),
        incoming(4),
    )
    assert len(kept) == count(Comment) == 1


HOSTILE = [
    "",
    "😀🤢",
    "a\x00b",
    "\ud800 seul",
    "\u202e inversé \u200b",
    "<script>alert(1)</script> **gras** {{x}}",
    "x" * 10_000_000,
    "\x1b[31m\x07",
]


@pytest.mark.parametrize(
    "text", HOSTILE, ids=["empty", "emoji", "nul", "surrogate", "bidi", "markup", "10 MB", "escape"]
)
def test_any_text_is_kept_with_its_hash_and_stands_in_front_of_a_person_or_was_read(db, text):
    account = company_account()
    comment_id = bring_text(account, text, raw_json=json.dumps({"text": text}, ensure_ascii=False))
    (revision,) = revisions(comment_id)
    assert len(revision.text) == len(text)
    assert revision.text_sha256 == receiving.text_hash(text)
    with reading() as session:
        raw = session.exec(select(RawEvent)).one()
        assert json.loads(raw.payload)["text"] == text
        assert queries.counts(session).total.holds
        in_queue = [row.comment_id for row in queries.pv_queue(session)]
    assert in_queue == [comment_id] or comment(comment_id).screening is Screening.CLEARED


def test_an_edit_reopens_everything_and_a_decision_on_the_former_text_is_refused(db):
    account, pv = company_account(), officer()
    products()
    comment_id = bring_text(account, "J'adore")
    with reading() as session:
        seen = queries.comment_view(session, comment_id).row
    with transaction() as session:
        triage.classify(
            session,
            pv,
            comment_id=comment_id,
            revision_n=1,
            row_version=seen.row_version,
            outcomes=[TriageOutcome.PRODUCT_MENTION],
        )
    assert comment(comment_id).pv is PvFacet.NOT_AE
    later = clock.now() + timedelta(days=3)
    with clock.at(later):
        bring(account, incoming(1, "J'ai des vertiges depuis le traitement", edits=("11",)))
        after = comment(comment_id)
        assert (after.screening, after.pv, after.revision_n) == (Screening.UNSCREENED, PvFacet.POSSIBLE, 2)
        assert after.awareness_at == later
        with transaction() as session, pytest.raises(triage.StaleVersion, match="version 2 au lieu de 1"):
            triage.classify(
                session,
                pv,
                comment_id=comment_id,
                revision_n=1,
                row_version=after.row_version,
                outcomes=[TriageOutcome.PRODUCT_MENTION],
            )
        analysing.analyse_pending()
    with reading() as session:
        view, cases = queries.comment_view(session, comment_id), queries.case_list(session)
    assert [revision.text for revision in view.revisions] == ["J'adore", "J'ai des vertiges depuis le traitement"]
    assert cases[0].awareness_at == later


def test_an_edit_does_not_restart_a_clock_that_runs(db):
    account = company_account()
    with clock.at(NOON):
        (comment_id,) = bring(account, incoming(1, ADVERSE))
        analysing.analyse_pending()
    before = comment(comment_id)
    with clock.at(NOON + timedelta(hours=20)):
        bring(account, incoming(1, "Oubliez ce que j'ai dit", edits=("11",)))
        analysing.analyse_pending()
    after = comment(comment_id)
    assert (after.awareness_at, after.reply_due_at) == (before.awareness_at, before.reply_due_at)
    assert (after.pv, after.screening) == (PvFacet.POSSIBLE, Screening.FLAGGED)


def test_a_deletion_keeps_everything_and_stops_no_clock(db):
    account = company_account()
    comment_id = bring_text(account, ADVERSE)
    before = comment(comment_id)
    for _ in range(2):
        with transaction() as session:
            intake.note_deleted(session, account.id, ["1"])
    after = comment(comment_id)
    assert after.visibility is VisibilityFacet.DELETED_BY_AUTHOR
    assert (after.pv, after.reply, after.awareness_at) == (before.pv, before.reply, before.awareness_at)
    with reading() as session:
        stone = session.exec(select(Tombstone)).one()
        assert stone.confirmed_at is not None
        assert [row.comment_id for row in queries.pv_queue(session)] == [comment_id]
        assert queries.people_waiting(session).waiting == 1
        assert queries.case_list(session)[0].number


def test_a_comment_that_comes_back_is_visible_again_and_a_replay_does_not_bring_it_back(db):
    account = company_account()
    first = incoming(1)
    (comment_id,) = bring(account, first)
    with transaction() as session:
        intake.note_deleted(session, account.id, ["1"])
    bring(account, first)
    assert comment(comment_id).visibility is VisibilityFacet.DELETED_BY_AUTHOR
    bring(account, incoming(1, raw_json='{"seen": "again"}'))
    assert comment(comment_id).visibility is VisibilityFacet.VISIBLE


# ------------------------------------------------------------------------------------------ polls


def test_a_poll_stores_the_page_and_asks_from_its_cursor_next_time(db, feed):
    account = company_account()
    channel = feed(page(incoming(1), cursor="after-1"), page(cursor="after-1"))
    assert (intake.poll_account(account.id).new, intake.poll_account(account.id).new) == (1, 0)
    assert [cursor for cursor, _ in channel.asked] == [None, "after-1"]


def test_a_poll_goes_on_until_the_network_has_no_more(db, feed):
    account = company_account()
    feed(
        page(incoming(1), cursor="a", complete=False),
        page(incoming(2), cursor="b", complete=False),
        page(incoming(3), cursor="c"),
    )
    intake.poll_account(account.id)
    assert count(Comment) == 3


SENTENCES = [
    (AuthExpired("401"), "le réseau n'accepte plus le jeton"),
    (Unavailable("down"), "le réseau ne répond pas"),
    (RateLimited("429", retry_at=None), "le réseau demande d'attendre"),
    (InvalidInput("Le jeton de ce compte ne peut plus être lu."), "le jeton enregistré ne peut pas être lu"),
    (ValueError("secret words of a comment"), "le relevé a échoué (ValueError)"),
]


@pytest.mark.parametrize(("error", "said"), SENTENCES, ids=[type(error).__name__ for error, _ in SENTENCES])
def test_a_failed_poll_says_so_and_never_shows_zero(db, feed, error, said):
    account = company_account()
    with clock.at(NOON):
        feed(page(incoming(1)))
        intake.poll_account(account.id)
    with clock.at(NOON + timedelta(minutes=2)):
        feed(error)
        assert intake.poll_account(account.id).error == type(error).__name__
        with reading() as session:
            (row,) = queries.coverage(session)
            assert queries.counts(session).accounts[0].silent
            stored = session.exec(select(CoverageRecord.message).where(CoverageRecord.error.is_not(None))).one()
    assert "Aucune donnée depuis le 18/11 12:00" in row.sentence
    assert said in row.sentence
    assert row.advice
    assert row.received_today is None
    assert not row.healthy
    assert "secret" not in (stored or "")


def test_a_dead_token_is_shown_once_and_a_new_one_heals_it(db, feed):
    account = company_account()
    feed(AuthExpired("401"))
    for _ in range(3):
        intake.poll_account(account.id)
    assert count(AuditEvent, AuditEvent.action == "account:auth_expired") == 1
    with reading() as session:
        assert get(session, Account, account.id).status is AccountStatus.AUTH_EXPIRED
    channel = feed(page(incoming(1)))
    assert intake.poll_account(account.id).error == "AuthExpired"
    assert channel.asked == []
    company_account()
    intake.poll_account(account.id)
    with reading() as session:
        assert get(session, Account, account.id).status is AccountStatus.ACTIVE


def test_a_rate_limit_is_waited_for_without_a_call(db, feed):
    account = company_account()
    with clock.at(NOON):
        channel = feed(RateLimited("429", retry_at=NOON + timedelta(minutes=15)), page(incoming(1)))
        intake.poll_account(account.id)
        intake.poll_account(account.id)
        assert len(channel.asked) == 1
    with clock.at(NOON + timedelta(minutes=16)):
        assert intake.poll_account(account.id).new == 1


class Crash(Exception):
    """The process dies here."""


CRASH_AT = [
    (accounts, "open_channel"),
    (intake, "own_identities"),
    (intake, "receive"),
    (receiving, "_raw_event"),
    (receiving, "_new_comment"),
    (receiving, "_add_revision"),
    (audit, "record_batch"),
    (intake, "move_cursor"),
    (intake, "_cover"),
]


@pytest.mark.parametrize(("module", "name"), CRASH_AT, ids=[f"{m.__name__}.{n}" for m, n in CRASH_AT])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_anywhere_between_fetch_and_commit_loses_and_doubles_nothing(
    db, feed, monkeypatch, module, name, after
):
    account = company_account()
    feed(page(incoming(1, ADVERSE), incoming(2), cursor="after-2"))
    with monkeypatch.context() as patch:
        real = getattr(module, name)

        def dies(*args, **kwargs):
            if after:
                real(*args, **kwargs)
            raise Crash

        patch.setattr(module, name, dies)
        if name == "_cover":
            with pytest.raises(Crash):
                intake.poll_account(account.id)
        else:
            assert intake.poll_account(account.id).error == "Crash"
    assert count(Comment) == count(RawEvent) == count(Cursor) == 0
    intake.poll_account(account.id)
    intake.poll_account(account.id)
    assert (count(Comment), count(RawEvent), count(CommentRevision)) == (2, 2, 2)


def test_two_workers_that_poll_at_once_store_everything_once(db, feed):
    account = company_account()
    feed(page(*(incoming(n) for n in range(1, 21)), cursor="c"))
    threads = [threading.Thread(target=intake.poll_account, args=(account.id,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (count(Comment), count(CommentRevision), count(RawEvent)) == (20, 20, 20)
    assert database.engine().pool.checkedout() == 0


# ------------------------------------------------------------------------------- through the sandbox


def test_comments_of_the_network_come_in_with_their_thread(world):
    account = sandbox_account()
    first = world.comment("@LabosHelior j'ai des vertiges depuis hier")
    world.comment("moi aussi", reply_to=first)
    intake.poll_account(account.id)
    intake.poll_account(account.id)
    with reading() as session:
        stored = {c.external_id: c for c in session.exec(select(Comment))}
    assert first in stored


def test_reconciliation_finds_what_was_edited_and_deleted(world):
    account = sandbox_account()
    edited = world.comment("@LabosHelior j'adore")
    deleted = world.comment("@LabosHelior je retire ce que j'ai dit")
    intake.poll_account(account.id)
    world.edit(edited, "@LabosHelior j'ai des vertiges depuis le traitement")
    world.delete(deleted)
    report = intake.reconcile_account(account.id)
    assert report.error is None
    with reading() as session:
        stored = {c.external_id: c for c in session.exec(select(Comment))}
    assert stored[edited].revision_n == 2
    assert stored[deleted].visibility is VisibilityFacet.DELETED_BY_AUTHOR


def test_a_revoked_token_is_seen_through_the_network(world):
    account = sandbox_account()
    world.http.post("/_sandbox/tokens", json={"action": "revoke"}).raise_for_status()
    assert intake.poll_account(account.id).error == "AuthExpired"


# ------------------------------------------------------------------------------------------- by hand


def test_a_phone_note_takes_the_same_path_and_is_entered_once(db):
    account = company_account()
    agent = person(Role.COMMUNITY_MANAGER, login="cm")
    for _ in range(2):
        with transaction() as session:
            entered = receiving.take_in(
                session,
                agent,
                account_id=account.id,
                external_id="appel-17",
                text=ADVERSE,
                author="Madame D.",
                posted_at=NOON.astimezone(UTC),
                awareness_at=NOON,
            )
    analysing.analyse_pending()
    assert count(Comment) == 1
    assert comment(entered.id).pv is PvFacet.POSSIBLE
    assert comment(entered.id).awareness_at == NOON
    with reading() as session:
        assert session.exec(select(RawEvent)).one().source is EventSource.FORM


def test_a_note_from_the_future_or_from_someone_without_the_right_is_refused(db):
    account = company_account()
    fields = {"account_id": account.id, "external_id": "x", "text": HARMLESS, "author": "a"}
    with transaction() as session, pytest.raises(InvalidInput):
        receiving.take_in(session, officer(), posted_at=clock.now() + timedelta(days=1), **fields)
    with transaction() as session, pytest.raises(NotPermitted):
        receiving.take_in(session, person(Role.ADMINISTRATOR), posted_at=NOON, **fields)
