"""The order of the queue, and why, in words.

Emergency, then seriousness, then the time left on the clock of pharmacovigilance (late, under a quarter, on time),
then the detectors' score, then the time left for an answer, then age. Every item's place can be told from its row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from i18n import N_, _
from models.enums import PvFacet, Screening
from moderation.deadlines import Band, band, forward_due

RANK = {Band.LATE: 0, Band.SOON: 1, Band.ON_TIME: 2}
STRONG, FAIR = 0.8, 0.5
DAY = timedelta(days=1)
SETTLED = (PvFacet.FORWARDED, PvFacet.ACKNOWLEDGED, PvFacet.NOT_AE)
"""Where the clock of pharmacovigilance has nothing left to say."""


@dataclass(frozen=True)
class Waiting:
    """What decides an item's place. `score` is 0..1; times are aware."""

    emergency: bool
    serious: bool
    awareness_at: datetime
    score: float
    reply_due_at: datetime
    received_at: datetime
    screening: Screening = Screening.FLAGGED
    pv: PvFacet = PvFacet.POSSIBLE
    revision_n: int = 1


Place = tuple[bool, bool, int, float, datetime, datetime]


def place(item: Waiting, *, now: datetime, forward_hours: int) -> Place:
    """Return the sort key: the smallest stands first."""
    clock = pv_band(item.awareness_at, now=now, forward_hours=forward_hours)
    return not item.emergency, not item.serious, RANK[clock], -item.score, item.reply_due_at, item.received_at


def pv_band(awareness_at: datetime, *, now: datetime, forward_hours: int) -> Band:
    """Say how the clock of pharmacovigilance stands."""
    return band(awareness_at, forward_due(awareness_at, forward_hours), now)


def reason(item: Waiting, *, now: datetime, forward_hours: int, why: Sequence[str] = ()) -> str:
    """Return in words why the item is in the queue and why there; `why` are the detectors' sentences."""
    parts = [_("Urgence : quelqu'un est peut-être en danger")] if item.emergency else []
    parts += [_("Grave")] if item.serious else []
    unexplained = item.screening is not Screening.UNSCREENED or item.revision_n > 1 or not why
    parts += [_state(item)] if unexplained else []
    left = [] if item.pv in SETTLED else [time_left(forward_due(item.awareness_at, forward_hours), now)]
    parts += [*why, *left]
    return " · ".join(part for part in parts if part)


def _state(item: Waiting) -> str:
    if item.screening is Screening.UNSCREENED:
        again = item.revision_n > 1
        return _("Modifié par son auteur, à relire") if again else _("Non analysé : à lire par une personne")
    return certainty(item.score) if item.pv is PvFacet.POSSIBLE else ""


def certainty(score: float) -> str:
    """Return the detectors' score in words."""
    if score >= STRONG:
        return _("certitude forte")
    return _("certitude moyenne") if score >= FAIR else _("certitude faible")


def time_left(due: datetime, now: datetime) -> str:
    """Return the time to a due moment in words, "reste 3 h 12" or "en retard de 2 h"."""
    msgid = N_("en retard de {time}") if now >= due else N_("reste {time}")
    return _(msgid).format(time=_duration(abs(due - now)))


def _duration(length: timedelta) -> str:
    minutes = int(length.total_seconds()) // 60
    if length >= DAY:
        return _("{days} j {hours} h").format(days=minutes // 1440, hours=minutes % 1440 // 60)
    if minutes >= 60:  # noqa: PLR2004 - minutes in an hour
        return _("{hours} h {minutes:02}").format(hours=minutes // 60, minutes=minutes % 60)
    return _("{minutes} min").format(minutes=minutes)
