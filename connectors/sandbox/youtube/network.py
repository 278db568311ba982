"""YouTube among the sandbox's networks: ids stay through edits, and answers hang under the top of their thread."""

import sqlite3
from typing import Any

from connectors.base import Account, Token
from connectors.sandbox.network import SandboxNetwork
from connectors.sandbox.store import Item, find_item
from connectors.sandbox.youtube import lists, oauth, uploads, writes
from connectors.sandbox.youtube.ids import film_id, id_of, number_of
from connectors.sandbox.youtube.oauth import CLIENT
from connectors.sandbox.youtube.shapes import SWITCH

COMPANY = Account(id="UChE1i0r0000000000000001", handle="laboratoires-helior", name="Laboratoires Hélior")
TOKEN = Token(
    access="sandbox-youtube-user-token",
    client_id=CLIENT[0],
    client_secret=CLIENT[1],
    refresh="1//sandbox-youtube-refresh-token",
)
READ_ONLY = Token(access="sandbox-youtube-readonly-token")


def link(_handle: str, item: Item) -> str:
    """Return the address of a film, or of a comment under it."""
    film = f"https://www.youtube.com/watch?v={film_id(item.top)}"
    return film if item.parent is None else f"{film}&lc={id_of(item)}"


def under(db: sqlite3.Connection, item: Item) -> Item:
    """Return what an answer hangs under: the film, or the first version of the comment at the top of the thread."""
    above = item.parent if item.parent not in (None, item.top) else item.first_id
    return find_item(db, "youtube", above) or item


def files(_db: sqlite3.Connection, item: Item) -> list[dict[str, Any]]:
    """Return the kinds of what hangs on an item."""
    return [{"type": kind} for kind in item.media]


YOUTUBE = SandboxNetwork(
    name="youtube",
    label="YouTube",
    root="/youtube",
    routes=[*lists.ROUTES, *writes.ROUTES, *uploads.ROUTES, *oauth.ROUTES],
    company=COMPANY,
    tokens=(
        ("user", TOKEN, COMPANY.id),
        ("readonly", READ_ONLY, COMPANY.id),
        ("refresh", Token(access=TOKEN.refresh), COMPANY.id),
    ),
    link=link,
    switch=SWITCH,
    id_of=id_of,
    number_of=number_of,
    files=files,
    under=under,
)
