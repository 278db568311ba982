"""What a running sandbox holds."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectors.sandbox.hooks_table import Listener


@dataclass
class Sandbox:
    """One running sandbox: its folder, its database, where its comments come from and where its mail goes.

    `drop(client)` cuts the connection of (host, port) without an answer. `smtp_port` is None without a mailbox.
    `hooks` are who listens to which network, `pushes` what applications asked the networks to be told, `asked` the
    pages of consent that nobody has answered. `addresses`: the beginnings of public addresses (scheme and host, no
    final slash), and where on this machine each leads.
    `on_ready` is called once, when connections are taken and the mailbox is open.
    """

    data: Path
    db: sqlite3.Connection
    comments: Path | None = None
    every: float = 20.0
    paused: bool = False
    hooks: dict[str, "Listener"] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    pushes: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)
    smtp_port: int | None = None
    drop: Callable[[Any], None] = field(default=lambda _client: None)

    on_ready: Callable[[], None] = field(default=lambda: None)

    @property
    def mails(self) -> Path:
        """The folder of the mails received, one .eml each."""
        return self.data / "mails"
