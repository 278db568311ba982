"""Start and stop the sandbox: one process, one event loop, HTTP and SMTP on the loopback address only."""

import asyncio
import contextlib
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from connectors.sandbox import consent, control, inbox, producer, public, teams
from connectors.sandbox.clock import NetworkDate
from connectors.sandbox.faults import FaultyNetwork
from connectors.sandbox.networks import networks, seed_networks
from connectors.sandbox.state import Sandbox
from connectors.sandbox.store import open_store


def build(sandbox: Sandbox, smtp_port: int | None) -> Starlette:
    """Return the application: the networks' routes, the mailbox, Teams, the control interface and the public's page."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        mailbox = await inbox.open_mailbox(sandbox, smtp_port) if smtp_port is not None else None
        public_task = asyncio.create_task(producer.keep_producing(sandbox))
        sandbox.on_ready()
        yield
        public_task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await public_task
        if mailbox:
            mailbox.close()

    spoken = networks().values()
    prefixes = {"/teams/": "teams"} | {prefix: one.name for one in spoken for prefix in one.struck}
    ours = [*control.ROUTES, *public.ROUTES, *inbox.ROUTES, *teams.ROUTES, *consent.ROUTES]
    app = Starlette(
        routes=[*(route for one in spoken for route in one.routes), *ours],
        lifespan=lifespan,
        middleware=[Middleware(NetworkDate), Middleware(FaultyNetwork, prefixes=prefixes)],
    )
    app.state.sandbox = sandbox
    return app


def open_sandbox(data: Path, comments: Path | None = None, every: float = 20.0) -> Sandbox:
    """Open the folder, making it when it is new."""
    data.mkdir(parents=True, exist_ok=True)
    if comments is not None and not comments.is_file():
        raise FileNotFoundError(f"no such file of comments: {comments}")
    db = open_store(data / "sandbox.sqlite3")
    seed_networks(db)
    return Sandbox(data, db, comments, every)


def make_server(sandbox: Sandbox, smtp_port: int | None) -> uvicorn.Server:
    """Return the server, not yet listening."""
    config = uvicorn.Config(
        build(sandbox, smtp_port),
        http="h11",
        ws="none",
        proxy_headers=False,
        date_header=False,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=3,
    )
    server = uvicorn.Server(config)

    def drop(client: Any) -> None:
        for protocol in list(server.server_state.connections):
            if tuple(getattr(protocol, "client", None) or ()) == tuple(client):
                protocol.transport.abort()

    sandbox.drop = drop
    return server


@dataclass(frozen=True, slots=True)
class Running:
    """A sandbox that answers: `url` without a final slash, the mailbox's port (None without one), the state inside."""

    url: str
    smtp_port: int | None
    sandbox: Sandbox


@contextmanager
def running_sandbox(
    data: Path, *, port: int = 0, comments: Path | None = None, every: float = 3600.0, smtp: bool = True
) -> Iterator[Running]:
    """Run a sandbox in a thread, on a free port unless one is given, until the block ends."""
    sandbox = open_sandbox(data, comments, every)
    server = make_server(sandbox, 0 if smtp else None)
    with _listening(port) as listener:
        thread = threading.Thread(target=server.run, args=([listener],), name="sandbox", daemon=True)
        thread.start()
        try:
            _wait_until(lambda: server.started or not thread.is_alive(), 10)
            if not server.started:
                raise RuntimeError("the sandbox did not start")
            yield Running(f"http://127.0.0.1:{listener.getsockname()[1]}", sandbox.smtp_port, sandbox)
        finally:
            server.should_exit = True
            thread.join(10)
            sandbox.db.close()


def _listening(port: int) -> socket.socket:
    """Return a listening socket whose connections send at once.

    asyncio does not see to that for a socket made by hand, and each answer, headers then body, would wait 40 ms.
    """
    listener = socket.create_server(("127.0.0.1", port))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _wait_until(condition: Any, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)


def serve(sandbox: Sandbox, port: int, smtp_port: int | None) -> None:
    """Run in this process until SIGINT or SIGTERM."""
    server = make_server(sandbox, smtp_port)

    def stop(_number: int, _frame: Any) -> None:
        server.should_exit = True

    # uvicorn gives each signal back once it has stopped; these make that harmless, so that the exit status is 0.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with _listening(port) as listener:
        sandbox.on_ready = lambda: _announce(sandbox, listener.getsockname()[1])
        server.run([listener])
    sandbox.db.close()


def _announce(sandbox: Sandbox, port: int) -> None:
    """Write the line that a parent process waits for."""
    sys.stdout.write(f"sandbox ready http://127.0.0.1:{port} smtp={sandbox.smtp_port}\n")
    sys.stdout.flush()
