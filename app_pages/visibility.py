"""Masqués et contestés: what waits for a decision on visibility, what is out of sight, what names call for."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import deadline
from app_pages._comment_visibility import draw_act, draw_visibility
from app_pages._name_policies import draw_policies
from app_pages._page import current_actor, empty, heading, line, parameter, section, show_comment
from app_pages._text import escaped
from app_pages._words import badge
from compliance.permissions import Actor, Permission, allows
from errors import NotPermitted
from i18n import _
from models.session import reading
from moderation.queries.visibility import ActLine, ContestLine, Desk, DeskLine, desk

SEES = (Permission.COMMENT_DELETE, Permission.CONTEST_DECIDE, Permission.EVIDENCE_READ)


def draw_row(one: ContestLine | ActLine, beside: DeskLine, key: str) -> None:
    """Draw one line of a list, with the way to open it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        said = Markup("« {} »").format(escaped(beside.excerpt[:120]))
        clock = deadline(one.due_at, opened_at=one.opened_at) if isinstance(one, ContestLine) else Markup()
        line(badge(beside.network), beside.pseudonym, badge(beside.visibility), said, clock)
        st.button(_("Ouvrir"), key=f"open_{key}_{one.id}", on_click=show_comment, args=(beside.comment_id,))
    if isinstance(one, ActLine):
        draw_act(one)


def draw_lists(held: Desk) -> None:
    """Draw what waits, then what failed, then what is out of sight."""
    titles = (
        (_("Contestations à décider"), held.contests, "contest"),
        (_("Suppressions demandées"), held.deletions, "asked"),
        (_("Ce que le réseau a refusé"), held.failed, "failed"),
        (_("Hors de la vue du public"), held.concealed, "concealed"),
    )
    for title, rows, key in titles:
        if rows:
            section(title, str(len(rows)))
        for one, beside in rows:
            draw_row(one, beside, key)
    if not any(rows for _title, rows, _key in titles):
        empty(_("Rien n'est masqué ni contesté. Un commentaire se masque depuis la File PV ou Gens en attente."))


def draw_page(actor: Actor) -> None:
    """Draw the page: the comment of the address, the lists, the policies."""
    heading(_("Masqués et contestés"), _("Rien ne quitte la vue du public sans preuve gelée, connue de la PV."))
    if opened := parameter("comment"):
        draw_visibility(opened, actor)
    with reading() as session:
        held = desk(session)
    draw_lists(held)
    draw_policies(actor)


actor = current_actor()
if not any(allows(actor, right) for right in SEES):
    raise NotPermitted
draw_page(actor)
