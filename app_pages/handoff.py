"""Réconciliation: acknowledgements to attach, a period compared with pharmacovigilance, the day's certificate."""

import streamlit as st

from app_pages._handoff_day import draw_day
from app_pages._handoff_mails import draw_mails
from app_pages._handoff_period import draw_period
from app_pages._page import current_actor, heading, parameter
from compliance.permissions import Permission, allows, check
from i18n import N_, _

PARTS = {
    "accuses": (N_("Accusés de réception"), draw_mails),
    "periode": (N_("Rapprochement"), draw_period),
    "jour": (N_("Certificat du jour"), draw_day),
}


def chosen(parts: list[str]) -> str:
    """Return the part in the address, the first one that the person may see where it names none."""
    return parameter("vue") if parameter("vue") in parts else parts[0]


def choose() -> None:
    """Put the chosen part into the address; a callback."""
    if wanted := st.session_state["handoff_part"]:
        st.query_params["vue"] = wanted


actor = current_actor()
check(actor, Permission.HANDOFF_READ)
heading(
    _("Réconciliation"),
    _("Ce qui a été transmis à la pharmacovigilance, ce qu'elle a reçu, ce que les deux côtés signent."),
)
seen = [name for name in PARTS if name != "accuses" or allows(actor, Permission.CASE_READ)]
part = chosen(seen)
st.pills(
    _("Partie"), seen, key="handoff_part", default=part, on_change=choose, label_visibility="collapsed",
    format_func=lambda name: _(PARTS[name][0]),
)  # fmt: skip
PARTS[part][1](actor)
