"""Where no interface shows what is said, a named person looks every day; what nobody looked at is said."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlmodel import select

from compliance import clock
from compliance.people import deactivate_user
from errors import InvalidInput, NotPermitted, StaleVersion
from models.compliance import AuditEvent
from models.enums import BlindSpot, Role
from models.manual import ManualLook
from models.session import reading, transaction
from moderation import manual_checks
from moderation.manual_checks import last_due
from tests.comment_factories import community_manager, company_account, officer
from tests.factories import person
from tests.terms_factories import sign_terms

MESSAGES = BlindSpot.PRIVATE_MESSAGES
SATURDAY = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
"""Half past nine in Paris."""


@pytest.fixture
def account(db):
    sign_terms()
    return company_account()


@pytest.fixture
def pv(account):
    return officer()


@pytest.fixture
def leo(account):
    return community_manager()


def name(actor, account, owner, at=time(9), *, spot=MESSAGES, version=None):
    with transaction() as session:
        return manual_checks.name_owner(
            session, actor, account_id=account.id, spot=spot, owner_id=owner.id, at=at, row_version=version
        )


def look(actor, account, found=0, note=""):
    with transaction() as session:
        return manual_checks.note_look(session, actor, account_id=account.id, spot=MESSAGES, found=found, note=note)


def messages():
    with reading() as session:
        return next(row for row in manual_checks.standing(session) if row.spot is MESSAGES)


def test_what_nobody_looks_at_is_late_from_the_first_day(account):
    assert (messages().owner, messages().late) == (None, True)


def test_a_look_holds_until_the_next_days_hour_week_ends_included(account, pv, leo):
    with clock.at(SATURDAY - timedelta(days=1)):
        name(pv, account, leo)
        look(leo, account)
        assert not messages().late
    with clock.at(SATURDAY):
        assert messages().late
        with reading() as session:
            assert [row.spot for row in manual_checks.mine_to_do(session, leo)] == [MESSAGES]
            assert manual_checks.mine_to_do(session, pv) == []
        look(leo, account)
        assert not messages().late


def test_before_the_hour_yesterdays_look_still_holds(account, pv, leo):
    name(pv, account, leo, time(18))
    with clock.at(SATURDAY - timedelta(hours=2)):
        look(leo, account)
    with clock.at(SATURDAY):
        assert not messages().late


def test_who_left_looks_no_more(account, pv, leo):
    name(pv, account, leo)
    look(leo, account)
    with transaction() as session:
        deactivate_user(session, person(Role.ADMINISTRATOR), user_id=leo.id, reason="Départ")
    assert (messages().owner, messages().late) == (None, True)


def test_what_was_found_is_said_and_kept(account, leo):
    look(leo, account, 2, "Deux messages du 21/11, fil « Bonjour », vertiges.")
    with reading() as session:
        assert session.exec(select(ManualLook)).one().found == 2
        assert "check:look" in {event.action for event in session.exec(select(AuditEvent))}
    for found, note in ((1, "  "), (-1, ""), (10_001, "beaucoup"), (0, "é" * 2_001)):
        with pytest.raises(InvalidInput):
            look(leo, account, found, note)


def test_the_first_owner_stands_when_two_name_one_at_once(account, pv, leo):
    row = name(pv, account, leo)
    name(pv, account, pv, version=row.row_version)
    with pytest.raises(StaleVersion):
        name(pv, account, leo, version=row.row_version)


def test_only_who_may_names_and_only_at_an_hour_of_every_day(account, pv, leo):
    with pytest.raises(NotPermitted):
        name(leo, account, leo)
    with pytest.raises(NotPermitted):
        look(person(Role.AUDITOR), account)
    for hour in (time(2, 30), time(23)):
        with pytest.raises(InvalidInput, match="entre 6 h et 22 h"):
            name(pv, account, leo, hour)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 3, 29, 6, 59, tzinfo=UTC), datetime(2026, 3, 28, 8, 0, tzinfo=UTC)),
        (datetime(2026, 3, 29, 7, 0, tzinfo=UTC), datetime(2026, 3, 29, 7, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 8, 0, tzinfo=UTC), datetime(2026, 10, 25, 8, 0, tzinfo=UTC)),
    ],
)
def test_nine_oclock_is_nine_in_paris_on_the_days_that_change_the_hour(now, due):
    with clock.at(now):
        assert last_due(time(9)) == due
