"""What did not go out, and what must come down again: each until somebody has seen to it."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._page import line, perform, section
from app_pages._text import titled
from app_pages._words import badge, text
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.session import reading
from workflow import cascade
from workflow.cascade import TakedownRow
from workflow.rows import PublicationRow


def draw_takedowns(actor: Actor) -> int:
    """Draw the publications to take down; return how many. Only who can act on them sees them."""
    if not allows(actor, Permission.POST_SCHEDULE):
        return 0
    with reading() as session:
        rows = cascade.takedowns(session, actor)
    if rows:
        section(_("À retirer des réseaux ({n})").format(n=len(rows)))
    for row in rows:
        draw_takedown(row)
    return len(rows)


def draw_takedown(row: TakedownRow) -> None:
    """Draw one, with its address and the way to account for it."""
    link = (
        Markup('<a href="{}" target="_blank" rel="noopener">{}</a>').format(row.url, _("voir en ligne"))
        if row.url
        else ""
    )
    with st.container(horizontal=True, vertical_alignment="center", key=f"takedown_{row.task_id}"):
        line(
            text(row.network),
            titled(row.title),
            row.reason,
            ago(row.opened_at),
            link,
            tone="bad",
        )
        with st.popover(_("Rendre compte"), key=f"account_{row.task_id}"):
            st.text_input(_("Ce qui a été fait"), key=f"note_{row.task_id}", placeholder=_("Retirée à 10 h 12"))
            st.button(
                _("Enregistrer"), key=f"close_{row.task_id}", type="primary", on_click=close,
                args=(row.task_id, row.row_version),
            )  # fmt: skip


def close(task_id: str, row_version: int) -> None:
    """Account for the task on the screen."""
    note = st.session_state[f"note_{task_id}"]
    perform(cascade.close_takedown, done=N_("C'est noté."), task_id=task_id, row_version=row_version, note=note)


def draw_failed(row: PublicationRow) -> None:
    """Draw a publication that did not go out."""
    line(
        badge(row.status),
        titled(row.title),
        text(row.network),
        ago(row.due_at),
        row.last_error,
        tone="bad",
    )
