"""What a caller without a session hears when it proved nothing, and how much of a body is read before that."""

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from compliance import refused_calls
from models.session import DatabaseBusy, transaction

log = structlog.get_logger()


async def body_of(request: Request, most: int) -> bytes | None:
    """Return the raw bytes, None for more than `most`: by its announced length before any is read, else in reading."""
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > most:
        return None
    held = bytearray()
    async for part in request.stream():
        held += part
        if len(held) > most:
            return None
    return bytes(held)


def answer(request: Request, door: str, refusal: Response, key: str = "", known: str = "") -> Response:
    """Return the refusal, or 429 with the seconds to wait once too many were refused; counted either way.

    `key` is the name that the caller gave, `known` the same where it is one of ours.
    """
    address = request.client.host if request.client else ""
    wait = refused_calls.wait_after(door, address, key)
    if not wait:
        log.warning("call refused", door=door, key=known, status=refusal.status_code)
    if refused_calls.tally(door, known, slowed=bool(wait)):
        _write_down()
    return PlainTextResponse("too many refused calls", 429, headers={"retry-after": str(wait)}) if wait else refusal


def _write_down() -> None:
    """Write the counts down; what the database refuses now is lost from the count, and from nothing else."""
    try:
        with transaction() as session:
            refused_calls.write_down(session)
    except (SQLAlchemyError, DatabaseBusy, OSError) as error:
        log.warning("refused calls not counted", error=type(error).__name__)
