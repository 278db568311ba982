"""What a reason of « non » needs: the number of a case, a product and its company, a reference."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from markupsafe import Markup

from app_pages._keys import key_button
from app_pages._page import line
from app_pages._words import text
from i18n import _
from models.enums import FindingKind, NoneReason
from moderation.decision_cards import ASKED, Card, needs
from moderation.queries.rows import QueueRow

REASON_KEYS = "1234567890XY"
"""One key a reason, in their order; C and R are Streamlit's own."""


def reason_key(comment_id: str) -> str:
    """Return where the reason is kept that waits for what it needs."""
    return f"_reason_{comment_id}"


def field_key(comment_id: str, name: str) -> str:
    """Return the key of a field of a card."""
    return f"card_{name}_{comment_id}"


def weigh(row: QueueRow, reason: NoneReason) -> None:
    """Choose a reason that needs more, with what the comment tells filled in; a callback."""
    st.session_state[reason_key(row.comment_id)] = reason
    named = next((span.label for span in row.evidence if span.kind is FindingKind.PRODUCT), "")
    if "product" in needs(reason):
        st.session_state.setdefault(field_key(row.comment_id, "product"), named)


def card_of(comment_id: str, reason: NoneReason | None) -> Card | None:
    """Return what was typed for a reason; None where it needs nothing."""
    typed = {name: str(st.session_state.get(field_key(comment_id, name)) or "") for name in needs(reason)}
    return Card(**typed) if typed else None


def draw_card(comment_id: str, reason: NoneReason, decide: Callable[..., None], bound: tuple[Any, ...]) -> None:
    """Draw the fields that a reason needs, and the button that records the decision."""
    line(Markup("<strong>{}</strong>").format(text(reason)))
    for name in needs(reason):
        st.text_input(_(ASKED[name]), key=field_key(comment_id, name))
    with st.container(horizontal=True, horizontal_alignment="right"):
        key_button(
            _("Enregistrer la décision (Ctrl+Entrée)"), "Ctrl+Enter", key="decide_card", primary=True,
            on_click=decide, args=bound,
        )  # fmt: skip
