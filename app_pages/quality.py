"""Qualité: what the detection lets through, measured on our own stream; who reads how; what to read again."""

import streamlit as st

from app_pages import _quality_parts as parts
from app_pages._page import current_actor, heading
from app_pages._quality_readings import draw_blind, draw_disputes
from compliance.permissions import Permission, allows, check
from i18n import _
from models.session import reading
from moderation import quality_report
from moderation.queries import quality

actor = current_actor()
check(actor, Permission.QUALITY_READ)
heading(_("Qualité"), _("Ce que la détection laisse passer, mesuré sur nos propres commentaires."))
first_day = parts.chosen_month()
with st.spinner(_("Calcul des chiffres du mois…"), show_time=False), reading() as session:
    view = quality.quality_view(session, actor, first_day=first_day)
    curve = quality.recall_curve(session, first_day=first_day)
parts.draw_recall(view, curve)
st.download_button(
    _("Rapport du mois (DOCX)"),
    data=lambda: quality_report.build(view, actor),
    file_name=quality_report.filename(first_day),
    key="report",
    on_click="ignore",
)
parts.draw_reading(view)
if allows(actor, Permission.READING_SECOND):
    draw_blind(actor)
if allows(actor, Permission.READING_SETTLE):
    draw_disputes(actor)
