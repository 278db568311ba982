"""In Mon travail: cases that no reminder brought to an acknowledgement, and mails that wait to be attached."""

import streamlit as st
from markupsafe import Markup

from app_pages._counts import counted
from app_pages._page import go, line
from app_pages._words import tag
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.session import reading
from moderation import chasing, queries


def draw_handoff(actor: Actor) -> int:
    """Draw what the hand-off to pharmacovigilance wants of people; return how many things wait."""
    if not allows(actor, Permission.CASE_WATCH):
        return 0
    with reading() as session:
        climbed = [case.number for case in chasing.silent_cases(session) if case.climbed]
        mails = len(queries.handoff.mails(session))
    if not climbed and not mails:
        return 0
    silent = counted(
        len(climbed), N_("{n} cas sans accusé malgré les relances"), N_("{n} cas sans accusé malgré les relances")
    )
    told = counted(mails, N_("{n} courriel de la PV à rattacher"), N_("{n} courriels de la PV à rattacher"))
    numbers = Markup('<span class="cv-soft">{}</span>').format(", ".join(climbed[:5]))
    with st.container(horizontal=True, vertical_alignment="center", key="queue_handoff"):
        line(
            tag(silent, "bad", "●") if climbed else "",
            numbers if climbed else "",
            Markup("<strong>{}</strong>").format(told) if mails else "",
            tone="bad" if climbed else "warn",
        )
        st.button(_("Ouvrir"), key="open_handoff", on_click=go, args=("handoff.py",), kwargs={"vue": "accuses"})
    return len(climbed) + mails
