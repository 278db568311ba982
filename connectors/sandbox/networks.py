"""The networks that the sandbox speaks; a new one is a line in `networks`."""

import sqlite3

from connectors.sandbox import x_network
from connectors.sandbox.linkedin.network import LINKEDIN
from connectors.sandbox.meta import networks as meta
from connectors.sandbox.network import SandboxNetwork
from connectors.sandbox.tiktok import TIKTOK
from connectors.sandbox.youtube.network import YOUTUBE
from errors import Rejected


def networks() -> dict[str, SandboxNetwork]:
    """Return the networks by name."""
    spoken = (x_network.X, meta.FACEBOOK, meta.INSTAGRAM, LINKEDIN, TIKTOK, YOUTUBE)
    return {one.name: one for one in spoken}


def network_of(name: str) -> SandboxNetwork:
    """Return a network by name; `Rejected` when the sandbox does not speak it."""
    found = networks().get(name)
    if found is None:
        raise Rejected(f"the sandbox does not speak {name}")
    return found


def seed_networks(db: sqlite3.Connection) -> None:
    """Write the company and its tokens on each network once; a token that was revoked stays revoked."""
    with db:
        for one in networks().values():
            person = (one.name, one.company.id, one.company.handle, one.company.name)
            db.execute(
                "INSERT OR IGNORE INTO person (network, id, handle, name, company) VALUES (?, ?, ?, ?, 1)", person
            )
            for kind, token, whose in one.tokens:
                row = (one.name, kind, token.access, token.secret, token.client_id, token.client_secret, whose)
                db.execute("INSERT OR IGNORE INTO token VALUES (?, ?, ?, ?, ?, ?, ?, 0)", row)
