"""Whatever a network answers, a person reads on the coverage screen what happens and what to do, and nothing is lost.

Each case of `connectors.cases` on every network that can show it; how we are told of comments: `test_acceptance_intake`.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import col, select

from compliance import clock
from connectors.sandbox.faults import ELSEWHERE
from models.account import Account, CoverageRecord
from models.comment import Comment, CommentRevision
from models.session import get, reading, transaction
from moderation import intake, queries
from tests.acceptance import plays
from tests.comment_factories import ADVERSE, HARMLESS, company_account, count, every_row, incoming, page
from tests.stages import Stage
from tests.terms_factories import sign_terms
from tests.untrusted import untrusted_server

UNREADABLE = ("html_200", "cut", "redirect")


@pytest.fixture(scope="module")
def untrusted(tmp_path_factory) -> Iterator[tuple[str, list[str]]]:
    with untrusted_server(tmp_path_factory.mktemp("untrusted")) as known:
        yield known


def held(stage: Stage) -> tuple[object, str | None]:
    """Return all that we hold, and how far the account was read."""
    return every_row(), stage.cursor()


def begun(stage: Stage) -> tuple[str, str]:
    """Read one comment, then let another be written: return both."""
    first = stage.says(HARMLESS)
    assert stage.poll().error is None
    return first, stage.says(ADVERSE)


def said_to_be_silent(stage: Stage, why: str, advice: str) -> None:
    """The account's line says since when nothing is known, why, and what to do; never a number."""
    row = stage.coverage()
    assert row.sentence.startswith("Aucune donnée depuis le ")
    assert row.sentence.endswith(f" : {why}.")
    assert advice in row.advice
    assert (row.received_today, row.healthy) == (None, False)


def reason() -> str:
    """Return what was written down for who looks after the machine."""
    with reading() as session:
        last = select(CoverageRecord.message).order_by(col(CoverageRecord.polled_at).desc())
        return session.exec(last).first() or ""


def all_is_in(stage: Stage, *said: str) -> None:
    """The next poll brings what was missing, once, and the screen is calm again."""
    assert stage.poll().error is None
    assert set(stage.stored()) == set(said)
    assert count(CommentRevision) == len(said)
    assert stage.coverage().healthy


@plays("unreadable")
def test_an_answer_that_is_none_moves_nothing_and_is_said(stage: Stage):
    first, second = begun(stage)
    before = held(stage)
    for kind in UNREADABLE:
        stage.breaks(kind)
        assert stage.poll().error == "Unavailable"
        assert held(stage) == before
        said_to_be_silent(stage, "le réseau ne répond pas", "Le relevé est retenté de lui-même.")
    assert f"a redirect to {ELSEWHERE}: refused" in reason()
    all_is_in(stage, first, second)


@plays("limited")
def test_a_limit_without_an_hour_is_waited_for_without_a_call_and_is_said(stage: Stage):
    first, second = begun(stage)
    before = held(stage)
    stage.breaks("status", value=429)
    report = stage.poll()
    assert report.next_allowed_at
    with clock.at(report.next_allowed_at - timedelta(seconds=1)):
        assert intake.poll_account(stage.account_id).received == 0, "nobody is asked meanwhile"
    assert held(stage)[0] == before[0]
    said_to_be_silent(stage, "le réseau demande d'attendre", "Regardez la page du réseau en attendant.")
    all_is_in(stage, first, second)


def test_a_list_that_ends_too_early_is_said_not_to_be_whole(sqlite_db):
    sign_terms()
    account = company_account()
    with transaction() as session:
        intake.store_page(session, account.id, page(incoming(1), cap_hit=True))
        (row,) = queries.coverage(session)
    assert "le réseau ne laisse pas tout voir : il peut manquer des commentaires" in row.sentence
    assert not row.healthy


@plays("untrusted")
def test_a_certificate_that_nobody_vouches_for_gets_no_token_and_is_said(stage: Stage, untrusted):
    address, asked = untrusted
    first, second = begun(stage)
    before = held(stage)
    right = called_at(stage, address)
    assert stage.poll().error == "Unavailable"
    assert (asked, held(stage)) == ([], before)
    said_to_be_silent(stage, "le réseau ne répond pas", "Le relevé est retenté de lui-même.")
    called_at(stage, right)
    all_is_in(stage, first, second)


def called_at(stage: Stage, address: str) -> str:
    """Let the network be at another address; return the one before."""
    with transaction() as session:
        account = get(session, Account, stage.account_id)
        before, account.base_url = account.base_url, address
        return before or ""


@plays("numbers")
def test_ids_written_as_numbers_are_the_same_comments(stage: Stage):
    first = stage.says(HARMLESS)
    answer = stage.says(ADVERSE, under=first)
    stage.breaks("numbers", times=500)
    assert stage.poll().error is None
    as_numbers = {name: (one.parent_external_id, one.author_id) for name, one in stage.stored().items()}
    stage.world.http.request("DELETE", "/_sandbox/faults").raise_for_status()
    assert stage.poll().new == 0
    assert set(as_numbers) == {first, answer}
    assert as_numbers == {name: (one.parent_external_id, one.author_id) for name, one in stage.stored().items()}
    assert count(CommentRevision) == 2


@plays("skewed")
@pytest.mark.parametrize("hours", [-3, 3], ids=["behind", "ahead"])
def test_a_network_whose_clock_is_hours_away_loses_nothing(stage: Stage, hours: int):
    said = []
    for minutes in (0, 10):
        at = clock.now() + timedelta(hours=hours, minutes=minutes)
        stage.world._call("POST", "clock", at=at.isoformat())
        said.append(stage.says(ADVERSE if minutes else HARMLESS))
        assert stage.poll().error is None
    stage.world._call("POST", "clock", at=None)
    said.append(stage.says("L'heure est revenue"))
    stage.poll()
    assert set(stage.stored()) == set(said)
    with reading() as session:
        known = session.exec(select(Comment)).all()
    now = (stage.last or clock.now()) + timedelta(seconds=1)
    assert all(one.awareness_at <= now and one.received_at <= now for one in known), "no clock of ours is theirs"
