"""The pack in force on the page of rules: who answers for it, its rules, and the points left to a human eye."""

import streamlit as st

from app_pages._page import heading, plain, section
from app_pages._words import text
from i18n import _, current_language
from workflow.rule_rows import PackView


def said(words: dict[str, str]) -> str:
    """Return a text of the pack in the person's language."""
    return words.get(current_language().value) or words.get("fr", "")


def draw_pack(view: PackView) -> None:
    """Draw which pack is in force, who owns it, until when it holds; and what is wrong with it."""
    about = _("{title} · version {version} · responsable : {owner} · à revoir avant le {day}").format(
        title=said(view.title), version=view.version, owner=view.owner, day=view.review_by.strftime("%d/%m/%Y")
    )
    heading(_("Règles"), about)
    if view.trouble:
        st.error(plain(view.trouble))
    if view.overdue:
        st.warning(plain(_("La date de revue de ces règles est passée : leur responsable doit les relire.")))
    st.caption(plain(_("Aide à la relecture, sans valeur d'avis juridique. Certitude : H forte, M moyenne, L faible.")))


def draw_rules(view: PackView) -> None:
    """Draw the rules, one a line."""
    section(_("Règles vérifiées par l'application"), str(len(view.rules)))
    st.dataframe(
        [
            {
                _("Règle"): rule.rule_id,
                _("Objet"): said(rule.title),
                _("Sévérité"): ", ".join(map(text, rule.severities)),
                _("Certitude"): rule.confidence,
                _("Base légale"): " ; ".join(rule.references),
                _("Phrases qui déclenchent"): rule.must_fire,
                _("Phrases qui ne déclenchent pas"): rule.must_not_fire,
                _("Version"): rule.version,
                _("Revue avant le"): view.review_by.strftime("%d/%m/%Y"),
                _("Origine"): _("changée ici") if rule.changed else _("livrée"),
            }
            for rule in view.rules
        ],
        hide_index=True,
        key="rules_table",
    )


def draw_checks(view: PackView) -> None:
    """Draw the points of the checklist, counted apart: no machine checks them."""
    section(_("Points vérifiés par les relecteurs"), str(len(view.checks)))
    st.dataframe(
        [
            {
                _("Point"): point.check_id,
                _("Question"): said(point.question),
                _("Qui répond"): ", ".join(map(text, point.roles)),
                _("Certitude"): point.confidence,
                _("Base légale"): " ; ".join(point.references),
                _("Revue avant le"): view.review_by.strftime("%d/%m/%Y"),
            }
            for point in view.checks
        ],
        hide_index=True,
        key="checks_table",
    )
