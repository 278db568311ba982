"""The reconciliation of a period: chosen, compared line by line, pharmacovigilance's list brought in, signed."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import streamlit as st
from markupsafe import Markup

from app_pages._handoff_statement import draw_statement
from app_pages._page import line, parameter, perform, section
from app_pages._words import tag, text
from compliance import clock
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import PvOutcome, StatementKind
from models.handoff import PvList
from models.session import reading
from moderation import queries, reconciliation, statements
from moderation.reconciling import OPEN
from moderation.statement_document import difference_name, zero_report

IMPORTED = "_handoff_imported"
SHOWN = 100


def period() -> tuple[date, date]:
    """Return the period in the address, the last seven whole days where there is none that can be read."""
    today = clock.paris(clock.now()).date()
    try:
        first, last = sorted(min(date.fromisoformat(parameter(name)), today) for name in ("du", "au"))
    except ValueError:
        return today - timedelta(days=7), today - timedelta(days=1)
    return first, last


def choose() -> None:
    """Put the chosen period into the address; a callback. One day alone waits for the other."""
    days = st.session_state.get("handoff_days") or ()
    if len(days) == 2:  # noqa: PLR2004 - the first and the last day
        st.query_params["du"], st.query_params["au"] = (each.isoformat() for each in days)


def use(first: date, last: date) -> None:
    """Choose a ready-made period; a callback."""
    st.query_params["du"], st.query_params["au"] = first.isoformat(), last.isoformat()
    st.session_state.pop("handoff_days", None)


def draw_period(actor: Actor) -> None:
    """Draw the choice of the period, the comparison, the list, the signatures."""
    first, last = period()
    _draw_choice(first, last)
    with reading() as session:
        view = statements.statement_view(
            session, actor, kind=StatementKind.RECONCILIATION, first_day=first, last_day=last
        )
        ids = queries.handoff.case_ids(session, [one["number"] for one in view.content["lines"]])
    _draw_summary(view.content)
    keeps = allows(actor, Permission.HANDOFF_KEEP)
    for one in view.content["lines"][:SHOWN]:
        _draw_line(one, ids.get(one["number"]) if keeps else None)
    if keeps:
        _draw_import(first, last)
    draw_statement(view)


def _draw_choice(first: date, last: date) -> None:
    today = clock.paris(clock.now()).date()
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.date_input(
            _("Période"), (first, last), key="handoff_days", format="DD/MM/YYYY", max_value=today, on_change=choose
        )
        for key, name, days in (
            ("week", _("Cette semaine"), (monday, today)),
            ("last_week", _("Semaine passée"), (monday - timedelta(days=7), monday - timedelta(days=1))),
            ("month", _("Ce mois"), (month, today)),
            ("last_month", _("Mois passé"), (before, month - timedelta(days=1))),
        ):
            st.button(name, key=f"period_{key}", on_click=use, args=days)


def _draw_summary(content: Mapping[str, Any]) -> None:
    section(_("Rapprochement"), _("transmis, accusé, issue"))
    open_lines = sum(any(each in OPEN for each in one["differences"]) for one in content["lines"])
    held = content["list"]
    told = _("{sent} transmis · {acknowledged} accusés · {only} connus de la seule pharmacovigilance · {open} écarts")
    words = told.format(
        sent=content["sent"], acknowledged=content["acknowledged"], only=content["only_pv"], open=open_lines
    )
    listed = _("liste : {name}").format(name=held["filename"]) if held else _("aucune liste importée")
    line(Markup("<strong>{}</strong>").format(words), listed, tone="bad" if open_lines else "ok")
    if not content["sent"]:
        line(zero_report(content))


def _draw_line(one: Mapping[str, Any], case_id: str | None) -> None:
    outcome = PvOutcome(one["outcome"])
    differences = [each for each in one["differences"] if each in OPEN]
    bad = [tag(difference_name(each), "bad", "≠") for each in differences]
    sent = _at(_("transmis le {at}"), one["sent_at"])
    received = _at(_("accusé le {at}"), one["acknowledged_at"])
    number = Markup("<strong>{}</strong>").format(one["number"] or "—")
    reference = one["pv_reference"] or ""
    tone = "bad" if differences else "warn" if outcome is PvOutcome.UNKNOWN else "ok"
    with st.container(horizontal=True, vertical_alignment="center"):
        line(number, sent, received, reference, _("issue : {what}").format(what=text(outcome)), *bad, tone=tone)
        if case_id and one["sent_at"]:
            key = f"outcome_{case_id}_{outcome.value}"
            st.selectbox(
                _("Issue"), list(PvOutcome), list(PvOutcome).index(outcome), key=key, format_func=text,
                on_change=tell, args=(case_id, key), label_visibility="collapsed", width=150,
            )  # fmt: skip


def _at(words: str, iso: str | None) -> str:
    return words.format(at=f"{clock.paris(datetime.fromisoformat(iso)):%d/%m/%Y %H:%M}") if iso else ""


def tell(case_id: str, key: str) -> None:
    """Write down the outcome that was chosen; a callback."""
    chosen = st.session_state.get(key)
    if chosen is not None:
        perform(reconciliation.tell_outcome, case_id=case_id, outcome=PvOutcome(chosen), done=N_("Issue inscrite."))


def _draw_import(first: date, last: date) -> None:
    with st.expander(_("Importer la liste de la pharmacovigilance (CSV ou XLSX)")):
        st.caption(_("Une ligne de titres : Numéro de cas, Numéro PV ; et si possible Reçu le, Issue."))
        st.file_uploader(_("Liste"), type=["csv", "txt", "xlsx"], key=_uploader(), label_visibility="collapsed")
        st.button(_("Importer la liste"), key="import_list", on_click=bring, args=(first, last))


def _uploader() -> str:
    """Return the key of the uploader: a new one after each list, so that it is empty again."""
    return f"handoff_list_{st.session_state.setdefault(IMPORTED, 0)}"


def bring(first: date, last: date) -> None:
    """Import the list that was chosen; a callback. Refused, the one before still counts."""
    given = st.session_state.get(_uploader())
    perform(
        reconciliation.import_list, first_day=first, last_day=last, filename=given.name if given else "",
        data=given.getvalue() if given else b"", done=N_("Liste importée et comparée."), then=_emptied,
    )  # fmt: skip


def _emptied(_held: PvList) -> None:
    st.session_state[IMPORTED] += 1
