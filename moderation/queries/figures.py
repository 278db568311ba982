"""The figures of a period: days as they were last counted, those that never were and today as they stand now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import null
from sqlmodel import Session, col, select

from compliance import clock
from models.dashboard import DashboardDay, DashboardFigures
from models.engine_room import Job
from models.enums import Network
from moderation.deadlines import paris_day
from moderation.figures import Figures
from moderation.queries.day_figures import EVERY, figures_of, registered
from moderation.rolling_up import ROUND, days_from, days_touched, first_day


@dataclass(frozen=True)
class DayFigures:
    """What was counted of a day on one network."""

    day: date
    network: Network
    figures: Figures


def figures_between(
    session: Session,
    first: date,
    last: date,
    *,
    network: Network | None = None,
    product: str = EVERY,
    exact: bool = False,
    times: bool = False,
) -> list[DayFigures]:
    """Return the figures of the days between two, both included, of one network and product or of all.

    Days before today are as old as the worker's last round (five minutes); `exact`: those that changed since are
    counted now. `times`: with the times; without, they may be missing.
    """
    names = registered(session)
    live = _to_count(session, first, last, names, exact=exact)
    kept = _kept(session, first, last, product, live, times=times)
    now = (
        DayFigures(day, where, figures)
        for day in live
        for (where, named), figures in figures_of(session, day, names).items()
        if named == product
    )
    return [one for one in (*kept, *now) if network is None or one.network is network]


def _to_count(session: Session, first: date, last: date, names: Collection[str], *, exact: bool) -> list[date]:
    today, start = paris_day(clock.now()), first_day(session)
    if start is None or max(first, start) > min(last, today):
        return []
    days = days_from(max(first, start), min(last, today))
    if exact:
        return days_touched(session, days, names)
    held = set(
        session.exec(select(col(DashboardDay.day)).where(DashboardDay.day >= days[0], DashboardDay.day <= days[-1]))
    )
    never = [day for day in days if day not in held and day != today]
    return never + (days_touched(session, [today], names) if days[-1] == today else [])


def _kept(
    session: Session, first: date, last: date, product: str, live: Collection[date], *, times: bool
) -> list[DayFigures]:
    found = (
        select(
            col(DashboardFigures.day),
            col(DashboardFigures.network),
            col(DashboardFigures.figures),
            col(DashboardFigures.times) if times else null(),
        )
        .where(DashboardFigures.day >= first, DashboardFigures.day <= last, DashboardFigures.product == product)
        .order_by(col(DashboardFigures.day))
    )
    return [
        DayFigures(day, network, Figures(figures | (measured or {})))
        for day, network, figures, measured in session.exec(found)
        if day not in live
    ]


def counted_at(session: Session) -> datetime | None:
    """Return when the worker last went through all days; None when it did not within the week."""
    rounds = select(Job.finished_at).where(Job.kind == ROUND, col(Job.finished_at).is_not(None))
    return session.exec(rounds.order_by(col(Job.slot).desc()).limit(1)).first()
