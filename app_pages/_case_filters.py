"""The filters of the list of cases: they stand in the address, so that a link opens the same view for a colleague."""

from typing import Any

import streamlit as st

from app_pages._page import parameter
from app_pages._words import text
from i18n import _
from models.enums import CaseStatus, Vigilance


def chosen() -> dict[str, Any]:
    """Return the filters in the address, as `queries.case_list` takes them; what makes no sense filters nothing."""
    state, vigilance = parameter("etat"), parameter("vigilance")
    return {
        "status": CaseStatus(state) if state in list(CaseStatus) else None,
        "vigilance": Vigilance(vigilance) if vigilance in list(Vigilance) else None,
        "serious": parameter("grave") == "1",
        "late": parameter("retard") == "1",
        "number": parameter("numero"),
    }


def draw(found: dict[str, Any]) -> None:
    """Draw the filters; each change goes into the address."""
    st.pills(
        _("État"), list(CaseStatus), key="filter_status", format_func=text, default=found["status"],
        on_change=choose, args=("etat", "filter_status"), label_visibility="collapsed",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center"):
        st.pills(
            _("Vigilance"), list(Vigilance), key="filter_vigilance", format_func=text, default=found["vigilance"],
            on_change=choose, args=("vigilance", "filter_vigilance"), label_visibility="collapsed",
        )  # fmt: skip
        st.checkbox(
            _("graves"), found["serious"], key="filter_serious", on_change=choose, args=("grave", "filter_serious")
        )
        st.checkbox(_("en retard"), found["late"], key="filter_late", on_change=choose, args=("retard", "filter_late"))
        st.text_input(
            _("Numéro"), found["number"], key="filter_number", on_change=choose, args=("numero", "filter_number"),
            placeholder=_("Numéro du cas ou de la PV"), label_visibility="collapsed",
        )  # fmt: skip


def choose(name: str, key: str) -> None:
    """Put a filter into the address, or take it out; a callback."""
    st.query_params.pop(name, None)
    value = st.session_state.get(key)
    if value:
        st.query_params[name] = "1" if value is True else str(value)
