"""What each hour brought on an account and asked of its network, added up as it happens: never counted afterwards."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, select

from compliance import clock
from models.base import new_id
from models.coverage import AccountHour

MOST = frozenset({"looked_up", "own_posts"})
"""What a network bills once a day however often it is asked: of these the largest counts."""
COUNTED = ("reads", "new", "caps", "payloads", *sorted(MOST), "writes", "link_writes", "units")


def hour_of(moment: datetime) -> datetime:
    """Return the hour that a moment falls in."""
    return moment.replace(minute=0, second=0, microsecond=0)


def note(session: Session, account_id: str, numbers: Mapping[str, int]) -> None:
    """Add to the present hour of an account, in the caller's transaction; locked last of all."""
    if not any(numbers.values()):
        return
    row = _present(session, account_id)
    for name, number in numbers.items():
        before = getattr(row, name)
        setattr(row, name, max(before, number) if name in MOST else before + number)
    session.flush()


def _present(session: Session, account_id: str) -> AccountHour:
    starts_at = hour_of(clock.now())
    wanted = select(AccountHour).where(AccountHour.account_id == account_id, AccountHour.starts_at == starts_at)
    row = session.exec(wanted.with_for_update()).first()
    if row is None:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        fresh = {"id": new_id(), "account_id": account_id, "starts_at": starts_at} | dict.fromkeys(COUNTED, 0)
        session.execute(insert(AccountHour).values(**fresh).on_conflict_do_nothing())
        row = session.exec(wanted.with_for_update()).one()
    return row
