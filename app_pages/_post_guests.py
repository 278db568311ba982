"""Outside experts beside a post: make a link to this version, see who came, end it."""

import streamlit as st

from app_pages._clocks import ago, exact
from app_pages._counts import counted
from app_pages._page import line, perform, visit
from app_pages._words import tag
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.session import reading
from workflow import guests
from workflow.guests import DAYS, MOST_DAYS, Invitation, LinkRow
from workflow.letters import address

MADE = "guest_link"


def draw_guests(actor: Actor, post_id: str) -> None:
    """Draw the links of a post and the form that makes one, for whoever may invite."""
    if not allows(actor, Permission.GUEST_INVITE):
        return
    with reading() as session:
        rows = guests.links_of(session, actor, post_id=post_id)
    made = visit().get(MADE, ("", ""))
    with st.expander(_("Experts extérieurs ({n})").format(n=len(rows)), expanded=made[0] == post_id):
        if made[0] == post_id:
            line(_("Copiez ce lien et envoyez-le : il n'est montré que cette fois."), tone="info")
            st.code(made[1], language=None)
        for row in rows:
            _draw(row)
        st.text_input(_("Nom de l'expert"), key="guest_expert")
        st.number_input(_("Durée du lien (jours)"), 1, MOST_DAYS, DAYS, key="guest_days")
        st.button(_("Créer un lien vers cette version"), key="guest_invite", on_click=invite, args=(post_id,))


def _draw(row: LinkRow) -> None:
    if row.is_open:
        state = tag(_("ouvert"), "ok", "○")
    else:
        state = tag(_("fermé") if row.revoked_at else _("expiré"), "idle", "●")
    left = counted(row.notes, N_("{n} remarque"), N_("{n} remarques"))
    until = _("jusqu'au {when}").format(when=exact(row.expires_at))
    version, host = _("v{n}").format(n=row.version_n), _("invité par {name}").format(name=row.invited_by)
    with st.container(horizontal=True, vertical_alignment="center", key=f"guest_{row.link_id}"):
        line(state, row.expert, "·", version, "·", until, "·", left, "·", host)
        if row.revoked_at is None:
            key = f"revoke_{row.link_id}"
            st.button(_("Fermer le lien"), key=key, on_click=revoke, args=(row.link_id, row.row_version))
        else:
            line(ago(row.revoked_at))


def invite(post_id: str) -> None:
    """Make a link for the expert who was named."""

    def made(invitation: Invitation) -> None:
        visit()[MADE] = (post_id, f"{address()}/guest/{invitation.token}")

    perform(
        guests.invite, post_id=post_id, expert=st.session_state.get("guest_expert", ""),
        days=int(st.session_state.get("guest_days", DAYS)), then=made,
    )  # fmt: skip


def revoke(link_id: str, row_version: int) -> None:
    """End a link."""
    visit().pop(MADE, None)
    perform(
        guests.revoke, link_id=link_id, row_version=row_version, done=N_("Lien fermé : il ne mène plus nulle part.")
    )
