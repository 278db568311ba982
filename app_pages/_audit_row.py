"""One event of the audit trail as a sentence, and the result of a verification as another."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from markupsafe import Markup

from app_pages._audit_values import KEYS, told
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
    """Return what an event changed, in words, as "before → after"; nothing where only hashes and numbers changed."""
    sides = [_side(row.entity, side) for side in (row.old, row.new)]
    return Markup('<span class="cv-soft">{}</span>').format(" → ".join(side for side in sides if side))


def _side(entity: str, side: Mapping[str, Any] | None) -> str:
    return " · ".join(told(entity, key, value) for key, value in (side or {}).items() if key in KEYS)


def proof(row: EventRow) -> Markup:
    """Return the whole event as it is chained, folded away: for whoever follows one hash to another."""
    sides = [(_("avant"), row.old), (_("après"), row.new)]
    lines = [
        (row.entity, row.entity_id),
        *((f"{when}, {k}", v) for when, side in sides for k, v in (side or {}).items()),
    ]
    body = Markup("").join(Markup("<tr><td>{}</td><td>{}</td></tr>").format(key, value) for key, value in lines)
    return Markup('<details class="cv-proof"><summary>{}</summary><table class="cv-facts">{}</table></details>').format(
        _("détail"), body
    )


def draw_event(row: EventRow) -> None:
    """Draw one event as a sentence: its number, who, what, when, why, and what it changed."""
    number = Markup('<span class="cv-soft">n° {}</span>').format(row.seq)
    what = Markup("« {} »").format(row.named) if row.named else ""
    reason = Markup("« {} »").format(row.reason) if row.reason else ""
    who = Markup("<strong>{}</strong>").format(row.login)
    line(number, ago(row.at), who, verb(row.action), what, reason, states(row), proof(row))
