"""Proposing a change of the detection: terms, promise, model, and why."""

import streamlit as st

from app_pages._detection_parts import told
from app_pages._page import perform, plain, section
from app_pages._words import text
from i18n import N_, _
from moderation import detection
from moderation.detection_rules import Term
from moderation.detectors.tuning import PROMISES
from moderation.queries.detection import DetectionView

PROPOSED = N_("Changement enregistré : lancez son essai sur les commentaires reçus.")
AS_INSTALLED = 0
FIELDS = ("suspect", "nicknames", "harmless")
HALF = 50


def draw_form(view: DetectionView) -> None:
    """Draw the form, filled with what holds; nothing typed is lost when it is refused."""
    section(_("Proposer un changement"))
    with st.expander(_("Changer les termes, la promesse ou le modèle")):
        about = _(
            "Un terme par ligne, sans ponctuation : casse et accents ne comptent pas. Le changement est essayé sur les "
            "commentaires déjà reçus, puis signé par un autre membre de la pharmacovigilance."
        )
        st.caption(plain(about))
        st.text_area(_("Termes suspects à ajouter : ils signalent toujours le commentaire"), key="detection_suspect")
        st.text_area(
            _("Surnoms de produits à ajouter"), key="detection_nicknames", placeholder=_("surnom = produit du registre")
        )
        st.text_area(
            _("Termes anodins à ajouter : ils n'alertent jamais à eux seuls"), key="detection_harmless",
            help=_("Ce que les listes du produit trouvent à l'intérieur d'un terme anodin est ignoré. Le modèle et les "
                   "signes de danger gardent la parole."),
        )  # fmt: skip
        if view.state.terms:
            st.multiselect(
                _("Termes à retirer"), view.state.terms, key="detection_removed", placeholder="",
                format_func=lambda term: f"{text(term.kind)} : {told(term)}",
            )  # fmt: skip
        _draw_threshold(view)
        st.text_input(_("Pourquoi la détection change"), key="detection_reason")
        st.button(_("Enregistrer le changement"), key="detection_propose", type="primary", on_click=propose)


def _draw_threshold(view: DetectionView) -> None:
    state = view.state
    promises = [AS_INSTALLED, *PROMISES]
    st.selectbox(
        _("Part de cas que la détection peut manquer, au plus"), promises, key="detection_promise",
        index=promises.index(state.promise) if state.promise_signed else 0,
        format_func=lambda n: f"{n} %" if n else _("comme l'installation le règle"),
    )  # fmt: skip
    if not view.classifiers:
        st.caption(plain(_("Modèle : celui du produit. Un administrateur peut mettre un classifieur à disposition.")))
        return
    names = ["", *view.classifiers]
    held = state.classifier if state.classifier in view.classifiers else ""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            _("Modèle"), names, index=names.index(held or ""), key="detection_classifier",
            format_func=lambda name: name or _("comme l'installation le règle"),
        )  # fmt: skip
        st.text_input(_("Étiquette qui signifie un cas, si ce n'est pas évident"), key="detection_label")
        st.number_input(_("Signaler à partir de (%)"), 1, 99, value=HALF, key="detection_percent")


def propose() -> None:
    """Write down what was typed; a callback."""
    held = st.session_state
    typed = {name: held.get(f"detection_{name}", "") for name in FIELDS}
    removed: list[Term] = held.get("detection_removed", [])
    perform(
        detection.propose_change, **typed, removed=tuple(removed), promise=held.get("detection_promise") or None,
        classifier=held.get("detection_classifier", ""), classifier_label=held.get("detection_label", ""),
        classifier_percent=int(held.get("detection_percent", HALF)), reason=held.get("detection_reason", ""),
        done=PROPOSED, then=_kept,
    )  # fmt: skip


def _kept(_change: object) -> None:
    for name in (*FIELDS, "reason"):
        st.session_state[f"detection_{name}"] = ""
