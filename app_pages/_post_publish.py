"""After approval: the slot, what came of each variant on its network, and the dossier."""

from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

import streamlit as st
from markupsafe import Markup

from app_pages import _auth
from app_pages._clocks import ago, exact
from app_pages._expiry import draw_expiry
from app_pages._keys import key_button
from app_pages._page import go, line, perform, section, show_messages, typed_moment
from app_pages._words import badge, text
from compliance import clock, sign_in
from compliance.permissions import Actor, Permission, allows
from errors import NotPermitted
from i18n import N_, _
from models.enums import PostAction, PostStatus, PublicationStatus
from models.session import reading, transaction
from workflow import archiving, drafting, exporting, publishing, views
from workflow.rows import PostView, PublicationRow

SLOT = "slot"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
APPROVED = frozenset({PostStatus.APPROVED, PostStatus.SCHEDULED, PostStatus.PUBLISHED})
MOVING = frozenset({PublicationStatus.SCHEDULED, PublicationStatus.PUBLISHING, PublicationStatus.UNCONFIRMED})
TONES = {PublicationStatus.FAILED: "bad", PublicationStatus.HELD: "warn", PublicationStatus.PUBLISHED: "ok"}
LOOK_EVERY = "5s"
RENEWED = N_("Publication soumise à nouveau : elle est relue et signée comme la première fois.")


def draw_publishing(view: PostView) -> None:
    """Draw the slot and the publications of an approved post; while one moves, look again every few seconds."""
    if view.post.status not in APPROVED and not view.publications:
        return
    section(_("Publication"))
    draw_expiry(view.approval, view.post.status)
    moving = any(row.status in MOVING for row in view.publications)
    draw = st.fragment(_draw_publications, run_every=LOOK_EVERY) if moving else _draw_publications
    draw(view.post.post_id, view.post.status, tuple(row.status for row in view.publications))
    if PostAction.SUBMIT in view.actions and view.post.status is PostStatus.APPROVED:
        _draw_renew(view)
    elif PostAction.SCHEDULE in view.actions:
        _draw_slot(view)
    elif view.post.status is PostStatus.APPROVED:
        line(_("Tout est signé. La programmation revient au community manager."), tone="ok")


def _draw_renew(view: PostView) -> None:
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(
            _("Soumettre à nouveau"), key="renew", type="primary", on_click=perform, args=(drafting.submit,),
            kwargs={"post_id": view.post.post_id, "row_version": view.post.row_version, "done": RENEWED},
        )  # fmt: skip


def _draw_publications(post_id: str, status: PostStatus, known: tuple[PublicationStatus, ...]) -> None:
    show_messages()
    actor = _auth.find_actor()
    if actor is None:
        return
    with reading() as session:
        view = views.post_view(session, actor, post_id=post_id)
    if view.post.status is not status or tuple(row.status for row in view.publications) != known:
        st.rerun()
    for row in view.publications:
        _draw(row)


def _draw(row: PublicationRow) -> None:
    parts: list[str | Markup] = [badge(row.status), f"{text(row.network)} · @{row.account}"]
    if row.published_at:
        parts += [Markup("· {}").format(_("parue")), ago(row.published_at)]
    elif row.status is not PublicationStatus.CANCELLED:
        parts += [Markup('· <span title="{}">{}</span>').format(exact(row.due_at), _due(row.due_at))]
    if row.readback_at:
        parts += [Markup('<span title="{}">· {}</span>').format(exact(row.readback_at), _("relue sur le réseau"))]
    if row.remote_url and urlsplit(row.remote_url).scheme in {"http", "https"}:
        link = Markup('· <a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')
        parts += [link.format(row.remote_url, _("voir sur le réseau"))]
    if row.last_error:
        parts += [Markup('<div class="cv-quote">{}</div>').format(_(row.last_error))]
    line(*parts, tone=TONES.get(row.status, "info"))


def _due(due_at: datetime) -> str:
    return _("le {when}").format(when=clock.paris(due_at).strftime("%d/%m/%Y %H:%M"))


def _draw_slot(view: PostView) -> None:
    scheduled = view.post.status is PostStatus.SCHEDULED
    planned = view.post.planned_at if view.post.planned_at and view.post.planned_at > clock.now() else next_quarter()
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="right"):
        st.datetime_input(
            _("Créneau (heure de Paris)"), value=clock.paris(planned).replace(tzinfo=None), format="DD/MM/YYYY",
            key=SLOT, width=260,
        )  # fmt: skip
        if PostAction.UNSCHEDULE in view.actions:
            _draw_unschedule(view)
        key_button(
            _("Déplacer le créneau") if scheduled else _("Programmer"), "Ctrl+Enter", key="schedule", primary=True,
            on_click=schedule, args=(view.post.post_id, view.post.row_version),
        )  # fmt: skip


def next_quarter() -> datetime:
    """Return the next quarter of an hour that is at least five minutes away."""
    soon = clock.now() + timedelta(minutes=20)
    return soon.replace(minute=soon.minute // 15 * 15, second=0, microsecond=0)


def schedule(post_id: str, row_version: int) -> None:
    """Put the post in the queue for the slot on the screen, which is Paris time."""
    typed: datetime | None = st.session_state.get(SLOT)
    due_at = typed_moment(typed)
    if typed and due_at is None:
        return
    perform(
        publishing.schedule, post_id=post_id, row_version=row_version, due_at=due_at,
        done=N_("Publication programmée. Elle partira telle qu'elle est signée."),
    )  # fmt: skip


def _draw_unschedule(view: PostView) -> None:
    with st.popover(_("Déprogrammer"), key="ask_unschedule"):
        st.write(_("Ce qui n'est pas parti ne partira pas. Les signatures restent valables."))
        st.text_input(_("Pourquoi (facultatif)"), key="unschedule_reason")
        st.button(
            _("Déprogrammer maintenant"), key="unschedule", on_click=unschedule,
            args=(view.post.post_id, view.post.row_version),
        )  # fmt: skip


def unschedule(post_id: str, row_version: int) -> None:
    """Take the post out of the queue."""
    reason = st.session_state.get("unschedule_reason", "")
    perform(
        publishing.unschedule,
        post_id=post_id,
        row_version=row_version,
        reason=reason,
        done=N_("Publication déprogrammée."),
    )


def draw_author_ways(actor: Actor, view: PostView) -> None:
    """Draw what the author can do beside waiting: change it, take it back, download its dossier."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        if PostAction.EDIT in view.actions:
            st.button(_("Modifier"), key="edit", on_click=go, args=("editor.py",), kwargs={"post": view.post.post_id})
        if PostAction.WITHDRAW in view.actions:
            _draw_withdraw(view)
        if allows(actor, Permission.DOSSIER_READ):
            _draw_download(view)
            _draw_package(view)


def _draw_withdraw(view: PostView) -> None:
    with st.popover(_("Retirer"), key="ask_withdraw"):
        st.write(_("La publication est mise de côté, la relecture s'arrête. Vous pourrez la reprendre."))
        st.text_input(_("Pourquoi"), key="withdraw_reason")
        st.button(
            _("Retirer la publication"), key="withdraw", on_click=withdraw,
            args=(view.post.post_id, view.post.row_version),
        )  # fmt: skip


def withdraw(post_id: str, row_version: int) -> None:
    """Set the post aside, with the reason that was typed."""
    reason = st.session_state.get("withdraw_reason", "")
    perform(drafting.withdraw, post_id=post_id, row_version=row_version, reason=reason, done=N_("Publication retirée."))


def _draw_download(view: PostView) -> None:
    final = view.archived
    st.download_button(
        _("Télécharger le dossier (DOCX)") if final else _("Dossier provisoire (DOCX)"),
        data=partial(dossier, _auth.cookie_token() or "", view.post.post_id),
        file_name=f"dossier-{view.post.post_id[:8]}-v{view.post.version_n}.docx",
        mime=DOCX,
        key="dossier",
        on_click="ignore",
    )


def _draw_package(view: PostView) -> None:
    st.download_button(
        _("Preuve complète (ZIP)") if view.archived else _("Preuve provisoire (ZIP)"),
        data=partial(package, _auth.cookie_token() or "", view.post.post_id),
        file_name=f"dossier-{view.post.post_id}.zip",
        mime="application/zip",
        key="package",
        on_click="ignore",
        help=_("Le dossier à lire et en données, avec le programme qui le vérifie sans Covigie."),
    )


def package(token: str, post_id: str) -> bytes:
    """Return the dossier with its data and its verifier, when it is asked for; the download is written down."""
    with transaction() as session:
        actor = sign_in.current_actor(session, token)
        if actor is None:
            raise NotPermitted
        return exporting.read_package(session, actor, post_id=post_id).content


def dossier(token: str, post_id: str) -> bytes:
    """Return the dossier, when it is asked for and not before: each download is written to the audit trail."""
    with transaction() as session:
        actor = sign_in.current_actor(session, token)
        if actor is None:
            raise NotPermitted
        return archiving.read_dossier(session, actor, post_id=post_id).content
