"""Piste d'audit: who did what to what, when and why; and the proof that nothing of it was changed."""

import json

import streamlit as st
from markupsafe import Markup

from app_pages._audit_words import VERBS, verb
from app_pages._clocks import ago, exact
from app_pages._page import current_actor, empty, heading, line
from compliance import queries
from compliance.audit import ChainReport
from compliance.permissions import Actor
from compliance.queries import EventRow
from i18n import _
from models.session import reading

PAGE = 25


def draw_report(report: ChainReport) -> None:
    """Say the result of a verification in one sentence."""
    if report.problem is None:
        told = _("La piste est intacte : {events} événements relus, {seals} sceaux vérifiés.")
        st.success(told.format(events=report.events, seals=report.seals))
        return
    told = _("La piste ne tient pas à l'événement {seq} ({what}). Prévenez la qualité ; ne supprimez rien.")
    st.error(told.format(seq=report.problem.seq, what=report.problem.what))


def verify(actor: Actor) -> None:
    """Draw the button that reads the whole chain again, and its result."""
    if st.button(_("Vérifier la chaîne"), key="verify", type="primary"):
        with st.spinner(_("Relecture de tous les événements…")), reading() as session:
            report = queries.chain_report(session, actor)
        draw_report(report)


def draw_event(row: EventRow) -> None:
    """Draw one event as a sentence, its states on a second line."""
    number = Markup('<span class="cv-soft">n° {}</span>').format(row.seq)
    what = Markup('<span class="cv-soft" title="{}">{} {}</span>').format(row.entity_id, row.entity, row.entity_id[-6:])
    states = [json.dumps(state, ensure_ascii=False) for state in (row.old, row.new) if state]
    about = Markup('<br><span class="cv-soft">{}</span>').format(" → ".join(states)) if states else ""
    reason = Markup("« {} »").format(row.reason) if row.reason else ""
    line(number, Markup("<strong>{}</strong>").format(row.login), verb(row.action), what, ago(row.at), reason, about)


actor = current_actor()
with reading() as session:
    sealed = queries.last_sealed(session, actor)
heading(_("Piste d'audit"), _("Scellée {moment}").format(moment=exact(sealed)) if sealed else _("Pas encore scellée"))
verify(actor)
who, what, which = st.columns([1, 2, 2])
login = who.text_input(_("Identifiant"), key="login", bind="query-params")
action = what.selectbox(
    _("Action"), ["", *VERBS], key="action", bind="query-params", format_func=lambda a: a and verb(a)
)
entity_id = which.text_input(_("Élément (identifiant complet)"), key="entity", bind="query-params")
last = st.session_state.setdefault("_audit_before", None)
with reading() as session:
    rows = queries.audit_trail(session, actor, login=login, action=action, entity_id=entity_id, before=last, limit=PAGE)
for row in rows:
    draw_event(row)
if not rows:
    empty(_("Aucun événement ne répond à ces critères. Chaque action d'une personne s'inscrit ici d'elle-même."))
