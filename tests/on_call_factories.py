"""A rota for the tests, and a real HTTP receiver that its ways call."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from sqlmodel import col, select

from compliance.permissions import SYSTEM, Actor
from models.account import Account
from models.comment import Comment
from models.enums import EffectKind, ProductFacet, Screening
from models.on_call import OnCallAlarm, OnCallDelivery, OnCallPage
from models.session import get, reading, transaction
from moderation import alarms, facets, on_call, opening, page_outcomes, triage
from tests.comment_factories import ADVERSE, bring, incoming, work

NIGHT = datetime(2026, 11, 18, 21, 0, tzinfo=UTC)
"""A Wednesday, ten in the evening in Paris."""

DANGER = "J'ai pris toute la boîte de Cardexine, j'ai peur, je veux mourir."


class Receiver:
    """What came over HTTP, as (path, decoded body); a path that holds "broken" is answered by 503."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def way(self, name: str) -> str:
        """Return the apprise address that calls here."""
        return f"json://127.0.0.1:{self.port}/{name}"

    def names(self) -> list[str]:
        """Return whom was called, in order."""
        return [path.strip("/") for path, _ in self.calls]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listen on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            receiver.calls.append((self.path, body))
            self.send_response(503 if "broken" in self.path else 200)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(server.server_address[1])
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


def suspected(n: int = 1, *, emergency: bool = False) -> str:
    """Bring a comment that the detectors flagged, without running them: with its case, as the analysis leaves it."""
    with reading() as session:
        account = session.exec(select(Account)).one()
    (comment_id,) = bring(account, incoming(n, ADVERSE))
    with transaction() as session:
        row = get(session, Comment, comment_id, lock=True)
        facets.write(row, facets.screened(facets.read(row), Screening.FLAGGED, ProductFacet.OWN))
        row.emergency, row.analysis_due = emergency, False
        opening.open_case(session, SYSTEM, row, triage.current_revision(session, row))
    return comment_id


def danger(n: int = 1) -> str:
    """Bring an emergency."""
    return suspected(n, emergency=True)


def shift(
    keeper: Actor, person: Actor, rank: int = 1, *, starts: datetime = NIGHT, hours: int = 10, **more: Any
) -> str:
    """Put a person on call from two hours before the night of the tests; returns the shift's id."""
    begins = starts - timedelta(hours=2)
    with transaction() as session:
        rows = on_call.add_shift(
            session, keeper, user_id=person.id or "", rank=rank, starts_at=begins,
            ends_at=begins + timedelta(hours=hours), **more,
        )  # fmt: skip
        return rows[0].id


def way(keeper: Actor, person: Actor, address: str, name: str = "Téléphone") -> str:
    """Add a way to reach a person; returns its id."""
    with transaction() as session:
        return on_call.add_way(session, keeper, user_id=person.id or "", name=name, address=address).id


def call_out() -> None:
    """Do what the worker's clock does for the rota, then send what is due."""
    alarms.watch()
    work({EffectKind.PAGE: page_outcomes.PAGE_HANDLER})


def rows(kind: type[Any]) -> list[Any]:
    """Read all rows of a kind, in the order of their making."""
    with reading() as session:
        return list(session.exec(select(kind).order_by(col(kind.id))))


def the_alarm() -> OnCallAlarm:
    """Read the only alarm."""
    (alarm,) = rows(OnCallAlarm)
    return alarm


def pages() -> list[OnCallPage]:
    """Read the calls, in order."""
    return sorted(rows(OnCallPage), key=lambda page: (page.step, page.user_id))


def deliveries() -> list[OnCallDelivery]:
    """Read the deliveries, in order."""
    return rows(OnCallDelivery)
