"""Parcours: what the analysis cleared, seen by a named person, twenty to a screen; a letter lifts one out."""

import streamlit as st

from app_pages import _skim_cards as cards
from app_pages._keys import help_button
from app_pages._page import current_actor, empty, heading
from app_pages._skim_witnesses import draw_witnesses
from compliance.permissions import Permission, allows, check
from i18n import _
from models.session import reading
from moderation.queries import skim

actor = current_actor()
check(actor, Permission.COMMENT_SKIM)
with reading() as session:
    progress = skim.skim_progress(session, actor.id)
    view = cards.find_view(session, actor)
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
    heading(_("Parcours"), cards.told(progress))
    help_button(cards.KEYS)
cards.draw_last()
if view:
    cards.draw_screen(view)
elif progress.left:
    cards.draw_begin(progress)
else:
    empty(
        _(
            "Tout a été lu. Ce que l'analyse classe sans suspicion arrive ici, le plus incertain en premier, pour "
            "qu'une personne l'ait vu."
        )
    )
if allows(actor, Permission.WITNESS_KEEP):
    draw_witnesses()
