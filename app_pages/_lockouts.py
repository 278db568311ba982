"""Lockouts on the administrator's My work: who, when, at a signature or at sign-in, and the way to lift it."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._page import go, line, section
from app_pages._words import tag
from compliance import lockouts
from compliance.permissions import Actor, Permission, allows
from i18n import _
from models.session import reading


def draw_lockouts(actor: Actor) -> int:
    """Draw the accounts locked in the last day; return how many."""
    if not allows(actor, Permission.USER_ADMIN):
        return 0
    with reading() as session:
        rows = lockouts.lockouts(session, actor)
    if rows:
        section(_("Comptes verrouillés ({n})").format(n=len(rows)))
    for row in rows:
        state = tag(_("verrouillé"), "bad", "●") if row.locked else tag(_("délai écoulé"), "warn", "▲")
        where = _("mots de passe faux au moment de signer") if row.signing else _("mots de passe faux à la connexion")
        who = Markup("<strong>{}</strong>").format(row.printed_name)
        with st.container(horizontal=True, vertical_alignment="center", key=f"lockout_{row.user_id}"):
            line(
                state, who, where, "·", ago(row.at), "·", _("rien n'a été signé"), tone="bad" if row.locked else "warn"
            )
            st.button(_("Voir"), key=f"open_lockout_{row.user_id}", on_click=go, args=("administration.py",))
    return len(rows)
