"""The form that writes an account down, so that it can be connected."""

import streamlit as st

from app_pages._page import perform
from app_pages._words import text
from compliance import accounts, applications
from i18n import N_, _

FIELDS = ("handle", "display_name")


def draw_form() -> None:
    """Draw the form."""
    with st.expander(_("Enregistrer un compte")):
        st.caption(_("Un compte enregistré ne lit et ne publie rien tant qu'il n'est pas connecté."))
        st.selectbox(_("Réseau"), applications.CONNECTED, key="account_network", format_func=text)
        st.text_input(_("Nom d'utilisateur chez le réseau, sans @"), key="account_handle")
        st.text_input(_("Nom affiché"), key="account_display_name")
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(_("Enregistrer"), key="account_register", on_click=register)


def register() -> None:
    """Write the account of the form down; what was typed stays when it is refused."""
    held = st.session_state
    perform(
        accounts.write_down,
        network=held["account_network"],
        handle=held["account_handle"],
        display_name=held["account_display_name"],
        done=N_("Le compte est enregistré. Connectez-le maintenant."),
        then=lambda _account: held.update({f"account_{name}": "" for name in FIELDS}),
    )
