"""What the sheets signed make of each account: the moments before which what came is erased."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, select

from compliance import clock
from models.account import Account
from models.terms import TermsSheet
from moderation.terms.in_force import keeping

Place = tuple[datetime, str]
START: Place = (datetime.min.replace(tzinfo=UTC), "")


@dataclass(frozen=True)
class Rule:
    """What a sheet makes of one account: erased are comments received before a moment, deleted ones before another."""

    account_id: str
    received_before: datetime
    missing_before: datetime
    reason: str


def rules(session: Session) -> list[Rule]:
    """Return the rule of each account whose network's sheet was ever signed."""
    sheets = keeping(session)
    accounts = session.exec(select(Account).where(col(Account.network).in_(sheets)).order_by(col(Account.id)))
    return [_rule(account, sheets[account.network]) for account in accounts]


def _rule(account: Account, row: TermsSheet) -> Rule:
    now = clock.now()
    told = f"{row.network.value} {row.n}: {row.days_kept} / {row.days_after_deletion}"
    return Rule(account.id, now - timedelta(days=row.days_kept), now - timedelta(days=row.days_after_deletion), told)
