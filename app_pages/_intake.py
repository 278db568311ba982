"""POST /intake/SOURCE: another program of the company delivers comments, signed; kept, acknowledged, then read."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app_pages import _refused_calls
from app_pages._refused_calls import body_of
from compliance import clock
from errors import AppError, SignInRefused
from i18n import _
from models.session import DatabaseBusy, reading, transaction
from moderation import deliveries
from moderation.signed import looks_signed

TIMESTAMP, SIGNATURE = "x-covigie-timestamp", "x-covigie-signature"
TOO_LARGE = "1 MB at most"


async def deliver(request: Request) -> Response:
    """Take a body of a megabyte at most; 202 means that it is kept for good. Who cannot be signed is not read."""
    timestamp, signature = request.headers.get(TIMESTAMP, ""), request.headers.get(SIGNATURE, "")
    if not looks_signed(timestamp, signature, clock.now()):
        return await run_in_threadpool(_refused, request, 401, _(deliveries.UNSIGNED))
    body = await body_of(request, deliveries.LARGEST)
    if body is None:
        return await run_in_threadpool(_refused, request, 413, TOO_LARGE)
    return await run_in_threadpool(_accepted, request, body)


def _accepted(request: Request, body: bytes) -> Response:
    try:
        with transaction() as session:
            kept = deliveries.accept(
                session,
                source=request.path_params["source"],
                timestamp=request.headers.get(TIMESTAMP, ""),
                signature=request.headers.get(SIGNATURE, ""),
                body=body,
            )
    except SignInRefused as error:
        return _refused(request, 401, str(error))
    except DatabaseBusy as error:
        return JSONResponse({"error": str(error)}, status_code=503, headers={"retry-after": "5"})
    except AppError as error:
        return JSONResponse({"error": str(error)}, status_code=400)
    return JSONResponse({"accepted": kept.id}, status_code=202)


def _refused(request: Request, status: int, why: str) -> Response:
    source = request.path_params["source"]
    with reading() as session:
        known = source if deliveries.is_source(session, source) else ""
    return _refused_calls.answer(request, "intake", JSONResponse({"error": why}, status), source, known)


ROUTES = [Route("/intake/{source}", deliver, methods=["POST"])]
