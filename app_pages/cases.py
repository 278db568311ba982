"""Cas: every case, the ones to send first; the filters stand in the address."""

import streamlit as st
from markupsafe import Markup

from app_pages import _case_filters as filters
from app_pages._case_head import criteria_line
from app_pages._clocks import ago, deadline
from app_pages._counts import counted
from app_pages._handoff_mails import chased_words
from app_pages._page import current_actor, empty, go, heading, line
from app_pages._text import escaped
from app_pages._words import badge, tag, text
from compliance.permissions import Permission, check
from i18n import N_, _
from models.enums import CaseStatus
from models.session import reading
from moderation import chasing, queries
from moderation.chasing import Chased
from moderation.queries.rows import CaseLine

SHOWN = 25


def draw_case(case: CaseLine, chased: dict[str, Chased]) -> None:
    """Draw a case as a sentence, and the way to it."""
    waits = case.status in (CaseStatus.OPEN, CaseStatus.QUEUED)
    clock = deadline(case.forward_due_at, opened_at=case.awareness_at) if waits else ago(case.forwarded_at)
    serious = tag(_("Grave"), "bad", "●") if case.serious else Markup()
    more = [tag(_("suivi à envoyer"), "warn", "▲")] if case.news else []
    more += [tag(_("doublon"), "idle", "⧉")] if case.duplicate else []
    number = Markup("<strong>{}</strong>").format(case.number)
    tone = ("bad" if case.late else "warn") if waits else ""
    words = Markup('<br><span class="cv-soft">« {} »</span>').format(escaped(case.excerpt))
    text_side, button_side = st.columns([8, 1], vertical_alignment="center")
    silent = chased_words(chased[case.id]) if case.id in chased else ""
    with text_side:
        line(
            number,
            badge(case.status),
            tag(text(case.vigilance)),
            serious,
            *more,
            clock,
            silent,
            criteria_line(case) if waits else "",
            words,
            tone=tone,
        )
    with button_side:
        st.button(_("Ouvrir"), key=f"open_{case.id}", on_click=go, args=("case.py",), kwargs={"case": case.id})


actor = current_actor()
check(actor, Permission.CASE_READ)
found = filters.chosen()
with reading() as session:
    cases = queries.case_list(session, **found, limit=SHOWN + 1)
    chased = chasing.chased(session, [case.id for case in cases])
about = counted(min(len(cases), SHOWN), N_("{n} cas"), N_("{n} cas"))
heading(_("Cas"), _("les {n} plus pressés").format(n=SHOWN) if len(cases) > SHOWN else about)
filters.draw(found)
if not cases and any(found.values()):
    empty(_("Aucun cas ne répond à ces filtres. Retirez-en un pour en voir plus."))
elif not cases:
    empty(
        _(
            "Aucun cas. Un cas s'ouvre quand les détecteurs signalent un commentaire, ou quand une personne le "
            "qualifie dans la file PV ; il attend ici d'être complété et transmis."
        )
    )
for case in cases[:SHOWN]:
    draw_case(case, chased)
