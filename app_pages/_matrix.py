"""The matrix of re-approval on the page of rules: what each change lets stand; the pharmacist changes and signs it."""

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

from app_pages import _signature
from app_pages._clocks import ago
from app_pages._page import line, plain, section
from compliance.permissions import Actor
from i18n import N_, _
from models.enums import SignatureMeaning
from models.session import reading
from workflow import matrix
from workflow.matrix import MatrixView
from workflow.reapproval import MEANINGS, Change
from workflow.words import said

M = SignatureMeaning
SHORT = {
    M.QUALIFICATION: N_("Qualification"),
    M.APPROVAL_COMMUNICATIONS: N_("Communication"),
    M.APPROVAL_REGULATORY: N_("Affaires réglementaires"),
    M.APPROVAL_LEGAL: N_("Juridique"),
    M.APPROVAL_MEDICAL: N_("Affaires médicales"),
    M.APPROVAL_PV: N_("Pharmacovigilance"),
    M.RELEASE: N_("Bon à publier"),
}
SIGNED = N_("La matrice est en vigueur pour les prochaines relectures ; celles qui sont en cours gardent la leur.")


def draw_matrix(actor: Actor) -> None:
    """Draw the matrix in force, who signed it, and the way to change it."""
    with reading() as session:
        view = matrix.matrix_view(session, actor)
    section(_("Réapprobation : quelles signatures restent après un changement"), _("version {n}").format(n=view.n))
    if view.signed_at:
        why = Markup('<span class="cv-quote">{}</span>').format(view.reason)
        line(_("Signée par {name}").format(name=view.signed_by), ago(view.signed_at), why, tone="ok")
    else:
        line(_("Matrice livrée avec l'application."), tone="info")
    st.caption(
        plain(
            _(
                "✔ la signature reste, – elle est à redonner. Un chiffre, un produit, une mention obligatoire ou une "
                "indication qui change fait tout tomber : cela ne se règle pas."
            )
        )
    )
    st.dataframe(
        [
            {_("Changement"): said(row.change)} | {_(SHORT[m]): "✔" if m in row.kept else "–" for m in MEANINGS}
            for row in view.rows
        ],
        hide_index=True,
        key="matrix_table",
    )
    if view.may_change:
        draw_form(view)


def draw_form(view: MatrixView) -> None:
    """Draw what stays after each change that may be set, the reason, and the signature."""
    with st.expander(_("Changer la matrice")):
        for row in view.rows:
            if row.choices:
                st.multiselect(
                    said(row.change).capitalize(), [m for m in MEANINGS if m in row.choices],
                    default=[m for m in MEANINGS if m in row.kept], key=_key(view, row.change),
                    format_func=lambda each: _(SHORT[each]), placeholder=_("aucune signature ne reste"),
                )  # fmt: skip
        st.text_input(_("Pourquoi la matrice change"), key="matrix_reason")
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(_("Signer la matrice"), key="matrix_sign", type="primary", on_click=ask, args=(view,))


def _key(view: MatrixView, change: Change) -> str:
    """Return the name of a field: another version of the matrix has fields of its own."""
    return f"matrix_{view.n}_{change.value}"


def typed(view: MatrixView) -> Mapping[Change, frozenset[SignatureMeaning]]:
    """Return the rows that are set otherwise on the screen than in force."""
    state = st.session_state
    asked = {row.change: frozenset(state.get(_key(view, row.change), row.kept)) for row in view.rows if row.choices}
    return {row.change: asked[row.change] for row in view.rows if row.choices and asked[row.change] != row.kept}


def ask(view: MatrixView) -> None:
    """Open the signing dialog of the matrix that is on the screen."""
    fields = {"changes": typed(view), "seen_n": view.n, "reason": st.session_state.get("matrix_reason", "")}
    _signature.ask(matrix.open_matrix, fields, matrix.sign_matrix, fields, SIGNED)
