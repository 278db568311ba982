"""Couverture: one line an account, in plain words; silence is never taken for calm."""

from markupsafe import Markup

from app_pages._clocks import ago
from app_pages._page import current_actor, empty, heading, line, section
from app_pages._words import badge
from compliance.permissions import Permission, check
from i18n import _
from models.session import reading
from moderation import queries
from moderation.queries.rows import CountRow, CoverageRow


def draw_account(row: CoverageRow) -> None:
    """Draw an account: what was received, when it was last read, what to do."""
    received = _("reçu inconnu aujourd'hui")
    if row.received_today is not None:
        received = _("reçu aujourd'hui : {n}").format(n=row.received_today)
    held = ""
    if row.network_count is not None and row.stored_count is not None:
        held = _("{stored} conservés sur {network}").format(stored=row.stored_count, network=row.network_count)
    polled = Markup("{} {}").format(_("dernier relevé"), ago(row.last_poll_at)) if row.last_poll_at else ""
    advice = Markup("<br><strong>{}</strong> {}").format(row.sentence, row.advice)
    name = Markup("<strong>{}</strong>").format(row.name)
    parts = [part for part in (received, held, polled) if part]
    body = Markup(" · ").join(parts)
    line(badge(row.network), name, badge(row.status), body, advice, tone="ok" if row.healthy else "bad")


def draw_counts(row: CountRow) -> None:
    """Say that what was received is all accounted for."""
    told = _(
        "reçus {received} = signalés {flagged} + parcourus {skimmed} + classés {cleared} + non analysés {unscreened}"
    ).format(
        received=row.received, flagged=row.flagged, skimmed=row.skimmed, cleared=row.cleared, unscreened=row.unscreened
    )
    line(told, tone="" if row.holds else "bad")


check(current_actor(), Permission.COVERAGE_READ)
heading(_("Couverture"), _("Ce que nous avons relevé de chaque compte, et ce qui manque."))
with reading() as session:
    accounts, counts = queries.coverage(session), queries.counts(session)
draw_counts(counts.total)
section(_("Comptes"), str(len(accounts)))
for account in accounts:
    draw_account(account)
if not accounts:
    empty(_("Aucun compte n'est connecté. Connectez-en un : ses commentaires et ses trous se liront ici."))
