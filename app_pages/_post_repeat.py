"""Publishing again what was published: at chosen dates or every so many weeks; the series, and stopping it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._counts import counted
from app_pages._page import line, perform, say, section, typed_moment, visit
from app_pages._words import badge
from compliance import clock
from compliance.permissions import Actor, Permission, allows
from errors import AppError
from i18n import N_, _
from models.enums import PostStatus, SeriesStatus
from models.session import reading
from workflow import recycling, series
from workflow.recycling import SeriesRow
from workflow.rows import PostView

WEEKLY, DATES = "weekly", "dates"
WAYS = {WEEKLY: N_("Toutes les … semaines"), DATES: N_("À des dates choisies")}
SHOWN = 8
HELD = "repeat_dates"


def draw_repeat(actor: Actor, view: PostView) -> None:
    """Draw the series of a published post, and the form that starts one while none runs."""
    if view.post.status is not PostStatus.PUBLISHED:
        return
    with reading() as session:
        rows = recycling.series_of(session, actor, post_id=view.post.post_id)
    may = allows(actor, Permission.POST_SCHEDULE)
    if rows or may:
        section(_("Répétition"))
    for row in rows:
        draw_series(row)
    if may and not any(row.status is SeriesStatus.RUNNING and row.to_come for row in rows):
        draw_form(view)


def draw_series(row: SeriesRow) -> None:
    """Draw a series: what came of it, what is still to leave, why it ends before its last date."""
    every = row.every_weeks and counted(row.every_weeks, N_("chaque semaine"), N_("toutes les {n} semaines"))
    line(
        badge(row.status),
        every or _("à des dates choisies"),
        _("· par {name}").format(name=row.started_by),
        ago(row.started_at),
        counted(row.published, N_("· {n} parution"), N_("· {n} parutions")),
    )
    if row.to_come:
        days = ", ".join(f"{clock.paris(slot):%d/%m/%Y %H:%M}" for slot in row.to_come[:SHOWN])
        more = _(" et {n} autres").format(n=len(row.to_come) - SHOWN) if len(row.to_come) > SHOWN else ""
        line(_("À venir : {days}{more}").format(days=days, more=more), tone="info")
    for why, words in ((row.cut_short, N_("S'arrête avant la date suivante :")), (row.ended_because, N_("Arrêtée :"))):
        if why:
            line(_(words), Markup('<span class="cv-quote">{}</span>').format(why), tone="warn")
    if row.may_stop and (row.to_come or row.status is SeriesStatus.LAPSED):
        draw_stop(row)


def draw_stop(row: SeriesRow) -> None:
    """Draw the way to stop a series, or to close one that lapsed."""
    with st.popover(_("Arrêter la répétition"), key=f"ask_stop_{row.series_id}"):
        st.write(_("Ce qui n'est pas parti ne partira pas. Ce qui est paru reste."))
        st.text_input(_("Pourquoi"), key=f"why_stop_{row.series_id}")
        st.button(
            _("Arrêter maintenant"), key=f"stop_{row.series_id}", on_click=stop, args=(row.series_id, row.row_version)
        )


def stop(series_id: str, row_version: int) -> None:
    """Stop the series, with the reason that was typed."""
    reason = st.session_state.get(f"why_stop_{series_id}", "")
    perform(
        series.stop_series, series_id=series_id, row_version=row_version, reason=reason, done=N_("Répétition arrêtée.")
    )


def draw_form(view: PostView) -> None:
    """Draw how it comes back: every so many weeks until a day, or at dates."""
    with st.expander(_("Publier à nouveau")):
        st.caption(
            _(
                "Le même contenu, tel qu'il est signé. Chaque parution est vérifiée à sa date : la répétition s'arrête "
                "avant la fin d'un visa ou de l'approbation."
            )
        )
        way = st.segmented_control(
            _("Comment"), list(WAYS), default=WEEKLY, key="repeat_way", format_func=lambda each: _(WAYS[each])
        )
        (draw_dates if way == DATES else draw_weekly)(_next_week(view))
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(
                _("Programmer la répétition"), key="repeat", type="primary", on_click=repeat,
                args=(view.post.post_id, view.post.row_version),
            )  # fmt: skip


def _next_week(view: PostView) -> datetime:
    out = [row.published_at or row.due_at for row in view.publications]
    last = max(out, default=clock.now())
    weeks = max(1, (clock.now() - last).days // 7 + 1)
    return clock.paris(last + timedelta(weeks=weeks)).replace(tzinfo=None, second=0, microsecond=0)


def draw_weekly(first: datetime) -> None:
    """Draw the rhythm, the first date and the last day."""
    with st.container(horizontal=True):
        st.number_input(_("Semaines"), min_value=1, max_value=26, value=2, key="repeat_weeks", width=120)
        st.datetime_input(
            _("Première fois (heure de Paris)"), value=first, format="DD/MM/YYYY", key="repeat_first", width=260
        )
        st.date_input(
            _("Jusqu'au"), value=first.date() + timedelta(weeks=8), format="DD/MM/YYYY", key="repeat_until", width=180
        )


def draw_dates(first: datetime) -> None:
    """Draw one field a date, and the way to add one."""
    held = visit().setdefault(HELD, 1)
    for n in range(held):
        st.datetime_input(
            _("Date {n} (heure de Paris)").format(n=n + 1), value=first + timedelta(weeks=n), format="DD/MM/YYYY",
            key=f"repeat_{n}", width=260,
        )  # fmt: skip
    st.button(_("Ajouter une date"), key="repeat_add", on_click=add_date)


def add_date() -> None:
    """Ask for one date more."""
    visit()[HELD] = visit().get(HELD, 1) + 1


def repeat(post_id: str, row_version: int) -> None:
    """Start the series that is on the screen; refused, what was typed stays."""
    state = st.session_state
    by_dates = state.get("repeat_way") == DATES
    try:
        slots = _dates() if by_dates else _weekly()
    except AppError as error:
        say("error", str(error))
        return
    if slots is None:
        return
    every = None if by_dates else int(state["repeat_weeks"])
    perform(
        recycling.repeat_post, post_id=post_id, row_version=row_version, slots=slots, every_weeks=every,
        done=N_("Répétition programmée : voyez quand elle paraît, et quand elle s'arrête."),
    )  # fmt: skip


def _dates() -> Sequence[datetime] | None:
    typed = [typed_moment(st.session_state.get(f"repeat_{n}")) for n in range(visit().get(HELD, 1))]
    found = [moment for moment in typed if moment is not None]
    return found if len(found) == len(typed) else None


def _weekly() -> Sequence[datetime] | None:
    first = typed_moment(st.session_state.get("repeat_first"))
    until: date | None = st.session_state.get("repeat_until")
    if first is None or until is None:
        return None
    return recycling.weekly(first, int(st.session_state["repeat_weeks"]), until)
