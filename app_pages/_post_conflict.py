"""When two write on one post: who else writes, what the two texts say differently, and the choice between them."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._page import line, plain
from app_pages._post_changes import DECLARATIONS, declared, draw_variant_change
from app_pages._post_draft import Draft, keep, keep_mine, take_theirs, take_up
from app_pages._post_files import files_of
from app_pages._words import tag
from compliance import clock
from compliance.permissions import Actor
from i18n import N_, _
from models.session import reading
from workflow import editing
from workflow.comparing import Changes, DeclarationChange
from workflow.rows import EditorView

DESCRIBED = {"title": N_("Titre"), "campaign": N_("Campagne"), "planned_at": N_("Date prévue")}
OTHER_VERSION = N_(
    "Quelqu'un d'autre a enregistré cette publication (v{n}) pendant que vous écriviez. Votre texte est gardé "
    "ci-dessous, dans votre brouillon ; ce n'est pas encore une version."
)
OTHER_WINDOW = N_("Ce texte a été modifié dans une autre fenêtre pendant que vous écriviez ici. Rien n'est perdu.")


def overtaken(draft: Draft, view: EditorView) -> bool:
    """Say whether somebody saved a version since this draft was begun."""
    return draft.row_version is not None and bool(draft.post_id) and view.version_n > draft.base_n


def draw_writers(view: EditorView) -> None:
    """Say who else is writing on this post; each keeps their own draft."""
    for writer in view.writers:
        told = _("{person} écrit aussi sur cette publication ; son brouillon et le vôtre restent séparés.")
        line(tag(_("À deux"), "info", "✎"), told.format(person=writer.person), ago(writer.updated_at), tone="info")


def draw_conflict(actor: Actor, draft: Draft, view: EditorView, *, replaced: bool) -> None:
    """Say what happened meanwhile, show the difference, offer both ways on; or how to keep again what was not kept."""
    if replaced:
        st.info(_("Cette publication a changé ailleurs : voici la version {n}.").format(n=view.version_n))
    if draft.unsaved and not _elsewhere(draft, view):
        st.warning(_("Ce que vous avez écrit est gardé ci-dessous, mais n'est pas enregistré."))
        st.button(_("Enregistrer à nouveau"), key="save_again", on_click=keep, args=(draft.key,))
    elif draft.unsaved or overtaken(draft, view):
        _draw_choice(actor, draft, view)
    elif view.draft and view.draft.dropped and draft.row_version is None:
        told = _(
            "Vous avez mis de côté un brouillon de cette publication. Reprenez-le avant d'écrire : il n'y en a qu'un."
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            line(tag(_("Mis de côté"), "idle", "❙❙"), told, ago(view.draft.updated_at))
            given = (draft.key, view.draft.draft_id, view.draft.row_version)
            st.button(_("Reprendre mon brouillon"), key="take_up", on_click=take_up, args=given)


def _elsewhere(draft: Draft, view: EditorView) -> bool:
    """Say whether what is kept is not what this window last knew: another window, or another person, wrote."""
    kept = view.draft if view.draft and not view.draft.dropped else None
    known = kept.row_version if kept else None
    return bool(draft.key) and (known != draft.row_version or view.version_n > draft.base_n)


def _draw_choice(actor: Actor, draft: Draft, view: EditorView) -> None:
    told = _(OTHER_VERSION).format(n=view.version_n) if overtaken(draft, view) else _(OTHER_WINDOW)
    st.warning(plain(told))
    with reading() as session:
        draft_id = view.draft.draft_id if view.draft and draft.unsaved else None
        changes = editing.difference(
            session, actor, post_id=draft.post_id or None, draft_id=draft_id, content=draft.content
        )
    with st.expander(_("Ce que votre texte change par rapport à l'autre"), expanded=True, key="difference"):
        draw_difference(actor, changes, {product.product_id: product.name for product in view.products})
    with st.container(horizontal=True):
        st.button(
            _("Abandonner mon texte et ouvrir l'autre"), key="take_theirs", on_click=take_theirs, args=(draft.key,)
        )
        st.button(_("Garder mon texte"), key="keep_mine", on_click=keep_mine, args=(draft.key, view))


def draw_difference(actor: Actor, changes: Changes, products: Mapping[str, str]) -> None:
    """Draw what one text says otherwise than another, word by word."""
    if not changes.variants and not changes.declarations:
        line(_("Les deux textes disent la même chose."), tone="ok")
    for change in changes.declarations:
        name = _(DESCRIBED.get(change.name) or DECLARATIONS[change.name])
        before, after = (_value(change, value, products) for value in (change.old, change.new))
        line(f"{name} :", Markup("<del>{}</del> → <strong>{}</strong>").format(before, after))
    files = files_of(actor, {each.media.sha256 for variant in changes.variants for each in variant.media})
    for variant in changes.variants:
        draw_variant_change(variant, files)


def _value(change: DeclarationChange, value: Any, products: Mapping[str, str]) -> str:
    if change.name == "products":
        return ", ".join(products.get(each, each) for each in value) or _("aucun")
    if change.name == "planned_at" and value:
        return clock.paris(value).strftime("%d/%m/%Y %H:%M")
    return declared(change.name, value)
