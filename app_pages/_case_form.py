"""What a person enters into a case. What was typed is never lost, and never written over what a colleague wrote."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from markupsafe import Markup

from app_pages._page import line, perform, section
from app_pages._text import escaped
from app_pages._words import tag, text, word
from i18n import N_, _
from models.enums import Seriousness, Situation, Vigilance
from moderation import cases
from moderation.explanation import SERIOUSNESS
from moderation.queries.rows import CaseView

FIELDS = (
    "reporter", "reporter_known", "patient", "patient_known", "products", "reactions", "seriousness", "situations",
    "narrative", "vigilance", "criteria_on",
)  # fmt: skip


def field(case_id: str, name: str) -> str:
    """Return the key of a field of a case."""
    return f"case_{case_id}_{name}"


def base_version(view: CaseView) -> int:
    """Return the version of the case that the fields were first filled from."""
    return int(st.session_state.setdefault(field(view.line.id, "base"), view.line.row_version))


def forget(case_id: str) -> None:
    """Forget what was typed: the fields show again what is recorded. Also a callback."""
    for name in (*FIELDS, "base"):
        st.session_state.pop(field(case_id, name), None)


def go_on(case_id: str, row_version: int) -> None:
    """Keep what was typed although the case changed: this person has read what is recorded now. A callback."""
    st.session_state[field(case_id, "base")] = row_version


def given(view_products: tuple[Any, ...], case_id: str) -> dict[str, Any]:
    """Return what was typed, as `cases.fill` takes it; products keep the substance and owner that were known."""
    typed = {name: st.session_state.get(field(case_id, name)) for name in FIELDS}
    known = {product.name: product for product in view_products}
    names = dict.fromkeys(row.strip() for row in (typed["products"] or "").splitlines() if row.strip())
    typed["products"] = [
        cases.ProductGiven(name, known[name].substance, known[name].owner)
        if name in known
        else cases.ProductGiven(name)
        for name in names
    ]
    typed["reactions"] = [row.strip() for row in (typed["reactions"] or "").splitlines() if row.strip()]
    return typed


def save(view: CaseView, row_version: int, then: Callable[[Any], object] | None = None) -> None:
    """Record what was typed; a callback. `then` follows on success only."""
    case_id = view.line.id

    def saved(case: Any) -> None:
        forget(case_id)
        if then:
            then(case)

    done = None if then else N_("Cas enregistré.")
    perform(
        cases.fill, case_id=case_id, row_version=row_version, done=done, then=saved, **given(view.products, case_id)
    )


def save_and_send(view: CaseView, row_version: int) -> None:
    """Record what was typed, then send the case to pharmacovigilance; a callback."""
    done = N_("Cas transmis : le courriel part avec son document. L'accusé de réception reste à enregistrer.")
    save(
        view,
        row_version,
        lambda case: perform(cases.escalate, case_id=case.id, row_version=case.row_version, done=done),
    )


def draw_form(view: CaseView) -> None:
    """Draw the fields with [Enregistrer] and [Transmettre à la PV]; both record what was typed."""
    base, case = base_version(view), view.line
    if base != case.row_version:
        _draw_changed(view)
    section(_("Compléter le cas"))
    with st.form(f"case_form_{case.id}", border=False, enter_to_submit=False):
        _draw_people(view)
        _draw_event(view)
        _draw_codes(view)
        _draw_rest(view)
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.form_submit_button(_("Enregistrer"), key="save", on_click=save, args=(view, base))
            label = _("Transmettre à la PV (Ctrl+Entrée)")
            st.form_submit_button(
                label, key="send", type="primary", shortcut="Ctrl+Enter", on_click=save_and_send, args=(view, base)
            )


def _draw_people(view: CaseView) -> None:
    case_id = view.line.id
    left, right = st.columns(2)
    with left:
        st.text_input(_("Notificateur (qui raconte)"), view.reporter or "", key=field(case_id, "reporter"))
        st.checkbox(
            _("Identifiable : on peut le joindre"),
            view.reporter_known,
            key=field(case_id, "reporter_known"),
        )
    with right:
        st.text_input(_("Patient (âge, sexe, lien, initiales)"), view.patient or "", key=field(case_id, "patient"))
        st.checkbox(
            _("Identifiable, même sans son nom"),
            view.patient_known,
            key=field(case_id, "patient_known"),
        )


def _draw_event(view: CaseView) -> None:
    case_id = view.line.id
    left, right = st.columns(2)
    with left:
        names = "\n".join(product.name for product in view.products)
        st.text_area(_("Produits suspects, un par ligne"), names, key=field(case_id, "products"), height=100)
        known = [f"{p.name} : {p.substance}" for p in view.products if p.substance]
        if known:
            line(Markup('<span class="cv-soft">{}</span>').format(escaped(" · ".join(known))))
    with right:
        words = "\n".join(reaction.verbatim for reaction in view.reactions)
        label = _("Réactions, une par ligne, dans les mots de la personne")
        st.text_area(label, words, key=field(case_id, "reactions"), height=100)


def _draw_codes(view: CaseView) -> None:
    case_id = view.line.id
    st.pills(
        _("Gravité : un seul critère suffit"), list(Seriousness), key=field(case_id, "seriousness"),
        selection_mode="multi", format_func=lambda each: _(SERIOUSNESS[each]),
        default=[Seriousness(code) for code in view.seriousness],
    )  # fmt: skip
    st.pills(
        _("Situations"), list(Situation), key=field(case_id, "situations"), selection_mode="multi",
        format_func=text, default=[Situation(code) for code in view.situations],
    )  # fmt: skip


def _draw_rest(view: CaseView) -> None:
    case_id = view.line.id
    st.text_area(_("Récit"), view.narrative or "", key=field(case_id, "narrative"), height=120)
    left, right = st.columns(2)
    with left:
        held = list(Vigilance).index(view.line.vigilance)
        st.selectbox(_("Vigilance"), list(Vigilance), held, key=field(case_id, "vigilance"), format_func=text)
    with right:
        st.date_input(
            _("Jour 0 : jour où les quatre critères ont été connus, s'il n'est pas celui du commentaire"),
            view.line.day_zero, key=field(case_id, "criteria_on"), format="DD/MM/YYYY",
        )  # fmt: skip


def _draw_changed(view: CaseView) -> None:
    """Say that the case changed since the fields were filled, show what is recorded now, and let the person choose."""
    told = _(
        "Ce cas a changé depuis que vous l'avez ouvert. Votre saisie est toujours dans les champs ; "
        "voici ce qui est enregistré :"
    )
    line(tag(_("Modifié"), "warn", "↺"), told, tone="warn")
    draw_facts(view)
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Garder ma saisie"), key="keep_mine", on_click=go_on, args=(view.line.id, view.line.row_version))
        st.button(_("Reprendre ce qui est enregistré"), key="take_theirs", on_click=forget, args=(view.line.id,))


def draw_facts(view: CaseView) -> None:
    """Draw what is recorded, to be read."""
    rows = {
        _("Notificateur"): view.reporter,
        _("Patient"): view.patient,
        _("Produits suspects"): " · ".join(
            p.name + (f" ({p.substance})" if p.substance else "") for p in view.products
        ),
        _("Réactions"): " · ".join(f"« {reaction.verbatim} »" for reaction in view.reactions),
        _("Gravité"): ", ".join(_(SERIOUSNESS[code]) for code in view.seriousness),
        _("Situations"): ", ".join(word(Situation(code)).text for code in view.situations),
        _("Récit"): view.narrative,
    }
    cells = Markup("").join(
        Markup("<tr><td>{}</td><td>{}</td></tr>").format(k, escaped(v or "—")) for k, v in rows.items()
    )
    st.html(Markup('<table class="cv-facts">{}</table>').format(cells))
