"""File PV: what must be looked at for pharmacovigilance, by danger and clock; one comment open, decided by keys."""

import streamlit as st

from app_pages import _comment_card as card
from app_pages import _comment_decide as decide
from app_pages import _comment_queue as rail
from app_pages._comment_visibility import draw_visibility
from app_pages._keys import help_button
from app_pages._page import current_actor, empty, heading, parameter, perform
from compliance.permissions import Actor, Permission, check
from i18n import _
from models.session import reading
from moderation import queries, triage
from moderation.queries import Queue
from moderation.queries.rows import CommentView, QueueRow


def draw_comment(actor: Actor, view: CommentView, rows: list[QueueRow]) -> None:
    """Draw the open comment, with what may be done to it."""
    row = view.row
    card.draw_emergency(row)
    card.draw_head(row)
    card.draw_text(view, revealed=card.is_revealed(row.comment_id))
    decide.draw_conflict(view)
    undecided = decide.is_undecided(row) or row.comment_id in {one.comment_id for one in rows}
    if not undecided:
        decide.draw_decided(row)
    elif decide.draw_holder(row, actor):
        decide.draw_decision(view, rail.following(rows, row.comment_id))
    draw_visibility(row.comment_id, actor)
    card.draw_around(view, actor)


def draw_empty(held: rail.Filters) -> None:
    """Say what will come here, and from where."""
    if held.network:
        empty(_("Rien à voir sur ce réseau. Retirez le filtre pour voir toute la file."))
    elif held.queue is Queue.PRODUCT:
        empty(
            _("Aucun commentaire ne nomme un produit sans rien d'autre pour la PV. Ceux qui le feront viendront ici.")
        )
    else:
        empty(
            _(
                "La file est vide : tout a été vu. Chaque commentaire relevé sur les réseaux est analysé ; ceux qui "
                "sont signalés ou n'ont pas pu être analysés arrivent ici, les urgences en premier."
            )
        )


actor = current_actor()
check(actor, Permission.COMMENT_TRIAGE)
held = rail.filters()
with reading() as session:
    length = queries.queue_length(session, queue=held.queue, network=held.network)
    total = queries.counts(session).total
    rows = queries.pv_queue(session, queue=held.queue, network=held.network, limit=rail.PAGE, offset=held.offset)
    view = card.find_view(session, parameter("comment"), rows[0].comment_id if rows else "")
heading(_("File PV"), rail.summary(length, total))
with st.container(horizontal=True, horizontal_alignment="distribute"):
    rail.draw_filters(held)
    help_button(decide.KEYS)
decide.draw_last()
if view is None:
    draw_empty(held)
else:
    if view.first_displayed_at is None:
        perform(triage.mark_displayed, comment_ids=[view.row.comment_id])
    leaving = view.row.comment_id if view.row.holder_id == actor.id else ""
    wide, side = st.columns([7, 3], gap="large")
    with wide:
        rail.draw_moves(rows, view.row.comment_id, leaving)
        draw_comment(actor, view, rows)
    with side, st.container(key="rail", gap="xsmall"):
        rail.draw_rail(rows, view.row.comment_id, leaving, held, length.waiting)
