"""A link from a mail: it opens the version that it names, with the signing dialog of a step; it never signs."""

import streamlit as st

from app_pages import _signature
from app_pages._page import line, visit
from app_pages._words import tag
from i18n import N_, _
from models.enums import DecisionKind, PostAction
from workflow import review
from workflow.rows import PostView

FOLLOWED = "followed"


def follow_link(view: PostView) -> None:
    """Say when the link was for another version; else open the dialog of its step, once a visit, where it is mine."""
    asked, step_id = st.query_params.get("v", ""), st.query_params.get("etape", "")
    if asked and asked != str(view.post.version_n):
        told = _("Le lien ouvrait la v{asked} : la publication est passée à la v{n}. Relisez-la.")
        line(tag(_("Autre version"), "warn", "▲"), told.format(asked=asked, n=view.post.version_n), tone="warn")
        return
    mine = view.my_step is not None and view.my_step.step_id == step_id
    if mine and PostAction.APPROVE_STEP in view.actions and visit().get(FOLLOWED) != step_id:
        visit()[FOLLOWED] = step_id
        open_dialog(view)


def open_dialog(view: PostView) -> None:
    """Open the signing dialog on the version that is shown."""
    if view.my_step is None:
        return
    seen = {"step_id": view.my_step.step_id, "seen_sha256": view.content_sha256}
    deciding = seen | {"row_version": view.my_step.row_version, "kind": DecisionKind.APPROVE}
    _signature.ask(review.open_decision, seen, review.decide, deciding, N_("Avis signé."))
