"""Règles: what posts are checked against, by which law; and how its owner changes a rule, tried and signed twice."""

from app_pages._matrix import draw_matrix
from app_pages._page import current_actor
from app_pages._rule_changes import draw_drafts, draw_history, draw_writing
from app_pages._rules import draw_checks, draw_pack, draw_rules
from models.session import reading
from workflow import rule_rows

actor = current_actor()
with reading() as session:
    view = rule_rows.pack_view(session, actor)
    drafts = rule_rows.drafts(session, actor)
    history = rule_rows.history(session, actor)
draw_pack(view)
if view.may_change:
    draw_writing(actor, view)
draw_drafts(view, drafts)
draw_rules(view)
draw_checks(view)
draw_matrix(actor)
draw_history(history)
