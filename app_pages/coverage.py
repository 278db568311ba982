"""Couverture: one line an account, in plain words; silence is never taken for calm."""

from markupsafe import Markup

from app_pages._bypasses import draw_bypasses
from app_pages._clocks import ago
from app_pages._handoff_mails import draw_mailbox
from app_pages._manual_checks import draw_checks
from app_pages._other_doors import draw_other_doors
from app_pages._page import current_actor, empty, heading, line, section
from app_pages._words import badge, tag
from compliance.permissions import Permission, check
from i18n import _
from models.session import reading
from moderation import pv_mailbox, queries
from moderation.queries.rows import CountRow, CoverageRow


def draw_account(row: CoverageRow) -> None:
    """Draw an account: what is known of it in one sentence, how much of the network's we hold, what to do."""
    held: str | Markup = ""
    if row.network_count is not None and row.stored_count is not None:
        told = _("{stored} conservés sur {network} chez le réseau")
        whole = row.stored_count >= row.network_count
        held = tag(told.format(stored=row.stored_count, network=row.network_count), "ok" if whole else "warn", "Σ")
    name = Markup("<strong>{}</strong>").format(row.name)
    heard = Markup('<span class="cv-soft">{} {}</span>').format(_("entendu"), ago(row.last_success_at))
    advice = Markup("<br><strong>{}</strong>").format(row.advice) if row.advice else ""
    tone = "ok" if row.healthy else "bad"
    line(
        badge(row.network),
        name,
        badge(row.status),
        row.sentence,
        held,
        heard if row.last_success_at else "",
        advice,
        tone=tone,
    )


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
    mailbox = pv_mailbox.mailbox_state(session)
draw_bypasses(actor)
draw_counts(counts.total)
draw_mailbox(mailbox)
section(_("Comptes"), str(len(accounts)))
for account in accounts:
    draw_account(account)
if not accounts:
    empty(_("Aucun compte n'est connecté. Connectez-en un : ses commentaires et ses trous se liront ici."))
draw_checks(actor)
draw_other_doors(actor)
