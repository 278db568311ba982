"""File PV: what must be looked at for pharmacovigilance, by danger and clock; one comment open, decided by keys."""

import streamlit as st

from app_pages import _breaks as breaks_kit
from app_pages import _comment_card as card
from app_pages import _comment_decide as decide
from app_pages import _comment_many as many
from app_pages import _comment_queue as rail
from app_pages._comment_open import draw_open
from app_pages._keys import help_button
from app_pages._last_decision import draw_last
from app_pages._page import ON_LEAVING, current_actor, heading, parameter, visit
from compliance.permissions import Permission, check
from i18n import _
from models.session import reading
from moderation import breaks, queries

actor = current_actor()
check(actor, Permission.COMMENT_TRIAGE)
visit()[ON_LEAVING] = breaks_kit.give_all_back
held = rail.filters()
narrowing = held.narrowing(actor)
with reading() as session:
    wishes = breaks.preferences(session, actor)
    length = queries.queue_length(session, queue=held.queue, narrowing=narrowing)
    counts = queries.queue_counts(session, rail.OWN)
    total = queries.total(session)
    page = held.page(session, actor)
    among = [*page.rows, page.beside] if page.beside else page.rows
    view = card.find_view(session, parameter("comment"), next(iter(page.ids), ""), among=among, answering=False)
here = view.row.comment_id if view else ""
veiled = breaks_kit.veiling(wishes)
heading(_("File PV"), rail.summary(length, total, 0 if held.narrowed else counts[held.queue] - length.waiting))
with st.container(horizontal=True, horizontal_alignment="distribute"):
    rail.draw_filters(held, counts)
    breaks_kit.draw_preferences(wishes)
    many.draw_toggle(many=held.many)
    help_button(decide.KEYS)
draw_last()
breaks_kit.draw_reminder(wishes)
if not breaks_kit.draw_pause(wishes):
    if held.many:
        many.draw_many(page.rows, veiled)
    elif view is None:
        rail.draw_empty(held)
    else:
        card.note_displayed(view, veiled=veiled(view.row))
        leaving = here if view.row.holder_id == actor.id else ""
        wide, side = st.columns([7, 3], gap="large")
        with wide:
            rail.draw_moves(page.ids, here, leaving, same_words=view.row.text is not None)
            draw_open(actor, view, page.ids, wishes)
        with side, st.container(key="rail", gap="xsmall"):
            rail.draw_rail(actor, page.rows, here, leaving, held, length.waiting, veiled)
