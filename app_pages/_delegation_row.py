"""One delegation as a sentence, and the way to end it."""

import streamlit as st
from markupsafe import Markup

from app_pages._page import line, perform
from app_pages._words import tag, text
from i18n import N_, _
from workflow import delegations
from workflow.delegation_rules import Standing
from workflow.delegations import DelegationRow

LABELS = {
    Standing.IN_FORCE: (N_("en cours"), "ok", "✔"),
    Standing.NOT_YET: (N_("à venir"), "info", "◷"),
    Standing.ENDED: (N_("terminée"), "idle", "–"),
    Standing.REVOKED: (N_("retirée"), "idle", "✖"),
}
RUNNING = frozenset({Standing.IN_FORCE, Standing.NOT_YET})


def draw_delegation(row: DelegationRow) -> None:
    """Draw a delegation: where it stands, who signs for whom, as what, from when to when, for what."""
    words, tone, icon = LABELS[row.standing]
    who = Markup("<strong>{}</strong>").format(
        _("{delegate} signe au nom de {delegator}").format(delegate=row.delegate, delegator=row.delegator)
    )
    days = _("du {first} au {last}").format(first=f"{row.first_day:%d/%m/%Y}", last=f"{row.last_day:%d/%m/%Y}")
    with st.container(horizontal=True, vertical_alignment="center", key=f"delegation_{row.delegation_id}"):
        line(tag(_(words), tone, icon), who, f"· {text(row.role)}", f"· {days}", f"· {scope(row)}")
        if row.standing in RUNNING:
            label = _("Retirer") if row.mine else _("Y mettre fin")
            args = (row.delegation_id, row.row_version)
            st.button(label, key=f"revoke_{row.delegation_id}", on_click=revoke, args=args)


def scope(row: DelegationRow) -> str:
    """Return what a delegation is for, in words."""
    told = [row.product, _("campagne {name}").format(name=row.campaign) if row.campaign else ""]
    return ", ".join(part for part in told if part) or _("toutes les publications")


def revoke(delegation_id: str, row_version: int) -> None:
    """End the delegation at once."""
    perform(
        delegations.revoke_delegation,
        delegation_id=delegation_id,
        row_version=row_version,
        done=N_("La délégation a pris fin, à l'instant. Ce qui a été signé le reste."),
    )
