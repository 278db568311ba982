"""Cas: one case, from what was written to pharmacovigilance's acknowledgement."""

import streamlit as st

from app_pages import _case_beside as beside
from app_pages import _case_coding as coding
from app_pages import _case_export as export
from app_pages import _case_form as form
from app_pages import _case_head as head
from app_pages import _case_steps as steps
from app_pages._case_keys import forget
from app_pages._page import current_actor, empty, go, heading, parameter, section
from compliance.permissions import Permission, check
from i18n import _
from models.enums import CaseAction, CaseStatus
from models.session import reading
from moderation import cases, queries

actor = current_actor()
check(actor, Permission.CASE_READ)
case_id = parameter("case")
st.button(_("← Tous les cas"), key="back", type="tertiary", on_click=go, args=("cases.py",))
if not case_id:
    heading(_("Cas"))
    empty(_("Aucun cas n'est ouvert. Choisissez-en un dans la liste, ou depuis la file PV."))
    st.stop()
with reading() as session:
    view = queries.case_view(session, case_id)
actions = cases.actions(actor, view.line.status)
heading(_("Cas {number}").format(number=view.line.number))
head.draw_header(view)
if view.line.status is CaseStatus.QUEUED:
    head.watch(case_id)
head.draw_criteria(view)
beside.draw_asking(view, actor)
head.draw_comments(view, actor)
if CaseAction.FILL in actions:
    form.draw_form(view)
else:
    forget(case_id)
    section(_("Ce qui est enregistré"))
    form.draw_facts(view)
beside.draw_routes(view)
beside.draw_follow_ups(view)
beside.draw_duplicates(view, actor)
beside.draw_contacts(view, actor)
if CaseAction.ACKNOWLEDGE in actions:
    steps.draw_acknowledgement(view)
coding.draw_coding(view, actor)
export.draw_export(view, actor)
steps.draw_documents(view)
steps.draw_closing(view, actions)
