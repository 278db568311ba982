"""What the dashboards show of a period: only numbers, of the whole stream, with what is still open in them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, select

from compliance import clock
from compliance.permissions import Actor, Permission, check
from models.enums import Intent, Network, ProductOwner
from models.product import Product
from moderation.agreement import Agreement, drifted
from moderation.deadlines import day_bounds
from moderation.exact import interval
from moderation.figures import Figures, Time, Times, summed, times, valued
from moderation.queries.coverage import coverage
from moderation.queries.day_figures import EVERY
from moderation.queries.figures import DayFigures, counted_at, figures_between, state_of
from moderation.queries.quality import agreement_of, detection_of
from moderation.queries.unchanged import unchanged
from moderation.recall import Recall, estimate

SIGNALS = (
    "competitor",
    f"intent:{Intent.STOCK_SHORTAGE.value}",
    f"intent:{Intent.COMPLAINT.value}",
    f"intent:{Intent.MISINFORMATION.value}",
)
"""Weak signals: a competitor named, a shortage, irritants, misinformation."""

DAY, WEEK = timedelta(days=1), timedelta(days=7)
WEEKS_SHOWN = 8
WEEKS_BEFORE = 8
JUDGED = "detection:"
CASE_KINDS = ("case_term", "case_group")


@dataclass(frozen=True)
class Chosen:
    """What is shown: days of Paris, both included; one network and one product of the register, or all."""

    first: date
    last: date
    network: Network | None = None
    product: str = EVERY


class Volume(NamedTuple):
    """What came in on a day on one network, and how much of it was flagged."""

    day: date
    network: Network
    received: int
    flagged: int


@dataclass(frozen=True)
class Signal:
    """A signal in a week that begins on `monday`: `count` of `total`, the share's exact interval (95 %).

    `rises`: the exact intervals (99 %) of this week's share and of that of the eight weeks before have nothing in
    common, and it went up.
    """

    name: str
    monday: date
    count: int
    total: int
    low: float
    high: float
    rises: bool


@dataclass(frozen=True)
class Absorbed:
    """Confirmed answers from the library and in free words; waivers are no answers and stand apart."""

    library: int
    free: int
    waived: int

    @property
    def share(self) -> float | None:
        """Return the share of answers that took no free text; None without an answer."""
        return self.library / (self.library + self.free) if self.library + self.free else None


@dataclass(frozen=True)
class Heard:
    """How many accounts are heard, and the names and networks of those that are not."""

    accounts: int
    silent: tuple[tuple[str, Network], ...]


@dataclass(frozen=True)
class Dashboard:
    """All that the dashboards show. `counted_at`: when the worker last counted the days before today."""

    chosen: Chosen
    volumes: tuple[Volume, ...]
    received: int
    flagged: int
    unscreened: int
    times: Mapping[Time, Times]
    cases: int
    cases_by_product: tuple[tuple[str, int], ...]
    cases_by_reaction: tuple[tuple[str, int], ...]
    signals: tuple[Signal, ...]
    absorbed: Absorbed
    recall: Recall
    agreement: Agreement
    heard: Heard
    counted_at: datetime | None


def dashboard(session: Session, actor: Actor, chosen: Chosen) -> Dashboard:
    """Return the figures of a period. Quality is that of the whole stream of the period on every network."""
    check(actor, Permission.DASHBOARD_READ)
    since = min(chosen.first, _monday(chosen.last) - (WEEKS_SHOWN + WEEKS_BEFORE - 1) * WEEK)
    state = state_of(session, since, chosen.last)
    sums = unchanged(("dashboard", chosen), state, lambda: _sums(session, chosen, since))
    total = sums.total
    return Dashboard(
        chosen=chosen,
        volumes=sums.volumes,
        received=total["received"],
        flagged=total["flagged"],
        unscreened=total["unscreened"],
        times={what: times(total, what, clock.now()) for what in Time},
        cases=total["case"],
        cases_by_product=_ranked(total, "case_product"),
        cases_by_reaction=_by_reaction(total),
        signals=sums.signals,
        absorbed=Absorbed(total["library"], total["free"], total["waived"]),
        recall=sums.recall,
        agreement=agreement_of(session, (day_bounds(chosen.first)[0], day_bounds(chosen.last)[1])),
        heard=_heard(session),
        counted_at=counted_at(session),
    )


@dataclass(frozen=True)
class _Sums:
    """What rests on the figures of the days alone."""

    volumes: tuple[Volume, ...]
    total: Figures
    signals: tuple[Signal, ...]
    recall: Recall


def _sums(session: Session, chosen: Chosen, since: date) -> _Sums:
    before = figures_between(session, since, chosen.first - DAY, product=chosen.product)
    every = [*before, *figures_between(session, chosen.first, chosen.last, product=chosen.product, times=True)]
    mine = [one for one in every if chosen.network in (None, one.network)]
    shown = [one for one in mine if one.day >= chosen.first]
    return _Sums(
        tuple(_volume(one) for one in shown if one.figures["received"]),
        summed(one.figures for one in shown),
        signals(mine, chosen.last),
        _recall(session, chosen, every),
    )


def _volume(one: DayFigures) -> Volume:
    return Volume(one.day, one.network, one.figures["received"], one.figures["flagged"])


def _ranked(total: Figures, name: str) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(valued(total, name), key=lambda one: (-one[1], one[0])))


def _by_reaction(total: Figures) -> tuple[tuple[str, int], ...]:
    found = ((f"{kind}:{value}", n) for kind in CASE_KINDS for value, n in valued(total, kind))
    return tuple(sorted(found, key=lambda one: (-one[1], one[0])))


def _recall(session: Session, chosen: Chosen, every: Sequence[DayFigures]) -> Recall:
    """Return the recall of the period over every network and product: a sample of one says nothing of another."""
    if chosen.product:
        every = figures_between(session, chosen.first, chosen.last)
    judged: Figures = Figures()
    for one in every:
        for key, n in one.figures.items() if one.day >= chosen.first else ():
            if key.startswith(JUDGED):
                judged[key] += n
    caught, strata = detection_of(judged)
    return estimate(caught, strata)


def _heard(session: Session) -> Heard:
    rows = coverage(session)
    return Heard(len(rows), tuple((row.name, row.network) for row in rows if not row.healthy))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def signals(days: Sequence[DayFigures], last: date) -> tuple[Signal, ...]:
    """Return each signal of each of the last eight weeks, beside the eight weeks before it."""
    weeks: dict[date, Figures] = {}
    for one in days:
        counted = weeks.setdefault(_monday(one.day), Counter())
        for name in ("received", *SIGNALS):
            counted[name] += one.figures[name]
    mondays = [_monday(last) - n * WEEK for n in range(WEEKS_SHOWN - 1, -1, -1)]
    return tuple(_signal(name, monday, weeks) for name in SIGNALS for monday in mondays)


def _signal(name: str, monday: date, weeks: Mapping[date, Figures]) -> Signal:
    now = weeks.get(monday, Figures())
    before = [weeks.get(monday - n * WEEK, Figures()) for n in range(1, WEEKS_BEFORE + 1)]
    count, total = now[name], now["received"]
    count_before, total_before = sum(one[name] for one in before), sum(one["received"] for one in before)
    low, high = interval(count, total) if total else (0.0, 1.0)
    more = bool(total and total_before) and count / total > count_before / total_before
    rises = more and drifted(count, total, count_before, total_before)
    return Signal(name, monday, count, total, low, high, rises)


def products_of(session: Session) -> list[str]:
    """Return the products that the dashboards can be asked for: the register's, ours first."""
    ours = col(Product.owner) != ProductOwner.OWN
    return list(session.exec(select(Product.name).order_by(ours, col(Product.name))))
