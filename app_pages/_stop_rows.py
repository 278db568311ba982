"""One emergency stop as a sentence, with what may be done to it; and the banner on every page while one runs."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._page import line, perform
from app_pages._words import badge, text
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import StopStatus
from models.session import reading
from workflow import stops
from workflow.stops import StopRow


def draw_stop(actor: Actor, row: StopRow) -> None:
    """Draw a stop: what, why, since when and by whom; the way to release it, for two."""
    with st.container(border=True, key=f"stop_{row.stop_id}"):
        line(
            badge(row.status),
            Markup("<strong>{}</strong>").format(stopped(row)),
            f"« {row.reason} »",
            Markup('<span class="cv-soft">{}</span>').format(row.started_by),
            ago(row.started_at),
            tone="ok" if row.status is StopStatus.RELEASED else "bad",
        )
        if row.status is StopStatus.RELEASED:
            line(_("Levé par {one} et {other}").format(one=row.asked_by, other=row.released_by), ago(row.released_at))
        elif allows(actor, Permission.STOP_RELEASE):
            draw_release(row)


def stopped(row: StopRow) -> str:
    """Return what a stop holds back, in words."""
    return f"{text(row.scope)} : {row.target}" if row.target else text(row.scope)


def draw_release(row: StopRow) -> None:
    """Draw what a person may do to release a stop: ask, or confirm what another asked, or keep it."""
    if row.status is StopStatus.RELEASE_ASKED:
        line(_("Levée demandée par {name} : une seconde personne la confirme.").format(name=row.asked_by))
    st.text_input(_("Raison"), key=f"why_{row.stop_id}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        keys = (row.stop_id, row.row_version)
        if row.status is StopStatus.ACTIVE:
            st.button(_("Demander la levée"), key=f"ask_{row.stop_id}", on_click=ask, args=keys)
            return
        st.button(_("Maintenir l'arrêt"), key=f"keep_{row.stop_id}", on_click=keep, args=keys)
        if not row.asked_by_me:
            st.button(
                _("Confirmer la levée"), key=f"release_{row.stop_id}", type="primary", on_click=release, args=keys
            )


def ask(stop_id: str, row_version: int) -> None:
    """Ask for the release."""
    done = N_("Levée demandée : une seconde personne doit la confirmer.")
    reason = st.session_state[f"why_{stop_id}"]
    perform(stops.ask_release, done=done, stop_id=stop_id, row_version=row_version, reason=reason)


def keep(stop_id: str, row_version: int) -> None:
    """Keep the stop."""
    reason = st.session_state[f"why_{stop_id}"]
    done = N_("L'arrêt est maintenu.")
    perform(stops.keep_stop, done=done, stop_id=stop_id, row_version=row_version, reason=reason)


def release(stop_id: str, row_version: int) -> None:
    """Confirm the release as the second person."""
    done = N_("Arrêt levé. Ce qui a été retenu attend un nouveau créneau.")
    perform(stops.confirm_release, done=done, stop_id=stop_id, row_version=row_version)


def draw_banner(actor: Actor) -> None:
    """Say on every page of the committee that something is stopped."""
    if not allows(actor, Permission.POST_READ):
        return
    with reading() as session:
        running = stops.list_running(session, actor)
    for row in running:
        said = _("Arrêt d'urgence en cours · {what} · « {reason} »").format(what=stopped(row), reason=row.reason)
        line(Markup('<strong role="alert">{}</strong>').format(said), tone="bad")
