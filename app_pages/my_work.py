"""Mon travail: what waits for me, late first."""

import streamlit as st

from app_pages._bulk_sign import draw_signing
from app_pages._clocks import ago
from app_pages._expiry import expiry_tag
from app_pages._keys import help_button
from app_pages._my_steps import draw_calendar, draw_steps, draw_taken_back
from app_pages._page import current_actor, empty, go, heading, line, section
from app_pages._post_conditions import draw_to_answer
from app_pages._takedowns import draw_failed, draw_takedowns
from app_pages._text import titled
from app_pages._waiting import draw_queues
from app_pages._words import badge, text
from compliance.permissions import Actor, Permission, allows
from i18n import N_, _
from models.session import reading
from workflow import conditions, queries
from workflow.rows import PostRow


def draw_post(row: PostRow, page: str, action: str) -> None:
    """Draw a text that waits for its author: its state, since when, and the way to it."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"post_{row.post_id}"):
        line(badge(row.status), expiry_tag(row.expiry), titled(row.title), ago(row.updated_at))
        st.button(action, key=f"go_{row.post_id}", on_click=go, args=(page,), kwargs={"id": row.post_id})


def draw_texts(actor: Actor) -> int:
    """Draw what the committee waits for from me; return how many rows."""
    with reading() as session:
        work, asked = queries.my_work(session, actor), conditions.to_answer(session, actor)
    draw_steps(work.to_sign)
    draw_signing(work.to_sign)
    draw_to_answer(asked)
    draw_taken_back(work.taken_back)
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
    waiting = len(work.to_sign) + len(work.returned) + len(work.to_schedule) + len(work.failed)
    if work.to_sign:
        draw_calendar()
    return waiting + len(work.taken_back) + len(asked)


actor = current_actor()
with st.container(horizontal=True):
    heading(_("Bonjour {name}").format(name=actor.printed_name), ", ".join(sorted(text(role) for role in actor.roles)))
    help_button()
if not draw_queues(actor) + (draw_takedowns(actor) + draw_texts(actor) if allows(actor, Permission.POST_READ) else 0):
    empty(_("Rien ne vous attend. Les textes à signer, les retours et les files de votre rôle s'affichent ici."))
