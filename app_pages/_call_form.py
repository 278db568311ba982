"""The form of a call, and the last ones that were noted."""

from typing import Any

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago, deadline
from app_pages._page import empty, line, perform, section, typed_moment, visit
from app_pages._words import badge, tag, text
from compliance import clock
from i18n import N_, _
from models.base import new_id
from models.comment import Comment
from models.enums import CallDirection, ContactWay, Speaker
from models.session import reading
from moderation import phone_notes
from moderation.phone_notes import Call, NoteLine

TYPED = ("said", "name", "promised", "reference")


def draw_form() -> None:
    """Draw the form: who, when, what was said, what was promised and by when."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.text_area(_("Ce qui a été dit, avec les mots de la personne"), key="call_said", height=220)
    with right:
        st.segmented_control(
            _("Appel"), list(CallDirection), default=CallDirection.INCOMING, key="call_direction", format_func=text
        )
        st.selectbox(_("Qui parle ?"), list(Speaker), key="call_speaker", format_func=text)
        st.text_input(_("Nom donné par la personne (facultatif)"), key="call_name")
        now = clock.paris(clock.now()).replace(tzinfo=None, second=0, microsecond=0)
        st.datetime_input(_("Heure de l'appel"), now, key="call_at", format="DD/MM/YYYY")
        st.text_input(_("Numéro de l'appel (facultatif)"), key="call_reference")
    with st.container(horizontal=True):
        st.text_input(_("Ce qui a été promis (sans numéro ni adresse)"), key="call_promised")
        st.selectbox(_("Comment"), list(ContactWay), key="call_way", format_func=text)
        st.datetime_input(_("Avant le"), None, key="call_by", format="DD/MM/YYYY")
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Noter l'appel"), key="call_note", type="primary", on_click=note)


def note() -> None:
    """Write the call down as it was typed; refused, it stays in the fields. A callback."""
    state: Any = st.session_state
    drawn = visit().setdefault("call", new_id())
    called_at, by = typed_moment(state.get("call_at")), typed_moment(state.get("call_by"))
    perform(
        phone_notes.note_call,
        call=Call(
            reference=state.get("call_reference", "").strip() or f"appel-{drawn}",
            called_at=called_at or clock.now(),
            direction=state.get("call_direction") or CallDirection.INCOMING,
            speaker=state.get("call_speaker", Speaker.OTHER),
            said=state.get("call_said", ""),
            name=state.get("call_name", ""),
            promised=state.get("call_promised", ""),
            way=state.get("call_way", ContactWay.PHONE),
            by=by,
        ),
        done=N_("Appel noté : il attend dans la file PV, et ce qui a été promis dans Gens en attente."),
        then=_noted,
    )


def _noted(_comment: Comment) -> None:
    visit().pop("call", None)
    for name in TYPED:
        st.session_state[f"call_{name}"] = ""
    st.session_state["call_by"] = None


def draw_notes() -> None:
    """Draw the last calls: who, when, what is still owed; what was said is read in the queue."""
    with reading() as session:
        lines = phone_notes.notes(session)
    section(_("Derniers appels notés"), str(len(lines)))
    for each in lines:
        _draw_note(each)
    if not lines:
        empty(
            _("Aucun appel noté. Ce qu'un patient ou une pharmacie dit au téléphone compte autant qu'un commentaire.")
        )


def _draw_note(each: NoteLine) -> None:
    note, owed = each.note, Markup()
    if each.owed_by:
        due = deadline(each.owed_by, opened_at=note.noted_at)
        owed = Markup("{} {}").format(tag(_("Contact promis"), "warn", "◷"), due)
    who = (badge(note.direction), badge(note.speaker), each.comment.author_pseudonym, ago(note.called_at))
    line(*who, badge(each.comment.screening), owed)
