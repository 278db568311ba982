"""The witnesses: texts written to learn whether readers still see; what they are, and how readers fared."""

import streamlit as st
from markupsafe import Markup

from app_pages._counts import counted
from app_pages._page import empty, line, perform
from app_pages._text import draw
from app_pages._words import tag
from i18n import N_, _
from models.session import reading
from moderation import skimming
from moderation.queries import skim
from moderation.queries.skim import WitnessLine


def draw_witnesses() -> None:
    """Draw the list of witnesses, folded, and the form for a new one."""
    with reading() as session:
        found = skim.witnesses(session)
    with st.expander(_("Témoins ({n})").format(n=sum(not one.retired for one in found))):
        st.caption(
            _(
                "Un témoin est un texte écrit pour l'occasion, glissé parmi les vrais : il ne reçoit ni réponse ni "
                "transmission, et mesure ce que la lecture laisse passer. Son auteur ne le rencontre jamais."
            )
        )
        for one in found:
            _draw_one(one)
        if not found:
            empty(_("Aucun témoin : écrivez-en quelques-uns, suspects ou non, dans la langue de vos pages."))
        _draw_form()


def _draw_one(one: WitnessLine) -> None:
    kind = tag(_("suspect"), "bad", "●") if one.suspect else tag(_("anodin"), "idle", "○")
    failed = N_("{n} erreur"), N_("{n} erreurs")
    fared = [counted(one.laid, N_("lu {n} fois"), N_("lu {n} fois")), counted(one.failed, *failed)] if one.laid else []
    line(kind, Markup("<strong>{}</strong>").format(one.why), *fared, _("retiré") if one.retired else "")
    draw(one.text, quiet=True)
    if not one.retired:
        st.button(_("Retirer"), key=f"retire_{one.id}", type="tertiary", on_click=retire, args=(one.id,))


def retire(witness_id: str) -> None:
    """Retire a witness; a callback."""
    perform(skimming.retire_witness, witness_id=witness_id, done=N_("Témoin retiré."))


def _draw_form() -> None:
    with st.form("witness", clear_on_submit=False, border=False):
        st.text_area(_("Texte du témoin"), key="witness_text")
        st.text_input(_("Ce que le lecteur doit y voir"), key="witness_why")
        with st.container(horizontal=True):
            st.selectbox(_("Langue du témoin"), ["fr", "en"], key="witness_language", width=140)
            st.checkbox(_("Suspect : un lecteur doit le sortir"), value=True, key="witness_suspect")
        st.form_submit_button(_("Ajouter le témoin"), on_click=write)


def write() -> None:
    """Write the witness that was typed; a callback."""
    typed = {name: st.session_state[f"witness_{name}"] for name in ("text", "why", "language", "suspect")}
    if perform(skimming.write_witness, **typed, done=N_("Témoin ajouté.")):
        st.session_state["witness_text"] = st.session_state["witness_why"] = ""
