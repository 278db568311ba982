"""Mon travail: what waits for me, late first."""

import streamlit as st
from markupsafe import Markup
from workflow.queries import PostRow, WorkRow

from app_pages._clocks import ago, deadline
from app_pages._page import current_actor, empty, go, heading, line, section
from app_pages._words import badge, tag, text
from compliance.permissions import Actor, Permission, allows
from i18n import _
from models.session import reading
from moderation import queries as moderation
from workflow import queries as workflow


def draw_step(row: WorkRow) -> None:
    """Draw a text to sign: its clock, title, networks, what changed since my last opinion."""
    title = Markup("<strong>« {} »</strong>").format(row.title)
    networks = " · ".join(text(network) for network in row.networks)
    version = _("v{n}").format(n=row.version_n)
    if row.my_last_version_n and row.my_last_version_n != row.version_n:
        version = _("v{n}, modifié depuis votre avis v{mine}").format(n=row.version_n, mine=row.my_last_version_n)
    findings = tag(_("{n} constats ouverts").format(n=row.open_findings), "warn", "▲") if row.open_findings else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        line(deadline(row.due_at, opened_at=row.entered_at), title, networks, version, findings)
        st.button(_("Relire"), key=f"open_{row.step_id}", on_click=go, args=("review.py",), kwargs={"id": row.post_id})


def draw_returned(row: PostRow) -> None:
    """Draw a text of mine that came back."""
    with st.container(horizontal=True, vertical_alignment="center"):
        line(badge(row.status), Markup("<strong>« {} »</strong>").format(row.title), ago(row.updated_at))
        st.button(
            _("Reprendre"), key=f"edit_{row.post_id}", on_click=go, args=("editor.py",), kwargs={"id": row.post_id}
        )


def draw_texts(actor: Actor) -> int:
    """Draw what the committee waits for from me; return how many rows."""
    with reading() as session:
        work = workflow.my_work(session, actor)
    if work.to_sign:
        late = sum(row.late for row in work.to_sign)
        section(_("À signer ({n})").format(n=len(work.to_sign)), _("en retard : {n}").format(n=late) if late else "")
    for row in work.to_sign:
        draw_step(row)
    if work.returned:
        section(_("Revenus vers moi ({n})").format(n=len(work.returned)))
    for post in work.returned:
        draw_returned(post)
    for failed in work.failed:
        line(badge(failed.status), Markup("<strong>« {} »</strong>").format(failed.title), failed.sentence, tone="bad")
    return len(work.to_sign) + len(work.returned) + len(work.failed)


def draw_queue(actor: Actor) -> int:
    """Draw how many comments wait for pharmacovigilance, and people for an answer; return how many."""
    count = 0
    if allows(actor, Permission.COMMENT_TRIAGE):
        with reading() as session:
            queue = moderation.queue_length(session)
        count += queue.waiting
        told = _("{n} commentaires à voir · urgences {e} · en retard {l}")
        draw_link(told.format(n=queue.waiting, e=queue.emergencies, l=queue.late), "pv_queue.py", queue.emergencies > 0)
    if allows(actor, Permission.REPLY_SEND):
        with reading() as session:
            people = moderation.people_waiting(session, limit=1)
        count += people.waiting
        told = _("{n} personnes attendent une réponse · en retard {l}")
        draw_link(told.format(n=people.waiting, l=people.late), "people_waiting.py", people.late > 0)
    return count


def draw_link(told: str, page: str, pressing: bool) -> None:
    """Draw a queue as a line with the way to it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        line(told, tone="bad" if pressing else "info")
        st.button(_("Ouvrir"), key=f"queue_{page}", on_click=go, args=(page,))


actor = current_actor()
roles = ", ".join(sorted(text(role) for role in actor.roles))
heading(_("Bonjour {name}").format(name=actor.printed_name), roles)
if not draw_queue(actor) + draw_texts(actor):
    empty(_("Rien ne vous attend. Les textes à signer, les retours et les files de votre rôle s'affichent ici."))
