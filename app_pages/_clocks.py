"""Clocks in words: what is left, in green, amber under a quarter, red when late; the exact time on hover."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from babel.dates import format_datetime
from markupsafe import Markup

from compliance import clock
from i18n import Language, _, current_language

FORMATS = {Language.FR: "EEEE d MMMM y 'à' HH:mm", Language.EN: "EEEE d MMMM y 'at' HH:mm"}
QUARTER = 0.25
MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(frozen=True)
class Reading:
    """What a clock says: the words, the tone ("ok", "warn", "bad", "idle"), the exact time in Paris."""

    words: str
    tone: str
    exact: str


def duration(length: timedelta) -> str:
    """Return a length in at most two units: "3 h 12", "45 min", "2 j 4 h"."""
    seconds = int(abs(length.total_seconds()))
    if seconds < HOUR:
        return _("{n} min").format(n=max(seconds // MINUTE, 1))
    if seconds < DAY:
        return _("{h} h {m:02d}").format(h=seconds // HOUR, m=seconds % HOUR // MINUTE)
    days, hours = seconds // DAY, seconds % DAY // HOUR
    return _("{d} j {h} h").format(d=days, h=hours) if hours and days < 7 else _("{d} j").format(d=days)  # noqa: PLR2004 - a week


def exact(moment: datetime) -> str:
    """Return a moment in full, as the clocks of Paris show it."""
    return _in_full(moment.replace(second=0, microsecond=0), current_language())


@lru_cache(4096)
def _in_full(minute: datetime, language: Language) -> str:
    # Babel reads the pattern and the calendar's words again for every moment: dear on a page of a hundred of them.
    words = format_datetime(clock.paris(minute), FORMATS[language], locale=language.value)
    return _("{moment} (heure de Paris)").format(moment=words)


def read(due_at: datetime, *, now: datetime, opened_at: datetime | None = None) -> Reading:
    """Read a deadline. Amber under a quarter of the time from `opened_at`; without it, under two hours."""
    left = due_at - now
    if left < timedelta(0):
        return Reading(_("en retard de {duration}").format(duration=duration(left)), "bad", exact(due_at))
    whole = due_at - opened_at if opened_at else timedelta(hours=8)
    tone = "warn" if left < whole * QUARTER else "ok"
    return Reading(_("reste {duration}").format(duration=duration(left)), tone, exact(due_at))


def deadline(due_at: datetime | None, *, opened_at: datetime | None = None) -> Markup:
    """Return a deadline as a coloured phrase; nothing when there is none."""
    if due_at is None:
        return Markup()
    told = read(due_at, now=clock.now(), opened_at=opened_at)
    icon = {"bad": "●", "warn": "◐", "ok": "○"}[told.tone]
    template = Markup('<span class="cv-clock cv-{}" title="{}"><span aria-hidden="true">{}</span> {}</span>')
    return template.format(told.tone, told.exact, icon, told.words)


def ago(moment: datetime | None) -> Markup:
    """Return a moment as "il y a 2 h 10" or "dans 3 j", the exact one on hover; nothing when there is none."""
    if moment is None:
        return Markup()
    since = clock.now() - moment
    if abs(since) < timedelta(minutes=1):
        words = _("à l'instant")
    elif since < timedelta(0):
        words = _("dans {duration}").format(duration=duration(since))
    else:
        words = _("il y a {duration}").format(duration=duration(since))
    return Markup('<time class="cv-when" title="') + exact(moment) + Markup('">') + words + Markup("</time>")
