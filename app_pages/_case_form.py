"""What a person enters into a case. What was typed is never lost, and never written over what a colleague wrote."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from markupsafe import Markup

from app_pages._case_details import choose, draw_details
from app_pages._case_keys import field, forget, given
from app_pages._page import line, perform, section
from app_pages._text import escaped
from app_pages._words import tag, text, word
from i18n import N_, _
from models.enums import AgeGroup, AgeUnit, ReporterQualification, Seriousness, Sex, Situation, Vigilance
from moderation import cases
from moderation.case_words import AGES, GROUPS, OUTCOMES, QUALIFICATIONS, SEXES, said
from moderation.explanation import SERIOUSNESS
from moderation.partial_dates import spoken
from moderation.queries.rows import CaseView


def base_version(view: CaseView) -> int:
    """Return the version of the case that the fields were first filled from."""
    return int(st.session_state.setdefault(field(view.line.id, "base"), view.line.row_version))


def go_on(case_id: str, row_version: int) -> None:
    """Keep what was typed although the case changed: this person has read what is recorded now. A callback."""
    st.session_state[field(case_id, "base")] = row_version


def save(view: CaseView, row_version: int, then: Callable[[Any], object] | None = None) -> None:
    """Record what was typed; a callback. `then` follows on success only."""
    case_id = view.line.id

    def saved(case: Any) -> None:
        forget(case_id)
        if then:
            then(case)

    done = None if then else N_("Cas enregistré.")
    perform(cases.fill, case_id=case_id, row_version=row_version, done=done, then=saved, **given(view))


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
        draw_details(view)
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
        _draw_reporter(view)
    with right:
        st.text_input(_("Patient (âge, sexe, lien, initiales)"), view.patient or "", key=field(case_id, "patient"))
        st.checkbox(
            _("Identifiable, même sans son nom"),
            view.patient_known,
            key=field(case_id, "patient_known"),
        )
        _draw_patient(view)


def _draw_reporter(view: CaseView) -> None:
    case_id, held = view.line.id, view.reporter_facts
    left, right = st.columns([3, 2])
    with left:
        name = "reporter_facts_qualification"
        choose(case_id, name, _("Qualité"), ReporterQualification, held.qualification, QUALIFICATIONS)
    with right:
        st.text_input(_("Pays (FR, BE…)"), held.country or "", key=field(case_id, "reporter_facts_country"))


def _draw_patient(view: CaseView) -> None:
    case_id, held = view.line.id, view.patient_facts
    initials, age, unit, sex = st.columns(4)
    with initials:
        st.text_input(_("Initiales"), held.initials or "", key=field(case_id, "patient_facts_initials"))
    with age:
        st.number_input(_("Âge"), 0, None, held.age, step=1, key=field(case_id, "patient_facts_age"))
    with unit:
        choose(case_id, "patient_facts_age_unit", _("Unité"), AgeUnit, held.age_unit, AGES)
    with sex:
        choose(case_id, "patient_facts_sex", _("Sexe"), Sex, held.sex, SEXES)
    group, history = st.columns(2)
    with group:
        choose(case_id, "patient_facts_age_group", _("Classe d'âge"), AgeGroup, held.age_group, GROUPS)
    with history:
        st.text_input(_("Antécédents"), held.history or "", key=field(case_id, "patient_facts_history"))


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
    left, middle, right = st.columns(3)
    with left:
        held = list(Vigilance).index(view.line.vigilance)
        st.selectbox(
            _("Vigilance, d'après les produits"), list(Vigilance), held, key=field(case_id, "vigilance"),
            format_func=text,
        )  # fmt: skip
    with middle:
        st.date_input(
            _("Jour 0 : critères connus le, si plus tard que le commentaire"),
            view.line.day_zero, key=field(case_id, "criteria_on"), format="DD/MM/YYYY",
        )  # fmt: skip
    with right:
        st.date_input(
            _("Information la plus récente"), view.latest_info_on, key=field(case_id, "latest_info_on"),
            format="DD/MM/YYYY",
        )  # fmt: skip
    if Vigilance.MATERIO in view.ruling.involved:
        st.checkbox(
            _("Dispositif : menace grave pour la santé publique (2 jours)"), view.public_threat,
            key=field(case_id, "public_threat"),
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
    } | _more(view)
    cells = Markup("").join(
        Markup("<tr><td>{}</td><td>{}</td></tr>").format(k, escaped(v or "—")) for k, v in rows.items()
    )
    st.html(Markup('<table class="cv-facts">{}</table>').format(cells))


def _more(view: CaseView) -> dict[str, str]:
    """Return what else is recorded, where something is."""
    who, told = view.patient_facts, view.reporter_facts
    age = f"{who.age} {said(AGES, who.age_unit)}" if who.age is not None else ""
    parts = {
        _("Patient, précisé"): (who.initials, age, said(GROUPS, who.age_group), said(SEXES, who.sex), who.history),
        _("Notificateur, précisé"): (said(QUALIFICATIONS, told.qualification), told.country),
        _("Dates et évolution"): tuple(_dated(reaction) for reaction in view.reactions),
    }
    return {label: " · ".join(filter(None, words)) for label, words in parts.items() if any(words)}


def _dated(reaction: cases.ReactionGiven) -> str:
    facts = (spoken(reaction.started_on), spoken(reaction.ended_on), said(OUTCOMES, reaction.outcome))
    return f"« {reaction.verbatim} » : {', '.join(filter(None, facts))}" if any(facts) else ""
