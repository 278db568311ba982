"""received = flagged + skimmed + cleared + unscreened: for every account, every day, and in all."""

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import case, func
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from i18n import _
from models.account import Account, CoverageRecord
from models.comment import Comment
from models.enums import Screening
from models.tally import CommentTally
from moderation import tallying
from moderation.deadlines import day_bounds
from moderation.queries.rows import CountRow, Counts


def counts(session: Session, *, day: date | None = None) -> Counts:
    """Return where the comments received on a day in Paris stand (None: all of them), by account and in all.

    `received` is counted by itself, so that a comment in no state would show. All of them are those that the database
    added up (`models.tally`): to count a million again for each screen takes a second.
    """
    found = _of_day(session, day) if day else tallying.sums(session)
    failed = silent_accounts(session)
    accounts = tuple(
        _count_row(account_id, name, found.get(account_id, NOTHING), silent=account_id in failed)
        for account_id, name in session.exec(select(Account.id, Account.display_name).order_by(Account.display_name))
    )
    sums = [sum(numbers) for numbers in zip(NOTHING, *found.values(), strict=True)]
    return Counts(_count_row(None, _("Tous les comptes"), sums, silent=bool(failed)), accounts)


def total(session: Session) -> CountRow:
    """Return where all comments stand, as `counts` has it in all, in one statement."""
    *sums, silent = session.execute(_in_all()).one()
    return _count_row(None, _("Tous les comptes"), [int(number or 0) for number in sums], silent=bool(silent))


@cache
def _in_all() -> Any:
    last = _last_records(None, counted=False).subquery()
    silent = select_columns(last.c.id).where(~last.c.succeeded).exists()
    return select_columns(*(func.sum(getattr(CommentTally, name)) for name in tallying.SUMS), silent)


def _of_day(session: Session, day: date) -> dict[str, list[int]]:
    first, after = day_bounds(day)
    counted = select(col(Comment.account_id), func.count(), *(_number_of(state) for state in COLUMNS))
    counted = counted.where(Comment.received_at >= first, Comment.received_at < after)
    return {row[0]: [int(number) for number in row[1:]] for row in session.exec(counted.group_by(Comment.account_id))}


def _count_row(account_id: str | None, name: str, numbers: list[int], *, silent: bool) -> CountRow:
    received, flagged, skimmed, cleared, unscreened = numbers
    return CountRow(account_id, name, received, flagged, skimmed, cleared, unscreened, silent)


COLUMNS = (Screening.FLAGGED, Screening.SKIMMED, Screening.CLEARED, Screening.UNSCREENED)
NOTHING = [0, 0, 0, 0, 0]


def _number_of(state: Screening) -> Any:
    return func.sum(case((col(Comment.screening) == state, 1), else_=0))


def comment_totals(session: Session) -> dict[str, int]:
    """Return the totals over all accounts, by name, for the health check: counted now, and not by the tally."""
    received = session.exec(select(func.count()).select_from(Comment)).one()
    states = dict(session.exec(select(Comment.screening, func.count()).group_by(col(Comment.screening))).all())
    return {"received": received, **{state.value: states.get(state, 0) for state in COLUMNS}}


def silent_accounts(session: Session) -> set[str]:
    """Return the accounts whose last poll failed."""
    return {account_id for account_id, record in last_polls(session).items() if not record.succeeded}


def last_polls(session: Session, *, succeeded: bool | None = None, counted: bool = False) -> dict[str, CoverageRecord]:
    """Return each account's last coverage record: of all, of the successful ones, or of those with a count."""
    found = session.exec(_last_records(succeeded, counted=counted))
    return {record.account_id: record for record in found}


@cache
def _last_records(succeeded: bool | None, *, counted: bool) -> Any:
    each = aliased(CoverageRecord)
    records = select(each.id).where(each.account_id == Account.id)
    if succeeded is not None:
        records = records.where(each.succeeded == succeeded)
    if counted:
        records = records.where(col(each.network_count).is_not(None))
    last = records.order_by(col(each.polled_at).desc()).limit(1).correlate(Account).scalar_subquery()
    return select(CoverageRecord).join(Account, col(CoverageRecord.id) == last)
