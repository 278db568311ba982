"""Réunions: the next meeting with its agenda, what is settled in it, and the minutes of those before."""

import streamlit as st

from app_pages._meeting import draw_meeting
from app_pages._meeting_call import draw_call
from app_pages._page import current_actor, empty, heading, parameter
from app_pages._words import text
from compliance import clock
from compliance.permissions import Permission, allows
from i18n import _
from models.session import reading
from workflow import meetings

actor = current_actor()
heading(
    _("Réunions du comité"), _("L'ordre du jour se fait seul : ce qui est dû d'ici là, et ce que chacun y inscrit.")
)
with reading() as session:
    known = meetings.list_meetings(session, actor)
names = {each.id: f"{clock.paris(each.held_at):%d/%m/%Y %H:%M} · {text(each.status)}" for each in known}
if known:
    asked = parameter("reunion")
    first = list(names).index(asked) if asked in names else 0
    chosen = st.selectbox(_("Réunion"), list(names), index=first, format_func=names.__getitem__, key="which")
    with reading() as session:
        view = meetings.meeting_view(session, actor, meeting_id=chosen or known[0].id)
    draw_meeting(actor, view)
else:
    empty(_("Aucune réunion. Une fois convoquée, elle reçoit ici son ordre du jour et, close, son compte rendu."))
if allows(actor, Permission.MEETING_KEEP):
    draw_call()
