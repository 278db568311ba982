"""What a network of the sandbox is: what it adds to the common memory, under a root of its own."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from connectors.base import Account, Token
from connectors.sandbox.store import Item, newest
from connectors.sandbox.switching import Switch


def number_id(item: Item) -> str:
    """Return the id of a network that gives each version one of its own: the version's number."""
    return item.id


def first_id(item: Item) -> str:
    """Return the id of a network that keeps it through edits: the first version's number."""
    return str(item.first_id)


def read_number(item_id: str) -> int | None:
    """Return the number that is the whole id; None when it is none."""
    return int(item_id) if item_id.isascii() and item_id.isdigit() and int(item_id) < 2**63 else None


def no_files(_db: sqlite3.Connection, _item: Item) -> list[dict[str, Any]]:
    """Return the files of an item of a network that shows none."""
    return []


@dataclass(frozen=True, slots=True)
class SandboxNetwork:
    """One network: its routes, whom its tokens speak for, and how it writes ids.

    `tokens` are (kind, token, person's id or None). `id_of` writes an item's id as the network does, `number_of` reads
    one back (None: not an id of this network). `link(handle, item)` is the item's public address. `switch` is how a
    post's comments are opened and closed. `files` are what hangs on an item, for the public's page: `type`, and
    `alt_text` where known. `mentions`: the public may write out of any conversation. `edits`: the public can change
    what it wrote. `under` is the version under which an answer to an item hangs.
    """

    name: str
    label: str
    root: str
    routes: Sequence[BaseRoute]
    company: Account
    tokens: Sequence[tuple[str, Token, str | None]]
    link: Callable[[str, Item], str]
    switch: Switch
    prefixes: tuple[str, ...] = ()
    id_of: Callable[[Item], str] = first_id
    number_of: Callable[[str], int | None] = read_number
    files: Callable[[sqlite3.Connection, Item], list[dict[str, Any]]] = no_files
    mentions: bool = False
    edits: bool = True
    under: Callable[[sqlite3.Connection, Item], Item] = newest

    @property
    def struck(self) -> tuple[str, ...]:
        """The beginnings of the paths that this network's faults strike."""
        return self.prefixes or (f"{self.root}/",)
