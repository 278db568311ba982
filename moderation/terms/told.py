"""Removing what networks told of: a notification quotes people, and is no use once it was heard.

Nobody looks again whether its author took it away: it goes by the shorter of the days that were signed, counted from
when it came, heard or not.
"""

import time
from datetime import timedelta

from sqlmodel import Session, col, delete, select

from compliance import audit, clock
from compliance.audit import AuditAction
from compliance.canonical import sha256_text
from compliance.permissions import SYSTEM
from models.engine_room import WebhookDelivery
from models.enums import Network
from models.session import reading, transaction
from moderation.terms import sheets
from moderation.terms.in_force import keeping

LONGEST_DAYS = 7
EARLY = timedelta(minutes=10)
"""Rounds come every few minutes: what goes a little early never stays too long."""
BATCH = 1_000
MOST_SECONDS = 20.0


def remove_told() -> int:
    """Remove the notifications whose days are over, for some seconds; return how many."""
    with reading() as session:
        days = {network: days_of(session, network) for network in Network}
    until, removed = time.monotonic() + MOST_SECONDS, 0
    for network, most in days.items():
        found = BATCH
        while found == BATCH and time.monotonic() < until:
            found = _remove(network, most)
            removed += found
    return removed


def days_of(session: Session, network: Network) -> int:
    """Return how many days a network's notifications are kept; where nobody signed, as its sheet proposes."""
    signed, terms = keeping(session).get(network), sheets.SHEETS.get(network)
    if signed:
        return min(signed.days_kept, signed.days_after_deletion, LONGEST_DAYS)
    if terms:
        return min(terms.kept.proposed, terms.after_deletion.proposed, LONGEST_DAYS)
    return LONGEST_DAYS


def _remove(network: Network, days: int) -> int:
    """Remove a batch, with its audit event."""
    before = clock.now() - timedelta(days=days) + EARLY
    over = select(WebhookDelivery.id, WebhookDelivery.body_sha256).where(
        WebhookDelivery.network == network, WebhookDelivery.received_at < before
    )
    with transaction() as session:
        found = session.exec(over.order_by(col(WebhookDelivery.id)).limit(BATCH).with_for_update()).all()
        if found:
            ids = [row_id for row_id, _sha in found]
            session.execute(delete(WebhookDelivery).where(col(WebhookDelivery.id).in_(ids)))
            new = {"count": len(ids), "first": ids[0], "bodies_sha256": sha256_text("".join(sha for _id, sha in found))}
            reason = f"{network.value}: {days}"
            audit.record(session, SYSTEM, AuditAction.RECORD_PURGE, "webhook_delivery", ids[-1], new=new, reason=reason)
    return len(found)
