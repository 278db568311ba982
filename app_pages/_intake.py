"""POST /intake/SOURCE: another program of the company delivers comments, signed; kept, acknowledged, then read."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from errors import AppError, SignInRefused
from models.session import DatabaseBusy, transaction
from moderation import deliveries

TIMESTAMP, SIGNATURE = "x-covigie-timestamp", "x-covigie-signature"
TOO_LARGE = "1 MB at most"


async def deliver(request: Request) -> Response:
    """Take a body of a megabyte at most; 202 means that it is kept for good."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > deliveries.LARGEST:
            return JSONResponse({"error": TOO_LARGE}, status_code=413)
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
        return JSONResponse({"error": str(error)}, status_code=401)
    except DatabaseBusy as error:
        return JSONResponse({"error": str(error)}, status_code=503, headers={"retry-after": "5"})
    except AppError as error:
        return JSONResponse({"error": str(error)}, status_code=400)
    return JSONResponse({"accepted": kept.id}, status_code=202)


ROUTES = [Route("/intake/{source}", deliver, methods=["POST"])]
