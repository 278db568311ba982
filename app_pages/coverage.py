"""Couverture: one line an account, in plain words; silence is never taken for calm."""

from app_pages._bypasses import draw_bypasses
from app_pages._coverage_accounts import draw_account
from app_pages._coverage_posts import draw_posts
from app_pages._handoff_mails import draw_mailbox
from app_pages._manual_checks import draw_checks
from app_pages._other_doors import draw_other_doors
from app_pages._page import current_actor, empty, heading, line, section
from app_pages._private import draw_doors
from app_pages._refused_shown import draw_refused
from compliance.permissions import Permission, check
from i18n import _
from models.session import reading
from moderation import pv_mailbox, queries
from moderation.queries.account_health import account_health
from moderation.queries.rows import CountRow


def draw_counts(row: CountRow) -> None:
    """Say that what was received is all accounted for."""
    told = _(
        "reçus {received} = signalés {flagged} + parcourus {skimmed} + classés {cleared} + non analysés {unscreened}"
    ).format(
        received=row.received, flagged=row.flagged, skimmed=row.skimmed, cleared=row.cleared, unscreened=row.unscreened
    )
    line(told, tone="" if row.holds else "bad")


actor = current_actor()
check(actor, Permission.COVERAGE_READ)
heading(_("Couverture"), _("Ce que nous avons relevé de chaque compte, et ce qui manque."))
with reading() as session:
    accounts, counts = queries.coverage(session), queries.counts(session)
    health, mailbox = account_health(session), pv_mailbox.mailbox_state(session)
draw_bypasses(actor)
draw_counts(counts.total)
draw_mailbox(mailbox)
section(_("Comptes"), str(len(accounts)))
for account in accounts:
    draw_account(account, health.get(account.account_id), actor)
if not accounts:
    empty(_("Aucun compte n'est connecté. Connectez-en un : ses commentaires et ses trous se liront ici."))
draw_posts()
draw_doors()
draw_checks(actor)
draw_other_doors(actor)
draw_refused()
