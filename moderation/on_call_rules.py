"""On call: who is called now, who next and when; which nights nobody holds; what a rota may not hold.

Outside business days and hours the rota answers, in the order of its ranks; within them the list of office hours, the
absent left out; then everybody who may answer. A lunch break is no night: the people of the office are called then.
Pure: the moment is always given. Times are aware; days and hours are those of Paris.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from compliance.business_hours import OFFICE, Shifts, is_business_day
from compliance.time_zone import PARIS
from errors import InvalidInput, RuleViolated
from i18n import N_
from models.enums import AlarmKind, Rung

EMERGENCY_CLIMB = timedelta(minutes=10)
CLOCK_CLIMB = timedelta(hours=1)
REPEAT = timedelta(minutes=30)
RETRY = timedelta(minutes=5)
"""After a rung on which nobody at all could be reached."""
SOON_AT = 0.75
"""The share of a PV clock's time at which it calls."""
LAST_HOUR = timedelta(hours=1)
LONGEST = timedelta(days=14)
MOST_RANKS = 9


@dataclass(frozen=True)
class Duty:
    """One person on call: `rank` 1 is called first."""

    user_id: str
    rank: int
    starts_at: datetime
    ends_at: datetime
    shift_id: str = ""


@dataclass(frozen=True)
class OfficePlace:
    """A person's place in the list of office hours; absent until the end of `away_until`."""

    user_id: str
    rank: int
    away_until: date | None = None


@dataclass(frozen=True)
class Climb:
    """A rung that was reached; `failed`: nobody on it could be reached by any way."""

    step: int
    user_ids: frozenset[str]
    rung: Rung
    at: datetime
    failed: bool = False


@dataclass(frozen=True)
class Call:
    """Whom to call now, and why."""

    step: int
    user_ids: tuple[str, ...]
    rung: Rung


def office_span(day: date, shifts: Shifts = OFFICE) -> tuple[datetime, datetime] | None:
    """Return the first opening and the last closing of a day, in UTC; None when it is not worked."""
    if not is_business_day(day) or not shifts:
        return None
    opens, closes = min(first for first, _ in shifts), max(last for _, last in shifts)
    return (
        datetime.combine(day, opens, PARIS).astimezone(UTC),
        datetime.combine(day, closes, PARIS).astimezone(UTC),
    )


def in_office(moment: datetime, shifts: Shifts = OFFICE) -> bool:
    """Say whether the people of the office answer at a moment."""
    span = office_span(moment.astimezone(PARIS).date(), shifts)
    return span is not None and span[0] <= moment < span[1]


def first_rungs(
    moment: datetime, duties: Collection[Duty], office: Collection[OfficePlace], shifts: Shifts = OFFICE
) -> tuple[tuple[str, Rung], ...]:
    """Return who is called one after the other at a moment, before everybody is."""
    if in_office(moment, shifts):
        today = moment.astimezone(PARIS).date()
        present = [place for place in office if place.away_until is None or place.away_until < today]
        return tuple((place.user_id, Rung.OFFICE) for place in sorted(present, key=lambda p: (p.rank, p.user_id)))
    on = [duty for duty in duties if duty.starts_at <= moment < duty.ends_at]
    ordered = sorted(on, key=lambda duty: (duty.rank, duty.starts_at, duty.user_id))
    return tuple(dict.fromkeys((duty.user_id, Rung.ROTA) for duty in ordered))


def climb_after(kind: AlarmKind) -> timedelta:
    """Return how long one person has before the next one is called."""
    return EMERGENCY_CLIMB if kind is AlarmKind.EMERGENCY else CLOCK_CLIMB


def next_call(
    kind: AlarmKind,
    climbed: Sequence[Climb],
    rungs: Sequence[tuple[str, Rung]],
    everybody: Collection[str],
    now: datetime,
) -> Call | None:
    """Return whom to call now, or None while somebody still has their time to answer.

    Nobody is called twice before everybody was called; an emergency then calls everybody again, every half hour. A
    rung that failed is passed at once; where nobody at all could be reached, everybody is tried again soon. The ladder
    is that of the moment: a shift that ends hands the alarm over.
    """
    last = climbed[-1] if climbed else None
    if last and last.rung is Rung.EVERYBODY:
        return _again(kind, last, everybody, now)
    if last and not last.failed and now < last.at + climb_after(kind):
        return None
    called = frozenset().union(*(climb.user_ids for climb in climbed)) if climbed else frozenset()
    step = last.step + 1 if last else 0
    left = [(user_id, rung) for user_id, rung in rungs if user_id not in called]
    if left:
        user_id, rung = left[0]
        return Call(step, (user_id,), rung)
    return Call(step, tuple(sorted(everybody)), Rung.EVERYBODY) if everybody else None


def _again(kind: AlarmKind, last: Climb, everybody: Collection[str], now: datetime) -> Call | None:
    if not everybody or not (last.failed or kind is AlarmKind.EMERGENCY):
        return None
    if now < last.at + (RETRY if last.failed else REPEAT):
        return None
    return Call(last.step + 1, tuple(sorted(everybody)), Rung.EVERYBODY)


def soon_at(awareness_at: datetime, due_at: datetime) -> datetime:
    """Return when a PV clock calls for the first time: three quarters of its time, by the calendar."""
    return awareness_at + (due_at - awareness_at) * SOON_AT


def eve_of_rest(moment: datetime, shifts: Shifts = OFFICE) -> date | None:
    """Return the day whose last hour before a week-end or a holiday has begun; None at any other moment."""
    day = moment.astimezone(PARIS).date()
    span = office_span(day, shifts)
    if span is None or is_business_day(day + timedelta(days=1)):
        return None
    return day if moment >= span[1] - LAST_HOUR else None


def spans_to_hold(first: datetime, after: datetime, shifts: Shifts = OFFICE) -> list[tuple[datetime, datetime]]:
    """Return the nights, week-ends and holidays between two moments, in order, in UTC."""
    spans, at = [], first.astimezone(UTC)
    end = after.astimezone(UTC)
    day = first.astimezone(PARIS).date()
    while day <= after.astimezone(PARIS).date():
        office = office_span(day, shifts)
        if office:
            spans.append((at, min(office[0], end)))
            at = max(at, office[1])
        day += timedelta(days=1)
    return [(opens, closes) for opens, closes in [*spans, (at, end)] if opens < closes]


def gaps(
    duties: Collection[Duty], first: datetime, after: datetime, shifts: Shifts = OFFICE
) -> list[tuple[datetime, datetime]]:
    """Return the spans that the rota should hold and that nobody holds, whatever the rank, in order, in UTC."""
    held = sorted((duty.starts_at, duty.ends_at) for duty in duties)
    return [gap for opens, closes in spans_to_hold(first, after, shifts) for gap in _unheld(opens, closes, held)]


def _unheld(
    opens: datetime, closes: datetime, held: Sequence[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    found, at = [], opens
    for start, end in held:
        if end <= at or start >= closes:
            continue
        if start > at:
            found.append((at, start))
        at = max(at, end)
    return [*found, (at, closes)] if at < closes else found


def weekly(starts_at: datetime, ends_at: datetime, weeks: int, every: int = 1) -> list[tuple[datetime, datetime]]:
    """Return a shift repeated each `every` weeks, `weeks` times in all, at the same hours of Paris in any season."""
    return [tuple(_later(moment, n * every) for moment in (starts_at, ends_at)) for n in range(weeks)]  # type: ignore[misc]


def _later(moment: datetime, weeks: int) -> datetime:
    wall = moment.astimezone(PARIS).replace(tzinfo=None) + timedelta(weeks=weeks)
    return wall.replace(tzinfo=PARIS).astimezone(UTC)


def check_shift(rank: int, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Refuse a shift that ends before it begins, lies in the past, or that no person could hold."""
    if ends_at <= starts_at:
        raise InvalidInput(N_("La fin de l'astreinte précède son début. Corrigez les heures."))
    if ends_at <= now:
        raise InvalidInput(N_("Cette astreinte est déjà passée. Choisissez des jours à venir."))
    if ends_at - starts_at > LONGEST:
        raise InvalidInput(N_("Une astreinte dure quatorze jours au plus. Partagez-la entre plusieurs personnes."))
    if not 1 <= rank <= MOST_RANKS:
        raise InvalidInput(N_("Le rang va de 1 (appelé en premier) à 9."))


def check_free(user_id: str, rank: int, starts_at: datetime, ends_at: datetime, others: Collection[Duty]) -> None:
    """Refuse two people of one rank at once, and one person twice at once."""
    for other in others:
        if other.starts_at >= ends_at or other.ends_at <= starts_at:
            continue
        when = {"first": told(other.starts_at), "last": told(other.ends_at)}
        if other.rank == rank:
            raise RuleViolated(
                N_("Une autre astreinte de rang {rank} court du {first} au {last}. Changez le rang ou les heures."),
                rank=rank,
                **when,
            )
        if other.user_id == user_id:
            raise RuleViolated(N_("Cette personne est déjà d'astreinte du {first} au {last}, à un autre rang."), **when)


def told(moment: datetime) -> str:
    """Return a moment as the sentences say it: day and hour of Paris."""
    return f"{moment.astimezone(PARIS):%d/%m/%Y %H:%M}"
