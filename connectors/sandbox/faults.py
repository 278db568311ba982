"""Things that go wrong on purpose, armed through the control interface and kept until they have happened.

`delay` does everything and answers `value` seconds later; `stall` waits so long before it does anything; `status`
answers with the HTTP status `value` and `html_200` with an HTML page and status 200, both doing nothing; `lose_answer`
does everything, then drops the connection; `rate_limit` answers as if the window were used up, for `value` seconds;
`revoke_token` revokes the token that makes the call.
"""

import asyncio
import sqlite3
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

KINDS = ("delay", "stall", "status", "html_200", "lose_answer", "rate_limit", "revoke_token")
DEFAULTS = {"delay": 1.0, "stall": 1.0, "status": 503.0, "rate_limit": 60.0}
HTML = b"<!doctype html><html><head><title>Something went wrong</title></head><body>Try again later.</body></html>"


@dataclass(frozen=True, slots=True)
class Fault:
    """One armed fault: it strikes `times` calls of `network` whose method and path (a prefix) fit; empty fits all."""

    kind: str
    network: str = "x"
    method: str = ""
    path: str = ""
    times: int = 1
    value: float = 0.0


def arm(db: sqlite3.Connection, fault: Fault) -> None:
    """Keep a fault until it has struck."""
    row = (fault.network, fault.kind, fault.method, fault.path, fault.times, fault.value or DEFAULTS.get(fault.kind, 0))
    with db:
        db.execute("INSERT INTO fault (network, kind, method, path, times, value) VALUES (?, ?, ?, ?, ?, ?)", row)


def strike(db: sqlite3.Connection, network: str, method: str, path: str, kinds: tuple[str, ...] = KINDS) -> list[Fault]:
    """Return the faults that strike this call, one of each kind, and count them down."""
    struck: dict[str, sqlite3.Row] = {}
    for row in db.execute("SELECT * FROM fault WHERE network = ? AND times > 0 ORDER BY id", (network,)).fetchall():
        fits = row["method"] in ("", method) and path.startswith(row["path"])
        if fits and row["kind"] in kinds:
            struck.setdefault(row["kind"], row)
    with db:
        db.executemany("UPDATE fault SET times = times - 1 WHERE id = ?", [(row["id"],) for row in struck.values()])
    names = ("kind", "network", "method", "path", "times", "value")
    return [Fault(*(row[name] for name in names)) for row in struck.values()]


class FaultyNetwork:
    """ASGI middleware around the networks' own paths; `prefixes` maps a path's beginning to its network."""

    def __init__(self, app: ASGIApp, prefixes: dict[str, str]) -> None:
        self.app, self.prefixes = app, prefixes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a call through, but for what is armed against it."""
        network = next((n for prefix, n in self.prefixes.items() if scope.get("path", "").startswith(prefix)), None)
        if scope["type"] != "http" or network is None:
            await self.app(scope, receive, send)
            return
        sandbox = scope["app"].state.sandbox
        faults = {f.kind: f for f in strike(sandbox.db, network, scope["method"], scope["path"])}
        if "stall" in faults:
            await asyncio.sleep(faults["stall"].value)
        if "status" in faults or "html_200" in faults:
            await _answer(send, faults)
            return
        scope["sandbox.faults"] = faults
        answer: list[Message] = []
        await self.app(scope, receive, _into(answer))
        if "delay" in faults:
            await asyncio.sleep(faults["delay"].value)
        if "lose_answer" in faults:
            sandbox.drop(scope["client"])
            return
        for message in answer:
            await send(message)


async def _answer(send: Send, faults: dict[str, Fault]) -> None:
    status = 200 if "html_200" in faults else int(faults["status"].value)
    kind, body = (b"text/html", HTML) if "html_200" in faults else (b"text/plain", b"upstream error")
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _into(answer: list[Message]) -> Send:
    """Return a way of sending that keeps the answer."""

    async def keep(message: Message) -> None:
        answer.append(message)

    return keep
