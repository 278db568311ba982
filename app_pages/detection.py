"""Détection: what holds, in words; a change proposed, tried on stored comments, read, signed by another; history."""

from app_pages import _detection_parts as parts
from app_pages._detection_form import draw_form
from app_pages._detection_lists import draw_lists
from app_pages._page import current_actor, empty, heading
from compliance.permissions import Permission, check
from i18n import _
from models.session import reading
from moderation.queries import detection

actor = current_actor()
check(actor, Permission.DETECTION_READ)
with reading() as session:
    view = detection.detection_view(session, actor)
heading(_("Détection"), _("Ce qui décide qu'un commentaire est signalé, et qui l'a signé."))
parts.draw_state(view)
if view.pending:
    parts.draw_pending(view.pending, may_change=view.may_change)
    draw_lists(actor, view.pending)
elif view.may_change:
    draw_form(view)
else:
    empty(_("Aucun changement en préparation. La pharmacovigilance les propose ici, les essaie et les signe à deux."))
parts.draw_history(view)
