"""Administration: people and their roles. Being an administrator gives no right to sign."""

import streamlit as st

from app_pages._name_policies import draw_policies
from app_pages._opening_hours import draw_opening_hours
from app_pages._page import current_actor, heading, perform, section
from app_pages._person import draw_person
from app_pages._teams import draw_teams
from compliance import people, queries
from i18n import N_, _
from models.session import reading

FIELDS = ("login", "printed_name", "email", "password")


def create() -> None:
    """Create a person from the form; what was typed stays when it is refused."""
    fields = {name: st.session_state[f"new_{name}"] for name in FIELDS}
    if perform(people.create_user, done=N_("La personne est créée. Donnez-lui maintenant un rôle."), **fields):
        for name in FIELDS:
            st.session_state[f"new_{name}"] = ""


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
draw_opening_hours()
draw_teams(actor)
draw_policies(actor)
