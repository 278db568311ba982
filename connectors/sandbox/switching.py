"""Comments under a post of ours, opened and closed: on the network's own pages, or by a program where it may."""

import sqlite3
from dataclasses import dataclass

from connectors.sandbox.store import Item, change_settings, delete_item, items


@dataclass(frozen=True, slots=True)
class Switch:
    """The setting of a post in which a network keeps whether everybody may comment, and its two values.

    `bars`: once closed nobody writes there any more; elsewhere some people still may. `clears`: closing deletes what is
    there.
    """

    setting: str
    opened: object
    closed: object
    bars: bool = True
    clears: bool = False

    def is_open(self, item: Item) -> bool:
        """Say whether everybody may comment a post."""
        return bool(item.settings.get(self.setting, self.opened) == self.opened)

    def turn(self, db: sqlite3.Connection, item: Item, *, enabled: bool) -> None:
        """Open or close the comments of a post; what they are already changes nothing."""
        change_settings(db, item, {self.setting: self.opened if enabled else self.closed})
        if self.clears and not enabled:
            for one in items(db, item.network, "top = ? AND parent IS NOT NULL AND deleted_at IS NULL", (item.top,)):
                delete_item(db, one)
