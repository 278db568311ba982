"""Arrêt d'urgence: hold back everything, a product, a network or a campaign; released by two people."""

from app_pages._page import current_actor, empty, heading, section
from app_pages._stop_form import draw_form
from app_pages._stop_rows import draw_stop
from compliance.permissions import Permission, allows
from i18n import _
from models.session import reading
from workflow.stops import list_stops

actor = current_actor()
heading(_("Arrêt d'urgence"), _("Rien de ce qui est arrêté ne part, jusqu'à ce que deux personnes lèvent l'arrêt."))
with reading() as session:
    rows = list_stops(session, actor)
for row in rows:
    draw_stop(actor, row)
if not rows:
    empty(_("Aucun arrêt. En cas de rappel de lot ou d'alerte, arrêtez ici les publications en un geste."))
if allows(actor, Permission.STOP_START):
    section(_("Arrêter"))
    draw_form(actor)
