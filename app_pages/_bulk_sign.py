"""Signing several texts from My work: choose what one has opened, see what stands against each, one password.

As with one signature, the dialog's nonces are spent once: a second click finds nothing left to sign.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from app_pages._counts import counted
from app_pages._page import line, perform, plain, say, use_language
from app_pages._post_checklist import answers, draw_point
from app_pages._signature import asks_code, draw_identity, prove, take_identity
from app_pages._words import tag, text
from compliance import signatures
from i18n import N_, _
from workflow import bulk_signing
from workflow.bulk_signing import BulkDialog, BulkRow, Chosen, Outcome
from workflow.rows import WorkRow

PENDING = "_bulk_signing"
REFUSAL = "_bulk_refusal"
PASSWORD, CODE = "_bulk_password", "_bulk_code"
FEWEST = 2


@dataclass(frozen=True)
class Pending:
    """The dialog that is open, as it was shown."""

    dialog: BulkDialog


def draw_choice(step_id: str, *, opened: bool) -> None:
    """Draw the box that chooses a step; closed for a text that one has not opened."""
    why = _("Signer avec d'autres") if opened else _("Ouvrez ce texte d'abord : on ne signe que ce qu'on a relu")
    st.checkbox(why, key=f"choose_{step_id}", disabled=not opened, label_visibility="collapsed", help=why)


def draw_signing(rows: Sequence[WorkRow]) -> None:
    """Draw the button that signs what is chosen, and the dialog when it is open."""
    opened = [row.step_id for row in rows if row.opened]
    chosen = [step_id for step_id in opened if st.session_state.get(f"choose_{step_id}")]
    if len(opened) >= FEWEST:
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(
                _("Signer la sélection ({n})").format(n=len(chosen)), key="sign_many", disabled=not chosen,
                on_click=ask, args=(tuple(chosen),),
            )  # fmt: skip
    if PENDING in st.session_state:
        st.dialog(_("Signer plusieurs textes"), width="large", on_dismiss=close)(_dialog)()


def ask(step_ids: tuple[str, ...]) -> None:
    """Open the dialog at the next run, or say why it cannot be."""
    opened = perform(bulk_signing.open_many, step_ids=step_ids)
    if opened:
        st.session_state[PENDING] = Pending(opened)
        st.session_state.pop(REFUSAL, None)


def close() -> None:
    """Forget what waited for a signature: nothing was signed."""
    for key in (PENDING, REFUSAL):
        st.session_state.pop(key, None)


def _dialog() -> None:
    use_language()
    pending: Pending | None = st.session_state.get(PENDING)
    if pending is None:
        st.rerun()
    for row in pending.dialog.rows:
        _draw_row(row)
    st.html(
        Markup('<p class="cv-about">{}</p>').format(
            _("Une signature électronique simple au sens du règlement eIDAS pour chacun, avec un seul mot de passe.")
        )
    )
    if refusal := st.session_state.get(REFUSAL):
        st.error(plain(refusal))
    if pending.dialog.nonces:
        _draw_form(pending.dialog)


def _draw_row(row: BulkRow) -> None:
    sha = Markup('<span class="cv-sha" title="{}">{}…{}</span>')
    digest = sha.format(row.content_sha256, row.content_sha256[:4], row.content_sha256[-2:])
    lent = tag(_("au nom de {name}").format(name=row.on_behalf_of), "special", "✎") if row.on_behalf_of else ""
    title = Markup("<strong>« {} »</strong>").format(row.title)
    about = [
        title,
        _("v{n}").format(n=row.version_n),
        digest,
        text(row.role),
        _(signatures.MEANINGS[row.meaning]),
        lent,
    ]
    for n, one, several in (
        (row.open_findings, N_("{n} constat ouvert"), N_("{n} constats ouverts")),
        (row.open_notes, N_("{n} remarque ouverte"), N_("{n} remarques ouvertes")),
    ):
        about += [tag(counted(n, one, several), "warn", "▲")] if n else []
    if row.refusal:
        line(tag(_("Ne sera pas signé"), "bad", "■"), *about, Markup("<div>{}</div>").format(row.refusal), tone="bad")
        return
    line(tag(_("Sera signé"), "ok", "✎"), *about, tone="ok")
    for point in row.points:
        draw_point(row.step_id, point, several=True)


def _draw_form(dialog: BulkDialog) -> None:
    asked = asks_code()
    with st.form("_bulk_form", clear_on_submit=True, border=False):
        draw_identity(PASSWORD, CODE, asked=asked)
        with st.container(horizontal=True, horizontal_alignment="right"):
            label = counted(len(dialog.nonces), N_("Signer {n} texte"), N_("Signer {n} textes"))
            st.form_submit_button(label, type="primary", on_click=confirm, args=(tuple(dialog.nonces.values()),))


def confirm(nonce_ids: tuple[str, ...]) -> None:
    """Prove who is at the keyboard, then sign each; for the dialog's button."""
    use_language()
    pending: Pending | None = st.session_state.get(PENDING)
    if pending is None or tuple(pending.dialog.nonces.values()) != nonce_ids:
        return
    refusal = prove(nonce_ids, *take_identity(PASSWORD, CODE), close)
    if refusal:
        st.session_state[REFUSAL] = refusal
        return
    chosen = tuple(map(_chosen, pending.dialog.rows))
    close()
    perform(bulk_signing.sign_many, chosen=chosen, nonces=pending.dialog.nonces, then=_tell)


def _chosen(row: BulkRow) -> Chosen:
    return Chosen(row.step_id, row.row_version, row.content_sha256, answers(row.step_id, row.points))


def _tell(outcomes: Sequence[Outcome]) -> None:
    """Say how many were signed, and of each other one why it was not."""
    signed = sum(not each.reason for each in outcomes)
    if signed:
        say("success", counted(signed, N_("{n} texte signé."), N_("{n} textes signés.")))
    for each in outcomes:
        st.session_state.pop(f"choose_{each.step_id}", None)
        if each.reason:
            say("error", _("« {title} » n'est pas signé : {reason}").format(title=each.title, reason=each.reason))
