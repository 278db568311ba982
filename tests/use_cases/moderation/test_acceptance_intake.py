"""Whatever happens between a network and us, every comment is in, once, whole, and in front of a person.

Each case of `connectors.cases` on every network that can show it, against the sandbox, through the real use cases.
"""

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from compliance import accounts, breakers, clock
from connectors.base import CommentPage
from connectors.registry import CHANNELS
from models.account import Account
from models.case import Case, Reply
from models.comment import Comment, CommentRevision, RawEvent, Tombstone
from models.compliance import AuditEvent
from models.enums import PvFacet, ReplyFacet, ReplyStatus, Screening, TriageOutcome, VisibilityFacet
from models.session import get, reading, transaction
from models.visibility import Evidence
from moderation import analysing, case_record, intake, queries, replies, triage
from tests.acceptance import plays
from tests.comment_factories import (
    ADVERSE,
    HARMLESS,
    community_manager,
    count,
    every_row,
    officer,
    products,
    revisions,
    work,
)
from tests.connectors.youtube_world import YoutubeWorld
from tests.stages import Stage

OURS = str(Path(intake.__file__).parent)
NETWORKS = list(CHANNELS)


def in_pv_queue() -> set[str]:
    with reading() as session:
        return {row.comment_id for row in queries.pv_queue(session)}


def fetched(stage: Stage, cursor: str | None = None) -> CommentPage:
    """Return what the network answers now, not stored."""
    with reading() as session:
        channel = accounts.open_channel(get(session, Account, stage.account_id))
    return channel.fetch_comments(cursor, [stage.post])


def store(stage: Stage, page: CommentPage) -> None:
    with transaction() as session:
        intake.store_page(session, stage.account_id, page)


# ----------------------------------------------------------------------------------- what comes in


@plays("arrives", "ours")
def test_what_the_public_says_comes_in_once_with_its_thread_and_what_we_say_does_not(stage: Stage):
    first = stage.says(ADVERSE)
    answer = stage.says("Moi aussi", under=first)
    below = stage.says("Et moi", under=answer)
    stage.world.channel().reply(first, "Bonjour, merci de votre message.", key="r1")
    reports = [stage.poll(), stage.poll()]
    assert [(report.error, report.new) for report in reports] == [(None, 3), (None, 0)]
    stored = stage.stored()
    assert set(stored) == {first, answer, below}
    assert {one.conversation_id for one in stored.values()} == {stage.post}
    assert (stored[first].parent_external_id, stored[answer].parent_external_id) == (stage.post, first)
    assert [revision.text for revision in revisions(stored[first].id)] == [ADVERSE]
    assert count(RawEvent) >= count(Comment) == count(CommentRevision) == 3
    assert {one.reply for one in stored.values()} == {ReplyFacet.OWED}


@plays("thread")
def test_more_answers_than_come_with_their_comment_all_come_in(stage: Stage):
    first = stage.says("Où le trouver ?")
    answers = stage.world.comments([f"réponse {n}" for n in range(12)], reply_to=first)
    stage.poll()
    assert set(stage.stored()) == answers | {first}


@plays("late")
def test_what_appears_after_newer_ones_with_an_older_date_comes_in_within_the_hour(stage: Stage):
    newest = stage.says(HARMLESS)
    stage.poll()
    earlier = (clock.now() - timedelta(hours=1)).isoformat()
    late, answer = stage.says(ADVERSE, at=earlier), stage.says("Pareil", under=newest, at=earlier)
    stage.poll()
    stage.world._call("POST", "clock", at=(clock.now() + timedelta(minutes=61)).isoformat())
    stage.reconcile()
    stage.poll()
    assert set(stage.stored()) == {newest, late, answer}


@plays("released")
def test_what_the_network_holds_back_comes_in_hidden_and_is_shown_once_it_is_released(stage: Stage):
    assert isinstance(stage.world, YoutubeWorld)
    products()
    held = stage.says(ADVERSE)
    stage.world.moderate(held, "heldForReview")
    newer = stage.says(HARMLESS)
    stage.poll()
    assert {name: one.visibility for name, one in stage.stored().items()} == {
        held: VisibilityFacet.HIDDEN_BY_OTHERS,
        newer: VisibilityFacet.VISIBLE,
    }
    analysing.analyse_pending()
    assert stage.stored()[held].id in in_pv_queue()
    stage.world.moderate(held, "published")
    stage.reconcile()
    assert stage.stored()[held].visibility is VisibilityFacet.VISIBLE


# ------------------------------------------------------------------- again, in disorder, cut short


@plays("replayed")
def test_the_same_pages_five_times_mixed_and_in_another_order_leave_the_same_database(stage: Stage):
    first, second = stage.says("J'adore"), stage.says(HARMLESS)
    pages = [fetched(stage)]
    stage.says("Moi aussi", under=second)
    if stage.can.shows_edits:
        stage.world.edit(first, ADVERSE)
    pages += [fetched(stage, pages[0].cursor), fetched(stage)]
    for page in pages:
        store(stage, page)
    before = every_row()
    chance = random.Random(7)
    for _ in range(5):
        mixed = [comment for page in pages for comment in page.comments]
        chance.shuffle(mixed)
        store(stage, CommentPage(tuple(mixed), pages[0].cursor))
        store(stage, chance.choice(pages))
    assert every_row() == before


class Killed(BaseException):
    """The process ends here."""


@contextmanager
def traced(see: Callable[[tuple[str, int]], None]) -> Iterator[None]:
    """Let `see` look at every line of ours before it is run."""

    def trace(frame: Any, event: str, _arg: Any) -> Any:
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        if event == "line":
            see((frame.f_code.co_filename, frame.f_lineno))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def lines_of(act: Callable[[], None]) -> list[tuple[str, int]]:
    """Return the lines that an act runs, each once."""
    lines: list[tuple[str, int]] = []
    with traced(lines.append):
        act()
    return list(dict.fromkeys(lines))


def die_at(where: tuple[str, int], line: tuple[str, int]) -> None:
    if line == where:
        raise Killed


def stored_and_killed(stage: Stage, page: CommentPage) -> None:
    with pytest.raises(Killed), transaction() as session:
        intake.store_page(session, stage.account_id, page)
        raise Killed


@plays("killed")
def test_killed_at_any_line_before_the_commit_nothing_is_lost_and_nothing_is_there_twice(stage: Stage):
    said = {stage.says(ADVERSE), stage.says(HARMLESS)}
    page = fetched(stage)
    lines = lines_of(lambda: stored_and_killed(stage, page))
    # The lines are the same whoever the network is: each network dies at its share of them, all of them at all.
    share = lines[NETWORKS.index(stage.network) :: len(NETWORKS)]
    assert len(lines) > 60
    for line in share:
        with traced(partial(die_at, line)), pytest.raises(Killed):
            store(stage, page)
    assert (count(Comment), count(RawEvent), count(CommentRevision), stage.cursor()) == (0, 0, 0, None)
    stage.poll()
    stage.poll()
    assert set(stage.stored()) == said
    assert (count(RawEvent), count(CommentRevision)) == (2, 2)


@plays("edited")
def test_an_edit_is_a_new_version_opened_anew_and_a_decision_on_the_old_one_is_refused(stage: Stage):
    products()
    pv = officer()
    said = stage.says("J'adore")
    stage.poll()
    analysing.analyse_pending()
    comment_id = stage.stored()[said].id
    decide(pv, comment_id)
    assert stage.stored()[said].pv is PvFacet.NOT_AE
    stage.world.edit(said, "J'ai des vertiges depuis le traitement")
    assert stage.reconcile().error is None
    now = stage.stored()[said]
    assert (now.id, now.revision_n, now.screening, now.pv) == (comment_id, 2, Screening.UNSCREENED, PvFacet.POSSIBLE)
    with pytest.raises(triage.StaleVersion, match="version 2 au lieu de 1"):
        decide(pv, comment_id)
    analysing.analyse_pending()
    with reading() as session:
        view = queries.comment_view(session, comment_id)
    assert [one.text for one in view.revisions] == ["J'adore", "J'ai des vertiges depuis le traitement"]
    assert comment_id in in_pv_queue()


def decide(pv: Any, comment_id: str) -> None:
    """Decide on the first version of a comment that it is no adverse event."""
    with reading() as session:
        version = get(session, Comment, comment_id).row_version
    with transaction() as session:
        triage.classify(
            session, pv, comment_id=comment_id, revision_n=1, row_version=version,
            outcomes=[TriageOutcome.PRODUCT_MENTION],
        )  # fmt: skip


@plays("deleted")
def test_what_its_author_deletes_stays_with_its_text_its_clocks_and_its_whole_case(stage: Stage):
    products()
    said = stage.says(ADVERSE)
    stage.poll()
    analysing.analyse_pending()
    before = stage.stored()[said]
    stage.world.delete(said)
    stage.poll()
    for _ in range(2):
        assert stage.reconcile().error is None
    after = stage.stored()[said]
    assert after.visibility is VisibilityFacet.DELETED_BY_AUTHOR
    assert (after.pv, after.awareness_at, after.reply_due_at) == (before.pv, before.awareness_at, before.reply_due_at)
    with reading() as session:
        stone = session.exec(select(Tombstone)).one()
        case = queries.case_list(session)[0]
        record = case_record.intake_record(session, get(session, Case, case.id))
    assert stone.confirmed_at
    assert after.id in in_pv_queue()
    assert [comment.text for comment in record.comments] == [ADVERSE]


@plays("hidden")
def test_what_others_hide_on_the_network_is_frozen_and_stays_in_the_queue(stage: Stage):
    products()
    said = stage.says(ADVERSE)
    stage.poll()
    analysing.analyse_pending()
    stage.world.channel().hide(said)
    assert stage.reconcile().error is None
    after = stage.stored()[said]
    assert (after.visibility, after.reply) == (VisibilityFacet.HIDDEN_BY_OTHERS, ReplyFacet.OWED)
    assert after.id in in_pv_queue()
    assert count(Evidence) == 1


# -------------------------------------------------------------------------------- what we can prove


@plays("counted")
def test_what_we_hold_is_told_beside_the_networks_own_number(stage: Stage):
    first = stage.says(HARMLESS)
    stage.says("Bravo")
    if stage.can.counts_all:
        stage.says("Merci", under=first)
    stage.poll()
    stage.reconcile()
    row, held = stage.coverage(), 3 if stage.can.counts_all else 2
    assert (row.stored_count, row.network_count) == (held, held)
    stage.says("Pas encore relevé")
    stage.reconcile()
    row = stage.coverage()
    assert (row.stored_count, row.network_count) == (held, held + 1)


@plays("token")
def test_a_token_that_ends_is_said_after_one_poll_and_nothing_written_meanwhile_is_lost(stage: Stage):
    before = stage.says(HARMLESS)
    stage.poll()
    stage.revoke()
    meanwhile = stage.says(ADVERSE)
    assert [stage.poll().error for _ in range(2)] == ["AuthExpired"] * 2
    row = stage.coverage()
    assert row.sentence.startswith("Aucune donnée depuis le ")
    assert row.sentence.endswith(" : le réseau n'accepte plus le jeton.")
    assert "reconnecter le compte" in row.advice
    assert (row.received_today, row.healthy) == (None, False)
    assert count(AuditEvent, AuditEvent.action == "account:auth_expired") == 1
    with reading() as session:
        assert queries.counts(session).total.silent
    stage.revoke(restored=True)
    with transaction() as session:
        breakers.reconnected(session, stage.account_id)
    assert stage.poll().error is None
    assert set(stage.stored()) == {before, meanwhile}
    assert stage.coverage().healthy


ANSWERS = {"lose_answer": "Merci beaucoup !", "refuse_after": "Bonne journée à vous !"}


@plays("answered")
def test_an_answer_whose_receipt_is_lost_or_that_is_refused_after_it_left_is_public_once(stage: Stage):
    products()
    cm = community_manager()
    said = {stage.says(f"Merci pour cette photo, {kind} !"): kind for kind in ANSWERS}
    stage.poll()
    for external_id, kind in said.items():
        comment = stage.stored()[external_id]
        with transaction() as session:
            replies.answer_courtesy(
                session, cm, comment_id=comment.id, row_version=comment.row_version, text=ANSWERS[kind]
            )
        stage.breaks(kind, method="POST")
        for minutes in (0, 5, 60):
            with clock.at(clock.now() + timedelta(minutes=minutes)):
                work()
    ours = [one["text"] for one in stage.world.items() if one["author_id"] == stage.world.account.id and one["shown"]]
    assert {words: sum(text.endswith(words) for text in ours) for words in ANSWERS.values()} == dict.fromkeys(
        ANSWERS.values(), 1
    )
    with reading() as session:
        assert set(session.exec(select(Reply.status))) == {ReplyStatus.CONFIRMED}
        assert queries.people_waiting(session).waiting == 0
