"""/webhooks/NETWORK: where networks tell that something was said. No session: the signature over the bytes is checked.

A notification is answered 200 once its bytes are written down, and only then; with 503 it comes again.
"""

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from errors import Rejected
from models.enums import Network
from models.session import transaction
from moderation import webhooks

log = structlog.get_logger()


async def ask(request: Request) -> Response:
    """GET: answer the network's question whether this address is ours."""
    try:
        body, kind = webhooks.handshake(Network(request.path_params["network"]), dict(request.query_params))
    except (Rejected, ValueError):
        return PlainTextResponse("refused", 403)
    return Response(body, media_type=kind)


async def take(request: Request) -> Response:
    """POST: write a genuine notification down, then acknowledge it."""
    body = await _body(request)
    if body is None:
        return PlainTextResponse("too long", 413)
    try:
        network = Network(request.path_params["network"])
        genuine = webhooks.is_genuine(network, body, {k.lower(): v for k, v in request.headers.items()})
    except (Rejected, ValueError):
        return PlainTextResponse("unknown network", 404)
    if not genuine:
        log.warning("webhook refused", network=network.value, bytes=len(body))
        return PlainTextResponse("wrong signature", 401)
    try:
        await run_in_threadpool(_keep, network, body)
    except (SQLAlchemyError, OSError) as error:
        log.warning("webhook not kept", network=network.value, error=type(error).__name__)
        return PlainTextResponse("not kept: send it again", 503)
    return PlainTextResponse("kept")


def _keep(network: Network, body: bytes) -> None:
    with transaction() as session:
        webhooks.write_down(session, network, body)


async def _body(request: Request) -> bytes | None:
    """Return the raw bytes; None for more than a notification ever is."""
    held = bytearray()
    async for part in request.stream():
        held += part
        if len(held) > webhooks.LONGEST_BODY:
            return None
    return bytes(held)


ROUTES = [
    Route("/webhooks/{network}", ask, methods=["GET"]),
    Route("/webhooks/{network}", take, methods=["POST"]),
]
