"""Tableaux de bord: how much came, how fast it was handled, what it was about; only numbers."""

import streamlit as st

from app_pages import _dashboard_parts as parts
from app_pages._page import current_actor, heading
from compliance.permissions import Permission, check
from i18n import _
from models.session import reading
from moderation.queries import dashboards

actor = current_actor()
check(actor, Permission.DASHBOARD_READ)
heading(_("Tableaux de bord"), _("Des nombres seulement : ni auteur, ni texte."))
with reading() as session:
    chosen = parts.draw_filters(dashboards.products_of(session))
    with st.spinner(_("Calcul des chiffres…"), show_time=False):
        view = dashboards.dashboard(session, actor, chosen)
parts.draw(view)
