"""Counting days for the dashboards: again whenever a comment, a case or the register changed since."""

from collections.abc import Collection
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, delete, func, select

from compliance import clock
from models.case import Case
from models.comment import Comment
from models.dashboard import DashboardDay, DashboardFigures
from models.session import reading, transaction
from moderation.deadlines import paris_day
from moderation.figures import split
from moderation.queries.day_figures import figures_of, fingerprint, registered

ROUND = "roll_up_days"
"""The worker's periodic job."""


def first_day(session: Session) -> date | None:
    """Return the day of the first comment or case; None when there is neither."""
    return min((paris_day(moment) for moment in session.execute(_firsts()).one() if moment), default=None)


@cache
def _firsts() -> Any:
    return select_columns(
        *(select_columns(func.min(column)).scalar_subquery() for column in (Comment.received_at, Case.opened_at))
    )


def days_from(first: date, last: date) -> list[date]:
    """Return the days between two, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def days_touched(session: Session, days: Collection[date], names: Collection[str]) -> list[date]:
    """Return which of the days were never counted, or changed since."""
    found = select(col(DashboardDay.day), col(DashboardDay.fingerprint)).where(
        col(DashboardDay.day) >= min(days), col(DashboardDay.day) <= max(days)
    )
    held = dict(session.exec(found).all())
    return [day for day in days if held.get(day) != fingerprint(session, day, names)]


def roll_up(session: Session, day: date, names: Collection[str]) -> None:
    """Count a day and keep its figures.

    The fingerprint is taken first: what changes while the day is counted makes it counted again, and never late.
    """
    mark = fingerprint(session, day, names)
    session.merge(DashboardDay(day=day, fingerprint=mark, counted_at=clock.now()))
    session.exec(delete(DashboardFigures).where(col(DashboardFigures.day) == day))
    session.flush()
    for (network, product), figures in figures_of(session, day, names).items():
        counts, times = split(figures)
        session.add(DashboardFigures(day=day, network=network, product=product, figures=counts, times=times))
    session.flush()


def roll_up_touched() -> None:
    """Count again, each in its own transaction, the days that changed."""
    with reading() as session:
        names, start = registered(session), first_day(session)
        days = days_touched(session, days_from(start, paris_day(clock.now())), names) if start else []
    for day in days:
        with transaction() as session:
            roll_up(session, day, names)
