"""Channels of Microsoft Teams on the page of administration: which are told what, whether it arrives, opening one."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._page import empty, line, perform, section
from app_pages._words import tag, text
from compliance.permissions import Actor
from i18n import N_, _
from models.session import reading
from workflow import circuits, teams
from workflow.circuits import MEANING_OF_ROLE
from workflow.teams import ChannelRow

ALL = ""


def draw_teams(actor: Actor) -> None:
    """Draw the channels and the form that connects one."""
    with reading() as session:
        rows = teams.channels(session, actor)
        names = {circuit.key: circuit.name for circuit in circuits.active_circuits(session)}
    section(_("Canaux Microsoft Teams"), str(len(rows)))
    if not rows:
        empty(_("Aucun canal n'est relié. Les demandes de signature et les relances partent par courriel."))
    for row in rows:
        draw_channel(row)
    draw_form(names)


def draw_channel(row: ChannelRow) -> None:
    """Draw a channel: for what it is, and whether its last message arrived."""
    state = tag(_("relié"), "info", "→")
    if row.last_error:
        state = tag(_("n'arrive pas"), "bad", "✖")
    elif row.delivered_at:
        state = tag(_("arrive"), "ok", "✔")
    about = [_(row.circuit_name) if row.circuit_name else _("tous les circuits")]
    about.append(text(row.role) if row.role else _("tous les rôles"))
    with st.container(horizontal=True, vertical_alignment="center", key=f"channel_{row.channel_id}"):
        line(
            state,
            Markup("<strong>{}</strong>").format(row.name),
            " · ".join(about),
            ago(row.delivered_at) if row.delivered_at else "",
            Markup('<div class="cv-quote">{}</div>').format(_(row.last_error)) if row.last_error else "",
            tone="bad" if row.last_error else "",
        )
        st.button(_("Essayer"), key=f"try_{row.channel_id}", on_click=try_channel, args=(row.channel_id,))
        st.button(_("Fermer"), key=f"close_{row.channel_id}", on_click=close, args=(row.channel_id,))


def try_channel(channel_id: str) -> None:
    """Send a card to the channel."""
    perform(teams.try_channel, channel_id=channel_id, done=N_("Message d'essai envoyé : regardez dans Teams."))


def close(channel_id: str) -> None:
    """Send nothing more to the channel."""
    perform(teams.close_channel, channel_id=channel_id, done=N_("Canal fermé, son adresse est oubliée."))


def draw_form(names: dict[str, str]) -> None:
    """Draw the form that connects a channel."""
    with st.expander(_("Relier un canal")):
        st.caption(
            _(
                "Dans Teams, sur le canal : « Workflows », puis « Publier dans un canal quand une requête webhook est "
                "reçue ». Collez ici l'adresse ; elle est gardée chiffrée et ne s'affiche plus."
            )
        )
        st.text_input(_("Nom du canal"), key="teams_name")
        st.text_input(_("Adresse du canal"), key="teams_address", type="password", autocomplete="off")
        st.selectbox(
            _("Circuit"), [ALL, *names], key="teams_circuit",
            format_func=lambda each: _(names[each]) if each else _("tous les circuits"),
        )  # fmt: skip
        st.selectbox(
            _("Rôle"), [None, *MEANING_OF_ROLE], key="teams_role",
            format_func=lambda each: text(each) if each else _("tous les rôles"),
        )  # fmt: skip
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(_("Relier"), key="teams_connect", type="primary", on_click=connect)


def connect() -> None:
    """Connect the channel of the form; its address leaves the screen once it is kept."""
    held = st.session_state
    perform(
        teams.connect_channel,
        name=held.get("teams_name", ""),
        address=held.get("teams_address", ""),
        circuit_key=held.get("teams_circuit") or "",
        role=held.get("teams_role"),
        done=N_("Canal relié. Essayez-le."),
        then=_clear,
    )


def _clear(_channel: object) -> None:
    st.session_state.update({"teams_name": "", "teams_address": ""})
