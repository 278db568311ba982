"""The sandbox's clock: the machine's, or held at a moment while the demonstration's past is written."""

from datetime import UTC, datetime
from email.utils import format_datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_held: list[datetime] = []


def now() -> datetime:
    """Return the present moment of the networks, aware UTC."""
    return _held[0] if _held else datetime.now(UTC)


class NetworkDate:
    """Answer with the networks' own time in the header `Date`: clients take their clock from it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, and date its answer."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(now(), usegmt=True).encode()
                message["headers"] = [*message.get("headers", []), (b"date", date)]
            await send(message)

        await self.app(scope, receive, dated)


def hold(moment: datetime | None) -> None:
    """Hold the clock at a moment, or let it go (None)."""
    _held[:] = [moment.astimezone(UTC)] if moment else []
