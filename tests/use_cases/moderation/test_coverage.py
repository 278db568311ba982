"""What we hold of each post beside the network's own number; an account that falls silent calls people, once."""

from datetime import timedelta

import pytest
from sqlmodel import select

from compliance import accounts, clock, metering
from connectors.base import LookUp
from connectors.registry import AFRESH, capabilities_of
from errors import AuthExpired, Unavailable
from models.account import Account
from models.bypass import Bypass
from models.comment import Comment
from models.coverage import AccountHour, PostCoverage
from models.enums import AccountStatus, AlarmKind, AlarmStatus, BreakerStatus, BypassKind, Network, VisibilityFacet
from models.on_call import OnCallAlarm, OnCallSubject
from models.session import get, reading, transaction
from moderation import alarms, intake, queries, spending
from moderation.count_gaps import Why
from moderation.listening import Silent, silences
from moderation.pacing import SLOWED, Budget
from moderation.queries.account_health import account_health
from moderation.queries.post_rows import PAGE, posts_covered
from settings import get_settings
from tests.comment_factories import NOON, bring, company_account, incoming, page
from tests.terms_factories import sign_terms

MINUTE, HOUR, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(weeks=1)
POST = "9000"


class Told:
    """A network that tells `counts` of posts, brings `pages`, and raises `trouble` first."""

    def __init__(self):
        self.capabilities = capabilities_of("x")
        self.counts, self.pages, self.trouble, self.calls = {}, [], [], 0

    def fetch_comments(self, _cursor, _conversations=()):
        self.calls += 1
        if self.trouble:
            raise self.trouble.pop(0)
        return self.pages.pop(0) if self.pages else page()

    def look_up(self, ids):
        return LookUp((), frozenset(ids) & {"gone"})

    def count(self, remote_id):
        return self.counts.get(remote_id)


@pytest.fixture
def network(monkeypatch):
    told = Told()
    monkeypatch.setattr(accounts, "open_channel", lambda _account: told)
    return told


@pytest.fixture
def account(db):
    with clock.at(NOON - HOUR):
        sign_terms()
        return company_account()


def post(account: Account, remote_id: str = POST) -> None:
    with transaction() as session:
        row = Bypass(
            account_id=account.id, remote_id=remote_id, url=f"https://x.com/LabosHelior/status/{remote_id}",
            kind=BypassKind.UNKNOWN_POST, text="Bonjour", text_sha256=f"{remote_id:0>64}", posted_at=NOON - HOUR,
            found_at=NOON,
        )  # fmt: skip
        session.add(row)


def under(n, parent=POST, top=POST):
    return incoming(n, parent_id=parent, conversation_id=top)


def rows(at=NOON):
    with clock.at(at), reading() as session:
        return posts_covered(session).rows


def test_what_is_held_is_counted_beside_what_the_network_tells(account, network):
    post(account)
    network.counts = {POST: 4}
    with clock.at(NOON):
        ids = bring(account, under(1), under(2), under(3), under(4, parent="1"))
        with transaction() as session:
            get(session, Comment, ids[2], lock=True).visibility = VisibilityFacet.DELETED_BY_AUTHOR
        assert intake.reconcile_account(account.id).error is None
    (row,) = rows()
    assert (row.held, row.network_count, row.missing, row.deeper, row.deleted) == (2, 4, 2, 1, 1)
    assert row.whys == (Why.FILTERED, Why.LATE, Why.REPLIES_APART)
    assert (row.url, row.counted_at, row.silent) == ("https://x.com/LabosHelior/status/9000", NOON, False)
    with clock.at(NOON), reading() as session:
        (covered,) = queries.coverage(session)
    assert (covered.stored_count, covered.network_count, covered.received_today) == (2, 4, 4)


def test_what_the_network_counts_more_is_sought_from_the_beginning_once_a_gap_and_once_a_day(
    account, network, monkeypatch
):
    monkeypatch.setitem(AFRESH, "x", lambda cursor, _posts: cursor)

    def sought(at) -> int:
        before = network.calls
        with clock.at(at):
            intake.reconcile_account(account.id)
            intake.seek_missing(account.id)
        return network.calls - before

    post(account)
    network.counts = {POST: 2}
    network.pages = [page(under(1), under(2))]
    assert sought(NOON) == 1
    assert [row.missing for row in rows()] == [2], "as it was counted then"
    assert sought(NOON + MINUTE) == 0
    assert [row.missing for row in rows(NOON + MINUTE)] == [0]
    network.counts = {POST: 3}
    assert [sought(NOON + n * MINUTE) for n in (2, 3, 4)] == [1, 0, 0], "a filter keeps it: the same gap once"
    network.counts = {POST: 4}
    assert sought(NOON + 5 * MINUTE) == 1, "more is missing"
    assert sought(NOON + 6 * MINUTE + 24 * HOUR) == 1, "a day later"
    network.trouble = [Unavailable("down")]
    network.counts = {POST: 5}
    assert [sought(NOON + 30 * HOUR), sought(NOON + 30 * HOUR + 2 * MINUTE)] == [1, 1], "not read is not sought"


def test_the_worst_come_first_a_page_at_a_time_and_old_posts_no_more(account, network):
    lacks = {str(9000 + n): n for n in range(PAGE + 2)}
    for remote_id in lacks:
        post(account, remote_id)
    network.counts = lacks
    with clock.at(NOON):
        intake.reconcile_account(account.id)
    with clock.at(NOON), reading() as session:
        first, second = posts_covered(session), posts_covered(session, page=1)
    assert [row.missing for row in first.rows] == list(range(PAGE + 1, 1, -1))
    assert [row.missing for row in second.rows] == [1], "a post without a comment anywhere is no line"
    assert (first.total, first.lacking, second.page) == (PAGE + 1, PAGE + 1, 1)
    late = NOON + intake.WATCHED
    with clock.at(late):
        intake.reconcile_account(account.id)
    assert rows(late) == ()


def test_comments_that_the_network_tells_of_and_does_not_list_are_said_until_it_lists_them(account, network):
    network.pages = [page(unseen=(POST,), closed=("9001",))]
    with clock.at(NOON):
        intake.poll_account(account.id)
        with reading() as session:
            held = {row.remote_id: (row.unseen, row.closed) for row in session.exec(select(PostCoverage))}
        assert held == {POST: (True, False), "9001": (False, True)}
        assert [row.counted_at for row in rows()] == [None, None], "and nobody reads a zero in that"
        assert [row.whys for row in rows()] == [(Why.UNSEEN,), (Why.CLOSED,)]
        intake.poll_account(account.id)
        with reading() as session:
            assert not any(row.unseen or row.closed for row in session.exec(select(PostCoverage)))


def test_numbers_of_an_account_that_is_not_read_any_more_are_those_of_then(account, network):
    post(account)
    network.counts = {POST: 1}
    with clock.at(NOON):
        bring(account, under(1))
        intake.reconcile_account(account.id)
    assert [row.silent for row in rows(NOON + 15 * MINUTE)] == [False]
    assert [row.silent for row in rows(NOON + 16 * MINUTE)] == [True]


def test_five_failures_space_the_readings_out_and_a_refused_token_ends_them(account, network):
    network.trouble = [Unavailable("down")] * 6
    with clock.at(NOON):
        for _ in range(9):
            assert intake.poll_account(account.id).error == "Unavailable"
        assert network.calls == 5
    with clock.at(NOON + MINUTE):
        for _ in range(3):
            intake.poll_account(account.id)
    assert network.calls == 6
    network.trouble = [AuthExpired("401")]
    with clock.at(NOON + 10 * MINUTE):
        for _ in range(3):
            assert intake.poll_account(account.id).error in ("AuthExpired", "Unavailable")
        with reading() as session:
            health = account_health(session)[account.id]
            (covered,) = queries.coverage(session)
    assert network.calls == 7
    assert health.breaker is BreakerStatus.STOPPED
    assert "le réseau n'accepte plus le jeton" in covered.sentence


# -------------------------------------------------------------------------------------------- silence


def watched(at):
    """Do what the worker's clock does for silent accounts; return the alarms as (kind, status)."""
    with clock.at(at):
        alarms.watch()
        alarms.watch_accounts()
    with reading() as session:
        return [(one.kind, one.status) for one in session.exec(select(OnCallAlarm).order_by(OnCallAlarm.id))]


def test_an_account_that_is_not_read_calls_once_and_is_cleared_when_it_speaks_again(account, network):
    with clock.at(NOON):
        intake.poll_account(account.id)
    assert watched(NOON + 15 * MINUTE) == []
    open_one = (AlarmKind.SILENT, AlarmStatus.OPEN)
    for minutes in (16, 17, 200):
        assert watched(NOON + minutes * MINUTE) == [open_one]
    with clock.at(NOON + 201 * MINUTE):
        intake.poll_account(account.id)
    closed = (AlarmKind.SILENT, AlarmStatus.CLOSED)
    assert watched(NOON + 202 * MINUTE) == [closed]
    assert watched(NOON + 300 * MINUTE) == [closed, open_one], "silent again, it calls again"
    with reading() as session:
        assert [one.n for one in session.exec(select(OnCallSubject).order_by(OnCallSubject.n))] == [0, 1]


def test_an_account_that_was_never_connected_calls_nobody(db):
    with transaction() as session:
        get(session, Account, company_account().id, lock=True).status = AccountStatus.PAUSED
    assert watched(clock.now() + 24 * HOUR) == []


def test_an_account_that_is_read_and_brings_nothing_at_its_busy_hours_is_silent_too(account, network):
    start = NOON.replace(minute=0)
    for week in range(1, 5):
        with clock.at(start - week * WEEK - HOUR), transaction() as session:
            metering.note(session, account.id, {"new": 8})
    with clock.at(start - 2 * HOUR), transaction() as session:
        metering.note(session, account.id, {"new": 1})
    with clock.at(start):
        intake.poll_account(account.id)
        with reading() as session:
            silence = silences(session, start)[account.id]
    assert (silence.kind, silence.since, silence.usual) == (Silent.QUIET, start - HOUR, 8)
    assert watched(start) == [(AlarmKind.SILENT, AlarmStatus.OPEN)]
    with clock.at(start + MINUTE):
        bring(account, under(1))
    assert watched(start + MINUTE) == [(AlarmKind.SILENT, AlarmStatus.CLOSED)]


# ----------------------------------------------------------------------------------------------- cost


def bill_of(account):
    with reading() as session:
        return spending.bill(session, get(session, Account, account.id))


def test_the_month_is_estimated_warned_of_and_at_its_limit_read_once_an_hour(account, network, monkeypatch):
    monkeypatch.setenv("COVIGIE_MONTHLY_DOLLARS", "1")
    get_settings.cache_clear()
    with clock.at(NOON):
        bring(account, under(1))
        assert bill_of(account).spent == 0.005
        for payloads, budget in ((158, Budget.FINE), (1, Budget.NEAR), (40, Budget.REACHED)):
            with transaction() as session:
                metering.note(session, account.id, {"payloads": payloads})
            assert bill_of(account).budget is budget
        intake.poll_account(account.id)
        with reading() as session:
            assert get(session, Account, account.id).next_allowed_at == NOON + SLOWED
            assert silences(session, NOON + 2 * HOUR) == {}, "its own interval is an hour now"
            assert queries.coverage(session)[0].healthy
        post(account)
        intake.reconcile_account(account.id)
        network.counts = {POST: 3}
    with clock.at(NOON + 2 * HOUR):
        intake.reconcile_account(account.id)
    assert [row.network_count for row in rows()] == [None], "looked at again once a day only"
    with clock.at(NOON.replace(month=12)):
        assert bill_of(account).spent == 0


def test_units_of_a_daily_budget_are_shared_by_a_networks_accounts(db):
    with clock.at(NOON):
        first = company_account()
        with transaction() as session:
            get(session, Account, first.id, lock=True).network = Network.YOUTUBE
        bring(first, under(1))
        assert (bill_of(first).spent, bill_of(first).limit, bill_of(first).units) == (3, 10_000, True)
    with clock.at(NOON + 25 * HOUR):
        assert bill_of(first).spent == 0
    with reading() as session:
        assert session.exec(select(AccountHour)).one().reads == 1
