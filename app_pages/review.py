"""Relecture: what changed, what the rules found, who said what; decide, sign, schedule, keep the proof."""

import streamlit as st

from app_pages._page import current_actor, empty, heading, perform, visit
from app_pages._post_changes import draw_reading
from app_pages._post_checklist import draw_points
from app_pages._post_claims import draw_claims
from app_pages._post_conditions import draw_opinions
from app_pages._post_consent import draw_consents
from app_pages._post_decide import draw_decisions
from app_pages._post_draft import asked_post
from app_pages._post_findings import draw_findings
from app_pages._post_guests import draw_guests
from app_pages._post_head import draw_facts, draw_head, draw_my_turn
from app_pages._post_link import follow_link
from app_pages._post_notes import draw_notes
from app_pages._post_preview import use_style
from app_pages._post_publish import draw_author_ways, draw_publishing
from app_pages._post_repeat import draw_repeat
from app_pages._post_rounds import draw_rounds, draw_versions
from compliance.permissions import Actor, Permission, allows
from i18n import _
from models.session import reading
from workflow import measuring, views
from workflow.rows import PostView


def draw_review(actor: Actor, view: PostView) -> None:
    """Draw a post: what to read on the left, what is known of it on the right, what to do under both."""
    draw_head(view)
    draw_my_turn(view)
    follow_link(view)
    draw_consents(actor, view.post.post_id)
    draw_publishing(view)
    draw_repeat(actor, view)
    text, facts = st.columns([3, 2], gap="large")
    with text:
        draw_reading(actor, view)
        handles = {row.account_id: row.handle for row in view.variants}
        draw_findings(view.findings, handles, may_dispose=allows(actor, Permission.FINDING_DISPOSE))
        draw_claims(actor, view.post.post_id)
    with facts:
        draw_facts(view)
        draw_rounds(view)
        draw_opinions(actor, view)
        draw_notes(actor, view)
        draw_guests(actor, view.post.post_id)
        draw_versions(view.versions)
    draw_points(view)
    draw_author_ways(actor, view)
    draw_decisions(actor, view)


def note_opening(actor: Actor, post_id: str) -> None:
    """Note once a visit that who decides a step opened the text; for anybody else nothing is written."""
    if visit().get("opened") == post_id:
        return
    visit()["opened"] = post_id
    with reading() as session:
        opens = measuring.opens_step(session, actor, post_id=post_id)
    if opens:
        perform(measuring.note_opening, post_id=post_id)


actor = current_actor()
use_style()
if asked := asked_post():
    note_opening(actor, asked)
    with st.spinner(_("Ouverture du texte…")), reading() as session:
        shown = views.post_view(session, actor, post_id=asked)
    draw_review(actor, shown)
else:
    heading(_("Relecture"))
    empty(_("Ouvrez une publication depuis Mon travail ou Publications : elle se relit et se signe ici."))
