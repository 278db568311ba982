"""The rota as a list of the coming weeks, gaps in red; writing a shift, handing it over, exchanging it."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import streamlit as st
from babel.dates import format_datetime
from markupsafe import Markup

from app_pages._page import empty, line, perform, section, typed_moment
from app_pages._words import tag
from compliance import clock
from i18n import N_, _, current_language
from moderation import on_call
from moderation.on_call_views import RotaView, ShiftRow

FORMAT = "EEE d MMM HH:mm"
RANKS = (1, 2, 3, 4, 5)
EVERY = (1, 2, 3, 4)
EVENING, MORNING = time(18), time(9)


def said(moment: datetime) -> str:
    """Return a moment with its day of the week, as the clocks of Paris show it."""
    return str(format_datetime(clock.paris(moment).replace(tzinfo=None), FORMAT, locale=current_language().value))


def draw_weeks(view: RotaView) -> None:
    """Draw shifts and gaps in the order of time."""
    held = sum(1 for _shift in view.shifts)
    section(_("Les semaines qui viennent"), _("astreintes : {n}, trous : {g}").format(n=held, g=len(view.gaps)))
    if not view.shifts:
        empty(_("Personne n'est d'astreinte. Une urgence de nuit appellerait tout le monde. Inscrivez une astreinte."))
    rows: list[tuple[datetime, int, ShiftRow | tuple[datetime, datetime]]] = [
        *((row.starts_at, 1, row) for row in view.shifts), *((gap[0], 0, gap) for gap in view.gaps)
    ]  # fmt: skip
    for _at, _order, each in sorted(rows, key=lambda row: row[:2]):
        if isinstance(each, ShiftRow):
            draw_shift(view, each)
        else:
            draw_gap(*each)


def draw_gap(first: datetime, last: datetime) -> None:
    """Draw a span that nobody holds."""
    told = _("personne d'astreinte du {first} au {last}").format(first=said(first), last=said(last))
    line(tag(_("trou"), "bad", "✖"), Markup("<strong>{}</strong>").format(told), tone="bad")


def draw_shift(view: RotaView, row: ShiftRow) -> None:
    """Draw a shift, and behind a button what may be done to it."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"shift_{row.shift_id}"):
        running = tag(_("maintenant"), "ok", "☾") if row.now else Markup("")
        mine = tag(_("vous"), "info", "→") if row.mine else Markup("")
        who = Markup("<strong>{}</strong>").format(row.name)
        span = _("du {first} au {last}").format(first=said(row.starts_at), last=said(row.ends_at))
        line(tag(_("rang {n}").format(n=row.rank)), who, span, running, mine)
        if view.may_keep:
            with st.popover(_("Changer")):
                draw_change(view, row)


def draw_change(view: RotaView, row: ShiftRow) -> None:
    """Draw handing over, exchanging and removing."""
    names = {user_id: name for user_id, name in view.people if user_id != row.user_id}
    others = {each.shift_id: each for each in view.shifts if each.user_id != row.user_id and each.rank == row.rank}
    st.selectbox(_("Céder à"), ["", *names], key=f"give_{row.shift_id}", format_func=lambda each: names.get(each, "—"))
    st.selectbox(
        _("ou échanger contre"), ["", *others], key=f"against_{row.shift_id}",
        format_func=lambda each: f"{others[each].name}, {said(others[each].starts_at)}" if each else "—",
    )  # fmt: skip
    keys = (row.shift_id, row.row_version)
    st.button(_("Céder ou échanger"), key=f"exchange_{row.shift_id}", on_click=exchange, args=keys)
    st.button(_("Retirer cette astreinte"), key=f"remove_{row.shift_id}", on_click=remove, args=keys)


def exchange(shift_id: str, row_version: int) -> None:
    """Hand the shift over, or exchange it."""
    held = st.session_state
    perform(
        on_call.exchange,
        shift_id=shift_id,
        row_version=row_version,
        user_id=held.get(f"give_{shift_id}") or "",
        against_id=held.get(f"against_{shift_id}") or "",
        done=N_("L'astreinte a changé de main. Prévenez les deux personnes."),
    )


def remove(shift_id: str, row_version: int) -> None:
    """Take the shift out of the rota."""
    done = N_("Astreinte retirée. Vérifiez qu'il ne reste pas de trou.")
    perform(on_call.remove_shift, shift_id=shift_id, row_version=row_version, done=done)


def draw_form(people: Sequence[tuple[str, str]]) -> None:
    """Draw the form of a shift, once or every week."""
    names, today = dict(people), clock.paris(clock.now()).date()
    with st.expander(_("Inscrire une astreinte")):
        left, right = st.columns(2)
        left.selectbox(_("Qui"), list(names), key="shift_who", format_func=lambda each: names.get(each, ""))
        right.selectbox(_("Rang (1 : appelé en premier)"), RANKS, key="shift_rank")
        left.date_input(_("Premier jour"), value=today, format="DD/MM/YYYY", key="shift_first_day")
        right.time_input(_("à partir de"), value=EVENING, key="shift_first_hour")
        left.date_input(_("Dernier jour"), value=today + timedelta(days=1), format="DD/MM/YYYY", key="shift_last_day")
        right.time_input(_("jusqu'à"), value=MORNING, key="shift_last_hour")
        left.number_input(_("Répéter, en tout (fois)"), min_value=1, max_value=53, value=1, key="shift_weeks")
        right.selectbox(
            _("toutes les"), EVERY, key="shift_every", format_func=lambda n: _("{n} semaine(s)").format(n=n)
        )
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(_("Inscrire"), key="shift_add", type="primary", on_click=add)


def add() -> None:
    """Put the shift of the form into the rota; refused, what was chosen stays."""
    held = st.session_state
    first = typed_moment(datetime.combine(held["shift_first_day"], held["shift_first_hour"]))
    last = typed_moment(datetime.combine(held["shift_last_day"], held["shift_last_hour"]))
    if first and last:
        perform(
            on_call.add_shift,
            user_id=held.get("shift_who") or "",
            rank=held["shift_rank"],
            starts_at=first,
            ends_at=last,
            weeks=held["shift_weeks"],
            every=held["shift_every"],
            done=N_("L'astreinte est inscrite."),
        )
