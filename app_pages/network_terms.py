"""Conditions des réseaux: what each network asks, who signed it, how long is kept; what must not be erased."""

from app_pages._page import current_actor, heading
from app_pages._terms import draw_common, draw_network
from app_pages._terms_holds import draw_holds
from compliance.permissions import Permission, check
from i18n import _
from models.session import reading
from moderation.queries import terms

actor = current_actor()
check(actor, Permission.TERMS_READ)
with reading() as session:
    rows = terms.network_terms(session, actor)
heading(
    _("Conditions des réseaux"),
    _("Un réseau n'est relevé qu'une fois sa feuille signée par le juridique et par la protection des données."),
)
for row in rows:
    draw_network(row, actor)
draw_common()
draw_holds(actor)
