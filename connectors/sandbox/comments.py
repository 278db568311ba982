"""What the public does: comment, edit, delete; what the company does on the network's own pages: open, close.

One way for the control interface, the page and the producer.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from connectors.sandbox.networks import network_of
from connectors.sandbox.people import company, pseudonym, someone
from connectors.sandbox.store import Item, add_item, delete_item, edit_item, find_item, newest
from errors import Rejected


def leave_comment(
    db: sqlite3.Connection,
    network: str,
    text: str,
    *,
    handle: str = "",
    reply_to: str | None = None,
    at: datetime | None = None,
    mention: bool = True,
    media: Sequence[str] = (),
) -> Item:
    """Write a comment of the public and return it.

    With `reply_to` it answers that post or comment; an answer to the company, or to a comment that names it, names
    it too, as X makes it do, unless `mention` is False. Without, it is a mention: the company's handle is put before a
    text that does not hold it.
    """
    parent = network_of(network).under(db, _existing(db, network, reply_to)) if reply_to else None
    if parent is not None:
        _refuse_closed(db, parent)
    us = company(db, network)
    author = someone(db, network, handle or pseudonym(f"{network}:{text}"))
    if author.company:
        raise Rejected("the public cannot write as the company")
    spoken = network_of(network)
    if parent is None and not spoken.mentions:
        raise Rejected(f"on {network} the public writes under a post or a comment only")
    names_us = spoken.mentions and f"@{us.handle.lower()}" in text.lower()
    if parent is None and not names_us:
        text, names_us = f"@{us.handle} {text}", True
    # X puts the handles of all who take part before an answer.
    takes_part = spoken.mentions and parent is not None and (parent.author_id == us.id or parent.addressed)
    addressed = names_us or (mention and takes_part)
    return add_item(db, network, author, text, at=at, parent=parent, addressed=addressed, media=media)


def _refuse_closed(db: sqlite3.Connection, parent: Item) -> None:
    switch, top = network_of(parent.network).switch, find_item(db, parent.network, parent.top)
    if switch.bars and top is not None and not switch.is_open(newest(db, top)):
        raise Rejected("Les commentaires sont fermés sous cette publication.")


def switch_comments(db: sqlite3.Connection, network: str, item_id: str, *, enabled: bool) -> Item:
    """Open or close the comments of a post as somebody of the company does it on the network's own pages."""
    item = _existing(db, network, item_id)
    if item.parent is not None or item.author_id != company(db, network).id:
        raise Rejected("only the comments of the company's own posts are opened and closed")
    network_of(network).switch.turn(db, item, enabled=enabled)
    return item


def edit_comment(db: sqlite3.Connection, network: str, item_id: str, text: str, at: datetime | None = None) -> Item:
    """Change a text; on X that is a new id, on the others the id stays."""
    if not network_of(network).edits:
        raise Rejected(f"on {network} a comment is not changed once it is written")
    return edit_item(db, _existing(db, network, item_id), text, at)


def delete_comment(db: sqlite3.Connection, network: str, item_id: str) -> Item:
    """Delete a comment; returns what it was."""
    item = _existing(db, network, item_id)
    delete_item(db, item)
    return item


def _existing(db: sqlite3.Connection, network: str, item_id: str) -> Item:
    item = find_item(db, network, network_of(network).number_of(item_id))
    if item is None or item.deleted_at:
        raise Rejected(f"there is no {network} item {item_id}")
    return newest(db, item)
