"""One person on the administrator's page: a line, and what can be done for them behind it."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import exact
from app_pages._page import line, perform, plain
from app_pages._words import badge, tag, text
from compliance import lockouts, people
from compliance.queries import PersonRow
from i18n import N_, _
from models.enums import Role

ROLES = [role for role in Role if role is not Role.SYSTEM]


def draw_person(row: PersonRow) -> None:
    """Draw a person as a line; who left has no actions."""
    who = Markup('<strong>{}</strong> <span class="cv-soft">{} · {}</span>')
    line(who.format(row.printed_name, row.login, row.email), *states(row))
    if row.active:
        with st.expander(_("Rôles et accès de {name}").format(name=plain(row.printed_name))):
            draw_grant(row)
            draw_withdrawal(row)


def states(row: PersonRow) -> list[Markup]:
    """Return the roles of a person, or what keeps them out."""
    if not row.active:
        return [tag(_("accès fermé"), "idle", "–")]
    told = [badge(role) for role in row.roles] or [tag(_("aucun rôle"), "warn", "▲")]
    if row.locked_until:
        told.append(tag(_("verrouillé jusqu'au {until}").format(until=exact(row.locked_until)), "bad", "●"))
    return told


def draw_grant(row: PersonRow) -> None:
    """Draw the choice of a role to give."""
    free = [role for role in ROLES if role not in row.roles]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(_("Rôle à donner"), free, key=f"role_{row.id}", format_func=text)
        st.button(_("Donner ce rôle"), key=f"grant_{row.id}", type="primary", on_click=grant, args=(row.id,))


def draw_withdrawal(row: PersonRow) -> None:
    """Draw what takes something away: each names whom it touches, and needs its reason."""
    name = plain(row.printed_name)
    with st.container(horizontal=True, horizontal_alignment="right"):
        if row.locked_until:
            with st.popover(_("Déverrouiller…")):
                st.write(_("Demandez d'abord à {name} si les mots de passe faux étaient les siens.").format(name=name))
                st.text_input(_("Raison de déverrouiller"), key=f"why_unlock_{row.id}")
                st.button(_("Déverrouiller"), key=f"unlock_{row.id}", on_click=unlock, args=(row.id,))
        if row.roles:
            with st.popover(_("Retirer un rôle…")):
                st.selectbox(
                    _("Rôle que {name} perdra").format(name=name), row.roles, key=f"held_{row.id}", format_func=text
                )
                st.text_input(_("Raison"), key=f"why_role_{row.id}")
                st.button(_("Retirer ce rôle"), key=f"revoke_{row.id}", on_click=revoke, args=(row.id,))
        with st.popover(_("Fermer l'accès…")):
            st.text_input(_("Raison de fermer l'accès de {name}").format(name=name), key=f"why_close_{row.id}")
            st.button(_("Fermer l'accès"), key=f"close_{row.id}", on_click=deactivate, args=(row.id,))


def grant(user_id: str) -> None:
    """Give the chosen role."""
    role = st.session_state[f"role_{user_id}"]
    perform(people.grant_role, done=N_("Le rôle est donné."), user_id=user_id, role=role)


def revoke(user_id: str) -> None:
    """Take the chosen role away, with its reason."""
    role, reason = st.session_state[f"held_{user_id}"], st.session_state[f"why_role_{user_id}"]
    perform(people.revoke_role, done=N_("Le rôle est retiré."), user_id=user_id, role=role, reason=reason)


def unlock(user_id: str) -> None:
    """Lift a lockout, with its reason."""
    reason = st.session_state[f"why_unlock_{user_id}"]
    perform(lockouts.unlock, done=N_("Le compte est déverrouillé."), user_id=user_id, reason=reason)


def deactivate(user_id: str) -> None:
    """Close a person's access, with its reason."""
    reason = st.session_state[f"why_close_{user_id}"]
    perform(people.deactivate_user, done=N_("L'accès est fermé."), user_id=user_id, reason=reason)
