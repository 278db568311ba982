"""The figures of a period: days as they were last counted, those that never were and today as they stand now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Date, bindparam, null
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from compliance import clock
from models.dashboard import DashboardDay, DashboardFigures
from models.engine_room import Job
from models.enums import Network
from moderation.deadlines import day_bounds, paris_day
from moderation.figures import Figures
from moderation.queries.day_figures import EVERY, Place, figures_of, fingerprint, fingerprint_of, registered
from moderation.queries.unchanged import unchanged
from moderation.rolling_up import ROUND, days_from, first_day


@dataclass(frozen=True)
class State:
    """What the figures of some days rest on, each day with its fingerprint; two equal states give the same figures.

    `kept` are the days as they were last counted, `live` those that are counted now.
    """

    kept: tuple[tuple[date, str], ...] = ()
    live: tuple[tuple[date, str], ...] = ()


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
    live = state_of(session, first, last, exact=exact).live
    kept = _kept(session, first, last, product, {day for day, _mark in live}, times=times)
    now = (
        DayFigures(day, where, figures)
        for day, mark in live
        for (where, named), figures in _counted_now(session, day, mark).items()
        if named == product
    )
    return [one for one in (*kept, *now) if network is None or one.network is network]


def _counted_now(session: Session, day: date, mark: str) -> dict[Place, Figures]:
    return unchanged(("day", day), mark, lambda: figures_of(session, day, registered(session)))


def state_of(session: Session, first: date, last: date, *, exact: bool = False) -> State:
    """Return what the figures of the days between two rest on, as `figures_between` takes them."""
    today, start = paris_day(clock.now()), first_day(session)
    if start is None or max(first, start) > min(last, today):
        return State()
    days, names = days_from(max(first, start), min(last, today)), registered(session)
    held = dict(session.execute(_counted_days(), {"first": days[0], "last": days[-1]}).all())
    asked = [day for day in days if exact or day == today or day not in held]
    live = {day: mark for day in asked if held.get(day) != (mark := fingerprint(session, day, names))}
    return State(tuple((day, mark) for day, mark in held.items() if day not in live), tuple(live.items()))


@cache
def _counted_days() -> Any:
    first, last = bindparam("first", type_=Date()), bindparam("last", type_=Date())
    found = select_columns(col(DashboardDay.day), col(DashboardDay.fingerprint))
    return found.where(col(DashboardDay.day) >= first, col(DashboardDay.day) <= last)


def mark_of(session: Session, first: date, last: date) -> str:
    """Return what changes with every comment and case of the days between two, without asking for each of them."""
    return fingerprint_of(session, (day_bounds(first)[0], day_bounds(last)[1]), registered(session))


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
