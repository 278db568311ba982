"""A spokesperson's consent on the screens: what is asked of me, where each stands, giving it and taking it back."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._page import go, line, perform, section
from app_pages._words import badge, tag, text
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.enums import ConsentStatus
from models.session import reading
from workflow import consents
from workflow.consents import ConsentRow


def draw_asked(actor: Actor) -> int:
    """Draw what waits for my own consent; return how many."""
    if not allows(actor, Permission.POST_READ):
        return 0
    with reading() as session:
        asked = consents.consents_asked(session, actor)
    if asked:
        section(_("Votre consentement est attendu ({n})").format(n=len(asked)))
    for row in asked:
        with st.container(horizontal=True, vertical_alignment="center", key=f"asked_{row.consent_id}"):
            title = Markup("<strong>« {} »</strong>").format(row.title)
            line(title, f"{text(row.network)} · @{row.handle}", ago(row.asked_at))
            st.button(
                _("Lire"), key=f"consent_{row.consent_id}", on_click=go, args=("review.py",),
                kwargs={"post": row.post_id},
            )  # fmt: skip
    return len(asked)


def draw_consents(actor: Actor, post_id: str) -> None:
    """Draw where the consent of each spokesperson stands, and what this person can do about it."""
    with reading() as session:
        rows = consents.consents_of(session, actor, post_id=post_id)
    if rows:
        section(_("Consentement des porte-parole"))
    for row in rows:
        _draw(actor, row)


def _draw(actor: Actor, row: ConsentRow) -> None:
    state = badge(row.status) if row.status else tag(_("Pas encore demandé"), "idle", "○")
    since = ago(row.answered_at or row.asked_at) if row.asked_at else ""
    line(state, f"{row.spokesperson}, {text(row.network)} · @{row.handle}", since, row.reason)
    with st.container(horizontal=True, key=f"consent_of_{row.account_id}"):
        if actor.id == row.spokesperson_id and row.consent_id:
            _draw_answer(row)
        elif allows(actor, Permission.POST_SUBMIT) and row.status not in {ConsentStatus.ASKED, ConsentStatus.GIVEN}:
            st.button(
                _("Demander le consentement"), key=f"ask_{row.account_id}", on_click=ask,
                args=(row.post_id, row.account_id),
            )  # fmt: skip


def _draw_answer(row: ConsentRow) -> None:
    if row.status is not ConsentStatus.GIVEN:
        st.button(
            _("Je consens à ce texte sur mon compte"), key=f"give_{row.account_id}", type="primary", on_click=give,
            args=(row.consent_id, row.row_version, row.variant_sha256),
        )  # fmt: skip
    if row.status is not ConsentStatus.WITHDRAWN:
        label = _("Retirer mon consentement") if row.status is ConsentStatus.GIVEN else _("Refuser")
        with st.popover(label, key=f"ask_withdraw_{row.account_id}"):
            st.write(
                _("Rien de plus ne paraîtra sur votre compte. Le retrait de ce qui est déjà paru est demandé aussitôt.")
            )
            st.text_input(_("Pourquoi"), key=f"why_{row.account_id}")
            st.button(
                _("Confirmer"), key=f"withdraw_{row.account_id}", on_click=withdraw,
                args=(row.consent_id, row.row_version, row.account_id),
            )  # fmt: skip


def ask(post_id: str, account_id: str) -> None:
    """Ask the person whose account it is."""
    done = N_("Consentement demandé : la personne le trouve dans Mon travail.")
    perform(consents.ask_consent, post_id=post_id, account_id=account_id, done=done)


def give(consent_id: str, row_version: int, seen_sha256: str) -> None:
    """Consent to the text that was on the screen."""
    done = N_("Consentement enregistré, pour ce texte et lui seul.")
    perform(consents.give_consent, consent_id=consent_id, row_version=row_version, seen_sha256=seen_sha256, done=done)


def withdraw(consent_id: str, row_version: int, account_id: str) -> None:
    """Refuse, or take back, with the reason that was typed."""
    reason = st.session_state.get(f"why_{account_id}", "")
    done = N_("Refus enregistré : rien ne paraîtra sur votre compte.")
    perform(consents.withdraw_consent, consent_id=consent_id, row_version=row_version, reason=reason, done=done)
