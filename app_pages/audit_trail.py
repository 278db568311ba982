"""Piste d'audit: who did what to what, when and why; and the proof that nothing of it was changed."""

import streamlit as st

from app_pages._audit_row import draw_event, draw_report
from app_pages._audit_words import VERBS, verb
from app_pages._clocks import exact
from app_pages._page import current_actor, empty, heading, parameter
from compliance import queries
from compliance.permissions import Actor
from i18n import _
from models.session import reading

PAGE = 25


def draw_top(actor: Actor) -> bool:
    """Draw the title, and beside it the button that reads the whole chain again; return whether it was pressed."""
    with reading() as session:
        sealed = queries.last_sealed(session, actor)
    about = _("Scellée {moment}").format(moment=exact(sealed)) if sealed else _("Pas encore scellée")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(width="content"):
            heading(_("Piste d'audit"), about)
        return st.button(_("Vérifier la chaîne"), key="verify", type="primary")


def verify(actor: Actor) -> None:
    """Read the whole chain again, and say what came of it."""
    with st.spinner(_("Relecture de tous les événements…")), reading() as session:
        report = queries.chain_report(session, actor)
    draw_report(report)


def newest() -> None:
    """Go back to the newest events: the filter changed."""
    st.query_params.pop("avant", None)


def draw_filter() -> dict[str, str]:
    """Draw the filter, which lives in the address; return what was asked for."""
    who, what, which = st.columns([1, 2, 2])
    login = who.text_input(_("Identifiant"), key="qui", bind="query-params", on_change=newest)
    action = what.selectbox(
        _("Action"), ["", *VERBS], key="action", format_func=said, bind="query-params", on_change=newest
    )
    entity = which.text_input(_("Élément (identifiant complet)"), key="element", bind="query-params", on_change=newest)
    return {"login": login or "", "action": action or "", "entity_id": entity or ""}


def said(action: str) -> str:
    """Return an action of the filter in words."""
    return verb(action) if action else _("toutes")


actor = current_actor()
if draw_top(actor):
    verify(actor)
asked = draw_filter()
before = parameter("avant")
with reading() as session:
    rows = queries.audit_trail(session, actor, **asked, before=int(before) if before.isdecimal() else None, limit=PAGE)
for row in rows:
    draw_event(row)
if not rows:
    empty(_("Aucun événement ne répond à ces critères. Chaque action d'une personne s'inscrit ici d'elle-même."))
if len(rows) == PAGE:
    st.button(_("Plus anciens"), key="older", on_click=st.query_params.update, args=({"avant": str(rows[-1].seq)},))
