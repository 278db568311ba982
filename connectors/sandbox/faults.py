"""Things that go wrong on purpose, armed through the control interface and kept until they have happened.

`delay` does everything and answers `value` seconds later; `stall` waits so long before it does anything; `status`
answers with the HTTP status `value` and `html_200` with an HTML page and status 200, both doing nothing; `lose_answer`
does everything, then drops the connection; `refuse_after` does everything and answers with the HTTP status `value`
(400) all the same; `rate_limit` answers as if the window were used up, for `value` seconds; `revoke_token` revokes the
token that makes the call; `redirect` sends to another host, doing nothing; `cut` breaks off half of the JSON answer;
`numbers` writes every id of digits in it as a number.
"""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

KINDS = (
    "delay", "stall", "status", "html_200", "lose_answer", "refuse_after", "rate_limit", "revoke_token", "redirect",
    "cut", "numbers",
)  # fmt: skip
DEFAULTS = {"delay": 1.0, "stall": 1.0, "status": 503.0, "refuse_after": 400.0, "rate_limit": 60.0}
INSTEAD = frozenset({"status", "html_200", "redirect"})
"""What answers in the network's place."""
ELSEWHERE = "elsewhere.example"
SHORTEST_ID = 6
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
        if faults.keys() & INSTEAD:
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
        if "refuse_after" in faults:
            await _send(send, int(faults["refuse_after"].value), b"bad request")
            return
        for change in (kind for kind in CHANGES if kind in faults):
            answer = _changed(answer, CHANGES[change])
        for message in answer:
            await send(message)


async def _answer(send: Send, faults: dict[str, Fault]) -> None:
    if "html_200" in faults:
        await _send(send, 200, HTML, b"text/html")
    elif "redirect" in faults:
        await _send(send, 302, b"", location=f"https://{ELSEWHERE}/".encode())
    else:
        await _send(send, int(faults["status"].value), b"upstream error")


async def _send(send: Send, status: int, body: bytes, kind: bytes = b"text/plain", **more: bytes) -> None:
    known = {"content-type": kind, "content-length": str(len(body)).encode(), **more}
    headers = [(name.encode(), value) for name, value in known.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _cut(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _numbers(body: bytes) -> bytes:
    try:
        return json.dumps(_unquoted(json.loads(body))).encode()
    except ValueError:
        return body


def _unquoted(value: Any) -> Any:
    """Return JSON with its long strings of digits as numbers, in JSON inside its strings too."""
    if isinstance(value, dict):
        return {name: _unquoted(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_unquoted(one) for one in value]
    if isinstance(value, str) and value.startswith("{"):
        return _numbers(value.encode()).decode()
    digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) >= SHORTEST_ID
    return int(value) if digits and not value.startswith("0") else value


CHANGES: dict[str, Callable[[bytes], bytes]] = {"cut": _cut, "numbers": _numbers}


def _changed(answer: list[Message], change: Callable[[bytes], bytes]) -> list[Message]:
    """Return an answer with its body changed, and the length that it has then."""
    start = next(message for message in answer if message["type"] == "http.response.start")
    body = change(b"".join(message.get("body", b"") for message in answer if message is not start))
    kept = [header for header in start["headers"] if header[0].lower() != b"content-length"]
    headers = [*kept, (b"content-length", str(len(body)).encode())]
    return [{**start, "headers": headers}, {"type": "http.response.body", "body": body}]


def _into(answer: list[Message]) -> Send:
    """Return a way of sending that keeps the answer."""

    async def keep(message: Message) -> None:
        answer.append(message)

    return keep
