"""Comptes: each account of the company, how it fares and what to do; connecting it, and being told by its network."""

from app_pages._account_card import draw_account
from app_pages._account_form import draw_form
from app_pages._account_return import draw_return
from app_pages._page import current_actor, empty, heading, section
from compliance import account_rows
from i18n import _
from models.session import reading

actor = current_actor()
with reading() as session:
    rows = account_rows.accounts(session, actor)
heading(_("Comptes"), _("Ce que nous pouvons lire et publier, compte par compte, et ce qu'il faut corriger."))
draw_return(actor)
section(_("Comptes de l'entreprise"), str(len(rows)))
if not rows:
    empty(_("Aucun compte n'est enregistré. Enregistrez-en un ci-dessous, puis connectez-le."))
for row in rows:
    draw_account(row)
draw_form()
