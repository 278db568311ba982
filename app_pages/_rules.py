"""The pack in force on the page of rules: who answers for it, its rules, and the points left to a human eye."""

from collections.abc import Iterable

import streamlit as st
from markupsafe import Markup

from app_pages._page import heading, plain, section
from app_pages._post_findings import said
from app_pages._words import badge, text
from i18n import N_, _
from workflow.rule_rows import CheckRow, PackView, RuleRow

Row = tuple[str | Markup, ...]

CERTAINTY = {"H": N_("forte"), "M": N_("moyenne"), "L": N_("faible")}


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
    about = _("Aide à la relecture, sans valeur d'avis juridique. La certitude est celle de la base légale.")
    st.caption(plain(about))


def draw_rules(view: PackView) -> None:
    """Draw the rules, one a line, each with its legal base and how many sentences prove it."""
    section(_("Règles vérifiées par l'application"), str(len(view.rules)))
    heads = (_("Règle"), _("Objet et base légale"), _("Sévérité"), _("Phrases d'essai"), _("Origine"))
    with st.container(height=560, key="rules_table"):
        _draw_table(heads, [_rule(rule) for rule in view.rules])


def _rule(rule: RuleRow) -> Row:
    proof = _("{fire} doivent déclencher, {silent} non").format(fire=rule.must_fire, silent=rule.must_not_fire)
    origin = _("changée ici") if rule.changed else _("livrée")
    severities = Markup(" ").join(badge(severity) for severity in rule.severities)
    return rule.rule_id, _based(said(rule.title), rule), severities, proof, f"{origin}, v{rule.version}"


def _based(title: str, of: RuleRow | CheckRow) -> Markup:
    law = _("{law} · certitude {degree}").format(law=" ; ".join(of.references), degree=_(CERTAINTY[of.confidence]))
    return Markup('{}<br><span class="cv-soft">{}</span>').format(title, law)


def draw_checks(view: PackView) -> None:
    """Draw the points of the checklist, counted apart: no machine checks them."""
    section(_("Points vérifiés par les relecteurs"), str(len(view.checks)))
    heads = (_("Point"), _("Question et base légale"), _("Qui répond"))
    with st.container(height=420, key="checks_table"):
        _draw_table(heads, [_check(point) for point in view.checks])


def _check(point: CheckRow) -> Row:
    return point.check_id, _based(said(point.question), point), ", ".join(map(text, point.roles))


def _draw_table(heads: Iterable[str], rows: Iterable[Row]) -> None:
    head = Markup("").join(Markup("<th>{}</th>").format(each) for each in heads)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row))
        for row in rows
    )
    st.html(Markup('<table class="cv-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(head, body))
