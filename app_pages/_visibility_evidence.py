"""The frozen evidence of a comment: that it is there, that it holds, and its files."""

from functools import partial

import streamlit as st
from markupsafe import Markup

from app_pages import _auth
from app_pages._clocks import ago
from app_pages._counts import counted
from app_pages._page import line, say, use_language
from app_pages._words import tag
from compliance import sign_in
from compliance.permissions import Actor, Permission, allows
from errors import NotPermitted
from i18n import N_, _
from models.session import reading, transaction
from moderation import freezing
from moderation.evidence_file import EvidenceFormat, export_evidence
from moderation.queries.visibility import EvidenceLine, VisibilityView

MIMES = {
    EvidenceFormat.JSON: "application/json",
    EvidenceFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def draw_evidence(view: VisibilityView, actor: Actor) -> None:
    """Draw each frozen evidence with its hash, folded; its files for whoever may read them."""
    if not view.evidence:
        return
    with st.expander(counted(len(view.evidence), N_("Preuve gelée ✔"), N_("{n} preuves gelées ✔"))):
        for one in view.evidence:
            digest = f"{one.content_sha256[:4]}…{one.content_sha256[-4:]}"
            template = Markup('<span class="cv-soft" title="{}">SHA-256 {}</span>')
            line(tag(_("Gelée"), "ok", "✔"), ago(one.frozen_at), template.format(one.content_sha256, digest))
            with st.container(horizontal=True):
                st.button(_("Vérifier"), key=f"verify_{one.id}", on_click=verify, args=(one.id,))
                if allows(actor, Permission.EVIDENCE_READ):
                    draw_files(one)


def verify(evidence_id: str) -> None:
    """Say whether a piece of evidence is what was frozen; a callback."""
    use_language()
    with reading() as session:
        proof = freezing.verify(session, evidence_id)
    if proof.holds:
        say("success", _("La preuve tient : son contenu a l'empreinte que la piste d'audit a inscrite."))
    else:
        say("error", _("La preuve ne tient pas : prévenez l'assurance qualité, ne supprimez rien."))


def draw_files(one: EvidenceLine) -> None:
    """Draw the files of a piece of evidence."""
    for format_, label in ((EvidenceFormat.DOCX, N_("À lire (DOCX)")), (EvidenceFormat.JSON, N_("Scellée (JSON)"))):
        st.download_button(
            _(label),
            data=partial(read_file, _auth.cookie_token() or "", one.id, format_),
            file_name=f"preuve-{one.id}.{format_.value}",
            mime=MIMES[format_],
            key=f"file_{format_.value}_{one.id}",
            on_click="ignore",
        )


def read_file(token: str, evidence_id: str, format_: EvidenceFormat) -> bytes:
    """Return a file when it is asked for and not before: each download is written to the audit trail."""
    with transaction() as session:
        actor = sign_in.current_actor(session, token)
        if actor is None:
            raise NotPermitted
        return export_evidence(session, actor, evidence_id=evidence_id, format_=format_)[1]
