"""Private messages and comments under advertisements: in the same queue, answered in the thread, never public."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from sqlmodel import select

from compliance import clock
from connectors.base import Account as Identity
from connectors.sandbox import COMPANY
from connectors.sandbox.meta.networks import BLIND_TOKEN, INSTAGRAM_TOKEN, PAGE_TOKEN
from connectors.sandbox.meta.oauth import INSTAGRAM
from errors import RuleViolated, Unavailable
from models.account import Cursor
from models.comment import Comment, RawEvent
from models.enums import (
    BlindSpot,
    CommentKind,
    HideReason,
    Network,
    PvFacet,
    ReplyFacet,
    Screening,
    VisibilityFacet,
)
from models.private import DoorReading, ThreadMessage
from models.session import reading, transaction
from moderation import analysing, intake, manual_checks, private_reading, queries, replies, visibility
from moderation.queries import private as private_queries
from settings import get_settings
from tests.comment_factories import approved_text, community_manager, count, products, work
from tests.connection_factories import connected_as
from tests.connectors.private_contract import PrivateWorld
from tests.terms_factories import sign_terms

ADVERSE = "Depuis que je prends Cardexine j'ai des vertiges, je n'ose pas le dire en public."


@pytest.fixture
def world(sandbox, db, monkeypatch) -> Iterator[PrivateWorld]:
    for network in ("facebook", "instagram"):
        monkeypatch.setenv(f"COVIGIE_{network.upper()}_BASE_URL", f"{sandbox.url}/{network}")
    get_settings.cache_clear()
    with httpx.Client(base_url=sandbox.url, trust_env=False) as http:
        http.post("/_sandbox/reset").raise_for_status()
        me = "/facebook/v25.0/me/"
        yield PrivateWorld(
            "facebook", sandbox.url, COMPANY, PAGE_TOKEN, BLIND_TOKEN, http, f"{me}conversations", f"{me}messages",
            "m_{}".format, "messages",
        )  # fmt: skip


def connect(network=Network.FACEBOOK, who: Identity = COMPANY, token=PAGE_TOKEN):
    sign_terms(network)
    return connected_as(who, network, token)


@pytest.fixture
def account(world):
    return connect()


def the_comment() -> Comment:
    with reading() as session:
        return session.exec(select(Comment)).one()


def spots(account) -> set[BlindSpot]:
    with reading() as session:
        return {row.spot for row in manual_checks.standing(session) if row.account.id == account.id}


def door(account, spot=BlindSpot.PRIVATE_MESSAGES) -> DoorReading:
    with reading() as session:
        return session.get(DoorReading, (account.id, spot))


# --- in -------------------------------------------------------------------------------------------------------------


def test_a_private_message_is_screened_as_any_other_and_waits_for_pharmacovigilance(world, account):
    products()
    world.write(ADVERSE)
    assert private_reading.read_doors(account.id) == 1
    analysing.analyse_pending(10)
    comment = the_comment()
    assert (comment.kind, comment.screening, comment.pv) == (
        CommentKind.PRIVATE_MESSAGE, Screening.FLAGGED, PvFacet.POSSIBLE,
    )  # fmt: skip
    assert comment.reply is ReplyFacet.OWED
    with reading() as session:
        assert queries.comment_row(session, comment.id).kind is CommentKind.PRIVATE_MESSAGE


def test_read_twice_it_is_one_and_what_we_wrote_is_context_alone(world, account):
    world.write(ADVERSE)
    world.write("Bonjour, depuis quand ?", ours=True)
    for _ in range(2):
        private_reading.read_doors(account.id)
    assert (count(Comment), count(RawEvent), count(ThreadMessage)) == (1, 1, 1)
    with reading() as session:
        told = queries.around(session, the_comment().id)
    assert [(node.text, node.ours) for node in told.thread] == [(ADVERSE, False), ("Bonjour, depuis quand ?", True)]
    assert told.others == 1


def test_a_crash_before_the_commit_loses_nothing(world, account, monkeypatch):
    world.write(ADVERSE)
    with monkeypatch.context() as broken:
        broken.setattr(private_reading, "_keep_own", lambda *_args: 1 / 0)
        private_reading.read_doors(account.id)
    with reading() as session:
        assert session.get(Cursor, (account.id, "messages")) is None
    assert (count(Comment), count(RawEvent), door(account).error) == (0, 0, "ZeroDivisionError")
    assert private_reading.read_doors(account.id) == 1


def test_an_older_message_that_is_told_no_more_is_not_taken_for_deleted(world, account):
    start = clock.now() - timedelta(hours=2)
    world.write(ADVERSE, at=start)
    private_reading.read_doors(account.id)
    for n in range(21):
        world.write(f"suite {n}", at=start + timedelta(minutes=n + 1))
    intake.reconcile_account(account.id)
    assert the_comment().visibility is VisibilityFacet.VISIBLE


def test_an_answer_to_a_story_and_what_is_said_under_an_advertisement_keep_their_kind(world, account):
    ad = world.control("posts", text="Publicité", settings={"ad": True, "inline": True})["id"]
    world.control("comments", text="J'ai eu mal au ventre", reply_to=ad)
    private_reading.read_doors(account.id)
    profile = connect(Network.INSTAGRAM, INSTAGRAM, INSTAGRAM_TOKEN)
    world.control("messages", network="instagram", text="Des plaques !", handle="galet_aube", story="180")
    private_reading.read_doors(profile.id)
    with reading() as session:
        kinds = dict(session.exec(select(Comment.network, Comment.kind)).all())
    assert kinds == {Network.FACEBOOK: CommentKind.AD_COMMENT, Network.INSTAGRAM: CommentKind.STORY_REPLY}
    assert BlindSpot.STORIES not in spots(profile)


# --- what is read by hand ----------------------------------------------------------------------------------------------


def test_a_door_that_is_read_spares_the_look_by_hand_and_asks_for_it_again_once_it_fails(world, account):
    assert {BlindSpot.PRIVATE_MESSAGES, BlindSpot.ADVERTISING} <= spots(account)
    private_reading.read_doors(account.id)
    assert spots(account) == {BlindSpot.REVIEWS, BlindSpot.MENTIONS}
    with clock.at(clock.now() + timedelta(hours=25)):
        assert BlindSpot.PRIVATE_MESSAGES in spots(account)


def test_without_the_permission_comments_come_in_and_the_check_by_hand_takes_the_messages_place(world, account):
    private_reading.read_doors(account.id)
    connect(token=BLIND_TOKEN)
    world.write(ADVERSE)
    private_reading.read_doors(account.id)
    assert door(account).error == "NotGranted"
    assert BlindSpot.PRIVATE_MESSAGES in spots(account)
    with reading() as session:
        row = next(one for one in private_queries.doors(session) if one.spot is BlindSpot.PRIVATE_MESSAGES)
    assert "permission" in row.sentence
    assert not row.healthy


def test_a_limit_makes_the_door_wait_and_not_the_account(world, account):
    world.control("limits", route="conversations", size=0, seconds=600)
    private_reading.read_doors(account.id)
    waits = door(account).next_allowed_at
    assert waits > clock.now()
    world.control("limits", route="conversations", size=100, seconds=600)
    world.write(ADVERSE)
    assert private_reading.read_doors(account.id) == 0
    with clock.at(waits + timedelta(seconds=1)):
        assert private_reading.read_doors(account.id) == 1


# --- out ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(world, account) -> Comment:
    products()
    world.write("Bonjour, où trouver la notice ?")
    private_reading.read_doors(account.id)
    analysing.analyse_pending(10)
    return the_comment()


def answer(comment: Comment, text, *, actor):
    with transaction() as session:
        return replies.answer(
            session, actor, comment_id=comment.id, row_version=comment.row_version, approved_text_id=text.id
        )


def test_an_answer_leaves_once_in_the_thread_and_is_confirmed(world, waiting):
    cm, text = community_manager(), approved_text()
    reply = answer(waiting, text, actor=cm)
    assert reply.private
    work()
    assert the_comment().reply is ReplyFacet.CONFIRMED
    assert world.sent(reply.text) == 1
    private_reading.read_doors(waiting.account_id)
    with reading() as session:
        ours = [node for node in queries.around(session, waiting.id).thread if node.ours]
    assert [node.text for node in ours] == [reply.text]


def test_an_answer_whose_outcome_was_lost_is_found_and_not_sent_twice(world, waiting):
    cm, text = community_manager(), approved_text()
    world.break_next(world.sending, "lose_answer", "POST")
    reply = answer(waiting, text, actor=cm)
    work()
    with clock.at(clock.now() + timedelta(minutes=10)):
        work()
    assert world.sent(reply.text) == 1
    assert the_comment().reply is ReplyFacet.CONFIRMED


def test_after_a_day_nothing_is_written_and_the_sentence_says_what_to_do(world, waiting):
    cm, text = community_manager(), approved_text()
    with clock.at(waiting.posted_at + timedelta(hours=24)), pytest.raises(RuleViolated, match="Copiez votre texte"):
        answer(waiting, text, actor=cm)
    assert the_comment().reply is ReplyFacet.OWED


def test_the_window_runs_from_what_the_person_wrote_last(world, waiting):
    with reading() as session:
        first = private_queries.private_view(session, waiting.id).until
    world.write("Toujours personne ?", at=waiting.posted_at + timedelta(minutes=5))
    private_reading.read_doors(waiting.account_id)
    with reading() as session:
        assert private_queries.private_view(session, waiting.id).until == first + timedelta(minutes=5)


def test_what_nobody_else_sees_is_neither_hidden_nor_deleted(waiting):
    cm = community_manager()
    read = {"comment_id": waiting.id, "revision_n": 1, "row_version": waiting.row_version, "reason": HideReason.SPAM}
    for act in (visibility.hide, visibility.ask_delete):
        with transaction() as session, pytest.raises(RuleViolated, match="rien à masquer"):
            act(session, cm, **read)


def test_a_network_that_does_not_answer_leaves_the_door_unread(world, account):
    world.break_next(world.listing, "status", "GET", value=503)
    private_reading.read_doors(account.id)
    assert door(account).error == Unavailable.__name__
    assert BlindSpot.PRIVATE_MESSAGES in spots(account)
