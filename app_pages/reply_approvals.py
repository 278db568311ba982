"""Réponses à approuver: the free answers whose topic is my role's, beside the comments that they answer."""

from app_pages._keys import help_button
from app_pages._page import current_actor, empty, heading
from app_pages._reply_approvals import draw_asked
from compliance.permissions import Permission, check
from i18n import N_, _
from models.session import reading
from moderation import queries

actor = current_actor()
check(actor, Permission.REPLY_APPROVE)
with reading() as session:
    rows = queries.to_approve(session, actor)
heading(_("Réponses à approuver"), str(len(rows)))
help_button({"Ctrl+Entrée": N_("approuver et signer la première")})
for n, row in enumerate(rows):
    draw_asked(row, first=n == 0)
if not rows:
    empty(
        _(
            "Aucune réponse n'attend votre approbation. Quand le community manager écrit une réponse libre sur un "
            "sujet de votre rôle, elle s'affiche ici : vous la corrigez, la signez ou la refusez."
        )
    )
