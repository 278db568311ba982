"""/webhooks/NETWORK: where networks tell that something was said. No session: the signature over the bytes is checked.

A notification is answered 200 once its bytes are written down, and only then; with 503 it comes again.
"""

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from app_pages import _refused_calls
from app_pages._refused_calls import body_of
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
        return await _refused(request, "refused", 403)
    return Response(body, media_type=kind)


async def take(request: Request) -> Response:
    """POST: write a genuine notification down, then acknowledge it; without a signature nothing is read."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        network = Network(request.path_params["network"])
        if not webhooks.has_signature(network, headers):
            return await _refused(request, "no signature", 401)
    except (Rejected, ValueError):
        return await _refused(request, "unknown network", 404)
    body = await body_of(request, webhooks.LONGEST_BODY)
    if body is None:
        return await _refused(request, "too long", 413)
    if not webhooks.is_genuine(network, body, headers):
        return await _refused(request, "wrong signature", 401)
    try:
        await run_in_threadpool(_keep, network, body)
    except (SQLAlchemyError, OSError) as error:
        log.warning("webhook not kept", network=network.value, error=type(error).__name__)
        return PlainTextResponse("not kept: send it again", 503)
    return PlainTextResponse("kept")


async def _refused(request: Request, why: str, status: int) -> Response:
    """Refuse, once too often with 429; a name of no network counts as none."""
    name = request.path_params["network"]
    known = name if name in set(Network) else ""
    refusal = PlainTextResponse(why, status)
    return await run_in_threadpool(_refused_calls.answer, request, "webhooks", refusal, name, known)


def _keep(network: Network, body: bytes) -> None:
    with transaction() as session:
        webhooks.write_down(session, network, body)


ROUTES = [
    Route("/webhooks/{network}", ask, methods=["GET"]),
    Route("/webhooks/{network}", take, methods=["POST"]),
]
