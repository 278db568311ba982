"""Each network of the sandbox with its account in our database: what an acceptance test plays on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from sqlmodel import select

from compliance import accounts, clock
from compliance.permissions import SYSTEM
from connectors.base import Account as Identity
from connectors.base import Capabilities, Token
from connectors.registry import CHANNELS
from connectors.sandbox import COMPANY, OAUTH2, Running
from connectors.sandbox.linkedin import network as linkedin
from connectors.sandbox.meta.networks import INSTAGRAM_TOKEN, PAGE_TOKEN
from connectors.sandbox.meta.oauth import INSTAGRAM
from models.account import Account, Cursor
from models.comment import Comment
from models.enums import Network
from models.session import get, reading, transaction
from moderation import bypass, intake, queries
from moderation.intake import PollReport
from moderation.queries.rows import CoverageRow
from tests.connectors.tiktok_world import tiktok_world
from tests.connectors.world import World
from tests.connectors.youtube_world import world_of as youtube_world
from tests.terms_factories import sign_terms

FOUND: dict[str, tuple[Identity, Token, str]] = {
    "x": (COMPANY, OAUTH2, ""),
    "facebook": (COMPANY, PAGE_TOKEN, "/facebook"),
    "instagram": (INSTAGRAM, INSTAGRAM_TOKEN, "/instagram"),
    "linkedin": (linkedin.COMPANY, linkedin.USER, "/linkedin"),
}
WORDS = "Merci pour cette journée"
"""What we post, in words that no test looks for."""


def world_of(network: str, running: Running, http: httpx.Client) -> World:
    """Return a network of a running sandbox, emptied."""
    if network == "tiktok":
        return tiktok_world(running, http)
    if network == "youtube":
        return youtube_world(running, http)
    http.post("/_sandbox/reset").raise_for_status()
    company, token, root = FOUND[network]
    return World(network, running.url, company, token, http, {}, root=root)


@dataclass
class Stage:
    """One network, its public, and our account there; `post` is a post of ours whose comments are read."""

    world: World
    account_id: str
    post: str = ""
    last: datetime | None = None

    @property
    def network(self) -> str:
        """The network's name."""
        return self.world.network

    @property
    def can(self) -> Capabilities:
        """What it can do."""
        return CHANNELS[self.network].capabilities

    def says(self, text: str, under: str | None = None, **more: Any) -> str:
        """Let one of the public comment our post, or answer a comment; return its id there."""
        return self.world.comment(text, reply_to=under or self.post, **more)

    def breaks(self, kind: str, *, method: str = "", **more: Any) -> None:
        """Arm a fault against the network's next call, whichever it is."""
        self.world._call("POST", "faults", kind=kind, method=method, **more)

    def revoke(self, *, restored: bool = False) -> None:
        """Take our token back, or give it back."""
        self.world._call("POST", "tokens", action="restore" if restored else "revoke")

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Go to a moment after the last one, from which the network lets the account be read."""
        with reading() as session:
            wait = get(session, Account, self.account_id).next_allowed_at
        known = [at for at in (clock.now(), self.last, wait) if at]
        self.last = max(known) + timedelta(seconds=1)
        with clock.at(self.last):
            yield

    def poll(self) -> PollReport:
        """Read the account as the worker does."""
        with self.moment():
            return intake.poll_account(self.account_id)

    def reconcile(self) -> PollReport:
        """Look at what we hold again, as the worker does every hour."""
        with self.moment():
            report = intake.reconcile_account(self.account_id)
            intake.seek_missing(self.account_id)
            return report

    def stored(self) -> dict[str, Comment]:
        """Return what we hold, by the network's ids."""
        with reading() as session:
            return {one.external_id: one for one in session.exec(select(Comment))}

    def cursor(self) -> str | None:
        """Return how far the account was read."""
        with reading() as session:
            row = session.get(Cursor, (self.account_id, intake.SOURCE))
            return row.value if row else None

    def coverage(self) -> CoverageRow:
        """Return the account's line on the coverage screen."""
        with clock.at(self.last or clock.now()), reading() as session:
            return next(row for row in queries.coverage(session) if row.account_id == self.account_id)


def connected(world: World, *, at: datetime | None = None, base_url: str | None = None) -> str:
    """Connect our account on a network, two days ago; return its id."""
    us = world.account
    with clock.at(at or clock.now() - timedelta(days=2)), transaction() as session:
        account = accounts.connect_account(
            session, SYSTEM, network=Network(world.network), handle=us.handle, display_name=us.name,
            external_id=us.id, token=world.token, base_url=base_url or world.url + world.root,
        )  # fmt: skip
        return account.id


def staged(network: str, running: Running, http: httpx.Client) -> Stage:
    """Return a network on which we posted three hours ago, our account there, the post known and watched."""
    world = world_of(network, running, http)
    sign_terms(Network(network))
    stage = Stage(world, connected(world))
    stage.post = world.post(WORDS, at=clock.now() - timedelta(hours=3))
    assert bypass.look_for_bypasses(stage.account_id) == 1
    return stage
