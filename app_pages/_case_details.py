"""The details of each product and reaction of a case: open when they are needed, so that the rest stays short."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import streamlit as st
from markupsafe import Markup

from app_pages._case_keys import detail, field, shown
from app_pages._page import line
from app_pages._text import escaped
from app_pages._words import tag
from i18n import _
from models.enums import Answer, DrugAction, DrugRole, ProductKind, ReactionOutcome
from moderation import cases
from moderation.case_words import ACTIONS, ANSWERS, KINDS, OUTCOMES, ROLES
from moderation.queries.rows import CaseView
from moderation.vigilance import counts_as_ours


def draw_details(view: CaseView) -> None:
    """Draw the details of what is recorded; what is typed above has its details once it is recorded."""
    if not view.products and not view.reactions:
        return
    with st.expander(_("Détails : nature, dates, évolution, titulaire")):
        for n, product in enumerate(view.products):
            _draw_product(view.line.id, n, product)
        for n, reaction in enumerate(view.reactions):
            _draw_reaction(view.line.id, n, reaction)


def _draw_product(case_id: str, n: int, product: cases.ProductGiven) -> None:
    ours = counts_as_ours(product.owner)
    whose = tag(_("compte comme nôtre"), "info") if ours else tag(_("autre entreprise"), "special", "⇢")
    line(Markup("<strong>{}</strong>").format(escaped(product.name)), whose)
    texts = {"dose": _("Dose"), "indication": _("Pris pour"), "batch": _("Lot"), "substance": _("Substance")}
    dates = {"started_on": _("Début (14/03/2026, 03/2026, 2026)"), "ended_on": _("Fin")}
    prefix = detail("product", n, product.name)
    _texts(case_id, prefix, product, texts)
    _texts(case_id, prefix, product, dates)
    with st.container(horizontal=True):
        choose(case_id, f"{prefix}_kind", _("Nature"), ProductKind, product.kind, KINDS)
        choose(case_id, f"{prefix}_role", _("Rôle"), DrugRole, product.role, ROLES)
        choose(case_id, f"{prefix}_action", _("Mesure prise"), DrugAction, product.action, ACTIONS)
        choose(case_id, f"{prefix}_abated", _("Mieux à l'arrêt ?"), Answer, product.abated, ANSWERS)
        choose(case_id, f"{prefix}_recurred", _("Revenu à la reprise ?"), Answer, product.recurred, ANSWERS)
    st.text_input(
        _("Pas à nous ? Dites pourquoi (vide : compte comme nôtre)"), product.excluded_because or "",
        key=field(case_id, f"{prefix}_excluded_because"),
    )  # fmt: skip


def _draw_reaction(case_id: str, n: int, reaction: cases.ReactionGiven) -> None:
    coded = tag(f"{reaction.term} ({reaction.llt_code})", "ok") if reaction.llt_code else Markup()
    line(Markup("<strong>« {} »</strong>").format(escaped(reaction.verbatim)), coded)
    prefix = detail("reaction", n, reaction.verbatim)
    _texts(case_id, prefix, reaction, {"started_on": _("Début"), "ended_on": _("Fin")})
    choose(case_id, f"{prefix}_outcome", _("Évolution"), ReactionOutcome, reaction.outcome, OUTCOMES)


def _texts(case_id: str, prefix: str, held: Any, labels: Mapping[str, str]) -> None:
    for column, (name, label) in zip(st.columns(len(labels)), labels.items(), strict=True):
        with column:
            st.text_input(label, shown(getattr(held, name), name) or "", key=field(case_id, f"{prefix}_{name}"))


def choose(
    case_id: str, name: str, label: str, kind: type[StrEnum], held: StrEnum | None, words: Mapping[Any, str]
) -> None:
    """Draw a choice of one code, or of none."""
    options: list[StrEnum | None] = [None, *kind]
    st.selectbox(
        label, options, options.index(held), key=field(case_id, name),
        format_func=lambda code: _(words[code]) if code else "—",
    )  # fmt: skip
