"""One meeting: its agenda, its topics with what was settled, who is there, its minutes."""

from functools import partial

import streamlit as st
from markupsafe import Markup

from app_pages import _auth
from app_pages._clocks import ago, deadline
from app_pages._page import empty, go, line, perform, section
from app_pages._post_publish import DOCX
from app_pages._text import titled
from app_pages._words import badge, text
from compliance import sign_in
from compliance.permissions import Actor, Permission, allows
from errors import NotPermitted
from i18n import N_, _
from models.enums import MeetingAction, MeetingStatus
from models.session import reading
from workflow import meetings
from workflow.meetings import DueRow, MeetingView, TopicRow
from workflow.minutes import minutes

RUNNING = MeetingStatus.RUNNING


def draw_meeting(actor: Actor, view: MeetingView) -> None:
    """Draw a meeting and what may be done with it now."""
    keeps = allows(actor, Permission.MEETING_KEEP)
    line(badge(view.status), ago(view.held_at), view.place)
    if view.due:
        section(_("Dû d'ici la réunion"), str(len(view.due)))
    for due in view.due:
        draw_due(due)
    section(_("Sujets inscrits"), str(len(view.topics)))
    for topic in view.topics:
        draw_topic(topic, writes=keeps and view.status is RUNNING)
    if not view.topics:
        empty(_("Aucun sujet inscrit. Ajoutez-en un : il figurera à l'ordre du jour et au compte rendu."))
    draw_taken(view)
    draw_ways(actor, view, keeps=keeps)


def draw_due(row: DueRow) -> None:
    """Draw a post that waits for a signature by the meeting."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"due_{row.post_id}"):
        roles = _(" et ").join(text(role) for role in row.roles)
        line(
            deadline(row.due_at),
            titled(row.title),
            _("attend : {roles}").format(roles=roles),
            tone="bad" if row.late else "",
        )
        st.button(_("Relire"), key=f"read_{row.post_id}", on_click=go, args=("review.py",), kwargs={"id": row.post_id})


def draw_topic(row: TopicRow, *, writes: bool) -> None:
    """Draw a topic; in the meeting, what is settled is written beside it."""
    with st.container(border=True, key=f"topic_{row.topic_id}"):
        line(
            Markup("<strong>{}</strong>").format(row.title),
            Markup('<span class="cv-soft">{}</span>').format(row.proposed_by),
        )
        if row.outcome and not writes:
            line(row.outcome)
        if writes:
            st.text_area(_("Conclusion"), value=row.outcome, key=f"outcome_{row.topic_id}")
            st.button(_("Noter"), key=f"note_{row.topic_id}", on_click=note, args=(row.topic_id, row.row_version))


def note(topic_id: str, row_version: int) -> None:
    """Keep what was settled."""
    outcome = st.session_state[f"outcome_{topic_id}"]
    perform(meetings.note_outcome, done=N_("C'est noté."), topic_id=topic_id, row_version=row_version, outcome=outcome)


def draw_taken(view: MeetingView) -> None:
    """Draw the decisions taken since the meeting opened, and who is there."""
    if view.taken:
        section(_("Décidé en séance"), str(len(view.taken)))
    for row in view.taken:
        line(badge(row.kind), titled(row.title), f"{row.person} · {text(row.role)}")
    if view.present:
        line(Markup("<strong>{}</strong> {}").format(_("Présents :"), ", ".join(view.present)))


def draw_ways(actor: Actor, view: MeetingView, *, keeps: bool) -> None:
    """Draw what may be done: be there, add a topic, open, close, cancel, read the minutes."""
    keys = (view.meeting_id, view.row_version)
    open_ = view.status in meetings.OPEN
    if open_ and allows(actor, Permission.POST_NOTE):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(_("Sujet à inscrire"), key="topic_title")
            st.button(_("Inscrire"), key="add_topic", on_click=add, args=(view.meeting_id,))
    with st.container(horizontal=True, horizontal_alignment="right"):
        if open_:
            st.button(_("Je suis présent"), key="join", on_click=join, args=(view.meeting_id,))
        if keeps and view.status is MeetingStatus.CALLED:
            st.button(
                _("Ouvrir la séance"), key="open", type="primary", on_click=change, args=(*keys, MeetingAction.OPEN)
            )
            with st.popover(_("Annuler la réunion"), key="ask_cancel"):
                st.text_input(_("Pourquoi"), key="cancel_reason")
                st.button(_("Annuler"), key="cancel", on_click=change, args=(*keys, MeetingAction.CANCEL))
        if keeps and view.status is RUNNING:
            st.button(
                _("Clore la séance"), key="close", type="primary", on_click=change, args=(*keys, MeetingAction.CLOSE)
            )
        st.download_button(
            _("Compte rendu (DOCX)"),
            data=partial(document, _auth.cookie_token() or "", view.meeting_id),
            file_name=f"compte-rendu-{view.held_at:%Y-%m-%d}.docx",
            mime=DOCX,
            key="minutes",
            on_click="ignore",
        )


def document(token: str, meeting_id: str) -> bytes:
    """Return the minutes, made when they are asked for."""
    with reading() as session:
        actor = sign_in.current_actor(session, token)
        if actor is None:
            raise NotPermitted
        return minutes(session, actor, meeting_id=meeting_id)


def add(meeting_id: str) -> None:
    """Put the subject on the screen on the agenda."""
    state = st.session_state
    perform(
        meetings.add_topic,
        done=N_("Sujet inscrit à l'ordre du jour."),
        then=lambda _topic: state.update(topic_title=""),
        meeting_id=meeting_id,
        title=state["topic_title"],
    )


def join(meeting_id: str) -> None:
    """Note that the person is there."""
    perform(meetings.join_meeting, done=N_("Présence notée."), meeting_id=meeting_id)


def change(meeting_id: str, row_version: int, action: MeetingAction) -> None:
    """Open, close or cancel the meeting."""
    perform(
        meetings.change_meeting,
        done=N_("C'est noté."),
        meeting_id=meeting_id,
        row_version=row_version,
        action=action,
        reason=st.session_state.get("cancel_reason", ""),
    )
