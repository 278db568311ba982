"""One event of the audit trail as a sentence, and the result of a verification as another."""

import streamlit as st
from markupsafe import Markup

from app_pages._audit_words import verb
from app_pages._clocks import ago
from app_pages._page import line
from compliance.audit import ChainReport
from compliance.queries import EventRow
from i18n import _


def draw_report(report: ChainReport) -> None:
    """Say the result of a verification in one sentence."""
    if report.problem is None:
        told = _("La piste est intacte : {events} événements relus, {seals} sceaux vérifiés.")
        st.success(told.format(events=report.events, seals=report.seals))
        return
    told = _("La piste ne tient pas à l'événement {seq} ({what}). Prévenez la qualité ; ne supprimez rien.")
    st.error(told.format(seq=report.problem.seq, what=report.problem.what))


def states(row: EventRow) -> Markup:
    """Return what an event changed, as "before → after"."""
    sides = [" · ".join(f"{key} : {value}" for key, value in side.items()) for side in (row.old, row.new) if side]
    return Markup('<span class="cv-soft">{}</span>').format(" → ".join(sides))


def draw_event(row: EventRow) -> None:
    """Draw one event as a sentence: its number, who, what, when, why, and what it changed."""
    number = Markup('<span class="cv-soft">n° {}</span>').format(row.seq)
    what = Markup('<span class="cv-soft" title="{}">{} …{}</span>').format(
        row.entity_id, row.entity, row.entity_id[-6:]
    )
    reason = Markup("« {} »").format(row.reason) if row.reason else ""
    who = Markup("<strong>{}</strong>").format(row.login)
    line(number, ago(row.at), who, verb(row.action), what, reason, states(row))
