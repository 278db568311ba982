"""Administration: people and their roles. Being an administrator gives no right to sign."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import exact
from app_pages._page import current_actor, heading, line, perform, plain, section
from app_pages._words import badge, tag, text
from compliance import people, queries
from compliance.queries import PersonRow
from i18n import N_, _
from models.enums import Role
from models.session import reading

ROLES = [role for role in Role if role is not Role.SYSTEM]
FIELDS = ("login", "printed_name", "email", "password")


def create() -> None:
    """Create a person from the form; what was typed stays when it is refused."""
    fields = {name: st.session_state[f"new_{name}"] for name in FIELDS}
    if perform(people.create_user, done=N_("La personne est créée. Donnez-lui maintenant un rôle."), **fields):
        for name in FIELDS:
            st.session_state[f"new_{name}"] = ""


def grant(user_id: str) -> None:
    """Give the chosen role."""
    role = st.session_state[f"role_{user_id}"]
    perform(people.grant_role, done=N_("Le rôle est donné."), user_id=user_id, role=role)


def revoke(user_id: str) -> None:
    """Take the chosen role away, with its reason."""
    role, reason = st.session_state[f"held_{user_id}"], st.session_state[f"why_{user_id}"]
    perform(people.revoke_role, done=N_("Le rôle est retiré."), user_id=user_id, role=role, reason=reason)


def deactivate(user_id: str) -> None:
    """Close a person's access, with its reason."""
    reason = st.session_state[f"why_{user_id}"]
    perform(people.deactivate_user, done=N_("L'accès est fermé."), user_id=user_id, reason=reason)


def draw_person(row: PersonRow) -> None:
    """Draw a person as a line, and what can be done for them behind it."""
    state = Markup("") if row.active else tag(_("accès fermé"), "idle", "–")
    locked = (
        tag(_("verrouillé jusqu'à {until}").format(until=exact(row.locked_until)), "bad", "●")
        if row.locked_until
        else ""
    )
    roles = Markup("").join(badge(role) for role in row.roles) or tag(_("aucun rôle"), "warn", "▲")
    who = Markup('<strong>{}</strong> <span class="cv-soft">{} · {}</span>').format(
        row.printed_name, row.login, row.email
    )
    line(who, state or roles, locked)
    if row.active:
        with st.expander(_("Rôles et accès de {name}").format(name=plain(row.printed_name))):
            draw_actions(row)


def draw_actions(row: PersonRow) -> None:
    """Draw the roles to give and to take, and the closing of the access."""
    free = [role for role in ROLES if role not in row.roles]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(_("Rôle à donner"), free, key=f"role_{row.id}", format_func=text)
        st.button(_("Donner ce rôle"), key=f"grant_{row.id}", type="primary", on_click=grant, args=(row.id,))
    st.text_input(_("Raison, pour retirer un rôle ou fermer l'accès"), key=f"why_{row.id}")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if row.roles:
            st.selectbox(_("Rôle à retirer"), row.roles, key=f"held_{row.id}", format_func=text)
            st.button(_("Retirer ce rôle"), key=f"revoke_{row.id}", on_click=revoke, args=(row.id,))
        st.button(_("Fermer l'accès"), key=f"close_{row.id}", on_click=deactivate, args=(row.id,))


actor = current_actor()
with reading() as session:
    rows = queries.people(session, actor)
heading(_("Administration"), _("Un administrateur gère les accès ; il ne signe rien à ce titre."))
with st.expander(_("Créer une personne")):
    st.text_input(_("Identifiant"), key="new_login")
    st.text_input(_("Nom imprimé sur les signatures"), key="new_printed_name")
    st.text_input(_("Courriel"), key="new_email")
    st.text_input(_("Mot de passe provisoire"), key="new_password", type="password", autocomplete="new-password")
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Créer"), key="create", type="primary", on_click=create)
section(_("Personnes"), str(len(rows)))
for row in rows:
    draw_person(row)
