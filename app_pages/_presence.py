"""Who has a comment, and until when: "vous, bail 9 min", "Claire, jusqu'à 10:40"."""

from markupsafe import Markup

from app_pages._words import tag
from compliance import clock
from compliance.permissions import Actor
from i18n import _
from moderation.queries.rows import QueueRow


def presence(row: QueueRow, actor: Actor) -> Markup | None:
    """Return who has a comment as a label; None when nobody has."""
    if not row.holder_id or row.lease_until is None:
        return None
    if row.holder_id == actor.id:
        minutes = max(int((row.lease_until - clock.now()).total_seconds()) // 60, 0)
        return tag(_("vous, bail {n} min").format(n=minutes), "info", "●")
    until = f"{clock.paris(row.lease_until):%H:%M}"
    return tag(_("{name}, jusqu'à {until}").format(name=row.holder, until=until), "warn", "◐")
