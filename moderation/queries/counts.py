"""received = flagged + skimmed + cleared + unscreened: for every account, every day, and in all."""

from datetime import date
from typing import Any

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from i18n import _
from models.account import Account, CoverageRecord
from models.comment import Comment
from models.enums import Screening
from moderation.deadlines import day_bounds
from moderation.queries.rows import CountRow, Counts


def counts(session: Session, *, day: date | None = None) -> Counts:
    """Return where the comments received on a day in Paris stand (None: all of them), by account and in all.

    `received` is counted by itself, so that a comment in no state would show.
    """
    counted = select(col(Comment.account_id), func.count(), *(_number_of(state) for state in COLUMNS))
    if day:
        first, after = day_bounds(day)
        counted = counted.where(Comment.received_at >= first, Comment.received_at < after)
    found = {row[0]: [int(number) for number in row[1:]] for row in session.exec(counted.group_by(Comment.account_id))}
    failed = silent_accounts(session)
    accounts = tuple(
        _count_row(account_id, name, found.get(account_id, NOTHING), silent=account_id in failed)
        for account_id, name in session.exec(select(Account.id, Account.display_name).order_by(Account.display_name))
    )
    sums = [sum(numbers) for numbers in zip(NOTHING, *found.values(), strict=True)]
    return Counts(_count_row(None, _("Tous les comptes"), sums, silent=bool(failed)), accounts)


def _count_row(account_id: str | None, name: str, numbers: list[int], *, silent: bool) -> CountRow:
    received, flagged, skimmed, cleared, unscreened = numbers
    return CountRow(account_id, name, received, flagged, skimmed, cleared, unscreened, silent)


COLUMNS = (Screening.FLAGGED, Screening.SKIMMED, Screening.CLEARED, Screening.UNSCREENED)
NOTHING = [0, 0, 0, 0, 0]


def _number_of(state: Screening) -> Any:
    return func.sum(case((col(Comment.screening) == state, 1), else_=0))


def comment_totals(session: Session) -> dict[str, int]:
    """Return the totals over all accounts, by name, for the health check."""
    total = counts(session).total
    return {name: getattr(total, name) for name in ("received", "flagged", "skimmed", "cleared", "unscreened")}


def silent_accounts(session: Session) -> set[str]:
    """Return the accounts whose last poll failed."""
    return {account_id for account_id, record in last_polls(session).items() if not record.succeeded}


def last_polls(session: Session, *, succeeded: bool | None = None, counted: bool = False) -> dict[str, CoverageRecord]:
    """Return each account's last coverage record: of all, of the successful ones, or of those with a count."""
    found: dict[str, CoverageRecord] = {}
    for account_id in session.exec(select(Account.id)):
        records = select(CoverageRecord).where(CoverageRecord.account_id == account_id)
        if succeeded is not None:
            records = records.where(CoverageRecord.succeeded == succeeded)
        if counted:
            records = records.where(col(CoverageRecord.network_count).is_not(None))
        last = session.exec(records.order_by(col(CoverageRecord.polled_at).desc()).limit(1)).first()
        if last:
            found[account_id] = last
    return found
