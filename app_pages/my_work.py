"""Mon travail: what waits for me, late first."""

import streamlit as st
from markupsafe import Markup

from app_pages._clocks import ago, deadline
from app_pages._counts import counted
from app_pages._keys import help_button
from app_pages._page import current_actor, empty, go, heading, line, section
from app_pages._takedowns import draw_failed, draw_takedowns
from app_pages._waiting import draw_queues
from app_pages._words import badge, tag, text
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.session import reading
from workflow import queries
from workflow.rows import PostRow, WorkRow


def titled(title: str) -> Markup:
    """Return a post's title as it is quoted in a row."""
    return Markup("<strong>« {} »</strong>").format(title or _("(sans titre)"))


def draw_step(row: WorkRow) -> None:
    """Draw a text to sign: its clock, title, networks, what changed since my last opinion."""
    version = _("v{n}").format(n=row.version_n)
    if row.my_last_version_n and row.my_last_version_n != row.version_n:
        version = _("v{n}, modifié depuis votre avis v{mine}").format(n=row.version_n, mine=row.my_last_version_n)
    findings = counted(row.open_findings, N_("{n} constat ouvert"), N_("{n} constats ouverts"))
    with st.container(horizontal=True, vertical_alignment="center", key=f"step_{row.step_id}"):
        line(
            deadline(row.due_at, opened_at=row.entered_at),
            titled(row.title),
            Markup('<span class="cv-soft">{} · {}</span>').format(" · ".join(map(text, row.networks)), version),
            tag(findings, "warn", "▲") if row.open_findings else "",
        )
        st.button(_("Relire"), key=f"open_{row.step_id}", on_click=go, args=("review.py",), kwargs={"id": row.post_id})


def draw_post(row: PostRow, page: str, action: str) -> None:
    """Draw a text that waits for its author: its state, since when, and the way to it."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"post_{row.post_id}"):
        line(badge(row.status), titled(row.title), ago(row.updated_at))
        st.button(action, key=f"go_{row.post_id}", on_click=go, args=(page,), kwargs={"id": row.post_id})


def draw_texts(actor: Actor) -> int:
    """Draw what the committee waits for from me; return how many rows."""
    with reading() as session:
        work = queries.my_work(session, actor)
    if work.to_sign:
        late = sum(row.late for row in work.to_sign)
        section(_("À signer ({n})").format(n=len(work.to_sign)), _("en retard : {n}").format(n=late) if late else "")
    for step in work.to_sign:
        draw_step(step)
    for posts, title, page, action in (
        (work.returned, N_("Revenus vers moi ({n})"), "editor.py", _("Reprendre")),
        (work.to_schedule, N_("À programmer ({n})"), "review.py", _("Programmer")),
    ):
        if posts:
            section(_(title).format(n=len(posts)))
        for post in posts:
            draw_post(post, page, action)
    if work.failed:
        section(_("Non publiées ({n})").format(n=len(work.failed)))
    for failed in work.failed:
        draw_failed(failed)
    return len(work.to_sign) + len(work.returned) + len(work.to_schedule) + len(work.failed)


actor = current_actor()
heading(_("Bonjour {name}").format(name=actor.printed_name), ", ".join(sorted(text(role) for role in actor.roles)))
if not draw_queues(actor) + (draw_takedowns(actor) + draw_texts(actor) if allows(actor, Permission.POST_READ) else 0):
    empty(_("Rien ne vous attend. Les textes à signer, les retours et les files de votre rôle s'affichent ici."))
help_button()
