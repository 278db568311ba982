"""Gens en attente: who wrote and still waits for an answer; one open, with the approved text beside it."""

import streamlit as st
from markupsafe import Markup

from app_pages import _comment_answer as answer
from app_pages._comment_card import draw_emergency, find_view
from app_pages._comment_visibility import draw_visibility
from app_pages._counts import counted
from app_pages._keys import help_button, key_button
from app_pages._page import current_actor, empty, heading, line, parameter, perform, show_comment
from compliance.permissions import Actor, Permission, check
from i18n import N_, _
from models.session import reading
from moderation import queries, triage
from moderation.queries.rows import CommentView, PeopleWaiting

SHOWN = 20


def draw_number(waiting: PeopleWaiting) -> None:
    """Draw the one number that must be zero at the close of the day."""
    words = counted(waiting.waiting, N_("personne attend une réponse"), N_("personnes attendent une réponse"))
    late = counted(waiting.late, N_("dont {n} en retard"), N_("dont {n} en retard")) if waiting.late else ""
    line(Markup('<span class="cv-big">{}</span> {} <strong>{}</strong>').format(waiting.waiting, words, late))


def draw_moves(ids: list[str], here: str) -> str:
    """Draw the way to the previous and next persons; return the next one's comment."""
    at = ids.index(here) if here in ids else -1
    before, after = (ids[at - 1] if at > 0 else ""), (ids[at + 1] if at + 1 < len(ids) else "")
    with st.container(horizontal=True):
        key_button(_("Précédent"), "K", key="previous", disabled=not before, on_click=show_comment, args=(before,))
        key_button(_("Suivant"), "J", key="next", disabled=not after, on_click=show_comment, args=(after,))
        help_button(answer.KEYS)
    return after


def draw_open(actor: Actor, view: CommentView, following: str) -> None:
    """Draw the open comment with the answer beside it."""
    if view.first_displayed_at is None:
        perform(triage.mark_displayed, comment_ids=[view.row.comment_id])
    draw_emergency(view.row, for_answer=True)
    left, right = st.columns(2, gap="large")
    with left:
        answer.draw_person(view)
        draw_visibility(view.row.comment_id, actor)
    with right:
        answer.draw_answer(view, actor, following)


actor = current_actor()
check(actor, Permission.REPLY_SEND)
with reading() as session:
    people = queries.people_waiting(session, limit=SHOWN)
    ids = answer.order_of(people)
    view = find_view(session, parameter("comment"), next(iter(ids), ""), among=[one.row for one in people.rows])
heading(_("Gens en attente"))
draw_number(people)
if view is None:
    empty(
        _(
            "Personne n'attend. Chaque personne qui nous écrit sur un réseau apparaît ici, la plus ancienne attente "
            "en premier, jusqu'à une réponse confirmée par le réseau ou une raison de ne pas répondre."
        )
    )
    st.stop()
here = view.row.comment_id
following = draw_moves(ids, here)
draw_open(actor, view, following)
answer.draw_others(people, ids, here)
