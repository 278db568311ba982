"""The comment that is open in the queue of pharmacovigilance: all that is known of it, and what may be done to it."""

from collections.abc import Sequence

from app_pages import _breaks as breaks_kit
from app_pages import _comment_card as card
from app_pages import _comment_decide as decide
from app_pages import _comment_queue as rail
from app_pages._comment_skip import draw_skip, draw_skips
from app_pages._comment_visibility import draw_visibility
from app_pages._routes import draw_routes
from compliance.permissions import Actor
from moderation.breaks import Preferences
from moderation.queries.rows import CommentView


def draw_open(actor: Actor, view: CommentView, ids: Sequence[str], wishes: Preferences) -> None:
    """Draw the open comment, with what may be done to it; a veiled one offers no decision. `ids` are the page's."""
    row, following = view.row, rail.following(ids, view.row.comment_id)
    card.draw_top(row)
    draw_skips(view.skips)
    draw_routes(view.routes)
    if veil := breaks_kit.veil_of(row, wishes):
        breaks_kit.draw_veil(row, veil)
        draw_skip(row.comment_id, row.revision_n, following)
        return
    card.draw_text(view, revealed=card.is_revealed(row.comment_id))
    decide.draw_conflict(view)
    if not (decide.is_undecided(row) or row.comment_id in ids):
        decide.draw_decided(row)
    elif decide.draw_holder(row, actor):
        decide.draw_decision(view, following)
        draw_skip(row.comment_id, decide.seen_revision(row), following)
    draw_visibility(row.comment_id, actor, row)
    card.draw_around(view, actor)
