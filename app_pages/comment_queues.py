"""Files: what rules sent to the queue of one's own role; read there, settled there, sent to vigilance from there."""

from collections.abc import Sequence

import streamlit as st

from app_pages import _comment_card as card
from app_pages import _comment_queue as rail
from app_pages._counts import counted
from app_pages._keys import help_button
from app_pages._page import current_actor, empty, heading, parameter, perform
from app_pages._routes import draw_flag, draw_routes, draw_settling
from errors import NotPermitted
from i18n import N_, _
from models.session import reading
from moderation import facets, queries, triage
from moderation.queries import ROUTED, Queue
from moderation.queries.rows import CommentView
from moderation.queues import QueueAction, may, queues_for

KEYS = {"P N A": N_("pris en charge, rien à faire, pas pour nous")}


def draw_comment(view: CommentView, ids: Sequence[str]) -> None:
    """Draw the open comment with why it is here, and what this role may do."""
    row = view.row
    card.draw_emergency(row, for_answer=True)
    card.draw_head(row)
    draw_routes(routes)
    card.draw_text(view, revealed=card.is_revealed(row.comment_id))
    place = next((one for one in routes if one.queue is ROUTED[held.queue] and one.settled_at is None), None)
    if place and may(actor, place.queue, QueueAction.DECIDE):
        draw_settling(row.comment_id, place, rail.following(ids, row.comment_id))
    if not facets.waits_for_pv(row.facets):
        draw_flag(row.comment_id)
    card.draw_around(view, actor)


actor = current_actor()
mine = [queue for queue in Queue if queue in ROUTED and ROUTED[queue] in queues_for(actor)]
if not mine:
    raise NotPermitted
held = rail.filters(mine)
narrowing = held.narrowing(actor)
with reading() as session:
    length = queries.queue_length(session, queue=held.queue, narrowing=narrowing)
    counts = queries.queue_counts(session, mine)
    page = held.page(session, actor)
    asked = parameter("comment")
    allowed = asked if any(one.queue in map(ROUTED.get, mine) for one in queries.routes_of(session, asked)) else ""
    view = card.find_view(session, allowed, next(iter(page.ids), ""), among=page.rows, answering=False)
    routes = queries.routes_of(session, view.row.comment_id) if view else ()
heading(_("Files"), counted(length.waiting, N_("{n} commentaire attend"), N_("{n} commentaires attendent")))
with st.container(horizontal=True, horizontal_alignment="distribute"):
    rail.draw_filters(held, counts)
    help_button(KEYS)
if view is None:
    empty(_("Rien n'attend dans cette file. Les commentaires y viennent par les règles d'aiguillage."))
    st.stop()
if view.first_displayed_at is None:
    perform(triage.mark_displayed, comment_ids=[view.row.comment_id])
wide, side = st.columns([7, 3], gap="large")
with wide:
    rail.draw_moves(page.ids, view.row.comment_id, "")
    draw_comment(view, page.ids)
with side, st.container(key="rail", gap="xsmall"):
    rail.draw_rail(actor, page.rows, view.row.comment_id, "", held, length.waiting, lambda _row: False)
