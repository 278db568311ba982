"""The grid of the calendar: one cell a day, one chip a post, each a link to it."""

from collections.abc import Iterable, Sequence
from datetime import date

import streamlit as st
from babel.dates import get_day_names
from markupsafe import Markup

from app_pages._expiry import TAGS
from app_pages._words import word
from compliance import clock
from i18n import Language, _, current_language
from workflow.health_days import HealthDay
from workflow.planning import Day, Entry, Lapse

WEEK = 7


def draw_legend(zones: bool) -> None:
    """Say what the shading means, when there is some."""
    if zones:
        st.caption(_("Jours hachurés : aucun visa en cours pour ce produit ; une publicité y est refusée."))


def draw_grid(days: Sequence[Day], *, month: int | None, today: date) -> None:
    """Draw whole weeks; days of other months are pale."""
    names = get_day_names("abbreviated", locale=current_language().value)
    head = Markup("").join(Markup("<th>{}</th>").format(names[n]) for n in range(WEEK))
    weeks = (days[at : at + WEEK] for at in range(0, len(days), WEEK))
    rows = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(_cell(day, month, today) for day in week)) for week in weeks
    )
    st.html(Markup('<table class="cv-month"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(head, rows))
    meant = (day for day in days if month in {None, day.day.month})
    whole = dict.fromkeys(each for day in meant for each in day.occasions if each.lasts)
    if whole:
        st.caption(" · ".join(name_of(each) for each in whole))


def _cell(day: Day, month: int | None, today: date) -> Markup:
    marks = [
        "cv-other" if month is not None and day.day.month != month else "",
        "cv-free" if day.holiday or day.day.weekday() >= 5 else "",  # noqa: PLR2004 - Saturday
        "cv-today" if day.day == today else "",
        "cv-barred" if day.forbidden else "",
    ]
    about = _("Aucun visa en cours pour ce produit") if day.forbidden else ""
    inside = Markup("").join([*_occasions(day.occasions), *map(chip, day.entries), *map(ending, day.lapses)])
    cell = Markup('<td class="{}" title="{}"><span class="cv-day">{}</span>{}</td>')
    return cell.format(" ".join(filter(None, marks)), about, day.day.day, inside)


def _occasions(occasions: Iterable[HealthDay]) -> list[Markup]:
    return [Markup('<div class="cv-occasion">{}</div>').format(name_of(o)) for o in occasions if not o.lasts]


def name_of(occasion: HealthDay) -> str:
    """Return an occasion's name in the person's language."""
    return occasion.fr if current_language() is Language.FR else occasion.en


def chip(entry: Entry) -> Markup:
    """Return a post as a small link: its hour, state, networks and title."""
    said = word(entry.repetition or entry.status)
    about = f"{said.text} · {entry.title}" + (f" · {_(TAGS[entry.expiry][0])}" if entry.expiry in TAGS else "")
    again = "↻ " if entry.repetition else "⌛ " if entry.expiry in TAGS else ""
    networks = " ".join(word(network).icon for network in entry.networks)
    return Markup(
        '<a class="cv-chip cv-{}" href="/relecture?post={}" target="_self" title="{}">'
        '<span aria-hidden="true">{}</span> {} <small>{}</small> {}</a>'
    ).format(
        said.tone,
        entry.post_id,
        about,
        again + said.icon,
        f"{clock.paris(entry.at):%H:%M}",
        networks,
        entry.title,
    )


def ending(lapse: Lapse) -> Markup:
    """Return the end of an approval as a small link to its post."""
    return Markup('<a class="cv-chip cv-warn" href="/relecture?post={}" target="_self" title="{}">⌛ {} {}</a>').format(
        lapse.post_id,
        _("L'approbation de « {title} » prend fin").format(title=lapse.title),
        _("fin d'approbation"),
        lapse.title,
    )
