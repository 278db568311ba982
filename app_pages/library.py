"""Bibliothèque: the visas that advertising rests on, when to file the next one, what would fall with each."""

import streamlit as st

from app_pages._library_visas import draw_filing, draw_planner, draw_visa
from app_pages._page import current_actor, empty, heading, section
from compliance.permissions import Permission, allows
from i18n import _
from models.enums import ProductOwner
from models.session import reading
from workflow import editing, visas

actor = current_actor()
heading(_("Bibliothèque"), _("Les visas, et ce qui repose sur chacun : ce qui tombe avec lui se voit avant."))
with reading() as session:
    rows = visas.list_visas(session, actor)
    products = [row for row in editing.editor_view(session, actor).products if row.owner is ProductOwner.OWN]
section(_("Visas de publicité"), str(len(rows)))
for row in rows:
    draw_visa(row)
if not rows:
    empty(_("Aucun visa au registre. Les affaires réglementaires les inscrivent ici dès le dépôt à l'ANSM."))
planner, filing = st.columns(2, gap="large")
with planner:
    draw_planner()
if allows(actor, Permission.VISA_KEEP):
    with filing:
        draw_filing({row.product_id: row.name for row in products})
