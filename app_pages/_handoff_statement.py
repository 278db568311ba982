"""A statement on the screen: what keeps it from being frozen, what moved since it was, who signs for which side."""

from datetime import date
from io import BytesIO

import streamlit as st
from markupsafe import Markup

from app_pages import _signature
from app_pages._clocks import ago
from app_pages._page import line, perform, section
from app_pages._words import tag, text
from i18n import N_, _
from models.enums import Side, StatementKind
from moderation import statements
from moderation.statements import Frozen, StatementView

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
READY = "_handoff_document"


def draw_statement(view: StatementView) -> None:
    """Draw what is missing, the frozen version with its two signatures, and the one thing to do next."""
    section(_("Signatures"), _("des deux côtés, sur la même version figée"))
    for sentence in view.missing:
        line(sentence, tone="bad")
    if view.frozen:
        _draw_frozen(view, view.frozen)
    elif not view.missing:
        line(_("Rien n'est encore figé : figez ce qui est ci-dessus, puis les deux côtés signent."))
    if view.may_freeze:
        label = _("Figer une nouvelle version") if view.frozen else _("Figer pour signature")
        with st.container(horizontal=True, horizontal_alignment="right"):
            st.button(
                label, key="freeze", type="primary", on_click=freeze, args=(view.kind, view.first_day, view.last_day)
            )


def _draw_frozen(view: StatementView, frozen: Frozen) -> None:
    digest = Markup('<span class="cv-soft" title="{}">{}</span>').format(
        frozen.content_sha256, frozen.content_sha256[:8]
    )
    made = _("v{n}, figée par {name}").format(n=frozen.n, name=frozen.made_by)
    tone = "bad" if not frozen.holds else "ok" if frozen.complete else "warn"
    line(_standing(frozen), made, ago(frozen.made_at), digest, tone=tone)
    for change in frozen.changes:
        line(change, tone="bad")
    signed = {one.side: one for one in frozen.signed}
    for side in Side:
        with st.container(horizontal=True, vertical_alignment="center", key=f"side_{side.value}"):
            if given := signed.get(side):
                who = _("signé par {name}, {role}").format(name=given.name, role=text(given.role))
                line(tag(text(side), "ok", "✔"), who, ago(given.signed_at))
            else:
                line(tag(text(side), "warn", "○"), _("pas encore signé"))
            if side in view.may_sign:
                label = _("Signer pour la modération") if side is Side.COMMUNITY else _("Signer pour la PV")
                st.button(label, key=f"sign_{side.value}", type="primary", on_click=ask, args=(frozen.id, side))
    _draw_document(frozen)


def _standing(frozen: Frozen) -> Markup:
    if not frozen.holds:
        return tag(_("Ne tient plus : à refaire et à signer de nouveau des deux côtés"), "bad", "✖")
    if frozen.complete:
        return tag(_("Signé des deux côtés"), "ok", "✔")
    return tag(_("À signer"), "warn", "○")


def _draw_document(frozen: Frozen) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Préparer le DOCX"), key="statement_docx", on_click=prepare, args=(frozen.id,))
        ready = st.session_state.get(READY)
        if ready and ready[0] == frozen.id:
            st.download_button(
                _("Télécharger {name}").format(name=ready[1]), BytesIO(ready[2]), ready[1], DOCX,
                key="statement_file", on_click="ignore",
            )  # fmt: skip


def freeze(kind: StatementKind, first_day: date, last_day: date) -> None:
    """Freeze what is on the screen; a callback."""
    perform(
        statements.freeze, kind=kind, first_day=first_day, last_day=last_day,
        done=N_("Version figée. Les deux côtés peuvent signer."),
    )  # fmt: skip


def ask(statement_id: str, side: Side) -> None:
    """Open the signing dialog of a side; a callback."""
    fields = {"statement_id": statement_id, "side": side}
    _signature.ask(statements.open_signing, fields, statements.sign, fields, N_("Signé."))


def prepare(statement_id: str) -> None:
    """Make the document, which is written down; a callback."""
    made = perform(statements.export, statement_id=statement_id)
    if made:
        st.session_state[READY] = (statement_id, *made)
