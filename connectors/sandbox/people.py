"""Who has an account: the fictional company, and a public of invented handles."""

import hashlib
import sqlite3

from connectors.base import Account
from connectors.sandbox.store import Person

COMPANY = Account(id="1500000000000000001", handle="LabosHelior", name="Laboratoires Hélior")

_FIRST = "hibou lilas galet mimosa renard safran loutre cedre pinson menthe corail nuage brume merle noyau tuile"
_SECOND = "midi bois lac nuit aube nord sud est mer thym pluie vent"


def company(db: sqlite3.Connection, network: str) -> Person:
    """Return the company's account."""
    return _person(db.execute("SELECT * FROM person WHERE network = ? AND company = 1", (network,)).fetchone())


def person_by_id(db: sqlite3.Connection, network: str, person_id: str) -> Person | None:
    """Return the account with this id."""
    row = db.execute("SELECT * FROM person WHERE network = ? AND id = ?", (network, person_id)).fetchone()
    return _person(row) if row else None


def person_by_handle(db: sqlite3.Connection, network: str, handle: str) -> Person | None:
    """Return the account with this handle, in any case, with or without @."""
    row = db.execute("SELECT * FROM person WHERE network = ? AND handle = ?", (network, handle.lstrip("@"))).fetchone()
    return _person(row) if row else None


def someone(db: sqlite3.Connection, network: str, handle: str, name: str = "") -> Person:
    """Return the account with this handle; make it when it is new."""
    handle = handle.lstrip("@")
    found = person_by_handle(db, network, handle)
    if found:
        return found
    digest = hashlib.sha256(f"{network}:{handle.lower()}".encode()).hexdigest()
    number = str(1_600_000_000_000_000_000 + int(digest[:14], 16) % 10**17)
    with db:
        row = (network, number, handle, name or handle)
        db.execute("INSERT INTO person (network, id, handle, name) VALUES (?, ?, ?, ?)", row)
    return Person(number, handle, name or handle, False, False)


def pseudonym(seed: str) -> str:
    """Return an invented handle, always the same for the same seed (at most 15 characters, as on X)."""
    digest = int(hashlib.sha256(seed.encode()).hexdigest(), 16)
    first, second = _FIRST.split(), _SECOND.split()
    stem = f"{first[digest % len(first)]}_{second[digest // 97 % len(second)]}"
    return f"{stem[:11]}{digest // 9_973 % 9_999:04d}"


def _person(row: sqlite3.Row) -> Person:
    return Person(row["id"], row["handle"], row["name"], bool(row["company"]), bool(row["suspended"]))
