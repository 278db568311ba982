"""Reading a decision a second time, blind; settling two readings that differ."""

import streamlit as st

from app_pages._page import empty, line, perform, section
from app_pages._text import draw
from app_pages._words import text
from compliance.permissions import Actor
from i18n import N_, _
from models.enums import NoneReason, TriageOutcome
from models.session import reading
from moderation import second_reading
from moderation.queries import quality
from moderation.queries.quality import Dispute

CASES = (TriageOutcome.ADVERSE_EVENT, TriageOutcome.SPECIAL_SITUATION, TriageOutcome.QUALITY_DEFECT)


def draw_blind(actor: Actor) -> None:
    """Draw the next text to read again, without anything of the first decision."""
    section(_("Seconde lecture"), _("à l'aveugle : ni la première décision, ni l'avis de la détection"))
    with reading() as session:
        blind = quality.next_blind(session, actor)
    if blind is None:
        empty(_("Rien à relire. Une part des décisions des autres, tirée au sort, arrive ici."))
        return
    draw(blind.text or "", [])
    choices: list[TriageOutcome | NoneReason] = [*CASES, TriageOutcome.PRODUCT_MENTION, *NoneReason]
    st.selectbox(
        _("Qu'est-ce que ce commentaire ?"), choices, index=None, format_func=text, key=f"blind_{blind.decision_id}",
        placeholder=_("Choisissez"),
    )  # fmt: skip
    st.button(_("Enregistrer ma lecture"), key="blind", type="primary", on_click=read_again, args=(blind.decision_id,))


def read_again(decision_id: str) -> None:
    """Write down the second reading that was chosen; a callback."""
    chosen = st.session_state.get(f"blind_{decision_id}")
    none = isinstance(chosen, NoneReason)
    outcomes = [TriageOutcome.NONE] if none else [chosen] if chosen else []
    perform(
        second_reading.read_again,
        decision_id=decision_id,
        outcomes=outcomes,
        none_reason=chosen if none else None,
        done=N_("Lecture enregistrée."),
    )


def draw_disputes(actor: Actor) -> None:
    """Draw the readings that differ, for a third person."""
    with reading() as session:
        found = quality.disputes(session, actor)
    section(_("Lectures à départager"), str(len(found)))
    for one in found:
        _draw_dispute(one)
    if not found:
        empty(_("Aucune : deux lectures qui diffèrent attendent ici une troisième personne."))


def _draw_dispute(one: Dispute) -> None:
    with st.container(border=True):
        draw(one.text or _("(texte effacé)"), [])
        line(_("Première lecture :"), said(one.first, one.first_reason))
        line(_("Seconde lecture :"), said(one.second, one.second_reason))
        st.text_input(_("Pourquoi"), key=f"why_{one.reading_id}")
        with st.container(horizontal=True):
            for upheld, label in ((True, _("La première est juste")), (False, _("La seconde est juste"))):
                st.button(
                    label, key=f"settle_{one.reading_id}_{upheld}", on_click=settle,
                    args=(one.reading_id, one.row_version, upheld),
                )  # fmt: skip


def said(outcomes: tuple[str, ...], reason: NoneReason | None) -> str:
    """Return a decision in words."""
    named = ", ".join(text(TriageOutcome(outcome)) for outcome in outcomes)
    return f"{named} ({text(reason)})" if reason else named


def settle(reading_id: str, row_version: int, upheld: bool) -> None:
    """Settle two readings with the reason typed; a callback."""
    why = st.session_state.get(f"why_{reading_id}", "")
    perform(
        second_reading.settle, reading_id=reading_id, row_version=row_version, upheld=upheld, why=why,
        done=N_("Lectures départagées."),
    )  # fmt: skip
