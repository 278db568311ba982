"""Alarms of the on-call rota: as a row with its calls, as the red banner on every page, on My work."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._counts import counted
from app_pages._page import go, line, perform, section
from app_pages._words import badge, tag, text
from compliance import clock
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import AlarmKind, AlarmStatus
from models.session import reading
from moderation import alarms, on_call_views
from moderation.on_call_views import AlarmRow, PageRow, ShiftRow

TAKEN = N_("Vous y êtes : plus personne n'est appelé. Ouvrez la file ou le cas, et décidez.")


def draw_calling(actor: Actor) -> None:
    """Say on every page that an emergency called me and that nobody answered yet, with the one button that does."""
    with reading() as session:
        mine = [each for each in on_call_views.calling_me(session, actor) if each.kind is AlarmKind.EMERGENCY]
    for row in mine:
        with st.container(horizontal=True, vertical_alignment="center", key=f"calling_{row.alarm_id}"):
            said = Markup('<strong role="alert">{}</strong>').format(_("Une urgence vous attend. Personne n'y est."))
            line(said, ago(row.raised_at), tone="bad")
            draw_answer(row, "banner")


def draw_answer(row: AlarmRow, where: str) -> None:
    """Draw the button that says "I am on it"."""
    st.button(
        _("J'y suis"), key=f"answer_{where}_{row.alarm_id}", type="primary", on_click=answer, args=(row.alarm_id,)
    )


def answer(alarm_id: str) -> None:
    """Say that I am on it."""
    perform(alarms.acknowledge, alarm_id=alarm_id, done=TAKEN)


def draw_alarm(row: AlarmRow, *, opened: bool = False) -> None:
    """Draw an alarm: what, since when, who is on it; under it each call and what came of it."""
    with st.container(border=opened, key=f"alarm_{row.alarm_id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            who = _("{name} y est").format(name=row.acknowledged_by) if row.acknowledged_by else ""
            tone = "bad" if row.status is AlarmStatus.OPEN else ""
            line(badge(row.kind), badge(row.status), ago(row.raised_at), who, ago(row.acknowledged_at), tone=tone)
            if row.status is AlarmStatus.OPEN:
                draw_answer(row, "row")
        for page in row.pages:
            draw_page(page)


def draw_page(page: PageRow) -> None:
    """Draw one call."""
    reached = tag(_("injoignable"), "bad", "✖") if page.failed else Markup("")
    outcomes = Markup(" ").join(badge(each) for each in page.outcomes)
    at = Markup('<span class="cv-soft">{}</span>').format(f"{clock.paris(page.paged_at):%H:%M:%S}")
    line(at, page.name, Markup('<span class="cv-soft">{}</span>').format(text(page.rung)), outcomes, reached)


def draw_duty(actor: Actor) -> int:
    """Draw what calls me, what is late for pharmacovigilance, my next shifts; return how many wait for me."""
    if not allows(actor, Permission.ON_CALL_SERVE):
        return 0
    with reading() as session:
        calling = on_call_views.calling_me(session, actor)
        late, shifts = on_call_views.late_cases(session), on_call_views.my_shifts(session, actor)
    if calling:
        section(_("Alertes d'astreinte ({n})").format(n=len(calling)))
    for row in calling:
        draw_alarm(row)
    if late:
        told = counted(late, N_("{n} cas est en retard de transmission"), N_("{n} cas sont en retard de transmission"))
        with st.container(horizontal=True, vertical_alignment="center", key="late_cases"):
            line(tag(told, "bad", "●"))
            st.button(_("Voir les cas"), key="open_late_cases", on_click=go, args=("cases.py",))
    if shifts:
        draw_next(shifts)
    return len(calling) + bool(late)


def draw_next(shifts: tuple[ShiftRow, ...]) -> None:
    """Draw my next shifts, the one that runs first."""
    with st.container(horizontal=True, vertical_alignment="center", key="my_shifts"):
        running = tag(_("vous êtes d'astreinte"), "info", "☾") if shifts[0].now else Markup("")
        told = " · ".join(span(row) for row in shifts[:3])
        line(running, _("Vos astreintes : {told}").format(told=told))
        st.button(_("Astreinte"), key="open_on_call", on_click=go, args=("on_call.py",))


def span(row: ShiftRow) -> str:
    """Return a shift's hours, as the clocks of Paris show them."""
    first, last = clock.paris(row.starts_at), clock.paris(row.ends_at)
    return _("du {first} au {last}").format(first=f"{first:%d/%m %H:%M}", last=f"{last:%d/%m %H:%M}")
