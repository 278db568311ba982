"""Coding in the customer's MedDRA: the nearest terms for each reaction, one to choose."""

from typing import Any

import streamlit as st
from markupsafe import Markup

from app_pages._page import line, perform, plain, say, section
from app_pages._text import escaped
from app_pages._words import tag
from compliance.permissions import Actor, Permission, allows
from errors import AppError
from i18n import N_, _
from models.enums import CaseStatus, Situation, Vigilance
from models.session import reading
from moderation import coding, meddra
from moderation.coding import Uncoded
from moderation.meddra import Dictionary
from moderation.queries.rows import CaseView


def draw_coding(view: CaseView, actor: Actor) -> None:
    """Draw each reaction with its term, or the nearest ones; without MedDRA, how it comes here."""
    if view.line.vigilance is not Vigilance.PHARMACO or view.line.status is CaseStatus.DISMISSED:
        return
    try:
        held = meddra.dictionary()
    except AppError as error:
        section(_("Codage MedDRA"))
        st.warning(plain(str(error)))
        return
    section(_("Codage MedDRA"), _("version {version}").format(version=held.version) if held else "")
    if held is None:
        line(Markup('<span class="cv-soft">{}</span>').format(_(coding.NO_MEDDRA)))
        return
    with reading() as session:
        found = coding.to_code(session, actor, case_id=view.line.id, held=held)
    for n, each in enumerate(found):
        _draw(view, actor, held, each, n)


def _draw(view: CaseView, actor: Actor, held: Dictionary, each: Uncoded, n: int) -> None:
    words = Markup("<strong>« {} »</strong>").format(escaped(each.words))
    line(words, *_state(each), tone="" if each.code and not each.outdated else "warn")
    if not allows(actor, Permission.CASE_WRITE):
        return
    if each.code and not each.outdated and each.reaction_id:
        label, own = _("Reprendre ce code"), (view.line.id, view.line.row_version, each.reaction_id)
        st.button(label, key=f"uncode_{n}", type="tertiary", on_click=uncode, args=own)
        return
    key = f"term_{view.line.id}_{each.reaction_id or each.situation}"
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"coding_{n}"):
        st.selectbox(
            _("Terme (LLT)"), [term.code for term in each.suggestions], None, key=key, accept_new_options=True,
            format_func=lambda code: _named(held, code), placeholder=_("Choisir un terme, ou taper son code"),
        )  # fmt: skip
        args = (view.line.id, view.line.row_version, each.reaction_id, each.situation, key)
        st.button(_("Coder"), key=f"code_{n}", on_click=code, args=args)


def _state(each: Uncoded) -> tuple[str | Markup, ...]:
    """Return how a reaction is coded, if it is."""
    if each.code is None:
        kind = _("situation à coder") if each.situation else _("à coder")
        return (tag(kind, "warn", "○"),)
    named = Markup('{} <span class="cv-soft">{}</span>').format(each.term or "", each.code)
    if each.outdated:
        told = _("codé en MedDRA {version} : à recoder").format(version=each.version or "—")
        return (named, tag(told, "warn", "▲"))
    return (tag(_("codé"), "ok", "✔"), named)


def _named(held: Dictionary, code: str) -> str:
    """Return a term as it is offered: its name, its preferred term when that is another, its code."""
    found = held.terms.get(code)
    if found is None:
        return code
    preferred = f" → {found.pt_name}" if found.pt_name != found.name else ""
    return f"{found.name}{preferred} · {code}"


def code(case_id: str, row_version: int, reaction_id: str | None, situation: Situation | None, key: str) -> None:
    """Code a reaction, or a situation, with the term that was chosen; a callback."""
    chosen = (st.session_state.get(key) or "").strip()
    if not chosen:
        say("error", _("Choisissez un terme. Rien n'a été enregistré."))
        return
    done = N_("Réaction codée.")
    given: dict[str, Any] = {"case_id": case_id, "row_version": row_version, "llt_code": chosen}
    if situation:
        perform(coding.code_situation, done=done, situation=situation, **given)
    elif reaction_id:
        perform(coding.code_reaction, done=done, reaction_id=reaction_id, **given)


def uncode(case_id: str, row_version: int, reaction_id: str) -> None:
    """Take a code back; a callback."""
    given: dict[str, Any] = {"case_id": case_id, "row_version": row_version, "reaction_id": reaction_id}
    perform(coding.code_reaction, llt_code=None, done=N_("Code repris : la réaction est de nouveau à coder."), **given)
