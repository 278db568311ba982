"""Bibliothèque: what publications rest on (visas, claims, references, products), and what would fall with each."""

from app_pages._library_parts import draw_library
from app_pages._page import current_actor, heading
from i18n import _

actor = current_actor()
heading(_("Bibliothèque"), _("Ce sur quoi vos publications reposent ; ce qui tombe avec se voit avant."))
draw_library(actor)
