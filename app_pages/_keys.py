"""Keys. Streamlit keeps C and R for itself and knows no punctuation, so that help is on H as well as on its button."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from markupsafe import Markup

from i18n import N_, _

COMMON: dict[str, str] = {
    "J": N_("élément suivant"),
    "K": N_("élément précédent"),
    N_("Ctrl+Entrée"): N_("bouton principal de la page"),
    "H": N_("cette aide"),
    N_("Échap"): N_("fermer une fenêtre"),
}


def key_button(label: str, shortcut: str | None, *, key: str, primary: bool = False, **options: Any) -> bool:
    """Draw a button that also answers to a key (None: to none).

    `options` are those of `st.button` (on_click, args, disabled…).
    """
    return st.button(label, key=key, shortcut=shortcut, type="primary" if primary else "secondary", **options)


def help_button(keys: Mapping[str, str] | None = None) -> None:
    """Draw the [?] button, which shows the page's keys (a French msgid each) and the common ones."""
    if st.button("?", key="_help", shortcut="H", help=_("Raccourcis clavier")):
        st.dialog(_("Raccourcis clavier"))(_help)({**(keys or {}), **COMMON})


def _help(keys: Mapping[str, str]) -> None:
    rows = Markup("").join(
        Markup("<tr><td><kbd>{}</kbd></td><td>{}</td></tr>").format(_(k), _(v)) for k, v in keys.items()
    )
    st.html(Markup('<table class="cv-keys">{}</table>').format(rows))
